package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// Prefixes of what went over the wire, as curl has them: sent and received.
// Every line of foreign text stands behind one, so that none can pass for a
// line of ours, or at the start of a line for a command to the CI system that reads
// the log; [diag.Printable] breaks commands that may stand anywhere.
const (
	sent     = "> "
	received = "< "
)

// Lines shown of a body: below a failure, and when everything is shown. The
// shortest is of a page for people.
const (
	fewLines  = 24
	partLines = 48 // of what checks read
	pageLines = 8
	manyLines = 200
)

// answer writes what a request was answered, for the reader of a failure: the
// hops in short, the header fields that say more, and of the body what the
// failed checks are about.
func (c *layout) answer(b *strings.Builder, e *runner.RequestFinished) {
	last := len(e.Hops) - 1
	for i, h := range e.Hops[:last] {
		if i == fewHops {
			c.wire(b, sent, fmt.Sprintf("… %d more", last-i))
			break
		}
		c.wire(b, sent, fmt.Sprintf("%s %s (%s)", h.Method, h.URL, strings.TrimSpace(fmt.Sprintf("%d %s", h.Status, h.StatusText))))
	}
	h := &e.Hops[last]
	c.wire(b, sent, h.Method+" "+h.URL)
	if h.Status == 0 {
		return
	}
	status := statusLine(h)
	if e.NoLog {
		c.wire(b, received, status+" (not shown: @no-log)")
		return
	}
	empty := h.Body == nil || h.Body.Size == 0
	switch {
	case !empty:
		status += " (" + describe(h.Body) + ")"
	case e.Outcome == runner.Failed: // else the body may not have been read to its end
		status += " (no body)"
	}
	c.wire(b, received, status)
	for _, f := range h.Header {
		if telling(f.Name) {
			c.wire(b, received, f.Name+": "+f.Value)
		}
	}
	if !empty {
		c.excerpt(b, received, h.Body, failingPaths(e.Checks))
	}
}

// fewHops is how many hops before the last one are shown below a failure.
const fewHops = 5

// telling reports whether a header field of an answer helps to understand a
// failure, or to find it in the logs of the server.
func telling(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "location", "www-authenticate", "proxy-authenticate", "retry-after", "allow", "content-encoding",
		"traceparent", "cf-ray", "x-cache":
		return true
	}
	for _, id := range []string{"request-id", "requestid", "correlation-id", "trace-id", "traceid", "activity-id", "error-code", "ratelimit-reset", "ratelimit-remaining"} {
		if name == id || strings.HasSuffix(name, "-"+id) {
			return true
		}
	}
	return false
}

// excerpt writes of a body what the reader of a failure needs: the parts of a
// JSON document that paths lead to, the text of a page, or else its start.
func (c *layout) excerpt(b *strings.Builder, prefix string, body *runner.Body, paths []docPath) {
	if body.Binary {
		c.body(b, prefix, body, fewLines)
		return
	}
	if isHTML(body) {
		if title, text := pageText(body.Preview); title+text != "" {
			c.page(b, prefix, title, text)
			return
		}
	}
	if whole, ok := indentJSON(body.Preview); !ok || strings.Count(whole, "\n") >= fewLines {
		if part := around(body.Preview, complete(body), paths); part != "" {
			c.lines(b, prefix, part, partLines, remainder(body), true)
			return
		}
	}
	if whole, ok := indentJSON(body.Preview); ok {
		c.lines(b, prefix, shortenScalars(whole), fewLines, remainder(body), complete(body))
		return
	}
	c.body(b, prefix, body, fewLines)
}

// page writes what people would read of a page.
func (c *layout) page(b *strings.Builder, prefix, title, text string) {
	remark := "(the text of the page)"
	if title != "" {
		remark = "(the page " + strconv.Quote(title) + ")"
	}
	c.wire(b, prefix, remark)
	var short strings.Builder
	for l := range strings.Lines(text) {
		short.WriteString(diag.Shorten(diag.Printable(strings.TrimSuffix(l, "\n")), 2*(c.width-below-len(prefix)-1)) + "\n")
	}
	c.lines(b, prefix, short.String(), pageLines, "…", true)
}

// exchange writes one hop with its header fields and, if everything is to be
// shown, its bodies. Of the last hop of what has failed, as much of the bodies is
// shown as the reader of a failure needs.
func (c *layout) exchange(b *strings.Builder, e *runner.RequestFinished, h *runner.Hop) {
	request := h.Method + " " + h.URL
	if h.Cause != "" {
		request += " (" + h.Cause + ")"
	}
	failed := e.Outcome.Bad() && h == &e.Hops[len(e.Hops)-1]
	content := func(prefix string, fields []runner.Field, body *runner.Body, paths []docPath) {
		if c.bodies {
			c.content(b, prefix, fields, body)
		} else {
			c.fields(b, prefix, fields)
			if failed && !c.noResponse && body != nil && body.Size > 0 {
				c.wire(b, prefix, "")
				c.excerpt(b, prefix, body, paths)
			}
		}
	}
	c.wire(b, sent, request)
	if e.NoLog {
		c.wire(b, sent, "(not shown: @no-log)")
	}
	content(sent, h.Sent, h.SentBody, nil)
	if h.Status == 0 {
		return
	}
	status := statusLine(h) + " (" + timing(h)
	if h.Body != nil && h.Body.Size > 0 && !c.bodies {
		status += ", " + formatSize(h.Body.Size)
	}
	c.wire(b, received, status+")")
	content(received, h.Header, h.Body, failingPaths(e.Checks))
}

// timing says where the time of a hop went. A connection that was there already
// took none.
func timing(h *runner.Hop) string {
	var parts []string
	for _, p := range []struct {
		what string
		took time.Duration
	}{{"name lookup", h.Lookup}, {"connection", h.Connect}, {"TLS", h.Handshake}} {
		if p.took > 0 {
			parts = append(parts, p.what+" "+formatDuration(p.took))
		}
	}
	parts = append(parts, "first byte after "+formatDuration(h.TTFB), "all after "+formatDuration(h.Total))
	return strings.Join(parts, ", ")
}

// content writes the header fields and the body of a message. Between them it says
// that a body is not shown as it went over the wire.
func (c *layout) content(b *strings.Builder, prefix string, fields []runner.Field, body *runner.Body) {
	c.fields(b, prefix, fields)
	if body == nil || body.Size == 0 {
		return
	}
	separator := ""
	if !body.Binary {
		if text, ok := indentJSON(body.Preview); ok && text != strings.TrimSpace(body.Preview) {
			separator = "(pretty-printed)"
		}
	}
	c.wire(b, prefix, separator)
	c.body(b, prefix, body, manyLines)
}

// fields writes the header fields of a message.
func (c *layout) fields(b *strings.Builder, prefix string, fields []runner.Field) {
	for _, f := range fields {
		c.wire(b, prefix, f.Name+": "+f.Value)
	}
}

// wire writes one line of what went over the wire. In a terminal it is folded, each
// piece behind the prefix.
func (c *layout) wire(b *strings.Builder, prefix, text string) {
	row, rest := c.free(text), ""
	for {
		if c.wraps {
			row, rest = foldWords(row, c.width-below-len(prefix))
		}
		b.WriteString(c.paint(diag.Dim, prefix) + row + "\n")
		if rest == "" {
			return
		}
		row = rest
	}
}

// body writes the start of a body: JSON indented, other text as it is, long
// lines folded.
func (c *layout) body(b *strings.Builder, prefix string, body *runner.Body, limit int) {
	if body.Binary {
		c.wire(b, prefix, "("+describe(body)+" of binary data)")
		return
	}
	text := body.Preview
	if indented, ok := indentJSON(text); ok {
		text = indented
	}
	c.lines(b, prefix, text, limit, remainder(body), complete(body))
}

// complete reports whether a body is kept whole.
func complete(body *runner.Body) bool { return body.Size <= runner.PreviewSize }

// remainder stands behind a body that is not shown to its end.
func remainder(body *runner.Body) string { return "… " + formatSize(body.Size) + " in all" }

// lines writes the lines of a foreign text, up to a limit and folded, and behind
// what is not complete a remark.
func (c *layout) lines(b *strings.Builder, prefix, text string, limit int, remark string, complete bool) {
	width := c.width - below - len(prefix)
	lines := 0
	for l := range strings.Lines(diag.PrintableLines(strings.TrimRight(text, "\r\n"))) {
		for rest := expandTabs(strings.TrimSuffix(l, "\n")); ; {
			if lines == limit {
				c.wire(b, prefix, remark)
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
		c.wire(b, prefix, remark)
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
