package cli

import (
	"io"

	"golang.org/x/term"
)

// useColor reports whether to use colour on w: not with --no-color, else as
// NO_COLOR (no-color.org), FORCE_COLOR and TERM say, in this order, else if w is a
// terminal.
func (p *program) useColor(w io.Writer, off bool) bool {
	if off {
		return false
	}
	if v, ok := p.lookupEnv("NO_COLOR"); ok && v != "" {
		return false
	}
	if v, ok := p.lookupEnv("FORCE_COLOR"); ok && v != "" {
		return v != "0" && v != "false"
	}
	if v, _ := p.lookupEnv("TERM"); v == "dumb" {
		return false
	}
	return isTerminal(w)
}

// terminalWidth returns the width of the terminal behind w, or 0 if there is
// none.
func terminalWidth(w io.Writer) int {
	if fd, ok := descriptor(w); ok {
		if width, _, err := term.GetSize(fd); err == nil {
			return width
		}
	}
	return 0
}

// attended reports whether somebody may be at the terminals: not if CI is set, as
// systems do that keep what a terminal of theirs shows, and never answer.
func (p *program) attended() bool {
	ci, _ := p.lookupEnv("CI")
	return ci == "" || ci == "false"
}

// progressColumns returns what measures the terminal behind w at every redraw of
// a progress line, or nil if nobody sees it, or no terminal can redraw a line.
func (p *program) progressColumns(w io.Writer) func() int {
	fd, ok := descriptor(w)
	if v, _ := p.lookupEnv("TERM"); !ok || v == "dumb" || !term.IsTerminal(fd) || !p.attended() {
		return nil
	}
	return func() int { return terminalWidth(w) }
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	fd, ok := descriptor(stream)
	return ok && term.IsTerminal(fd)
}

func descriptor(stream any) (int, bool) {
	f, ok := stream.(interface{ Fd() uintptr })
	if !ok {
		return 0, false
	}
	return int(f.Fd()), true
}
