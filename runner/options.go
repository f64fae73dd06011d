package runner

import (
	"context"
	"crypto/x509"
	"io"
	"net"
	"os"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/readiness"
	"github.com/postrider/postrider/internal/tokenstore"
)

// Options say what to plan and how to run it. The zero value of every field is
// a working default.
type Options struct {
	// What to run.

	// Paths are files, folders, globs, "-" for Stdin; empty is an error. One such
	// as tickets.http:12 or tickets.http#close[3] selects requests of its file.
	Paths []string
	Dir   string    // what relative Paths are relative to; "" is the working directory
	Stdin io.Reader // read once, if a path is "-"
	// ReadFile reads a request file; nil means os.ReadFile. An editor plans
	// unsaved text with it. It is called for several files at a time.
	ReadFile    func(path string) ([]byte, error)
	Dialect     string   // that all files are read as, such as "jetbrains"; "" lets each file tell
	Names       []string // run only requests of these names, and what they need; close[3] is a row of one
	Lines       []Line   // run only requests at these lines, and what they need
	Tags        []string // run only requests with one of these tags
	ExcludeTags []string // run no request with one of these tags, not even for another that needs it

	// Where values come from.

	Data string // a table; every file runs once for each of its rows. It replaces @data of preambles

	Environment string // of http-client.env.json; "" for none
	// AllowUnresolved sends a template whose name nothing answers to as it is
	// written, with a warning, instead of refusing to send the request.
	AllowUnresolved bool
	Vars            []Var                            // beat every other variable; a later one of the same name wins
	Environ         func(name string) (string, bool) // the process environment; nil means os.LookupEnv

	// How to run it.

	Jobs          int                // files at a time; 0 means DefaultJobs
	Repeat        int                // how often to run it all; 0 means once
	Shard         Shard              // run only a part of the files; zero for all
	Shuffle       *uint64            // the seed of an order by chance; nil for the order of the files
	RerunFailed   bool               // run only what did not pass the last time
	StateDir      string             // where is kept what did not pass; "" for nowhere
	WaitFor       []readiness.Server // that have to answer before anything is sent
	MaxTime       time.Duration      // for the whole run; 0 for no limit
	Bail          bool               // start nothing more after the first request that did not pass
	Timeout       time.Duration      // of a request without @timeout; 0 means DefaultTimeout
	MaxBody       int64              // bytes of a decoded answer; 0 means transport.DefaultMaxBody, or no limit where nothing reads the body
	NoStatusCheck bool               // answers of 400 and above are not failures by themselves
	AllowEmpty    bool               // a run that executes nothing is not an error

	// DryRun builds every request and sends none, token requests included. What
	// only answers could tell is left open.
	DryRun   bool
	Commands bool // put a command with curl into the events of a dry run

	// Replay makes the run judge recorded answers; nil for a run that sends. Nothing that
	// only sending needs is missed then: credentials, the values of templates in requests,
	// files of bodies.
	Replay *Replay

	// Propose says that one request is selected, and that the event of its end says
	// what could be written above it for the answer it got.
	Propose bool

	// Seed decides the random values of dynamic variables, but not those that
	// protect something, such as the state of OAuth 2.0. It is at most [MaxSeed];
	// 0 means any, which the events tell.
	Seed uint64

	// Check plans without a run in mind: what only the machine that runs the
	// requests has is not missed, namely variables of its process environment,
	// credentials and, if no Environment is chosen, the values of variables that
	// some environment defines.
	Check bool

	// What to trust.

	Insecure     bool           // accept any server certificate
	Proxy        string         // the address of a proxy for every request; "" means those of the process environment
	Certificate  KeyFiles       // of requests that name none themselves
	RootCAs      *x509.CertPool // nil for the system's
	Roots        string         // tells RootCAs from others: a token that was got under others is not used
	RootsFile    string         // where RootCAs were read from, for a command; "" for no file
	AllowOrigins []string       // further origins that may receive credentials
	AllowFiles   []string       // patterns of files outside the project that bodies may be read from

	// Ask asks a person for a value before the first request is sent; nil says that
	// there is nobody to ask. It is called by one goroutine at a time.
	Ask func(context.Context, Question) (string, error)
	// Interact asks a person to log in, where a grant of OAuth 2.0 needs one; nil
	// says that there is nobody to ask. It must not wait for the person.
	Interact func(context.Context, Prompt)
	// Tokens says where tokens are kept between runs. A run with a Sandbox keeps
	// none.
	Tokens TokenCache

	// Sandbox is what simulated vendors ask a client to export, by name; nil
	// means real vendors. With it, providers read their parameters from here
	// alone, the environment is "sandbox", and nothing but this machine is
	// reached.
	Sandbox map[string]string

	// OnSecret is told of each value that is hidden in events and messages,
	// before one of them could hold it; nil for nobody. It is called by one
	// goroutine at a time.
	OnSecret    func(value string)
	ShowSecrets bool // hide nothing

	// OnTeardown is told when a @teardown begins, and calls what it returns when that
	// has ended; nil for nobody. It is called from several goroutines.
	OnTeardown func() (ended func())

	// OnNote is told by [Token] at once of what is worth knowing while it waits;
	// nil for nobody. It is called from other goroutines.
	OnNote func(diag.Message)

	// Print asks for a value besides events; nil for none.
	Print *Print
	// Record puts the body of every answer into RequestFinished, up to RecordSize.
	Record  bool
	Headers bool   // put the header fields of every exchange into events, not only of those that did not pass
	Bodies  bool   // put the bodies of every exchange into events, not only of those that did not pass
	Version string // of the program, for User-Agent and reports

	// dial makes connections; nil stands for those of the system. Tests replace it.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// TokenCache says where tokens are kept between runs. The zero value keeps none.
type TokenCache struct {
	Storage TokenStorage // "" is InMemory
	Dir     string       // of the files; needed for InFile and InKeyring
	Renew   bool         // use no token of it as it is, but have another issued
}

// TokenStorage is where tokens are kept.
type TokenStorage = tokenstore.Kind

// Where tokens are kept.
const (
	InMemory  = tokenstore.InMemory  // they end with the run
	InFile    = tokenstore.InFile    // in files that only the user can read
	InKeyring = tokenstore.InKeyring // in such files, sealed with a key of the system's keyring
)

// openTokens returns the store of the options, which touches nothing before it is
// used.
func (o *Options) openTokens(warn func(*diag.Diagnostic)) tokenstore.Store {
	if o.Sandbox != nil || o.Tokens.Storage == "" || o.Tokens.Storage == InMemory {
		return tokenstore.Memory{}
	}
	return o.Tokens.folder(warn)
}

func (c *TokenCache) folder(warn func(*diag.Diagnostic)) *tokenstore.Folder {
	return tokenstore.NewFolder(c.Dir, tokenstore.Options{Keyring: c.Storage == InKeyring, Warn: warn})
}

// Var is a variable of the command line.
type Var struct {
	Name, Value string
	Secret      bool
	Where       string // for people: "--var", "POSTRIDER_VAR_x", "vars.env:3"
}

// KeyFiles say where a client certificate is. The passphrase is that of every key
// of the run, also of those that request files and environment files name.
type KeyFiles struct {
	Cert, Key  string // paths, or PEM texts; Key is empty if Cert holds both
	Passphrase string
}

// Defaults of options and directives (language.md §2).
const (
	DefaultTimeout = 30 * time.Second
	DefaultConnect = 10 * time.Second
	DefaultJobs    = 8
	maxRedirects   = 10
	sandboxName    = "sandbox"
)

func (o *Options) environ(name string) (string, bool) {
	if v, ok := o.Sandbox[name]; ok {
		return v, true
	}
	if o.Environ != nil {
		return o.Environ(name)
	}
	return os.LookupEnv(name)
}

func (o *Options) readFile(path string) ([]byte, error) {
	if o.ReadFile != nil {
		return o.ReadFile(path)
	}
	return os.ReadFile(path)
}

// replayName is how the recording is called that answers are taken from; "" for none.
func (o *Options) replayName() string {
	if o.Replay == nil {
		return ""
	}
	return o.Replay.Name
}

// simulated reports whether the answers are those of simulated vendors.
func (o *Options) simulated() bool {
	return o.Sandbox != nil || o.Replay != nil && o.Replay.Sandbox
}
