package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// failure is one entry of the list of what is wrong.
type failure struct {
	id     runner.ID
	place  string // file:line:col
	name   string // of the request; empty for a message of a file or the run
	reason string
}

// maxFailures bounds the list, and with it the memory of a long run.
const maxFailures = 50

func (c *Console) fail(f failure) {
	if len(c.broken) == maxFailures {
		c.left++
		return
	}
	c.broken = append(c.broken, f)
}

// failureOf returns the first reason why a request did not pass.
func failureOf(id runner.ID, path, name string, e *runner.RequestFinished) failure {
	f := failure{id: id, place: place(diag.Message{}, path, e.Line), name: name, reason: string(e.Outcome)}
	for _, m := range e.Problems {
		if m.Severity == diag.Error {
			f.place, f.reason = place(m, path, e.Line), m.Summary
			return f
		}
	}
	for _, check := range e.Checks {
		if !check.Passed {
			m := messageOf(path, check)
			f.place, f.reason = place(m, path, check.Line), m.Summary
			return f
		}
	}
	return f
}

// place is where a message points to, or else path and line.
func place(m diag.Message, path string, line int) string {
	switch {
	case m.File != "" && m.Line > 0:
		return fmt.Sprintf("%s:%d:%d", m.File, m.Line, m.Column)
	case m.File != "":
		return m.File
	case path != "":
		return fmt.Sprintf("%s:%d", path, line)
	default:
		return ""
	}
}

// summary writes the end of the log: what is wrong, then the totals.
func (c *Console) summary(e *runner.RunFinished) {
	var b strings.Builder
	b.WriteByte('\n')
	c.failures(&b)

	n := e.Counts
	word, style := verdict(e)
	if c.dry && e.Exit == 0 && n.Planned > 0 {
		word, style = "DRY RUN: nothing was sent", diag.Green
	}
	b.WriteString(c.paint(style, word) + "\n")
	c.total(&b, "requests", n.Requests, []part{
		{n.Planned, "to be sent", diag.Plain}, {n.Passed, "passed", diag.Green}, {n.Failed, "failed", diag.Red}, {n.Broken, "broken", diag.Red},
		{n.Invalid, "invalid", diag.Red}, {n.Interrupted, "interrupted", diag.Red}, {n.Skipped, "skipped", diag.Dim},
	})
	if !c.dry {
		c.total(&b, "checks", n.Checks, []part{
			{n.Checks - n.FailedChecks, "passed", diag.Green}, {n.FailedChecks, "failed", diag.Red},
		})
	}
	if n.Errors+n.Warnings > 0 {
		c.total(&b, "messages", n.Errors+n.Warnings, []part{
			{n.Errors, plural(n.Errors, "error"), diag.Red}, {n.Warnings, plural(n.Warnings, "warning"), diag.Yellow},
		})
	}
	if n.Fetched+n.Reused > 0 {
		c.total(&b, "tokens", n.Fetched+n.Reused, []part{{n.Fetched, "fetched", diag.Plain}, {n.Reused, "reused", diag.Plain}})
	}
	c.total(&b, "files", n.Files, nil)
	b.WriteString("  time      " + formatDuration(e.Duration) + "\n")
	if c.shuffle != "" && e.Exit != 0 {
		b.WriteString("  order     --shuffle " + diag.Printable(c.shuffle) + "\n")
	}
	if e.Seed != 0 && e.Exit != 0 {
		fmt.Fprintf(&b, "  seed      %d: --seed %[1]d makes the same random values again\n", e.Seed)
	}
	if c.sandbox {
		b.WriteString(c.paint(diag.Yellow, sandboxNotice) + "\n")
	}
	c.write(c.wrapped(b.String(), 0))
}

func (c *Console) failures(b *strings.Builder) {
	if len(c.broken) == 0 {
		return
	}
	slices.SortStableFunc(c.broken, func(x, y failure) int { // not in the order of ending, which changes from run to run
		return cmp.Or(x.id.File-y.id.File, x.id.Repeat-y.id.Repeat, x.id.Row-y.id.Row, x.id.Request-y.id.Request)
	})
	b.WriteString(c.paint(diag.Bold, "What is wrong:") + "\n")
	for _, f := range c.broken {
		text := c.free(f.reason)
		if f.name != "" {
			text = f.name + ": " + text
		}
		if f.id.Repeat > 0 {
			text += fmt.Sprintf(" (repetition %d)", f.id.Repeat)
		}
		if f.place != "" {
			text = c.paint(diag.Bold, c.free(f.place)) + " " + text
		}
		b.WriteString("  " + text + "\n")
	}
	if c.left > 0 {
		fmt.Fprintf(b, "  … and %d more\n", c.left)
	}
	b.WriteByte('\n')
}

// part is a share of a total.
type part struct {
	n     int
	word  string
	style diag.Style
}

// total writes a line such as "  requests  7: 5 passed, 2 failed", without the
// parts that are zero.
func (c *Console) total(b *strings.Builder, label string, n int, parts []part) {
	fmt.Fprintf(b, "  %-9s %d", label, n)
	sep := ": "
	for _, p := range parts {
		if p.n > 0 {
			b.WriteString(sep + c.paint(p.style, fmt.Sprintf("%d %s", p.n, p.word)))
			sep = ", "
		}
	}
	b.WriteByte('\n')
}

// verdict says in a word what an exit code means (language.md §7).
func verdict(e *runner.RunFinished) (string, diag.Style) {
	switch e.Exit {
	case 0:
		if e.Counts.Requests == e.Counts.Skipped { // which somebody meant
			return "NOTHING RUN", diag.Yellow
		}
		return "PASSED", diag.Green
	case 1:
		return "FAILED: a check does not hold (exit 1)", diag.Red
	case 2:
		return "INVALID: the input is wrong, or nothing was executed (exit 2)", diag.Red
	case 3:
		if e.Counts.Halted > 0 {
			return "BROKEN: the run could not go on (exit 3)", diag.Red
		}
		return "BROKEN: a request could not be carried out (exit 3)", diag.Red
	case 130:
		return "INTERRUPTED (exit 130)", diag.Red
	default:
		return fmt.Sprintf("ENDED (exit %d)", e.Exit), diag.Red
	}
}
