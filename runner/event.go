package runner

import (
	"slices"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// Event is one thing that happened in a run. Events are handed to every sink
// by one goroutine, in the order of Seq, their strings already masked. A sink
// must not keep an event's Preview after it returns.
type Event struct {
	Seq  int       `json:"seq"` // from 1, without gaps
	Time time.Time `json:"time"`
	ID   ID        `json:"id"`
	Data EventData `json:"data"`
}

// ID says what an event is about. Zero fields mean that the event is about
// something wider: an event of a file has no Request.
type ID struct {
	File    int `json:"file,omitempty"`    // from 1, in the order of the plan
	Repeat  int `json:"repeat,omitempty"`  // which repetition of the run, from 1; 0 if it is run once
	Row     int `json:"row,omitempty"`     // of the data of the file, from 1; 0 without
	Request int `json:"request,omitempty"` // from 1, in the order of the file's steps
	Try     int `json:"try,omitempty"`     // from 1

	// Iteration is which of several times the request runs in a row, for its own
	// data or its @loop, from 1; 0 if it runs once.
	Iteration int `json:"iteration,omitempty"`
}

// EventData is what happened; one of the types below.
type EventData interface{ event() }

type (
	// RunStarted is the first event of a run.
	RunStarted struct {
		Version     string `json:"version"`
		Files       int    `json:"files"`
		Requests    int    `json:"requests"` // planned for a repetition, rows and dependencies included
		Environment string `json:"environment,omitempty"`
		Sandbox     bool   `json:"sandbox,omitempty"` // vendors are simulated
		Insecure    bool   `json:"insecure,omitempty"`
		Repeat      int    `json:"repeat,omitempty"`   // how often all of this is run; 0 for once
		Shard       string `json:"shard,omitempty"`    // the part of all files that this is, such as 2/5
		Shuffle     string `json:"shuffle,omitempty"`  // the seed of the order, as --shuffle reads it
		DryRun      bool   `json:"dryRun,omitempty"`   // nothing is sent
		Seed        uint64 `json:"seed"`               // of random values
		Narrowed    bool   `json:"narrowed,omitempty"` // something selects a part of the requests of the files
		Replay      string `json:"replay,omitempty"`   // the recording that the answers are taken from; "" for a run that sends
	}

	// MessageEvent is a diagnostic that belongs to no request: of a file, of an
	// environment, of the run.
	MessageEvent struct {
		Message diag.Message `json:"message"`
	}

	// FileStarted is sent before the first event of a file, in each repetition.
	FileStarted struct {
		Path        string `json:"path"`
		ProjectPath string `json:"projectPath,omitempty"` // from the root of its project, with slashes; "" for standard input
		Rows        int    `json:"rows,omitempty"`        // of the data of the file
		Requests    int    `json:"requests"`
	}

	// RequestStarted is sent when a request is about to be built.
	RequestStarted struct {
		Name     string `json:"name"`
		NeededBy string `json:"neededBy,omitempty"` // the request that made this one run
		Line     int    `json:"line"`               // of the request line, from 1
	}

	// TryFailed is a try of @retry that failed and will be repeated.
	TryFailed struct {
		Name   string        `json:"name"`
		Line   int           `json:"line"`
		Tries  int           `json:"tries"` // allowed in all
		Reason string        `json:"reason"`
		Wait   time.Duration `json:"wait"` // until the next one

		// What a replay judges again, if Options.Record asks for it.
		Duration time.Duration  `json:"duration,omitempty"`
		Problems []diag.Message `json:"problems,omitempty"` // why there is no answer
		Hops     []Hop          `json:"hops,omitempty"`
		NoLog    bool           `json:"noLog,omitempty"`
		Recorded *Recorded      `json:"-"`
	}

	// TokenEvent is a token fetched, refreshed or reused. It never holds one.
	TokenEvent struct {
		Kind     string        `json:"kind"` // auth.EventKind
		Provider string        `json:"provider"`
		Account  string        `json:"account,omitempty"`
		Life     time.Duration `json:"life,omitempty"`
		Took     time.Duration `json:"took,omitempty"`
	}

	// RequestFinished is the outcome of a request, sent after its captures and
	// checks.
	RequestFinished struct {
		Name     string         `json:"name"`
		Path     string         `json:"path,omitempty"` // of the file that an imported request stands in
		Line     int            `json:"line"`
		NeededBy string         `json:"neededBy,omitempty"`
		Outcome  Outcome        `json:"outcome"`
		Reason   string         `json:"reason,omitempty"`  // of a skipped request
		Blocked  bool           `json:"blocked,omitempty"` // skipped because another request failed or the run ended, not on purpose
		Duration time.Duration  `json:"duration,omitempty"`
		Checks   []Check        `json:"checks,omitempty"`
		Captures []Captured     `json:"captures,omitempty"`
		Log      []Log          `json:"log,omitempty"`      // what its scripts printed, in order
		Problems []diag.Message `json:"problems,omitempty"` // why it could not be carried out, and warnings
		Saved    []string       `json:"saved,omitempty"`    // files that the body of the answer was written to
		Hops     []Hop          `json:"hops,omitempty"`     // what went over the wire; the last is the answer
		NoLog    bool           `json:"noLog,omitempty"`    // @no-log: header fields, bodies, captures and the log are left out
		Proposal *Proposal      `json:"proposal,omitempty"` // if the options ask for one
		Late     bool           `json:"-"`                  // skipped because the run had come to its end: interrupted, out of time, or by --bail
		Recorded *Recorded      `json:"-"`                  // the body of the answer, if Options.Record asks for it and there is an answer
	}

	// RequestPlanned is a request that a dry run would send. It stands in the place
	// of RequestFinished, which a request has that is skipped or cannot be built.
	RequestPlanned struct {
		Name     string         `json:"name"`
		Path     string         `json:"path,omitempty"` // of the file that an imported request stands in
		Line     int            `json:"line"`
		NeededBy string         `json:"neededBy,omitempty"`
		Role     string         `json:"role,omitempty"`     // "setup" or "teardown"
		Repeated string         `json:"repeated,omitempty"` // how often it would be sent, if that is not once
		Unsure   []string       `json:"unsure,omitempty"`   // what about it only answers decide
		Sent     Planned        `json:"sent"`
		Values   []PlannedValue `json:"values,omitempty"` // that are not known or not shown
		Notes    []string       `json:"notes,omitempty"`
		Command  string         `json:"command,omitempty"` // for a shell, with curl, if the options ask for it
		NoLog    bool           `json:"noLog,omitempty"`   // @no-log: header fields and the body are left out
	}

	// FileFinished is the last event of a file, in each repetition.
	FileFinished struct {
		Path     string        `json:"path"`
		Counts   Counts        `json:"counts"`
		Duration time.Duration `json:"duration"`
	}

	// RunFinished is the last event of a run.
	RunFinished struct {
		Counts   Counts        `json:"counts"`
		Duration time.Duration `json:"duration"`
		Exit     int           `json:"exit"`
		Seed     uint64        `json:"seed,omitempty"` // if a random value was made
	}
)

func (*RunStarted) event()      {}
func (*MessageEvent) event()    {}
func (*FileStarted) event()     {}
func (*RequestStarted) event()  {}
func (*TryFailed) event()       {}
func (*TokenEvent) event()      {}
func (*RequestFinished) event() {}
func (*RequestPlanned) event()  {}
func (*FileFinished) event()    {}
func (*RunFinished) event()     {}

// Outcome is how a request ended.
type Outcome string

// Outcomes. Their classes decide the exit code: Failed is 1, Invalid is 2,
// Broken is 3, Interrupted is 130.
const (
	Passed      Outcome = "passed"
	Failed      Outcome = "failed"      // a check is false, or the status is
	Skipped     Outcome = "skipped"     // by @skip, or because something it needs failed
	Invalid     Outcome = "invalid"     // the input is wrong, or the construct is unsupported
	Broken      Outcome = "broken"      // it could not be carried out: network, token, time, limit
	Interrupted Outcome = "interrupted" // the user ended the run
)

// Bad reports whether a request neither passed nor was skipped.
func (o Outcome) Bad() bool { return o != Passed && o != Skipped }

// Wrong reports whether a request is among what is wrong with a run: it neither passed
// nor was skipped, or it was skipped because a recording does not have it.
func (e *RequestFinished) Wrong() bool {
	return e.Outcome.Bad() || e.Outcome == Skipped && slices.ContainsFunc(e.Problems, func(m diag.Message) bool { return m.Severity == diag.Error })
}

// Check is one thing that had to hold.
type Check struct {
	Kind    CheckKind     `json:"kind"`
	Text    string        `json:"text"`           // the expression, or "status < 400"
	Note    string        `json:"note,omitempty"` // the message behind --
	Line    int           `json:"line"`
	Passed  bool          `json:"passed"`
	Unknown bool          `json:"unknown,omitempty"` // it could not be made, since the recording lacks what it reads
	Message *diag.Message `json:"message,omitempty"` // of a failed one

	// Duration is how long a test of a script took.
	Duration time.Duration `json:"duration,omitempty"`

	broken bool // it could not be carried out
}

// CheckKind says where a check comes from.
type CheckKind string

// Kinds of checks.
const (
	CheckStatus  CheckKind = "status"  // the implicit one
	CheckAssert  CheckKind = "assert"  // @assert
	CheckCapture CheckKind = "capture" // a capture that had no value
	CheckTest    CheckKind = "test"    // a test of a script, or an assertion of one outside of tests
)

// Log is something that a script printed.
type Log struct {
	Level string `json:"level"`          // "debug", "info", "warn", "error"
	Text  string `json:"text"`           // may have several lines
	Path  string `json:"path,omitempty"` // of the script, if it is not the file of the request
	Line  int    `json:"line,omitempty"` // from 1
}

// Captured is a value kept by @capture.
type Captured struct {
	Name  string `json:"name"`
	Value string `json:"value"` // masked if secret
}

// Hop is one exchange on the wire, masked.
type Hop struct {
	Cause      string        `json:"cause,omitempty"` // "redirect", "unauthorized"
	Method     string        `json:"method"`
	URL        string        `json:"url"`
	Sent       []Field       `json:"sent"` // nil where Options.Headers does not ask for it
	SentBody   *Body         `json:"sentBody,omitempty"`
	Status     int           `json:"status"`
	StatusText string        `json:"statusText,omitempty"`
	Proto      string        `json:"proto"`
	Header     []Field       `json:"header"` // as Sent
	Body       *Body         `json:"body,omitempty"`
	TLS        *TLS          `json:"tls,omitempty"`       // of the last hop, if Options.Record asks for it
	Lookup     time.Duration `json:"lookup,omitempty"`    // of the address of the server; 0 if a connection was there
	Connect    time.Duration `json:"connect,omitempty"`   // of the connection, without TLS; 0 if one was there
	Handshake  time.Duration `json:"handshake,omitempty"` // of TLS; 0 if a connection was there
	TTFB       time.Duration `json:"ttfb"`                // from the start, all of these included
	Total      time.Duration `json:"total"`
}

// Planned is a request as its first hop would go over the wire, masked. A value
// that only an answer has is the template that it is written as.
type Planned struct {
	Method string  `json:"method"`
	URL    string  `json:"url"`
	Proto  string  `json:"proto,omitempty"` // if the request asks for one
	Proxy  string  `json:"proxy,omitempty"` // without its credentials
	Header []Field `json:"header"`
	Body   *Body   `json:"body,omitempty"`
}

// PlannedValue explains a value of a planned request that is not known or not
// shown.
type PlannedValue struct {
	Text string `json:"text"` // as it stands in the request, or the variable of the shell in its command
	From string `json:"from"` // where it comes from
}

// Field is one header field.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// PreviewSize is the most that an event holds of a body, in bytes.
const PreviewSize = 64 << 10

// Body is a body in an event.
type Body struct {
	Size    int64  `json:"size"`    // of the whole, in bytes
	Type    string `json:"type"`    // media type, without parameters
	Preview string `json:"preview"` // its first PreviewSize bytes as text, masked; empty if it is binary
	Binary  bool   `json:"binary,omitempty"`

	cut bool // Preview is not the whole body
}

// Counts are totals of a file or a run.
type Counts struct {
	Files        int `json:"files"`
	Requests     int `json:"requests"` // all outcomes together
	Passed       int `json:"passed"`
	Failed       int `json:"failed"`
	Skipped      int `json:"skipped"`
	Unanswered   int `json:"unanswered,omitempty"` // of the skipped ones: a replay has no answer for them
	Invalid      int `json:"invalid"`
	Broken       int `json:"broken"`
	Interrupted  int `json:"interrupted"`
	Planned      int `json:"planned,omitempty"` // of a dry run
	Checks       int `json:"checks"`
	FailedChecks int `json:"failedChecks"`
	Unjudged     int `json:"unjudged,omitempty"`   // checks that are neither true nor false: the recording lacks what they read
	Unreplayed   int `json:"unreplayed,omitempty"` // errors of a recorded run that a replay cannot judge again, and what the recording has lost
	Fetched      int `json:"fetched"`              // tokens, refreshed ones included
	Reused       int `json:"reused"`
	Halted       int `json:"halted,omitempty"` // what kept the run from going on: its time was over, a server was not there
	Errors       int `json:"errors"`           // error messages that belong to no request
	Warnings     int `json:"warnings"`
}

// Sink listens to events. Event is called from one goroutine at a time, in
// order. A sink that returns an error is told no more, and the run ends with 2.
// Close is called once after the last event, or the one that could not be taken.
//
// At the end, all sinks but the last are told the last events, one after the other,
// and what has failed in those before them. Then they are closed, and then the last
// one is told and closed: whoever tells people stands there.
type Sink interface {
	Event(*Event) error
	Close() error
}

// Reviser is a sink that can take its last event, RunFinished, back until it is
// closed. Revise reports whether it did; it is told further messages then, and the
// event as it is now.
type Reviser interface {
	Sink
	Revise() bool
}
