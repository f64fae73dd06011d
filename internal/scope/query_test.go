package scope

import (
	"testing"

	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// A request is repeated for what may be many values, and for nothing else.
func TestIsQuery(t *testing.T) {
	for expr, want := range map[string]bool{
		"users[*].name": true, "users..name": true, "$.users..name": true, "users.*": true, "users[0:2].name": true,
		`users[?@.age > 3].name`: true, "users.list[*]": true, " users[*] ": true, "users[0,1]": true, `users["a"]..b`: true,
		"users": false, "users.name": false, "users[0].name": false, "$.users[0].name": false, "$.users": false, "users[-1]": false,
		`users["a..b"]`: false, "users[*": false, "[*].name": false, "users[*] == 1": false, "$uuid": false, "": false, "users[x]": false,
	} {
		if got := IsQuery(expr); got != want {
			t.Errorf("IsQuery(%q) = %t", expr, got)
		}
	}
}

// Where a query is a value, it is the list of its matches; a path to one place is
// what stands there.
func TestQueryValue(t *testing.T) {
	doc, _, err := value.Decode([]byte(`{"users": [{"name": "a", "n": 9007199254740993}, {"name": "b", "n": 2}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s := New([]*Variable{{Name: "all", Value: doc, Tier: CommandLine}}, FileFirst, Dynamics{})
	for expr, want := range map[string]string{
		"all.users[*].name":         `["a","b"]`,
		"$.all.users..n":            `[9007199254740993,2]`,
		"all.users[?@.n == 2].name": `["b"]`,
		"$.all.users[0].name":       "a",
		"all.users[-1].name":        "b",
		"all.users[*].missing":      "[]",
		"$.all.users[0]":            `{"n":9007199254740993,"name":"a"}`,
	} {
		v, _, err := s.Value(t.Context(), expr, nil)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
		} else if got := value.Text(v); got != want {
			t.Errorf("%s = %s, want %s", expr, got, want)
		}
	}
	for expr, want := range map[string]string{
		"all.users[-5].name": "`all.users` has nothing at `[-5].name`",
		"$.users":            "no variable `users`",
		"all.users[x]":       "`[x]` cannot be followed into the variable `all.users`",
	} {
		_, _, err := s.Value(t.Context(), expr, nil)
		if d := asDiagnostic(err); d == nil || d.Summary != want {
			t.Errorf("%s: %v, want %s", expr, err, want)
		}
	}
}

// A list cannot be a part of a variable's text without being noticed.
func TestCheckQueryInVariable(t *testing.T) {
	file := parser.Parse("t.http", []byte("@users = [1]\n@whole = {{users[*]}}\n@part = /{{users[*]}}\nGET /\n"))
	var vars []*Variable
	for _, v := range file.Blocks[0].Variables {
		vars = append(vars, &Variable{Name: v.Name.String(), Text: v.Value, Tier: File})
	}
	s := New(vars, FileFirst, Dynamics{})
	for text, want := range map[string]int{"{{whole}}": 0, "{{part}}": 1} {
		if found := s.Check(parser.Literal(nil, file.Blocks[0].Variables[0].Value.Span(), text), noneKnown{}); len(found) != want {
			t.Errorf("%s: %v", text, found)
		}
	}
}

type noneKnown struct{}

func (noneKnown) Request(string) bool          { return false }
func (noneKnown) Captured(string) bool         { return false }
func (noneKnown) Nearest(string) string        { return "" }
func (noneKnown) Environments(string) []string { return nil }
