package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// Prefixes of what went over the wire, as curl has them: sent and received.
// Every line of foreign text stands behind one, so that none can pass for a
// line of ours, or for a command to the CI system that reads the log.
const (
	sent     = "> "
	received = "< "
)

// Lines shown of a body: below a failure, and when everything is shown.
const (
	fewLines  = 24
	manyLines = 200
)

// answer writes what a request was answered, for the reader of a failure.
func (c *Console) answer(b *strings.Builder, h *runner.Hop, e *runner.RequestFinished) {
	c.wire(b, sent, h.Method+" "+h.URL)
	if h.Status == 0 {
		return
	}
	status := statusLine(h)
	if e.NoLog {
		c.wire(b, received, status+" (not shown: @no-log)")
		return
	}
	if h.Body == nil || h.Body.Size == 0 {
		if e.Outcome == runner.Failed { // else the body may not have been read to its end
			status += " (no body)"
		}
		c.wire(b, received, status)
		return
	}
	c.wire(b, received, fmt.Sprintf("%s (%s)", status, describe(h.Body)))
	c.body(b, received, h.Body, fewLines)
}

// exchange writes one hop whole.
func (c *Console) exchange(b *strings.Builder, h *runner.Hop, noLog bool) {
	request := h.Method + " " + h.URL
	if h.Cause != "" {
		request += " (" + h.Cause + ")"
	}
	c.wire(b, sent, request)
	if noLog {
		c.wire(b, sent, "(not shown: @no-log)")
	} else {
		c.content(b, sent, h.Sent, h.SentBody)
	}
	if h.Status == 0 {
		return
	}
	c.wire(b, received, fmt.Sprintf("%s (first byte after %s, all after %s)",
		statusLine(h), formatDuration(h.TTFB), formatDuration(h.Total)))
	if noLog {
		return
	}
	c.content(b, received, h.Header, h.Body)
}

// content writes the header fields and the body of a message. A body that is
// not shown as it went over the wire is said to be so, beside its type.
func (c *Console) content(b *strings.Builder, prefix string, fields []runner.Field, body *runner.Body) {
	const remark = " (pretty-printed)"
	pretty := false
	if body != nil && !body.Binary {
		text, ok := indentJSON(body.Preview)
		pretty = ok && text != strings.TrimSpace(body.Preview)
	}
	for _, f := range fields {
		line := f.Name + ": " + f.Value
		if pretty && strings.EqualFold(f.Name, "Content-Type") {
			line += remark
			pretty = false
		}
		c.wire(b, prefix, line)
	}
	if body == nil || body.Size == 0 {
		return
	}
	separator := ""
	if pretty { // there is no type
		separator = strings.TrimSpace(remark)
	}
	c.wire(b, prefix, separator)
	c.body(b, prefix, body, manyLines)
}

// wire writes one line of what went over the wire.
func (c *Console) wire(b *strings.Builder, prefix, text string) {
	b.WriteString(c.paint(diag.Dim, prefix) + c.free(text) + "\n")
}

// body writes the start of a body: JSON indented, other text as it is, long
// lines folded.
func (c *Console) body(b *strings.Builder, prefix string, body *runner.Body, limit int) {
	if body.Binary {
		c.wire(b, prefix, "("+describe(body)+" of binary data)")
		return
	}
	text, complete := body.Preview, body.Size <= runner.PreviewSize
	if indented, ok := indentJSON(text); ok {
		text = indented
	}
	text = strings.TrimRight(text, "\r\n")
	width := c.width - 4 - len(prefix)
	lines := 0
	for l := range strings.Lines(diag.PrintableLines(text)) {
		for rest := expandTabs(strings.TrimSuffix(l, "\n")); ; {
			if lines == limit {
				c.wire(b, prefix, "… "+formatSize(body.Size)+" in all")
				return
			}
			var row string
			row, rest = fold(rest, width)
			b.WriteString(c.paint(diag.Dim, prefix) + row + "\n")
			lines++
			if rest == "" {
				break
			}
		}
	}
	if !complete {
		c.wire(b, prefix, "… "+formatSize(body.Size)+" in all")
	}
}

// fold returns the start of a printable text that fits into width columns, and
// the rest.
func fold(s string, width int) (row, rest string) {
	short := diag.Shorten(s, width)
	if short == s {
		return s, ""
	}
	n := len(strings.TrimSuffix(short, "…"))
	if n == 0 {
		return s, ""
	}
	return s[:n], s[n:]
}

func expandTabs(s string) string { return strings.ReplaceAll(s, "\t", "    ") }

// indentJSON returns a JSON object or array with one member a line. Numbers and
// strings stay as they are written.
func indentJSON(text string) (string, bool) {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' || nesting(trimmed) > maxNesting {
		return "", false
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(trimmed), "", "  "); err != nil {
		return "", false
	}
	return b.String(), true
}

// maxNesting is the nesting that is still indented; the indentation of a deep
// document would grow with the square of its depth.
const maxNesting = 100

// nesting returns at least the depth of a JSON text.
func nesting(text string) int {
	depth, deepest := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth--
		}
	}
	return deepest
}

func statusLine(h *runner.Hop) string {
	return strings.TrimSpace(fmt.Sprintf("%s %d %s", h.Proto, h.Status, h.StatusText))
}

// describe says what a body is: "application/json, 1.2 KiB".
func describe(body *runner.Body) string {
	size := formatSize(body.Size)
	if body.Type == "" {
		return size
	}
	return body.Type + ", " + size
}
