package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// Exit codes that the command line gives by itself; the others are the
// runner's (language.md §7).
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitBroken      = 3
	exitInterrupted = 130
)

// Main runs the command line args, whose first element is the name of the
// program, and returns the exit code of the process. It reads the process
// environment and, while something runs, handles SIGINT, SIGTERM, SIGHUP
// and SIGPIPE.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	// net/http logs what servers say unasked. That is foreign text, in which no
	// secret would be masked; everything that is said, we say ourselves.
	log.SetOutput(io.Discard)
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, lookupEnv: os.LookupEnv, environ: os.Environ}
	if len(args) > 0 {
		args = args[1:]
	}
	if err := p.main(args); err != nil {
		return p.complain(err)
	}
	return p.exit
}

// program is one run of the command line.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	lookupEnv      func(string) (string, bool)
	environ        func() []string

	invocation invocation
	exit       int      // set by the action of a command
	inputs     []string // files that flags name and that were read
	left       leftovers
}

// main runs a command line. An error is about the command line itself.
func (p *program) main(argv []string) error {
	if len(argv) > 0 && argv[0] == completeCommand { // before the words behind it are read as flags
		return p.complete(argv[1:])
	}
	return p.runCommands(argv, p.commands())
}

func (p *program) runCommands(argv []string, commands []*cli.Command) error {
	inv, err := normalize(argv, commands)
	p.invocation = inv
	if err != nil {
		return err
	}
	switch {
	case inv.version:
		return p.version(nil)
	case inv.help:
		return p.help(inv.command)
	case len(argv) == 0: // nothing was executed
		p.exit = exitUsage
		return write(p.stderr, generalHelp)
	}
	commands = inv.only(commands)
	app := &cli.App{
		Name:     "postrider",
		Commands: commands,
		Writer:   io.Discard, // everything that is said, we say ourselves
		// What the library does by default: it splits values at commas, prints a
		// page of help to stdout for a wrong flag, ends the process, and takes
		// the words "help" and "h" for commands.
		DisableSliceFlagSeparator: true,
		ErrWriter:                 io.Discard,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              usageError,
		HideHelp:                  true,
		HideVersion:               true,
	}
	for _, c := range commandsOf(commands) {
		c.HideHelp = true
		c.OnUsageError = usageError
	}
	return app.RunContext(context.Background(), inv.argv())
}

// commands returns the commands with their flags. Their help is in help.go.
func (p *program) commands() []*cli.Command {
	return []*cli.Command{
		{Name: "run", Flags: runFlags(), Action: p.run},
		{Name: "replay", Flags: replayFlags(), Action: p.replay},
		{Name: "expect", Flags: expectFlags(), Action: p.expect},
		{Name: "list", Flags: listFlags(), Action: p.list},
		{Name: "check", Flags: checkFlags(), Action: p.check},
		{Name: "vars", Flags: variablesFlags(), Action: p.variables},
		{Name: "parse", Flags: parseFlags(), Action: p.parse},
		{Name: "fmt", Flags: fmtFlags(), Action: p.format},
		{Name: "auth", Action: p.auth, Subcommands: []*cli.Command{
			{Name: "providers", Flags: providersFlags(), Action: p.providers},
			{Name: "login", Flags: tokenFlags(), Action: p.token(runner.LoginToken)},
			{Name: "status", Flags: tokenFlags(), Action: p.status},
			{Name: "token", Flags: tokenFlags(), Action: p.token(runner.GetToken)},
			{Name: "refresh", Flags: tokenFlags(), Action: p.token(runner.RefreshToken)},
			{Name: "logout", Flags: append(tokenFlags(), &cli.BoolFlag{Name: "all"}), Action: p.logout},
		}},
		{Name: "sandbox", Flags: sandboxFlags(), Action: p.sandbox},
		{Name: "completion", Action: p.completion},
		{Name: "version", Action: p.version},
		{Name: "help", Action: p.helpCommand},
	}
}

// complain prints why nothing was run, a mistake in the command line with one
// hint, and returns the exit code.
func (p *program) complain(err error) int {
	m := diag.Message{Code: diag.CodeReport, Severity: diag.Error, Summary: err.Error()}
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
		m = d.Message()
	}
	if m.Code == diag.CodeUsage && m.Suggestion == "" {
		topic := " " + p.invocation.command
		if topic == " help" {
			topic = ""
		}
		m.Suggestion = "see `postrider help" + topic + "`"
	}
	render := diag.Renderer{Color: p.useColor(p.stderr, false), Width: terminalWidth(p.stderr)}
	_ = render.Render(p.stderr, m) // there is nowhere left to report a failure to
	switch {
	case m.Code == diag.CodeCancelled:
		return exitInterrupted
	case m.Code == diag.CodeNetwork:
		return exitBroken
	case p.exit == exitInterrupted: // which says more
		return p.exit
	}
	return exitUsage
}

// usage returns an error about the command line. The suggestion may be empty.
func usage(suggestion, format string, args ...any) error {
	return &diag.Diagnostic{
		Code: diag.CodeUsage, Severity: diag.Error,
		Summary: fmt.Sprintf(format, args...), Suggestion: suggestion,
	}
}

// usageError keeps the library from printing help for a value that it cannot
// read.
func usageError(_ *cli.Context, err error, _ bool) error {
	return usage("", "%s", strings.Replace(err.Error(), "for flag -", "for flag --", 1))
}

func write(w io.Writer, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("output cannot be written: %w", err)
	}
	return nil
}
