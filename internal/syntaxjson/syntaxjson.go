// Package syntaxjson writes the syntax of request files as JSON, for programs
// that read such files without being able to: what `postrider parse --json`
// prints.
//
// It is a package of its own because its neighbours should not hold it. Package
// parser gives text a meaning and knows no format of output; the command line
// holds no logic of the product; the runner deals with what is sent, after
// substitution, while this is about what is written. It stands between the parser
// and the command line and does nothing else.
//
// A document is written while its file is walked, one request at a time, so that
// the output needs no memory beside the file and its longest request.
package syntaxjson

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// Write writes a file as one JSON object on a line of its own. The error is that
// of w.
func Write(w io.Writer, f *parser.File) error {
	e := &encoder{w: bufio.NewWriterSize(w, 64<<10), file: f}
	e.json = json.NewEncoder(trimmer{e.w})
	e.json.SetEscapeHTML(false)
	e.object()
	if e.err != nil {
		return e.err
	}
	return e.w.Flush()
}

// encoder writes one file. The first error stops everything.
type encoder struct {
	w    *bufio.Writer
	json *json.Encoder
	file *parser.File
	err  error
}

// trimmer takes the line end away that json.Encoder puts behind every value. The
// encoder writes a value and its line end in one piece.
type trimmer struct{ w io.Writer }

func (t trimmer) Write(p []byte) (int, error) {
	if n := len(p) - 1; n >= 0 && p[n] == '\n' {
		if _, err := t.w.Write(p[:n]); err != nil {
			return 0, err
		}
		return len(p), nil
	}
	return t.w.Write(p)
}

func (e *encoder) raw(text string) {
	if e.err == nil {
		_, e.err = e.w.WriteString(text)
	}
}

func (e *encoder) value(v any) {
	if e.err == nil {
		e.err = e.json.Encode(v)
	}
}

// list writes an array of what each yields, one element at a time.
func list[T, V any](e *encoder, name string, all []T, element func(T) (V, bool)) {
	e.raw(`,"` + name + `":[`)
	first := true
	for _, one := range all {
		v, ok := element(one)
		if !ok {
			continue
		}
		if !first {
			e.raw(",")
		}
		first = false
		e.value(v)
	}
	e.raw("]")
}

func (e *encoder) object() {
	e.raw(`{"file":`)
	e.value(e.file.Source.Name())
	e.raw(`,"dialect":`)
	e.value(e.file.Dialect.String())
	list(e, "requests", e.file.Blocks, e.request)
	list(e, "blocks", e.file.Blocks, e.block)
	e.variables()
	list(e, "diagnostics", e.file.Diagnostics, func(d *diag.Diagnostic) (Diagnostic, bool) { return e.diagnostic(d), true })
	e.raw("}\n")
}

// variables writes the definitions of all blocks: those of a file are valid for
// the whole of it, wherever they stand.
func (e *encoder) variables() {
	e.raw(`,"variables":[`)
	first := true
	for _, b := range e.file.Blocks {
		for _, v := range b.Variables {
			if !first {
				e.raw(",")
			}
			first = false
			e.value(Variable{Name: v.Name.String(), Value: v.Value.String(), Lazy: v.Lazy, Line: e.line(v.Span)})
		}
	}
	e.raw("]")
}

// line returns the line that a span starts on, from 1.
func (e *encoder) line(span diag.Span) int { return e.file.Source.Position(span.Start).Line }

// optional returns a text for JSON: null if there is none.
func optional(t parser.Text) *string {
	if t.IsZero() {
		return nil
	}
	s := t.String()
	return &s
}

func (e *encoder) request(b *parser.Block) (Request, bool) {
	r := b.Request
	if r == nil {
		return Request{}, false
	}
	out := Request{
		Name: optional(b.Name), Title: optional(b.Title), Line: e.line(r.Line),
		Protocol: protocolName(r.Protocol), Method: "GET", URL: r.Target.String(), Version: optional(r.Version),
		Headers: make([][2]string, 0, len(r.Headers)), BodyFiles: []string{},
		Parts: e.parts(b),
	}
	if !r.Method.IsZero() {
		out.Method = strings.ToUpper(r.Method.String())
	}
	for _, h := range r.Headers {
		field := [2]string{h.Name.String(), h.Value.String()}
		if h.Spread {
			field = [2]string{"..." + h.Value.String(), ""}
		}
		out.Headers = append(out.Headers, field)
	}
	if r.Body == nil {
		return out, true
	}
	body := written(r.Body.Parts)
	out.Body = &body
	for _, part := range r.Body.Parts {
		if !part.Path.IsZero() {
			out.BodyFiles = append(out.BodyFiles, part.Path.String())
		}
	}
	if g := r.Body.GraphQL; g != nil {
		out.GraphQL = &GraphQL{Operation: optional(g.Operation), Query: written(g.Query)}
		if g.Variables != nil {
			variables := written(g.Variables)
			out.GraphQL.Variables = &variables
		}
	}
	return out, true
}

// written returns the text of a body as it is sent, but for what stands for
// something else: templates, and body files, which are the lines that name them.
func written(parts []parser.BodyPart) string {
	if len(parts) == 1 && parts[0].Path.IsZero() { // as it mostly is; a large one is not copied
		return parts[0].Text.String()
	}
	var b strings.Builder
	for _, part := range parts {
		if part.Path.IsZero() {
			b.WriteString(part.Text.String())
		} else {
			b.WriteString(part.Line.String())
		}
		if part.Newline {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// block returns a block without a request that holds something all the same.
func (e *encoder) block(b *parser.Block) (Block, bool) {
	if b.Request != nil {
		return Block{}, false
	}
	out := Block{
		Name: optional(b.Name), Title: optional(b.Title), Line: e.line(b.Span),
		Preamble: e.file.Preamble() == b, Disabled: b.Disabled, Parts: e.parts(b),
	}
	return out, out.Name != nil || out.Disabled || !out.Parts.isEmpty()
}

// parts returns what a block may hold with a request and without one.
func (e *encoder) parts(b *parser.Block) Parts {
	p := Parts{
		Directives: []Directive{}, Scripts: []Script{}, Assertions: []Assertion{},
		Outputs: []Output{}, Imports: []Import{}, Protos: []Proto{}, Foreign: []Foreign{},
	}
	for _, d := range b.Directives {
		p.Directives = append(p.Directives, Directive{Name: d.Name.String(), Key: d.Key, Value: d.Args.String(), Line: e.line(d.Span)})
	}
	for _, s := range b.Scripts {
		p.Scripts = append(p.Scripts, Script{
			When: eventName(s.Event), API: s.API.String(), Code: optional(s.Code), File: optional(s.Path), Global: s.Global, Line: e.line(s.Span),
		})
	}
	p.Assertions = append(p.Assertions, e.assertions(b)...)
	for _, o := range b.Outputs {
		p.Outputs = append(p.Outputs, Output{File: o.Path.String(), Overwrite: o.Overwrite, Line: e.line(o.Span)})
	}
	for _, i := range b.Imports {
		out := Import{Run: i.Run, File: optional(i.Path), Name: optional(i.Name), Variables: [][2]string{}, Line: e.line(i.Span)}
		for _, v := range i.Vars {
			out.Variables = append(out.Variables, [2]string{v.Name.String(), v.Value.String()})
		}
		p.Imports = append(p.Imports, out)
	}
	for _, proto := range b.Protos {
		out := Proto{File: proto.Path.String(), Options: [][2]string{}, Line: e.line(proto.Span)}
		for _, o := range proto.Options {
			out.Options = append(out.Options, [2]string{o.Name.String(), o.Value.String()})
		}
		p.Protos = append(p.Protos, out)
	}
	for _, t := range b.Foreign {
		p.Foreign = append(p.Foreign, Foreign{Tool: t.Tool, What: t.What, Text: t.Text.String(), Line: e.line(t.Span)})
	}
	return p
}

// assertions returns the checks of a block, ours and those in the grammars of
// other tools, in this order.
func (e *encoder) assertions(b *parser.Block) []Assertion {
	var all []Assertion
	for _, d := range b.Directives {
		if a, ok := d.Node.(*parser.Assert); ok && !a.None {
			all = append(all, Assertion{
				Tool: "postrider", Text: d.Args.String(), Expression: optional(a.Expr), Message: optional(a.Message), Line: e.line(d.Span),
			})
		}
	}
	for _, a := range b.Assertions {
		subject, predicate := string(a.Subject), string(a.Predicate)
		all = append(all, Assertion{
			Tool: a.Tool, Text: a.Text.String(), Subject: &subject, Argument: optional(a.Argument), Negated: a.Negated,
			Predicate: &predicate, Expected: optional(a.Expected), Line: e.line(a.Span),
		})
	}
	return all
}

func (e *encoder) diagnostic(d *diag.Diagnostic) Diagnostic {
	at := e.file.Source.Position(d.Subject.Start)
	return Diagnostic{
		Code: d.Code, Line: at.Line, Column: at.Column, Severity: d.Severity.String(), Summary: d.Summary, Suggestion: d.Suggestion,
	}
}

func eventName(event parser.ScriptEvent) string {
	switch event {
	case parser.BeforeRequest:
		return "request"
	case parser.AfterResponse:
		return "response"
	case parser.WhileStreaming:
		return "streaming"
	case parser.AfterAll:
		return "after"
	default:
		return "responseLogging"
	}
}

func protocolName(p parser.Protocol) string {
	switch p {
	case parser.HTTP:
		return "http"
	case parser.GraphQL:
		return "graphql"
	case parser.GRPC:
		return "grpc"
	case parser.WebSocket:
		return "websocket"
	case parser.ServerSentEvents:
		return "sse"
	case parser.MQTT:
		return "mqtt"
	default:
		return "amqp"
	}
}
