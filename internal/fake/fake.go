// Package fake makes up names, addresses, sentences and the like: Postman's
// dynamic variables, and those of JetBrains, which are the methods of Java
// Faker. Its lists are its own. Addresses of mail and of the web are under
// example.com, example.net and example.org (RFC 2606), so that they are nobody's.
package fake

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Maker is what values are made from.
type Maker struct {
	*Random
	Now time.Time // of dates; its location is the local time
}

// Variable is a dynamic variable that makes something up.
type Variable struct {
	name string
	list string // what it is one of; empty if it is made
	make func(m *Maker, a arguments) string

	// forms are the arguments that it takes, separated by "|"; the empty form is
	// none. A parameter is name:kind, where the kind is count (1 to maxCount),
	// number, decimal, bool, text, or a list of words, "a/b/c".
	forms string
	valid func(a arguments) bool // of arguments that have their kinds; nil for all
}

// maxCount is the most of anything that a value can be asked to have.
const maxCount = 1 << 16

// Group returns the variables of the groups of JetBrains under "$random.NAME.",
// and those of Postman under "$random": their names, in the order of the manual.
func Group(prefix string) []string {
	var names []string
	for _, v := range all() {
		if strings.HasPrefix(v.name, prefix) && (prefix != "$random" || v.name[len(prefix)] != '.') {
			names = append(names, v.name)
		}
	}
	return names
}

// Groups returns the groups of JetBrains, sorted.
func Groups() []string {
	var groups []string
	for _, v := range jetBrains {
		group, _, _ := strings.Cut(strings.TrimPrefix(v.name, "$random."), ".")
		groups = append(groups, group)
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}

func all() []Variable { return slices.Concat(postman, jetBrains) }

// Find returns the variable of a name; nil if there is none.
func Find(name string) *Variable {
	table := postman
	if strings.HasPrefix(name, "$random.") {
		table = jetBrains
	}
	for i := range table {
		if table[i].name == name {
			return &table[i]
		}
	}
	return nil
}

// Read returns what makes a value of the variable with arguments; nil if it does
// not take them. [Variable.Expected] says which it takes.
func (v *Variable) Read(written []string) func(*Maker) string {
	a, ok := v.read(written)
	switch {
	case !ok:
		return nil
	case v.list != "":
		return func(m *Maker) string { return m.one(v.list) }
	}
	return func(m *Maker) string { return v.make(m, a) }
}

// arguments are those of a variable, as they were written.
type arguments []string

func (a arguments) has(i int) bool { return i < len(a) }

// count returns an argument that is a whole number, or n if it is not given.
func (a arguments) count(i, n int) int { return int(a.number(i, int64(n))) }

func (a arguments) number(i int, n int64) int64 {
	if !a.has(i) {
		return n
	}
	n, _ = strconv.ParseInt(a[i], 10, 64) // it has its kind
	return n
}

func (a arguments) decimal(i int, f float64) float64 {
	if !a.has(i) {
		return f
	}
	f, _ = strconv.ParseFloat(a[i], 64)
	return f
}

func (a arguments) bool(i int, b bool) bool {
	if !a.has(i) {
		return b
	}
	return a[i] == "true"
}

func (a arguments) text(i int) string {
	if !a.has(i) {
		return ""
	}
	return a[i]
}

// read checks written arguments against the forms.
func (v *Variable) read(written []string) (arguments, bool) {
	for form := range strings.SplitSeq(v.forms, "|") {
		if fits(strings.Fields(form), written) {
			return written, v.valid == nil || v.valid(written)
		}
	}
	return nil, false
}

func fits(params, written []string) bool {
	if len(params) != len(written) {
		return false
	}
	for i, p := range params {
		if _, kind, _ := strings.Cut(p, ":"); !isKind(kind, written[i]) {
			return false
		}
	}
	return true
}

func isKind(kind, written string) bool {
	switch kind {
	case "count":
		n, err := strconv.Atoi(written)
		return err == nil && n >= 1 && n <= maxCount
	case "number":
		_, err := strconv.ParseInt(written, 10, 64)
		return err == nil
	case "decimal":
		f, err := strconv.ParseFloat(written, 64)
		return err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
	case "bool":
		return written == "true" || written == "false"
	case "text":
		return true
	default:
		return slices.Contains(strings.Split(kind, "/"), written)
	}
}

// Expected says how the variable is written.
func (v *Variable) Expected() string {
	var forms, kinds []string
	for form := range strings.SplitSeq(v.forms, "|") {
		var params []string
		for _, p := range strings.Fields(form) {
			name, kind, _ := strings.Cut(p, ":")
			params = append(params, name)
			switch kind {
			case "count":
				kinds = append(kinds, fmt.Sprintf("%s from 1 to %d", name, maxCount))
			case "bool":
				kinds = append(kinds, name+" true or false")
			case "number", "decimal":
				kinds = append(kinds, name+" a number")
			case "text":
			default:
				kinds = append(kinds, name+" one of "+strings.ReplaceAll(kind, "/", ", "))
			}
		}
		written := v.name
		if len(params) > 0 {
			written += "(" + strings.Join(params, ", ") + ")"
		}
		forms = append(forms, "`"+written+"`")
	}
	expected := strings.Join(forms, " or ")
	if len(kinds) > 0 {
		slices.Sort(kinds)
		expected += " with " + strings.Join(slices.Compact(kinds), ", ")
	}
	return expected
}

// ascend reports whether two arguments, if both are numbers, are in order.
func (a arguments) ascend(i int) bool {
	if !a.has(i+1) || isKind("bool", a[i+1]) {
		return true
	}
	if isKind("number", a[i]) && isKind("number", a[i+1]) {
		return a.number(i, 0) <= a.number(i+1, 0)
	}
	return a.decimal(i, 0) <= a.decimal(i+1, 0)
}

// capitalize makes the first letter a capital one.
func capitalize(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// several returns what n calls return, with a separator between them.
func several(n int, separator string, one func() string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = one()
	}
	return strings.Join(all, separator)
}

// decimals writes a number with as many digits behind the point.
func decimals(f float64, n int) string { return strconv.FormatFloat(f, 'f', n, 64) }

// luhn returns the check digit behind digits (ISO/IEC 7812-1).
func luhn(digits string) string {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// weighted returns the check digit behind the digits of an EAN, a GTIN or an
// ISBN-13, whose weights are 3 and 1 by turns from the end.
func weighted(digits string) string {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return strconv.Itoa((10 - sum%10) % 10)
}
