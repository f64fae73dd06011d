package eval

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/value"
)

// exprFunctions is what expr has, with exact numbers.
var exprFunctions = [...]function{
	{name: "len", params: []kind{anything}, kind: number, call: callLen},
	{name: "type", params: []kind{anything}, kind: text, call: callType},

	{name: "int", params: []kind{anything}, kind: number, call: callInt},
	{name: "float", params: []kind{anything}, kind: number, call: callFloat},
	{name: "string", params: []kind{anything}, kind: text, call: callString},
	{name: "abs", params: []kind{number}, kind: number, call: func(_ *run, args []any) (any, error) { return value.Abs(args[0]) }},
	{name: "ceil", params: []kind{number}, kind: number, call: rounded(value.Up)},
	{name: "floor", params: []kind{number}, kind: number, call: rounded(value.Down)},
	{name: "round", params: []kind{number}, kind: number, call: rounded(value.Nearest)},
	{name: "max", params: []kind{anything}, variadic: true, call: extreme("max", 1)},
	{name: "min", params: []kind{anything}, variadic: true, call: extreme("min", -1)},
	{name: "mean", params: []kind{anything}, variadic: true, kind: number, call: callMean},
	{name: "median", params: []kind{anything}, variadic: true, kind: number, call: callMedian},

	{name: "upper", params: []kind{text}, kind: text, call: oneText(func(s string) (string, error) { return strings.ToUpper(s), nil })},
	{name: "lower", params: []kind{text}, kind: text, call: oneText(func(s string) (string, error) { return strings.ToLower(s), nil })},
	{name: "trim", params: []kind{text, text}, optional: 1, kind: text, call: trimmed(strings.TrimSpace, strings.Trim)},
	{name: "trimPrefix", params: []kind{text, text}, optional: 1, kind: text, call: trimmed(nil, strings.TrimPrefix)},
	{name: "trimSuffix", params: []kind{text, text}, optional: 1, kind: text, call: trimmed(nil, strings.TrimSuffix)},
	{name: "split", params: []kind{text, text, number}, optional: 1, kind: list, call: cut(strings.SplitN)},
	{name: "splitAfter", params: []kind{text, text, number}, optional: 1, kind: list, call: cut(strings.SplitAfterN)},
	{name: "replace", params: []kind{text, text, text, number}, optional: 1, kind: text, call: callReplace},
	{name: "repeat", params: []kind{text, number}, kind: text, call: callRepeat},
	{name: "join", params: []kind{list, text}, optional: 1, kind: text, call: callJoin},
	{name: "indexOf", params: []kind{text, text}, kind: number, call: position(strings.Index)},
	{name: "lastIndexOf", params: []kind{text, text}, kind: number, call: position(strings.LastIndex)},
	{name: "hasPrefix", params: []kind{text, text}, kind: boolean, call: texted(strings.HasPrefix)},
	{name: "hasSuffix", params: []kind{text, text}, kind: boolean, call: texted(strings.HasSuffix)},

	{name: "toJSON", params: []kind{anything}, kind: text, call: callToJSON},
	{name: "fromJSON", params: []kind{text}, call: callFromJSON},
	{name: "toBase64", params: []kind{text}, kind: text, call: oneText(toBase64)},
	{name: "fromBase64", params: []kind{text}, kind: text, call: callFromBase64},

	{name: "first", params: []kind{list}, call: endOf(0)},
	{name: "last", params: []kind{list}, call: endOf(-1)},
	{name: "get", params: []kind{anything, anything}, call: callGet},
	{name: "take", params: []kind{list, number}, kind: list, call: callTake},
	{name: "keys", params: []kind{objects}, kind: list, call: callKeys},
	{name: "values", params: []kind{objects}, kind: list, call: callValues},
	{name: "toPairs", params: []kind{objects}, kind: list, call: callToPairs},
	{name: "fromPairs", params: []kind{list}, kind: objects, call: callFromPairs},
	{name: "reverse", params: []kind{list}, kind: list, call: callReverse},
	{name: "uniq", params: []kind{list}, kind: list, call: callUniq},
	{name: "concat", params: []kind{list}, variadic: true, kind: list, call: callConcat},
	{name: "flatten", params: []kind{list}, kind: list, call: callFlatten},
	{name: "sort", params: []kind{list, text}, optional: 1, kind: list, call: callSort},

	{name: "bitand", params: []kind{number, number}, kind: number, call: bits(func(x, y int) int { return x & y })},
	{name: "bitor", params: []kind{number, number}, kind: number, call: bits(func(x, y int) int { return x | y })},
	{name: "bitxor", params: []kind{number, number}, kind: number, call: bits(func(x, y int) int { return x ^ y })},
	{name: "bitnand", params: []kind{number, number}, kind: number, call: bits(func(x, y int) int { return x &^ y })},
	{name: "bitnot", params: []kind{number}, kind: number, call: bits(func(x, _ int) int { return ^x })},
	{name: "bitshl", params: []kind{number, number}, kind: number, call: shift(func(x int, n uint) int { return x << n })},
	{name: "bitshr", params: []kind{number, number}, kind: number, call: shift(func(x int, n uint) int { return x >> n })},
	{name: "bitushr", params: []kind{number, number}, kind: number, call: shift(func(x int, n uint) int { return int(uint(x) >> n) })},
}

// callLen counts elements, members or characters.
func callLen(r *run, args []any) (any, error) {
	switch v := args[0].(type) {
	case string:
		if r.call.operands[0].octets {
			return len(v), nil
		}
		return utf8.RuneCountInString(v), nil
	case []any:
		return len(v), nil
	case map[string]any:
		return len(v), nil
	case object:
		return len(v.names()), nil
	}
	return nil, errorf("%s has no length", kindOf(args[0])).detail("its value is `%s`", r.show(r.call.operands[0], args[0]))
}

// callType names the type as expr does.
func callType(_ *run, args []any) (any, error) {
	if _, whole := args[0].(int); whole {
		return "int", nil
	}
	return typeNames[kindOf(args[0])], nil
}

// numberIn reads the number that a text holds: 007 and +1 do too.
func numberIn(s string) (any, bool) {
	digits := strings.TrimPrefix(strings.TrimSpace(s), "+")
	unsigned := strings.TrimPrefix(digits, "-")
	n, ok := value.ParseNumber(digits[:len(digits)-len(unsigned)] + jsonNumber(unsigned))
	return n, ok && unsigned != ""
}

// toNumber reads a number, or a text that holds one.
func toNumber(r *run, v any) (any, error) {
	if s, ok := v.(string); ok {
		if n, ok := numberIn(s); ok {
			return n, nil
		}
		return nil, errorf("the text `%s` is no number", r.quote(r.call, s))
	}
	if !value.IsNumber(v) {
		return nil, errorf("%s is no number", kindOf(v)).detail("its value is `%s`", r.show(r.call, v))
	}
	return v, nil
}

func callInt(r *run, args []any) (any, error) {
	n, err := toNumber(r, args[0])
	if err != nil {
		return nil, err
	}
	return value.Round(n, value.Truncate)
}

func callFloat(r *run, args []any) (any, error) { return toNumber(r, args[0]) }

func callString(r *run, args []any) (any, error) {
	v, err := plain(args[0])
	if err != nil {
		return nil, err
	}
	s := value.Text(v)
	return s, r.spendText(len(s))
}

func rounded(how value.Rounding) func(*run, []any) (any, error) {
	return func(_ *run, args []any) (any, error) { return value.Round(args[0], how) }
}

// numbersIn returns the numbers among the arguments, of which some may be lists.
func numbersIn(r *run, name string, args []any) ([]any, error) {
	var all []any
	for _, a := range args {
		if l, ok := a.([]any); ok {
			inner, err := numbersIn(r, name, l)
			if err != nil {
				return nil, err
			}
			all = append(all, inner...)
			continue
		}
		if !value.IsNumber(a) {
			return nil, errorf("%s() takes numbers, and `%s` is %s", name, r.show(r.call, a), kindOf(a))
		}
		all = append(all, a)
	}
	return all, nil
}

func extreme(name string, wanted int) func(*run, []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		all, err := numbersIn(r, name, args)
		if err != nil {
			return nil, err
		}
		if len(all) == 0 {
			return nil, errorf("%s() of nothing", name)
		}
		best := all[0]
		for _, n := range all[1:] {
			if order, _ := value.Compare(n, best); order == wanted {
				best = n
			}
		}
		return best, nil
	}
}

func callMean(r *run, args []any) (any, error) {
	all, err := numbersIn(r, "mean", args)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errorf("mean() of nothing")
	}
	var total any = 0
	for _, n := range all {
		if total, err = value.Add(total, n); err != nil {
			return nil, err
		}
	}
	return value.Div(total, len(all))
}

func callMedian(r *run, args []any) (any, error) {
	all, err := numbersIn(r, "median", args)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errorf("median() of nothing")
	}
	slices.SortFunc(all, func(a, b any) int { order, _ := value.Compare(a, b); return order })
	middle := len(all) / 2
	if len(all)%2 == 1 {
		return all[middle], nil
	}
	total, err := value.Add(all[middle-1], all[middle])
	if err != nil {
		return nil, err
	}
	return value.Div(total, 2)
}

// trimmed is one of the trim functions; without is what it does without a
// second argument, nil for trimming one space.
func trimmed(without func(string) string, with func(s, t string) string) func(*run, []any) (any, error) {
	return func(_ *run, args []any) (any, error) {
		s := args[0].(string)
		switch {
		case len(args) == 2:
			return with(s, args[1].(string)), nil
		case without != nil:
			return without(s), nil
		}
		return with(s, " "), nil
	}
}

func cut(split func(s, separator string, n int) []string) func(*run, []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		n := -1
		if len(args) == 3 {
			var ok bool
			if n, ok = value.Int(args[2]); !ok {
				return nil, errorf("`%s` is not a whole number", r.show(r.call, args[2]))
			}
		}
		s := args[0].(string)
		pieces := strings.Count(s, args[1].(string)) + 1
		if err := r.spend(pieces); err != nil {
			return nil, err
		}
		out := []any{}
		for _, piece := range split(s, args[1].(string), n) {
			out = append(out, piece)
		}
		return out, nil
	}
}

func callReplace(r *run, args []any) (any, error) {
	s, from, to := args[0].(string), args[1].(string), args[2].(string)
	n := -1
	if len(args) == 4 {
		var ok bool
		if n, ok = value.Int(args[3]); !ok {
			return nil, errorf("`%s` is not a whole number", r.show(r.call, args[3]))
		}
	}
	count := strings.Count(s, from)
	if n >= 0 {
		count = min(count, n)
	}
	if err := r.spendText(len(s)); err != nil {
		return nil, err
	}
	if len(to) > 0 && count > 16*budget/len(to) {
		return nil, r.spend(budget + 1)
	}
	if err := r.spendText(count * len(to)); err != nil {
		return nil, err
	}
	return strings.Replace(s, from, to, n), nil
}

func callRepeat(r *run, args []any) (any, error) {
	s := args[0].(string)
	n, ok := value.Int(args[1])
	if !ok || n < 0 {
		return nil, errorf("a text cannot be repeated `%s` times", r.show(r.call, args[1]))
	}
	if len(s) > 0 && n > 16*budget/len(s) {
		return nil, r.spend(budget + 1)
	}
	if err := r.spendText(n * len(s)); err != nil {
		return nil, err
	}
	return strings.Repeat(s, n), nil
}

func callJoin(r *run, args []any) (any, error) {
	separator := ""
	if len(args) == 2 {
		separator = args[1].(string)
	}
	var b strings.Builder
	for i, v := range args[0].([]any) {
		s, ok := v.(string)
		if !ok {
			return nil, errorf("element %d is %s, not text", i, kindOf(v)).suggest("write `map(…, string(#))` first")
		}
		if err := r.spendText(len(s) + len(separator)); err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

// position counts in characters, as len and slices do.
func position(find func(s, t string) int) func(*run, []any) (any, error) {
	return func(_ *run, args []any) (any, error) {
		s := args[0].(string)
		i := find(s, args[1].(string))
		if i < 0 {
			return -1, nil
		}
		return utf8.RuneCountInString(s[:i]), nil
	}
}

func texted(holds func(s, t string) bool) func(*run, []any) (any, error) {
	return func(_ *run, args []any) (any, error) { return holds(args[0].(string), args[1].(string)), nil }
}

func callToJSON(r *run, args []any) (any, error) {
	v, err := plain(args[0])
	if err != nil {
		return nil, err
	}
	return value.Format(v), r.spendValue(v)
}

func callFromJSON(r *run, args []any) (any, error) {
	s := args[0].(string)
	if err := r.spendText(len(s)); err != nil {
		return nil, err
	}
	v, _, err := value.Decode([]byte(s))
	return v, err
}

// endOf is an element of a list, counted from its end if i is negative.
func endOf(i int) func(*run, []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		return member(args[0], i, r.call.operands[0].text, r.call.text)
	}
}

func callGet(r *run, args []any) (any, error) {
	return member(args[0], args[1], r.call.operands[0].text, r.call.text)
}

func callTake(r *run, args []any) (any, error) {
	n, ok := value.Int(args[1])
	if !ok || n < 0 {
		return nil, errorf("take() takes a number of elements, and `%s` is none", r.show(r.call, args[1]))
	}
	l := args[0].([]any)
	n = min(n, len(l))
	return l[:n:n], nil
}

// membersOf returns the names and values of an object, sorted by name.
func membersOf(v any) ([]string, map[string]any, error) {
	v, err := plain(v)
	if err != nil {
		return nil, nil, err
	}
	m, _ := v.(map[string]any)
	return slices.Sorted(maps.Keys(m)), m, nil
}

func callKeys(_ *run, args []any) (any, error) {
	names, _, err := membersOf(args[0])
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = n
	}
	return out, err
}

func callValues(_ *run, args []any) (any, error) {
	names, m, err := membersOf(args[0])
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = m[n]
	}
	return out, err
}

func callToPairs(_ *run, args []any) (any, error) {
	names, m, err := membersOf(args[0])
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = []any{n, m[n]}
	}
	return out, err
}

func callFromPairs(_ *run, args []any) (any, error) {
	out := map[string]any{}
	for i, v := range args[0].([]any) {
		pair, ok := v.([]any)
		if !ok || len(pair) != 2 {
			return nil, errorf("element %d is no pair", i)
		}
		out[value.Text(pair[0])] = pair[1]
	}
	return out, nil
}

func callReverse(r *run, args []any) (any, error) {
	out := slices.Clone(args[0].([]any))
	slices.Reverse(out)
	return out, r.spend(len(out))
}

func callUniq(r *run, args []any) (any, error) {
	out := []any{}
	for _, v := range args[0].([]any) {
		if err := r.spend(len(out)); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(o any) bool { same, err := value.Equal(o, v); return same && err == nil }) {
			out = append(out, v)
		}
	}
	return out, nil
}

func callConcat(r *run, args []any) (any, error) {
	out := []any{}
	for _, a := range args {
		if err := r.spend(len(a.([]any))); err != nil {
			return nil, err
		}
		out = append(out, a.([]any)...)
	}
	return out, r.spendValue(out)
}

func callFlatten(r *run, args []any) (any, error) {
	out, err := flatten(r, nil, args[0].([]any))
	if out == nil {
		out = []any{}
	}
	return out, err
}

func flatten(r *run, to, l []any) ([]any, error) {
	for _, v := range l {
		if err := r.spend(1); err != nil {
			return nil, err
		}
		inner, ok := v.([]any)
		if !ok {
			to = append(to, v)
			continue
		}
		var err error
		if to, err = flatten(r, to, inner); err != nil {
			return nil, err
		}
	}
	return to, nil
}

func callSort(r *run, args []any) (any, error) {
	descending := false
	if len(args) == 2 {
		var err error
		if descending, err = r.isDescending(r.call, args[1]); err != nil {
			return nil, err
		}
	}
	l := args[0].([]any)
	if err := r.spend(len(l)); err != nil {
		return nil, err
	}
	return sorted(l, l, descending)
}

func bits(f func(x, y int) int) func(*run, []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		var n [2]int
		for i, a := range args {
			var ok bool
			if n[i], ok = value.Int(a); !ok {
				return nil, errorf("`%s` is not a whole number of 64 bits", r.show(r.call, a))
			}
		}
		return f(n[0], n[1]), nil
	}
}

func shift(f func(x int, n uint) int) func(*run, []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		if n, ok := value.Int(args[1]); !ok || n < 0 {
			return nil, errorf("`%s` is no number of bits", r.show(r.call, args[1]))
		}
		return bits(func(x, y int) int { return f(x, uint(y)) })(r, args)
	}
}
