package parser

import (
	"strings"
	"testing"
)

var added = []string{"@assert status == 200", `@assert body["a"] == "# -- x"`, "@capture id = body.id"}

// TestAddDirectives protects the bytes of a file to which directives are added:
// they stand above the request line, and nothing else changes.
func TestAddDirectives(t *testing.T) {
	tests := []struct {
		name, file, text string
		line             int
		want             string // + stands for the directives
	}{
		{"alone", "a.http", "GET http://h\n", 1, "+GET http://h\n"},
		{"without a last line end", "a.http", "GET http://h", 1, "+GET http://h"},
		{"behind directives", "a.http", "### x\n# @name n\n\nGET http://h\n", 4, "### x\n# @name n\n\n+GET http://h\n"},
		{"behind a comment", "a.http", "### x\n# says\nGET http://h\n", 3, "### x\n# says\n+GET http://h\n"},
		{"with slashes", "a.http", "### x\n// @name n\nGET http://h\n", 3, "### x\n// @name n\n//+GET http://h\n"},
		{"indented", "a.http", "### x\n  GET http://h\n", 2, "### x\n  +  GET http://h\n"},
		{"the second of two", "a.http", "GET http://h\nX:  y \n\n{}\n\n###\nPOST http://h\n\n{ \"a\":1}", 7, "GET http://h\nX:  y \n\n{}\n\n###\n+POST http://h\n\n{ \"a\":1}"},
		{"with a byte order mark", "a.http", "\ufeffGET http://h\n", 1, "\ufeff+GET http://h\n"},
		{"CRLF", "a.http", "### x\r\nGET http://h\r\n", 2, "### x\r\n+GET http://h\r\n"},
		{"mixed line ends", "a.http", "### x\r\nGET http://h\n", 2, "### x\r\n+GET http://h\n"},
		{"behind a variable and a script", "a.http", "###\n@a = 1\n< {% x %}\nGET http://h\n", 4, "###\n@a = 1\n< {% x %}\n+GET http://h\n"},
		{"a command", "a.http", "### x\ncurl http://h \\\n  -d a=b\n", 2, "### x\n+curl http://h \\\n  -d a=b\n"},
		{"in Markdown", "a.md", "# Title\n\n```http\nGET http://h\n```\n\ntext\n", 4, "# Title\n\n```http\n+GET http://h\n```\n\ntext\n"},
		{"in an indented fence", "a.md", "* a\n\n  ```http\n  GET http://h\n  ```\n", 4, "* a\n\n  ```http\n  +  GET http://h\n  ```\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := Parse(test.file, []byte(test.text))
			b := f.RequestAt(test.line)
			if b == nil {
				t.Fatalf("no request at line %d", test.line)
			}
			got, err := AddDirectives(f, b, added)
			if err != nil {
				t.Fatal(err)
			}
			at := strings.Index(test.want, "+")
			start := strings.LastIndexByte(test.want[:at], '\n') + 1
			lead, mark, end := strings.TrimPrefix(test.want[start:at], "\ufeff"), "#", "\n"
			if strings.HasSuffix(lead, "//") {
				lead, mark = "", "//"
				test.want = strings.Replace(test.want, "//+", "+", 1)
			}
			if line := strings.Index(test.want[at:], "\r\n"); line >= 0 && !strings.Contains(test.want[at:][:line], "\n") {
				end = "\r\n"
			}
			lines := mark + " " + strings.Join(added, end+lead+mark+" ") + end
			if want := strings.Replace(test.want, "+", lines, 1); string(got) != want {
				t.Errorf("got\n%q\nwant\n%q", got, want)
			}
		})
	}
}

// TestAddDirectivesRefuses protects against lines that would be read as something
// else than directives of the request.
func TestAddDirectivesRefuses(t *testing.T) {
	f := Parse("a.http", []byte("POST http://h\n\n{}\nGET http://h\n"))
	for _, b := range f.Blocks {
		if b.Request == nil {
			continue
		}
		for _, d := range []string{"@assert", "no directive", "@assert x == 1\nGET http://elsewhere", "@asert x"} {
			if got, err := AddDirectives(f, b, []string{d}); err == nil {
				t.Errorf("%q was added:\n%s", d, got)
			}
		}
	}
	if b := f.RequestAt(2); b != nil {
		t.Error("there is a request at line 2")
	}
}

// FuzzAddDirectives protects every other byte of whatever file there is.
func FuzzAddDirectives(f *testing.F) {
	for _, seed := range []string{"GET http://h\n", "### a\n# @name b\nGET http://h\r\nX: y\r\n\r\n{}\n###\ncurl h", "\ufeffhttp://h", "```http\nGET h\n```", "GET h\n\n\nGET h\n", "POST h\n\n# x\nGET h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"a.http", "a.md"} {
			parsed := Parse(name, []byte(text))
			for _, b := range parsed.Blocks {
				if b.Request == nil {
					continue
				}
				got, err := AddDirectives(parsed, b, added)
				if err != nil {
					continue
				}
				n := len(got) - len(text)
				i := 0
				for i < len(text) && got[i] == text[i] {
					i++
				}
				found := false
				for at := i; at >= 0 && !found; at-- { // where what was put in may begin
					found = string(got[:at])+string(got[at+n:]) == text
				}
				if !found {
					t.Errorf("%q has become %q", text, got)
				}
			}
		}
	})
}
