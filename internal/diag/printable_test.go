package diag

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	tests := []struct{ name, text, want, lines string }{
		{"plain", "GET /ü 日本 👍🏽", "GET /ü 日本 👍🏽", "GET /ü 日本 👍🏽"},
		{"line ends and tabs", "a\r\nb\tc\n", `a\r\nb\tc\n`, "a\nb\tc\n"},
		{"lone carriage return", "safe\rfake", `safe\rfake`, `safe\rfake`},
		{"clear screen", "\x1b[2J", `\x1b[2J`, `\x1b[2J`},
		{"window title", "\x1b]0;owned\x07", `\x1b]0;owned\x07`, `\x1b]0;owned\x07`},
		{"C1 as a character", "\u009b2J", `\x9b2J`, `\x9b2J`},
		{"C1 as a byte", "\x9b2J", `\x9b2J`, `\x9b2J`},
		{"delete and null", "a\x7fb\x00", `a\x7fb\x00`, `a\x7fb\x00`},
		{"backspaces", "bad\b\b\bgood", `bad\x08\x08\x08good`, `bad\x08\x08\x08good`},
		{"right-to-left override", "exe.\u202egpj", `exe.\u202egpj`, `exe.\u202egpj`},
		{"isolates", "\u2066x\u2069", `\u2066x\u2069`, `\u2066x\u2069`},
		{"line separator", "a\u2028b", `a\u2028b`, `a\u2028b`},
		{"zero width space", "pass\u200bword", `pass\u200bword`, `pass\u200bword`},
		{"tags", "x\U000e0041", `x\U000e0041`, `x\U000e0041`},
		{"joiner of an emoji stays", "👩\u200d💻", "👩\u200d💻", "👩\u200d💻"},
		{"right-to-left text stays", "שלום", "שלום", "שלום"},
		{"commands of Azure Pipelines and TeamCity", "a ##vso[task.complete] ##teamcity[x]", `a #\x23vso[task.complete] #\x23teamcity[x]`, `a #\x23vso[task.complete] #\x23teamcity[x]`},
		{"commands of GitHub Actions anywhere", "##[error]###[a", `#\x23[error]##\x23[a`, `#\x23[error]##\x23[a`},
		{"commands with characters without weight", "#\u200d#v\ufe0fso\u034f[", "#\u200d\\x23v\ufe0fso\u034f[", "#\u200d\\x23v\ufe0fso\u034f["},
		{"workflow commands at the start", " \u00a0::error::a\n::b", " \u00a0\\x3a:error::a\\n::b", " \u00a0::error::a\n::b"},
		{"workflow commands without weight", ":\u200d:error::", "\\x3a\u200d:error::", ":\u200d:error::"},
		{"what looks like commands", "### Close [1] ## a #[b] :a a::b [::1]", "### Close [1] ## a #[b] :a a::b [::1]", "### Close [1] ## a #[b] :a a::b [::1]"},
		{"an address", "::1", "::1", "::1"},
		{"an address with a zone", "::1%::error::x", `\x3a:1%::error::x`, "::1%::error::x"},
		{"replacement character stays", "\ufffd", "\ufffd", "\ufffd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Printable(tt.text); got != tt.want {
				t.Errorf("Printable(%q) = %q, want %q", tt.text, got, tt.want)
			}
			if got := PrintableLines(tt.text); got != tt.lines {
				t.Errorf("PrintableLines(%q) = %q, want %q", tt.text, got, tt.lines)
			}
		})
	}
}

// obeyed returns the first character of s that a terminal would obey, or 0.
func obeyed(s string, allowed string) rune {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return r
			}
		}
		if (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) && !strings.ContainsRune(allowed, r) {
			return r
		}
	}
	return 0
}

// workflowCommand reports whether the runner of GitHub Actions takes a line for a
// command.
func workflowCommand(line string) bool {
	rest, found := strings.CutPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::")
	return found && strings.Contains(rest, "::")
}

func FuzzPrintable(f *testing.F) {
	f.Add("\x1b]8;;http://x\x1b\\ \u202e \x80 \r\n\t")
	f.Add("\r\n::error::x ##vso[ ###[")
	f.Add("::a")
	f.Fuzz(func(t *testing.T, s string) {
		once := Printable(s)
		if r := obeyed(once, ""); r != 0 {
			t.Fatalf("Printable(%q) holds %U", s, r)
		}
		if strings.Contains(once, "##[") || strings.Contains(once, "##vso[") || workflowCommand(once) {
			t.Fatalf("Printable(%q) holds a command: %q", s, once)
		}
		if Printable(once) != once {
			t.Fatalf("Printable(%q) is not printable", s)
		}
		if r := obeyed(PrintableLines(s), "\n\t"); r != 0 {
			t.Fatalf("PrintableLines(%q) holds %U", s, r)
		}
	})
}

func TestShorten(t *testing.T) {
	tests := []struct {
		text  string
		width int
		want  string
	}{
		{"hello", 5, "hello"},
		{"hello", 4, "hel…"},
		{"hello", 1, "…"},
		{"hello", 0, ""},
		{"", 0, ""},
		{"日本語", 6, "日本語"},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日…"},
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		{"äöü", 3, "äöü"},
		{"ab\xff\xff\xff", 4, "ab\xff…"},
	}
	for _, tt := range tests {
		got := Shorten(tt.text, tt.width)
		if got != tt.want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.want)
		}
		if DisplayWidth(got) > max(tt.width, 0) {
			t.Errorf("Shorten(%q, %d) takes %d columns", tt.text, tt.width, DisplayWidth(got))
		}
	}
}

func TestDisplayWidth(t *testing.T) {
	for text, want := range map[string]int{
		"":         0,
		"abc":      3,
		"日本":       4,
		"e\u0301":  1,
		"👍":        2,
		"👩\u200d💻": 2, // joined
		"한글":       4,
		"ｶﾅ":       2, // half width
		"✓ ✗ ○":    5,
	} {
		if got := DisplayWidth(text); got != want {
			t.Errorf("DisplayWidth(%q) = %d, want %d", text, got, want)
		}
	}
}
