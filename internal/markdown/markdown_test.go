package markdown

import (
	"os"
	"strings"
	"testing"

	"github.com/postrider/postrider/docs"
	"github.com/postrider/postrider/internal/diag"
)

// Every construct that the manual uses has its form on a terminal.
func TestRender(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"headings", "# A *b* `c`\nText.\n## D\n", "A b `c`\n\n  Text.\n\nD\n"},
		{"a paragraph is filled", "one two three\nfour five six seven eight\n", "  one two three four five\n  six seven eight\n"},
		{"a long word stays whole", "a bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb c", "  a\n  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n  c\n"},
		{"marks", `**bold**, *slanted*, 3 * 4 * 5, \*, a_b`, "  bold, slanted, 3 * 4 * 5,\n  *, a_b\n"},
		{"code", "`a | *b*` and ``c`d``", "  `a | *b*` and ``c`d``\n"},
		{"code that is not closed", "it costs 5` now", "  it costs 5` now\n"},
		{"links", "[a b](x.md#y), [`c`](z) [PR201] [d", "  a b, `c` [PR201] [d\n"},
		{"a list", "Text:\n* one two three four five six\n  seven\n* **b**\n\n* c\n\nEnd", "  Text:\n\n  * one two three four five\n    six seven\n  * b\n  * c\n\n  End\n"},
		{"a numbered list", "1. a\n2. b\nc", "  1. a\n  2. b c\n"},
		{"a number is no list", "in the year\n1999. What", "  in the year 1999. What\n"},
		{"fenced code", "a\n```http file=x\nGET {{x}}\n\n  *b*\n```\nc", "  a\n\n    GET {{x}}\n\n      *b*\n\n  c\n"},
		{"a fence without an end", "```\na", "    a\n"},
		{"indented code", "a:\n\n    b  **c**\n    d", "  a:\n\n    b  **c**\n    d\n"},
		{"a table", "| A | `b` |\n|---|:-:|\n| `x\\|y` | 1 |\n| z |\n", "  A      `b`\n  -----  ---\n  `x|y`  1\n  z\n"},
		{"a table without a head", "| | |\n|-|-|\n| a | b |\n", "  a  b\n"},
		{"a wide table", "| A | B | C |\n|---|---|---|\n| a | b b b b b b b b b b b b | c c c c c c c c c c c c |\n| d | | e |\n",
			"  a\n    B: b b b b b b b b b b b\n      b\n    C: c c c c c c c c c c c\n      c\n\n  d\n    C: e\n"},
		{"no table", "| a\nb", "  | a b\n"},
		{"wide characters", "| 字 | b |\n|-|-|\n| a | c |\n", "  字  b\n  --  -\n  a   c\n"},
		{"nothing", "", "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := (Renderer{Width: 28}).Render(tt.text); got != tt.want {
				t.Errorf("shown is\n%q\nwanted\n%q", got, tt.want)
			}
		})
	}
}

// With colours, headings and bold text are bold, and code is coloured in place
// of its backquotes; each word by itself, so that lines can break between them.
func TestColor(t *testing.T) {
	got := Renderer{Color: true}.Render("# A\n**b c** `d e`, f\n")
	want := "\x1b[1mA\x1b[0m\n\n  \x1b[1mb\x1b[0m \x1b[1mc\x1b[0m \x1b[36md\x1b[0m \x1b[36me\x1b[0m, f\n"
	if got != want {
		t.Errorf("shown is\n%q\nwanted\n%q", got, want)
	}
}

// A table whose cells go on over several lines stays within the width.
func TestTableWithinWidth(t *testing.T) {
	got := Renderer{Width: 40}.Render("| Key | What it means |\n|---|---|\n| a | one two three four five six seven eight nine |\n")
	want := `  Key  What it means
  ---  ---------------------------------
  a    one two three four five six seven
       eight nine
`
	if got != want {
		t.Errorf("shown is\n%s\nwanted\n%s", got, want)
	}
}

// No line of the manual is wider than the terminal, but for code and for single
// words, and no mark of Markdown is left over.
func TestManualFits(t *testing.T) {
	for _, name := range docs.Chapters() {
		text, ok := docs.Chapter(name)
		if !ok || text == "" {
			t.Fatalf("no chapter %s", name)
		}
		for _, width := range []int{60, 80, 100} {
			for line := range strings.Lines(Renderer{Width: width}.Render(text)) {
				line = strings.TrimSuffix(line, "\n")
				code := strings.HasPrefix(line, strings.Repeat(" ", codeIndent))
				if !code && diag.DisplayWidth(line) > width && len(strings.Fields(line)) > 1 {
					t.Errorf("%s at %d: %d columns: %s", name, width, diag.DisplayWidth(line), line)
				}
				if !code && !strings.Contains(line, "`") && (strings.Contains(line, "](") || strings.Contains(line, "**") || strings.HasPrefix(line, "#")) {
					t.Errorf("%s: a mark is left: %s", name, line)
				}
			}
		}
	}
}

// Whatever the text, it is shown, and nothing but blanks and marks gets lost.
func FuzzRender(f *testing.F) {
	page, err := os.ReadFile("../../docs/dialects.md")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{string(page), "|", "|\n|-|", "| |\n|-|\n|a|b|", "```", "1.", "* ", "`a", "[a](b", "# ", "**", "\\"} {
		f.Add(seed, 80)
	}
	f.Fuzz(func(t *testing.T, text string, width int) {
		got := Renderer{Width: width % 200}.Render(text)
		if !strings.HasSuffix(got, "\n") {
			t.Errorf("no line: %q", got)
		}
		letters := func(s string) int { return strings.Count(s, "e") }
		if strings.ContainsAny(text, "|[`\\") { // what a table, a link or an info string may hide
			return
		}
		if letters(got) != letters(text) {
			t.Errorf("%d letters of %d are shown: %q", letters(got), letters(text), got)
		}
	})
}
