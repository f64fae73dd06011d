package script

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"github.com/postrider/postrider/internal/diag"
)

// runtime is one run of a program. All of it belongs to the goroutine of the
// script, but for what watch uses.
type runtime struct {
	program *Program
	limits  Limits
	host    Host // to be used through ask alone
	gate    gate
	began   time.Time
	wake    chan struct{} // closed when the script shall end
	memory  heap

	vm     *goja.Runtime
	base   *goja.Object // the global object of the engine, without ours
	scope  *scope
	result *Result
	frames []goja.StackFrame // scratch

	spreads   goja.Value // that `...` of an object asks; nil before the first time
	lastOnWay int64
	operators *goja.Object // that large numbers are made with; nil before the first one is

	request  *Request // asked for once
	response *reply   // asked for once; nil for none
	answered bool     // response has been asked for
	body     *body
	exact    map[float64]string // what numbers of JavaScript stood for before they were rounded

	tests    []test
	current  *test // the test that runs
	mistakes map[*goja.Object]*mistake
	tainted  bool // the script has read a secret
	jobs     jobs
	modules  map[*unit]goja.Value
	asserts  asserts
	printed  int     // bytes of the log
	mutable  *object // the request of httpYac, once it has been read
	exports  *goja.Object
	waits    waits
	onWay    []onWay
	returned goja.Value           // what the program has come to; of an expression, its value
	exited   bool                 // by client.exit and the like
	failed   *goja.Object         // the first assertion of this part of the script that did not hold, caught or not
	why      atomic.Pointer[Stop] // the script shall end
	resting  atomic.Bool          // it waits for time to pass
	lib      *library             // nil before the script has read a name of it

	mask   string                        // what stands for what a recording hides; "" if nothing was recorded
	handed map[*handing]*diag.Diagnostic // what is on its way to be handed on
	quiet  bool                          // what is read now, the script does not read
	masks  int                           // how often something was read that was masked, or is not there
}

func newRuntime(p *Program, host Host, limits Limits, mask string) *runtime {
	return &runtime{mask: mask, program: p, host: host, limits: limits, began: time.Now(), wake: make(chan struct{}), result: &Result{}, vm: goja.New()}
}

// run runs the program to its end.
func (r *runtime) run() {
	defer func() {
		x := recover()
		if err, ok := x.(error); ok {
			if f := r.explain(err, r.program.start()); f.stop != Ran {
				r.result.Err, r.result.Stop = f.Diagnostic, f.stop
				return
			}
		}
		if x != nil {
			// A fault of the engine is one of the script's request, and not of the run.
			r.result.Err = r.diagnostic(r.program.start(), diag.CodeScript, "the script cannot be run: %v", x)
		}
	}()
	r.vm.SetParserOptions(parser.WithDisableSourceMaps) // which would be read from files
	r.vm.SetMaxCallStackSize(r.limits.Depth)
	r.vm.SetTimeSource(r.now)
	r.vm.SetRandSource(r.random)
	r.vm.SetPromiseRejectionTracker(r.jobs.rejected)
	r.base = r.vm.GlobalObject()
	r.scope = &scope{runtime: r}
	global := r.vm.NewDynamicObject(r.scope)
	_ = global.SetPrototype(r.base)
	r.scope.self = global
	r.vm.SetGlobalObject(global)
	if r.program.guards {
		r.guard()
		r.locales()
	}
	if r.program.guards || r.program.nests {
		r.guardJoin()
	}
	r.followPromises()
	r.writtenAs(r.program.patterns)
	if r.program.expression {
		r.evaluate()
		return
	}
	err := r.concluded(r.main())
	if err == nil {
		err = r.export()
	}
	if stop := r.fail(err); stop {
		return
	}
	r.runTests()
	if r.result.Err == nil { // a test may have done what the script waits for
		r.result.Err = r.waitsForEver(0)
	}
	if r.result.Err == nil {
		r.handBack()
	}
}

// main runs the script, and what it left to do: its promises and timers.
func (r *runtime) main() error {
	var arguments []goja.Value
	if main := r.program.main; len(main.imports) > 0 {
		if err := r.try(func() { arguments = r.imported(main) }); err != nil {
			return err
		}
	}
	v, err := r.execute(r.program.main, arguments...)
	if err == nil {
		err = r.settle(v)
	}
	if err == nil {
		r.returned = settled(v)
	}
	return err
}

// try calls f, and returns what it throws.
func (r *runtime) try(f func()) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *goja.InterruptedError:
			err = x
		case *goja.StackOverflowError:
			err = x
		default:
			panic(x)
		}
	}()
	if e := r.vm.Try(f); e != nil {
		return e
	}
	return nil
}

// execute runs a unit, and returns what its function does.
func (r *runtime) execute(u *unit, arguments ...goja.Value) (goja.Value, error) {
	f, err := r.vm.RunProgram(u.program)
	if err != nil {
		return nil, err
	}
	call, ok := goja.AssertFunction(f)
	if !ok {
		return nil, fmt.Errorf("%s is no function", u.source.Name())
	}
	return call(goja.Undefined(), arguments...)
}

// ask lets f use the host.
func (r *runtime) ask(f func(h Host)) {
	if !r.gate.pass(func() { f(r.host) }) {
		panic(r.vm.NewTypeError("the run has gone on"))
	}
}

func (r *runtime) now() (now time.Time) {
	r.ask(func(h Host) { now = h.Now() })
	return now
}

func (r *runtime) random() (f float64) {
	r.ask(func(h Host) { f = float64(h.Maker().Uint64()>>11) / (1 << 53) })
	return f
}

// requestOf returns the request of the script.
func (r *runtime) requestOf() *Request {
	if r.request == nil {
		r.ask(func(h Host) { r.request = h.Request() })
	}
	return r.request
}

// responseOf returns the answer; nil before there is one.
func (r *runtime) responseOf() *reply {
	if !r.answered {
		var response *Response
		r.ask(func(h Host) { response = h.Response() })
		if response != nil {
			r.response = r.replyOf(response)
		}
		r.answered = true
	}
	return r.response
}

// function makes a function of the API.
func (r *runtime) function(f func(goja.FunctionCall) goja.Value) goja.Value {
	return r.vm.ToValue(f)
}
