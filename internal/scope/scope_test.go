package scope

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// text is a whole source as one text.
func text(name, s string) parser.Text {
	source := diag.NewSource(name, []byte(s))
	return parser.NewText(source, diag.Span{End: len(s)})
}

// file defines a file variable as the parser would.
func file(name, value string) *Variable {
	t := text(name+".http", value)
	return &Variable{Name: name, Text: t, Tier: File, Source: t.Source(), Span: t.Span()}
}

// given defines a variable with a final value.
func given(tier Tier, name string, v any) *Variable {
	return &Variable{Name: name, Value: v, Tier: tier}
}

// noon is the time of all tests.
var noon = time.Date(2026, time.January, 2, 12, 4, 5, 678e6, time.FixedZone("CET", 3600))

func dynamics() Dynamics {
	return Dynamics{
		Now: func() time.Time { return noon },
		Environ: func(name string) (string, bool) {
			v, ok := map[string]string{"HOME_URL": "http://home", "API_KEY": "k-123"}[name]
			return v, ok
		},
	}
}

func newScope(vars ...*Variable) *Scope { return New(vars, EnvironmentFirst, dynamics()) }

// requests answers references from a map, and expressions by asking the scope
// for their first word.
type requests struct {
	scope  *Scope
	values map[string]any
	secret bool
}

func (r requests) Reference(_ context.Context, expr parser.Text) (any, bool, bool, error) {
	v, ok := r.values[expr.String()]
	return v, r.secret, ok, nil
}

func (r requests) Expression(ctx context.Context, expr parser.Text) (any, bool, error) {
	name, _, _ := strings.Cut(expr.String(), " ")
	v, secret, err := r.scope.Value(ctx, name, r)
	return fmt.Sprint(v, "!"), secret, err
}

// message is what a test compares of an error: where it points, and all it says.
func message(err error) string {
	var d *diag.Diagnostic
	if !errors.As(err, &d) {
		return fmt.Sprintf("not a diagnostic: %v", err)
	}
	s := d.Code + " " + d.Error()
	if d.Detail != "" {
		s += " | " + strings.ReplaceAll(d.Detail, "\n", " / ")
	}
	return s + " | " + d.Suggestion
}

func TestExpand(t *testing.T) {
	object := map[string]any{"name": "Ann", "address": []any{map[string]any{"city": "Bern"}}, "age": 41, "first name": "A", "0": "zero"}
	scope := newScope(
		file("base", "http://{{host}}/v1"), file("host", "h.test"), file("empty", ""), file("spaced", "a b&c/ä"),
		file("literal", `\{\{host\}\}`), file("alias", "{{user}}"), file("a.b", "dotted"), file("log-in", "dash"),
		given(CommandLine, "user", object), given(Captured, "n", 9007199254740993), given(Captured, "none", nil),
		given(Captured, "list", []any{"x", true, nil}),
		&Variable{Name: "password", Value: "s3cret", Tier: CommandLine, Secret: true},
		file("header", "Basic {{password}}"), file("copy", "{{header}}"),
	)
	refs := requests{scope: scope, values: map[string]any{
		"login.response.body.$.token": "T", "login.token": "T2", "user.response.status": 200, "login": "whole",
	}}
	tests := []struct {
		text, want        string
		secret, templates bool
	}{
		{text: "no template", want: "no template"},
		{text: "", want: ""},
		{text: "{{base}}/x", want: "http://h.test/v1/x", templates: true},
		{text: "{{ base }}{{empty}}", want: "http://h.test/v1", templates: true},
		{text: "{{%spaced}}", want: "a%20b%26c%2F%C3%A4", templates: true},
		{text: "{{spaced}}", want: "a b&c/ä", templates: true},
		{text: `\{\{host\}\}`, want: "{{host}}"},
		{text: "{{literal}}", want: "{{host}}", templates: true}, // not expanded again
		{text: "{{a.b}} {{log-in}}", want: "dotted dash", templates: true},
		{text: "{{n}}", want: "9007199254740993", templates: true},
		{text: "{{none}}", want: "null", templates: true},
		{text: "{{list}} {{list[1]}} {{list.0}}", want: `["x",true,null] true x`, templates: true},
		{text: "{{user.name}} {{user.address[0].city}} {{user.age}}", want: "Ann Bern 41", templates: true},
		{text: `{{user["first name"]}} {{user['name']}} {{user[0]}}`, want: "A Ann zero", templates: true},
		{text: "{{alias.address[0]}}", want: `{"city":"Bern"}`, templates: true}, // a lone template keeps its type
		{text: "{{login.response.body.$.token}} {{login.token}} {{login}}", want: "T T2 whole", templates: true},
		{text: "{{user.response.status}}", want: "200", templates: true}, // the exchange before the path into a variable
		{text: "{{host + 1}}", want: "h.test!", templates: true},
		{text: "{{password}}", want: "s3cret", secret: true, templates: true},
		{text: "x {{copy}}", want: "x Basic s3cret", secret: true, templates: true},
		{text: "{{password + 1}}", want: "s3cret!", secret: true, templates: true},
		{text: "{{$env.API_KEY}}", want: "k-123", secret: true, templates: true},
		{text: "{{$env.HOME_URL}}", want: "http://home", templates: true},
	}
	for _, tt := range tests {
		got, err := scope.Expand(t.Context(), text("t.http", tt.text), refs)
		want := Expansion{Text: tt.want, Secret: tt.secret, Templates: tt.templates}
		if err != nil || got != want {
			t.Errorf("%q = %+v, %v; want %+v", tt.text, got, err, want)
		}
	}
}

// The runner must be able to tell which template gave which text.
func TestExpandParts(t *testing.T) {
	scope := newScope(file("x", "1 2"), &Variable{Name: "s", Value: "z", Tier: Captured, Secret: true})
	parts, err := scope.ExpandParts(t.Context(), text("t.http", "a{{%x}}b{{s}}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range parts {
		got = append(got, fmt.Sprintf("%s|%s|%v", p.Segment.Text, p.Text, p.Secret))
	}
	if want := "a|a|false {{%x}}|1%202|false b|b|false {{s}}|z|true"; strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

// Every message names the place of the mistake, which may be in the value of a
// variable, and the mend.
func TestExpandErrors(t *testing.T) {
	private := diag.NewSource("http-client.private.env.json", []byte(`"{{oops}}"`))
	private.Private = true
	scope := newScope(
		file("host", "h"), file("url", "x{{hots}}"), file("deep", "{{url}}"),
		file("a", "{{b}}"), file("b", "{{a}}"), file("self", "-{{self}}"), file("viaExpr", "{{viaExpr + 1}}"),
		given(Captured, "user", map[string]any{"address": []any{"x"}}), given(Captured, "n", 1),
		&Variable{Name: "key", Text: parser.NewText(private, diag.Span{Start: 1, End: 9}), Tier: Environment, Secret: true, Source: private},
	)
	refs := requests{scope: scope}
	tests := []struct{ text, want string }{
		{"GET {{hosst}}", "PR201 t.http:1:5: no variable `hosst` | did you mean `host`?"},
		{"\n ä {{quite.other}}", "PR201 t.http:2:4: no variable `quite.other` | define it with `@quite.other = …`, in http-client.env.json, or with `--var quite.other=…`"},
		{"{{hosst[0].x}}", "PR201 t.http:1:1: no variable `hosst[0].x` | did you mean `host[0].x`?"},
		{"{{login.response.body.$.t}}", "PR201 t.http:1:1: no variable `login.response.body.$.t` | name the request it means with `# @name login`"},
		{"{{deep}}", "PR201 url.http:1:2: no variable `hots` | needed by `{{deep}}` at t.http:1:1 | did you mean `host`?"},
		{"{{a}}", "PR202 b.http:1:1: variables refer to each other in a circle: a → b → a | needed by `{{a}}` at t.http:1:1 | give `a` a value that does not need itself"},
		{"{{self}}", "PR202 self.http:1:2: `self` is defined by itself | needed by `{{self}}` at t.http:1:1 | give it a value that does not need itself, or one of another name"},
		{"{{viaExpr}}", "PR202 viaExpr.http:1:1: `viaExpr` is defined by itself | needed by `{{viaExpr}}` at t.http:1:1 | give it a value that does not need itself, or one of another name"},
		{"{{user.adress}}", "PR201 t.http:1:1: `user` has no member `adress` | did you mean `address`?"},
		{"{{user.address[3]}}", "PR201 t.http:1:1: `user.address` has 1 elements and no element [3] | count elements from 0"},
		{"{{user.address.x}}", "PR201 t.http:1:1: `user.address` is a list and has no member `x` | choose an element with [0]"},
		{"{{n.x}}", "PR201 t.http:1:1: `n` is a number and has no members | write `{{n}}`"},
		{"{{user.$..id}}", "PR201 t.http:1:1: `.$..id` cannot be followed into the variable `user` | expected .name, [0] and [\"name\"], or a JSONPath such as [*].name: unexpected '$' at position 3 | write such a path"},
		{"{{key}}", "PR201 http-client.private.env.json:1:2: no variable `oops` | needed by `{{key}}` at t.http:1:1 | define it with `@oops = …`, in http-client.env.json, or with `--var oops=…`"},
		{"{{$env.NOPE}}", "PR207 t.http:1:1: the environment variable `NOPE` is not set, and no .env file defines it | export NOPE, or add a line `NOPE=…` to .env"},
		{"{{$dotenv NOPE}}", "PR207 t.http:1:1: no .env file defines `NOPE` | add a line `NOPE=…` to .env"},
	}
	for _, tt := range tests {
		_, err := scope.Expand(t.Context(), text("t.http", tt.text), refs)
		if got := message(err); got != tt.want {
			t.Errorf("%q\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
	_, err := scope.Expand(t.Context(), text("t.http", "{{1 + 2}}"), nil)
	if want := "PR201 t.http:1:1: `1 + 2` is an expression, and only variables can be used here | use a variable"; message(err) != want {
		t.Errorf("without references: %s", message(err))
	}
}

// A long chain is no circle, and definitions that double each other end.
func TestDeepAndWide(t *testing.T) {
	var vars []*Variable
	for i := range 2000 {
		vars = append(vars, file(fmt.Sprintf("v%d", i), fmt.Sprintf("{{v%d}}", i+1)))
	}
	scope := newScope(append(vars, file("v2000", "end"))...)
	if got, err := scope.Expand(t.Context(), text("t.http", "{{v0}}"), nil); err != nil || got.Text != "end" {
		t.Errorf("%+v, %v", got, err)
	}
	vars = nil
	for i := range 60 {
		vars = append(vars, file(fmt.Sprintf("v%d", i), fmt.Sprintf("{{v%d}}{{v%d}}", i+1, i+1)))
	}
	scope = newScope(append(vars, file("v60", ""))...)
	if _, err := scope.Expand(t.Context(), text("t.http", "{{v0}}"), nil); !strings.HasPrefix(message(err), "PR206 ") {
		t.Errorf("doubling: %v", message(err))
	}
	scope = newScope(
		given(CommandLine, "big", strings.Repeat("x", maxText/2+1)), file("twice", "{{big}}{{big}}"),
	)
	if _, err := scope.Expand(t.Context(), text("t.http", "{{twice}}"), nil); !strings.HasPrefix(message(err), "PR206 twice.http:1:8: ") {
		t.Errorf("big: %v", message(err))
	}
}

// Expressions get typed values, and the secrecy of what went into them.
func TestValue(t *testing.T) {
	scope := newScope(
		given(Captured, "n", 7), given(Captured, "a b", true), file("copy", "{{n}}"), file("text", "n={{n}}"),
		given(Captured, "user", map[string]any{"age": 41}),
	)
	for name, want := range map[string]any{"n": 7, "copy": 7, "text": "n=7", "user.age": 41, "a b": true} {
		if got, _, err := scope.Value(t.Context(), name, nil); err != nil || got != want {
			t.Errorf("%s = %#v, %v", name, got, err)
		}
	}
	for _, name := range []string{"m", "n + 1"} {
		if _, _, err := scope.Value(t.Context(), name, nil); !strings.HasPrefix(message(err), "PR201 ") {
			t.Errorf("%s: %v", name, message(err))
		}
	}
}

func TestPrecedence(t *testing.T) {
	vars := func(tiers ...Tier) []*Variable {
		var all []*Variable
		for _, tier := range tiers {
			all = append(all, given(tier, "x", fmt.Sprint(tier)))
		}
		return all
	}
	tests := []struct {
		precedence Precedence
		tiers      []Tier
		want       Tier
	}{
		{EnvironmentFirst, []Tier{DotEnv, File, Environment, Captured, CommandLine}, CommandLine},
		{EnvironmentFirst, []Tier{DotEnv, File, Environment, Captured}, Captured},
		{EnvironmentFirst, []Tier{DotEnv, File, Environment}, Environment},
		{FileFirst, []Tier{DotEnv, File, Environment}, File},
		{FileFirst, []Tier{DotEnv, File, Environment, Captured}, Captured},
		{EnvironmentFirst, []Tier{DotEnv, File}, File},
		{FileFirst, []Tier{DotEnv, Environment}, Environment},
		{Undecided, []Tier{DotEnv, File}, File},
		{Undecided, []Tier{DotEnv, Environment}, Environment},
		{Undecided, []Tier{File, Environment, CommandLine}, CommandLine}, // decided after all
		{EnvironmentFirst, []Tier{DotEnv}, DotEnv},
	}
	for _, tt := range tests {
		v, ok, err := New(vars(tt.tiers...), tt.precedence, Dynamics{}).Lookup("x")
		if err != nil || !ok || v.Tier != tt.want {
			t.Errorf("%v of %v: %+v, %v, %v", tt.precedence, tt.tiers, v, ok, err)
		}
	}
	if v, _, _ := New([]*Variable{file("x", "1"), file("x", "2")}, EnvironmentFirst, Dynamics{}).Lookup("x"); v.Text.String() != "2" {
		t.Error("the last definition of a tier must count")
	}
}

// Only a real difference in a chosen environment is an error, and it names both
// places but no secret.
func TestUndecided(t *testing.T) {
	env := func(value string) *Variable {
		source := diag.NewSource("http-client.env.json", []byte(`{"dev": {"x": "1"}}`))
		return &Variable{Name: "x", Text: parser.Literal(source, diag.Span{Start: 14, End: 17}, value), Tier: Environment, Source: source, Span: diag.Span{Start: 14, End: 17}, Where: "environment dev"}
	}
	expand := func(vars ...*Variable) string {
		x, err := New(vars, Undecided, Dynamics{}).Expand(t.Context(), text("t.http", "{{x}}"), nil)
		if err != nil {
			return message(err)
		}
		return x.Text
	}
	if got := expand(file("x", "1"), env("1")); got != "1" {
		t.Errorf("equal values: %s", got)
	}
	want := "PR205 t.http:1:1: `x` has one value in the file and another in the environment | `2` in x.http:1:1 / `1` in http-client.env.json:1:15 (environment dev) | say which tool the file is written for with `# @dialect`, such as `# @dialect vscode`"
	if got := expand(file("x", "2"), env("1")); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	hidden := env("hush")
	hidden.Secret = true
	if got := expand(file("x", "2"), hidden); strings.Contains(got, "hush") || !strings.Contains(got, "a secret in http-client.env.json:1:15") {
		t.Errorf("secret: %s", got)
	}
	shared := env("1")
	shared.unchosen = true
	if got := expand(file("x", "2"), shared); got != "1" {
		t.Errorf("no environment chosen: %s", got)
	}
}

// A capture replaces an earlier one, and readers may look on meanwhile.
func TestCapture(t *testing.T) {
	scope := newScope(file("x", "file"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 100 {
			if _, err := scope.Expand(t.Context(), text("t.http", "{{x}}"), nil); err != nil {
				t.Error(err)
			}
			scope.Names()
		}
	}()
	for i := range 100 {
		scope.Capture(&Variable{Name: "x", Value: i})
	}
	<-done
	if got, _ := scope.At(noon).Expand(t.Context(), text("t.http", "{{x}}"), nil); got.Text != "99" {
		t.Errorf("got %q", got.Text)
	}
}
