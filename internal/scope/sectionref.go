package scope

import (
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// Values of an environment may take those of another section of their file, as REST
// Client has it: "token": "{{$shared prodToken}}". What is written there is put in
// the place of the template, whatever environment is chosen.

// inline replaces such templates in the text of a variable. A section that lacks
// the member is a problem of the variable.
func (f *envFile) inline(v *Variable) {
	steps := 0
	if text, changed := f.inlined(v, v.Text, nil, &steps); changed && v.problem == nil {
		v.Text = parser.Literal(f.source, v.Span, text)
	}
}

// maxInlined bounds the members that one value may take, so that members that take
// each other twice end in an error and not in a hang.
const maxInlined = 1000

// inlined returns a text with the members of other sections in it, and whether
// there are any. The members that are being read are open.
func (f *envFile) inlined(v *Variable, t parser.Text, open []*node, steps *int) (text string, changed bool) {
	var b strings.Builder
	for _, segment := range t.Segments() {
		section, name, ok := f.sectionRef(segment)
		if !ok {
			b.WriteString(segment.Text.String())
			continue
		}
		changed = true
		members := f.section(section)
		i := len(members) - 1 // of two of one name the last counts
		for i >= 0 && members[i].name != name {
			i--
		}
		if *steps++; i < 0 || *steps > maxInlined || slices.Contains(open, members[i].node) {
			v.problem = f.noMember(section, name, members, i >= 0).At(f.source, v.Span)
			*steps = maxInlined
			return "", true
		}
		m := members[i]
		v.Secret = v.Secret || f.variable(section, m).Secret
		if text, isText := m.node.value.(string); isText {
			text, _ = f.inlined(v, f.text(m.node, text), append(open, m.node), steps)
			b.WriteString(text)
			continue
		}
		plain, _, _ := f.structure(m.node)
		b.WriteString(value.Text(plain))
	}
	return b.String(), changed
}

// sectionRef reads a template such as {{$shared name}} and {{$local name}}, whose
// first word names a section or an environment of the file.
func (f *envFile) sectionRef(segment parser.Segment) (section, name string, ok bool) {
	if !segment.Template {
		return "", "", false
	}
	word, rest := splitDynamic(segment.Expr.String())
	bare, dynamic := strings.CutPrefix(word, "$")
	if !dynamic || rest == "" || strings.ContainsAny(rest, " \t(") {
		return "", "", false
	}
	for _, section := range []string{word, bare} {
		if slices.ContainsFunc(f.environments, func(m member) bool { return m.name == section }) {
			return section, rest, true
		}
	}
	return "", "", false
}

func (f *envFile) noMember(section, name string, members []member, circle bool) *diag.Diagnostic {
	d := &diag.Diagnostic{
		Code: diag.CodeVariable, Severity: diag.Error,
		Summary:    fmt.Sprintf("`%s` has no variable `%s`", section, name),
		Suggestion: fmt.Sprintf("define it in `%s`", section),
	}
	if circle {
		d.Code = diag.CodeVarCycle
		d.Summary = fmt.Sprintf("`%s` of `%s` is defined by itself, or by too many others", name, section)
		d.Suggestion = "give it a value"
		return d
	}
	var names []string
	for _, m := range members {
		names = append(names, m.name)
	}
	if near := diag.DidYouMean(name, names); near != "" {
		d.Suggestion = near
	}
	return d
}
