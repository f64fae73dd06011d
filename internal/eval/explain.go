package eval

import (
	"errors"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// Explanation is why a condition is false, or why it has no value.
type Explanation struct {
	Start, End int          // bytes of the part that failed
	Marker     string       // what stands behind the caret: "false", "missing", "error"
	Detail     string       // where two documents differ, or what was found; may have several lines
	Suggestion string       // what to do, as an imperative clause
	Values     []diag.Value // of the parts of the whole expression, in the order of the source
	Err        *Error       // what went wrong; nil if the condition is just false
}

// Explain evaluates a condition that was false, or that failed, once more and
// says which of its parts is to blame. Of `a and b and c` that is the first one
// that does not hold.
func (p *Program) Explain(env *Env) Explanation {
	t := p.compiled()
	x := Explanation{Start: t.root.start, End: t.root.end, Marker: "false"}
	for _, c := range t.root.flatten(nil) {
		r := p.start(t, env)
		holds, err := c.condition(r)
		if err == nil && holds {
			continue
		}
		x.Start, x.End = c.start, c.end
		if err != nil {
			x.fail(r.place(err, c))
		} else {
			r = p.start(t, env)
			x.Detail, x.Suggestion = c.differences(r), c.mend(r)
		}
		break
	}
	x.Values = p.values(t, env)
	return x
}

func (x *Explanation) fail(err *Error) {
	x.Err, x.Marker = err, "error"
	x.Start, x.End = err.Start, err.End
	x.Detail, x.Suggestion = err.Detail, err.Suggestion
	if isMissing(err) {
		x.Marker = "missing"
	}
	var mismatch *value.TypeError
	if errors.As(err, &mismatch) {
		x.Marker = "different types"
	}
}

// values evaluates the parts that explain the result; those that have no value
// are left out.
func (p *Program) values(t *tree, env *Env) []diag.Value {
	var values []diag.Value
	for _, leaf := range t.root.collect(nil) {
		r := p.start(t, env)
		v, err := leaf.value(r)
		if err != nil {
			continue
		}
		values = append(values, diag.Value{Name: leaf.text, Text: r.show(leaf, v)})
	}
	return values
}
