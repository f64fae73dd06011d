package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// line is the line of a request that has ended, not yet aligned, with what
// stands below it.
type line struct {
	row     int
	outcome runner.Outcome
	name    string
	method  string
	status  string
	time    string
	checks  string
	remarks string // why it ran, why it did not, how often it was tried

	below, behind int64 // where what stands below it starts and ends, in the block's spool
}

// request keeps the line of a request that has ended.
func (c *Console) request(id runner.ID, e *runner.RequestFinished) {
	open := c.opened(fileKey(id))
	l := line{row: id.Row, outcome: e.Outcome, name: requestName(id, e.Name, e.Line), remarks: c.free(remarks(id, e))}
	if e.Late {
		open.late = e.Reason
	}
	if e.Outcome != runner.Skipped {
		l.time = formatDuration(e.Duration)
	}
	if len(e.Checks) > 0 {
		l.checks = fmt.Sprintf("%d/%d", passed(e.Checks), len(e.Checks))
	}
	if len(e.Hops) > 0 {
		last := e.Hops[len(e.Hops)-1]
		l.method = diag.Shorten(diag.Printable(e.Hops[0].Method), 10)
		l.status = "-"
		if last.Status > 0 {
			l.status = strconv.Itoa(last.Status)
		}
	}

	var b strings.Builder
	key := requestKey(id)
	for _, note := range open.notes[key] {
		b.WriteString(note)
	}
	delete(open.notes, key)
	shown := *e
	shown.Problems = open.helped.all(e.Problems)
	c.explain(&b, open.path, &shown)
	c.keep(open.add(l, b.String()))

	if e.Wrong() {
		c.fail(failureOf(id, open.path, l.name, e))
	}
}

// opened returns the block of a file.
func (c *Console) opened(file runner.ID) *block {
	open := c.block(file)
	if open == nil { // a file that was never said to start
		open = &block{file: file}
		c.blocks = append(c.blocks, open)
	}
	return open
}

// requestName is how a request is called: its name and its data row.
func requestName(id runner.ID, name string, line int) string {
	if name == "" {
		name = fmt.Sprintf("line %d", line)
	}
	for _, n := range []int{id.Row, id.Iteration} {
		if n > 0 {
			name = fmt.Sprintf("%s[%d]", name, n)
		}
	}
	return diag.Printable(name)
}

func remarks(id runner.ID, e *runner.RequestFinished) string {
	var all []string
	switch e.Outcome {
	case runner.Passed, runner.Failed:
	case runner.Skipped:
		if e.Reason == "" {
			all = append(all, "skipped")
		} else {
			all = append(all, "skipped: "+e.Reason)
		}
	default:
		all = append(all, string(e.Outcome))
	}
	if id.Try > 1 {
		all = append(all, fmt.Sprintf("try %d", id.Try))
	}
	if e.Path != "" {
		all = append(all, "from "+diag.Printable(e.Path))
	}
	if e.NeededBy != "" {
		all = append(all, "needed by "+e.NeededBy)
	}
	return strings.Join(all, ", ")
}

// explain writes what stands below the line of a request: what is wrong with
// it and, behind that, the answer it is wrong with.
func (c *layout) explain(b *strings.Builder, path string, e *runner.RequestFinished) {
	for _, m := range e.Problems {
		c.renderTo(b, m, below)
	}
	for _, check := range e.Checks {
		if !check.Passed {
			c.failedCheck(b, path, check)
		} else if c.verbose {
			b.WriteString(c.paint(diag.Green, markPassed) + " " + c.free(check.Text) + "\n")
		}
	}
	c.printed(b, e)
	switch {
	case c.verbose:
		for _, captured := range e.Captures {
			b.WriteString(c.paint(diag.Dim, "captured ") + c.free(captured.Name) + " = " + c.free(captured.Value) + "\n")
		}
		for _, path := range e.Saved {
			b.WriteString(c.paint(diag.Dim, "saved ") + c.free(path) + "\n")
		}
		for i := range e.Hops {
			c.exchange(b, e, &e.Hops[i])
		}
	case e.Outcome.Bad() && len(e.Hops) > 0 && !c.noResponse:
		c.answer(b, e)
	}
}

// printed writes what the scripts of a request have printed.
func (c *layout) printed(b *strings.Builder, e *runner.RequestFinished) {
	for _, l := range e.Log {
		style := diag.Dim
		switch l.Level {
		case "warn":
			style = diag.Yellow
		case "error":
			style = diag.Red
		}
		for _, text := range logLines(l) {
			b.WriteString(c.paint(style, "| "+c.free(text)) + "\n")
		}
	}
}

// logLines are the lines of what a script has printed, with the level in front if
// it is worth a word.
func logLines(l runner.Log) []string {
	text := strings.TrimRight(strings.ReplaceAll(l.Text, "\r\n", "\n"), "\n")
	if l.Level != "info" && l.Level != "debug" && l.Level != "" {
		text = l.Level + ": " + text
	}
	return strings.Split(text, "\n")
}

func (c *layout) failedCheck(b *strings.Builder, path string, check runner.Check) {
	m := messageOf(path, check)
	if check.Note != "" && !strings.Contains(m.Summary, check.Note) {
		m.Summary += ": " + check.Note
	}
	c.renderTo(b, m, below)
}

// messageOf returns the message of a failed check, which a check read back
// from a report may lack.
func messageOf(path string, check runner.Check) diag.Message {
	if check.Message != nil {
		return *check.Message
	}
	return diag.Message{
		Severity: diag.Error, File: path, Line: check.Line, Column: 1,
		Summary: fmt.Sprintf("check failed: %s", check.Text),
	}
}

func (c *Console) token(id runner.ID, e *runner.TokenEvent) {
	if !c.verbose {
		return
	}
	text := "token " + diag.Printable(e.Provider) + " " + diag.Printable(e.Kind)
	if e.Account != "" {
		text += " for " + diag.Printable(e.Account)
	}
	if e.Life > 0 {
		text += ", valid for " + formatDuration(e.Life)
	}
	if e.Took > 0 {
		text += ", took " + formatDuration(e.Took)
	}
	text = c.paint(diag.Cyan, "* "+c.free(text)) + "\n"
	open := c.block(fileKey(id))
	if open == nil && e.Kind == tokenReused {
		c.reused[e.Provider]++
		return
	}
	if open == nil {
		c.write(text)
		return
	}
	open.note(id, text)
}

// tryFailed says why a request is tried again.
func (c *Console) tryFailed(id runner.ID, e *runner.TryFailed) {
	open := c.block(fileKey(id))
	if !c.verbose || open == nil {
		return
	}
	text := fmt.Sprintf("try %d of %d failed: %s; again after %s", id.Try, e.Tries, diag.Printable(e.Reason), formatDuration(e.Wait))
	open.note(id, c.paint(diag.Yellow, "* "+c.free(text))+"\n")
}

// note keeps a line that stands below a request once it has ended.
func (b *block) note(id runner.ID, text string) {
	if b.notes == nil {
		b.notes = make(map[runner.ID][]string)
	}
	key := requestKey(id)
	b.notes[key] = append(b.notes[key], text)
}

// tokenReused is the kind of a TokenEvent that happens at every request.
const tokenReused = "reused"

// reusedTokens writes how often tokens were reused by requests that are not
// known.
func (c *Console) reusedTokens() {
	var b strings.Builder
	for _, provider := range slices.Sorted(maps.Keys(c.reused)) {
		text := "token " + diag.Printable(provider) + " reused " + count(c.reused[provider], "time")
		b.WriteString(c.paint(diag.Cyan, "* "+c.free(text)) + "\n")
	}
	if b.Len() > 0 {
		c.write("\n" + b.String())
	}
}

// requestKey is the id of a request, whichever of its tries an event is about.
func requestKey(id runner.ID) runner.ID {
	id.Try = 0
	return id
}

// Marks of outcomes.
const (
	markPassed  = "✓"
	markFailed  = "✗"
	markSkipped = "○"
	markBroken  = "!"
	markPlanned = "→"
)

func mark(o runner.Outcome) (string, diag.Style) {
	switch o {
	case runner.Passed:
		return markPassed, diag.Green
	case runner.Failed:
		return markFailed, diag.Red
	case runner.Skipped:
		return markSkipped, diag.Dim
	case outcomePlanned:
		return markPlanned, diag.Cyan
	default:
		return markBroken, diag.Red
	}
}

// table is the widths of the columns of a block.
type table struct {
	name, method, time, checks int
	width                      int
}

// fixed is the columns of a line that the name does not share: the indented
// mark, the gaps and the status.
const fixed = 4 + 2 + 1 + 3 + 2 + 2

func tableOf(lines []line, width int) table {
	t := table{width: width}
	for _, l := range lines {
		t.name = max(t.name, diag.DisplayWidth(l.name))
		t.method = max(t.method, diag.DisplayWidth(l.method))
		t.time = max(t.time, len(l.time))
		t.checks = max(t.checks, len(l.checks))
	}
	t.name = min(t.name, max(width-fixed-t.method-t.time-t.checks, 8))
	return t
}

func (c *Console) writeLine(b *strings.Builder, t table, l line) {
	m, style := mark(l.outcome)
	name := diag.Shorten(l.name, t.name)
	columns := ""
	if l.outcome != runner.Skipped && l.outcome != outcomePlanned { // else the reason stands where the others have their columns
		columns = fmt.Sprintf("  %-*s %3s  %*s  %*s", t.method, l.method, l.status, t.time, l.time, t.checks, l.checks)
		columns = strings.TrimRight(columns, " ")
	}
	gap := strings.Repeat(" ", t.name-diag.DisplayWidth(name))
	inline := below+t.name+len(columns)+2+diag.DisplayWidth(l.remarks) <= t.width
	if columns == "" && (l.remarks == "" || !inline) {
		gap = ""
	}
	if l.outcome == runner.Skipped {
		name = c.paint(diag.Dim, name)
	}
	b.WriteString("  " + c.paint(style, m) + " " + name + gap + columns)
	if l.remarks != "" {
		remarks := c.paint(diag.Dim, l.remarks)
		if inline {
			b.WriteString("  " + remarks)
		} else {
			b.WriteString("\n" + c.wrapped(strings.Repeat(" ", below)+remarks, 0))
		}
	}
	b.WriteByte('\n')
}

func passed(checks []runner.Check) int {
	n := 0
	for _, c := range checks {
		if c.Passed {
			n++
		}
	}
	return n
}
