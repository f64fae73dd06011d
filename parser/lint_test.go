package parser

import (
	"fmt"
	"strings"
	"testing"
)

// lintText returns what Lint finds, "CODE line:column" each.
func lintText(f *File) string {
	var found []string
	for _, d := range f.Lint() {
		at := f.Source.Position(d.Subject.Start)
		found = append(found, fmt.Sprintf("%s %d:%d", d.Code, at.Line, at.Column))
	}
	return strings.Join(found, ", ")
}

// Each lint must find its construct, and leave alone what only resembles it and
// files of a tool that reads it as we do.
func TestLint(t *testing.T) {
	const yaml = "POST http://h\nContent-Type: application/yaml\n\n"
	const script = "\n\n> {% client.log(1) %}\n"
	tests := []struct{ name, text, want string }{
		{"nothing", "### A\n# @name a\nGET http://h\nAccept: a, b\n\n### B\nGET http://h/b?a=1\n", ""},

		{"no separator", "GET http://h\n\nGET http://h/b\n\nGET http://h/c\n", "PR601 3:1"},
		{"separator", "GET http://h\n\n###\nGET http://h/b\n", ""},
		{"preamble without separator", "@a = 1\n\nGET http://h/{{a}}\n", ""},
		{"no separator in httpYac", "# @dialect httpyac\nGET http://h\n\nGET http://h/b\n", ""},

		{"variable behind a body", "POST http://h\n\n{}\n\n@a = 1\n", "PR602 5:1"},
		{"variable before a body", "POST http://h\n@a = 1\n\n{}\n", ""},
		{"variable behind a separator", "POST http://h\n\n{}\n\n###\n@a = 1\n", ""},
		{"variable behind a body in Visual Studio", "# @dialect vs\nPOST http://h\n\n{}\n\n@a = 1\n", ""},

		{"folded header", "GET http://h\nAccept: a,\n  b\n", "PR603 3:3"},
		{"folded header in JetBrains", "GET http://h\nAccept: a,\n  b" + script, ""},
		{"folded header in VS Code", "# @dialect vscode\nGET http://h\nAccept: a,\n  b\n", "PR603 4:3"},

		{"data comment", yaml + "# one\na: 1\n# two\n", "PR604 4:1"},
		{"data without comments", yaml + "a: 1 # one\n", ""},
		{"comment in JSON", "POST http://h\n\n// one\n{}\n", ""},

		{"timestamp", "GET http://h?{{$timestamp}}&{{$timestamp -1 d}}\n", "PR605 1:16"},
		{"timestamp that is moved", "GET http://h?{{$timestamp -1 d}}\n", ""},
		{"timestamp behind one that is moved", "GET http://h?{{$timestamp -1 d}}&{{ $timestamp }}\n", "PR605 1:37"},
		{"timestamp in a comment", "# {{$timestamp}}\nGET http://h\n", ""},
		{"timestamp in JetBrains", "GET http://h?{{$timestamp}}" + script, ""},
		{"timestamp in httpYac", "# @dialect httpyac\nGET http://h?{{$timestamp}}\n", "PR605 2:16"},

		{"split path", "GET http://h\n  /a\n  /b\n", "PR606 2:3"},
		{"split query", "GET http://h\n  ?a=1\n  &b=2\n", ""},
		{"lines of a curl command", "curl http://h \\\n  -d 'a\n\n  b'\n", ""},
		{"version on its own line", "GET http://h\n  HTTP/1.1\n", ""},

		{"name with equals", "# @name = a\nGET http://h\n", "PR608 1:1"},
		{"glued equals", "# @name=a\nGET http://h\n", "PR608 1:1"},
		{"equals in a name", "# @name a=b\nGET http://h\n", ""},

		{"comma", "GET http://h\nX: a,\n", "PR610 2:1"},
		{"comma inside", "GET http://h\nX: a,b\n", ""},
		{"comma in httpYac", "# @dialect httpyac\nGET http://h\nX: a,\n", ""},

		{"indented separator", "GET http://h\n\n ### b\nGET http://h/b\n", "PR611 3:2"},

		{"quotes", "@a = \"x\"\nGET http://h/{{a}}\n", "PR612 1:6"},
		{"a quote", "@a = \"\n@b = x\"\nGET http://h/{{a}}{{b}}\n", ""},
		{"quotes in httpYac", "# @dialect httpyac\n@a = \"x\"\nGET http://h/{{a}}\n", ""},

		{"bare duration", "# @timeout 5\nGET http://h\n", "PR613 1:12"},
		{"duration", "# @timeout 5s\nGET http://h\n", ""},
		{"duration in a variable", "# @timeout {{t}}\nGET http://h\n", ""},
		{"bare duration in httpYac", "# @dialect httpyac\n# @timeout 5000\nGET http://h\n", ""},

		{"small letters", "get http://h\n", "PR614 1:1"},
		{"bare URL", "http://h\n", ""},

		{"tag with a blank", "POST http://h\n\n< a>\n", "PR615 3:1"},
		{"tag", "POST http://h\n\n<a>\n < b>\n", ""},

		{"Authentication", "GET http://h\nAuthentication: Bearer x\n", "PR701 2:1"},
		{"misspelt", "GET http://h\nContnet-Type: a/b\nAutorization: x\n", "PR701 2:1, PR701 3:1"},
		{"usual in any case", "GET http://h\ncontent-type: a/b\nAUTHORIZATION: x\nIf-Match: x\n", ""},
		{"of one's own", "GET http://h\nX-User-Agent: a\nWorkspace: b\nApi-Key: c\n", ""},

		{"redefined", "@a = 1\n\n###\nGET http://h/{{a}}\n\n###\n@a = 2\nGET http://h/{{a}}\n", "PR704 1:2"},
		{"redefined twice", "@a = 1\n@a = 2\n@a = 3\nGET http://h/{{a}}\n", "PR704 1:2"},
		{"defined the same", "@a = 1\n\n###\n@a = 1\nGET http://h/{{a}}\n", ""},

		{"comment behind a value", "@a = 1 # one\n@b = 2 // two\n@c = 3  #\nGET http://h\n", "PR706 1:8, PR706 2:8"},
		{"marks in a value", "@a = http://h/#f\n@b = #fff\n@c = C# 7\n@d = a//b\nGET http://h\n", ""},

		{"Markdown", "# Title\n\n```http\nGET http://h\n```\n\n```http\nGET http://h/b\n```\n", ""},
		{"header spread", "# @dialect httpyac\nGET http://h\n...headers\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := "a.http"
			if tt.name == "Markdown" {
				name = "a.md"
			}
			f := Parse(name, []byte(tt.text))
			if f.Diagnostics.HasErrors() {
				t.Fatalf("not read: %v", f.Diagnostics)
			}
			if got := lintText(f); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

// The note about $timestamp says what the run of the file does.
func TestLintTimestampUnit(t *testing.T) {
	for dialect, want := range map[string]string{"neutral": "in seconds here", "httpyac": "in milliseconds here", "kulala": "in milliseconds here"} {
		found := Parse("a.http", []byte("# @dialect "+dialect+"\nGET http://h?{{$timestamp}}\n")).Lint()
		if len(found) != 1 || !strings.Contains(found[0].Summary, want) {
			t.Errorf("%s: found %v, want a note that says %q", dialect, found, want)
		}
	}
}

// A construct that fills a file is told once, with how often it comes.
func TestLintCounts(t *testing.T) {
	found := Parse("a.http", []byte(strings.Repeat("GET http://h\n\n", 4))).Lint()
	if len(found) != 1 || !strings.HasSuffix(found[0].Detail, "; 2 more in this file") {
		t.Errorf("found %+v", found)
	}
}

// Lint looks at files that could not be read too.
func FuzzLint(f *testing.F) {
	f.Add("GET http://h\nA: b,\n c\n\n< x\n# y\n@a = \"1\" # c\n###\nget http://h\n  /a")
	f.Add("\xef\xbb\xbf# @name =\n @ = \n### \n{{$timestamp")
	f.Add("curl -H 'X\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range Parse("a.http", []byte(text)).Lint() {
			if d.Subject.Start < 0 || d.Subject.End > len(text) || d.Subject.Start > d.Subject.End {
				t.Errorf("%s at %v of %d bytes", d.Code, d.Subject, len(text))
			}
		}
	})
}
