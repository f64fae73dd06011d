package script

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
)

// mistake is what is known of an exception that the API threw itself.
type mistake struct {
	code       string
	message    string
	detail     string
	suggestion string
	member     string // that the caret goes under
	values     []diag.Value
	name       string // of the exception, if it is no TypeError
	assertion  bool   // it says that something is not so, and not that it could not be told
}

// throw throws an exception of the API. It does not return.
func (r *runtime) throw(m mistake) {
	e := r.vm.NewTypeError("%s", m.message)
	if m.assertion {
		_ = e.SetPrototype(r.assertionErrors())
	}
	if m.name != "" {
		_ = e.Set("name", m.name)
	}
	if r.mistakes == nil {
		r.mistakes = map[*goja.Object]*mistake{}
	}
	r.mistakes[e] = &m
	if m.assertion && r.failed == nil {
		r.failed = e
	}
	panic(e)
}

// fault throws an exception of the API that has nothing but a message and what
// to do.
func (r *runtime) fault(suggestion, format string, args ...any) {
	r.throw(mistake{message: fmt.Sprintf(format, args...), suggestion: suggestion})
}

// hostError throws what the host said.
func (r *runtime) hostError(err error) {
	if err == nil {
		return
	}
	m := mistake{message: err.Error()}
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
		if d.Code == diag.CodeNotRecorded {
			r.missing(d.Summary, d.Suggestion)
		}
		m = mistake{code: d.Code, message: d.Summary, detail: d.Detail, suggestion: d.Suggestion}
	}
	r.throw(m)
}

func (r *runtime) diagnostic(at Place, code, format string, args ...any) *diag.Diagnostic {
	return &diag.Diagnostic{Code: code, Severity: diag.Error, Summary: fmt.Sprintf(format, args...), Source: at.Source, Subject: at.Span}
}

// here returns the place in the text of the program that runs now.
func (r *runtime) here() Place {
	r.frames = r.vm.CaptureCallStack(0, r.frames[:0])
	return r.placeOf(r.frames)
}

// placeOf returns the place of the innermost frame that is of the program; the
// zero Place if there is none.
func (r *runtime) placeOf(frames []goja.StackFrame) Place {
	for i := range frames {
		if u := r.program.units[frames[i].SrcName()]; u != nil {
			p := frames[i].Position()
			return u.at(u.offset(p.Line, p.Column))
		}
	}
	return Place{}
}

// at returns the place of an offset of the text: that of the call that stands
// there, or that of the word.
func (u *unit) at(offset int) Place {
	if c := u.calls[offset]; c != nil {
		return Place{Source: u.source, Span: c.span}
	}
	return Place{Source: u.source, Span: u.word(offset)}
}

// callAt returns the call at the place that runs now; nil if it is not known.
func (r *runtime) callAt() (*unit, *call) {
	r.frames = r.vm.CaptureCallStack(0, r.frames[:0])
	for i := range r.frames {
		if u := r.program.units[r.frames[i].SrcName()]; u != nil {
			p := r.frames[i].Position()
			return u, u.calls[u.offset(p.Line, p.Column)]
		}
	}
	return nil, nil
}

// failure is an error of the script, explained.
type failure struct {
	*diag.Diagnostic
	stop      Stop
	assertion bool
	thrown    bool // by the script itself, and not by the language or the API
}

// explain makes a message of what a call of the engine returned. Where nothing
// else is known it points at the place given.
func (r *runtime) explain(err error, at Place) failure {
	var stack []goja.StackFrame
	switch e := err.(type) {
	case *goja.InterruptedError:
		why, _ := e.Value().(Stop)
		return r.endedBy(why, r.orElse(r.placeOf(e.Stack()), at))
	case *goja.StackOverflowError:
		return r.endedBy(TooDeep, r.orElse(r.placeOf(e.Stack()), at))
	case *rejection:
		return r.explainValue(e.value, nil, at)
	case *failed:
		return failure{Diagnostic: e.Diagnostic}
	case *goja.Exception:
		stack = e.Stack()
		return r.explainValue(e.Value(), stack, at)
	}
	return failure{Diagnostic: r.diagnostic(at, diag.CodeScript, "the script cannot be run: %v", err)}
}

// failed is an error that has its message already.
type failed struct{ *diag.Diagnostic }

func (r *runtime) endedBy(why Stop, at Place) failure {
	return failure{Diagnostic: r.program.stopped(why, r.limits, at), stop: why}
}

func (r *runtime) orElse(p, at Place) Place {
	if p.Source == nil {
		return at
	}
	return p
}

// explainValue makes a message of a thrown value.
func (r *runtime) explainValue(v goja.Value, stack []goja.StackFrame, at Place) failure {
	place := r.placeOf(stack)
	object, isObject := v.(*goja.Object)
	if place.Source == nil && isObject {
		place = r.placeOfStack(object)
	}
	place = r.orElse(place, at)
	f := failure{Diagnostic: r.diagnostic(place, diag.CodeScript, "")}
	if isObject {
		if m := r.mistakes[object]; m != nil {
			f.Summary, f.Detail, f.Suggestion, f.assertion = m.message, m.detail, m.suggestion, m.assertion
			if m.code != "" {
				f.Code = m.code
			}
			if m.assertion {
				f.Code = diag.CodeScriptCheck
			}
			f.Subject, f.Values = memberSpan(place, m.member), m.values
			return f
		}
	}
	name, text := r.describeThrown(v)
	switch {
	case name == "AssertionError":
		f.Code, f.assertion = diag.CodeScriptCheck, true
		f.Summary = text
	case isLanguageError(name):
		f.Summary = r.reword(name, text, &f)
	default:
		f.thrown = true
		f.Summary = "the script threw an exception: " + text
		if name != "" && name != "Error" {
			f.Summary = "the script threw " + article(name) + " " + name + ": " + text
		}
	}
	f.Summary = diag.Shorten(strings.TrimSpace(f.Summary), 500)
	return f
}

func article(word string) string {
	if strings.ContainsRune("AEIOaeiou", rune(word[0])) { // URIError, Uint8Array
		return "an"
	}
	return "a"
}

// isLanguageError reports whether an exception of a name is thrown by the
// language itself, as a rule.
func isLanguageError(name string) bool {
	switch name {
	case "TypeError", "ReferenceError", "RangeError", "SyntaxError", "URIError", "EvalError", "GoError":
		return true
	}
	return false
}

// describeThrown returns the name of a thrown error, empty for what is none, and
// its text.
func (r *runtime) describeThrown(v goja.Value) (name, text string) {
	if object, ok := v.(*goja.Object); ok {
		if e := r.vm.Try(func() {
			if message := object.Get("message"); message != nil && !goja.IsUndefined(message) {
				text = message.String()
				if n := object.Get("name"); n != nil {
					name = n.String()
				}
			} else {
				text = r.show(v, false)
			}
		}); e != nil {
			return "", "an object that cannot be shown"
		}
		return name, text
	}
	return "", r.show(v, true)
}

// reword says in our words what the language complains of.
func (r *runtime) reword(name, text string, f *failure) string {
	if missing, ok := strings.CutSuffix(text, " is not defined"); ok && name == "ReferenceError" {
		if missing == "response" && r.responseOf() == nil {
			f.Suggestion = "read the answer in a script behind the request, `> {% … %}`"
			f.Subject = memberSpan(Place{f.Source, f.Subject}, missing)
			return "there is no answer yet: this script runs before the request"
		}
		if why := absent(missing); why != "" {
			f.Detail = strings.ToUpper(why[:1]) + why[1:] + "."
		} else if word := diag.Nearest(missing, r.scope.names()); word != "" {
			f.Suggestion = "did you mean `" + word + "`?"
		}
		f.Subject = memberSpan(Place{f.Source, f.Subject}, missing)
		return "`" + missing + "` is not defined"
	}
	if name == "SyntaxError" && strings.HasPrefix(text, "invalid character 'o'") && r.program.api != HTTPYac { // of [object Object]
		f.Suggestion = "leave `JSON.parse` out: `response.body` is the document already"
	}
	if name == "TypeError" {
		if summary := r.nothing(text, f); summary != "" {
			return summary
		}
	}
	return name + ": " + text
}

// memberSpan narrows a place to a member that is named in it, or behind it or
// before it on the same line.
func memberSpan(p Place, member string) diag.Span {
	if member == "" || p.Source == nil {
		return p.Span
	}
	line := p.Source.Offset(p.position().Line, 1)
	text := p.Source.Slice(diag.Span{Start: line, End: len(p.Source.Text())})
	if i := strings.IndexAny(text[p.Span.End-line:], "\r\n"); i >= 0 {
		text = text[:p.Span.End-line+i]
	}
	before := p.Span
	for from := 0; ; {
		i := strings.Index(text[from:], member)
		if i < 0 {
			return before
		}
		start, end := from+i, from+i+len(member)
		if (start == 0 || !isNamePart(rune(text[start-1]))) && (end == len(text) || !isNamePart(rune(text[end]))) {
			found := diag.Span{Start: line + start, End: line + end}
			if found.Start >= p.Span.Start {
				return found
			}
			before = found
		}
		from = end
	}
}

// placeOfStack reads the place out of the stack of an error that was not thrown
// where it was caught: of a rejected promise.
func (r *runtime) placeOfStack(e *goja.Object) Place {
	var stack string
	if r.vm.Try(func() {
		if s := e.Get("stack"); s != nil {
			stack = s.String()
		}
	}) != nil {
		return Place{}
	}
	for line := range strings.Lines(stack) {
		for name, u := range r.program.units {
			i := strings.Index(line, name+":")
			if i < 0 {
				continue
			}
			where, _, _ := strings.Cut(line[i+len(name)+1:], "(")
			l, c, ok := strings.Cut(where, ":")
			row, err1 := strconv.Atoi(l)
			column, err2 := strconv.Atoi(c)
			if ok && err1 == nil && err2 == nil {
				return u.at(u.offset(row, column))
			}
		}
	}
	return Place{}
}
