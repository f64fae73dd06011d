package report

import (
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// maxLate is how many files that the end of the run came before are shown with their
// requests. Of more of them, their number says as much.
const maxLate = 5

// lateFiles are files of which nothing was begun, because the run came to its end.
type lateFiles struct {
	files, requests int
	reason          string
}

// keepLate keeps the block of a file of which nothing was begun until it is known how
// many there are.
func (c *Console) keepLate(b *block) bool {
	if b.late == "" || len(b.messages) > 0 || b.below.size() > 0 {
		return false
	}
	for _, l := range b.lines {
		if l.outcome != runner.Skipped {
			return false
		}
	}
	c.beyond.files++
	c.beyond.requests += len(b.lines)
	c.beyond.reason = b.late
	if len(c.late) < maxLate {
		c.late = append(c.late, b)
	}
	return true
}

// writeLate writes what keepLate has kept.
func (c *Console) writeLate() {
	late := c.beyond
	if late.files > maxLate {
		text := count(late.files, "file") + " with " + count(late.requests, "request") + " were not begun: " + c.free(late.reason)
		c.write(c.wrapped("\n"+c.paint(diag.Dim, markSkipped+" "+text)+"\n", 0))
	} else {
		for _, b := range c.late {
			c.writeBlock(b)
		}
	}
	c.late, c.beyond = nil, lateFiles{}
}
