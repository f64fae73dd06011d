package report

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

func TestWrapLines(t *testing.T) {
	const red, reset = string(diag.Red), "\x1b[0m"
	tests := []struct{ name, in, want string }{
		{"a line that fits", "0123456789 0123456789\n", "0123456789 0123456789\n"},
		{"at the last blank", "one two three four five six\n", "one two three four\n  five six\n"},
		{"more than once", "= help: one two three four five six seven eight\n", "= help: one two three\n  four five six seven\n  eight\n"},
		{"the indentation is kept", "    one two three four five\n", "    one two three\n      four five\n"},
		{"a word wider than the line stays whole", "see https://example.com/a/long/path now\n", "see\n  https://example.com/a/long/path\n  now\n"},
		{"SGR sequences take no room", red + "one two three four" + reset + " five six\n", red + "one two three four" + reset + "\n  five six\n"},
		{"wide characters take two columns", "日本語日本語 日本語日本語\n", "日本語日本語\n  日本語日本語\n"},
		{"quoted source", "   9 | # @assert x=2\n     | ^^^\n", "   9 | # @assert x=2\n     | ^^^\n"},
		{"a name may stand at the start", "one two three four `five` \"six\"\n", "one two three four\n  `five` \"six\"\n"},
		{"commands of CI systems may not", "one two three four ::error::x :: five\n", "one two three\n  four ::error::x ::\n  five\n"},
		{"marks of ours may not", "one two three four ✓ six > y < z | a = b\n", "one two three four ✓\n  six > y < z | a = b\n"},
		{"an operator goes with what is before it", "  it is that 1234 == 3\n", "  it is that 1234 ==\n    3\n"},
		{"values are broken anywhere", "     |   a = one two three four\n", "     |   a = one two\n     |     three four\n"},
		{"values in colour", string(diag.Dim) + "     | " + reset + "  a = one two three four\n", string(diag.Dim) + "     | " + reset + "  a = one two\n" + string(diag.Dim) + "     | " + reset + "    three four\n"},
		{"several lines", "one\ntwo three four five six\n", "one\ntwo three four five\n  six\n"},
		{"no line end", "one two three four five", "one two three four\n  five"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := wrapLines(tt.in, 21); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// Wrapping loses nothing, and the lines of a log are whole: its readers search
// them.
func TestLogsAreNotWrapped(t *testing.T) {
	const summary = "a message of many words that takes more room than the default width of a terminal has, so that it would have to be wrapped at a blank if this were one"
	message := []*runner.Event{ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{Severity: diag.Error, Summary: summary}})}
	whole := "error: " + summary + "\n"
	if out := log(t, ConsoleOptions{}, message); out != whole {
		t.Errorf("a log holds %q", out)
	}
	out := log(t, ConsoleOptions{Width: 40}, message)
	if strings.Count(out, "\n") < 3 || strings.Join(strings.Fields(out), " ")+"\n" != whole {
		t.Errorf("a terminal shows\n%s", out)
	}
	for l := range strings.Lines(out) {
		if w := diag.DisplayWidth(strings.TrimSuffix(l, "\n")); w > 40 {
			t.Errorf("%d columns: %q", w, l)
		}
	}
}
