package parser

import "testing"

// A block of httpYac belongs before the request only if it stands above the request
// line: below it, it reads the answer, with a blank line in front of it or without.
func TestBlockScriptEvent(t *testing.T) {
	const block = "{{\n  f();\n}}\n"
	for text, want := range map[string]ScriptEvent{
		"###\n" + block + "GET https://example.com\n":          BeforeRequest,
		"###\nGET https://example.com\n" + block:               AfterResponse,
		"###\nGET https://example.com\nX-A: 1\n" + block:       AfterResponse,
		"###\nGET https://example.com\n\n" + block:             AfterResponse,
		"###\nGET https://example.com\n{{request\n f();\n}}\n": BeforeRequest,
	} {
		f := Parse("a.http", []byte("# @dialect httpyac\n"+text))
		var found []ScriptEvent
		for _, b := range f.Blocks {
			for _, s := range b.Scripts {
				found = append(found, s.Event)
			}
		}
		if len(found) != 1 || found[0] != want {
			t.Errorf("%q\nevents %v, want %v", text, found, want)
		}
	}
}
