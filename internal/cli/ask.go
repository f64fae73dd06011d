package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// asker asks a person at the terminal for the values that files ask for. Nil says
// that nobody is there: standard input or standard error is no terminal, or the
// requests themselves are read from it, or CI is set.
func (p *program) asker(paths []string) func(context.Context, runner.Question) (string, error) {
	if !p.attended() || slices.Contains(paths, "-") || !isTerminal(p.stdin) || !isTerminal(p.stderr) {
		return nil
	}
	fd, _ := descriptor(p.stdin)
	a := &asker{in: bufio.NewReader(p.stdin), out: p.stderr, readHidden: func() (string, error) {
		typed, err := term.ReadPassword(fd)
		return string(typed), err
	}}
	state, err := term.GetState(fd)
	if err != nil {
		return nil
	}
	a.restore = func() { _ = term.Restore(fd, state) } // the process ends; a terminal without echo must not stay
	return a.ask
}

// asker asks questions one after the other.
type asker struct {
	in         *bufio.Reader
	out        io.Writer
	readHidden func() (string, error)
	restore    func() // the terminal, in the midst of readHidden
}

// tries is how often a question is asked whose answer is not one of its choices.
const tries = 3

func (a *asker) ask(ctx context.Context, q runner.Question) (string, error) {
	for try := range tries {
		if ctx.Err() != nil { // a question that was interrupted may still be reading
			return "", context.Cause(ctx)
		}
		question := questionText(q)
		if try > 0 {
			question = "That is none of the choices.\n" + question
		}
		_, _ = io.WriteString(a.out, question) // who cannot see the question ends it with Ctrl-C
		answer, err := a.read(ctx, q.Secret)
		if err != nil {
			return "", err
		}
		if answer = cmp.Or(answer, q.Default); len(q.Choices) == 0 {
			return answer, nil
		}
		if slices.Contains(q.Choices, answer) {
			return answer, nil
		}
		if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(q.Choices) {
			return q.Choices[n-1], nil
		}
	}
	return "", errors.New("the answer was none of the choices")
}

// questionText is the question as a person sees it. It comes from a file: what a
// terminal would obey is taken out of it.
func questionText(q runner.Question) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, asked for by %s", diag.Printable(q.Label), diag.Printable(q.Where))
	for i, choice := range q.Choices {
		fmt.Fprintf(&b, "\n  %d  %s", i+1, diag.Printable(choice))
	}
	if len(q.Choices) > 0 {
		b.WriteString("\nnumber or value")
	}
	if q.Default != "" && !q.Secret {
		fmt.Fprintf(&b, " [%s]", diag.Printable(q.Default))
	}
	b.WriteString(": ")
	return b.String()
}

// read reads a line until ctx ends. The end of the input is no answer.
func (a *asker) read(ctx context.Context, hidden bool) (string, error) {
	type line struct {
		text string
		err  error
	}
	done := make(chan line, 1)
	go func() {
		if hidden {
			text, err := a.readHidden()
			done <- line{text, err}
			return
		}
		text, err := a.in.ReadString('\n')
		done <- line{strings.TrimRight(text, "\r\n"), err}
	}()
	select {
	case l := <-done:
		if hidden {
			_, _ = io.WriteString(a.out, "\n") // the one that was typed was not shown
		}
		if errors.Is(l.err, io.EOF) {
			return "", errors.New("the input ended")
		}
		return l.text, l.err
	case <-ctx.Done():
		a.restore()
		_, _ = io.WriteString(a.out, "\n")
		return "", context.Cause(ctx)
	}
}
