package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/postrider/postrider/runner"
)

// What an expression reads of the body is where the reader of its failure has to
// look.
func TestPathsIn(t *testing.T) {
	for expression, want := range map[string]string{
		`status == 200`:                          "",
		`body == "x"`:                            "",
		`body.items[3].id == 7 and duration < 2`: "items/3/id",
		`body?.a?.b == nil`:                      "a/b",
		`body["a b"].c == body['d']`:             "a b/c d",
		`body.名前.x == 1`:                         "名前/x",
		`login.body.token == vars.body`:          "", // of another request
		`somebody.x == 1`:                        "",
		`body.items[-1].id`:                      "items",
		`body.items[i + 1].id`:                   "items",
		`all(body.items, .done)`:                 "items",
		`json("a.0.b") == 1 and has("c.d")`:      "a/0/b c/d",
		`json("items.#(id==3).name") == "x"`:     "items",
		`jsonpath("$.a[0]['b'].c") == 1`:         "a/0/b/c",
		`$.a.b isDefined`:                        "a/b",
		`$["a b"].c == $['d'][0]`:                "a b/c d/0",
		`body.`:                                  "",
		`body[`:                                  "",
		`body["x`:                                "",
	} {
		var got []string
		for _, p := range pathsIn(expression) {
			got = append(got, strings.Join(p, "/"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", expression, got, want)
		}
	}
}

// Of a long document, the part around what a check reads is shown, and the
// reader can count the elements that are not.
func TestAround(t *testing.T) {
	var items []string
	for i := range 100 {
		items = append(items, fmt.Sprintf(`{"id": %d, "state": "open", "owner": {"name": "someone", "mail": "someone@example.com", "team": "a"}, "n": 1.10}`, i))
	}
	long := `{"a":1,"b":2,"c":3,"items":[` + strings.Join(items, ",") + `],"d":4,"e":5,"f":[],"g":{}}`
	tests := []struct{ name, text, path, want string }{
		{"an element of a list", long, "items/3/id", `{
  "a": 1,
  "b": 2,
  "c": 3,
  "items": [
    … 3 items
    {
      "id": 3,
      "state": "open",
      "owner": {… 3 members},
      "n": 1.10
    },
    … 96 items
  ],
  "d": 4,
  "e": 5,
  … 2 members
}
`},
		{"a member that does not exist", long, "items/99/owner/phone", `{
  "a": 1,
  "b": 2,
  "c": 3,
  "items": [
    … 99 items
    {
      "id": 99,
      "state": "open",
      "owner": {
        "name": "someone",
        "mail": "someone@example.com",
        "team": "a"
      },
      "n": 1.10
    }
  ],
  "d": 4,
  "e": 5,
  … 2 members
}
`},
		{"a long list", `{"items":[` + strings.Repeat("1,", 99) + `1]}`, "items", `{
  "items": [
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    … 92 items more
  ]
}
`},
		{"a name given twice is the last", `{"a":1,"b":2,"c":3,"d":4,"a":5}`, "a", `{
  … 2 members
  "c": 3,
  "d": 4,
  "a": 5
}
`},
		{"cut off: in a value", `{"a": [1, {"b": "x", "c`, "a/1/b", `{
  "a": [
    … 1 item
    {
      "b": "x",
      … (the rest is not shown)
    },
    … (the rest is not shown)
  ],
  … (the rest is not shown)
}
`},
		{"cut off: nobody knows how many follow", `{"a": [` + strings.Repeat("1,", 99), "a/1", `{
  "a": [
    … 1 item
    1,
    … (the rest is not shown)
  ],
  … (the rest is not shown)
}
`},
		{"cut off: a long list", `{"a": [` + strings.Repeat("1,", 99), "a", `{
  "a": [
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    … (the rest is not shown)
  ],
  … (the rest is not shown)
}
`},
		{"cut off: beside", `{"a": 1, "b": [` + strings.Repeat("1,", 99), "a", `{
  "a": 1,
  "b": […],
  … (the rest is not shown)
}
`},
		{"cut off: no JSON", `{"a": 1, nonsense`, "a", ""},
		{"something behind it", `{"a": 1} trailing garbage`, "a", ""},
		{"no end, of a whole body", `{"a": 1`, "a", ""},
		{"a long text", `["` + strings.Repeat("é", 400) + `"]`, "0", "[\n  \"" + strings.Repeat("é", 149) + "…\"\n]\n"},
		{"numbers and escapes stay", `{"\u0061": 1e400}`, "a", "{\n  \"\\u0061\": 1e400\n}\n"},
		{"nothing is there", `{"a": 1}`, "b", ""},
		{"no object and no list", `"a"`, "a", ""},
		{"no JSON", `{nonsense`, "a", ""},
		{"nothing", ``, "a", ""},
		{"too deep", strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200), "a", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := around(tt.text, !strings.HasPrefix(tt.name, "cut off:"), []docPath{strings.Split(tt.path, "/")}); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// Whatever comes as JSON, and whatever is looked for in it, an excerpt is made
// of it and nothing else.
func FuzzAround(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":"x"}]}`, `[[[`, `{"a":`, `{"a" 1}`, `{"a":1}}`, `]`, "{\"\xff\":1}"} {
		f.Add(seed, `body.a[1].b and json("a.0")`)
	}
	f.Fuzz(func(t *testing.T, text, expression string) {
		paths := pathsIn(expression)
		for l := range strings.Lines(around(text, len(text)%2 == 0, append(paths, docPath{"a"}))) {
			if word := strings.Trim(strings.TrimSpace(l), "{}[],"); word != "" && !strings.Contains(word, "…") &&
				!strings.Contains(strings.Join(strings.Fields(text), ""), strings.Join(strings.Fields(word), "")) && !strings.Contains(word, ",") {
				t.Errorf("%q is not of %q", l, text)
			}
		}
	})
}

// Of a page for people, its title and text are shown, as people would read them.
func TestPageText(t *testing.T) {
	tests := []struct{ name, page, title, text string }{
		{"a proxy's", "<html>\r\n<head><title>502 Bad\nGateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center></body></html>",
			"502 Bad Gateway", "502 Bad Gateway\nnginx\n"},
		{"code and styles are no text", "<style>p{}</style><script>var x = '<p>';</script><p>It <b>did</b> not&nbsp;work: a &lt; b &amp;amp; c</p><textarea>x</textarea>", "", "It did not work: a < b &amp; c\n"},
		{"other references stay, as masking saw them", "<p>&#97;bc</p>", "", "&#97;bc\n"},
		{"tables", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "", "a b\nc\n"},
		{"cut off", "<title>x</ti", "x</ti", ""},
		{"nothing", "", "", ""},
	}
	for _, tt := range tests {
		if title, text := pageText(tt.page); title != tt.title || text != tt.text {
			t.Errorf("%s: %q, %q, want %q, %q", tt.name, title, text, tt.title, tt.text)
		}
	}
	for body, want := range map[*runner.Body]bool{
		{Type: "text/html"}:                        true,
		{Preview: " <!DOCTYPE HTML><p>"}:           true,
		{Preview: "<html>"}:                        true,
		{Preview: "<a>"}:                           false,
		{Type: "text/plain", Preview: "<html><p>"}: false,
	} {
		if isHTML(body) != want {
			t.Errorf("isHTML(%+v) is %v", body, !want)
		}
	}
}

// Below a failure stands what helps to understand it or to find it in the
// server's logs, and nothing else of the header.
func TestAnswer(t *testing.T) {
	h := hop(503, "Service Unavailable", "text/html", "<title>Down</title><p>We will be back\x1b[2J.</p><p>"+strings.Repeat("long ", 100)+"</p>")
	h.Header = []runner.Field{
		{Name: "Content-Type", Value: "text/html"}, {Name: "Date", Value: "today"}, {Name: "Retry-After", Value: "120"},
		{Name: "Server", Value: "nginx"}, {Name: "X-Request-Id", Value: "r-1\x1b[2J"}, {Name: "Request-Id", Value: "|7.1"}, {Name: "X-B3-TraceId", Value: "b3"},
	}
	first := hop(302, "Found", "", "")
	e := &runner.RequestFinished{Outcome: runner.Failed, Hops: []runner.Hop{first, h}}
	var b strings.Builder
	NewConsole(nil, ConsoleOptions{Width: 60}).answer(&b, e)
	want := `> GET https://api.example.com/v1/tickets?page=0 (302
> Found)
> GET https://api.example.com/v1/tickets?page=0
< HTTP/1.1 503 Service Unavailable (text/html, 553 B)
< Retry-After: 120
< X-Request-Id: r-1\x1b[2J
< Request-Id: |7.1
< X-B3-TraceId: b3
< (the page "Down")
< We will be back\x1b[2J.
< ` + strings.Repeat("long ", 10) + "lon\n< g " + strings.Repeat("long ", 10) + "…\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	e.NoLog = true
	e.Hops[1] = withheld(e.Hops[1])
	NewConsole(nil, ConsoleOptions{}).answer(&b, e)
	if want := "< HTTP/1.1 503 Service Unavailable (not shown: @no-log)\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("got\n%s\nwant at its end\n%s", b.String(), want)
	}
}

// A reason in the summary says what is false and why, and not twice what stands
// above it.
func TestReasons(t *testing.T) {
	check := failedCheck()
	if got := reasonOf(*check.Message, check); got != "assertion failed: too slow (duration = 2310)" {
		t.Errorf("with a note: %s", got)
	}
	check.Note = ""
	if got := reasonOf(*check.Message, check); got != "duration < 2000 is false (duration = 2310)" {
		t.Errorf("without a note: %s", got)
	}
	m := *check.Message
	m.Text = "" // of a file that must not be quoted
	if got := reasonOf(m, runner.Check{Text: "a == b"}); got != "a == b is false" {
		t.Errorf("without a source line: %s", got)
	}
}

// Of too many failures, those that stand first in the plan are listed, however
// the requests end.
func TestFirstFailuresAreKept(t *testing.T) {
	c := NewConsole(nil, ConsoleOptions{})
	for i := 3 * maxFailures; i > 0; i-- {
		c.fail(failure{id: runner.ID{File: i}})
	}
	if c.left != 2*maxFailures || len(c.broken) != maxFailures || c.broken[0].id.File != 1 || c.broken[maxFailures-1].id.File != maxFailures {
		t.Errorf("%d are left out, %+v are listed", c.left, c.broken)
	}
}

// Long names and texts are shortened in a body that is shown below a failure, and
// nothing else of it.
func TestShortenScalars(t *testing.T) {
	long := strings.Repeat(`word \" `, 100)
	indented := "{\n  \"a\": 1,\n  \"" + long + "\": {\n    \"text\": \"" + long + "\",\n    \"last\": [\n      \"" + long + "\"\n    ]\n  }\n}"
	short := long[:longScalar-1] + `…"`
	want := "{\n  \"a\": 1,\n  \"" + short + ": {\n    \"text\": \"" + short + ",\n    \"last\": [\n      \"" + short + "\n    ]\n  }\n}"
	if got := shortenScalars(indented); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := shortenScalars(want); got != want {
		t.Errorf("short enough, and not the same:\n%s", got)
	}
}

// What a tag or a comment divides is not put together: it may be a secret that the
// masking could not see.
func TestPageTextKeepsPiecesApart(t *testing.T) {
	for _, page := range []string{"<p>top<b>secret</b>", "<p>top<!-- x -->secret", "<p>top</i>secret", "<p>top<br/>secret", "<td>top<td>secret", "top<svg/>secret"} {
		if _, text := pageText(page); strings.Contains(text, "topsecret") || !strings.Contains(text, "top") {
			t.Errorf("%s is shown as %q", page, text)
		}
	}
}
