package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// link finds what the selected steps need and the order they run in, and
// reports every mistake on the way: unknown names, cycles, variables that
// nothing sets in time, credentials that cannot be bound.
func (f *file) link(ctx context.Context) {
	if f.env == nil {
		return // every further message would only follow from that
	}
	l := linker{file: f, state: make(map[*step]visit), captured: make(map[string]bool)}
	for _, s := range f.steps {
		if s.selected && l.state[s] == unvisited {
			l.visit(ctx, s, nil)
		}
	}
}

type visit uint8

const (
	unvisited visit = iota
	visiting
	visited
)

// linker walks the graph of a file, depth first.
type linker struct {
	file     *file
	state    map[*step]visit
	captured map[string]bool // by the steps that run before the current one
}

func (l *linker) visit(ctx context.Context, s *step, path []*step) {
	l.state[s] = visiting
	path = append(path, s)
	l.trace(ctx, s)
	for i := range s.needs {
		n := &s.needs[i]
		switch l.state[n.on] {
		case unvisited:
			l.visit(ctx, n.on, path)
		case visiting:
			l.cycle(n, path)
		case visited:
		}
	}
	l.state[s] = visited
	l.checkCaptures(s)
	for _, c := range s.captures {
		l.captured[c.name] = true
	}
	l.file.order = append(l.file.order, s)
}

// cycle reports requests that need each other.
func (l *linker) cycle(n *need, path []*step) {
	var labels []string
	for _, s := range path[slices.Index(path, n.on):] {
		labels = append(labels, "`"+s.label()+"`")
	}
	labels = append(labels, "`"+n.on.label()+"`")
	l.file.problem(&diag.Diagnostic{
		Code: diag.CodeCycle, Severity: diag.Error,
		Summary: "requests need each other: " + strings.Join(labels, " → "),
		Source:  n.at.Source(), Subject: n.at.Span(),
		Suggestion: "remove one of these references",
	})
}

// trace finds the edges of a step and the variables it reads. What @if reads
// comes first: the rest runs only if the condition holds.
func (l *linker) trace(ctx context.Context, s *step) {
	f := l.file
	t := &tracer{file: f, step: s, seen: make(map[string]bool)}
	if s.condition != nil {
		t.condition = true
		t.program(s.condition.program, s.condition.text, false)
		t.condition = false
	}
	for _, name := range s.written {
		if on := f.byName[name.String()]; on != nil {
			t.need(on, name)
			continue
		}
		f.problem(&diag.Diagnostic{
			Code: diag.CodeUnknownName, Severity: diag.Error,
			Summary: fmt.Sprintf("no request in this file is called `%s`", name),
			Source:  name.Source(), Subject: name.Span(),
			Suggestion: diag.DidYouMean(name.String(), f.requestNames()),
		})
	}
	if len(s.unsupported) > 0 {
		return // a script that cannot be run may set what the rest reads
	}
	f.readBodyFiles(s)
	var target *scope.Expansion // nil where it is not known yet
	for i, text := range s.texts() {
		if i > 0 && !text.HasTemplate() {
			continue
		}
		known := t.text(text)
		wrong := f.static.Check(text, knownNames{f})
		f.problem(wrong...)
		if known && !wrong.HasErrors() {
			x, err := f.static.Expand(ctx, text, unsent{f})
			if err != nil {
				f.problem(asDiagnostics(err)...)
			} else if i == 0 {
				target = &x
			}
		}
	}
	for _, a := range s.asserts {
		t.program(a.program, a.text, true)
	}
	for _, c := range s.captures {
		t.program(c.program, c.text, true)
	}
	if s.retry != nil && s.retry.until != nil {
		t.program(s.retry.until.program, s.retry.until.text, true)
	}
	f.checkTarget(ctx, s, target)
	f.checkRoute(ctx, s)
	f.bind(ctx, s, target)
}

// checkTarget finds out before anything is sent whether the target is a URL,
// if it is known by then.
func (f *file) checkTarget(ctx context.Context, s *step, target *scope.Expansion) {
	host, known := f.staticHost(ctx, s)
	if target == nil || !known {
		return
	}
	if _, err := parseTarget(target.Text, host); err != nil {
		f.problem(s.targetError(err, s.method()+" "+target.Text))
	}
}

// staticHost returns what stands for the host of a path-only target: the Host
// header, or else the variable `host`. It reports false if that is known only
// when the request runs.
func (f *file) staticHost(ctx context.Context, s *step) (host string, known bool) {
	for _, h := range s.request.Headers {
		if !strings.EqualFold(h.Name.String(), "host") {
			continue
		}
		if !f.isStatic(h.Value) {
			return "", false
		}
		if x, err := f.static.Expand(ctx, h.Value, unsent{f}); err == nil {
			return x.Text, true
		}
	}
	if len(f.capturedBy["host"]) > 0 {
		return "", false
	}
	if _, found, _ := f.static.Lookup("host"); found {
		if v, _, err := f.static.Value(ctx, "host", unsent{f}); err == nil {
			host = value.Text(v)
		}
	}
	return host, true
}

// checkCaptures reports variables that only a capture sets, where no request
// that makes it runs before.
func (l *linker) checkCaptures(s *step) {
	own := make(map[string]bool)
	for _, c := range s.captures {
		own[c.name] = true
	}
	for _, r := range s.reads {
		by := l.file.capturedBy[r.name]
		if l.captured[r.name] || r.hasDefault || r.afterOwn && own[r.name] {
			continue
		}
		d := &diag.Diagnostic{
			Code: diag.CodeVariable, Severity: diag.Error,
			Summary: fmt.Sprintf("`%s` has no value here: `%s` (line %d) captures it, but does not run before this request", r.name, by[0].label(), by[0].line),
			Source:  r.at.Source(), Subject: r.at.Span(),
		}
		if by[0] == s {
			d.Summary = fmt.Sprintf("`%s` has no value here: this request captures it itself, after it is sent", r.name)
		} else if by[0].name != "" {
			d.Suggestion = fmt.Sprintf("add `# @needs %s`", quoteName(by[0].name))
		} else {
			d.Suggestion = "give that request a `# @name` and add `# @needs` with it here"
		}
		l.file.problem(d)
	}
}

func quoteName(name string) string {
	if strings.ContainsAny(name, ", ") {
		return `"` + name + `"`
	}
	return name
}

func (f *file) requestNames() []string {
	var names []string
	for _, s := range f.steps {
		if s.name != "" {
			names = append(names, s.name)
		}
	}
	return names
}

// tracer follows the names in texts and expressions of a step, through the
// values of the variables they read. Without a step it only tells whether the
// texts are static.
type tracer struct {
	file      *file
	step      *step
	seen      map[string]bool // variables being followed
	condition bool            // the step's @if is being followed
}

// text follows a template text and reports whether it is known before
// anything is sent.
func (t *tracer) text(text parser.Text) bool {
	static := true
	for _, seg := range text.Segments() {
		if seg.Template && !t.template(seg.Expr) {
			static = false
		}
	}
	return static
}

func (t *tracer) template(expr parser.Text) bool {
	src := expr.String()
	switch scope.Classify(src) {
	case scope.Dynamic:
		return true
	case scope.Expression:
		p, err := t.file.compile(expr, eval.Value, t.file.names)
		if err != nil {
			if t.step != nil {
				t.file.problem(expression{text: expr}.problem(diag.CodeExpression, "", err))
			}
			return false
		}
		return t.program(p, expr, false)
	default:
		return t.name(src, expr)
	}
}

// name follows a name or a path: an exact variable, a request, the variable at
// its head.
func (t *tracer) name(name string, at parser.Text) bool {
	if t.isVariable(name) {
		return t.variable(name, at, false)
	}
	if s, _, ok := t.file.splitReference(name); ok {
		t.need(s, at)
		return false
	}
	return t.variable(t.file.pathHead(name), at, false)
}

func (t *tracer) isVariable(name string) bool {
	v, _, _ := t.file.static.Lookup(name)
	return v != nil || len(t.file.capturedBy[name]) > 0
}

func (t *tracer) variable(name string, at parser.Text, afterOwn bool) bool {
	v, found, _ := t.file.static.Lookup(name)
	if captured := len(t.file.capturedBy[name]) > 0; captured && (!found || v.Tier != scope.CommandLine) {
		if t.step != nil {
			t.step.reads = append(t.step.reads, reading{name: name, at: at, afterOwn: afterOwn, hasDefault: found})
		}
		return false
	}
	if !found || v.Text.IsZero() || t.seen[name] {
		return true
	}
	t.seen[name] = true
	static := t.text(v.Text)
	delete(t.seen, name)
	return static
}

// program follows what a compiled expression reads. afterOwn says that it is
// evaluated after the captures of its own request.
func (t *tracer) program(p *eval.Program, at parser.Text, afterOwn bool) bool {
	static := true
	for _, name := range p.Variables() {
		static = t.variable(name, at, afterOwn) && static
	}
	for _, name := range p.Requests() {
		switch s := t.file.byName[name]; {
		case s == nil:
		case afterOwn && s == t.step: // its own answer is there by then
			s.referred = true
		default:
			t.need(s, at)
		}
		static = false
	}
	return static
}

// need adds an edge that a reference makes.
func (t *tracer) need(on *step, at parser.Text) {
	on.referred = true
	if t.step == nil {
		return
	}
	if twin := t.file.twin(on); twin != nil {
		t.file.problem(&diag.Diagnostic{
			Code: diag.CodeDuplicate, Severity: diag.Error,
			Summary: fmt.Sprintf("two requests are called `%s`, at lines %d and %d", on.name, on.line, twin.line),
			Source:  at.Source(), Subject: at.Span(),
			Suggestion: "give one of them another `# @name`",
		})
	}
	for i := range t.step.needs {
		if n := &t.step.needs[i]; n.on == on {
			n.condition = n.condition || t.condition
			return
		}
	}
	t.step.needs = append(t.step.needs, need{on: on, at: at, condition: t.condition})
}
