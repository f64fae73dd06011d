package script

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/fake"
	"github.com/postrider/postrider/internal/value"
)

// made is a host that is made up.
type made struct {
	variables  map[Tier]map[string]Value
	request    *Request
	response   *Response
	iteration  int
	substitute func(string) (Value, bool)
	maker      *fake.Maker
	changes    []string
}

func (m *made) Get(tier Tier, name string) (Value, bool) {
	v, ok := m.variables[tier][name]
	return v, ok
}

func (m *made) Names(tier Tier) []string { return slices.Sorted(maps.Keys(m.variables[tier])) }

func (m *made) Set(tier Tier, name string, v Value, at Place) error {
	if name == "refused" {
		return errors.New("`refused` cannot be set")
	}
	if m.variables == nil {
		m.variables = map[Tier]map[string]Value{}
	}
	if m.variables[tier] == nil {
		m.variables[tier] = map[string]Value{}
	}
	m.variables[tier][name] = v
	secret := ""
	if v.Secret {
		secret = " secret"
	}
	m.changes = append(m.changes, fmt.Sprintf("%v %s = %s%s", tier, name, value.Format(v.Data), secret))
	return nil
}

func (m *made) Clear(tier Tier, name string, at Place) error {
	delete(m.variables[tier], name)
	m.changes = append(m.changes, fmt.Sprintf("%v %s cleared", tier, name))
	return nil
}

func (m *made) SetHeader(name string, v Value, at Place) error {
	m.changes = append(m.changes, fmt.Sprintf("header %s = %v", name, v.Data))
	return nil
}

func (m *made) ClearHeader(name string, at Place) error {
	m.changes = append(m.changes, fmt.Sprintf("header %s cleared", name))
	return nil
}

func (m *made) Env(name string) (Value, bool) {
	if name == "HOME_TOWN" {
		return Value{Data: "Bern"}, true
	}
	return Value{}, false
}

func (m *made) Substitute(text string) (Value, bool) {
	if m.substitute != nil {
		return m.substitute(text)
	}
	return Value{Data: text}, true
}

func (m *made) Request() *Request {
	if m.request == nil {
		m.request = &Request{Method: "GET"}
	}
	return m.request
}

func (m *made) Response() *Response { return m.response }
func (m *made) Now() time.Time      { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func (m *made) Maker() *fake.Maker {
	if m.maker == nil {
		m.maker = &fake.Maker{Random: fake.Seed(1).Stream("test"), Now: m.Now()}
	}
	return m.maker
}

func (m *made) Iteration() int { return m.iteration }

func (m *made) TemplateValue(i int) (Value, bool) {
	if i == 0 {
		return Value{Data: "first"}, true
	}
	return Value{}, false
}

// answer makes an answer up.
func answer(status int, contentType, body string) *Response {
	r := &Response{
		Status: status, StatusText: "OK", Protocol: "HTTP/1.1", URL: "https://example.com/",
		Open: func() ([]byte, error) { return []byte(body), nil },
	}
	if contentType != "" {
		r.Headers = append(r.Headers, Header{"Content-Type", contentType})
	}
	return r
}

func jsonAnswer(body string) *Response { return answer(200, "application/json", body) }

// compileCode compiles code that stands in the third line of a file.
func compileCode(api API, event Event, code string) (*Program, diag.List) {
	const before = "GET https://example.com\n\n> {%"
	source := diag.NewSource("a.http", []byte(before+code+"%}\n"))
	return Compile(Unit{Source: source, Span: diag.Span{Start: len(before), End: len(before) + len(code)}, API: api, Event: event})
}

func mustCompile(t testing.TB, api API, event Event, code string) *Program {
	t.Helper()
	p, problems := compileCode(api, event, code)
	if problems.HasErrors() {
		t.Fatalf("%s: %v", code, problems)
	}
	return p
}

// outcome writes down what came of a script: its checks, its log, its changes
// and its error, one a line.
func outcome(result *Result, m *made) string {
	var b strings.Builder
	for _, c := range result.Checks {
		verdict := "pass"
		switch {
		case c.Broken:
			verdict = "broken"
		case !c.Passed:
			verdict = "FAIL"
		}
		fmt.Fprintf(&b, "%s %s", verdict, c.Name)
		if c.Diagnostic != nil {
			fmt.Fprintf(&b, " | %s", message(c.Diagnostic))
		}
		b.WriteByte('\n')
	}
	for _, e := range result.Log {
		fmt.Fprintf(&b, "%v %d: %s\n", e.Level, e.Place.position().Line, e.Text)
	}
	if result.LogLost > 0 {
		fmt.Fprintf(&b, "lost %d\n", result.LogLost)
	}
	for _, c := range m.changes {
		fmt.Fprintln(&b, c)
	}
	if r := result.Request; r != nil {
		fmt.Fprintf(&b, "request %s %s", r.Method, r.URL.Raw)
		for _, h := range r.Headers {
			fmt.Fprintf(&b, " [%s: %s]", h.Name, h.Value.Raw)
		}
		fmt.Fprintf(&b, " %q\n", r.Body.Raw)
	}
	if result.Ended != Goes {
		fmt.Fprintf(&b, "ended %d %s\n", result.Ended, result.Reason)
	}
	if result.Err != nil {
		fmt.Fprintf(&b, "error %s\n", message(result.Err))
	}
	return b.String()
}

// message is a diagnostic on one line: its code, its place, what the caret is
// under, what it says.
func message(d *diag.Diagnostic) string {
	s := fmt.Sprintf("%s %s", d.Code, d.Error())
	if d.Source != nil {
		s += fmt.Sprintf(" [%s]", oneLine(d.Source.Slice(d.Subject)))
	}
	if d.Detail != "" && !strings.HasPrefix(d.Detail, "It has") {
		s += " (" + d.Detail + ")"
	}
	for _, v := range d.Values {
		s += fmt.Sprintf(" {%s = %s}", v.Name, v.Text)
	}
	if d.Suggestion != "" {
		s += " > " + d.Suggestion
	}
	return s
}

func runCode(t testing.TB, api API, event Event, code string, m *made) string {
	t.Helper()
	result := new(Engine).Run(context.Background(), mustCompile(t, api, event, code), m)
	return outcome(result, m)
}

// The two lines that most scripts have.
func TestTwoLines(t *testing.T) {
	m := &made{response: jsonAnswer(`{"id": 9007199254740993}`)}
	got := runCode(t, JetBrains, AfterResponse, ` client.test("ok", () => client.assert(response.status === 200)); client.global.set("id", response.body.id) `, m)
	if want := "pass ok\nglobal variable id = 9007199254740993\n"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
