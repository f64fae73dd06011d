package parser

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// A check that is written down and not made looks like success. What is almost
// a directive, a continuation, a request or a template must not pass in silence,
// and what merely resembles one must not raise an alarm.
func TestNothingIsLostInSilence(t *testing.T) {
	const (
		another  = "looks like another request, but is sent as part of the body above"
		unclosed = "`{{` is never closed on this line"
	)
	tests := []struct{ in, want string }{
		// A directive that is not set off from its arguments.
		{"# @assert: status == 500\nGET http://h", "error x.http:1:1: `@assert` needs a blank behind it, found ':'"},
		{"# @assert(status == 501)\nGET http://h", "error x.http:1:1: `@assert` needs a blank behind it, found '('"},
		{"#@Assert\u00a0status == 500\nGET http://h", "error x.http:1:1: `@Assert` needs a blank behind it, found '\\u00a0'"},
		{"GET http://h\n// @dependsOn:a", "error x.http:2:1: `@dependsOn` needs a blank behind it, found ':'"},
		{"POST http://h\n\n{}\n\n# @capture(a = b)", "error x.http:5:1: `@capture` needs a blank behind it, found '('"},
		{"# @skip: later\nGET http://h", "error x.http:1:1: `@skip` needs a blank behind it, found ':'"},
		{"# @author: somebody\n# @johndoe, look\n# see @assert: it is good\n# - @assert a\nGET http://h", ""},
		{"### @assert(status == 200)\nGET http://h", "warning x.http:1:5: this is a title, not the directive `@assert`"},
		{"### @Get(':id')\nGET http://h", ""},
		{"POST http://h\nContent-Type: text/csv\n\na\n# @assert(b)", "warning x.http:5:1: `@assert` in a body of type text/csv is sent as text"},
		{"POST http://h\nContent-Type: text/yaml\n\na:\n# @key: value", ""},

		// A commented-out variable with the name of a directive.
		{"# @assert = status == 200\nGET http://h", "warning x.http:1:1: this is a commented-out variable, not the directive `@assert`"},
		{"# @assert== 200\nGET http://h", "warning x.http:1:1: this is a commented-out variable, not the directive `@assert`"},
		{"GET http://h\n# @capture = a", "warning x.http:2:1: this is a commented-out variable, not the directive `@capture`"},
		{"# @auth = x\nGET http://h", "warning x.http:1:1: this is a commented-out variable, not the directive `@auth`"},
		{"# @timeout = 5\n# @auth_token = x\nGET http://h", ""},

		// A misspelt directive.
		{"# @asert a\nGET http://h", "error x.http:1:3: unknown directive `@asert`"},
		{"# @assrt a\nGET http://h", "error x.http:1:3: unknown directive `@assrt`"},
		{"# @captrue a = b\nGET http://h", "error x.http:1:3: unknown directive `@captrue`"},
		{"# @teardwon\nGET http://h", "error x.http:1:3: unknown directive `@teardwon`"},
		{"# @aut basic\nGET http://h", "error x.http:1:3: unknown directive `@aut`"},
		{"# @author somebody\nGET http://h", "warning x.http:1:3: unknown directive `@author`"},
		{"# @path somewhere\nGET http://h", "warning x.http:1:3: unknown directive `@path`"},
		{"# @tiemout 5s\nGET http://h", "warning x.http:1:3: unknown directive `@tiemout`"},

		{"# @expect status == 200\nGET http://h", "warning x.http:1:3: unknown directive `@expect`"},

		// An expectation in Hurl's grammar.
		{"GET http://h\nHTTP 201\n[Asserts]\nheader \"a\" == \"b\"", "error x.http:2:1: `HTTP 201` is how Hurl says what it expects"},
		{"POST http://h\nA: b\n[Asserts]", "error x.http:3:1: `[Asserts]` is how Hurl says what it expects"},
		{"POST http://h\n\n[Asserts]", ""},

		// A check without its @.
		{"# assert status == 500\nGET http://h", "warning x.http:1:1: this is a comment, not the directive `@assert`"},
		{"GET http://h\n// @ assert body.a != \"b c\"", "warning x.http:2:1: this is a comment, not the directive `@assert`"},
		{"# assert that a == b\n# assert it\n# asserts a == b\n# see assert a == b\nGET http://h", ""},

		// A line that almost continues a directive.
		{"# @assert a\n#  and b\nGET http://h", "warning x.http:2:4: this line is a comment and does not continue `@assert`"},
		{"# @assert a\n#   and b\n#  || c\nGET http://h", "warning x.http:3:4: this line is a comment and does not continue `@assert`"},
		{"# @auth basic\n#  username=a\nGET http://h", "warning x.http:2:4: this line is a comment and does not continue `@auth`"},
		{"# @retry 3\n#  until a\nGET http://h", "warning x.http:2:4: this line is a comment and does not continue `@retry`"},
		{"# @assert a\n#  -- why\nGET http://h", "warning x.http:2:4: this line is a comment and does not continue `@assert`"},
		{"#@assert a\n# and b\nGET http://h", "warning x.http:2:3: this line is a comment and does not continue `@assert`"},
		{"# @assert a\n#  - a list\nGET http://h", ""},
		{"# @assert a\n#  android only\n#  and b\nGET http://h", ""},
		{"# @assert a\n# and so on\nGET http://h", ""},
		{"# @timeout 5\n#  and b\nGET http://h", ""},

		// A request that is taken for part of the body above.
		{"POST http://h\n\n{\"a\":1}\nGET http://h", "warning x.http:4:1: " + another},
		{"GET http://h\n\nPOST 127.0.0.1:8123/a\nX: y", "warning x.http:3:1: " + another},
		{"GET http://h\n\nget http://h HTTP/2", "warning x.http:3:1: " + another},
		{"GET http://h\n\n  Delete {{base}}/a", "warning x.http:3:3: " + another},
		{"GET http://h\n\nput localhost:1", "warning x.http:3:1: " + another},
		{"GET http://h\n\nrun #login", "warning x.http:3:1: " + another},
		{"GET http://h\nget http://h", "warning x.http:2:1: " + another},
		{"GET http://h\n\nHTTP/1.1 200 OK\n\nget http://h", "warning x.http:5:1: looks like another request, but is taken for part of the response above"},
		{"POST http://h\n\n{\"a\": [\n\"b\",\nget http://h\n]}", ""},
		{"POST http://h\n\na note\nget the file\nPost / Put\ndelete main.go\nput a.b/c into it\nDELETE FROM a", ""},
		{"POST http://h\nContent-Type: text/plain\n\nfirst\nGET /a", ""},

		// Half a placeholder. Only a body may be meant so.
		{"GET http://h/{{a", "error x.http:1:14: " + unclosed},
		{"GET http://h\n  ?a={{a} b", "error x.http:2:6: " + unclosed},
		{"GET http://h\nA: Bearer {{a}", "error x.http:2:11: " + unclosed},
		{"GET http://h\nA: b\n  {{c", "error x.http:3:3: " + unclosed},
		{"@a = {{b\nGET http://h", "error x.http:1:6: " + unclosed},
		{"# @auth bearer token={{a\nGET http://h", "error x.http:1:22: `@auth`: `{{` is never closed"},
		{"# @proxy \"http://{{a\"\nGET http://h", "error x.http:1:18: `@proxy`: `{{` is never closed"},
		{"GET http://h/\\{\\{a\nA: {{b}}{{\"}}\"}}", ""},
		{"POST http://h\n\n{{a", "warning x.http:3:1: " + unclosed + ", so it is sent as it stands"},
	}
	for _, test := range tests {
		f := Parse("x.http", []byte(test.in))
		checkInvariants(t, f)
		if got := messages(f); got != test.want {
			t.Errorf("%q gives\n%s\nwant\n%s", test.in, got, test.want)
		}
		for _, d := range f.Diagnostics {
			if d.Suggestion == "" {
				t.Errorf("%q: %v has no suggestion", test.in, d)
			}
		}
	}
}

// A tab behind the comment mark indents far enough to continue a directive, but
// not one that stands behind a tab itself.
func TestTabContinuesDirective(t *testing.T) {
	for in, want := range map[string]string{
		"# @assert a\n#\tand b\nGET http://h":      "a and b",
		"#\t@assert a\n#\t\tand b\nGET http://h":   "a and b",
		"#\t@assert a\n#\t  and b\nGET http://h":   "a and b",
		"#\t@assert a\n#\ta comment\nGET http://h": "a",
	} {
		f := Parse("x.http", []byte(in))
		checkInvariants(t, f)
		d := f.Blocks[0].Directives
		if len(d) != 1 || d[0].Args.String() != want {
			t.Errorf("%q has directives %v, want one with %q", in, d, want)
		}
	}
}

// What acts without a request of its own must become a node wherever it stands:
// a file of nothing but calls would otherwise pass.
func TestNodesWithoutRequest(t *testing.T) {
	constructs := []struct{ in, want string }{
		{"import ./x.http", "  import run false path \"./x.http\" name \"\"\n"},
		{"import x.rest", "  import run false path \"x.rest\" name \"\"\n"},
		{"run ./x.http", "  import run true path \"./x.http\" name \"\"\n"},
		{"run\t./x.http (@a=1, @b=\"x,y\")", "  import run true path \"./x.http\" name \"\" \"a\"=\"1\" \"b\"=\"\\\"x,y\\\"\"\n"},
		{"run #login", "  import run true path \"\" name \"login\"\n"},
		{"run #List open tickets (@a={{f(1, 2)}})", "  import run true path \"\" name \"List open tickets\" \"a\"=\"{{f(1, 2)}}\"\n"},
		{"?? status == 500", "  httpYac assertion: status \"\" not false == \"500\"\n"},
		{"??status == 500", "  httpYac assertion: status \"\" not false == \"500\"\n"},
		{"  ?? js response.statusCode == 500", "  httpYac assertion: js \"response.statusCode\" not false == \"500\"\n"},
		{"> {% client.test(1) %}", "  response script event 1 for jetbrains code \" client.test(1) \" path \"\" global false\n"},
		{"> {%\nclient.log(1)\n%}", "  response script event 1 for jetbrains code \"\\nclient.log(1)\\n\" path \"\" global false\n"},
		{"> ./after.js", "  response script event 1 for jetbrains code \"\" path \"./after.js\" global false\n"},
		{"< {% f() %}", "  pre-request script event 0 for jetbrains code \" f() \" path \"\" global false\n"},
		{"< ./before.js", "  pre-request script event 0 for jetbrains code \"\" path \"./before.js\" global false\n"},
		{"{{\nexports.a = 1\n}}", "  httpYac script event 0 for httpyac code \"exports.a = 1\\n\" path \"\" global false\n"},
		{"{{@response\ntest.status(200)\n}}", "  httpYac script event 1 for httpyac code \"test.status(200)\\n\" path \"\" global false\n"},
		{"{{+after\na()\n}}", "  httpYac script event 3 for httpyac code \"a()\\n\" path \"\" global true\n"},
		{">> out.json", "  output \"out.json\" overwrite false\n"},
		{">>! out.json", "  output \"out.json\" overwrite true\n"},
		{"proto < ./a.proto", "  proto \"./a.proto\" options 0\n"},
		{"EXPECTED_RESPONSE_STATUS 200", "  httprunner assertion: status \"\" not false == \"200\"\n"},
		{"> EXPECTED_RESPONSE_STATUS 200", "  httprunner assertion: status \"\" not false == \"200\"\n"},
		{"EXPECTED_RESPONSE_BODY \"a b\"", "  httprunner assertion: body \"\" not false contains \"a b\"\n"},
		{"EXPECTED_RESPONSE_HEADERS \"X-A: b\"", "  httprunner assertion: header \"X-A\" not false == \"b\"\n"},
	}
	places := []struct {
		name, before, after string
		block               int
	}{
		{"alone in the file", "", "", 0},
		{"in the preamble", "@a = b\n\n", "\n\n###\nGET http://h", 0},
		{"in a block", "###\nGET http://h\n\n### title\n# a comment\n", "\n", 2},
	}
	for _, c := range constructs {
		for _, place := range places {
			f := Parse("x.http", []byte(place.before+c.in+place.after))
			checkInvariants(t, f)
			got := dumpBlock(f.Blocks[place.block])
			if !strings.HasSuffix(got, c.want) || strings.Count(got, "\n") > 3 || f.Blocks[place.block].Request != nil {
				t.Errorf("%q %s is read as\n%swant\n%s", c.in, place.name, got, c.want)
			}
			if f.Diagnostics.HasErrors() {
				t.Errorf("%q %s: %v, want no error here", c.in, place.name, f.Diagnostics)
			}
		}
	}
}

// httpYac takes ??status for an assertion; it must not become part of the URL or
// of the body.
func TestAssertionWithoutBlank(t *testing.T) {
	for _, in := range []string{"GET http://h/a\n??status == 200", "GET http://h/a\n\n??status == 200"} {
		f := Parse("x.http", []byte(in))
		checkInvariants(t, f)
		b := f.Blocks[0]
		if brief(f) != "GET http://h/a" || len(b.Assertions) != 1 || b.Assertions[0].Span != (diag.Span{Start: strings.Index(in, "?"), End: len(in)}) {
			t.Errorf("%q is read as %s with %+v", in, brief(f), b.Assertions)
		}
	}
}
