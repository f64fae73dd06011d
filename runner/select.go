package runner

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// misselect notes that a flag or a path names what is not there.
func (p *Plan) misselect(d *diag.Diagnostic) {
	p.misselected = true
	p.problems = append(p.problems, d)
}

// selectSteps marks the steps that the options ask for: each of the ways to
// select narrows what the others leave.
func (p *Plan) selectSteps() {
	o := &p.options
	var tags, excludable []string
	for _, suite := range p.suites {
		for _, f := range suite.files { // a tag keeps an imported request from running, too
			for _, s := range f.steps {
				s.excluded = intersect(s.tags, o.ExcludeTags)
				excludable = append(excludable, s.tags...)
			}
		}
		for _, s := range suite.file.steps {
			tags = append(tags, s.tags...)
			if !s.excluded && (len(o.Tags) == 0 || intersect(s.tags, o.Tags)) {
				s.picks = all
			}
		}
		suite.selectAddresses()
	}
	p.selectNames()
	p.selectLines()
	p.selectFailed()
	p.selectTarget()
	for _, suite := range p.suites {
		for _, s := range suite.file.steps {
			s.selected = len(s.picks) > 0
		}
		suite.selectFrame()
	}
	p.unknown("--tag", "request has the tag", o.Tags, tags)
	p.unknown("--exclude-tag", "request has the tag", o.ExcludeTags, excludable)
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

func (p *Plan) unknown(flag, what string, wanted, known []string) {
	for _, w := range wanted {
		if !slices.Contains(known, w) {
			p.misselect(&diag.Diagnostic{
				Code: diag.CodeUnknownName, Severity: diag.Error,
				Summary:    fmt.Sprintf("%s: no %s `%s`", flag, what, w),
				Suggestion: diag.DidYouMean(w, known),
			})
		}
	}
}

// selectAddresses narrows the selection to what the addresses of the suite name.
func (s *suite) selectAddresses() {
	if len(s.addresses) == 0 {
		return
	}
	found := make(map[*step]picks)
	for _, a := range s.addresses {
		var d *diag.Diagnostic
		if a.line > 0 {
			d = s.selectLine(a.line, found)
		} else {
			d = selectName(a.name, s.file.steps, found)
		}
		if d != nil {
			d.Summary = fmt.Sprintf("`%s`: %s", a.written, d.Summary)
			s.plan.misselect(d)
		}
	}
	s.narrow(found)
}

// narrow leaves of the selection what has been found.
func (s *suite) narrow(found map[*step]picks) {
	for _, st := range s.file.steps {
		st.picks = st.picks.and(found[st])
	}
}

// selectNames narrows the selection to the names of the options.
func (p *Plan) selectNames() {
	if len(p.options.Names) == 0 {
		return
	}
	var steps []*step
	for _, s := range p.suites {
		steps = append(steps, s.file.steps...)
	}
	found := make(map[*step]picks)
	for _, name := range p.options.Names {
		if d := selectName(name, steps, found); d != nil {
			d.Summary = "--name: " + d.Summary
			p.misselect(d)
		}
	}
	for _, s := range p.suites {
		s.narrow(found)
	}
}

// selectName adds the steps of a name, which may have rows behind it. The message
// tells that there are none.
func selectName(name string, steps []*step, found map[*step]picks) *diag.Diagnostic {
	called := func(name string) []*step {
		return slices.DeleteFunc(slices.Clone(steps), func(s *step) bool { return s.name == "" || s.name != name && s.address() != name })
	}
	matching, rows := called(name), []int(nil)
	if len(matching) == 0 { // a name that ends like rows wins
		name, rows = cutRows(name)
		matching = called(name)
	}
	if len(matching) == 0 {
		var known []string
		for _, s := range steps {
			known = append(known, s.name, s.address())
		}
		return &diag.Diagnostic{
			Code: diag.CodeUnknownName, Severity: diag.Error,
			Summary: fmt.Sprintf("no request is called `%s`", name), Suggestion: diag.DidYouMean(name, known),
		}
	}
	var failed error
	some := false
	for _, s := range matching {
		part, err := s.rowsOf(rows)
		if err != nil {
			failed = err
			continue
		}
		some = true
		found[s] = append(found[s], part)
	}
	if some { // rows that one file has, another may lack
		return nil
	}
	return &diag.Diagnostic{Code: diag.CodeUnknownName, Severity: diag.Error, Summary: failed.Error()}
}

// selectLines narrows the selection to the lines of the options.
func (p *Plan) selectLines() {
	if len(p.options.Lines) == 0 {
		return
	}
	found := make(map[*step]picks)
	for _, line := range p.options.Lines {
		if d := p.selectLine(line, found); d != nil {
			d.Summary = fmt.Sprintf("--line %s: %s", line, d.Summary)
			p.misselect(d)
		}
	}
	for _, s := range p.suites {
		s.narrow(found)
	}
}

func (p *Plan) selectLine(line Line, found map[*step]picks) *diag.Diagnostic {
	if line.File == "" {
		if len(p.suites) == 1 {
			return p.suites[0].selectLine(line.Number, found)
		}
		return &diag.Diagnostic{
			Code: diag.CodeUsage, Severity: diag.Error, Summary: fmt.Sprintf("in which of %d files?", len(p.suites)),
			Suggestion: fmt.Sprintf("write `--line FILE:%d`", line.Number),
		}
	}
	var known []string
	for _, s := range p.suites {
		if s.file.path == line.File || s.path != "" && s.path == absolute(p.options.real(line.File)) {
			return s.selectLine(line.Number, found)
		}
		known = append(known, s.file.path)
	}
	return &diag.Diagnostic{
		Code: diag.CodeUnknownName, Severity: diag.Error,
		Summary: "this is none of the files that are run", Suggestion: diag.DidYouMean(line.File, known),
	}
}

// selectLine adds the request whose block a line stands in: anything from its ###
// to the next one. The message tells that there is none.
func (s *suite) selectLine(line int, found map[*step]picks) *diag.Diagnostic {
	source := s.file.parsed.Source
	lineOf := func(offset int) int { return source.Position(offset).Line }
	last := max(strings.Count(string(source.Text()), "\n")+1, 1)
	if strings.HasSuffix(string(source.Text()), "\n") {
		last--
	}
	if line <= last {
		for i, b := range s.file.parsed.Blocks {
			end := last + 1
			if i+1 < len(s.file.parsed.Blocks) {
				end = lineOf(s.file.parsed.Blocks[i+1].Span.Start)
			}
			if line < lineOf(b.Span.Start) || line >= end {
				continue
			}
			if at := slices.IndexFunc(s.file.steps, func(st *step) bool { return st.block == b }); at >= 0 {
				st := s.file.steps[at]
				found[st] = append(found[st], pick{})
				return nil
			}
		}
	}
	d := &diag.Diagnostic{
		Code: diag.CodeUnknownName, Severity: diag.Error,
		Summary: fmt.Sprintf("there is no request at line %d", line),
	}
	if line > last {
		d.Summary = fmt.Sprintf("there is no line %d: the file has %d", line, last)
	}
	var nearest *step
	for _, st := range s.file.steps {
		if nearest == nil || distance(st.line, line) < distance(nearest.line, line) {
			nearest = st
		}
	}
	if nearest != nil {
		d.Suggestion = fmt.Sprintf("the nearest is `%s` at line %d", nearest.label(), nearest.line)
	}
	return d
}

func distance(a, b int) int { return max(a-b, b-a) }

// selectFrame selects @setup and @teardown for the rows that anything else of the
// file is selected for.
func (s *suite) selectFrame() {
	var rows picks
	for _, st := range s.file.steps {
		if (st.selected || st.pulledBy != "") && !st.setup && !st.teardown {
			rows = append(rows, st.picks...)
		}
	}
	if rows = rows.rows(); len(rows) == 0 {
		return
	}
	for _, st := range s.file.steps {
		if (st.setup || st.teardown) && !st.excluded {
			st.selected, st.picks = true, append(rows, st.picks...).rows()
		}
	}
}

// projectPath is the path of a file from the root of its project, with slashes:
// the same wherever the project lies and however the file was named.
func (s *suite) projectPath() string {
	if s.path == "" {
		return s.file.path
	}
	return pathFrom(s.root(), s.path)
}

// pathFrom is a path from a root, with slashes.
func pathFrom(root, path string) string {
	if rel, err := filepath.Rel(root, path); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}
