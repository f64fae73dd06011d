package eval

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// recordedBody is an answer in which texts, a number, a piece of a number, a name and
// a piece of a text were masked.
const recordedBody = `{"token":"***","pin":***,"part":***56,"long":"a***b","user":"ann","n":5,
 "list":["x","***",3],"groups":[{"k":"a","v":"***"},{"k":"b","v":"y"}],"named":{"***":1,"b":2},"pins":[***,1],"flags":["***",true]}`

// TestMasked protects that nothing is true or false by a value that a recording hides,
// and that everything else is judged.
func TestMasked(t *testing.T) {
	answer := func() *Answer {
		return &Answer{
			Status: 200, Header: http.Header{"Content-Type": {"application/json"}, "X-Key": {"Bearer ***"}},
			Content: UnmaskNumbers([]byte(recordedBody), "***"), URL: "http://x/?token=***&page=1",
			Recorded: &Recorded{Size: 1000, TLS: &Connection{Version: "TLS 1.3", Subject: "CN=x", Expiry: time.Unix(2e9, 0)}},
		}
	}
	env := func() *Env {
		return &Env{Answer: answer(), Masked: "***", Variable: func(name string) (any, error) {
			return map[string]any{"secret": "***", "open": "ann"}[name], nil
		}}
	}
	const hidden = "hidden"
	for source, want := range map[string]string{
		`body.user == "ann"`:                                 "true",
		`body.user == open`:                                  "true",
		`body.user == "bob"`:                                 "false",
		`body.token == "***"`:                                hidden,
		`body.token != "x"`:                                  hidden,
		`body.token == body.token`:                           hidden,
		`body.token != nil`:                                  "true",
		`body.token == nil`:                                  "false",
		`body.token != ""`:                                   "true",
		`body.pin != ""`:                                     hidden,
		`body.pin != nil`:                                    "true",
		`body.pin > 1`:                                       hidden,
		`body.pin + 1 == 2`:                                  hidden,
		`-body.pin < 0`:                                      hidden,
		`body.pin in 1..5`:                                   hidden,
		`body.part == 3`:                                     hidden,
		`not body.token`:                                     hidden,
		`body.token`:                                         hidden,
		`body.token and true`:                                hidden,
		`body.user == "bob" and body.token == "x"`:           "false",
		`body.user == "ann" or body.token == "x"`:            "true",
		`body.long startsWith "a"`:                           "true",
		`body.long endsWith "b"`:                             "true",
		`body.long contains "c"`:                             hidden,
		`body.long contains "*"`:                             hidden,
		`body.long matches "a"`:                              hidden,
		`"a" contains body.token`:                            hidden,
		`body.token + "x" == "y"`:                            hidden,
		`body.token[0:2] == "ab"`:                            hidden,
		`body.token.x == 1`:                                  hidden,
		`body.token.x == nil`:                                hidden,
		`len(body.token) > 2`:                                hidden,
		`len(body.list) == 3`:                                "true",
		`"x" in body.list`:                                   "true",
		`"z" in body.list`:                                   hidden,
		`body.token in ["a"]`:                                hidden,
		`3 in body.list`:                                     "true",
		`body.list[0] == "x"`:                                "true",
		`body.list == ["x", "y", 3]`:                         hidden,
		`first(body.list) == "x"`:                            "true",
		`all(body.groups, .k != "")`:                         "true",
		`any(body.groups, .v == "z")`:                        hidden,
		`one(body.groups, .k == "a")`:                        "true",
		`len(filter(body.groups, .v == "y")) == 1`:           hidden,
		`len(groupBy(body.groups, .v)) == 2`:                 hidden,
		`sortBy(body.groups, .v)[0].k == "a"`:                hidden,
		`sum(body.pins) == 1`:                                hidden,
		`count(body.flags) == 1`:                             hidden,
		`body.named.b == 2`:                                  "true",
		`body.named.c == 1`:                                  hidden,
		`body.named.c == nil`:                                hidden,
		`body.named?.c == nil`:                               hidden,
		`body.groups[0].w == nil`:                            "true",
		`body[body.token] == 1`:                              hidden,
		`includes(body, {"user": "ann"})`:                    "true",
		`includes(body, {"user": "bob"})`:                    hidden,
		`includes(body, {"token": "x"})`:                     hidden,
		`upper(body.token) == "X"`:                           hidden,
		`sha256(body.token) == "x"`:                          hidden,
		`urlencode(body.token) == "x"`:                       hidden,
		`split(body.long, "x")[0] == "a"`:                    hidden,
		`type(body.pin) == "int"`:                            hidden,
		`schema(body, {"type": "object"})`:                   hidden,
		`near(body.pin, 1, 1)`:                               hidden,
		`json("user") == "ann"`:                              "true",
		`json("token") == "x"`:                               hidden,
		`json("groups.#(v==\"y\").k") == "b"`:                hidden,
		`has("user")`:                                        "true",
		`has("token")`:                                       "true",
		`has("nothing")`:                                     hidden,
		`json("list.#") == 3`:                                "true",
		`jsonpath("$.groups[?@.v=='y'].k") == "b"`:           hidden,
		`jsonpath("$.user") == "ann"`:                        "true",
		`text contains "ann"`:                                "true",
		`text contains "bob"`:                                hidden,
		`bytes contains "bob"`:                               hidden,
		`header("X-Key") == "Bearer x"`:                      hidden,
		`headers["X-Key"] startsWith "Bearer "`:              "true",
		`url contains "page=1"`:                              "true",
		`url == "http://x/"`:                                 hidden,
		`size == 1000`:                                       "true",
		`secret == "x"`:                                      hidden,
		`tls.version == "TLS 1.3" and tls.subject == "CN=x"`: "true",
		`tls.expiry > date("2020-01-01T00:00:00Z")`:          "true",
		`(body.token == "x") == false`:                       hidden,
		`body.token == "x" ? true : true`:                    hidden,
		`(body.missing ?? "x") == "x"`:                       "true",
		`(body.token ?? "x") == "y"`:                         hidden,
	} {
		p, err := Compile(source, Condition, testNames{})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		v, evalErr := p.Eval(env())
		got := "error: "
		var e *Error
		switch {
		case evalErr == nil:
			got = map[any]string{true: "true", false: "false"}[v]
		case errors.As(evalErr, &e) && e.Code == diag.CodeNotRecorded:
			got = hidden
		default:
			got += evalErr.Error()
		}
		if got != want {
			t.Errorf("%s is %s, want %s", source, got, want)
		}
		if x := p.Explain(env()); want == hidden && (x.Err == nil || x.Err.Code != diag.CodeNotRecorded) {
			t.Errorf("%s is explained by %+v", source, x)
		}
	}
}

// TestNotRecorded protects that what is not in a recording is no value.
func TestNotRecorded(t *testing.T) {
	a := &Answer{
		Status: 200, Recorded: &Recorded{NoBody: "gone", NoHeader: "gone", NoCookies: true},
		Request: Sent{Method: "GET", NoHeader: "gone", Body: func() ([]byte, error) { return nil, NotRecorded("gone") }},
	}
	for _, source := range []string{
		`body == nil`, `text == ""`, `bytes == ""`, `size == 0`, `json("a") == 1`, `has("a")`, `jsonpath("$.a") == 1`, `xpath("//a") == "1"`,
		`header("a") == nil`, `headers["a"] == nil`, `cookies["a"] == nil`, `request.headers["a"] == nil`, `request.body == nil`, `request.text == ""`,
	} {
		p, err := Compile(source, Condition, testNames{})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		_, evalErr := p.Eval(&Env{Answer: a, Masked: "***"})
		var e *Error
		if !errors.As(evalErr, &e) || e.Code != diag.CodeNotRecorded || !strings.Contains(e.Summary, "not in the recording") && e.Summary != "gone" && !strings.Contains(e.Summary, "masked") {
			t.Errorf("%s: %v", source, evalErr)
		}
	}
	p, err := Compile(`status == 200 and request.method == "GET"`, Condition, testNames{})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := p.Eval(&Env{Answer: a, Masked: "***"}); err != nil || v != true {
		t.Errorf("what is there: %v, %v", v, err)
	}
}

// TestUnmaskNumbers protects that a masked number makes no document unreadable, and
// that everything else stays as it is.
func TestUnmaskNumbers(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":***}`:               `{"a":"***(number)"}`,
		`[1***2, "***", "\"***"]`: `["***(number)", "***", "\"***"]`,
		`{"a":1}`:                 `{"a":1}`,
		`{"a":"***"}`:             `{"a":"***"}`,
		`no *** JSON`:             `no *** JSON`,
		`{"a":***`:                `{"a":***`,
		`"***`:                    `"***`,
		`{"a":***,"b":"\`:         `{"a":***,"b":"\`,
	} {
		if got := string(UnmaskNumbers([]byte(text), "***")); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

// testNames knows every variable.
type testNames struct{}

func (testNames) Variable(name string) bool { return name == "secret" || name == "open" }
func (testNames) Request(string) bool       { return false }
func (testNames) Nearest(string) string     { return "" }

func (testNames) Elsewhere(string) (where, suggestion string) { return "", "" }

func (testNames) Files() Files { return nil }
