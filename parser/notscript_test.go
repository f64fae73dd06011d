package parser

import (
	"strings"
	"testing"
)

// What was meant as a script or a check, and is none, must be told: it would be
// sent or dropped, and the run be green. What may be meant for the body is left
// alone, and what is clear runs.
func TestNotScript(t *testing.T) {
	const (
		behind = "text behind the `%}` that ends a script"
		below  = "warning x.http:4:1: this stands behind a script for the answer, and is sent as part of the body"
		script = "warning x.http:3:1: this looks like a script, but is sent as part of the body"
		check  = "this looks like a check, but is sent as part of the "
	)
	for _, test := range []struct {
		in      string
		want    string // messages, one a line; none if empty
		scripts int
	}{
		// behind the end of a script
		{"GET http://h\n\n> {% a() %} > {% b() %}\n", "error x.http:3:13: a second script on the line that ends the first does not run", 1},
		{"GET http://h\n\n> {% a() %} b()\n", "error x.http:3:13: " + behind, 1},
		{"GET http://h\n\n> {%\na()\n%}; b()\n", "error x.http:5:3: " + behind, 1},
		{"< {% a() %} GET http://h\n\n", "error x.http:1:13: " + behind, 1},
		{"GET http://h\n\n> {% a() %} // checked\n", "", 1},
		{"GET http://h\n\n> {% a() %}  \t\n", "", 1},
		{"GET http://h\n\n> {% // not %} here\na()\n%}\n", "error x.http:3:16: " + behind + "\n" + below, 1},
		{"GET http://h\n\n> {% // it ends with %}\na()\n%}\n", below + "\n" +
			"error x.http:5:1: this ends no script: the one above ends at its first `%}`, on line 3", 1},
		{"GET http://h\n\n> {% a() %}\n\n> {% b() %}\n###\nPOST http://h\n\n%}\n", "", 2},
		{"< {% a() %}\nPOST http://h\n\n%}\n", "", 1},
		{"POST http://h\n\n> {% a() %}\n\nx\ny\n", "warning x.http:5:1: this stands behind a script for the answer, and is sent as part of the body", 1},
		{"POST http://h\n\nx\n> {% a() %}\n\n# y\n\nHTTP/1.1 200 OK\n\nz\n", "", 1},

		// openings that are none
		{"GET http://h\n\n>> {% a() %}\n", "error x.http:3:1: this opens no script", 1},
		{"GET http://h\n\n>>! {%\na()\n%}\n", "error x.http:3:1: this opens no script", 1},
		{"GET http://h\n\n>! {% a() %}\n", "error x.http:3:1: this opens no script", 1},
		{"GET http://h\n> lua {% a() %}\n", "error x.http:2:1: this opens no script", 1},
		{"<< {% a() %}\nGET http://h\n", "error x.http:1:1: this opens no script", 1},
		{"GET http://h\n\n>> a{%x%}.json\n", "", 0},
		{"POST http://h\nContent-Type: text/markdown\n\n> quote {% x %}\n", "", 0},
		{"GET http://h\n\n>\u00a0{% a() %}\n", "", 1},
		{"GET http://h\n\n\u200b> {%\na()\n%}\n", "", 1},
		{"<\u00a0{% a() %}\nGET http://h\n", "", 1},

		// scripts of httpYac
		{"POST http://h\n\n{{@respnse\na()\n}}\n", "error x.http:3:1: a script has no event `@respnse`", 0},
		{"POST http://h\n\n{{+finally\na()\n}}\n", "error x.http:3:1: a script has no event `+finally`", 0},
		{"POST http://h\n\n{{@response a()\n}}\n", "error x.http:3:1: text behind `{{@response`, which opens a script", 0},
		{"POST http://h\n\n{{@response\na()\n", "error x.http:3:1: a script that is never closed", 0},
		{"{{@requst\na()\n}}\nGET http://h\n", "error x.http:1:1: a script has no event `@requst`", 0},
		{"POST http://h\nContent-Type: text/html\n\n{{@index}}\n{{@root\n", "warning x.http:5:1: `{{` is never closed on this line, so it is sent as it stands", 0},
		{"POST http://h\n\n{{@after\na()\n}}\n", "", 1},

		// blocks without their mark
		{"GET http://h\n\n{% client.test('a', f) %}\n", script, 0},
		{"GET http://h\n\n{%\n  client.assert(true)\n%}\n", script, 0},
		{"POST http://h\nContent-Type: text/plain\n\n{% if client %}\na\n{% endif %}\n", "", 0},
		{"POST http://h\nContent-Type: text/plain\n\na\n{% client.test('a', f) %}\n", "", 0},
		{"POST http://h\nContent-Type: text/plain\n\n{% client.name %} is here\n", "", 0},

		// half of ??
		{"GET http://h\n\n? status == 500\n", "warning x.http:3:1: " + check + "body", 0},
		{"GET http://h\n? body a.b isTrue\n", "warning x.http:2:1: " + check + "query", 0},
		{"GET http://h\n? status=5\n& page == 2\n", "", 0},
		{"POST http://h\nContent-Type: text/plain\n\n? status of all\n", "", 0},
	} {
		f := Parse("x.http", []byte(test.in))
		checkInvariants(t, f)
		if got := messages(f); got != test.want {
			t.Errorf("%q gives\n%s\nwant\n%s", test.in, got, test.want)
		}
		scripts := 0
		for _, b := range f.Blocks {
			scripts += len(b.Scripts)
		}
		if scripts != test.scripts {
			t.Errorf("%q has %d scripts, want %d", test.in, scripts, test.scripts)
		}
	}
}

// The help says what to write.
func TestNotScriptHelp(t *testing.T) {
	for in, want := range map[string]string{
		"GET http://h\n\n>> {% a() %}\n":           "write `> {%`",
		"POST http://h\n\n{{@respnse\na()\n}}\n":   "did you mean `@response`?",
		"POST http://h\n\n{{@finally\na()\n}}\n":   "`@responseLogging`",
		"GET http://h\n\n? status == 500\n":        "`??`",
		"GET http://h\n\n{% client.test('a') %}\n": "write `> {%`",
	} {
		f := Parse("x.http", []byte(in))
		if len(f.Diagnostics) != 1 || !strings.Contains(f.Diagnostics[0].Suggestion, want) {
			t.Errorf("%q: %+v, want the help %s", in, f.Diagnostics, want)
		}
	}
}
