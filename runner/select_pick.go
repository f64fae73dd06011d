package runner

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pick is a part of what a step does: its runs for one row of the data of its
// file, and for one row of its own. 0 stands for all rows, also where there are
// none.
type pick struct{ row, own int }

// picks are the parts of a step that a selection asks for; none, if it asks for
// no part of it.
type picks []pick

// all is everything that a step does.
var all = picks{{}}

// and returns the parts that two selections have in common.
func (p picks) and(other picks) picks {
	var both picks
	for _, a := range p {
		for _, b := range other {
			row, ok := narrower(a.row, b.row)
			own, okOwn := narrower(a.own, b.own)
			if c := (pick{row, own}); ok && okOwn && !slices.Contains(both, c) {
				both = append(both, c)
			}
		}
	}
	return both
}

func narrower(a, b int) (int, bool) {
	if a == 0 || a == b {
		return b, true
	}
	return a, b == 0
}

// in reports whether some part is run for a row of the data of the file.
func (p picks) in(row int) bool {
	return slices.ContainsFunc(p, func(c pick) bool { return c.row == 0 || c.row == row })
}

// inOwn reports whether the part for a row of the step's own data is run.
func (p picks) inOwn(row, own int) bool {
	return slices.ContainsFunc(p, func(c pick) bool { return (c.row == 0 || c.row == row) && (c.own == 0 || c.own == own) })
}

// rows returns the parts with all rows of the step's own data.
func (p picks) rows() picks {
	var rows picks
	for _, c := range p {
		if c = (pick{row: c.row}); !slices.Contains(rows, c) {
			rows = append(rows, c)
		}
	}
	if slices.Contains(rows, pick{}) {
		return all
	}
	return rows
}

// cutRows cuts the rows off a name such as close[3] or close[2][1].
func cutRows(name string) (string, []int) {
	var rows []int
	for len(rows) < 2 && strings.HasSuffix(name, "]") {
		i := strings.LastIndexByte(name, '[')
		if i <= 0 {
			break
		}
		n, err := strconv.Atoi(name[i+1 : len(name)-1])
		if err != nil || n < 1 {
			break
		}
		name, rows = name[:i], append([]int{n}, rows...)
	}
	return name, rows
}

// rowsOf returns the part of a step that rows behind its name mean, as reports
// write them: the row of the data of the file, then that of its own.
func (s *step) rowsOf(rows []int) (pick, error) {
	file, own := s.file.suite.table, s.table
	if len(rows) == 0 {
		return pick{}, nil
	}
	if file == nil && own == nil || len(rows) == 2 && (file == nil || own == nil) {
		what := "has no data, and so no rows"
		switch {
		case s.loop != nil:
			what = "is repeated by @loop, whose rounds depend on each other"
		case len(rows) == 2:
			what = "has rows of one kind only"
		}
		return pick{}, fmt.Errorf("`%s` %s", s.label(), what)
	}
	var part pick
	if file != nil {
		part.row, rows = rows[0], rows[1:]
		if n := len(file.Rows); !file.Unread && part.row > n {
			return pick{}, fmt.Errorf("there is no row %d: the data of the file has %s", part.row, countRows(n))
		}
	}
	if len(rows) > 0 {
		part.own = rows[0]
		if n := len(own.Rows); !own.Unread && part.own > n {
			return pick{}, fmt.Errorf("there is no row %d: the data of `%s` has %s", part.own, s.label(), countRows(n))
		}
	}
	return part, nil
}

func countRows(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}
