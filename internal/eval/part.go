package eval

import (
	"slices"

	"github.com/postrider/postrider/internal/jsonschema"
)

// part is a compiled piece of an expression.
type part struct {
	start, end int // bytes of the source
	extent     extent
	text       string // as written
	kind       kind   // as far as it is known

	constant bool // literal is its value
	composed bool // it is a list or an object that is written out
	leaf     bool // its value explains the result; what is below it does not
	volatile bool // each evaluation gives another value
	document bool // it is the body of an answer
	isReply  bool // it is the answer of another request
	octets   bool // it is the bytes of a body, or some of them: text that is counted and cut by the byte
	subset   bool // it is a call of includes
	length   bool // it is a call of len
	typing   bool // it is a call of type

	literal any
	eval    func(r *run) (any, error)

	operator string   // of a binary operator
	operands []*part  // the parts that it is made of, in the order of the source
	sources  []*part  // what its value is computed from; more than the operands that explain it
	free     []int    // the slots of local variables that it reads; with any, it has no value by itself
	steps    []any    // from the body of the answer to this member of it; nil for anything else
	variable string   // the variable of the plan that it is
	element  *element // of a predicate, if it is `#` or the dot of `.id`
	body     *part    // of `let`: what the variable is for

	// link evaluates a member behind `?.` and returns stopped where that ended
	// the chain; nil for other parts.
	link func(r *run) (any, error)

	// culprit says of a false part what is to blame: of all and none, which element
	// decides; nil for parts that their operands explain.
	culprit func(r *run) string

	schema *jsonschema.Schema // of a call of schema(), if it is known when it is compiled
}

// bind says that slots are set inside of p.
func (p *part) bind(slots ...int) {
	p.free = slices.DeleteFunc(p.free, func(s int) bool { return slices.Contains(slots, s) })
}

// value evaluates the part; an error that has no place yet gets this one.
func (p *part) value(r *run) (any, error) {
	v, err := p.eval(r)
	if err != nil {
		return nil, r.place(err, p)
	}
	return v, nil
}

// condition evaluates a part that must be true or false.
func (p *part) condition(r *run) (bool, error) {
	v, err := p.value(r)
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if !ok {
		if err := r.masked(p, v); err != nil {
			return false, err
		}
		return false, r.place(r.notBoolean(p, v), p)
	}
	return b, nil
}

// flatten returns the operands of nested `and`.
func (p *part) flatten(to []*part) []*part {
	if p.operator != "and" {
		return append(to, p)
	}
	for _, o := range p.operands {
		to = o.flatten(to)
	}
	return to
}

// collect returns the parts whose values explain the result, without repeats.
func (p *part) collect(to []*part) []*part {
	if p.leaf && len(p.free) == 0 && !p.volatile {
		for _, q := range to {
			if q.text == p.text {
				return to
			}
		}
		return append(to, p)
	}
	for _, o := range p.operands {
		to = o.collect(to)
	}
	return to
}

// run is one evaluation of a program.
type run struct {
	env    *Env
	files  Files
	slots  []any // local variables
	call   *part // the call whose function is running
	budget int   // without the portion
	left   int   // of the portion
}

// budget bounds the work of one evaluation, counted in values that are made.
const budget = 10_000_000

// portion is how much of the budget is spent before the context is asked.
const portion = 4096

// spend takes n from the budget.
func (r *run) spend(n int) error {
	if r.left -= max(n, 1); r.left >= 0 {
		return nil
	}
	if err := r.env.context().Err(); err != nil {
		return ended(err)
	}
	if r.budget += r.left; r.budget < 0 || n > budget {
		return errorf("the expression makes more than %d values", budget)
	}
	r.left = min(portion, r.budget)
	r.budget -= r.left
	return nil
}

// spendText takes from the budget for a text of n bytes.
func (r *run) spendText(n int) error { return r.spend(n / 16) }

// spendValue takes from the budget for every value in v, so that documents made
// of the same document many times over cannot grow without end.
func (r *run) spendValue(v any) error {
	if err := r.spend(1); err != nil {
		return err
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if err := r.spendValue(e); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, e := range v {
			if err := r.spendValue(e); err != nil {
				return err
			}
		}
	case string:
		return r.spendText(len(v))
	}
	return nil
}

// answer returns the answer that the expression is about.
func (r *run) answer() (*Answer, error) {
	if r.env.Answer == nil {
		return nil, errorf("there is no answer yet").detail("this is evaluated before the request is sent")
	}
	return r.env.Answer, nil
}
