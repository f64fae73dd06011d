package runner

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/postrider/postrider/internal/data"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// readTable reads the table whose rows are runs of the suite: that of the command
// line, or else of @data in the preamble.
func (s *suite) readTable() {
	if path := s.plan.options.Data; path != "" {
		table, problems := s.plan.commandTable(path)
		s.file.problem(problems...)
		s.table = table
	} else if preamble := s.file.parsed.Preamble(); preamble != nil {
		s.table = s.file.tableOf(preamble)
	}
}

// table returns the table whose columns the file reads: that of its suite, unless
// it is imported; nil if there is none.
func (f *file) table() *data.Table {
	if f == f.suite.file {
		return f.suite.table
	}
	return nil
}

// commandTable reads the table of the command line, once.
func (p *Plan) commandTable(path string) (*data.Table, diag.List) {
	if p.table == nil && p.tableProblems == nil {
		at := path
		if !filepath.IsAbs(path) {
			at = filepath.Join(p.options.Dir, path)
		}
		content, err := os.ReadFile(at)
		if err == nil {
			p.table, err = data.Read(diag.NewSource(path, content))
		} else {
			p.table = &data.Table{Unread: true}
			err = &diag.Diagnostic{
				Code: diag.CodeUsage, Severity: diag.Error,
				Summary:    fmt.Sprintf("`--data %s` cannot be read: %v", path, unwrapPathError(err)),
				Suggestion: "name a CSV or JSON file",
			}
		}
		if err != nil {
			p.tableProblems = asDiagnostics(err)
		}
	}
	return p.table, p.tableProblems
}

// tableOf reads the table that the @data of a block names; nil if there is none.
// The name may hold variables that are known before the
// run.
func (f *file) tableOf(b *parser.Block) *data.Table {
	for _, d := range b.Directives {
		n, ok := d.Node.(*parser.Value)
		if !ok || d.Key != "data" {
			continue
		}
		table, err := f.readTable(n.Text)
		if table == nil {
			table = &data.Table{Unread: true}
		}
		if err != nil {
			for _, problem := range asDiagnostics(err) {
				f.problem(problem.At(f.parsed.Source, n.Text.Span()))
			}
		}
		return table
	}
	return nil
}

func (f *file) readTable(path parser.Text) (*data.Table, error) {
	x, err := f.static.Expand(context.Background(), path, unsent{f})
	if err != nil {
		return nil, err
	}
	files, err := f.files()
	if err != nil {
		return nil, err
	}
	defer files.Close() // only read from
	content, err := files.ReadFile(f.dir, x.Text)
	if err != nil {
		return nil, err
	}
	return data.Read(diag.NewSource(filepath.Join(filepath.Dir(f.path), filepath.FromSlash(x.Text)), content))
}

// rows is how many rows the data of the suite has; 0 without data.
func (s *suite) rows() int {
	if s.table == nil {
		return 0
	}
	return len(s.table.Rows)
}

// sessionRows returns the rows that are sessions of their own, those that something
// is selected for; 0 is the one session of a suite without data.
func (s *suite) sessionRows() []int {
	if s.rows() == 0 {
		return []int{0}
	}
	var rows []int
	sequence := s.sequence()
	for row := 1; row <= s.rows(); row++ {
		if slices.ContainsFunc(sequence, func(st *step) bool { return st.picks.in(row) }) {
			rows = append(rows, row)
		}
	}
	return rows
}

// planned is how many requests the suite sends, if all of its steps do.
func (s *suite) planned() int {
	n := 0
	rows := s.sessionRows()
	for _, st := range s.order {
		n += st.planned(rows)
	}
	return n
}

// planned is how many requests the step sends in sessions for some rows.
func (s *step) planned(rows []int) int {
	if s.picks == nil || slices.Contains(s.picks, pick{}) {
		if s.table != nil {
			return len(rows) * len(s.table.Rows)
		}
		return len(rows)
	}
	n := 0
	for _, row := range rows {
		switch {
		case !s.picks.in(row):
		case s.table == nil:
			n++
		default:
			for own := range s.table.Rows {
				if s.runsFor(row, own+1) {
					n++
				}
			}
		}
	}
	return n
}

// runsFor reports whether the step is run for a row of its own data, in the
// session of a row of the file's. One that nothing selects is run for all, where
// another needs it.
func (s *step) runsFor(row, own int) bool { return !s.picks.in(row) || s.picks.inOwn(row, own) }

// rowVariables returns the variables of a row, counted from 1.
func (f *file) rowVariables(table *data.Table, row int) []*scope.Variable {
	cells := table.Rows[row-1]
	vars := make([]*scope.Variable, 0, len(cells.Values))
	for _, name := range table.Columns {
		v, ok := cells.Values[name]
		if !ok {
			continue
		}
		variable := &scope.Variable{
			Name: name, Value: v, Tier: scope.Row, Secret: scope.LooksSecret(name), Where: fmt.Sprintf("row %d of the data", row),
		}
		f.plan.keepVariable(variable)
		vars = append(vars, variable)
	}
	return vars
}

// performRows runs a step once for each row of its data. Its captures are then
// lists, of the values of all rows in their order.
func (s *session) performRows(ctx context.Context, st *step, by caller, arguments []*scope.Variable) Outcome {
	var ended []Outcome
	lists := make([]*scope.Variable, len(st.captures))
	r := &running{session: s, step: st}
	for row := 1; row <= len(st.table.Rows); row++ {
		if !st.runsFor(s.row, row) {
			continue
		}
		vars := append(st.file.rowVariables(st.table, row), arguments...)
		outcome := s.performOnce(ctx, st, by, vars, row)
		ended = append(ended, outcome)
		if outcome != Passed || s.dry != nil { // no answer has been captured from
			continue
		}
		for i, c := range st.captures {
			v := s.scopeOf(st.file).Captured(c.name)
			if lists[i] == nil {
				list := *v
				list.Value, lists[i] = []any(nil), &list
			}
			lists[i].Value = append(lists[i].Value.([]any), v.Value)
			lists[i].Secret = lists[i].Secret || v.Secret
		}
	}
	worst := worstOf(ended)
	for i, c := range st.captures {
		switch {
		case s.dry != nil:
		case worst == Passed:
			r.keep(&c.set, lists[i])
		default:
			r.lose(&c.set) // a list with gaps would pass for the whole
		}
	}
	s.outcomes[st] = worst
	return worst
}

// worstOf returns the outcome of a step that ran several times: the worst of all.
// Iterations that were skipped do not count beside others.
func worstOf(ended []Outcome) Outcome {
	for _, o := range []Outcome{Interrupted, Invalid, Broken, Failed, Passed} {
		if slices.Contains(ended, o) {
			return o
		}
	}
	return Skipped
}
