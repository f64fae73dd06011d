package parser

import (
	"fmt"
	"strings"
	"testing"
)

// brief writes what is sent, one line a request.
func brief(f *File) string {
	var lines []string
	for _, b := range f.Blocks {
		r := b.Request
		if r == nil {
			continue
		}
		line := strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Method, r.Target, r.Version))
		if name := b.RequestName(); name != "" {
			line = name + ": " + line
		}
		for _, h := range r.Headers {
			line += fmt.Sprintf(" | %s: %s", h.Name, h.Value)
		}
		if r.Body != nil {
			line += " |"
			for _, part := range r.Body.Parts {
				line += " " + dumpPart(part)
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// The cases on which the tools disagree, each with the answer we chose. What is
// decided when a request is built, such as percent-encoding, is not seen here.
func TestDialectConflicts(t *testing.T) {
	for _, test := range dialectConflicts {
		t.Run(test.name, func(t *testing.T) {
			f := Parse("x.http", []byte(test.in))
			checkInvariants(t, f)
			if got := brief(f); got != test.want {
				t.Errorf("%q is read as\n%s\nwant\n%s", test.in, got, test.want)
			}
		})
	}
}

var dialectConflicts = []struct{ name, in, want string }{
	{"1 two requests without a separator", "GET http://h/a\n\nGET http://h/b", "GET http://h/a\nGET http://h/b"},
	{"1 JetBrains separates always", "# @dialect jb\nGET http://h/a\n\nGET http://h/b", `GET http://h/a | text "GET http://h/b"`},
	{"1 VS Code separates always", "GET http://h/{{a.response.body.b}}\n\nGET http://h/b", `GET http://h/{{a.response.body.b}} | text "GET http://h/b"`},
	{"1 not asked for", "# @forceRegionDelimiter\nGET http://h/a\n\nGET http://h/b", `GET http://h/a | text "GET http://h/b"`},
	{"2 a request line in a body", "POST http://h\n\n{\"q\":\"\nGET /k2\n\"}", `POST http://h | text "{\"q\":\"\nGET /k2\n\"}"`},
	{"3 variables right behind a separator", "###\n@a=1\n\n### R\nGET http://h/{{a}}", "R: GET http://h/{{a}}"},
	{"4 name with an equals sign", "# @name = foo\nGET http://h", "foo: GET http://h"},
	{"5 name without a blank", "#@name foo\nGET http://h", "foo: GET http://h"},
	{"6 banner", "### Login user ###\nGET http://h", "Login user: GET http://h"},
	{"6 only a banner", "### -----\nGET http://h", "GET http://h"},
	{"6 a sign that is no banner", "### C#\nGET http://h", "C#: GET http://h"},
	{"7 raw blanks", "GET http://h/x?city=New York&m=é HTTP/1.1", "GET http://h/x?city=New York&m=é 1.1"},
	{"8 encoded blanks", "GET http://h/x?a=%20b", "GET http://h/x?a=%20b"},
	{"9 indented pieces", "GET http://h\n  /api\n  ?a=1\n  # c\n  &b=2\nX: y", "GET http://h/api?a=1&b=2 | X: y"},
	{"10 pieces at the first column", "GET http://h/x\n?a=1\n&b=2", "GET http://h/x?a=1&b=2"},
	{"11 behind an open query", "GET http://h/x?a=1&\n    b=2", "GET http://h/x?a=1&b=2"},
	{"12 version on its own line", "GET http://h\n HTTP/2\nX: y", "GET http://h 2 | X: y"},
	{"13 bare URL", "http://h/x", "http://h/x"},
	{"14 lower-case method", "get http://h", "get http://h"},
	{"15 custom method", "PURGE http://h/x", "PURGE http://h/x"},
	{"16 transposed", "GET HTTP/1.1 http://h", "GET http://h 1.1"},
	{"17 path and host", "GET /x\nHost: h:8443", "GET /x | Host: h:8443"},
	{"19 no blank line before the body", "POST http://h\nContent-Type: application/json\n{\"a\":1}", `POST http://h | Content-Type: application/json | text "{\"a\":1}"`},
	{"20 trailing comma", "GET http://h\nX-A: 1,", "GET http://h | X-A: 1,"},
	{"20 httpYac drops it", "# @dialect httpyac\nGET http://h\nX-A: 1,", "GET http://h | X-A: 1"},
	{"21 folded", "GET http://h\nX-Long: a\n   b", "GET http://h | X-Long: a b"},
	{"22 Markdown", "POST http://h\nContent-Type: text/markdown\n\n# Title", `POST http://h | Content-Type: text/markdown | text "# Title"`},
	{"23 comments in JSON", "POST http://h\n\n{\n// c\n\"u\":\"http://x//y\" // d\n}", `POST http://h | text "{\n\"u\":\"http://x//y\" // d\n}"`},
	{"24 YAML", "POST http://h\nContent-Type: application/yaml\n\na: 1\n# note\nb: 2", `POST http://h | Content-Type: application/yaml | text "a: 1\n# note\nb: 2"`},
	{"25 form over lines", "POST http://h\nContent-Type: application/x-www-form-urlencoded\n\na = 1 &\nb=two words&\nc=x%20y", `POST http://h | Content-Type: application/x-www-form-urlencoded | text "a=1&b=two words&c=x%20y"`},
	{"26 form, ampersand first", "POST http://h\nContent-Type: application/x-www-form-urlencoded\n\na=1\n&b=2", `POST http://h | Content-Type: application/x-www-form-urlencoded | text "a=1&b=2"`},
	{"27 multipart", "POST http://h\nContent-Type: multipart/form-data; boundary=b\n\n--b\n\n< ./f.bin\n--b--", `POST http://h | Content-Type: multipart/form-data; boundary=b | text "--b\n" newline file "./f.bin" newline text "--b--"`},
	{"31 XML", "POST http://h\n\n<a>\n</a>", `POST http://h | text "<a>\n</a>"`},
	{"31 almost a file", "POST http://h\n\n< a>", `POST http://h | text "< a>"`},
	{"42 encoded", "GET http://h/{{%x}}", "GET http://h/{{%x}}"},
	{"57 length", "POST http://h\nContent-Length: 3\n\nlonger", `POST http://h | Content-Length: 3 | text "longer"`},
	{"58 byte order mark and CRLF", "\ufeff# @name a\r\nPOST http://h\r\nX: y\r\n\r\na\r\n\r\nb\r\n", `a: POST http://h | X: y | text "a\n\nb"`},
	{"58 lone CR", "POST http://h\rX: y\r\ra\rb\r", `POST http://h | X: y | text "a\nb"`},
	{"59 documented response", "GET http://h\n\nHTTP/1.1 200 OK\nX: y\n\nbody", "GET http://h"},
	{"60 unknown directive", "# @foo\nGET http://h", "GET http://h"},
	{"a separator inside a script", "GET http://h\n\n> {%\n### no\n%}\n\n###\nGET http://i", "GET http://h\nGET http://i"},
	{"a body that is all comment", "POST http://h\n\n# nothing\n\n", "POST http://h"},
	{"zero bytes", "POST http://h\n\na\x00b", `POST http://h | text "a\x00b"`},
}

// Case 32 and 33: a value is the whole rest of the line, quotes included but
// for httpYac.
func TestVariableValues(t *testing.T) {
	tests := []struct{ in, name, value string }{
		{"@u=http://h/#frag", "u", "http://h/#frag"},
		{"@c = #fff", "c", "#fff"},
		{"@q=\"x y\"", "q", `"x y"`},
		{"# @dialect httpyac\n@q=\"x y\"", "q", "x y"},
		{"@empty =  ", "empty", ""},
		{"  @a.b-c=1 # kept", "a.b-c", "1 # kept"},
	}
	for _, test := range tests {
		f := Parse("x.http", []byte(test.in))
		checkInvariants(t, f)
		vars := f.Blocks[0].Variables
		if len(vars) != 1 || vars[0].Name.String() != test.name || vars[0].Value.String() != test.value {
			t.Errorf("%q defines %+v, want %s = %q", test.in, vars, test.name, test.value)
		}
	}
}

// messages writes what is said about a file, one message a line.
func messages(f *File) string {
	var lines []string
	for _, d := range f.Diagnostics {
		lines = append(lines, fmt.Sprintf("%v %v", d.Severity, d))
	}
	return strings.Join(lines, "\n")
}

// What is said about a file, and where.
func TestMessages(t *testing.T) {
	tests := []struct {
		in   string
		want string // messages, one a line; none if empty
	}{
		{"", ""},
		{"# @auth coro\n@a = 1\n\n###\nGET http://h", ""},
		{"GET http://h\n\n# @assert status == 200\n", ""},
		{"# @title a\n# @prompt b\n# @kulala-jq .a\n# @grpc-plaintext\nGET http://h", ""},
		{"# @myhost = example.net\nGET http://h", ""},
		{"# a note on GET /users in prose\n# @auth a\n\n###\nGET http://h", ""},
		{"\xff\xfeG\x00", "error x.http:1:1: the file is UTF-16 (little endian), not UTF-8"},
		{"\xfe\xff\x00G", "error x.http:1:1: the file is UTF-16 (big endian), not UTF-8"},
		{"G\x00E\x00T\x00", "error x.http:1:1: the file is UTF-16 (little endian, without a byte order mark), not UTF-8"},
		{"GET http://h\n# caf\xe9", "error x.http:2:6: the file is not UTF-8: byte 0xE9"},
		{"# @auth a\nGET http://h\n\n###\nGET http://h",
			"warning x.http:1:1: `@auth` is for the first request only, and later requests have none"},
		{"# @auth a\nGET http://h\n\n###\n# @auth none\nGET http://h", ""},
		{"# @auth a\n# GET http://h\n\n###\nGET http://h",
			"warning x.http:1:1: `@auth` belongs to the request below, which is commented out"},
		{"# @capture a = b\n\n###\nGET http://h", "error x.http:1:1: `@capture` cannot stand before the first `###`"},
		{"###\n# @assert status == 200\n# POST http://h\n", ""},
		{"GET http://h\n\n###\n# @assert a\n", "error x.http:4:1: `@assert` is in a block without a request, so it does nothing"},
		{"POST http://h\nContent-Type: text/csv\n\n# @capture a = b\n# @foo\n",
			"error x.http:4:1: `@capture` in a body of type text/csv is sent as text"},
		{"# @dialect jetbrain\nGET http://h",
			"error x.http:1:12: `@dialect`: unknown dialect `jetbrain`, expected one of neutral, jetbrains, vscode, visualstudio, httpyac, kulala"},
		{"# @capture a b = c\nGET http://h", "error x.http:1:12: `@capture`: expected `secret`, `global` or a name before `=`, found `a`"},
		{"# @capture 1a = c\nGET http://h", "error x.http:1:12: `@capture`: `1a` is no name: expected letters, digits, `_`, `-` and `.`, a letter first"},
		{"# @assert\nGET http://h", "error x.http:1:1: `@assert`: the expression is missing"},
		{"# @assert -- a message\nGET http://h", "error x.http:1:1: `@assert`: the expression is missing"},
		{"# @needs a,\nGET http://h", "error x.http:1:1: `@needs`: a name is missing beside a comma"},
		{"# @retry 3 until\nGET http://h", "error x.http:1:12: `@retry`: nothing behind `until`"},
		{"# @retry 3 after 2s\nGET http://h", "error x.http:1:12: `@retry`: expected `every`, `backoff` or `until`, found `after`"},
		{"# @retry 3 backoff 0.5\nGET http://h", "error x.http:1:20: `@retry`: expected a factor of at least 1 behind `backoff`, found `0.5`"},
		{"# @auth none a=b\nGET http://h", "error x.http:1:14: `@auth`: `none` takes no parameters"},
		{"# @auth a b=1 b=2\nGET http://h", "error x.http:1:15: `@auth`: `b` is given twice"},
		{"# @timeout {{t}}\nGET http://h", ""},
		{"# @name a\n# @name b\nGET http://h", "warning x.http:2:1: a request is named twice; the last name counts"},
		{"### a\nGET http://h\n### a\nGET http://h", ""},
		{"GET http://h\n\n{{x {{y}}", "warning x.http:3:1: `{{` is never closed on this line, so it is sent as it stands"},
		{"# {{x\nGET http://h", ""},
		{"@x", "error x.http:1:1: neither a variable nor a directive"},
	}
	for _, test := range tests {
		f := Parse("x.http", []byte(test.in))
		checkInvariants(t, f)
		if got := messages(f); got != test.want {
			t.Errorf("%q gives\n%s\nwant\n%s", test.in, got, test.want)
		}
	}
}

func TestPreamble(t *testing.T) {
	tests := []struct {
		in   string
		want bool
	}{
		{"", false},
		{"###\nGET http://h", false},
		{"@a = 1\n###\nGET http://h", true},
		{"# see https://docs.example.com\n###\nGET http://h", true},
		{"@a = 1\nGET http://h\n###\n", false},
		{"@a = 1\n# GET http://h\n###\n", false},
		{"@a = 1\n", true},
		{"curl http://h\n###\n", false},
	}
	for _, test := range tests {
		if got := Parse("x.http", []byte(test.in)).Preamble() != nil; got != test.want {
			t.Errorf("%q has a preamble: %v, want %v", test.in, got, test.want)
		}
	}
}

// A file for other tools must not be taken for one of ours: variables would
// then be looked up in another order.
func TestOwnDirectives(t *testing.T) {
	for in, want := range map[string]bool{
		"GET http://h": false,
		"# @name a\n# @tag b\n# @timeout 5\n# @no-redirect\n# @ref c\n# @dependsOn d\nGET http://h": false,
		"# @assert status == 200\nGET http://h":                                                     true,
		"# @auth a\n\n###\nGET http://h":                                                            true,
		"# @needs a\nGET http://h":                                                                  true,
		"# @capture = 1\nGET http://h":                                                              false,
	} {
		if got := Parse("x.http", []byte(in)).OwnDirectives(); got != want {
			t.Errorf("%q has own directives: %v, want %v", in, got, want)
		}
	}
}

func TestDialects(t *testing.T) {
	tests := []struct {
		in   string
		want Dialect
	}{
		{"GET http://h", Neutral},
		{"GET http://h\n\n> {% client.log(1) %}", JetBrains},
		{"GET http://h/{{$random.uuid}}", JetBrains},
		{"import a.http\n###\nGET http://h", JetBrains},
		{"GET http://h/{{a.response.headers.b}}", VSCode},
		{"GET http://h\nX-Request-Type: GraphQL", VSCode},
		{"@Web_HostAddress = http://h", VisualStudio},
		{"GET http://h\n?? status == 200", HTTPYac},
		{"@a := 1", HTTPYac},
		{"{{\nexports.a = 1\n}}\nGET http://h", HTTPYac},
		{"# @kulala-jq .a\nGET http://h", Kulala},
		{"### Shared\n@a = 1", Kulala},
		{"# @dialect VSC\nGET http://h\n\n> {% client.log(1) %}", VSCode},
		{"GET http://h/{{a.response.body.b}}\n\n> {% client.log(1) %}", JetBrains},
	}
	for _, test := range tests {
		if got := Parse("x.http", []byte(test.in)).Dialect; got != test.want {
			t.Errorf("%q is taken for %v, want %v", test.in, got, test.want)
		}
	}
	for d := Neutral; d <= Kulala; d++ {
		if got, ok := ParseDialect(d.String()); !ok || got != d {
			t.Errorf("ParseDialect(%q) is %v, %v", d.String(), got, ok)
		}
	}
}
