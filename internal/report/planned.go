package report

import (
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// outcomePlanned marks the line of a request that a dry run has not sent.
const outcomePlanned runner.Outcome = "planned"

// planned keeps the line of a request of a dry run, with the request below it.
func (c *Console) planned(id runner.ID, e *runner.RequestPlanned) {
	open := c.opened(fileKey(id))
	l := line{
		row: id.Row, outcome: outcomePlanned, name: requestName(id, e.Name, e.Line),
		remarks: c.free(strings.Join(plannedRemarks(e), ", ")),
	}
	var b strings.Builder
	c.wire(&b, sent, strings.TrimSpace(e.Sent.Method+" "+e.Sent.URL+" "+e.Sent.Proto))
	if e.NoLog {
		c.wire(&b, sent, "(not shown: @no-log)")
	} else {
		c.content(&b, sent, e.Sent.Header, e.Sent.Body)
	}
	for _, text := range plannedNotes(e) {
		b.WriteString(c.paint(diag.Cyan, "* ") + c.free(text) + "\n")
	}
	c.keep(open.add(l, c.wrapped(b.String(), below)))
}

// plannedRemarks say in a few words why and how often a request is sent.
func plannedRemarks(e *runner.RequestPlanned) []string {
	remarks := []string{fmt.Sprintf("line %d", e.Line)}
	if e.Path != "" {
		remarks = append(remarks, "from "+e.Path)
	}
	if e.Role != "" {
		remarks = append(remarks, e.Role)
	}
	if e.NeededBy != "" {
		remarks = append(remarks, "needed by "+e.NeededBy)
	}
	if e.Repeated != "" {
		remarks = append(remarks, e.Repeated)
	}
	return remarks
}

// plannedNotes are the lines that explain a request of a dry run.
func plannedNotes(e *runner.RequestPlanned) []string {
	var notes []string
	notes = append(notes, e.Unsure...)
	for _, v := range e.Values {
		notes = append(notes, v.Text+": "+v.From)
	}
	if e.Sent.Proxy != "" {
		notes = append(notes, "through the proxy "+e.Sent.Proxy)
	}
	return append(notes, e.Notes...)
}
