package runner

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// link finds what the selected steps need and the order they run in, and
// reports every mistake on the way: unknown names, cycles, variables that
// nothing sets in time, credentials that cannot be bound.
func (s *suite) link(ctx context.Context) {
	if s.file.env == nil {
		return // every further message would only follow from that
	}
	s.ordered = make(map[*parser.Block]bool)
	l := linker{suite: s, state: make(map[*step]visit), captured: make(map[keptName]bool)}
	for _, st := range s.sequence() {
		if l.state[st] == unvisited && st.idle == "" {
			l.visit(ctx, st, nil)
		}
	}
	s.keepRows()
	s.pinAnswers()
	for _, f := range s.files {
		f.checkGlobals()
	}
	for _, f := range s.files {
		f.dropReplaced()
		f.checkArguments()
		f.checkImported()
	}
}

// resolveCalls finds what the lines call that run other requests.
func (s *suite) resolveCalls() {
	if s.file.env == nil {
		return
	}
	for _, f := range s.files {
		for _, st := range f.steps {
			for _, c := range st.calls {
				c.resolve(st)
			}
		}
	}
}

type visit uint8

const (
	unvisited visit = iota
	visiting
	visited
)

// linker walks the graph of a suite, depth first.
type linker struct {
	suite    *suite
	state    map[*step]visit
	captured map[keptName]bool // by the steps that run before the current one
}

func (l *linker) visit(ctx context.Context, s *step, path []*step) {
	l.state[s] = visiting
	path = append(path, s)
	s.trace(ctx)
	for i := range s.needs {
		n := &s.needs[i]
		l.follow(ctx, n.on, n.at, path)
	}
	for _, c := range s.calls {
		for _, on := range c.steps {
			l.follow(ctx, on, c.at(), path)
		}
	}
	l.state[s] = visited
	l.checkCaptures(s)
	for _, f := range s.file.readers() {
		for c := range s.setting {
			l.captured[keptName{f, c.name}] = true
		}
		for _, name := range s.unnamed {
			l.captured[keptName{f, name}] = true
		}
	}
	if s.request != nil {
		l.suite.order = append(l.suite.order, s)
		l.suite.ordered[s.block] = true
	}
}

// follow visits what a step at the end of path needs or calls.
func (l *linker) follow(ctx context.Context, on *step, at parser.Text, path []*step) {
	switch l.state[on] {
	case unvisited:
		l.visit(ctx, on, path)
	case visiting:
		l.cycle(on, at, path)
	case visited:
	}
}

// cycle reports requests that need each other.
func (l *linker) cycle(on *step, at parser.Text, path []*step) {
	var labels []string
	for _, s := range path[slices.Index(path, on):] {
		labels = append(labels, "`"+s.label()+"`")
	}
	labels = append(labels, "`"+on.label()+"`")
	path[len(path)-1].file.problem(&diag.Diagnostic{
		Code: diag.CodeCycle, Severity: diag.Error,
		Summary: "requests need each other: " + strings.Join(labels, " → "),
		Source:  at.Source(), Subject: at.Span(),
		Suggestion: "remove one of these references",
	})
}

// trace finds the edges of a step and the variables it reads. What @loop reads
// comes first, and then @if: the rest runs only if the condition holds.
func (s *step) trace(ctx context.Context) {
	if s.traced {
		return
	}
	s.traced = true
	defer func() { // the order in which they are run
		slices.SortStableFunc(s.needs, func(a, b need) int { return int(a.phase) - int(b.phase) })
	}()
	f := s.file
	t := &tracer{file: f, step: s, seen: make(map[string]bool), phase: inLoop}
	if s.loop != nil && s.loop.directive != nil && s.loop.expression() != nil {
		t.program(s.loop.expression().program, s.loop.text(), false)
	}
	t.phase = inCondition
	for _, c := range s.conditions {
		t.program(c.program, c.text, false)
	}
	t.phase = inRequest
	for _, w := range s.written {
		name := w.name
		if on := f.named(name.String()); on != nil {
			t.need(on, name)
			n := &s.needs[slices.IndexFunc(s.needs, func(n need) bool { return n.on == on })]
			n.written, n.anew = true, n.anew || w.anew
			continue
		}
		f.unknownRequest(name)
	}
	if len(s.unsupported) > 0 {
		return // a script that cannot be run may set what the rest reads
	}
	if s.request != nil {
		if f.plan.options.Replay == nil {
			f.readBodyFiles(s)
			f.checkOutputs(s)
		}
		t.findQueries()
	}
	if s.loop != nil {
		for i := range s.needs { // what is named outright may bring what the loop is about
			if n := &s.needs[i]; n.written && !n.anew {
				n.phase = inLoop
			}
		}
	}
	if f.plan.options.Replay != nil {
		t.traceReplayed()
		return
	}
	var target *scope.Expansion // nil where it is not known yet
	for i, text := range s.texts() {
		if (i > 0 || s.request == nil) && !text.HasTemplate() {
			continue
		}
		known := t.text(text)
		wrong := f.static.Check(text, knownNames{f, s})
		f.problem(wrong...)
		if known && !wrong.HasErrors() {
			x, err := f.static.Expand(ctx, text, unsent{f})
			if err != nil {
				f.problem(asDiagnostics(err)...)
			} else if i == 0 && s.request != nil {
				target = &x
			}
		}
	}
	t.judging()
	if s.auth != nil {
		for _, text := range s.auth.entryTexts() {
			t.entry(text)
		}
	}
	for _, c := range s.tokens {
		for _, text := range c.texts() {
			f.problem(f.static.Check(text, knownNames{f, s})...)
			if text.HasTemplate() {
				f.pinAll()
			}
		}
		f.bindToken(ctx, c)
	}
	if s.request != nil {
		f.checkTarget(ctx, s, target)
		f.checkRoute(ctx, s)
		f.bind(ctx, s, target)
	}
}

// judging follows what is evaluated once there is an answer.
func (t *tracer) judging() {
	s := t.step
	for _, a := range s.asserts {
		t.program(a.program, a.text, true)
	}
	for _, c := range s.captures {
		t.program(c.program, c.text, true)
	}
	if s.retry != nil && s.retry.until != nil {
		t.program(s.retry.until.program, s.retry.until.text, true)
	}
	t.scripts()
}

// scripts follows what the scripts of the step read, and what other requests have
// set for all that come later.
func (t *tracer) scripts() {
	s := t.step
	for _, h := range s.scripts {
		t.script(h)
	}
	if s.request != nil && len(t.file.capturers(headersName)) > 0 {
		s.reads = append(s.reads, reading{name: headersName, at: s.request.Target, optional: true, phase: inRequest})
	}
}

// traceReplayed follows the rest of a step whose answer comes from a recording. Its
// request is not built, so that it does not matter whether it could be; but what it
// refers to runs first, as it did in the recorded run.
func (t *tracer) traceReplayed() {
	s, f := t.step, t.file
	f.unheard = true
	for _, text := range s.texts() {
		t.text(text)
	}
	f.unheard = false
	for _, p := range s.predicates {
		for _, text := range []parser.Text{p.node.Argument, p.node.Expected} {
			if text.IsZero() {
				continue
			}
			f.problem(f.static.Check(text, knownNames{f, s})...)
		}
	}
	t.judging()
}

// checkCaptures reports variables that only a capture sets, where no request
// that makes it runs before.
func (l *linker) checkCaptures(s *step) {
	own := make(map[string]bool)
	for c := range s.setting {
		own[c.name] = true
	}
	for _, r := range s.reads {
		if r.global || r.optional {
			continue // which the plan checks as a whole, or a script can do without
		}
		by := s.file.capturers(r.set())
		if l.captured[keptName{s.file, r.set()}] || r.hasDefault || r.afterOwn && own[r.name] {
			continue
		}
		how, _ := by[0].how(r.name)
		d := &diag.Diagnostic{
			Code: diag.CodeNotCaptured, Severity: diag.Error,
			Summary: fmt.Sprintf("`%s` has no value here: `%s` (%s) %s it, but does not run before this request", r.name, by[0].label(), s.file.place(by[0]), how),
			Source:  r.at.Source(), Subject: r.at.Span(),
		}
		if r.computed {
			d.Code, d.Summary = diag.CodeVariable, fmt.Sprintf("no variable `%s`", r.name)
			d.Detail = fmt.Sprintf("a script of `%s` (%s) sets variables whose names it computes, but does not run before this request", by[0].label(), s.file.place(by[0]))
			d.Suggestion = fmt.Sprintf("define it with `@%s = …`, in http-client.env.json, or with `--var %s=…`", r.name, r.name)
		} else if by[0] == s {
			d.Summary = fmt.Sprintf("`%s` has no value here: this request %s it itself, after it is sent", r.name, how)
		} else if by[0].name != "" {
			d.Suggestion = fmt.Sprintf("add `# @needs %s`", quoteName(by[0].name))
		} else {
			d.Suggestion = "give that request a `# @name` and add `# @needs` with it here"
		}
		s.file.problem(d)
	}
}

func quoteName(name string) string {
	if strings.ContainsAny(name, ", ") {
		return `"` + name + `"`
	}
	return name
}

// requestNames are the names of requests that mean something in a file.
func (f *file) requestNames() []string {
	var names []string
	for _, from := range f.visible() {
		for _, s := range from.steps {
			if s.name != "" && s.request != nil {
				names = append(names, s.name)
			}
		}
	}
	return names
}

// place says where a step stands, seen from a file.
func (f *file) place(s *step) string {
	if s.file == f {
		return fmt.Sprintf("line %d", s.line)
	}
	return fmt.Sprintf("%s:%d", s.file.path, s.line)
}

// tracer follows the names in texts and expressions of a step, through the
// values of the variables they read. Without a step it only tells whether the
// texts are static.
type tracer struct {
	file     *file
	step     *step
	seen     map[string]bool // variables being followed
	phase    phase           // of the step, that is being followed
	optional bool            // a script reads it, which can do without
}

// text follows a template text and reports whether it is known before
// anything is sent.
func (t *tracer) text(text parser.Text) bool {
	static := true
	for seg := range text.Templates() {
		if !t.template(seg.Expr) {
			static = false
		}
	}
	return static
}

func (t *tracer) template(expr parser.Text) bool {
	src := expr.String()
	switch scope.Classify(src) {
	case scope.Dynamic:
		if t.file.isArgument(src, t.step) || t.file.asks(src, expr, t.step) {
			return false
		}
		t.unset(expr)
		return !scope.IsToken(src) || t.token(expr)
	case scope.Expression:
		if src == "" { // the scope complains
			return false
		}
		p, err := t.step.expression(t.file, expr)
		if err != nil {
			if t.step != nil {
				d := expression{text: expr}.problem(diag.CodeExpression, "neither a name nor an expression: ", err)
				d.Suggestion = cmp.Or(d.Suggestion, `write the name of a variable, or \{\{ and \}\} for literal braces`)
				t.file.problem(d)
			}
			return false
		}
		return t.program(p, expr, false)
	default:
		if t.file.isArgument(src, t.step) {
			return false
		}
		return t.name(src, expr)
	}
}

// unset warns of a variable of the process that $processEnv names and that is not
// set: it stands for nothing, as in REST Client.
func (t *tracer) unset(expr parser.Text) {
	words := strings.Fields(expr.String())
	if t.step == nil || t.file.plan.options.Check || len(words) != 2 || words[0] != "$processEnv" || strings.HasPrefix(words[1], "%") {
		return
	}
	if _, set := t.file.plan.options.environ(words[1]); set {
		return
	}
	t.file.problem(&diag.Diagnostic{
		Code: diag.CodeUnset, Severity: diag.Warning,
		Summary: fmt.Sprintf("the environment variable `%s` is not set, so that nothing is put in", words[1]),
		Source:  expr.Source(), Subject: expr.Span(),
		Suggestion: fmt.Sprintf("set it, or write `{{$env.%s}}`, which must be set", words[1]),
	})
}

// name follows a name or a path: an exact variable, a request, the variable at
// its head.
func (t *tracer) name(name string, at parser.Text) bool {
	name, rooted := scope.VariablePath(name)
	if t.isVariable(name) {
		return t.variable(name, at, false)
	}
	if of, path, ok := scope.SplitXPath(name); ok {
		t.xpathInto(of, path, at)
		return false
	}
	if s, path, ok := t.file.splitReference(name); ok && !rooted {
		t.need(s, at)
		t.file.checkReference(path, at)
		return false
	}
	return t.variable(t.file.pathHead(name, t.step), at, false)
}

func (t *tracer) isVariable(name string) bool {
	v, _, _ := t.file.static.Lookup(name)
	return v != nil || len(t.file.capturers(name)) > 0 || t.file.open[name]
}

func (t *tracer) variable(name string, at parser.Text, afterOwn bool) bool {
	v, found, _ := t.file.static.Lookup(name)
	if t.phase == inRequest && t.step.setsFirst(name, found) && (!found || v.Tier != scope.CommandLine) {
		return false
	}
	if captured := len(t.file.capturers(name)) > 0; captured && (!found || v.Tier != scope.CommandLine) {
		t.reads(reading{name: name, at: at, afterOwn: afterOwn, hasDefault: found})
		return false
	}
	if g := t.file.plan.globals[name]; g != nil && (!found || v.Tier > scope.Captured) && !t.file.definesGlobal(name) && (!found || !g.byScripts() || v.Tier != scope.File) {
		t.reads(reading{name: name, at: at, hasDefault: found, global: true})
		return false
	}
	if !found && t.file.open[name] {
		t.file.asks(name, at, t.step)
		return false
	}
	if t.file.isArgument(name, t.step) && (!found || v.Tier > scope.Row) {
		return false
	}
	if computed := len(t.file.capturers(computedName)) > 0; !found && computed && !t.optional && !t.file.unheard {
		t.reads(reading{name: name, at: at, afterOwn: afterOwn, computed: true})
		return false
	}
	if found && v.Problem() != nil && t.step != nil && !t.optional {
		t.file.problem(v.Problem().At(at.Source(), at.Span()))
	}
	if !found || v.Text.IsZero() || t.seen[name] {
		return true
	}
	t.seen[name] = true
	static := t.text(v.Text)
	delete(t.seen, name)
	return static
}

// reads notes that the step reads what requests set.
func (t *tracer) reads(r reading) {
	if t.step == nil {
		return
	}
	r.phase, r.optional = t.phase, t.optional
	t.step.reads = append(t.step.reads, r)
	if r.global {
		t.file.suite.readsGlobal(r.name, r.at, r.optional)
	}
}

// program follows what a compiled expression reads. afterOwn says that it is
// evaluated after the captures of its own request.
func (t *tracer) program(p *eval.Program, at parser.Text, afterOwn bool) bool {
	static := true
	for _, name := range p.Variables() {
		static = t.variable(name, at, afterOwn) && static
	}
	for _, name := range p.Requests() {
		switch s := t.file.named(name); {
		case s == nil:
		case afterOwn && s == t.step: // its own answer is there by then
			s.readsAnswerOf(s)
		default:
			t.need(s, at)
		}
		static = false
	}
	return static
}

// need adds an edge that a reference makes.
func (t *tracer) need(on *step, at parser.Text) {
	if t.step == nil {
		on.referred, on.pinned = true, true
		return
	}
	t.step.readsAnswerOf(on)
	if twin := t.file.twin(on); twin != nil && at.String() != on.address() {
		t.file.replaced(on, twin)
		t.file.problem(&diag.Diagnostic{
			Code: diag.CodeDuplicateName, Severity: diag.Error,
			Summary: fmt.Sprintf("two requests are called `%s`, at %s and %s", on.name, t.file.place(on), t.file.place(twin)),
			Source:  at.Source(), Subject: at.Span(),
			Suggestion: fmt.Sprintf("give one of them another `# @name`, or say which with `# @needs %s`", twin.address()),
		})
	}
	for i := range t.step.needs {
		if n := &t.step.needs[i]; n.on == on {
			n.phase = min(n.phase, t.phase)
			return
		}
	}
	t.step.needs = append(t.step.needs, need{on: on, at: at, phase: t.phase})
}
