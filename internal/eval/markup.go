package eval

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/postrider/postrider/internal/charset"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/internal/xpath"
)

// Markup is a document of XML or HTML.
type Markup struct{ doc *xpath.Document }

// parsedMarkup is a body as it has been parsed: once, when it is first asked
// for.
type parsedMarkup struct {
	done bool
	m    *Markup
	err  error
}

// Markup returns the body as XML or HTML: as its content type says, or, where
// there is none, if it starts with a tag. Whether the type says so does not
// matter if anyType is set, as for the constructs of other tools that do not ask.
// Its text is that of [Answer.Text].
func (a *Answer) Markup(ctx context.Context, anyType bool) (*Markup, error) {
	return a.markup.of(ctx, a.Header, a.Decoded, "the body", anyType)
}

// Markup returns the body of the request, as [Answer.Markup] does.
func (s *Sent) Markup(ctx context.Context, anyType bool) (*Markup, error) {
	return s.markup.of(ctx, s.Header, s.content, "the request's body", anyType)
}

func (p *parsedMarkup) of(ctx context.Context, header http.Header, read func() ([]byte, error), what string, anyType bool) (*Markup, error) {
	typed := strings.TrimSpace(header.Get("Content-Type"))
	media := charset.MediaOf(typed)
	if !anyType && typed != "" && !media.IsMarkup() {
		return nil, errorf("%s is neither XML nor HTML: its type is `%s`", what, typed)
	}
	if !p.done {
		content, err := read()
		if err == nil {
			content, err = textOf(typed, content)
		}
		if err == nil && !anyType && typed == "" && !bytes.HasPrefix(bytes.TrimSpace(content), []byte("<")) {
			return nil, errorf("%s is neither XML nor HTML, and has no content type", what)
		}
		var m *Markup
		if err == nil {
			m, err = readMarkup(ctx, media, content, what)
		}
		if ctx.Err() != nil {
			return m, err
		}
		p.done, p.m, p.err = true, m, err
	}
	return p.m, p.err
}

// ParseMarkup reads a text that is XML, or HTML if it starts as such; what is
// how messages call it.
func ParseMarkup(ctx context.Context, text, what string) (*Markup, error) {
	return readMarkup(ctx, "", []byte(strings.TrimPrefix(text, "\ufeff")), what)
}

func readMarkup(ctx context.Context, media charset.Media, content []byte, what string) (*Markup, error) {
	parse, language := xpath.ParseXML, "XML"
	if media.IsHTML() || !media.IsXML() && startsLikeHTML(content) {
		parse, language = xpath.ParseHTML, "HTML"
	}
	doc, err := parse(ctx, content)
	if end := ctx.Err(); err != nil && errors.Is(err, end) {
		return nil, ended(err)
	}
	if err != nil {
		return nil, invalidMarkup(err, what, language)
	}
	return &Markup{doc}, nil
}

func startsLikeHTML(content []byte) bool {
	content = bytes.TrimSpace(content)
	for _, start := range []string{"<!doctype html", "<html"} {
		if len(content) >= len(start) && strings.EqualFold(string(content[:len(start)]), start) {
			return true
		}
	}
	return false
}

func invalidMarkup(err error, what, language string) error {
	e := errorf("%s is not %s that can be read", what, language)
	e.cause = err
	var syntax *xpath.SyntaxError
	if errors.As(err, &syntax) {
		e.Detail = syntax.Error()
		if syntax.Text != "" {
			e.excerpt = &excerpt{text: syntax.Text, offset: syntax.Offset}
		}
	}
	return e
}

// CheckXPath reports what is wrong with an XPath expression; nil for nothing.
// Start and End of the error are in the expression.
func CheckXPath(src string) *Error {
	_, mistake := xpath.Compile(src)
	if mistake == nil {
		return nil
	}
	e := errorf("the XPath `%s` cannot be read", src).detail("%s", mistake.Summary)
	e.Suggestion = mistake.Suggestion
	return place(e, mistake.Start, mistake.End)
}

// parseXPath compiles an expression that stands in a text of another language,
// so that the place of a mistake is told in words.
func parseXPath(src string) (*xpath.Expr, *Error) {
	e, mistake := xpath.Compile(src)
	if mistake != nil {
		return nil, xpathMistake(src, mistake)
	}
	return e, nil
}

func xpathMistake(src string, mistake *xpath.Error) *Error {
	e := errorf("the XPath `%s` cannot be read", src)
	e.detail("at character %d: %s", len([]rune(src[:mistake.Start]))+1, mistake.Summary)
	e.Suggestion, e.cause = mistake.Suggestion, mistake
	return e
}

// Select evaluates an XPath expression. A set of nodes gives the text of its
// node, or, if there are several, the list of their texts; none is a [*Missing].
// Anything else gives the number, the text or the boolean that it is.
func (m *Markup) Select(ctx context.Context, src string, namespaces map[string]string) (any, error) {
	e, lint := parseXPath(src)
	if lint != nil {
		return nil, lint
	}
	return m.evaluate(ctx, e, src, namespaces, func(s *xpath.Selection) (any, error) {
		texts := make([]any, s.Len())
		for i := range texts {
			var err error
			if texts[i], err = s.Text(i); err != nil {
				return nil, err
			}
		}
		if len(texts) == 1 {
			return texts[0], nil
		}
		return texts, nil
	})
}

// First evaluates an XPath expression as VS Code's request variables do: of a set
// of nodes it gives the first one, an element as the markup in it and an
// attribute as its value. None is a [*Missing].
func (m *Markup) First(ctx context.Context, src string, namespaces map[string]string) (any, error) {
	e, lint := parseXPath(src)
	if lint != nil {
		return nil, lint
	}
	return m.evaluate(ctx, e, src, namespaces, func(s *xpath.Selection) (any, error) { return s.Inner(0) })
}

func (m *Markup) evaluate(ctx context.Context, e *xpath.Expr, src string, namespaces map[string]string, read func(*xpath.Selection) (any, error)) (any, error) {
	v, err := e.Evaluate(ctx, m.doc, namespaces)
	switch found := v.(type) {
	case float64:
		if err == nil {
			if v, err = value.Float(found); err != nil {
				return nil, errorf("the XPath `%s` gives no number (%v)", src, found).
					detail("what it computes with does not exist, or is not a number")
			}
		}
	case *xpath.Selection:
		if found.Len() == 0 {
			return nil, xpathMissing(ctx, e, m.doc, src, namespaces)
		}
		v, err = read(found)
	}
	if mistake := (*xpath.Error)(nil); errors.As(err, &mistake) {
		e := errorf("the XPath `%s` cannot be evaluated", src).detail("%s", mistake.Summary)
		e.Suggestion = mistake.Suggestion
		return nil, e
	}
	if end := ctx.Err(); err != nil && errors.Is(err, end) {
		return nil, ended(err)
	}
	return v, err
}

// nodes is the value of a [*Missing] of XPath.
type nodes struct{}

// xpathMissing names the longest prefix of a path that matches.
func xpathMissing(ctx context.Context, e *xpath.Expr, doc *xpath.Document, src string, namespaces map[string]string) error {
	start, stop, names := e.Nearest(ctx, doc, namespaces)
	if stop == 0 {
		stop = len(src)
	}
	return &Missing{Path: src, Prefix: strings.TrimSpace(src[:start]), Member: strings.TrimSpace(src[start:stop]), Value: nodes{}, Names: names}
}

func checkXPath(args []*part) *Error {
	src, ok := literalText(args)
	if !ok {
		return nil
	}
	if _, err := parseXPath(src); err != nil {
		return place(err, args[0].start, args[0].end)
	}
	return nil
}

// xpathKind is the kind of what an XPath gives. Of a path it is not known: it may
// give text or a list.
func xpathKind(args []*part) kind {
	src, _ := literalText(args)
	e, mistake := xpath.Compile(src)
	if mistake != nil {
		return anything
	}
	switch e.Type() {
	case xpath.Number:
		return number
	case xpath.Text:
		return text
	case xpath.Boolean:
		return boolean
	}
	return anything
}

func callXPath(r *run, args []any) (any, error) {
	src := args[0].(string)
	a, err := r.answer()
	if err != nil {
		return nil, err
	}
	m, err := a.Markup(r.env.context(), false)
	if err != nil {
		return nil, r.maskDetail(err)
	}
	var namespaces map[string]string
	if r.env.Namespaces != nil {
		if namespaces, err = r.env.Namespaces(); err != nil {
			return nil, err
		}
	}
	v, err := m.Select(r.env.context(), src, namespaces)
	if err := r.queries(src, "[(", true); err != nil {
		return nil, err
	}
	var problem *Error
	switch {
	case errors.As(err, &problem):
		return nil, r.unreadable(r.call, src, problem)
	case err != nil:
		return nil, err
	}
	return v, r.spendValue(v)
}

// maskDetail hides the secrets in the detail of an error, which quotes names of
// the body.
func (r *run) maskDetail(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	masked := *e
	masked.Detail = r.mask(e.Detail)
	return &masked
}
