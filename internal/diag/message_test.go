package diag

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestMessage(t *testing.T) {
	text := "# one\nGET {{host}}/\tx\r\nA: b\n"
	tests := []struct {
		name    string
		subject string // as found in the text
		context string
		want    Message
	}{
		{"on one line", "{{host}}", "", Message{Line: 2, Column: 5, Width: 8, EndLine: 2, EndColumn: 13, Text: "GET {{host}}/\tx"}},
		{"over two lines", "x\r\nA", "", Message{Line: 2, Column: 15, Width: 1, EndLine: 3, EndColumn: 2, Text: "GET {{host}}/\tx"}},
		{"with its line end", "/\tx\r\n", "", Message{Line: 2, Column: 13, Width: 3, EndLine: 3, EndColumn: 1, Text: "GET {{host}}/\tx"}},
		{"nothing", "", "", Message{Line: 1, Column: 1, Width: 1, EndLine: 1, EndColumn: 1, Text: "# one"}},
		{"with context", "A", text, Message{Line: 3, Column: 1, Width: 1, EndLine: 3, EndColumn: 2, Text: "A: b",
			Before: []Quoted{{1, "# one"}, {2, "GET {{host}}/\tx"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			span := func(s string) Span {
				at := strings.Index(text, s)
				return Span{at, at + len(s)}
			}
			d := &Diagnostic{Severity: Error, Source: NewSource("f.http", []byte(text)), Subject: span(tt.subject)}
			if tt.context != "" {
				d.Context = span(tt.context)
			}
			tt.want.Severity, tt.want.File = Error, "f.http"
			if got := d.Message(); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

// The lines of a private file may hold secrets that nobody has registered.
func TestMessageOfPrivateSource(t *testing.T) {
	s := NewSource("private.json", []byte("{\n \"key\": hunter2\n}"))
	s.Private = true
	d := &Diagnostic{Severity: Error, Source: s, Subject: Span{10, 17}, Context: Span{0, 19}, Expanded: "key hunter2"}
	m := d.Message()
	if m.Line != 2 || m.Column != 9 {
		t.Errorf("position is %d:%d, want 2:9", m.Line, m.Column)
	}
	if all, _ := json.Marshal(m); strings.Contains(string(all), "hunter2") {
		t.Errorf("the message quotes the file: %s", all)
	}
}

func TestMessageSurvivesJSON(t *testing.T) {
	d := &Diagnostic{
		Code: CodeAssertion, Severity: Warning, Summary: "s", Detail: "d", Marker: "m", Expanded: "e", Suggestion: "h",
		Values: []Value{{"a", "1"}}, Source: NewSource("f", []byte("a\nb")), Subject: Span{2, 3}, Context: Span{0, 3},
	}
	m := d.Message()
	m.Shift = -2
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var got Message
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, m) {
		t.Errorf("got  %+v\nwant %+v", got, m)
	}
	if err := json.Unmarshal([]byte(`{"severity":"fatal"}`), &got); err == nil {
		t.Error("an unknown severity is accepted")
	}
}

// Masking changes the length of the quoted line; the caret must stay under
// what the message is about, and the position in the file must not change.
func TestMaskingMovesTheCaret(t *testing.T) {
	const secret = "hunter2hunter2"
	mask := func(s string) string { return strings.ReplaceAll(s, secret, "***") }
	tests := []struct {
		name    string
		text    string
		subject string
		want    string // underlined after masking
	}{
		{"secret in front", `x == "` + secret + `" and bad`, "bad", "bad"},
		{"secret behind", `bad and x == "` + secret + `"`, "bad", "bad"},
		{"secret inside", `f("` + secret + `") + 1`, `f("` + secret + `")`, `f("***")`},
		{"the secret itself", `x == "` + secret + `" or y`, secret, "***"},
		{"part of the secret", `x == "` + secret + `" or y`, "ter2hun", "***"},
		{"between two secrets", secret + " bad " + secret, "bad", "*** bad ***"},
		{"no secret", "x == bad", "bad", "bad"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := strings.Index(tt.text, tt.subject)
			m := (&Diagnostic{Severity: Error, Source: NewSource("f", []byte(tt.text)), Subject: Span{at, at + len(tt.subject)}}).Message()
			column := m.Column
			m.Strings(mask)
			if m.Column != column {
				t.Errorf("the column went from %d to %d", column, m.Column)
			}
			start := m.Column + m.Shift - 1
			if got := m.Text[start : start+m.Width]; got != tt.want {
				t.Errorf("underlined: %q in %q, want %q", got, m.Text, tt.want)
			}
		})
	}
}

// Every text is masked but the name of the file.
func TestStringsMasksEverything(t *testing.T) {
	d := &Diagnostic{
		Severity: Error, Summary: "S", Detail: "S", Marker: "S", Expanded: "S", Suggestion: "S",
		Values: []Value{{"S", "S"}}, Source: NewSource("dir/S.http", []byte("S\nS\nS")), Subject: Span{4, 5}, Context: Span{0, 5},
	}
	m := d.Message()
	m.Strings(func(s string) string { return strings.ReplaceAll(s, "S", "*") })
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if m.File != "dir/S.http" || strings.Count(string(data), "S") != 1 {
		t.Errorf("not masked: %s", data)
	}
	if d.Values[0].Name != "S" {
		t.Error("masking a message changed its diagnostic")
	}
}

func TestDiagnosticIsAnError(t *testing.T) {
	s := NewSource("a.http", []byte("GET x\n"))
	d := &Diagnostic{Severity: Error, Summary: "broken"}
	if got := d.Error(); got != "broken" {
		t.Errorf("Error() = %q", got)
	}
	at := d.At(s, Span{4, 5})
	if got := at.Error(); got != "a.http:1:5: broken" {
		t.Errorf("Error() = %q", got)
	}
	if again := at.At(NewSource("b.http", nil), Span{}); again.Source != s {
		t.Error("At moved a diagnostic that points somewhere")
	}
	if d.Source != nil {
		t.Error("At changed its receiver")
	}
}

// Output must not depend on the order in which mistakes are found.
func TestListSort(t *testing.T) {
	a, b := NewSource("a", []byte("xxxx")), NewSource("b", []byte("xxxx"))
	l := List{
		{Summary: "5", Severity: Error, Source: b},
		{Summary: "4", Severity: Warning, Source: a, Subject: Span{2, 3}},
		{Summary: "3", Severity: Error, Source: a, Subject: Span{2, 3}, Code: "PR002"},
		{Summary: "2", Severity: Error, Source: a, Subject: Span{2, 3}, Code: "PR001"},
		{Summary: "1", Severity: Error},
	}
	l.Sort()
	for i, d := range l {
		if want := string(rune('1' + i)); d.Summary != want {
			t.Errorf("place %d holds %s", i+1, d.Summary)
		}
	}
	if !l.HasErrors() || (List{{Severity: Warning}}).HasErrors() {
		t.Error("HasErrors is wrong")
	}
}
