package eval

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

const sampleBody = `{
	"items": [
		{"id": "t-1", "n": 1.0, "processed": false, "tags": ["a", "b"]},
		{"id": "t-2", "n": 9007199254740993, "processed": true, "tags": []}
	],
	"empty": [], "none": null, "name": "bob", "yes": true, "text": "200",
	"big": 1e400, "large": 18446744073709551617, "price": 0.1, "a b": 1, "when": "2024-05-06T07:08:09Z",
	"owner": {"name": "Ann", "mail": null}
}`

type plan struct {
	variables map[string]any
	requests  []string
	files     Files
}

func (p plan) Variable(name string) bool { _, ok := p.variables[name]; return ok }
func (p plan) Request(name string) bool {
	for _, r := range p.requests {
		if r == name {
			return true
		}
	}
	return false
}
func (p plan) Files() Files { return p.files }
func (p plan) Elsewhere(name string) (where, suggestion string) {
	if name == "uesr" {
		return "it is defined in the environment dev", "choose one with `--env dev`"
	}
	return "", ""
}

func (p plan) Nearest(name string) string {
	names := append([]string(nil), p.requests...)
	for n := range p.variables {
		names = append(names, n)
	}
	return diag.Nearest(name, names)
}

var testPlan = plan{
	variables: map[string]any{
		"base": "http://x", "five": 5, "cell": "5", "my-var": "dashed", "user": map[string]any{"name": "Ann"}, "status": "hidden", "both": 1,
	},
	requests: []string{"login", "both"},
}

func answer(contentType, body string) *Answer {
	a := &Answer{
		Status: 200, StatusText: "OK", Proto: "HTTP/1.1", URL: "http://x/a",
		Header:  http.Header{"X-Id": {"1", "2"}, "Set-Cookie": {"sid=abc; Path=/", "theme=dark"}},
		Content: []byte(body), Duration: 2310 * time.Millisecond, TTFB: 12 * time.Millisecond,
		Redirects: []Redirect{{Status: 302, URL: "http://x/", Location: "http://x/a"}},
		Request:   Sent{Method: "POST", URL: "http://x/", Header: http.Header{"Content-Type": {"application/json"}}, Content: []byte(`{"q":1}`)},
	}
	if contentType != "" {
		a.Header.Set("Content-Type", contentType)
	}
	return a
}

func environment(a *Answer) *Env {
	login := answer("application/json", `{"token":"T","n":1}`)
	return &Env{
		Answer: a,
		Variable: func(name string) (any, error) {
			if v, ok := testPlan.variables[name]; ok {
				return v, nil
			}
			return nil, fmt.Errorf("no variable %s", name)
		},
		Request: func(string) (*Answer, error) { return login, nil },
		Now:     func() time.Time { return time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC) },
	}
}

// describe renders an error with everything a reader sees of it.
func describe(src string, e *Error) string {
	s := fmt.Sprintf("[%s] %s", src[e.Start:e.End], e.Summary)
	if e.Detail != "" {
		s += " | " + e.Detail
	}
	if e.Suggestion != "" {
		s += " => " + e.Suggestion
	}
	return s
}

// outcome compiles and evaluates an expression: its value as JSON, or
// "compile: …", or "error: …".
func outcome(src string, kind Kind, env *Env) string {
	p, err := Compile(src, kind, testPlan)
	if err != nil {
		return "compile: " + describe(src, err)
	}
	v, evalErr := p.Eval(env)
	if evalErr != nil {
		var e *Error
		if !errors.As(evalErr, &e) || !e.placed {
			return fmt.Sprintf("not an *Error with a place: %v", evalErr)
		}
		return "error: " + describe(src, e)
	}
	return value.Format(v)
}

type evalCase struct{ src, want string }

func runCases(t *testing.T, env *Env, kind Kind, cases []evalCase) {
	t.Helper()
	for _, c := range cases {
		if got := outcome(c.src, kind, env); got != c.want {
			t.Errorf("%s\n got: %s\nwant: %s", c.src, got, c.want)
		}
	}
}

// Every name of language.md §4 reads what the table says.
func TestNames(t *testing.T) {
	a := answer("application/json", sampleBody)
	a.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, PeerCertificates: []*x509.Certificate{{
		Subject: pkix.Name{CommonName: "x"}, Issuer: pkix.Name{CommonName: "ca"}, DNSNames: []string{"x"},
		NotAfter: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC),
	}}}
	runCases(t, environment(a), Value, []evalCase{
		{`status`, `200`}, {`statusText`, `"OK"`}, {`protocol`, `"HTTP/1.1"`}, {`url`, `"http://x/a"`},
		{`headers["x-ID"]`, `"1, 2"`}, {`header("X-id")`, `"1, 2"`}, {`"x-id" in headers`, `true`}, {`"x-no" in headers`, `false`},
		{`body.name`, `"bob"`}, {`body["a b"]`, `1`}, {`body.items[-1].id`, `"t-2"`}, {`len(text) == size`, `true`}, {`len(bytes) == size`, `true`},
		{`json("items.1.n")`, `9007199254740993`}, {`has("items.0.id")`, `true`}, {`has("items.9")`, `false`}, {`has("none")`, `true`},
		{`jsonpath("$.items[1].n")`, `9007199254740993`}, {`jsonpath("$..id")`, `["t-1","t-2"]`}, {`jsonpath("$.items[?@.processed==true].id")`, `["t-2"]`},
		{`cookies["sid"]`, `"abc"`}, {`cookies.theme`, `"dark"`},
		{`redirects[0].status`, `302`}, {`redirects[0].location`, `"http://x/a"`},
		{`tls.version`, `"TLS 1.3"`}, {`tls.subject`, `"CN=x"`}, {`tls.expiry > now()`, `true`}, {`tls.expiry`, `"2030-01-01T00:00:00Z"`},
		{`duration`, `2310`}, {`ttfb`, `12`},
		{`request.method`, `"POST"`}, {`request.body.q`, `1`}, {`request.headers["content-type"]`, `"application/json"`},
		{`login.response.body.token`, `"T"`}, {`login.status`, `200`}, {`login.body.n`, `1`}, {`login.headers["x-id"]`, `"1, 2"`},
		{`both.response.status`, `200`}, {`vars.both`, `1`},
		{`vars.base`, `"http://x"`}, {`base`, `"http://x"`}, {`user.name`, `"Ann"`}, {`vars["my-var"]`, `"dashed"`}, {`vars.status`, `"hidden"`},
	})
}

// Functions of ours and of expr, with exact numbers.
func TestFunctions(t *testing.T) {
	runCases(t, environment(answer("application/json", sampleBody)), Value, []evalCase{
		{`includes(body.owner, {"name": "Ann"})`, `true`}, {`includes(body.items, {"id": "t-2"})`, `true`}, {`includes(body.items[0].tags, "z")`, `false`},
		{`near(1.05, 1, 0.05)`, `true`}, {`near(1.06, 1, 0.05)`, `false`}, {`near(now(), date("2024-01-02T03:04:04Z"), 1000)`, `true`},
		{`date("2024-05-06") < date(body.when)`, `true`}, {`date("06.05.2024", "02.01.2006")`, `"2024-05-06T00:00:00Z"`}, {`date(0)`, `"1970-01-01T00:00:00Z"`},
		{`date(body.when) - date("2024-05-06T07:08:08Z")`, `1000`}, {`now() + duration("1h")`, `"2024-01-02T04:04:05Z"`}, {`now().Year()`, `2024`},
		{`now().Format("2006")`, `"2024"`}, {`duration("1m30s")`, `90000`}, {`duration("1500us")`, `1.5`}, {`duration < duration("3s")`, `true`},
		{`base64("a?>")`, `"YT8+"`}, {`unbase64("YT8-")`, `"a?>"`}, {`hex("é")`, `"c3a9"`},
		{`sha256("")`, `"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`}, {`md5("")`, `"d41d8cd98f00b204e9800998ecf8427e"`},
		{`hmac("sha256", "key", "The quick brown fox jumps over the lazy dog")`, `"f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"`},
		{`urlencode("a b&c/é~")`, `"a%20b%26c%2F%C3%A9~"`}, {`uuid() matches "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"`, `true`},
		{`jwt("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIiwiZXhwIjo5MDA3MTk5MjU0NzQwOTkzfQ.").exp`, `9007199254740993`},
		{`len("é")`, `1`}, {`len(body)`, `12`}, {`type(1)`, `"int"`}, {`type(body.big)`, `"float"`}, {`type(nil)`, `"nil"`}, {`type(body)`, `"map"`},
		{`int("007")`, `7`}, {`int(3.7)`, `3`}, {`float("0.1") + 0.2`, `0.3`}, {`string(body.price)`, `"0.1"`}, {`string(body.items[0].tags)`, `"[\"a\",\"b\"]"`},
		{`abs(-1.5)`, `1.5`}, {`ceil(1.2)`, `2`}, {`floor(-1.2)`, `-2`}, {`round(2.5)`, `3`}, {`max(1, [3, 2])`, `3`}, {`min(body.large, body.big)`, `18446744073709551617`},
		{`mean([1, 2])`, `1.5`}, {`median([3, 1, 2])`, `2`}, {`sum([0.1, 0.2])`, `0.3`}, {`sum(body.items, .n)`, `9007199254740994`},
		{`upper("é")`, `"É"`}, {`trim(" a ")`, `"a"`}, {`trimPrefix("aab", "a")`, `"ab"`}, {`split("a,b", ",")`, `["a","b"]`}, {`replace("aa", "a", "b", 1)`, `"ba"`},
		{`join(["a", "b"], "-")`, `"a-b"`}, {`repeat("ab", 2)`, `"abab"`}, {`indexOf("éa", "a")`, `1`}, {`hasPrefix("ab", "a")`, `true`},
		{`fromJSON("{\"n\":9007199254740993}").n`, `9007199254740993`}, {`toJSON({"b": 1.50, "a": nil})`, `"{\"a\":null,\"b\":1.50}"`},
		{`first([1, 2])`, `1`}, {`last([1, 2])`, `2`}, {`take([1, 2, 3], 2)`, `[1,2]`}, {`keys(body.owner)`, `["mail","name"]`}, {`values({"a": 1})`, `[1]`},
		{`get(body, "name")`, `"bob"`}, {`reverse([1, 2])`, `[2,1]`}, {`uniq([1, 1.0, 2])`, `[1,2]`}, {`concat([1], [2])`, `[1,2]`}, {`flatten([[1], [2, [3]]])`, `[1,2,3]`},
		{`sort([10, 9.5, 1e400], "desc")`, `[1e400,10,9.5]`}, {`toPairs({"a": 1})`, `[["a",1]]`}, {`fromPairs([["a", 1]])`, `{"a":1}`}, {`bitand(6, 3)`, `2`}, {`bitshl(1, 4)`, `16`},
		{`filter(body.items, .processed) | map(.id)`, `["t-2"]`}, {`map(body.items, #index)`, `[0,1]`}, {`count(body.items, .n > 1)`, `1`},
		{`find(body.items, .id == "t-2").n`, `9007199254740993`}, {`findIndex(body.items, .id == "t-2")`, `1`}, {`findLast([1, 2, 3], # < 3)`, `2`},
		{`sortBy(body.items, .n, "desc")[0].id`, `"t-2"`}, {`groupBy(body.items, .processed) | keys()`, `["false","true"]`}, {`reduce([1, 2, 3], #acc + #, 10)`, `16`},
		{`any(body.items, {let i = .id; i == "t-2"})`, `true`}, {`none(body.items, .id == "x")`, `true`}, {`one(body.items, .processed)`, `true`},
		{`map(body.items, filter(.tags, # != "a"))`, `[["b"],[]]`}, {`1..3`, `[1,2,3]`}, {`body.items[0].tags[:1]`, `["a"]`}, {`"héllo"[1:-1]`, `"éll"`},
		{`status < 300 ? "ok" : "bad"`, `"ok"`}, {`if status == 200 { 1 } else { 2 }`, `1`}, {`let a = 1; let b = 2; a + b`, `3`}, {`{"a": 1, 1.5: [now()]}`, `{"1.5":["2024-01-02T03:04:05Z"],"a":1}`},
	})
}

// Numbers are exact: the traps of float64, of int64 and of json.Number.
func TestExactNumbers(t *testing.T) {
	env := environment(answer("application/json", sampleBody))
	for _, src := range []string{
		`body.items[1].n == 9007199254740993`, `body.items[1].n != 9007199254740992`, `body.items[1].n > 9007199254740992`,
		`json("items.1.n") == 9007199254740993`, `json("items.1.n") != 9007199254740992`,
		`body.items[0].n == 1`, `body.items[0].n == 1.0`, `[{"n": 1}] == [{"n": 1.00}]`, `{"n": body.items[0].n} == {"n": 1}`,
		`0.1 + 0.2 == 0.3`, `body.price == 0.1`, `body.price * 3 == 0.3`, `.5 == 0.5`, `1. == 1`, `1_000 == 1000`, `0x10 == 16`, `1e3 == 1000`,
		`body.big == 1e400`, `body.big > 1e399`, `body.big < 1e401`, `body.large == 18446744073709551617`, `body.large != 18446744073709551616`,
		`9223372036854775807 + 1 == 9223372036854775808`, `-9223372036854775808 < 0`, `9223372036854775807 + 1 > 0`, `10 / 4 == 2.5`, `7 % 4 == 3`, `2 ** 70 == 1180591620717411303424`,
		`1 in [1.0, 2]`, `status in 200..299`, `1.5 not in 1..2`, `-1 == 0 - 1`,
	} {
		if got := outcome(src, Condition, env); got != "true" {
			t.Errorf("%s: %s", src, got)
		}
	}
}

// A member that does not exist is an error under every operator, and names the
// longest existing prefix and the nearest member.
func TestMissingMember(t *testing.T) {
	env := environment(answer("application/json", sampleBody))
	for _, operator := range []string{`== 1`, `!= 1`, `== "x"`, `!= "x"`, `< 1`, `<= 1`, `> 1`, `>= 1`, `+ 1 == 1`, `- 1 == 1`, `in [1]`, `not in [1]`,
		`contains "x"`, `not contains "x"`, `startsWith "x"`, `endsWith "x"`, `matches "x"`, `== body.yes`, `and true`, `or true`, `? true : true`} {
		for _, access := range []string{`body.owner.nme`, `json("owner.nme")`} {
			src := access + " " + operator
			want := "error: [" + access + "] `body.owner` has no member `nme` | it has `mail`, `name` => did you mean `name`?"
			if access[0] == 'j' {
				want = strings.Replace(want, "body.owner", "owner", 1)
			}
			if got := outcome(src, Condition, env); got != want {
				t.Errorf("%s\n got: %s\nwant: %s", src, got, want)
			}
			p, _ := Compile(src, Condition, testPlan)
			_, err := p.Eval(env)
			var missing *Missing
			if !errors.As(err, &missing) || missing.Member != "nme" {
				t.Errorf("%s: %v is no *Missing", src, err)
			}
		}
	}
	runCases(t, env, Condition, []evalCase{
		{`not body.zzzz`, "error: [body.zzzz] `body` has no member `zzzz` | it has `a b`, `big`, `empty`, `items`, `large`, `name`, `none`, `owner`, `price`, `text`, `when`, `yes`"},
		{`body.items[2].id == 1`, "error: [body.items[2]] `body.items` has no element 2: its length is 2"},
		{`body.items.id == 1`, "error: [body.items.id] `body.items` is a list and has no member `id`"},
		{`body.items.length == 1`, "error: [body.items.length] `body.items` is a list and has no member `length` => write `len(body.items)`"},
		{`body.none.x == 1`, "error: [body.none.x] `body.none` is nil and has no member `x`"},
		{`body.name.x == 1`, "error: [body.name.x] `body.name` is text and has no member `x`"},
		{`headers["x-idd"] == "1"`, "error: [headers[\"x-idd\"]] `headers` has no member `x-idd` | it has `Content-Type`, `Set-Cookie`, `X-Id` => did you mean `X-Id`?"},
		{`cookies.no == "1"`, "error: [cookies.no] `cookies` has no member `no` | it has `sid`, `theme`"},
		{`json("items.0.tags.5") == 1`, "error: [json(\"items.0.tags.5\")] `items.0.tags` has no element 5: its length is 2"},
		{`jsonpath("$.owner.nme") == 1`, "error: [jsonpath(\"$.owner.nme\")] `$.owner` has no member `nme` | it has `mail`, `name` => did you mean `name`?"},
		{`len(body.zzzz) == nil`, "error: [body.zzzz] `body` has no member `zzzz` | it has `a b`, `big`, `empty`, `items`, `large`, `name`, `none`, `owner`, `price`, `text`, `when`, `yes`"},
		{`all(body.items, .idd == 1)`, "error: [.idd] `body.items[0]` has no member `idd` | it has `id`, `n`, `processed`, `tags` => did you mean `id`?"},
		{`all(body.items, #.idd == 1)`, "error: [#.idd] `body.items[0]` has no member `idd` | it has `id`, `n`, `processed`, `tags` => did you mean `id`?"},
	})
}

// Only these accept what is missing.
func TestLenient(t *testing.T) {
	env := environment(answer("application/json", sampleBody))
	for _, src := range []string{
		`body.nope == nil`, `nil == body.nope`, `not (body.nope != nil)`, `body.nope.deeper == nil`, `body.items[9].id == nil`, `body.none == nil`, `body.name != nil`,
		`(body.nope ?? "d") == "d"`, `(body.nope.x ?? body.nope.y ?? 1) == 1`, `(body.name ?? "d") == "bob"`, `(body.none ?? 1) == 1`,
		`body?.nope == nil`, `(body?.nope.deeper ?? 1) == 1`, `body.nope?.deeper == nil`, `not has("nope")`, `json("nope") == nil`, `(json("nope") ?? 1) == 1`,
		`headers["nope"] == nil`, `header("nope") == nil`, `cookies.nope == nil`, `jsonpath("$.nope") == nil`, `tls == nil`, `tls?.version == nil`,
	} {
		if got := outcome(src, Condition, env); got != "true" {
			t.Errorf("%s: %s", src, got)
		}
	}
	// left of ?. only the last member may be missing, as in JavaScript
	if got := outcome(`let x = body.nope.deep?.er; x == nil`, Condition, env); !strings.HasPrefix(got, "error: [body.nope]") {
		t.Errorf("body.nope.deep?.er: %s", got)
	}
	// a page that is no document has no member error either
	html := environment(answer("text/html", "<h1>Oops</h1>"))
	for _, src := range []string{`body.error == nil`, `(body.error ?? 1) == 1`, `body?.error == nil`} {
		if got := outcome(src, Condition, html); !strings.HasPrefix(got, "error: [body.error] the body is text") && !strings.HasPrefix(got, "error: [body?.error] the body is text") {
			t.Errorf("%s over HTML: %s", src, got)
		}
	}
	for _, src := range []string{`has("error")`, `json("error") == nil`} {
		if got := outcome(src, Condition, html); !strings.Contains(got, "the body is not JSON: its type is `text/html`") {
			t.Errorf("%s over HTML: %s", src, got)
		}
	}
}

// Mistakes are found before a request is sent where they can be.
func TestCompileErrors(t *testing.T) {
	runCases(t, environment(nil), Condition, []evalCase{
		{`respons.status == 200`, "compile: [respons] unknown name `respons` => write `status`, `headers[\"name\"]` or `body`: they are the answer's"},
		{`statu == 200`, "compile: [statu] unknown name `statu` => did you mean `status`?"},
		{`typo == nil`, "compile: [typo] unknown name `typo` => did you mean `type`?"},
		{`bse == "x"`, "compile: [bse] unknown name `bse` => did you mean `base`?"},
		{`vars.bse == "x"`, "compile: [vars.bse] unknown name `bse` => did you mean `base`?"},
		{`vars == 1`, "compile: [vars] `vars` itself is not a value => write `vars.name`"},
		{`$env == nil`, "compile: [$env] unknown name `$env` => define it, or write `\"$env\"` if it is a text"},
		{`name == "x"`, "compile: [name] unknown name `name` => define it, or write `\"name\"` if it is a text"},
		{`uesr == "x"`, "compile: [uesr] unknown name `uesr` | it is defined in the environment dev => choose one with `--env dev`"},
		{`my-var == "x"`, "compile: [my-var] `my-var` is not read as one name here => write `vars[\"my-var\"]`"},
		{`both == 1`, "compile: [both] `both` is both a variable and a request => write `vars.both` or `both.response`"},
		{`body.x == null`, "compile: [null] unknown name `null` => write `nil`"},
		{`lenn(body) == 1`, "compile: [lenn] unknown function `lenn` => did you mean `len`?"},
		{`status() == 1`, "compile: [status] `status` is not a function => write `status` without brackets"},
		{`len == 1`, "compile: [len] `len` is a function => write `len(…)`"},
		{`len() == 1`, "compile: [len()] len() takes 1 argument, and here are 0"},
		{`upper(status) == "X"`, "compile: [status] upper() takes text, and `status` is a number => write `string(status)`"},
		{`status == "200"`, "compile: [status == \"200\"] `status` is a number, and `\"200\"` is text => compare numbers with numbers: write `200`, not `\"200\"`"},
		{`"é" == "é" and status == "200"`, "compile: [status == \"200\"] `status` is a number, and `\"200\"` is text => compare numbers with numbers: write `200`, not `\"200\"`"},
		{`statusText == 200`, "compile: [statusText == 200] `statusText` is text, and `200` is a number => compare text with text: write `\"200\"`, not `200`"},
		{`has("a") == "true"`, "compile: [has(\"a\") == \"true\"] `has(\"a\")` is a boolean, and `\"true\"` is text => compare booleans with booleans: write `true`, not `\"true\"`"},
		{`status < nil`, "compile: [status < nil] nil has no order"},
		{`status`, "compile: [status] this is a number, not a condition => compare it with something"},
		{`body.x and status`, "compile: [status] `status` is a number, not true or false => compare it with something"},
		{`status contains "2"`, "compile: [status contains \"2\"] `status` is a number, not text => write `string(status)`"},
		{`url + 1 == "x"`, "compile: [url + 1] `url` is text, not a number => write `float(url)` if it holds a number"},
		{`1 in url`, "compile: [1 in url] `url` is text, not a list or an object => write `url contains 1`"},
		{`url matches "a("`, "compile: [\"a(\"] the regular expression cannot be read | missing closing ): `a(`"},
		{`url matches "(?=x)"`, "compile: [\"(?=x)\"] the regular expression cannot be read | invalid or unsupported Perl syntax: `(?=` => do without lookaround, which RE2 does not have"},
		{`status === 200`, "compile: [=] unexpected `=` => write `==`"},
		{`status = 200`, "compile: [=] unexpected `=` => write `==`"},
		{`status == `, "compile: [ ] the expression ends too early"},
		{`(status == 200`, "compile: [] the expression ends too early"},
		{`status == 200)`, "compile: [)] unexpected `)`"},
		{`url == "x`, "compile: [] literal not terminated"},
		{``, "compile: [] the expression is empty"},
		{`// note`, "compile: [// note] the expression holds only a comment"},
		{`status == 200; url == "x"`, "compile: [status == 200; url == \"x\"] only the last of several expressions would count => join them with `and`"},
		{`{{base}} == "x"`, "compile: [{{base}}] `{{base}}` is a template, and this is an expression => write `base`"},
		{`body.x ?? 1 == 1`, "compile: [==] `==` beside `??` needs brackets => write `(a ?? b) == c`"},
		{`# == 1`, "compile: [#] unexpected `#`"},
		{`let status = 1; status == 1`, "compile: [status] `status` has a meaning already => choose another name"},
		{`body.x.upper() == "X"`, "compile: [upper] a value has no method `upper` => write `upper(body.x)`"},
		{`status == 1e99999999999999999999`, "compile: [1e99999999999999999999] the number `1e99999999999999999999` cannot be read"},
		{`now() > "2024-01-01"`, "compile: [now() > \"2024-01-01\"] `now()` is a time, and `\"2024-01-01\"` is text => write `date(\"2024-01-01\")`"},
		{`hmac("sha3", "k", "t") == ""`, "compile: [\"sha3\"] hmac() does not know the hash `sha3` => write `hmac(\"sha256\", key, text)`, or sha512, sha1, md5"},
		{`jsonpath("items") == 1`, "compile: [\"items\"] the JSONPath `items` cannot be read | unexpected identifier at position 1 => write `$.items`"},
		{`jsonpath("$[?@.id==9007199254740993]") == 1`, "compile: [\"$[?@.id==9007199254740993]\"] JSONPath compares only 15 digits of a number, and `9007199254740993` has more => write filter(body…, .member == 9007199254740993), which is exact"},

		// the grammars of other runners
		{`body not_contains x`, "compile: [body not_contains x] this is a check in another runner's grammar, not an expression => write `not (body contains \"x\")`"},
		{`json.a == 1`, "compile: [json.a == 1] this is a check in another runner's grammar, not an expression => write `body.a == 1`"},
		{`header.X-Id exists`, "compile: [header.X-Id exists] this is a check in another runner's grammar, not an expression => write `headers[\"X-Id\"] != nil`"},
		{`res.status eq 200`, "compile: [res.status eq 200] this is a check in another runner's grammar, not an expression => write `status == 200`"},
		{`res.body.name isDefined`, "compile: [res.body.name isDefined] this is a check in another runner's grammar, not an expression => write `body.name != nil`"},
		{`jsonpath "$.a" == 1`, "compile: [jsonpath \"$.a\" == 1] this is a check in Hurl's grammar, not an expression => write `jsonpath(\"$.a\") == 1`"},
		{`header "X" exists`, "compile: [header \"X\" exists] this is a check in Hurl's grammar, not an expression => write `header(\"X\") != nil`"},
		{`$.a == 1`, "compile: [$.a == 1] this is JSONPath, not an expression => write `jsonpath(\"$.a\") == 1`"},
	})
}

// What can be known only with the answer is told with the values.
func TestRunTimeErrors(t *testing.T) {
	runCases(t, environment(answer("application/json", sampleBody)), Condition, []evalCase{
		{`body.text == 200`, "error: [body.text == 200] `body.text` is text, and `200` is a number | `body.text` is `\"200\"` => compare text with text: write `\"200\"`, not `200`"},
		{`body.items[0].n == "1"`, "error: [body.items[0].n == \"1\"] `body.items[0].n` is a number, and `\"1\"` is text | `body.items[0].n` is `1.0` => compare numbers with numbers: write `1`, not `\"1\"`"},
		{`body.yes != "true"`, "error: [body.yes != \"true\"] `body.yes` is a boolean, and `\"true\"` is text | `body.yes` is `true` => compare booleans with booleans: write `true`, not `\"true\"`"},
		{`five == cell`, "error: [five == cell] `five` is a number, and `cell` is text | `five` is `5`, `cell` is `\"5\"` => compare text with text: write `string(five)`"},
		{`body.text > 100`, "error: [body.text > 100] `body.text` is text, and `100` is a number | `body.text` is `\"200\"` => write `int(body.text) > 100`"},
		{`body.none > 100`, "error: [body.none > 100] `body.none` is nil and has no order | its value is `nil`"},
		{`body.name`, "error: [body.name] expected true or false, found text | its value is `\"bob\"` => compare it with something"},
		{`body.name and true`, "error: [body.name] expected true or false, found text | its value is `\"bob\"` => compare it with something"},
		{`body.text + 1 == 201`, "error: [body.text] `body.text` is text, not a number | its value is `\"200\"` => write `float(body.text)` if it holds a number"},
		{`body.items[0].tags contains "a"`, "error: [body.items[0].tags] `body.items[0].tags` is a list, not text | its value is `[\"a\",\"b\"]` => write `\"a\" in body.items[0].tags`, or includes(body.items[0].tags, …) for part of an element"},
		{`five in ["5", "6"]`, "error: [five in [\"5\", \"6\"]] `five` is a number, and no element of `[\"5\", \"6\"]` is | `five` is `5`, `[\"5\", \"6\"]` is `[\"5\",\"6\"]`"},
		{`all(body.empty, .id == 1)`, "error: [all(body.empty, .id == 1)] the list is empty, so that `all` says nothing => check its length too, or write none(…, not …) if it may be empty"},
		{`any(body.owner, true)`, "error: [body.owner] any() takes a list, and `body.owner` is an object | its value is `{\"mail\":null,\"name\":\"Ann\"}` => write `values(body.owner)` or `keys(body.owner)`"},
		{`1 / (status - 200) == 1`, "error: [1 / (status - 200)] division by zero"},
		{`10 ** 1000000 > 1`, "error: [10 ** 1000000] the result has more than 10000 digits"},
		{`repeat("x", 999999999) == ""`, "error: [repeat(\"x\", 999999999)] the expression makes more than 10000000 values"},
		{`len(1..1999999999) == 1`, "error: [1..1999999999] the list has more than 1000000 elements"},
		{`len(map(1..1000000, 1..1000000)) == 1`, "error: [1..1000000] the expression makes more than 10000000 values"},
		{`len(reduce(1..60, [#acc, #acc], 1)) == 2`, "error: [[#acc, #acc]] the expression makes more than 10000000 values"},
		{`len(reduce(1..60, #acc + #acc, "x")) == 2`, "error: [#acc + #acc] the expression makes more than 10000000 values"},
		{`jwt("x.y.z").a == 1`, "error: [jwt(\"x.y.z\")] this is no JSON Web Token: its second part is not base64"},
		{`date("soon") > now()`, "error: [date(\"soon\")] `soon` is no date => give date() its layout as the second argument"},
	})
	if got, want := outcome(`status == 200`, Condition, &Env{}), "error: [status] there is no answer yet | this is evaluated before the request is sent"; got != want {
		t.Errorf("without an answer: %s", got)
	}
}

// gjson is silent about everything; these are its traps.
func TestGJSON(t *testing.T) {
	a := answer("application/json", `{"a.b":1,"arr":[{"v":1,"k":"x"},{"v":2,"k":"y"}],"n":9007199254740993,"f":0.10000000000000000555,"null":null,"@type":"T","s":"\u00e9"}`)
	runCases(t, environment(a), Value, []evalCase{
		{`json("arr.#")`, `2`}, {`json("arr.#.v")`, `[1,2]`}, {`json("arr.#(v==2).k")`, `"y"`}, {`json("arr.#(v>5)#")`, `[]`}, {`json("arr.#(v>0)#|#")`, `2`},
		{`json("a\\.b")`, `1`}, {`json("n")`, `9007199254740993`}, {`json("f")`, `0.10000000000000000555`}, {`json("null")`, `null`}, {`json("\\@type")`, `"T"`}, {`json("s")`, `"é"`},
		{`json("arr.@reverse.0.v")`, `2`}, {`json("{n,\"x\":arr.#}")`, `{"n":9007199254740993,"x":2}`}, {`json("[n,s]")`, `[9007199254740993,"é"]`}, {`json("arr.#(k%\"*\")#.v")`, `[1,2]`},
		{`json("")`, "compile: [\"\"] the path is empty => write `body` for the whole document"},
		{`json("arr..v")`, "compile: [\"arr..v\"] the path `arr..v` has an empty part => remove a `.` or `|`"},
		{`json("arr.")`, "compile: [\"arr.\"] the path `arr.` has an empty part => remove a `.` or `|`"},
		{`json("arr.#(v==2")`, "compile: [\"arr.#(v==2\"] `(` in the path `arr.#(v==2` is never closed"},
		{`json("arr.#(k==\"y)")`, "compile: [\"arr.#(k==\\\"y)\"] `(` in the path `arr.#(k==\"y)` is never closed"},
		{`has("arr.@revers")`, "compile: [\"arr.@revers\"] gjson has no modifier `@revers` => did you mean `reverse`?"},
		{`has("@type")`, "compile: [\"@type\"] gjson has no modifier `@type` => write `\\\\@type` for the member of this name"},
		{`json("arr[0].v")`, "compile: [\"arr[0].v\"] `arr[0]` is not how gjson takes an element => write `arr.0`"},
		{`json("arr.-1")`, "compile: [\"arr.-1\"] gjson has no negative index: `-1` => write `@reverse.0`, or `body` with `[-1]`"},
		{`json("$.arr")`, "compile: [\"$.arr\"] `$.arr` is JSONPath, and json() takes a gjson path => write `jsonpath(\"$.arr\")`"},
		{`json("arr.#(v==1 && k==2)")`, "compile: [\"arr.#(v==1 && k==2)\"] gjson has no `&&` and no `||`: `#(v==1 && k==2)` => put two queries one after the other, `#(a==1)#|#(b==2)#`, or write filter(body…, …)"},
		{`json("arr.#(v===1)")`, "compile: [\"arr.#(v===1)\"] gjson has no operator `===` => use one of `==` `!=` `<` `<=` `>` `>=` `%` `!%`"},
		{`json("arr.#(k=='x')")`, "compile: [\"arr.#(k=='x')\"] gjson takes no text in single quotes: `#(k=='x')` => use double quotes"},
		{`json("arr.#(v==9007199254740993)")`, "compile: [\"arr.#(v==9007199254740993)\"] gjson compares only 15 digits of a number, and `9007199254740993` has more => write filter(body…, .member == 9007199254740993), which is exact"},
		{`json("arr.#(v==1)k")`, "compile: [\"arr.#(v==1)k\"] `k` behind the query in `arr.#(v==1)k` means nothing => put a `.` or `|` before it"},
		{`json("{a.b")`, "compile: [\"{a.b\"] `{` in the path `{a.b` is never closed"},
		{`json("arr.#(")`, "compile: [\"arr.#(\"] `(` in the path `arr.#(` is never closed"},
		{`json("arr.#()#")`, "compile: [\"arr.#()#\"] the query `#()#` is empty"},
		{`json("arr.#v")`, "compile: [\"arr.#v\"] `#v` is read as the name of a member => write `#.v` for that of each element, or `\\\\#v` for the name"},
		{`json("arr.#5")`, "compile: [\"arr.#5\"] `#5` is read as the name of a member => write `#.5` for that of each element, or `\\\\#5` for the name"},
		{`json("arr#")`, "compile: [\"arr#\"] `arr#` is read as the name of a member => write `arr.#` for how many, or `arr\\\\#` for the name"},
		{`json("arr.#|v")`, "compile: [\"arr.#|v\"] `#` is how many elements there are, which has no `v` => write `#.v` for that of each element"},
		{`json("..arr")`, "compile: [\"..arr\"] `..` reads the body as lines of JSON, and `arr` is not the index of one => write `..0.arr`, or `jsonpath(\"$..arr\")` for the member anywhere"},
		{`json("..x y")`, "compile: [\"..x y\"] `..` reads the body as lines of JSON, and `x y` is not the index of one"},
		{`json(".arr")`, "compile: [\".arr\"] the path `.arr` has an empty part => remove a `.` or `|`"},
		{`json("@dig")`, "compile: [\"@dig\"] `@dig` takes the name that it looks for => write `@dig:name`"},
		{`json("@pretty:{bad}")`, "compile: [\"@pretty:{bad}\"] the argument of `@pretty:{bad}` is no JSON object => write it like `@pretty:{\"sortKeys\":true}`"},
		{`json("@flatten:{\"dep\":true}")`, "compile: [\"@flatten:{\\\"dep\\\":true}\"] `@flatten` has no option `dep` => use one of `deep`"},
		{`json("arr.@reverse:x")`, "compile: [\"arr.@reverse:x\"] `@reverse` takes no argument, and `@reverse:x` has one => put a `.` or `|` behind `@reverse`"},
		{`json("a\\")`, "compile: [\"a\\\\\"] nothing stands behind the backslash in `a\\` => write a character behind it, or remove it"},
		{`json("arr ")`, "compile: [\"arr \"] a blank is part of the name in `arr ` => remove the blank beside `arr`"},
		{`json("arr. v")`, "compile: [\"arr. v\"] a blank is part of the name in `arr. v` => remove the blank beside `v`"},
		{`json("**")`, "compile: [\"**\"] gjson does not look below the next member: `**` => write `jsonpath(\"$..name\")`"},
		{`json("!x")`, "compile: [\"!x\"] `!x` is no literal => write `!\"x\"` for a text, or `\\\\!x` for the member of this name"},
		{`json("arr.0:1")`, "compile: [\"arr.0:1\"] gjson takes no slices: `0:1` => write `body` with `[0:1]`"},
		{`json("arr[0:1]")`, "compile: [\"arr[0:1]\"] `arr[0:1]` is not how gjson takes an element => write `body` with `[0:1]`"},
		{`json("arr[]")`, "compile: [\"arr[]\"] `arr[]` is not how gjson takes an element => write `arr.#` for how many, or `arr.#.name` for a member of each"},
		{`json("arr[?v]")`, "compile: [\"arr[?v]\"] `arr[?v]` is not how gjson takes an element => write `arr.#(name==\"value\")#`"},
		{`json("arr.#(k contains x)")`, "compile: [\"arr.#(k contains x)\"] gjson has no operator `contains`: `#(k contains x)` => use one of `==` `!=` `<` `<=` `>` `>=` `%` `!%`, or write filter(body…, …)"},
		{`json("arr.#(v==1 and k==2)")`, "compile: [\"arr.#(v==1 and k==2)\"] gjson has no `and` and no `or`: `#(v==1 and k==2)` => put two queries one after the other, `#(a==1)#|#(b==2)#`, or write filter(body…, …)"},
		{`json("arr.#(v==1|k==2)")`, "compile: [\"arr.#(v==1|k==2)\"] `1|k==2` in the query `#(v==1|k==2)` is read as one text => put it in double quotes if it is one"},
		{`json("arr.#(v==1,k==2)")`, "compile: [\"arr.#(v==1,k==2)\"] `1,k==2` in the query `#(v==1,k==2)` is read as one text => put it in double quotes if it is one"},
		{`json("arr.#(k=~x)")`, "compile: [\"arr.#(k=~x)\"] gjson has no operator `=~` => write `%` with a pattern, or `==~ true`"},
		{`json("arr.#(v!=)")`, "compile: [\"arr.#(v!=)\"] the query `#(v!=)` compares with nothing"},
		{`json("arr||v")`, "compile: [\"arr||v\"] the path `arr||v` has an empty part => remove a `.` or `|`"},
		{`json("{n,@nope}")`, "compile: [\"{n,@nope}\"] gjson has no modifier `@nope` => write `\\\\@nope` for the member of this name"},
		{`json("arr.#(v.@nope==1)")`, "compile: [\"arr.#(v.@nope==1)\"] gjson has no modifier `@nope` => write `\\\\@nope` for the member of this name"},
		{`json("arr." + "@revers")`, "error: [json(\"arr.\" + \"@revers\")] gjson has no modifier `@revers` => did you mean `reverse`?"},
	})
	// half of an invalid document is not read
	for _, body := range []string{`{"a":1`, `{"a":tru}`, `{"a" 1}`, `{"a":01}`, `{"a":1}}garbage`, `<html>`, ``} {
		for _, src := range []string{`json("a") == 1`, `has("a")`, `body.a == nil`, `body == body`} {
			if got := outcome(src, Condition, environment(answer("application/json", body))); !strings.HasPrefix(got, "error: ") {
				t.Errorf("%s over %s: %s", src, body, got)
			}
		}
	}
	// body and json() agree on the last of duplicates
	d := answer("application/json", `{"a":1,"b":{"c":1,"c":2},"a":3}`)
	runCases(t, environment(d), Value, []evalCase{{`[body.a, json("a"), body.b.c, json("b.c")]`, `[3,3,2,2]`}})
	if got := fmt.Sprint(d.Duplicates()); got != "[.b.c .a]" {
		t.Errorf("duplicates %s", got)
	}
}

// What `body` is depends on the type, and without one on the text.
func TestDocument(t *testing.T) {
	for _, test := range []struct{ contentType, body, want string }{
		{"application/json; charset=utf-8", ` {"a":1} `, `{"a":1}`}, {"application/problem+json", `[1]`, `[1]`}, {"application/json", `"x"`, `"x"`}, {"text/json", `1`, `1`},
		{"", `{"a":1}`, `{"a":1}`}, {"", ` [1]`, `[1]`}, {"", `1`, `"1"`}, {"", `{oops`, `"{oops"`},
		{"text/plain", `{"a":1}`, `"{\"a\":1}"`}, {"text/html", `<p>`, `"<p>"`}, {"text/plain; charset=ISO-8859-1", "\xe9", `"é"`},
		{"application/json", "\ufeff{}", `{}`},
	} {
		v, err := answer(test.contentType, test.body).Document()
		if got := value.Format(v); err != nil || got != test.want {
			t.Errorf("%s %s: %s, %v, want %s", test.contentType, test.body, got, err, test.want)
		}
	}
	for _, test := range []struct{ encoding, contentType, body, want, detail string }{
		{"", "application/json; charset=latin1", "{\"a\":\"\xe9\"}", `{"a":"é"}`, ""},
		{"", "application/json", "\xff\xfe1\x00", "1", ""},
		{"", "text/html", "<meta charset=koi8-r>\xc1", `"<meta charset=koi8-r>а"`, ""},
		{"", "text/plain; charset=utf-8", "\xe9", "the body is not the text that its type `text/plain; charset=utf-8` says", "byte 0xE9 at offset 0 means nothing in `utf-8`"},
		{"", "text/plain; charset=x-own", "\xe9", "the body is not the text that its type `text/plain; charset=x-own` says", "the charset `x-own` is not known"},
		{"exi", "application/json", "\x80\x01", "the body cannot be read: nobody here knows its content coding `exi`", ""},
		{"utf-8", "application/json", "[1]", "[1]", ""},
	} {
		a := answer(test.contentType, test.body)
		a.Encoding = test.encoding
		v, err := a.Document()
		got, detail := value.Format(v), ""
		if e := (*Error)(nil); errors.As(err, &e) {
			got, detail = e.Summary, e.Detail
			if _, textErr := a.Text(); fmt.Sprint(textErr) != got || e.Suggestion == "" {
				t.Errorf("%q in %s: text is %v, body %v", test.body, test.contentType, textErr, err)
			}
		}
		if got != test.want || detail != test.detail {
			t.Errorf("%q in %s: %s, %s; want %s, %s", test.body, test.contentType, got, detail, test.want, test.detail)
		}
		if content, err := a.Body(); err != nil || string(content) != test.body {
			t.Errorf("%q in %s: the bytes are %q, %v", test.body, test.contentType, content, err)
		}
	}
	a := answer("application/json", `{"a":1,"b":}`)
	_, err := a.Document()
	var e *Error
	if !errors.As(err, &e) || e.Summary != "the body is not the JSON that its type `application/json` says" ||
		e.Detail != "at offset 11: unexpected '}' where a value should be" {
		t.Errorf("invalid JSON: %+v", e)
	}
	var syntax *value.SyntaxError
	if !errors.As(err, &syntax) || syntax.Offset != 11 {
		t.Errorf("the offset is lost: %v", err)
	}
	// what JSON cannot be is no other character
	for body, want := range map[string]string{
		"{\"a\":\"\xe9\"}": "at offset 6: byte 0xE9 means nothing in UTF-8, near `{\"a\":\"\"}`",
		`{"a":"\ud83d"}`:   "at offset 6: `\\ud83d` is half of a surrogate pair, near `{\"a\":\"\\ud83d\"}`",
	} {
		for _, src := range []string{`body.a == "\ufffd"`, `body.a != "x"`, `json("a") != "x"`, `has("a")`, `jsonpath("$.a") != "x"`, `fromJSON(text) == {}`} {
			if got := outcome(src, Condition, environment(answer("application/json", body))); !strings.Contains(got, want) && !strings.Contains(got, "invalid JSON "+want[:20]) {
				t.Errorf("%s over %q: %s", src, body, got)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	doc, _, _ := value.Decode([]byte(sampleBody))
	for path, want := range map[string]string{
		"": "", "items[0].id": `"t-1"`, "items.1.id": `"t-2"`, `["a b"]`: "1", "owner.name": `"Ann"`, "items[-1].processed": "true",
		"owner.nme":  "`owner` has no member `nme`",
		"nope":       "the document has no member `nope`",
		"items[7]":   "`items` has no element 7: its length is 2",
		"items[0":    "`[` in the path `items[0` is never closed",
		"items[x]":   "`x` in the path `items[x]` is no index",
		"items..a":   "the path `items..a` has an empty part",
		"items[0]id": "`items[0]id` is no path: a `.` or `[` must stand before `id`",
	} {
		v, err := Lookup(doc, path)
		got := ""
		if err != nil {
			got = err.Error()
		} else if path != "" {
			got = value.Format(v)
		}
		if got != want {
			t.Errorf("Lookup(%s) = %s, want %s", path, got, want)
		}
	}
}

func TestJSONPath(t *testing.T) {
	doc, _, _ := value.Decode([]byte(sampleBody))
	for path, want := range map[string]string{
		"$.name": `"bob"`, "name": `"bob"`, "items[1].id": `"t-2"`, "$..n": "1.0", "items[?@.processed==true].n": "9007199254740993",
		"$.owner.nme":         "`$.owner` has no member `nme`",
		"$.items[?@.id=='x']": "`$.items` has no element for which `@.id=='x'` holds",
		// a dot or a bracket inside of a filter or of a name is no end of a segment
		"$.items[?(@.n>9e99)].id":         "`$.items` has no element for which `@.n>9e99` holds",
		"items[?(@.n>1)&&(@.n<2)].id":     "`$.items` has no element for which `(@.n>1)&&(@.n<2)` holds",
		`$.items[?@.id=="a].b"].id`:       "`$.items` has no element for which `@.id==\"a].b\"` holds",
		"$.items[?@.id=='a].b'].id":       "`$.items` has no element for which `@.id=='a].b'` holds",
		"$.items[?@.tags[0]=='z'].id":     "`$.items` has no element for which `@.tags[0]=='z'` holds",
		"$.items[?@.processed==true].nme": "`$.items[?@.processed==true]` has no member `nme`",
		"$['a.b'].c":                      "`$` has no member `a.b`",
		"$.owner['it\\'s].x']":            "`$.owner` has no member `it\\'s].x`",
		"$.items[7].id":                   "`$.items` has no element 7: its length is 2",
		"$..nope":                         "`$` has no member `nope`",
		"a-b.c":                           "`$` has no member `a-b`",
		"$[":                              "the JSONPath `$[` cannot be read",
	} {
		v, err := JSONPath(doc, path)
		got := value.Format(v)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("JSONPath(%s) = %s, want %s", path, got, want)
		}
	}
}

// The plan asks what an expression reads, to order the requests and to decide
// the status check.
func TestReads(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{`status == 200`, "[] [] true false"}, {`statusText == "OK" and body.x == 1`, "[] [] true true"},
		{`vars.base + base + string(five) == login.response.body.token`, "[base five] [login] false false"},
		{`login.status == 200`, "[] [login] false false"}, {`has("a")`, "[] [] false true"}, {`now() > date("2024-01-01")`, "[] [] false false"},
		{`let five2 = 1; five2 == 1`, "[] [] false false"}, {`request.method == "GET"`, "[] [] false true"}, {`vars.status == "x"`, "[status] [] false false"},
	} {
		p, err := Compile(test.src, Condition, testPlan)
		if err != nil {
			t.Errorf("%s: %v", test.src, err)
			continue
		}
		if got := fmt.Sprint(p.Variables(), p.Requests(), p.ReadsStatus(), p.ReadsAnswer()); got != test.want {
			t.Errorf("%s reads %s, want %s", test.src, got, test.want)
		}
	}
	for name, want := range map[string]bool{"status": true, "body": true, "vars": true, "not": true, "five": false, "count": false} {
		if Reserved(name) != want {
			t.Errorf("Reserved(%s) = %v", name, !want)
		}
	}
}

func TestExplain(t *testing.T) {
	env := environment(answer("application/json", sampleBody))
	for _, test := range []struct{ src, failed, marker, detail, values string }{
		{`body.items[0].id != "" and duration < 2000`, `duration < 2000`, "false", "", `body.items[0].id="t-1" duration=2310`},
		{`status == 200 and (five > 9 or cell == "6") and url == ""`, `five > 9 or cell == "6"`, "false", "", `status=200 five=5 cell="5" url="http://x/a"`},
		{`not (body.name == "bob")`, `not (body.name == "bob")`, "false", "", `body.name="bob"`},
		{`status == 200 and body.nme == "x"`, `body.nme`, "missing", "it has `a b`, `big`, `empty`, `items`, `large`, `name`, `none`, `owner`, `price`, `text`, `when`, `yes`", `status=200`},
		{`body.text == 200`, `body.text == 200`, "different types", "`body.text` is `\"200\"`", `body.text="200"`},
		{`body.owner == {"name": "Bob", "age": 3, "mail": nil}`, `body.owner == {"name": "Bob", "age": 3, "mail": nil}`, "false",
			".age: missing, expected 3\n.name: expected \"Bob\", found \"Ann\"", `body.owner={"mail":null,"name":"Ann"}`},
		{`includes(body.owner, {"name": "Bob"})`, `includes(body.owner, {"name": "Bob"})`, "false", `.name: expected "Bob", found "Ann"`,
			`body.owner={"mail":null,"name":"Ann"}`},
		{`all(body.items, .processed)`, `all(body.items, .processed)`, "false",
			"the first element that fails is `body.items[0]`: {\"id\":\"t-1\",\"n\":1.0,\"processed\":false,\"tags\":[\"a\",\"b\"]}", ""},
		{`len(filter(body.items, .n > 1)) == 2`, `len(filter(body.items, .n > 1)) == 2`, "false", "", `len(filter(body.items, .n > 1))=1`},
		{`let n = body.items[1].n; n == 9007199254740992`, `let n = body.items[1].n; n == 9007199254740992`, "false", "", `body.items[1].n=9007199254740993`},
		{`"é" != "" and json("items.#") > five`, `json("items.#") > five`, "false", "", `json("items.#")=2 five=5`},
	} {
		p, err := Compile(test.src, Condition, testPlan)
		if err != nil {
			t.Errorf("%s: %s", test.src, describe(test.src, err))
			continue
		}
		x := p.Explain(env)
		var values []string
		for _, v := range x.Values {
			if test.marker == "false" && strings.HasPrefix(test.src, "all") {
				continue // the list is long, and shown in the detail
			}
			values = append(values, v.Name+"="+v.Text)
		}
		if got := test.src[x.Start:x.End]; got != test.failed || x.Marker != test.marker || x.Detail != test.detail || strings.Join(values, " ") != test.values {
			t.Errorf("%s\nfailed: %s\nmarker: %s\ndetail: %s\nvalues: %s", test.src, got, x.Marker, x.Detail, strings.Join(values, " "))
		}
		if (x.Err == nil) != (test.marker == "false") {
			t.Errorf("%s: Err is %v", test.src, x.Err)
		}
	}
}

// A program is shared by the sessions of a run.
func TestConcurrentEval(t *testing.T) {
	p, err := Compile(`all(body.items, .id startsWith "t") and sum(body.items, .n) > five and json("items.#") == 2 and jsonpath("$.name") matches "^b"`, Condition, testPlan)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			env := environment(answer("application/json", sampleBody))
			for range 50 {
				if v, err := p.Eval(env); v != true || err != nil {
					t.Errorf("%v, %v", v, err)
				}
				p.Explain(env)
			}
		})
	}
	group.Wait()
}

// FuzzEval checks that no expression makes the process panic or run without
// end, and that errors stay inside of the source.
func FuzzEval(f *testing.F) {
	for _, seed := range []string{
		`status == 200 and json("items.#") > 0`, `body.items[0].id != "" and duration < 2000`, `all(body.items, {let x = .n; x > 0.5})`, `body?.a.b ?? "é" | upper()`,
		`reduce(1..9, #acc + [#], [])`, `jsonpath("$..[?@.n>1]") == [1e400, 0x1F, .5]`, `login.response.headers["x"] == nil ? 1 : -2 ** 3`, `now().Year() - date("2020-01-01").Month() in 1..5`,
		`json("{a,b:items.#(n>1)#.id}|@keys")`, `vars.base not contains 'x' or not (url matches "^h.*$")`, `{"a": [1][0:], 1.5: b'x'}`, `if true { 1 } else { 2 }`, "body not_contains x", `groupBy(body.items, .id)`, `schema({"properties": {"items": {"items": {"not": {"required": ["id"]}}}}})`, `schema(body.owner, "{\"const\":1e400}")`, `near(body.price, five, 1) or includes(body.items, {"n": 2})`, `((`, `"\xff`,
	} {
		f.Add(seed)
	}
	env := environment(answer("application/json", sampleBody))
	f.Fuzz(func(t *testing.T, src string) {
		for _, kind := range []Kind{Condition, Value} {
			p, err := Compile(src, kind, testPlan)
			if err != nil {
				if err.Start < 0 || err.End < err.Start || err.End > len(src) || err.Summary == "" {
					t.Fatalf("%q: %+v", src, err)
				}
				continue
			}
			v, evalErr := p.Eval(env)
			var e *Error
			if evalErr != nil && (!errors.As(evalErr, &e) || !e.placed || e.Start < 0 || e.End < e.Start || e.End > len(src)) {
				t.Fatalf("%q: %#v", src, evalErr)
			}
			_ = value.Format(v)
			if kind == Condition && v != true {
				p.Explain(env)
			}
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := Compile(`status == 200 and json("items.#") > 0 and body.items[0].id != ""`, Condition, testPlan); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	p, err := Compile(`status == 200 and json("items.#") > 0`, Condition, testPlan)
	if err != nil {
		b.Fatal(err)
	}
	env := environment(answer("application/json", sampleBody))
	for b.Loop() {
		if v, err := p.Eval(env); v != true || err != nil {
			b.Fatal(v, err)
		}
	}
}

func BenchmarkEvalMember(b *testing.B) {
	p, err := Compile(`status == 200 and body.items[0].id == "t-1" and duration < 5000`, Condition, testPlan)
	if err != nil {
		b.Fatal(err)
	}
	env := environment(answer("application/json", sampleBody))
	for b.Loop() {
		if v, err := p.Eval(env); v != true || err != nil {
			b.Fatal(v, err)
		}
	}
}

// A body of which only the start was kept must not pass for the whole: every
// way to read it is an error, and the compiler knows who needs it.
func TestBodyNotKept(t *testing.T) {
	a := answer("application/json", sampleBody[:20])
	a.Rest = int64(len(sampleBody)) - 20
	for src, reads := range map[string]bool{
		"body": true, "body.items": true, "text": true, "bytes": true,
		`json("items")`: true, `has("items")`: true, `jsonpath("$.items")`: true, "len(body) > 0": true,
		"status": false, "size": false, "headers": false, `header("x-id")`: false, "cookies": false, "url": false,
		"statusText": false, "protocol": false, "redirects": false, "duration": false, "ttfb": false, "request": false, "tls": false,
	} {
		p, err := Compile(src, Value, testPlan)
		if err != nil {
			t.Fatal(err)
		}
		if p.ReadsBody() != reads {
			t.Errorf("ReadsBody of %s: %t", src, p.ReadsBody())
		}
		v, evalErr := p.Eval(&Env{Answer: a})
		if (evalErr != nil) != reads {
			t.Errorf("%s is %v, %v", src, v, evalErr)
		}
		if src == "size" && v != len(sampleBody) {
			t.Errorf("size is %v, want %d", v, len(sampleBody))
		}
	}
}

// Members are found without decoding the body as long as that is quicker; what
// an expression sees must not depend on it.
func TestFind(t *testing.T) {
	a := answer("application/json", sampleBody)
	for range 2 * maxFound {
		for src, want := range map[string]string{
			"body.items[1].n == 9007199254740993": "true", "body.none": "null", "body.items[-1].id": `"t-2"`,
			"body?.owner?.phone": "null", "body.empty": "[]", `body["a b"]`: "1",
		} {
			p, err := Compile(src, Value, testPlan)
			if err != nil {
				t.Fatal(err)
			}
			if v, err := p.Eval(&Env{Answer: a}); err != nil || value.Format(v) != want {
				t.Fatalf("%s is %v, %v; want %s", src, v, err, want)
			}
		}
	}
	if !a.read.decoded {
		t.Error("the body was searched again and again")
	}
}

// Bytes are no characters: their number is that of the body, whatever they are in
// UTF-8.
func TestLengthOfBytes(t *testing.T) {
	a := answer("image/png", "\x89PNG\xc3\xa4")
	for src, want := range map[string]any{"len(bytes)": 6, "size": 6, "len(text)": 5, `hex(bytes)`: "89504e47c3a4",
		`hex(bytes[:1])`: "89", `hex(bytes[-2:-1])`: "c3", `len(bytes[4:])`: 2, `text[4:]`: "\u00e4", `let b = bytes[1:]; len(b)`: 5} {
		p, err := Compile(src, Value, testPlan)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Eval(environment(a)); err != nil || got != want {
			t.Errorf("%s = %v, %v, want %v", src, got, err, want)
		}
	}
}
