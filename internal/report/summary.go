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
	more   int // checks that failed besides
	again  int // places besides where the same is wrong, of a message
}

// maxFailures bounds the list, and with it the memory of a long run.
const maxFailures = 20

// compare orders failures as their requests stand in the plan. The order of
// ending changes from run to run.
func (f failure) compare(other failure) int {
	x, y := f.id, other.id
	return cmp.Or(x.File-y.File, x.Repeat-y.Repeat, x.Row-y.Row, x.Request-y.Request, x.Iteration-y.Iteration)
}

// fail keeps a failure: of too many, the first ones. Messages of the same mistake are
// one, with the first of their places.
func (c *Console) fail(f failure) {
	same := slices.IndexFunc(c.broken, func(x failure) bool { return f.name+x.name == "" && f.reason != "" && x.reason == f.reason })
	if same >= 0 {
		if f.compare(c.broken[same]) >= 0 {
			c.broken[same].again++
			return
		}
		f.again = c.broken[same].again + 1
		c.broken = slices.Delete(c.broken, same, same+1)
	}
	at, _ := slices.BinarySearchFunc(c.broken, f, func(x, f failure) int {
		return cmp.Or(x.compare(f), -1) // behind those that are equal
	})
	c.broken = slices.Insert(c.broken, at, f)
	if len(c.broken) > maxFailures {
		c.left += 1 + c.broken[maxFailures].again
		c.broken = c.broken[:maxFailures]
	}
}

// failureOf returns the first reason why a request did not pass, and how many
// checks more failed.
func failureOf(id runner.ID, path, name string, e *runner.RequestFinished) failure {
	f := failure{id: id, place: place(diag.Message{}, path, e.Line), name: name, reason: string(e.Outcome)}
	for _, m := range e.Problems {
		if m.Severity == diag.Error {
			f.place, f.reason = place(m, path, e.Line), m.Summary
			return f
		}
	}
	first := slices.IndexFunc(e.Checks, func(check runner.Check) bool { return !check.Passed && !check.Unknown })
	if first < 0 {
		first = slices.IndexFunc(e.Checks, func(check runner.Check) bool { return !check.Passed })
	}
	if first < 0 {
		return f
	}
	check := e.Checks[first]
	m := messageOf(path, check)
	f.place, f.reason = place(m, path, check.Line), reasonOf(m, check)
	f.more = len(e.Checks) - passed(e.Checks) - 1
	return f
}

// Bounds of the values in a reason, in columns.
const (
	longestValue = 60
	longestPart  = 120
)

// reasonOf says in a line why a check does not hold: what is false, and the
// values that make it so.
func reasonOf(m diag.Message, check runner.Check) string {
	if m.Code != diag.CodeAssertion {
		return m.Summary
	}
	reason := m.Summary
	part := subject(m, check.Text)
	if check.Note == "" && m.Marker == "false" {
		reason = diag.Shorten(diag.Printable(part), longestPart) + " is false"
	}
	var values []string
	for _, v := range m.Values {
		if strings.Contains(part, v.Name) {
			values = append(values, diag.Shorten(diag.Printable(v.Name), longestPart)+" = "+diag.Shorten(diag.Printable(v.Text), longestValue))
		}
	}
	if len(values) > 0 {
		reason += " (" + strings.Join(values, ", ") + ")"
	}
	return reason
}

// subject returns the part of the source line that a message is about, or else
// the whole text.
func subject(m diag.Message, text string) string {
	line, start := []rune(m.Text), m.Column+m.Shift-1
	if m.EndLine != m.Line || start < 0 || start+m.Width > len(line) {
		return text
	}
	return string(line[start : start+m.Width])
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
			{n.Checks - n.FailedChecks - n.Unjudged, "passed", diag.Green}, {n.FailedChecks, "failed", diag.Red}, {n.Unjudged, "not checked", diag.Red},
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
	b.WriteString(c.paint(diag.Bold, "What is wrong:") + "\n")
	for _, f := range c.broken {
		text := c.free(f.reason)
		if f.more > 0 {
			text += fmt.Sprintf("; and %d more %s", f.more, plural(f.more, "check"))
		}
		if f.again > 0 {
			text += fmt.Sprintf(" (and in %s)", count(f.again, "more place"))
		}
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
		if e.Counts.Unanswered+e.Counts.Unjudged+e.Counts.Unreplayed > 0 {
			return "BROKEN: the recording does not answer everything (exit 3)", diag.Red
		}
		return "BROKEN: a request could not be carried out (exit 3)", diag.Red
	case 130:
		return "INTERRUPTED (exit 130)", diag.Red
	default:
		return fmt.Sprintf("ENDED (exit %d)", e.Exit), diag.Red
	}
}
