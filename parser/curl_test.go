package parser

import (
	"strings"
	"testing"
)

// curlBody returns the text of a body, its files as @path.
func curlBody(b *Body) string {
	if b == nil {
		return ""
	}
	var text strings.Builder
	for _, p := range b.Parts {
		if p.Path.IsZero() {
			text.WriteString(p.Text.String())
		} else {
			text.WriteString("@" + p.Path.String())
		}
	}
	return text.String()
}

// A quote that spans lines ends where the shell ends it, so that a command is
// neither cut short nor runs on into what follows it.
func TestCurlQuotes(t *testing.T) {
	tests := []struct{ in, body string }{
		{"curl http://h -d 'a\n\nb'", "a\n\nb"},
		{"curl http://h -d $'it\\'s\n\nb'", "it's\n\nb"},
		{"curl http://h -d $'it\\'s'\n\n# a comment", "it's"},
		{"curl http://h -d $'\\\\'\n\n# it's a comment", `\`},
		{"curl http://h -d \"a \\\" '\n\nb\"", "a \" '\n\nb"},
		{"curl http://h -d 'a\\'\n\n# it's a comment", `a\`},
		{"curl http://h -d {{f(\"it's\")}}\n\n# a comment", `{{f("it's")}}`},
	}
	for _, tt := range tests {
		f := Parse("x.http", []byte(tt.in))
		if len(f.Diagnostics) > 0 {
			t.Errorf("%q: %v", tt.in, f.Diagnostics)
		}
		if got := curlBody(f.Blocks[0].Request.Body); got != tt.body {
			t.Errorf("%q: body %q, want %q", tt.in, got, tt.body)
		}
	}
}
