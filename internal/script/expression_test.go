package script

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// evaluated writes down what an expression comes to behind an answer.
func evaluated(code string, host *made, engine Engine) string {
	const before = "GET https://example.com\n\n?? js "
	source := diag.NewSource("a.http", []byte(before+code+" == 1\n"))
	p, problems := Compile(Unit{
		Source: source, Span: diag.Span{Start: len(before), End: len(before) + len(code)},
		API: HTTPYac, Event: AfterResponse, Expression: true,
	})
	if len(problems) > 0 {
		return message(problems[0])
	}
	result := engine.Run(context.Background(), p, host)
	switch {
	case result.Err != nil:
		return message(result.Err)
	case result.Undefined:
		return "undefined"
	}
	secret := ""
	if result.Value.Secret {
		secret = " secret"
	}
	return fmt.Sprintf("%s %s%s", value.Kind(result.Value.Data), value.Format(result.Value.Data), secret)
}

// TestExpression protects what httpYac's ?? js computes, and that what is none, or
// would change something, is an error with its place.
func TestExpression(t *testing.T) {
	host := func() *made {
		m := &made{response: jsonAnswer(`{"id": 9007199254740993, "text": "hello", "list": [{"id": 2}], "ok": true, "none": null}`)}
		m.variables = vars(Anywhere, "said", "hello")
		m.variables[Anywhere]["token"] = Value{Data: "t-1", Secret: true}
		m.substitute = func(text string) (Value, bool) {
			return Value{Data: strings.ReplaceAll(text, "{{said}}", "hel'lo"), Secret: strings.Contains(text, "secret")}, true
		}
		return m
	}
	for _, tt := range []struct{ code, want string }{
		{`response.parsedBody.id`, "number 9007199254740993"},
		{`response.statusCode`, "number 200"},
		{`typeof response.parsedBody.nope`, `text "undefined"`},
		{`response.parsedBody.nope`, "undefined"},
		{`response.parsedBody.none`, "nil null"},
		{`response.parsedBody.list`, `list [{"id":2}]`},
		{`response.parsedBody.text === said`, "boolean true"},
		{`{a: 1}.a`, "number 1"},
		{`await Promise.resolve(5)`, "number 5"},
		{`Promise.resolve(5)`, "number 5"},
		{`token + "!"`, `text "t-1!" secret`},
		{`token === "t-1"`, "boolean true"},
		{`process.env.HOME_TOWN`, `text "Bern"`},
		{`process.env.NOWHERE`, "undefined"},
		{`response.parsedBody.list.map(e => { let n = 0; n += e.id; return n })[0]`, "number 2"},

		// Templates in texts.
		{`"a {{said}} b"`, `text "a hel'lo b"`},
		{`'{{said}}'.length`, "number 6"},
		{`["{{said}}", '{{said}}!'].join(" it's ")`, `text "hel'lo it's hel'lo!"`},
		{`"{{secret said}}"`, `text "{{secret said}}" secret`},
		{`{{said}} + 1`, "PR801 a.http:3:7: a template is replaced in texts between quotes alone, and this is code [{{said}}] > write `said`: variables are names in JavaScript"},
		{"`${said} {{said}}`", "PR801 a.http:3:16: a template is replaced in texts between quotes alone, and this is code [{{said}}] > write `said`: variables are names in JavaScript"},
		{`({"{{said}}": 1})`, "PR801 a.http:3:10: a template is replaced in texts between quotes alone, and this is code [{{said}}] > write `said`: variables are names in JavaScript"},
		{`"{{said}}".nope.x`, "PR802 a.http:3:7: `\"{{said}}\".nope` is undefined or null: it has no member `x` [\"{{said}}\".nope]"},

		// What is no value.
		{`response.`, "PR801 a.http:3:16: the expression ends too early [] > close what is open: a bracket, a brace, a text"},
		{`1; 2`, "PR801 a.http:3:10: not one expression [2] > write several statements between `{{` and `}}` behind the request"},
		{`/* nothing */`, "PR801 a.http:3:7: not one expression [/* nothing */] > write several statements between `{{` and `}}` behind the request"},
		{`a) || (true`, "PR801 a.http:3:8: the expression cannot be read: unexpected token ) [)]"},
		{`}) ; (function(){return 1`, "PR801 a.http:3:7: the expression cannot be read: a brace closes more than the script has opened [}]"},
		{`said.length.toString`, "PR802 a.http:3:7: the value of `said.length.toString` is a function, which cannot be compared [said.length.toString] > call it, and keep what it returns"},
		{`nobody`, "PR802 a.http:3:7: `nobody` is not defined [nobody]"},
		{`response.satus`, "PR802 a.http:3:16: `response` has no member `satus` [satus] > write `response.status`"},
		{`response.parsedBody.nope[0].x`, "PR802 a.http:3:7: `response.parsedBody.nope` is undefined: it has no member `0` [response.parsedBody.nope] > look at what is there: `client.log(response.parsedBody)`"},
		{`process.argv`, "PR802 a.http:3:15: `process` has no member `argv` [argv]"},
		{`new Promise(() => {})`, "PR802 a.http:3:7: a promise never settles: nothing is left that could [new Promise(() => {})] > call `resolve` or `reject` on every way"},
		{`(() => { for (;;); })()`, "PR804"},

		// What would change something.
		{`response.statusCode = 200`, "PR801 a.http:3:7: an assertion of an assignment: it looks at what is assigned, and not at what was there [response.statusCode = 200] > compare with `===`"},
		{`[1].some(e => said = e)`, "PR801 a.http:3:21: an assertion of an assignment: it looks at what is assigned, and not at what was there [said = e] > compare with `===`"},
		{`test("t", () => { throw 1 }) || true`, "PR802 a.http:3:7: a test in an assertion is not run [test(\"t\", () => { throw 1 })] > write it between `{{` and `}}` behind the request"},
	} {
		engine := Engine{}
		if tt.want == "PR804" {
			engine.Limits.Time = 50 * time.Millisecond
		}
		got := evaluated(tt.code, host(), engine)
		if got != tt.want && (tt.want != "PR804" || !strings.HasPrefix(got, tt.want)) {
			t.Errorf("%s\n got  %s\n want %s", tt.code, got, tt.want)
		}
	}
}

// What a recording hides decides nothing in an expression either.
func TestExpressionOfARecording(t *testing.T) {
	m := &made{response: jsonAnswer(`{"token": "***", "id": 5}`)}
	const before = "?? js "
	for code, unseen := range map[string]bool{`response.parsedBody.token`: true, `response.parsedBody.token == "x"`: true, `response.parsedBody.id`: false} {
		source := diag.NewSource("a.http", []byte(before+code))
		p, _ := Compile(Unit{Source: source, Span: diag.Span{Start: len(before), End: len(before) + len(code)}, API: HTTPYac, Event: AfterResponse, Expression: true})
		if result := (&Engine{Mask: "***"}).Run(t.Context(), p, m); (result.Unseen != nil) != unseen {
			t.Errorf("%s: %v, want unseen to be %t", code, result.Unseen, unseen)
		}
	}
}

// Whatever is written, an expression is compiled or refused with a place in it.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{`response.parsedBody.a == "{{x}}"`, `'{{x}}'.length`, `{{x}}`, "`{{x}}`", `a) || (b`, `"{{x}}"+'{{y}}'`, `({"{{x}}": 1})`, `//`, `"\{{x}}"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, code string) {
		if strings.ContainsAny(code, "\r\n") {
			return // it stands on one line
		}
		source := diag.NewSource("a.http", []byte(code))
		p, problems := Compile(Unit{Source: source, Span: diag.Span{End: len(code)}, API: HTTPYac, Event: AfterResponse, Expression: true})
		if (p == nil) != problems.HasErrors() {
			t.Fatalf("%q: %v", code, problems)
		}
		for _, d := range problems {
			if d.Subject.Start < 0 || d.Subject.End > len(code) || d.Subject.Start > d.Subject.End {
				t.Errorf("%q: %s at %v", code, d.Summary, d.Subject)
			}
		}
	})
}
