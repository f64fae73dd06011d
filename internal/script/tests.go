package script

import (
	"strconv"
	"time"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// test is a test that a script registered.
type test struct {
	name  string
	f     goja.Callable
	place Place
}

// addTest registers a test, which runs when the script has ended.
func (r *runtime) addTest(c goja.FunctionCall) goja.Value {
	name := c.Argument(0)
	f, ok := goja.AssertFunction(c.Argument(1))
	switch {
	case !goja.IsString(name):
		r.fault("write `client.test(\"what it tests\", () => { … })`", "a test needs a name, which is text")
	case !ok:
		r.fault("write `client.test("+quoted(name.String())+", () => { … })`", "the test %s has no function: it would test nothing", quoted(name.String()))
	}
	place := r.here()
	place.Span = firstLine(place.Source, place.Span)
	t := test{name: name.String(), f: f, place: place}
	if r.current != nil { // a test inside a test is one of its own
		t.name = r.current.name + " / " + t.name
	}
	r.tests = append(r.tests, t)
	return goja.Undefined()
}

// runTests runs the tests, those that tests register included.
func (r *runtime) runTests() {
	for i := 0; i < len(r.tests); i++ {
		if why := r.why.Load(); why != nil { // it was told to end between two of them
			r.vm.Interrupt(*why)
		}
		t := r.tests[i]
		r.current, r.exited, r.waits.part = &t, false, i+1
		began := time.Now()
		v, err := t.f(goja.Undefined())
		if err == nil {
			err = r.awaited(v)
		}
		err = r.concluded(err)
		r.current = nil
		check := Check{Name: t.name, Test: true, Passed: err == nil, Place: t.place, Duration: time.Since(began), Unseen: r.result.Unseen}
		if err != nil {
			f := r.explain(err, t.place)
			r.result.Asserted = r.result.Asserted || f.assertion
			if f.stop != Ran {
				check.Broken = true
				if f.stop != TooDeep { // which harms nobody else
					r.result.Stop = f.stop
					if r.result.Err == nil {
						r.result.Err = f.Diagnostic
					}
				}
			} else if !f.assertion && !f.thrown {
				check.Broken = true
			}
			if f.thrown {
				f.Code = diag.CodeScriptCheck
			}
			check.Diagnostic = f.Diagnostic
		}
		r.result.Checks = append(r.result.Checks, check)
		if r.result.Stop != Ran {
			return
		}
	}
}

// awaited waits for what the function of a test returned. Whatever can be waited
// for is, and what has not even begun is no success.
func (r *runtime) awaited(v goja.Value) (err error) {
	o, ok := v.(*goja.Object)
	if !ok {
		return r.settle(v)
	}
	if p := promiseOf(v); p != nil {
		if err := r.settle(v); err != nil || p.State() != goja.PromiseStateFulfilled {
			return err
		}
		return r.idle(p.Result())
	}
	if err := r.idle(o); err != nil {
		return err
	}
	var then goja.Value
	if err := r.try(func() { then = o.Get("then") }); err != nil {
		return err
	}
	if _, ok := goja.AssertFunction(then); ok {
		p, resolve, _ := r.vm.NewPromise()
		if err := resolve(v); err != nil {
			return err
		}
		return r.awaited(r.vm.ToValue(p))
	}
	return r.settle(v)
}

// idle is the error of a test that has come to something that nobody runs, a
// generator or a function, or to a list of them; nil for anything else.
func (r *runtime) idle(v goja.Value) error {
	o, ok := v.(*goja.Object)
	if !ok || dynamicOf(o) != nil {
		return nil
	}
	_, function := goja.AssertFunction(o)
	switch {
	case listsOnly(o) && r.length(o) > 0:
		return r.idle(o.Get("0"))
	case tagOf(o) == "Generator":
		d := r.diagnostic(r.current.place, diag.CodeScript, "the function of the test is a generator, which nobody runs: it would test nothing")
		d.Suggestion = "write an async function, or leave the `*` out"
		return &failed{d}
	case function:
		d := r.diagnostic(r.current.place, diag.CodeScript, "the function of the test has come to a function, which nobody calls: it would test nothing")
		d.Suggestion = "call it"
		return &failed{d}
	}
	return nil
}

// concluded ends a part of the script, its main part or a test, so that nothing of
// it reaches the next one. It returns its error: that of a part which has ended
// itself is what had failed by then.
func (r *runtime) concluded(err error) error {
	if r.exited {
		r.vm.ClearInterrupt() // which nothing notices where it was called by a timer
		err = nil
		if r.failed != nil {
			err = &rejection{r.failed}
		} else if len(r.onWay) > 0 {
			err = &rejection{r.onWay[0].value}
		} else if left := r.jobs.rejections; len(left) > 0 {
			err = &rejection{left[0].Result()}
		}
	}
	if err == nil && r.failed != nil {
		r.caught(r.failed)
	}
	if err != nil || r.exited {
		r.forget(r.waits.part)
	}
	r.jobs.timers, r.jobs.rejections, r.failed, r.onWay = nil, nil, nil, nil
	return err
}

// caught warns of an assertion that has failed, and whose exception the script has
// caught: it is no check of the answer.
func (r *runtime) caught(e *goja.Object) {
	f := r.explainValue(e, nil, r.orElse(r.currentPlace(), r.program.start()))
	r.result.Notes = append(r.result.Notes, &diag.Diagnostic{
		Code: diag.CodeScriptDoubt, Severity: diag.Warning, Summary: "an assertion has failed here, and the script has caught it: it checks nothing",
		Source: f.Source, Subject: f.Subject, Suggestion: "leave the `catch` out, or look at the value with `if`",
	})
}

func (r *runtime) currentPlace() Place {
	if r.current != nil {
		return r.current.place
	}
	return Place{}
}

// maxAssertions is how many assertions outside of tests are kept that passed.
const maxAssertions = 200

// assert is what every assertion comes down to. One that does not hold throws;
// outside of a test, one that holds is a check of its own.
func (r *runtime) assert(passed bool, message string) {
	if !passed {
		summary := "assertion failed"
		if message != "" {
			summary += ": " + message
		}
		var values []diag.Value
		r.quietly(func() { values = r.behind() })
		r.throw(mistake{message: summary, assertion: true, values: values})
	}
	r.result.Asserted = true
	if r.current != nil {
		return
	}
	place := r.here()
	if len(r.result.Checks) >= maxAssertions {
		return
	}
	for i := range r.result.Checks {
		if c := &r.result.Checks[i]; c.Place == place { // in a loop
			c.Unseen = r.result.Unseen
			return
		}
	}
	r.result.Checks = append(r.result.Checks, Check{Name: assertionName(place), Passed: true, Place: place, Unseen: r.result.Unseen})
}

// maxBehind is how many values are shown behind an assertion that failed, and how
// much of each.
const (
	maxBehind     = 5
	maxBehindText = 200
)

// behind returns the members of the answer that the assertion reads which is
// called now.
func (r *runtime) behind() (values []diag.Value) {
	_, c := r.callAt()
	if c == nil || r.responseOf() == nil {
		return nil
	}
	for _, path := range c.values[:min(len(c.values), maxBehind)] {
		if path[1] == "headers" && len(path) == 2 {
			continue // a function of them tells more than all of them
		}
		name, v := "response", r.scope.Get("response")
		if e := r.vm.Try(func() {
			for _, member := range path[1:] {
				if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
					return
				}
				name = memberPath(name, member)
				v = v.ToObject(r.vm).Get(member)
			}
		}); e != nil {
			continue
		}
		if _, function := goja.AssertFunction(v); !function {
			values = append(values, diag.Value{Name: name, Text: value.Shorten(r.show(v, true), maxBehindText)})
		}
	}
	return values
}

func memberPath(path, member string) string {
	if _, err := strconv.Atoi(member); err == nil {
		return path + "[" + member + "]"
	}
	return value.Member(path, member)
}

// assertionName is the name of an assertion that has none: how it is written.
func assertionName(p Place) string {
	if p.Source == nil {
		return "assertion"
	}
	return diag.Shorten(oneLine(p.Source.Slice(p.Span)), 120)
}

// fail takes the end of the main part of a script into the result, and reports
// whether it ends it all. Tests that were registered before run all the same, and
// tell more, unless the script has reached a limit.
func (r *runtime) fail(err error) bool {
	if err == nil {
		return false
	}
	f := r.explain(err, r.program.start())
	if f.assertion {
		r.result.Asserted = true
		at := Place{Source: f.Source, Span: f.Subject}
		r.result.Checks = append(r.result.Checks, Check{Name: assertionName(at), Place: at, Diagnostic: f.Diagnostic, Unseen: r.result.Unseen})
		return false // tests that were registered before tell more
	}
	r.result.Err, r.result.Stop = f.Diagnostic, f.stop
	return f.stop != Ran
}
