package report

import (
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// layout writes messages, requests and what went over the wire for people. The
// Console has one, and so have the reports that hold such text.
type layout struct {
	render  diag.Renderer
	width   int  // in columns
	wraps   bool // lines that are wider
	verbose bool
	bodies  bool

	noResponse bool
}

func newLayout(o ConsoleOptions) layout {
	width := o.Width
	if width <= 0 {
		width = diag.DefaultWidth
	}
	width = max(width, 40)
	return layout{
		render:  diag.Renderer{Color: o.Color, Width: width},
		width:   width,
		wraps:   o.Width > 0,
		verbose: o.Verbose,
		bodies:  o.Bodies,

		noResponse: o.NoResponse,
	}
}

func (c *layout) paint(s diag.Style, text string) string { return c.render.Paint(s, text) }

// free returns a foreign text printable and not endless; it may wrap.
func (c *layout) free(s string) string { return diag.Shorten(diag.Printable(s), 4*c.width) }

// renderTo writes a message that is going to be indented.
func (c *layout) renderTo(b *strings.Builder, m diag.Message, indent int) {
	var text strings.Builder
	render := c.render
	render.Width -= indent
	_ = render.Render(&text, m) // a strings.Builder does not fail
	b.WriteString(c.wrapped(text.String(), indent))
}

// wrapped returns lines that are going to be indented as they fit into the
// terminal. A log is not wrapped: its readers search it.
func (c *layout) wrapped(text string, indent int) string {
	if !c.wraps {
		return text
	}
	return wrapLines(text, c.width-indent)
}

// explained says what is wrong with a request, and what it was answered.
func (c *layout) explained(path string, e *runner.RequestFinished) string {
	var b strings.Builder
	c.explain(&b, path, e)
	return b.String()
}

// rendered is a message with its place, its source line and its values.
func (c *layout) rendered(m diag.Message) string {
	var b strings.Builder
	c.renderTo(&b, m, 0)
	return b.String()
}
