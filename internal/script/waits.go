package script

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
)

// What a script has left to do when nothing is left that could do it waits for ever:
// an assertion behind an `await`, or in the function of a `then`, has not been
// evaluated then, and must not look as if it had held.

// waits are what a program waits for. The zero waits wait for nothing.
type waits struct {
	awaits  map[*wait]bool // that have not gone on
	chained []*wait        // functions that a promise is to call
	pruned  int            // how many were left when the settled ones were last removed
	within  int            // calls of `then`: what it asks for is no await
	part    int            // of the script: 0 for its main part, and then its tests
	cancels bool           // the script has taken back a timer: it need not wait for what that would have done
}

// wait is a place of a script that goes on when a promise is kept.
type wait struct {
	place   Place
	part    int
	promise *goja.Promise // of `then`
}

// follower tells the runtime what waits, and what goes on.
type follower struct{ *runtime }

// Grab implements goja.AsyncContextTracker.
func (f follower) Grab() any {
	if f.waits.within > 0 {
		return nil
	}
	w := &wait{place: f.here(), part: f.waits.part}
	if f.waits.awaits == nil {
		f.waits.awaits = map[*wait]bool{}
	}
	f.waits.awaits[w] = true
	return w
}

// Resumed implements goja.AsyncContextTracker.
func (f follower) Resumed(x any) {
	if w, ok := x.(*wait); ok {
		delete(f.waits.awaits, w)
	}
}

// Exited implements goja.AsyncContextTracker.
func (f follower) Exited() {}

// combining are the functions that ask promises of which not all have to be kept.
var combining = []string{"all", "allSettled", "any", "race"}

// followPromises has promises tell what waits for them.
func (r *runtime) followPromises() {
	if !r.program.waits {
		return
	}
	r.vm.SetAsyncContextTracker(follower{r})
	promise := r.prototype("Promise")
	was, _ := goja.AssertFunction(promise.Get("then"))
	set := func(name string, f func(goja.FunctionCall) goja.Value) {
		_ = promise.DefineDataProperty(name, r.function(f), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	set("then", func(c goja.FunctionCall) goja.Value {
		if _, calls := goja.AssertFunction(c.Argument(0)); calls {
			r.follow(promiseOf(c.This))
		}
		r.waits.within++
		defer func() { r.waits.within-- }()
		v, err := was(c.This, c.Arguments...)
		if err != nil {
			panic(rethrow(err))
		}
		return v
	})
	finally, _ := goja.AssertFunction(promise.Get("finally"))
	set("finally", func(c goja.FunctionCall) goja.Value {
		if f, ok := goja.AssertFunction(c.Argument(0)); ok {
			c.Arguments = []goja.Value{r.unlessLost(promiseOf(c.This), f)}
		}
		v, err := finally(c.This, c.Arguments...)
		if err != nil {
			panic(rethrow(err))
		}
		return v
	})
}

// follow notes that a script has a promise call a function, unless it is the
// language that does so by itself.
func (r *runtime) follow(p *goja.Promise) {
	r.frames = r.vm.CaptureCallStack(0, r.frames[:0])
	if p == nil || len(r.frames) == 0 || r.frames[0].SrcName() == "<native>" && slices.Contains(combining, r.frames[0].FuncName()) {
		return
	}
	w := &r.waits
	w.chained = append(w.chained, &wait{place: r.placeOf(r.frames), part: w.part, promise: p})
	if len(w.chained) > 2*w.pruned+1000 {
		w.chained = slices.DeleteFunc(w.chained, func(c *wait) bool { return c.promise.State() != goja.PromiseStatePending })
		w.pruned = len(w.chained)
	}
}

// leftOf returns a place at which a part of the script waits for ever; nil if there
// is none. It is called when nothing is left to do.
func (r *runtime) leftOf(part int) (left *wait) {
	if r.waits.cancels {
		return nil
	}
	for w := range r.waits.awaits {
		if w.part == part && (left == nil || w.place.Span.Start < left.place.Span.Start) {
			left = w
		}
	}
	for _, w := range r.waits.chained {
		if left == nil && w.part == part && w.promise.State() == goja.PromiseStatePending {
			left = w
		}
	}
	return left
}

// forget drops what a part waits for, because it has ended otherwise.
func (r *runtime) forget(part int) {
	for w := range r.waits.awaits {
		if w.part == part {
			delete(r.waits.awaits, w)
		}
	}
	r.waits.chained = slices.DeleteFunc(r.waits.chained, func(w *wait) bool { return w.part == part })
}

// waitsForEver is the error of a part that waits for what never comes; nil if it does
// not.
func (r *runtime) waitsForEver(part int) *diag.Diagnostic {
	left := r.leftOf(part)
	if left == nil {
		return nil
	}
	d := r.neverSettles()
	if left.place.Source != nil {
		d.Source, d.Subject = left.place.Source, left.place.Span
	}
	return d
}
