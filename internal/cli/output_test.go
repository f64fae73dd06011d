package cli

import (
	"strings"
	"testing"
	"unicode"
)

// What a server has sent is shown by a terminal, and not obeyed, however it comes
// in pieces. Nothing of it is lost.
func TestTerminalWriter(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"text", "a\r\nb\n", "a\nb\n"},
		{"no end of line", "é漢👩‍👧", "é漢👩‍👧\n"},
		{"controls", "\x1b[2J\x1b]0;owned\x07\u202ex\x9b31m", `\x1b[2J\x1b]0;owned\x07\u202ex\x9b31m` + "\n"},
		{"binary", "\xff\xfe\x00\xe6\xbc", `\xff\xfe\x00\xe6\xbc` + "\n"},
		{"a carriage return at the end", "a\r", `a\r` + "\n"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		for size := 1; size <= 8; size++ {
			var b strings.Builder
			w := &terminalWriter{w: &b}
			for rest := tt.text; rest != ""; {
				n := min(size, len(rest))
				if written, err := w.Write([]byte(rest[:n])); err != nil || written != n {
					t.Fatal(written, err)
				}
				rest = rest[n:]
			}
			if err := w.end(); err != nil {
				t.Fatal(err)
			}
			if b.String() != tt.want {
				t.Errorf("%s in pieces of %d: %q, want %q", tt.name, size, b.String(), tt.want)
			}
			if i := strings.IndexFunc(b.String(), func(r rune) bool { return r != '\n' && unicode.IsControl(r) }); i >= 0 {
				t.Errorf("%s: the terminal gets %q", tt.name, b.String()[i:])
			}
		}
	}
}
