package parser

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

func sourceText(s string) Text {
	return NewText(diag.NewSource("x", []byte(s)), diag.Span{End: len(s)})
}

// A text that is spread over its source must know where each byte came from.
func TestTextLocate(t *testing.T) {
	source := diag.NewSource("x", []byte("abc---def"))
	x := Join([]Text{
		NewText(source, diag.Span{Start: 0, End: 3}),
		NewText(source, diag.Span{Start: 6, End: 9}),
	}, ", ")
	if x.String() != "abc, def" {
		t.Fatalf("joined text is %q", x)
	}
	tests := []struct {
		start, end int
		want       diag.Span
	}{
		{0, 1, diag.Span{Start: 0, End: 1}},
		{2, 3, diag.Span{Start: 2, End: 3}},
		{2, 6, diag.Span{Start: 2, End: 7}},
		{5, 8, diag.Span{Start: 6, End: 9}},
		{3, 5, diag.Span{Start: 6, End: 6}}, // the joiner stands for nothing
		{8, 8, diag.Span{Start: 9, End: 9}},
		{7, 99, diag.Span{Start: 8, End: 9}},
		{-5, 1, diag.Span{Start: 0, End: 1}},
	}
	for _, test := range tests {
		if got := x.Locate(test.start, test.end); got != test.want {
			t.Errorf("bytes %d to %d lie at %v, want %v", test.start, test.end, got, test.want)
		}
	}
	if got := x.Slice(1, 7); got.String() != "bc, de" || got.Span() != (diag.Span{Start: 1, End: 8}) {
		t.Errorf("slice is %q at %v", got, got.Span())
	}
}

// The end of a template depends on strings in it, and never on another line.
func TestTextSegments(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain", "[plain]"},
		{"{{x}}", "<x>"},
		{"a {{ x }} b", "[a ]<x>[ b]"},
		{"{{%x}}{{ % y }}", "<%x><%y>"},
		{`\{\{x\}\}`, "[{{x}}]"},
		{"{{x", "[{{x]"},
		{"{{x {{y}}", "[{{x ]<y>"},
		{"{{x\n}}", "[{{x\n}}]"},
		{"{{{x}}}", "<{x>[}]"},
		{"{{{{x}}}}", "[{{]<x>[}}]"},
		{`{{ f("}}") }}`, `<f("}}")>`},
		{`{{ f('\'}}') }}`, `<f('\'}}')>`},
		{"{{ it's }}", "<it's>"},
		{"{{ it's }} and {{ he's }}", "<it's }} and {{ he's>"},
		{`"{{$datetime \"yyyy\"}}"`, `["]<$datetime \"yyyy\">["]`},
		{"{{}}", "<>"},
	}
	for _, test := range tests {
		var got strings.Builder
		for _, s := range sourceText(test.in).Segments() {
			switch {
			case s.Template && s.Escape:
				fmt.Fprintf(&got, "<%%%s>", s.Expr)
			case s.Template:
				fmt.Fprintf(&got, "<%s>", s.Expr)
			default:
				fmt.Fprintf(&got, "[%s]", s.Literal)
			}
		}
		if got.String() != test.want {
			t.Errorf("segments of %q are %s, want %s", test.in, got.String(), test.want)
		}
		var templates, want []string
		for _, s := range sourceText(test.in).Segments() {
			if s.Template {
				want = append(want, s.Text.String())
			}
		}
		for s := range sourceText(test.in).Templates() {
			templates = append(templates, s.Text.String())
		}
		if !slices.Equal(templates, want) {
			t.Errorf("templates of %q are %q, want %q", test.in, templates, want)
		}
		if got, want := sourceText(test.in).HasTemplate(), strings.Contains(test.want, "<"); got != want {
			t.Errorf("HasTemplate of %q is %v", test.in, got)
		}
	}
}

func TestTextZero(t *testing.T) {
	if !(Text{}).IsZero() || (Text{}).String() != "" || (Text{}).HasTemplate() || (Text{}).Segments() != nil {
		t.Error("the zero text is not the absence of text")
	}
	if empty := sourceText(" \t").TrimSpace(); empty.IsZero() || empty.String() != "" {
		t.Errorf("an empty value is %q, zero %v; want empty but not zero", empty, empty.IsZero())
	}
}
