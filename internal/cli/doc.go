// Package cli is the command line: commands, flags, argument order, exit
// codes. It holds no logic of the product.
//
// # The files
//
// From the arguments to a command:
//
//	cli.go args.go flags.go     Main, the order of arguments, flags of several commands
//	flags_*.go                  flags with a form of their own: --var, --name and the like, --report, --dry-run
//	help*.go version.go         what is told of the program and of each command
//	complete.go completion.go   what a shell completes
//
// The commands, each under its name:
//
//	run.go watch.go replay.go   run, run --watch, replay
//	check.go fmt.go list.go parse.go variables.go expect.go   check, fmt, list, parse, vars, expect
//	providers.go tokens.go      auth
//	sandbox.go                  sandbox
//
// Between a run and people:
//
//	terminal.go output.go       colours and widths, and the one value that --output prints
//	ask.go browser.go           what a person is asked, in the terminal or in a browser
//	interrupt.go notice.go      signals, and why a run goes on after one
//	actions.go                  secrets that GitHub Actions is told of
package cli
