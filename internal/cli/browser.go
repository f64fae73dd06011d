package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// interact returns what asks a person to log in: it writes to the terminal what
// is to do, and opens a browser if there is one. Nil says that there is no
// terminal, and so nobody to ask.
func (p *program) interact() func(context.Context, runner.Prompt) {
	fd, ok := descriptor(p.stderr)
	if !ok || !term.IsTerminal(fd) {
		return nil
	}
	clear := "\r\x1b[K" // a progress line may stand there
	if v, _ := p.lookupEnv("TERM"); v == "dumb" {
		clear = ""
	}
	return func(_ context.Context, prompt runner.Prompt) {
		opened := false
		if command := browser(runtime.GOOS, p.lookupEnv, prompt.URL); command != nil {
			opened = start(command) == nil
		}
		_, _ = io.WriteString(p.stderr, clear+promptText(prompt, opened)) // without a terminal nobody can log in: the wait ends by itself
	}
}

// promptText says what a person has to do to log in. The page and the code come
// from elsewhere: what a terminal would obey is taken out of them.
func promptText(prompt runner.Prompt, opened bool) string {
	do := "Open this page in a browser"
	if opened {
		do = "A browser opens this page"
	}
	goal := ""
	if prompt.For != "" {
		goal = " The token goes to " + diag.Printable(prompt.For) + "."
	}
	text := fmt.Sprintf("Log in for %s.%s %s:\n\n    %s\n\n", diag.Printable(prompt.ID), goal, do, diag.Printable(prompt.URL))
	if prompt.Code != "" {
		text += fmt.Sprintf("The code to enter there, or to compare:\n\n    %s\n\n", diag.Printable(prompt.Code))
	}
	return text + fmt.Sprintf("Waiting until %s; Ctrl-C gives up.\n", prompt.End.Format("15:04:05"))
}

// browser returns the command that opens a URL, or nil if there is none: that of
// $BROWSER, in which %s stands for the URL, or that of the system. No shell reads
// it.
func browser(system string, environ func(string) (string, bool), url string) []string {
	if configured, _ := environ("BROWSER"); strings.TrimSpace(configured) != "" {
		first, _, _ := strings.Cut(configured, string(os.PathListSeparator))
		command := strings.Fields(first)
		for i, word := range command {
			if strings.Contains(word, "%s") {
				command[i] = strings.ReplaceAll(word, "%s", url)
				url = ""
			}
		}
		if url != "" {
			command = append(command, url)
		}
		return command
	}
	switch system {
	case "darwin":
		return []string{"open", url}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", url}
	}
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY"} {
		if v, _ := environ(name); v != "" {
			return []string{"xdg-open", url}
		}
	}
	return nil // a browser in the terminal would fight for it
}

// start starts a program that nobody waits for, with nothing of this one's
// environment but what a browser needs.
func start(command []string) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = ofBrowser(os.Environ())
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // so that no zombie stays
	return nil
}

// browserVariables are what a browser needs to be found, to find its settings and
// the screen, and to speak the user's language. A name that ends in * stands for
// all that begin so.
var browserVariables = []string{
	"PATH", "HOME", "USER", "LANG", "LC_*", "TERM", "TMP", "TEMP", "TMPDIR", "BROWSER",
	"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_*", "DBUS_SESSION_BUS_ADDRESS",
	"SYSTEMROOT", "PROGRAMFILES*", "LOCALAPPDATA", "APPDATA",
}

// ofBrowser keeps of an environment what a browser needs: everything else may be
// a secret, whatever it is called.
func ofBrowser(environ []string) []string {
	var kept []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(strings.ToUpper(pair), "=") // Windows knows no case
		if slices.ContainsFunc(browserVariables, func(known string) bool {
			start, many := strings.CutSuffix(known, "*")
			return name == known || many && strings.HasPrefix(name, start)
		}) {
			kept = append(kept, pair)
		}
	}
	return kept
}
