package runner

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// TestBody protects that a body in pieces is read as one, again and again, and
// never longer than announced, although a file has grown meanwhile.
func TestBody(t *testing.T) {
	grown := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("file, grown")), nil }
	b := body{
		{bytes: []byte("before ")},
		{open: grown, size: 4},
		{bytes: nil},
		{bytes: []byte(" after")},
	}
	const want = "before file after"
	for range 2 {
		r, err := b.Open()
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(r, []byte(want)); err != nil {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if b.Size() != int64(len(want)) {
		t.Errorf("Size = %d, want %d", b.Size(), len(want))
	}
	if got := string(head(b, 9)); got != "before fi" {
		t.Errorf("head = %q", got)
	}
}

// partsOf makes the parts of a template text whose values are given in order.
func partsOf(t *testing.T, text string, values ...string) ([]scope.Part, []byte) {
	t.Helper()
	var parts []scope.Part
	source := diag.NewSource("test", []byte(text))
	for _, seg := range parser.NewText(source, diag.Span{End: len(text)}).Segments() {
		p := scope.Part{Segment: seg, Text: seg.Literal}
		if seg.Template {
			p.Text, values = values[0], values[1:]
		}
		parts = append(parts, p)
	}
	return parts, []byte(scope.Join(parts))
}

// TestCheckJSON protects the message that names the variable which broke a
// JSON body, and that nothing else is called broken.
func TestCheckJSON(t *testing.T) {
	tests := []struct {
		text   string
		values []string
		want   string // the template that is blamed; "" for none
	}{
		{`{"a": {{x}}}`, []string{"1"}, ""},
		{`{"a": {{x}}}`, []string{"text"}, "x"},
		{`{"a": "{{x}}"}`, []string{`say "hi"`}, "x"},
		{`{"a": "{{x}}", "b": {{y}}, "c": {{z}}}`, []string{"ok", "", "2"}, "y"},
		{`{"a": {{x}}, "b": {{y}}}`, []string{"1", "2}"}, "y"},
		{`{"a": {{x}}, "b": {{y}}}`, []string{"[", "2"}, "x"},
		{`{"a": 1,}`, nil, ""},
	}
	for _, test := range tests {
		parts, sent := partsOf(t, test.text, test.values...)
		d := checkJSON(parts, sent)
		if test.want == "" {
			if d != nil {
				t.Errorf("checkJSON(%s): %v", sent, d)
			}
			continue
		}
		if d == nil || d.Severity != diag.Error || !strings.Contains(d.Error(), "`"+test.want+"`") {
			t.Errorf("checkJSON(%s) = %v, want an error that names `%s`", sent, d, test.want)
		}
	}
}

// A body that never was JSON is somebody's mistake, or meant: it is sent, and told.
func TestCheckJSONThatNeverWas(t *testing.T) {
	tests := []struct {
		text   string
		values []string
		at     int // the offset of what is pointed at
	}{
		{`{"a": {{x}}`, []string{"1"}, 6},
		{`{"a": {{x}},}`, []string{"1"}, 12},
		{`{"a": {{x}}, "b" 1}`, []string{"12345"}, 17},
		{`{"a": {{x}}, {{y}}}`, []string{"1", "text"}, 13},
	}
	for _, test := range tests {
		parts, sent := partsOf(t, test.text, test.values...)
		d := checkJSON(parts, sent)
		if d == nil || d.Severity != diag.Warning || d.Subject.Start != test.at {
			t.Errorf("checkJSON(%s) = %+v, want a warning at %d", sent, d, test.at)
		}
	}
}
