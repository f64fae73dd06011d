package cli

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/postrider/postrider/runner"
)

// What is typed becomes the value, and what cannot be one is asked again.
func TestAsk(t *testing.T) {
	for _, tt := range []struct {
		name     string
		question runner.Question
		typed    string
		want     string
		wantErr  string
		asked    int
	}{
		{"an answer", runner.Question{Label: "name"}, "Ann\n", "Ann", "", 1},
		{"a line end of Windows", runner.Question{Label: "name"}, "Ann\r\n", "Ann", "", 1},
		{"blanks belong to the answer", runner.Question{Label: "name"}, " Ann \n", " Ann ", "", 1},
		{"the default", runner.Question{Label: "name", Default: "me"}, "\n", "me", "", 1},
		{"no answer", runner.Question{Label: "name"}, "\n", "", "", 1},
		{"the end of the input", runner.Question{Label: "name", Default: "me"}, "", "", "the input ended", 1},
		{"a choice by number", runner.Question{Choices: []string{"a", "b"}}, "2\n", "b", "", 1},
		{"a choice by value", runner.Question{Choices: []string{"a", "2"}}, "2\n", "2", "", 1},
		{"a second try", runner.Question{Choices: []string{"a", "b"}}, "3\na\n", "a", "", 2},
		{"no choice", runner.Question{Choices: []string{"a", "b"}}, "3\n\n0\na\n", "", "the answer was none of the choices", 3},
		{"hidden", runner.Question{Label: "pin", Secret: true}, "", "1234", "", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			a := &asker{in: bufio.NewReader(strings.NewReader(tt.typed)), out: &out, readHidden: func() (string, error) { return "1234", nil }}
			got, err := a.ask(t.Context(), tt.question)
			if got != tt.want || (err != nil) != (tt.wantErr != "") || err != nil && err.Error() != tt.wantErr {
				t.Errorf("got %q, %v, want %q, %s", got, err, tt.want, tt.wantErr)
			}
			if n := strings.Count(out.String(), "asked for by"); n != tt.asked {
				t.Errorf("asked %d times, want %d:\n%s", n, tt.asked, out.String())
			}
			if strings.Contains(out.String(), "1234") {
				t.Errorf("what is hidden is shown: %q", out.String())
			}
		})
	}
}

// Ctrl-C ends a question at once, and gives the terminal back.
func TestAskInterrupted(t *testing.T) {
	r, w := io.Pipe() // nobody writes
	defer w.Close()
	restored := false
	a := &asker{in: bufio.NewReader(r), out: io.Discard, restore: func() { restored = true }}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.ask(ctx, runner.Question{Label: "name"}); err == nil || restored {
		t.Errorf("error %v of a run that had ended before, restored %t", err, restored)
	}
	ctx, cancel = context.WithCancel(t.Context())
	asked := &firstWrite{then: cancel}
	a.out = asked
	if _, err := a.ask(ctx, runner.Question{Label: "name"}); err == nil || !restored {
		t.Errorf("error %v, restored %t", err, restored)
	}
	asked.n = 0
	if _, err := a.ask(ctx, runner.Question{Label: "next"}); err == nil || asked.n != 0 {
		t.Errorf("error %v, %d writes: the first reader is still there", err, asked.n)
	}
}

// firstWrite calls a function when something is written.
type firstWrite struct {
	then func()
	n    int
}

func (w *firstWrite) Write(text []byte) (int, error) {
	if w.n++; w.n == 1 {
		w.then()
	}
	return len(text), nil
}

// The label stands in a file that may be anybody's.
func TestQuestionTextIsHarmless(t *testing.T) {
	if text := questionText(runner.Question{Label: "a\x1b]0;x\a", Where: "b\rc", Choices: []string{"\x1b[2J"}, Default: "\x9b1m"}); strings.ContainsAny(text, "\x1b\r\a\u009b") {
		t.Errorf("%q", text)
	}
}

// Where nobody is, nobody is asked.
func TestAskerNeedsTerminal(t *testing.T) {
	p := &program{stdin: strings.NewReader("x\n"), stderr: io.Discard, lookupEnv: func(string) (string, bool) { return "", false }}
	if p.asker([]string{"a.http"}) != nil {
		t.Error("asks a pipe")
	}
}
