package eval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/postrider/postrider/internal/value"
)

// predicateNames is every function that takes a predicate over the elements of
// a list.
var predicateNames = [...]string{
	"all", "none", "any", "one", "filter", "map", "count", "sum", "find", "findIndex", "findLast", "findLastIndex",
	"groupBy", "sortBy", "reduce",
}

// predicate compiles filter(list, predicate) and its like.
func (c *compiler) predicate(n *ast.BuiltinNode, mode leniency) (*part, *Error) {
	collection, err := c.compile(n.Arguments[0], strict)
	if err != nil {
		return nil, err
	}
	own := c.token(n)
	own.last++ // the bracket
	if collection.kind != anything && collection.kind != list {
		return nil, place(notList(n.Name, collection, collection.kind), collection.start, collection.end)
	}
	in := element{value: c.slot(), index: c.slot(), total: -1, list: collection}
	if n.Name == "reduce" {
		in.total, in.made = c.slot(), &part{sources: []*part{collection}}
	}
	operands := []*part{collection}
	body := (*part)(nil)
	if len(n.Arguments) > 1 {
		c.elements = append(c.elements, in)
		body, err = c.compile(n.Arguments[1].(*ast.PredicateNode).Node, strict)
		c.elements = c.elements[:len(c.elements)-1]
		if err != nil {
			return nil, err
		}
		if err := checkPredicate(n.Name, body); err != nil {
			return nil, err
		}
		operands = append(operands, body)
	}
	third := (*part)(nil)
	if len(n.Arguments) > 2 {
		if third, err = c.compile(n.Arguments[2], strict); err != nil {
			return nil, err
		}
		operands = append(operands, third)
	}
	p := c.at(own, operands...)
	if in.made != nil {
		in.made.sources = operands
	}
	p.bind(in.value, in.index, in.total)
	// Of a list and what must hold for it, the list explains more than the result.
	p.leaf = !slices.Contains([]string{"all", "none", "any", "one"}, n.Name)
	p.operands = []*part{collection}
	p.kind = predicateKind(n.Name)
	if n.Name == "all" || n.Name == "none" {
		p.culprit = culprit(n.Name == "all", in, collection, body)
	}
	apply := fold(n.Name, in, body, third)
	p.eval = func(r *run) (any, error) {
		v, err := collection.value(r)
		if err != nil {
			return nil, err
		}
		l, ok := v.([]any)
		if !ok {
			return nil, r.place(notList(n.Name, collection, kindOf(v)).detail("its value is `%s`", r.show(collection, v)), collection)
		}
		v, err = apply(r, l)
		if mode != strict && missed(err) {
			return nil, nil
		}
		return v, err
	}
	return p, nil
}

// culprit names the first element for which a predicate decides the result.
func culprit(wanted bool, in element, collection, body *part) func(r *run) string {
	return func(r *run) string {
		l, _ := plainOperand(r, collection).([]any)
		for i, v := range l {
			r.slots[in.value], r.slots[in.index] = v, i
			if ok, err := body.condition(r); err != nil || ok != wanted {
				return fmt.Sprintf("the first element that fails is `%s[%d]`: %s", collection.text, i, r.show(collection, v))
			}
		}
		return ""
	}
}

func notList(name string, p *part, k kind) *Error {
	e := errorf("%s() takes a list, and `%s` is %s", name, p.text, k)
	if k == objects {
		e.suggest("write `values(%s)` or `keys(%s)`", p.text, p.text)
	}
	return e
}

func checkPredicate(name string, body *part) *Error {
	switch name {
	case "map", "sum", "groupBy", "sortBy", "reduce":
		return nil
	}
	return mustBeBoolean(body)
}

func predicateKind(name string) kind {
	switch name {
	case "all", "none", "any", "one":
		return boolean
	case "filter", "map", "sortBy":
		return list
	case "count", "sum", "findIndex", "findLastIndex":
		return number
	case "groupBy":
		return objects
	}
	return anything
}

// fold returns the meaning of a predicate function over a list.
func fold(name string, in element, body, third *part) func(r *run, l []any) (any, error) {
	// set makes v the element that the predicate is about.
	set := func(r *run, i int, v any) error {
		r.slots[in.value], r.slots[in.index] = v, i
		return r.spend(1)
	}
	holds := func(r *run, i int, v any) (bool, error) {
		if err := set(r, i, v); err != nil {
			return false, err
		}
		if body == nil { // count(list) counts what is true
			b, ok := v.(bool)
			if !ok {
				if err := r.masked(in.list, v); err != nil {
					return false, err
				}
				return false, r.notBoolean(in.list, v).suggest("say what is counted, such as `count(%s, # == \"x\")`", in.list.text)
			}
			return b, nil
		}
		return body.condition(r)
	}
	of := func(r *run, i int, v any) (any, error) {
		about := in.list
		err := set(r, i, v)
		if err == nil && body != nil {
			about = body
			v, err = body.value(r)
		}
		if err == nil && name != "reduce" {
			err = r.masked(about, v) // it is a key, or counted
		}
		return v, err
	}
	// matching returns the indexes of the elements for which body holds, at
	// most limit of them.
	matching := func(r *run, l []any, limit int) ([]int, error) {
		var found []int
		for i, v := range l {
			ok, err := holds(r, i, v)
			if err != nil {
				return nil, err
			}
			if ok {
				if found = append(found, i); len(found) == limit {
					break
				}
			}
		}
		return found, nil
	}
	switch name {
	case "all":
		return func(r *run, l []any) (any, error) {
			if len(l) == 0 {
				return nil, errorf("the list is empty, so that `all` says nothing").
					suggest("check its length too, or write none(…, not …) if it may be empty")
			}
			for i, v := range l {
				if ok, err := holds(r, i, v); err != nil || !ok {
					return false, err
				}
			}
			return true, nil
		}
	case "none", "any", "one", "count":
		limit := map[string]int{"none": 1, "any": 1, "one": 2, "count": -1}[name]
		return func(r *run, l []any) (any, error) {
			found, err := matching(r, l, limit)
			if err != nil {
				return nil, err
			}
			switch name {
			case "none":
				return len(found) == 0, nil
			case "any":
				return len(found) > 0, nil
			case "one":
				return len(found) == 1, nil
			}
			return len(found), nil
		}
	case "filter":
		return func(r *run, l []any) (any, error) {
			found, err := matching(r, l, -1)
			out := make([]any, len(found))
			for i, at := range found {
				out[i] = l[at]
			}
			return out, err
		}
	case "find", "findIndex":
		return func(r *run, l []any) (any, error) {
			found, err := matching(r, l, 1)
			if err != nil {
				return nil, err
			}
			return picked(name, in.list, body, l, found)
		}
	case "findLast", "findLastIndex":
		return func(r *run, l []any) (any, error) {
			for i := len(l) - 1; i >= 0; i-- {
				ok, err := holds(r, i, l[i])
				if err != nil {
					return nil, err
				}
				if ok {
					return picked(name, in.list, body, l, []int{i})
				}
			}
			return picked(name, in.list, body, l, nil)
		}
	case "map":
		return func(r *run, l []any) (any, error) {
			out := make([]any, len(l))
			for i, v := range l {
				if err := set(r, i, v); err != nil {
					return nil, err
				}
				x, err := plainValue(r, body)
				if err != nil {
					return nil, err
				}
				out[i] = x
			}
			return out, nil
		}
	case "sum":
		return func(r *run, l []any) (any, error) {
			var total any = 0
			for i, v := range l {
				x, err := of(r, i, v)
				if err == nil {
					total, err = value.Add(total, x)
				}
				if err != nil {
					return nil, err
				}
			}
			return total, nil
		}
	case "groupBy":
		return func(r *run, l []any) (any, error) {
			groups := map[string]any{}
			for i, v := range l {
				key, err := of(r, i, v)
				if err == nil {
					key, err = plain(key)
				}
				if err != nil {
					return nil, err
				}
				name := value.Text(key)
				group, _ := groups[name].([]any)
				groups[name] = append(group, v)
			}
			return groups, nil
		}
	case "sortBy":
		return func(r *run, l []any) (any, error) { return sortBy(r, l, of, third) }
	}
	return func(r *run, l []any) (any, error) { // reduce
		start := 0
		if third != nil {
			initial, err := third.value(r)
			if err != nil {
				return nil, err
			}
			r.slots[in.total] = initial
		} else if len(l) > 0 {
			r.slots[in.total], start = l[0], 1
		} else {
			return nil, errorf("the list is empty, and `reduce` has no initial value").suggest("give it one as the third argument")
		}
		for i := start; i < len(l); i++ {
			x, err := of(r, i, l[i])
			if err != nil {
				return nil, err
			}
			r.slots[in.total] = x
		}
		return r.slots[in.total], nil
	}
}

// picked is the element that was found, or its index. That there is none is a
// *Missing, or the index -1.
func picked(name string, collection, body *part, l []any, found []int) (any, error) {
	wantsIndex := strings.HasSuffix(name, "Index")
	switch {
	case len(found) == 0 && wantsIndex:
		return -1, nil
	case len(found) == 0:
		return nil, &Missing{Path: collection.text, Prefix: collection.text, Where: body.text, Value: l}
	case wantsIndex:
		return found[0], nil
	}
	return l[found[0]], nil
}

func sortBy(r *run, l []any, of func(*run, int, any) (any, error), order *part) (any, error) {
	descending := false
	if order != nil {
		v, err := order.value(r)
		if err != nil {
			return nil, err
		}
		if descending, err = r.isDescending(order, v); err != nil {
			return nil, r.place(err, order)
		}
	}
	keys := make([]any, len(l))
	for i, v := range l {
		key, err := of(r, i, v)
		if err != nil {
			return nil, err
		}
		keys[i] = key
	}
	return sorted(l, keys, descending)
}

func (r *run) isDescending(p *part, order any) (bool, error) {
	switch order {
	case "asc":
		return false, nil
	case "desc":
		return true, nil
	}
	return false, errorf("the order is `%s`, not \"asc\" or \"desc\"", r.show(p, order))
}

// sorted returns the elements of l in the order of their keys; equal ones keep
// theirs.
func sorted(l, keys []any, descending bool) (any, error) {
	at := make([]int, len(l))
	for i := range at {
		at[i] = i
	}
	var failed error
	slices.SortStableFunc(at, func(i, j int) int {
		order, err := compare(keys[i], keys[j])
		if err != nil && failed == nil {
			failed = errorf("%s and %s have no common order", kindOf(keys[i]), kindOf(keys[j]))
		}
		if descending {
			return -order
		}
		return order
	})
	if failed != nil {
		return nil, failed
	}
	out := make([]any, len(l))
	for i, from := range at {
		out[i] = l[from]
	}
	return out, nil
}
