package report

import (
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// Sizes of what is written as Markdown, in bytes. A comment of GitHub holds 65,536
// characters.
const (
	markdownLimit    = 64_000
	stepSummaryLimit = 1 << 20 // of all that a step of GitHub Actions writes
	failureLimit     = 6_000   // of the messages of a failure, and of its answer
)

// markdownReport writes a run for a step summary or a comment: the totals, what is
// wrong, then the files.
type markdownReport struct {
	writer
	limit int
	page  *page
}

// Event implements runner.Sink.
func (m *markdownReport) Event(e *runner.Event) error {
	m.page.event(e)
	if done, ok := e.Data.(*runner.RunFinished); ok {
		m.begin()
		m.print(m.page.text(done, m.limit))
		return m.finish()
	}
	return nil
}

// page gathers what a report in Markdown says. It keeps no more than it can show.
//
// Foreign text stands in code alone, inline or in a block, where GitHub and GitLab
// look neither for markup nor for names and numbers to link; every character with
// a meaning is a numeric reference.
type page struct {
	limit    int
	started  runner.RunStarted
	failures strings.Builder
	files    strings.Builder
	omitted  struct{ failures, files int }
	paths    map[runner.ID]string // of running files
	layout   layout
}

func newPage(limit int) *page {
	return &page{limit: limit, paths: make(map[runner.ID]string), layout: newLayout(ConsoleOptions{})}
}

func (p *page) event(e *runner.Event) {
	switch data := e.Data.(type) {
	case *runner.RunStarted:
		p.started = *data
	case *runner.MessageEvent:
		if data.Message.Severity != diag.Error {
			break
		}
		if p.omitted.failures > 0 {
			p.omitted.failures++
		} else {
			p.fail(place(data.Message, "", 0), "", "error", p.layout.rendered(data.Message), "")
		}
	case *runner.FileStarted:
		p.paths[fileKey(e.ID)] = data.Path
	case *runner.RequestFinished:
		if data.Wrong() {
			p.request(e.ID, data)
		}
	case *runner.FileFinished:
		p.file(e.ID, data)
		delete(p.paths, fileKey(e.ID))
	}
}

func (p *page) request(id runner.ID, e *runner.RequestFinished) {
	if p.omitted.failures > 0 {
		p.omitted.failures++
		return
	}
	path := p.paths[fileKey(id)]
	f := failureOf(id, path, "", e)
	name := requestName(id, e.Name, e.Line)
	if id.Repeat > 0 {
		name += " (repetition " + itoa(id.Repeat) + ")"
	}
	without := *e
	without.Hops = nil
	answer := ""
	if len(e.Hops) > 0 {
		var b strings.Builder
		p.layout.answer(&b, e)
		answer = b.String()
	}
	messages := p.layout.explained(path, &without)
	if messages == "" {
		messages = string(e.Outcome)
	}
	p.fail(f.place, name, string(e.Outcome), messages, answer)
}

// fail adds something that is wrong, as long as there is room.
func (p *page) fail(at, name, outcome, messages, answer string) {
	var b strings.Builder
	b.WriteString("❌ ")
	for _, text := range []string{at, name} {
		if text != "" {
			b.WriteString(markdownCode(diag.Shorten(diag.Printable(text), 300)) + " ")
		}
	}
	b.WriteString(outcome + "\n\n" + markdownBlock(messages))
	if answer != "" {
		b.WriteString("<details><summary>The answer</summary>\n\n" + markdownBlock(answer) + "</details>\n\n")
	}
	if p.failures.Len()+b.Len() > p.limit*3/4 {
		p.omitted.failures++
		return
	}
	p.failures.WriteString(b.String())
}

func (p *page) file(id runner.ID, e *runner.FileFinished) {
	c := e.Counts
	mark := "✅"
	if c.Requests > c.Passed+c.Skipped {
		mark = "❌"
	}
	row := fmt.Sprintf("| %s | %s | %d | %d | %d | %d | %s |\n", mark, markdownCode(diag.Shorten(suiteName(id, e.Path), 200)),
		c.Requests, c.Passed, c.Requests-c.Passed-c.Skipped, c.Skipped, formatDuration(e.Duration))
	if p.omitted.files > 0 || p.files.Len()+len(row) > p.limit/8 {
		p.omitted.files++
		return
	}
	p.files.WriteString(row)
}

// text is the whole page, in at most limit bytes. What does not fit is left out
// from the end.
func (p *page) text(e *runner.RunFinished, limit int) string {
	word, _ := verdict(e)
	mark := "✅"
	if e.Exit != 0 {
		mark = "❌"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "## %s postrider: %s\n\n", mark, word)
	if p.started.Sandbox {
		b.WriteString("**" + sandboxNotice + "**\n\n")
	}
	n := e.Counts
	b.WriteString("| Requests | Passed | Failed | Broken | Invalid | Interrupted | Skipped | Checks | Checks failed | Errors | Warnings | Time |\n")
	b.WriteString("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	fmt.Fprintf(&b, "| %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %s |\n\n", n.Requests, n.Passed, n.Failed, n.Broken, n.Invalid,
		n.Interrupted, n.Skipped, n.Checks, n.FailedChecks, n.Errors, n.Warnings, formatDuration(e.Duration))
	var about []string
	for _, property := range properties(&p.started) {
		if property.Name != "sandbox" {
			about = append(about, property.Name+" "+markdownCode(diag.Shorten(diag.Printable(property.Text), 200)))
		}
	}
	b.WriteString(strings.Join(about, ", ") + "\n\n")

	sections := []string{"", ""}
	if p.failures.Len() > 0 {
		sections[0] = "### What is wrong\n\n" + p.failures.String() + more(p.omitted.failures)
	}
	if p.files.Len() > 0 {
		sections[1] = "### Files\n\n|  | File | Requests | Passed | Not passed | Skipped | Time |\n|--|:--|--:|--:|--:|--:|--:|\n" +
			p.files.String() + more(p.omitted.files)
	}
	for _, s := range sections {
		if b.Len()+len(s) > limit {
			b.WriteString("There is no room here for the rest.\n")
			break
		}
		b.WriteString(s)
	}
	return b.String()
}

// more says what is left out, in a paragraph.
func more(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("\n… and %d more\n\n", n)
}

// markdownCode is a printable text as inline code, also in a table.
func markdownCode(s string) string {
	var b strings.Builder
	b.WriteString("<code>")
	for _, r := range s {
		if r > ' ' && r < '0' && r != '-' && r != '/' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z' && r < 0x7f {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String() + "</code>"
}

// markdownBlock is printable text of several lines as a block, which ends where
// HTML ends it, and not at a fence or a blank line.
func markdownBlock(s string) string {
	if len(s) > failureLimit {
		s = cutText(s, failureLimit) + "\n…"
	}
	return "<pre>\n" + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(strings.TrimRight(s, "\n")) + "\n</pre>\n\n"
}
