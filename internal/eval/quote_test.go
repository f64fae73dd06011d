package eval

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// longSecret is as long as a JSON Web Token, so that what is shortened before it
// is masked would show most of it.
var longSecret = func() string {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "s%04x", uint64(i)*2654435761%65536)
	}
	return b.String()
}()

// leaks reports whether a text holds eight characters of the secret.
func leaks(text string) bool {
	for i := 0; i+8 <= len(longSecret); i++ {
		if strings.Contains(text, longSecret[i:i+8]) {
			return true
		}
	}
	return false
}

// said is everything that a reader can see of a failed condition or value.
func said(t *testing.T, src string, kind Kind, env *Env) string {
	t.Helper()
	p, err := Compile(src, kind, plan{variables: map[string]any{"tok": nil, "secretObject": nil, "plainText": nil}})
	if err != nil {
		t.Fatalf("%s: %s", src, describe(src, err))
	}
	text := ""
	if _, err := p.Eval(env); err != nil {
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: %v is no *Error", src, err)
		}
		text = strings.Join([]string{e.Error(), e.Detail, e.Suggestion}, " | ")
	}
	if kind == Condition {
		x := p.Explain(env)
		text += " | " + x.Detail + " | " + x.Suggestion
		if x.Err != nil {
			text += " | " + x.Err.Error()
		}
		for _, v := range x.Values {
			text += " | " + v.Name + "=" + v.Text
		}
	}
	return text
}

// Values are masked whole and only then shortened: in every place that quotes
// one no piece of a long secret is left.
func TestMaskedBeforeShortened(t *testing.T) {
	body := fmt.Sprintf(`{"token":%[1]q,"deep":{"token":%[1]q,"n":1},"list":[%[1]q],"names":{%[1]q:1,"b":2},"o":{}}`, longSecret)
	env := environment(answer("application/json", body))
	env.Mask = func(s string) string { return strings.ReplaceAll(s, longSecret, "***") }
	for _, src := range []string{
		`body.token == "x"`, `body.token == 5`, `body.token < 5`, `body.token`, `body.token + 1 == 2`, `body.deep contains "x"`, `body.deep == {"token": "x", "n": 2}`,
		`includes(body.deep, {"token": "x"})`, `all(body.list, # == "x")`, `any(body.token, true)`, `5 in body.list`, `body.list in 1..2`, `body.token in 1..2`,
		`int(body.token) == 1`, `float(body.list) == 1`, `date(body.token) > now()`, `date(body.list) > now()`, `date("2024", body.token) > now()`, `duration(body.token) > 1`,
		`len(body.o) == 1 and body.token == "x"`, `max(body.list) == 1`, `split("a", ",", body.token) == []`, `repeat(body.token, body.token) == ""`, `sum(body.list) == 1`, `near(body.token, 1, 1)`,
		`take([1], body.token) == []`, `bitand(1, body.token) == 1`, `unbase64("!" + body.token) == ""`, `hmac(body.token, "k", "t") == ""`, `sort([1, 2], body.token) == []`, `sortBy([1, 2], #, body.token) == []`,
		`json("a." + body.token) == 1`, `json("a.b[" + body.token + "]") == 1`, `json("a.@" + body.token) == 1`, `jsonpath("$.a['" + body.token + "']") == 1`, `jsonpath("$[" + body.token) == 1`,
		`body[body.token] == 1`, `body.list[body.token] == 1`, `body.names.x == 1`, `body.deep[body] == 1`, `get(body, body.token) == 1`, `header(body.token) == ""`, `"x" matches "(" + body.token`, `count(body.list) == 1`,
		`fromJSON(body.token) == 1`, `upper(body.list) == ""`, `reduce(body.list, #acc + #, 1) == 2`, `date("2024-01-01", "2006-01-02", body.token) > now()`, `join([1], body.token) == "x"`,
	} {
		if got := said(t, src, Condition, env); leaks(got) {
			t.Errorf("%s shows a piece of the secret: %s", src, got)
		}
	}
	// where the body itself is what is wrong
	broken := environment(answer("application/json", `{"token": `+longSecret+`}`))
	text := environment(answer("text/plain", longSecret+longSecret))
	broken.Mask, text.Mask = env.Mask, env.Mask
	for _, e := range []*Env{broken, text} {
		if got := said(t, `body.token == "x"`, Condition, e); leaks(got) {
			t.Errorf("a piece of the secret: %s", got)
		}
	}
	if _, err := answer("application/json", `{"token": `+longSecret+`}`).Document(); leaks(describe(longSecret, asError(t, err))) {
		t.Errorf("Document quotes a body that nobody has masked: %v", err)
	}
	// without a secret in it the body is quoted
	broken.Answer = answer("application/json", `{"a":1,"b":}`)
	if got, want := said(t, `body.a == 1`, Condition, broken), "near `{\"a\":1,\"b\":}`"; !strings.Contains(got, want) {
		t.Errorf("%s does not say %s", got, want)
	}
}

func asError(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *Error", err)
	}
	return e
}

// What is computed from a secret variable is unknown to any mask, and so hidden
// by what it stems from; everything else stays visible.
func TestComputedFromSecret(t *testing.T) {
	env := environment(answer("application/json", `{"name":"Ann","list":["a"],"o":{"tok":"x","n":1},"seen":"shown"}`))
	env.Variable = func(name string) (any, error) {
		switch name {
		case "tok":
			return longSecret, nil
		case "secretObject":
			return map[string]any{"tok": longSecret, "n": 1234567, "list": []any{longSecret, longSecret[:40]}, longSecret: 1}, nil
		}
		return "plain value", nil
	}
	env.Mask = func(s string) string { return strings.ReplaceAll(s, longSecret, "***") }
	env.Secret = func(variable string) bool { return variable == "tok" || variable == "secretObject" }
	digest, _ := toSHA256(longSecret)
	for _, src := range []string{
		`upper(tok) == "x"`, `tok[0:12] == "x"`, `split(tok, "s")[1] == "x"`, `sha256(tok) == "x"`, `vars.tok[:20] == "x"`, `(tok + "y")[:50] == plainText`, `[tok[:20]] == ["x"]`, `{"a": tok[:20]} == {"a": "x"}`,
		`let x = tok[0:12]; x == "x" and upper(x) == "Y"`, `(let x = tok; let y = x[:30]; [y]) == ["x"]`, `any([tok[:30]], # == "x")`, `all([tok[:30]], # == "x")`, `map([tok], #[:30]) == ["x"]`, `all(map([tok], #[:30]), # == "x")`,
		`filter([1], tok[:20] != "") == [2]`, `reduce([1, 2], #acc + tok[:20], "") == "x"`, `reduce([1], reduce([1], #acc + tok[:20], "")) == "x"`, `reduce([tok, "a"], #acc[:20]) == "x"`, `reduce([1, 2], int(#acc), tok[:20]) == 2`,
		`int(tok[:20]) == 1`, `date(tok[:30]) > now()`, `duration(tok[:20]) > 1`, `unbase64("!" + tok[:20]) == ""`, `tok[:20] == 5`, `tok[:20] < 5`, `tok[:20]`, `tok[:20] and true`, `tok[:20] in [1, 2]`, `5 in [tok[:20]]`,
		`jwt("a." + base64("{\"a\":\"" + tok[:20] + "\"}") + ".c").a == ""`, `secretObject.list[1] == ""`, `secretObject.n == 1`, `secretObject == {"n": 1}`, `body.o == {"tok": tok[:20], "n": 2}`, `includes(secretObject, {"n": 1, "tok": "x"})`,
		`body[tok[:20]] == 1`, `json(tok[:20]) == 1`, `json("x.@" + tok[:20]) == 1`, `jsonpath("$[" + tok[:20]) == 1`, `secretObject.nope == 1`, `keys(secretObject)[1] == "x"`, `"x" matches "(" + tok[:20]`,
		`fromJSON("[\"" + tok[:20] + "\"]") == []`, `fromJSON(tok[:20]) == []`, `(status == 200 ? tok[:20] : "") == ""`, `(nil ?? tok[:20]) == ""`, `upper(tok) contains "x"`, `sort([1, 2], tok[:20]) == []`, `date("2024-01-01", tok[:20]) > now()`,
		`let x = tok[:20]; x == 5`, `let x = tok[:20]; x and true`, `any([tok[:20]], # == 5)`, `any([tok[:20]], .x == 5)`, `any([tok[:20]], # + 1 == 2)`, `reduce([1, 2], int(#acc), tok[:20]) == 1`, `reduce([1, 2], {let y = #acc; y > 5 ? y : tok[:20]}, 1) == 1`,
		`len(5 + secretObject.n) == 1`, `get(body, tok[:20]) == 1`, `find([tok[:20]], # != "")[:9] == "x"`, `groupBy([tok[:20]], #) == {}`, `toJSON({"a": tok[:20]}) == ""`, `string(secretObject.n) == ""`,
	} {
		got := said(t, src, Condition, env)
		if leaks(got) || leaks(strings.ToLower(got)) || strings.Contains(got, digest) || strings.Contains(got, "1234567") {
			t.Errorf("%s shows what is computed from a secret: %s", src, got)
		}
	}
	for _, c := range []struct{ src, want string }{
		{`status == 200 and upper(tok) == body.name`, ` |  |  | status=200 | upper(tok)=*** | body.name="Ann"`},
		{`len(tok) == 3 and tok contains "x"`, ` |  |  | len(tok)=1500 | tok=***`},
		{`(tok startsWith "y") == (body.name == "Ann")`, ` |  |  | tok=*** | body.name="Ann"`},
		{`body.o == {"tok": tok[:20], "n": 2}`, " | .n: expected ***, found 1\n.tok: expected ***, found \"x\" |  | body.o={\"n\":1,\"tok\":\"x\"} | tok[:20]=***"},
		{`plainText == body.seen`, ` |  |  | plainText="plain value" | body.seen="shown"`},
		{`body.list == tok`, ` |  |  | body.list=["a"] | tok=***`},
		{`body.name == 5 or tok == 5`, "`body.name` is text, and `5` is a number | `body.name` is `\"Ann\"` | compare text with text: write `\"5\"`, not `5` | `body.name` is `\"Ann\"` | compare text with text: write `\"5\"`, not `5` | `body.name` is text, and `5` is a number | body.name=\"Ann\" | tok=***"},
		{`secretObject.nope == 1`, "`secretObject.nope` does not exist |  |  |  |  | `secretObject.nope` does not exist"},
		{`has("name") == (hasPrefix(tok, "x"))`, ` |  |  | has("name")=true | hasPrefix(tok, "x")=false`},
	} {
		if got := said(t, c.src, Condition, env); got != c.want {
			t.Errorf("%s\n got: %s\nwant: %s", c.src, got, c.want)
		}
	}
}

// The body of a request is read only when an expression asks for it, and once.
func TestSentBody(t *testing.T) {
	env := environment(answer("application/json", sampleBody))
	read := 0
	env.Answer.Request.Content = nil
	env.Answer.Request.Body = func() ([]byte, error) { read++; return []byte(`{"q":2}`), nil }
	runCases(t, env, Value, []evalCase{{`request.method`, `"POST"`}, {`request.headers["content-type"]`, `"application/json"`}})
	if read != 0 {
		t.Errorf("the body is read %d times for nothing", read)
	}
	runCases(t, env, Value, []evalCase{{`request.body.q`, `2`}, {`request.text`, `"{\"q\":2}"`}, {`request.size`, `7`}})
	if read != 1 {
		t.Errorf("the body is read %d times", read)
	}
	env = environment(answer("application/json", sampleBody))
	env.Answer.Request.Body = func() ([]byte, error) { return nil, errors.New("the file is gone") }
	runCases(t, env, Value, []evalCase{
		{`request.size`, "error: [request.size] the body of the request cannot be read: the file is gone"},
	})
	env = environment(answer("application/json", sampleBody))
	env.Answer.Request.Body = func() ([]byte, error) { return []byte(`{"q":}`), nil }
	runCases(t, env, Value, []evalCase{
		{`request.body.q`, "error: [request.body] the body of the request is not JSON | at offset 5: unexpected '}' where a value should be, near `{\"q\":}`"},
	})
}

func TestIsJSON(t *testing.T) {
	for contentType, want := range map[string]bool{
		"application/json": true, "Application/JSON; charset=utf-8": true, "application/problem+json": true, "text/json": true, "application/json; =": true,
		"": false, "text/html": false, "application/jsonp": false, "application/json-seq": false, "json": false,
	} {
		if got := IsJSON(contentType); got != want {
			t.Errorf("IsJSON(%q) = %v", contentType, got)
		}
	}
}

// The number of arguments is told in English.
func TestArgumentCount(t *testing.T) {
	runCases(t, environment(nil), Condition, []evalCase{
		{`upper() == ""`, "compile: [upper()] upper() takes 1 argument, and here are 0"}, {`uuid(1) == ""`, "compile: [uuid(1)] uuid() takes no arguments, and here is 1"},
		{`split("a") == []`, "compile: [split(\"a\")] split() takes 2 to 3 arguments, and here is 1"}, {`max() == 1`, "compile: [max()] max() takes 1 or more arguments, and here are 0"},
	})
}
