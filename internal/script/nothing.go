package script

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"github.com/postrider/postrider/internal/diag"
)

// memberRead is a member that the text of a unit reads: of what, as it is written,
// and by which names that is reached, if it is by names alone.
type memberRead struct {
	name string
	at   diag.Span
	of   diag.Span
	path []string
}

func (i *inspector) memberRead(of ast.Expression, path []string, name string, at Place) {
	i.unit.reads = append(i.unit.reads, memberRead{name, at.Span, i.unit.place(of).Span, slices.Clone(path)})
}

// nothing says which expression it was that had no value, and so no member; empty
// for another mistake.
func (r *runtime) nothing(text string, f *failure) string {
	rest, ok := strings.CutPrefix(text, "Cannot read property '")
	if !ok {
		return ""
	}
	member, _, _ := strings.Cut(rest, "'")
	u := r.unitOf(f.Source)
	if u == nil {
		return ""
	}
	line := f.Source.Position(f.Subject.Start).Line
	var found *memberRead
	for i := range u.reads { // the engine is a member or two early, at times
		m := &u.reads[i]
		if m.name == member && m.at.Start >= f.Subject.Start && f.Source.Position(m.at.Start).Line == line &&
			(found == nil || cmp.Less(m.at.Start, found.at.Start)) {
			found = m
		}
	}
	if found == nil {
		return ""
	}
	f.Subject = found.of
	written := oneLine(f.Source.Slice(found.of))
	what, parent := r.valueOf(found.path)
	if what == "" && written == "null" {
		what = "null"
	}
	if what == "" {
		what = "undefined or null"
	}
	if parent != "" {
		f.Suggestion = "look at what is there: `client.log(" + parent + ")`"
	}
	return "`" + diag.Shorten(written, 120) + "` is " + what + ": it has no member `" + member + "`"
}

func (r *runtime) unitOf(source *diag.Source) *unit {
	for _, u := range r.program.units {
		if u.source == source && source != nil {
			return u
		}
	}
	return nil
}

// valueOf says of a path into the answer that nothing is there whether it is null
// or undefined, and how the innermost thing is written that is there. Both are
// empty for another path.
func (r *runtime) valueOf(path []string) (what, parent string) {
	if len(path) < 2 || path[0] != "response" || slices.Contains(path, "") || r.responseOf() == nil {
		return "", ""
	}
	name, v := "response", r.scope.Get("response")
	if r.vm.Try(func() {
		for _, member := range path[1:] {
			if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
				break
			}
			parent = name
			name = memberPath(name, member)
			v = v.ToObject(r.vm).Get(member)
		}
	}) != nil {
		return "", ""
	}
	switch {
	case v == nil || goja.IsUndefined(v):
		return "undefined", parent
	case goja.IsNull(v):
		return "null", parent
	}
	return "", ""
}
