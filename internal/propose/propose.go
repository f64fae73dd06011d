// Package propose writes down what an answer looks like: as the expressions of
// assertions that the next answer should meet too, and as members that are worth
// capturing. What probably differs the next time, such as an id, a time or a
// counter, is told by its form; the rest exactly.
package propose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// Answer is what is known of an answer.
type Answer struct {
	Status      int
	ContentType string
	Location    bool // it names another place
	Size        int64
	JSON        bool
	Body        any // the document if it is JSON, else the text
}

// Rules say what must not be written down.
type Rules struct {
	Secret func(name string) bool // the value of a member of this name
	Hidden func(text string) bool // a text
}

// Candidate is an expression for an @assert.
type Candidate struct {
	Expr  string
	Order int // its place among those that are chosen
}

// Bounds of what is looked at: of a large document, its start tells enough.
const (
	maxDepth    = 4
	maxMembers  = 2000
	maxElements = 1000
	maxPath     = 100 // bytes
	maxText     = 60  // bytes of a text that is compared as a whole
	maxShape    = 3   // members of the elements of a list that are told of
)

// Assertions returns what can be said of an answer, the most telling first. An
// answer that tells of a mistake is told by its status alone.
func Assertions(a *Answer, r Rules) []Candidate {
	w := &walker{rules: r}
	w.add(0, "status == %d", a.Status)
	if a.Status >= 400 {
		return w.sorted()
	}
	if mediaType, _, _ := strings.Cut(a.ContentType, ";"); a.Size > 0 && plain(strings.TrimSpace(mediaType)) && !r.Hidden(a.ContentType) {
		w.add(0, `header("content-type") startsWith %s`, value.Format(strings.TrimSpace(mediaType)))
	}
	if a.Location {
		w.add(0, `header("location") != ""`)
	}
	switch text, isText := a.Body.(string); {
	case a.JSON:
		w.member("body", "body", a.Body, 0, false)
	case a.Size == 0:
		w.add(0, "size == 0")
	case isText && !r.Hidden(text) && formOf("", text) == exact:
		w.add(0, "body == %s", value.Format(text))
	default:
		w.add(0, "size > 0")
	}
	return w.sorted()
}

type walker struct {
	rules   Rules
	found   []ranked
	members int
}

type ranked struct {
	Candidate
	rank int
}

func (w *walker) add(rank int, format string, args ...any) {
	w.found = append(w.found, ranked{Candidate{Expr: fmt.Sprintf(format, args...), Order: len(w.found)}, rank})
}

func (w *walker) sorted() []Candidate {
	slices.SortStableFunc(w.found, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	all := make([]Candidate, len(w.found))
	for i, f := range w.found {
		all[i] = f.Candidate
	}
	return all
}

// Ranks of what is said of a member; each level of the document adds levelRank.
const (
	listRank = 1 + iota
	idRank
	exactRank
	numberRank
	typeRank

	levelRank = 3
)

// member tells of a member and of those inside of it. A member of something secret
// is secret too.
func (w *walker) member(path, name string, v any, depth int, secret bool) {
	if w.members++; w.members > maxMembers || len(path) > maxPath {
		return
	}
	rank := func(n int) int { return n + levelRank*max(depth-1, 0) }
	switch v := v.(type) {
	case map[string]any:
		if depth == maxDepth {
			return
		}
		for _, name := range sortedNames(v) {
			if !w.rules.Hidden(name) && stable(name) {
				w.member(value.Member(path, name), name, v[name], depth+1, secret || w.rules.Secret(name))
			}
		}
	case []any:
		w.list(path, v, rank)
	case bool:
		if secret {
			w.add(rank(typeRank), `type(%s) == "bool"`, path)
		} else {
			w.add(rank(exactRank), "%s == %t", path, v)
		}
	case string:
		w.text(path, name, v, rank, secret || w.rules.Hidden(v))
	case nil: // it says nothing about what may stand there the next time
	default:
		w.number(path, name, v, rank, secret || w.rules.Hidden(value.Text(v)))
	}
}

func (w *walker) text(path, name, v string, rank func(int) int, secret bool) {
	f := formOf(name, v)
	if secret {
		f = opaque
	}
	switch {
	case f == exact:
		w.add(rank(exactRank), "%s == %s", path, value.Format(v))
	case f == opaque && isID(name):
		w.add(rank(idRank), `type(%s) == "string"`, path)
	case f == opaque:
		w.add(rank(typeRank), `type(%s) == "string"`, path)
	case isID(name):
		w.add(rank(idRank), "%s matches %s", path, value.Format(string(f)))
	default:
		w.add(rank(exactRank), "%s matches %s", path, value.Format(string(f)))
	}
}

// number tells of a number. One that is not negative is compared with 0, which
// says that it is a number too.
func (w *walker) number(path, name string, v any, rank func(int) int, secret bool) {
	n, whole := value.Int(v)
	negative := strings.HasPrefix(value.Text(v), "-")
	switch {
	case !secret && !isVolatile(name) && (whole && -maxExact < n && n < maxExact || !whole && decimals(value.Text(v)) <= 2):
		w.add(rank(numberRank), "%s == %s", path, value.Text(v))
	case negative:
		w.add(rank(typeRank), `type(%s) in ["int", "float"]`, path)
	case isID(name):
		w.add(rank(idRank), "%s >= 0", path)
	default:
		w.add(rank(typeRank), "%s >= 0", path)
	}
}

// maxExact bounds the numbers that are compared as they are: larger ones are made
// by a clock or by chance.
const maxExact = 1_000_000

// decimals counts the digits behind the point; of a number in another form there
// are too many.
func decimals(number string) int {
	_, fraction, _ := strings.Cut(number, ".")
	if strings.ContainsAny(number, "eE") {
		return len(number)
	}
	return len(fraction)
}

// list tells that there are elements and what they have in common. What they are
// one by one may change with every answer.
func (w *walker) list(path string, l []any, rank func(int) int) {
	if len(l) == 0 {
		w.add(rank(typeRank), `type(%s) == "array"`, path)
		return
	}
	how := typeRank
	if _, objects := l[0].(map[string]any); objects {
		how = listRank
	}
	one := ""
	if len(l) <= maxElements {
		one = cmp.Or(same(l, "#"), w.shape(l))
	}
	if one == "" {
		w.add(rank(how), "len(%s) > 0", path)
	} else {
		w.add(rank(how), "len(%s) > 0 and all(%[1]s, %s)", path, one)
	}
}

// shape says what members of the elements have in common, if they are objects.
func (w *walker) shape(l []any) string {
	first, ok := l[0].(map[string]any)
	if !ok {
		return ""
	}
	names := sortedNames(first)
	slices.SortStableFunc(names, func(a, b string) int {
		switch {
		case isID(a) == isID(b):
			return 0
		case isID(a):
			return -1
		}
		return 1
	})
	var all []string
	for _, name := range names {
		if !isWord(name) || w.rules.Hidden(name) || !stable(name) || len(name) > maxPath/maxShape {
			continue
		}
		values := make([]any, 0, len(l))
		for _, e := range l {
			o, isObject := e.(map[string]any)
			v, has := o[name]
			if !isObject || !has {
				break
			}
			values = append(values, v)
		}
		if len(values) < len(l) {
			continue
		}
		if text := same(values, "."+name); text != "" {
			if all = append(all, text); len(all) == maxShape {
				break
			}
		}
	}
	return strings.Join(all, " and ")
}

// same says what kind of value all of some values are, written as subject; "" if
// they differ, or are objects or lists one by one.
func same(values []any, subject string) string {
	kind := value.Kind(values[0])
	for _, v := range values {
		if value.Kind(v) != kind || kind == "number" && strings.HasPrefix(value.Text(v), "-") {
			return ""
		}
	}
	switch kind {
	case "text":
		return fmt.Sprintf(`type(%s) == "string"`, subject)
	case "boolean":
		return fmt.Sprintf(`type(%s) == "bool"`, subject)
	case "number":
		return subject + " >= 0"
	}
	return ""
}

// plain reports whether a text is short, and the same wherever it is shown.
func plain(text string) bool {
	return text != "" && len(text) <= maxText && diag.Printable(text) == text
}
