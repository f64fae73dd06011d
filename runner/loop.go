package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// loop is why a step runs several times: @loop, with one of count, of and while,
// or else queries in its texts.
type loop struct {
	directive *parser.Loop  // nil for queries
	queries   []parser.Text // templates that stand for a list of values, such as users[*].name
	count     *expression
	of        *expression
	while     *expression
}

// loopIndex is the variable that counts the iterations, from 0 (httpYac).
const loopIndex = "$index"

// maxLoop is how often `while` is carried out. One that holds for ever must not
// keep a machine busy for ever.
const maxLoop = 10_000

// sets reports whether a loop gives a variable its value. A nil loop sets none.
func (l *loop) sets(name string) bool {
	return l != nil && slices.Contains(l.names(), name)
}

// loopOf returns the @loop of a block; nil if there is none.
func loopOf(b *parser.Block) *loop {
	for _, d := range b.Directives {
		if n, ok := d.Node.(*parser.Loop); ok {
			return &loop{directive: n}
		}
	}
	return nil
}

// text is where the loop says how often.
func (l *loop) text() parser.Text {
	switch n := l.directive; {
	case len(l.queries) > 0:
		return l.queries[0]
	case !n.Count.IsZero():
		return n.Count
	case !n.Of.IsZero():
		return n.Of
	default:
		return n.While
	}
}

// names returns the variables of the loop.
func (l *loop) names() []string {
	names := []string{loopIndex}
	if l.directive != nil && !l.directive.Var.IsZero() {
		names = append(names, l.directive.Var.String())
	}
	for _, q := range l.queries {
		names = append(names, q.String())
	}
	return names
}

// compile compiles the expressions of the loop, which do not see its variables,
// but for the condition of `while`, which sees the index.
func (l *loop) compile(s *step, names, inside eval.Names) {
	n := l.directive
	for _, part := range []struct {
		text  parser.Text
		kind  eval.Kind
		names eval.Names
		to    **expression
	}{{n.Count, eval.Value, names, &l.count}, {n.Of, eval.Value, names, &l.of}, {n.While, eval.Condition, inside, &l.while}} {
		if part.text.IsZero() {
			continue
		}
		if p := s.compile(part.text, part.kind, part.names); p != nil {
			*part.to = &expression{part.text, p}
		}
	}
}

// expression returns the one that says how often; nil if it could not be
// compiled.
func (l *loop) expression() *expression {
	switch {
	case l.count != nil:
		return l.count
	case l.of != nil:
		return l.of
	}
	return l.while
}

// performLoop runs a step as often as its loop says. The iterations are told
// apart, and what the last one captures stands.
func (s *session) performLoop(ctx context.Context, st *step, by caller, arguments []*scope.Variable) Outcome {
	var ended []Outcome
	r := &running{session: s, step: st, place: streamOf(by, st, 0) + "\n@loop"}
	r.scope = s.scopeOf(st.file).Random(r.place).With(arguments)
	late := false
	skip := func(reason string) Outcome {
		done := r.report(by.name)
		done.Late = late
		done.Outcome, done.Reason, done.Blocked = Skipped, reason, r.blocked
		return r.finish(done)
	}
	reason := s.stopped(ctx)
	late = reason != ""
	r.blocked = late
	if reason == "" {
		reason = r.runNeeds(ctx, inLoop)
	}
	if reason == "" {
		reason = r.uncaptured(inLoop)
	}
	if reason != "" {
		return skip(reason)
	}
	next := r.iterations(ctx)
	if s.dry != nil {
		next = s.foreseen(st, next)
	}
	for i := 0; ; i++ {
		vars, again, err := next(i)
		if _, empty := errors.AsType[*emptyListError](err); empty {
			if reason := r.unmetBeforeLoop(ctx); reason != "" {
				return skip(reason)
			}
		}
		if err != nil {
			return s.loopFailed(st, by, err)
		}
		if !again {
			break
		}
		ended = append(ended, s.performOnce(ctx, st, by, append(vars, arguments...), i+1))
		if reason := s.stopped(ctx); reason != "" {
			break
		}
	}
	if len(ended) == 0 {
		return skip("`@loop` has nothing to do")
	}
	s.outcomes[st] = worstOf(ended)
	return s.outcomes[st]
}

// emptyListError says that a list to repeat a request for has no elements. A request
// that is not sent because of what a server answered must not pass over in silence.
type emptyListError struct{ *diag.Diagnostic }

// Unwrap returns the message.
func (e *emptyListError) Unwrap() error { return e.Diagnostic }

func emptyList(at parser.Text, format string, args ...any) error {
	return &emptyListError{&diag.Diagnostic{
		Code: diag.CodeLoop, Severity: diag.Error, Summary: fmt.Sprintf(format, args...),
		Source: at.Source(), Subject: at.Span(),
		Suggestion: "write the path of values that are there; `@if` skips a request whose list may be empty",
	}}
}

// unmetBeforeLoop returns why the condition of a step does not hold, as far as it
// can be judged without a round of the loop: it may say what to do without a list.
func (r *running) unmetBeforeLoop(ctx context.Context) string {
	if reason := r.runNeeds(ctx, inCondition); reason != "" {
		return reason
	}
	reason, err := r.unmet(ctx)
	if err != nil { // it reads what a round has
		return ""
	}
	return reason
}

// loopFailed tells that a loop cannot be carried out.
func (s *session) loopFailed(st *step, by caller, err error) Outcome {
	r := &running{session: s, step: st}
	done := r.report(by.name)
	r.fail(done, asDiagnostics(err)...)
	return r.finish(done)
}

// listOf returns what `R.path` behind `of` stands for in httpYac: a path into the
// body of the answer of R. A path that starts with a part of an answer, such as
// `R.body.items`, is an expression.
func (r *running) listOf(ctx context.Context, text parser.Text) (v any, ok bool, err error) {
	if r.step.loop.of == nil || scope.Classify(text.String()) != scope.Name {
		return nil, false, nil
	}
	other, path, ok := r.step.file.splitReference(text.String())
	if !ok {
		return nil, false, nil
	}
	if member, _ := cutMember(path); member == "response" || eval.Reserved(member) {
		return nil, false, nil
	}
	answer, err := r.session.answerOf(other, other.label())
	if err != nil {
		return nil, true, err
	}
	v, err = r.reference(ctx, answer, path)
	if err != nil {
		return nil, true, expression{text: text}.problem(diag.CodeLoop, "`@loop`: ", err)
	}
	return v, true, nil
}

// iterations returns what gives the variables of an iteration, counted from 0,
// and whether there is one.
func (r *running) iterations(ctx context.Context) func(i int) ([]*scope.Variable, bool, error) {
	st := r.step
	if len(st.loop.queries) > 0 {
		return r.queried(ctx)
	}
	evaluate := func(e *expression, vars []*scope.Variable) (any, error) {
		view := *r
		view.scope = r.scope.With(vars)
		if list, ok, err := view.listOf(ctx, e.text); ok {
			return list, err
		}
		v, err := e.program.Eval(view.env(ctx, nil))
		if from, awaits := view.awaitedSince(len(r.awaited)); awaits {
			return nil, &awaitedError{from}
		}
		if err != nil {
			return nil, e.problem(diag.CodeLoop, "`@loop`: ", err)
		}
		return v, nil
	}
	wrong := func(e *expression, format string, args ...any) error {
		d := e.point(diag.Diagnostic{
			Code: diag.CodeLoop, Summary: "`@loop`: " + fmt.Sprintf(format, args...),
			Suggestion: "write it like `# @loop for 3`, `# @loop for item of list` or `# @loop while more`",
		}, 0, len(e.text.String()))
		return d
	}
	l := st.loop
	var list []any
	limit := -1 // not known yet
	return func(i int) ([]*scope.Variable, bool, error) {
		vars := []*scope.Variable{indexVariable(i)}
		if l.while != nil {
			if i == maxLoop {
				return nil, false, wrong(l.while, "the condition still holds after %d times", maxLoop)
			}
			v, err := evaluate(l.while, vars)
			return vars, v == true, err
		}
		if limit < 0 {
			e := l.expression()
			v, err := evaluate(e, nil)
			if err != nil {
				return nil, false, err
			}
			if l.of != nil {
				var ok bool
				if list, ok = v.([]any); !ok {
					return nil, false, wrong(e, "expected a list behind `of`, found %s", value.Kind(v))
				}
				if limit = len(list); limit == 0 {
					return nil, false, emptyList(e.text, "`@loop`: `%s` is an empty list, so that there is nothing to send", e.text)
				}
			} else {
				n, ok := value.Int(v)
				if !ok || n < 0 {
					return nil, false, wrong(e, "expected how often behind `for`, found %s", value.Shorten(value.Format(v), maxShown))
				}
				limit = n
			}
		}
		if i >= limit {
			return nil, false, nil
		}
		if l.of != nil {
			vars = append(vars, &scope.Variable{Name: l.directive.Var.String(), Value: list[i], Tier: scope.Row, Where: "@loop"})
		}
		return vars, true, nil
	}
}

func indexVariable(i int) *scope.Variable {
	return &scope.Variable{Name: loopIndex, Value: i, Tier: scope.Row, Where: "@loop"}
}
