package script

import (
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// Result is what came of a script.
type Result struct {
	// Checks are its tests, in the order in which they were registered, and its
	// assertions outside of tests.
	Checks []Check

	// Asserted says that an assertion held, or failed and is reported, in a test or
	// outside of one. One that has failed and was caught is none.
	Asserted bool

	// Log is what it printed, in order; LogLost counts the entries left out behind
	// it because there were too many.
	Log     []Entry
	LogLost int

	// Err says why the script could not be carried out; nil if it could, whatever
	// became of its checks. Its tests were run all the same if it got that far.
	Err  *diag.Diagnostic
	Stop Stop // what ended it early, if it was not itself

	// Ended says that the request shall not be sent (kulala's request.skip and
	// request.abort, httpYac's $cancel), and Reason why.
	Ended  Ending
	Reason string
	At     Place // of the call

	// Request is the request as the script left it, if it changed it; its Raw texts
	// count.
	Request *Request

	// Value is what an expression has come to, unless it is Undefined. Its Data may be
	// secret, as what a script sets may be.
	Value     Value
	Undefined bool

	// Unseen says what the script read first that a recording does not tell, so that
	// what it did then would be so by chance: nothing that it set holds but what it
	// handed on as it is, and its other values are masks. Nil if there is nothing.
	Unseen *diag.Diagnostic

	// Notes are warnings about what the script did.
	Notes diag.List
}

// Check is a test of a script, or an assertion outside of a test.
type Check struct {
	Name     string // of the test; the condition as it is written for an assertion
	Test     bool
	Passed   bool
	Broken   bool // it could not be carried out: the script failed before it came to a verdict
	Place    Place
	Duration time.Duration

	// Unseen is that of the result if it was known before the check came to its
	// verdict, which is none then.
	Unseen *diag.Diagnostic

	// Diagnostic says why it did not pass, with the place of the assertion that
	// failed; nil if it passed.
	Diagnostic *diag.Diagnostic
}

// Entry is something that a script printed.
type Entry struct {
	Level Level
	Text  string // may have several lines
	Place Place
}

// Level is how serious an entry is.
type Level uint8

// Levels.
const (
	Debug Level = iota
	Info
	Warn
	Error
)

// String returns the name that console gives the level.
func (l Level) String() string {
	switch l {
	case Debug:
		return "debug"
	case Warn:
		return "warn"
	case Error:
		return "error"
	default:
		return "info"
	}
}

// Stop is what ended a script that did not end by itself.
type Stop uint8

// Stops.
const (
	Ran         Stop = iota // nothing did
	Interrupted             // the context
	TooLong                 // the limit of time
	TooMuch                 // the limit of memory
	TooDeep                 // the limit of the depth of calls
)

// Ending is a request that a script ended before it was sent.
type Ending uint8

// Endings.
const (
	Goes    Ending = iota // it did not
	Skipped               // as if it had been left out
	Aborted               // as a failure
)
