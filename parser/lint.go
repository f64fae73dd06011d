package parser

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// Lint returns what is worth knowing about the text of a file that Parse read
// without complaint: warnings of what is probably not meant, and a note for each
// construct that other tools read otherwise. Parse does not look for them, so
// that a run does not pay for it.
func (f *File) Lint() diag.List {
	l := &linter{parser: parser{src: f.Source.Text(), file: f}, told: make(map[string]*diag.Diagnostic)}
	l.lines()
	for i, b := range f.Blocks {
		l.block(i, b)
	}
	l.definitions()
	for _, code := range l.order {
		d := l.told[code]
		if n := l.more[code]; n > 0 {
			d.Detail = strings.TrimPrefix(fmt.Sprintf("%s; %d more in this file", d.Detail, n), "; ")
		}
		l.found = append(l.found, d)
	}
	l.found.Sort()
	return l.found
}

// linter is the state of one Lint.
type linter struct {
	parser
	found diag.List

	markdown bool // fences separate the requests

	// The notes about other tools: the first place of a construct is told, the
	// others are counted.
	told  map[string]*diag.Diagnostic
	more  map[string]int
	order []string
}

func (l *linter) warn(code string, span diag.Span, summary, detail, suggestion string) {
	l.found = append(l.found, &diag.Diagnostic{
		Code: code, Severity: diag.Warning, Summary: summary, Detail: detail, Suggestion: suggestion,
		Source: l.file.Source, Subject: span,
	})
}

// differs notes that tools read a construct otherwise than this program. In a
// file that is written for one tool, only that tool counts.
func (l *linter) differs(code string, span diag.Span, summary, detail, suggestion string, tools ...Dialect) {
	if !l.file.concerns(tools) {
		return
	}
	if l.told[code] != nil {
		if l.more == nil {
			l.more = make(map[string]int)
		}
		l.more[code]++
		return
	}
	l.told[code] = &diag.Diagnostic{
		Code: code, Severity: diag.Note, Summary: summary, Detail: detail, Suggestion: suggestion,
		Source: l.file.Source, Subject: span,
	}
	l.order = append(l.order, code)
}

// concerns reports whether a file is opened in one of the tools, as far as it
// tells.
func (f *File) concerns(tools []Dialect) bool {
	if f.Dialect == Neutral {
		return true
	}
	for _, t := range tools {
		if t == f.Dialect {
			return true
		}
	}
	return false
}

// lines looks at what a line is, and at how it is written.
func (l *linter) lines() {
	command := false // a curl command is being read, whose lines are the shell's
	for i := range l.file.Lines {
		line, span := l.parser.line(i), l.trimmed(i)
		kind := l.file.Lines[i].Kind
		l.markdown = l.markdown || kind == Fence
		if kind == RequestLine {
			command = isCurl(line)
		}
		switch kind {
		case VariableLine, RequestLine, Continuation, HeaderLine, Folded, BodyText:
			l.timestamp(i, line)
		}
		switch kind {
		case Separator:
			if isSpace(line[0]) {
				l.differs(diag.CodeIndentedSeparator, span, "a `###` that is indented separates no requests in other tools",
					"JetBrains IDEs and VS Code REST Client look for it at the start of the line", "move it to the start of the line",
					JetBrains, VSCode)
			}
		case Continuation:
			if text := trimBytes(line); !command && text[0] != '?' && text[0] != '&' && !isVersion(withoutKnowledge(text)) {
				l.differs(diag.CodeSplitPath, span, "other tools do not read a URL that goes on here",
					"VS Code REST Client joins only lines that start with `?` or `&`, and Visual Studio none",
					"write the URL on one line", VSCode, VisualStudio)
			}
		case Folded:
			l.differs(diag.CodeFoldedHeader, span, "other tools do not read a header value that goes on here",
				"httpYac starts the body at this line, and VS Code REST Client reads a header without a value",
				"write the value on one line", VSCode, HTTPYac)
		case BodyText:
			l.bodyLine(line, span)
		}
	}
}

func (l *linter) bodyLine(line []byte, span diag.Span) {
	switch {
	case commentMark(line) > 0:
		l.differs(diag.CodeDataComment, span, "this line of the body is sent here, and dropped as a comment by other tools",
			"JetBrains IDEs, VS Code REST Client and kulala drop lines with `#` or `//` whatever the type of the body is",
			"read the body from a file, with `< ./body.txt`", JetBrains, VSCode, HTTPYac, Kulala)
	case len(line) > 2 && line[0] == '<' && isSpace(line[1]):
		l.differs(diag.CodeTagLikeFile, span, "this line of the body is sent here, and names a file in other tools",
			"VS Code REST Client and httpYac read what follows `< ` at the start of a line as the path of a file",
			"leave the blank out, or indent the line", VSCode, HTTPYac)
	}
}

// block looks at the parts of a block, the index-th of the file.
func (l *linter) block(index int, b *Block) {
	for _, d := range b.Directives {
		l.directive(d)
	}
	for _, v := range b.Variables {
		l.variable(v, b)
	}
	if b.Request == nil {
		return
	}
	if index > 0 && !l.markdown && !isSeparator(l.src[b.Span.Start:]) && l.file.Blocks[index-1].Request != nil {
		l.differs(diag.CodeNoSeparator, b.Request.Line, "without `###` before it, this request belongs to the body above in other tools",
			"JetBrains IDEs, VS Code REST Client, Visual Studio and kulala see no request here", "put a line `###` before it",
			JetBrains, VSCode, VisualStudio, Kulala)
	}
	if m := b.Request.Method; !m.IsZero() && !isCapitals([]byte(m.String())) {
		l.differs(diag.CodeLowerMethod, m.Span(), "httpYac reads no method in small letters",
			"it takes the whole line for a URL", fmt.Sprintf("write `%s`", strings.ToUpper(m.String())), HTTPYac)
	}
	for _, h := range b.Request.Headers {
		if !h.Spread {
			l.header(h)
		}
	}
}

// timestamp notes a $timestamp, whose unit the tools do not agree on. One that is
// moved, as in `$timestamp -1 d`, is in seconds in all of them.
func (l *linter) timestamp(i int, line []byte) {
	const open, name = "{{", "$timestamp"
	for at := 0; ; {
		next := bytes.Index(line[at:], []byte(open))
		if next < 0 {
			return
		}
		at += next + len(open)
		rest := bytes.TrimLeft(line[at:], " \t")
		start := len(line) - len(rest)
		if rest, ok := bytes.CutPrefix(rest, []byte(name)); ok && bytes.HasPrefix(bytes.TrimLeft(rest, " \t"), []byte("}}")) {
			start += l.content(i).Start
			summary := "`$timestamp` is in seconds here, and in milliseconds in httpYac and kulala"
			if l.file.Dialect == HTTPYac || l.file.Dialect == Kulala {
				summary = "`$timestamp` is in milliseconds here, as in httpYac and kulala, and in seconds in the other tools"
			}
			l.differs(diag.CodeTimestampUnit, diag.Span{Start: start, End: start + len(name)}, summary, "", "", HTTPYac, Kulala)
		}
	}
}

func (l *linter) directive(d *Directive) {
	switch n := d.Node.(type) {
	case *Value:
		if d.Key == "name" && bytes.IndexByte(l.src[d.Name.Span().End:max(d.Args.Span().Start, d.Name.Span().End)], '=') >= 0 {
			l.differs(diag.CodeNameEquals, d.Span, "other tools do not read a name behind `=`",
				fmt.Sprintf("httpYac calls the request `= %s` or not at all, and VS Code REST Client ignores the line", n.Text),
				fmt.Sprintf("write `# @name %s`", n.Text), VSCode, HTTPYac)
		}
	case *Duration:
		if text := n.Value.String(); text != "" && strings.Trim(text, "0123456789.") == "" && l.file.Dialect == Neutral {
			l.differs(diag.CodeBareDuration, n.Value.Span(), "a number without a unit is seconds here, and milliseconds in httpYac",
				"", fmt.Sprintf("write `%ss` or `%sms`", text, text), HTTPYac)
		}
	}
}

func (l *linter) variable(v *Variable, b *Block) {
	value := v.Value.String()
	if b.Request != nil && b.Request.Body != nil && v.Span.Start > b.Request.Body.Span.Start {
		l.differs(diag.CodeLateVariable, v.Span, "behind a body, other tools do not define a variable for the whole file",
			"JetBrains IDEs, VS Code REST Client and kulala send the line with the body, and httpYac defines it when the request has been answered",
			"define it before the first request, or behind a line `###`", JetBrains, VSCode, HTTPYac, Kulala)
	}
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' && l.file.Dialect == Neutral {
		l.differs(diag.CodeQuotedValue, v.Value.Span(), "the quotes are part of the value here, and not in httpYac", "",
			"leave them out, or say `# @dialect httpyac` above", HTTPYac)
	}
	if at := trailingComment(value); at >= 0 {
		l.warn(diag.CodeTrailingComment, v.Value.Locate(at, len(value)), fmt.Sprintf("this is part of the value of `%s`, not a comment", v.Name),
			"the value of a variable ends with its line", "put the comment on a line of its own")
	}
}

// trailingComment returns where a value has what looks like a comment behind
// it, a mark with white space on both sides, or -1.
func trailingComment(value string) int {
	for _, mark := range [...]string{"#", "//"} {
		for at := 0; ; {
			n := strings.Index(value[at:], mark)
			if n < 0 {
				break
			}
			at += n
			end := at + len(mark)
			if at > 0 && isSpace(value[at-1]) && end < len(value) && isSpace(value[end]) {
				return at
			}
			at = end
		}
	}
	return -1
}

// definitions looks for variables that are defined again with another value.
func (l *linter) definitions() {
	last := make(map[string]*Variable)
	var all []*Variable
	for _, b := range l.file.Blocks {
		for _, v := range b.Variables {
			last[v.Name.String()] = v
			all = append(all, v)
		}
	}
	told := make(map[string]bool)
	for _, v := range all {
		name := v.Name.String()
		winner := last[name]
		if v == winner || told[name] || v.Value.String() == winner.Value.String() {
			continue
		}
		told[name] = true
		l.warn(diag.CodeRedefined, v.Name.Span(),
			fmt.Sprintf("`%s` is defined again on line %d, and that value counts everywhere in the file", name, l.file.Source.Position(winner.Span.Start).Line),
			"variables belong to the whole file, not to what stands below them", "give the two different names")
	}
}

// knownHeaders are fields that are often misspelt, and long enough to tell.
var knownHeaders = []string{
	"Authorization", "Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "Content-Language",
	"Accept-Language", "Accept-Encoding", "User-Agent", "Cache-Control", "If-None-Match", "If-Match",
	"If-Modified-Since", "If-Unmodified-Since", "Proxy-Authorization",
}

// wrongHeaders are names that look right and mean nothing.
var wrongHeaders = map[string]string{
	"authentication": "Authorization", "authentification": "Authorization", "authorisation": "Authorization",
}

func (l *linter) header(h *Header) {
	name, value := h.Name.String(), h.Value.String()
	if strings.HasSuffix(value, ",") {
		l.differs(diag.CodeTrailingComma, h.Span, "httpYac drops the comma at the end of a header value", "", "leave it out", HTTPYac)
	}
	meant := wrongHeaders[strings.ToLower(name)]
	if meant == "" && !isKnownHeader(name) && !isExtension(name) {
		meant = diag.Nearest(name, knownHeaders)
	}
	if meant != "" {
		l.warn(diag.CodeHeaderName, h.Name.Span(), fmt.Sprintf("`%s` is no usual header", name), "", fmt.Sprintf("did you mean `%s`?", meant))
	}
}

// isExtension reports whether a name follows the custom for fields of one's own.
func isExtension(name string) bool { return len(name) > 2 && strings.EqualFold(name[:2], "x-") }

func isKnownHeader(name string) bool {
	for _, known := range knownHeaders {
		if strings.EqualFold(name, known) {
			return true
		}
	}
	return false
}
