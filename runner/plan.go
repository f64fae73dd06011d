package runner

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/data"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/ratelimit"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// Plan is a graph of requests, ready to run: every file is parsed, every name
// resolved, every expression compiled, and every mistake that can be known
// before sending is known.
type Plan struct {
	options    Options
	seed       *seed
	roots      project.Roots
	secrets    *secret.Set
	loader     *scope.Loader
	auth       *auth.Manager
	client     *transport.Client
	inputs     []project.Input // the request files that the options name
	suites     []*suite
	named      []string           // paths that the options name, without what addresses select
	globals    map[string]*global // what @capture global sets, by name
	programs   programs           // of expressions that read no name of a file
	compiled   compiled           // the programs
	problems   diag.List          // that belong to no file
	noBlock    parser.Block       // of steps whose block holds nothing that a run reads; never changed
	noSettings settings           // of steps without any; never changed
	limits     ratelimit.Slots    // of @ratelimit
	scripts    scriptFiles
	only       map[string]bool // the request files that a run is about, by absolute path; nil for all
	printer    *printer        // nil if nothing is to be printed

	table         *data.Table // of --data
	tableProblems diag.List

	proxy       *url.URL         // that the options name; nil for none
	certificate *tls.Certificate // likewise
	keyPairs    keyPairs         // that files name, as far as they were read

	// misselected says that a flag or a path names what is not there. Nothing is run then:
	// what a typing mistake leaves over may be what should not be sent.
	misselected bool

	elsewhere     int      // requests that other shards send
	nothingFailed bool     // the last time, in what is to be run again
	gone          []gone   // files that did not pass the last time and are no longer there
	unread        []string // absolute paths of request files that cannot be read

	observe observer
}

// observer forwards token events, and what is wrong with the store of tokens, to
// the run that is going on. A token request can outlive the run that asked for
// it.
type observer struct {
	mu      sync.RWMutex // held for reading while an event is forwarded
	to      func(auth.Event)
	warning func(*diag.Diagnostic)
}

func (o *observer) set(to func(auth.Event), warning func(*diag.Diagnostic)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.to, o.warning = to, warning
}

func (o *observer) warn(d *diag.Diagnostic) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if o.warning != nil {
		o.warning(d)
	}
}

func (o *observer) event(e auth.Event) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if o.to != nil {
		o.to(e)
	}
}

// PlannedFile is a file of a plan, as `list` shows it.
type PlannedFile struct {
	Path     string
	Requests []PlannedRequest
}

// PlannedRequest is a request of a plan.
type PlannedRequest struct {
	Name     string // the @name or title; "" if it has none
	Line     int    // of the request line, from 1
	Method   string
	Target   string // as written, templates unexpanded
	Tags     []string
	Selected bool // by names and tags
}

// NewPlan reads and plans everything that o names. It never fails: what is
// wrong is in the plan's messages, and a file with an error is not run.
func NewPlan(ctx context.Context, o Options) *Plan {
	p := emptyPlan(o)
	if p.auth == nil || !p.knowsDialect() {
		return p
	}
	inputs, addresses := p.find()
	p.inputs = inputs
	texts := make([]requestFile, len(inputs))
	inParallel(len(inputs), func(i int) { texts[i] = p.open(ctx, inputs[i]) })
	for i, in := range inputs {
		if s := p.readSuite(ctx, in, texts[i]); s != nil {
			s.addresses = addresses[in]
			p.add(s)
		}
		texts[i] = requestFile{} // one of a folder may hold no requests
	}
	inParallel(len(p.suites), func(i int) {
		for _, f := range p.suites[i].files {
			f.makeSteps()
		}
	})
	p.selectSteps()
	p.planReplay()
	for _, s := range p.suites {
		s.resolveCalls()
		s.complete(ctx)
	}
	for p.pullSetters() {
		for _, s := range p.suites {
			s.complete(ctx)
		}
	}
	inParallel(len(p.suites), func(i int) { p.suites[i].link(ctx) })
	for _, s := range p.suites {
		for _, f := range s.files {
			f.markSecretReads()
		}
	}
	p.linkGlobals()
	p.checkVars()
	p.takeShard()
	p.checkWaits()
	p.planPrint()
	p.settle()
	return p
}

// knowsDialect reports whether the dialect of the options is one, and complains
// if it is not.
func (p *Plan) knowsDialect() bool {
	if _, ok := parser.ParseDialect(p.options.Dialect); ok || p.options.Dialect == "" {
		return true
	}
	p.problems = append(p.problems, &diag.Diagnostic{
		Code: diag.CodeUsage, Severity: diag.Error, Summary: fmt.Sprintf("--dialect: unknown dialect `%s`", p.options.Dialect),
		Suggestion: "give one of " + strings.Join(parser.DialectNames(), ", "),
	})
	return false
}

// emptyPlan returns a plan without files. Its manager of credentials is nil if
// the options for it are wrong, which a message then tells.
func emptyPlan(o Options) *Plan {
	if o.Sandbox != nil {
		o.Environment = sandboxName
	}
	p := &Plan{options: o, secrets: new(secret.Set)}
	p.seed, p.loader = newSeed(&p.options, &p.roots), scope.NewLoader(p.roots.Of)
	p.secrets.Observe(o.OnSecret)
	if o.ShowSecrets {
		p.secrets.Show()
	}
	client := transport.Options{
		RootCAs: o.RootCAs, Roots: o.Roots, Insecure: o.Insecure, LoopbackOnly: o.Sandbox != nil,
		UserAgent: "postrider/" + o.Version, Dial: o.dial,
	}
	if o.Replay == nil { // which sends nothing
		if err := p.findRoute(&client); err != nil {
			p.problems = append(p.problems, asDiagnostics(err)...)
			return p
		}
	}
	p.client = transport.New(client)
	config := auth.Config{
		Send: p.client.Do, Secrets: p.secrets, Observe: p.observe.event, Certificate: p.certificate,
		AllowedOrigins: o.AllowOrigins, Timeout: o.Timeout, Interact: o.Interact,
		Store: o.openTokens(p.observe.warn), Renew: o.Tokens.Renew, Route: p.client.Route, Warn: p.observe.warn,
	}
	if dir := project.ConfigDir(o.environ); dir != "" && o.Replay == nil {
		config.UserProviders = filepath.Join(dir, "providers")
	}
	manager, err := auth.NewManager(config)
	if err != nil {
		p.problems = append(p.problems, asDiagnostics(err)...)
		return p
	}
	p.auth = manager
	return p
}

// requestFile is a request file that is read and parsed, or why it is not.
type requestFile struct {
	parsed *parser.File
	err    error
}

// open reads and parses a request file. It is called for several at a time.
func (p *Plan) open(ctx context.Context, in project.Input) requestFile {
	content, err := interruptibly(ctx, func() ([]byte, error) {
		if in.Stdin {
			return io.ReadAll(p.options.Stdin)
		}
		return p.options.readFile(in.Path)
	})
	if err != nil {
		return requestFile{err: err}
	}
	return requestFile{parsed: p.parse(in.Name, content)}
}

// readSuite makes a suite of a request file and those that it imports. It returns
// nil for a file of a folder that holds no requests and no mistakes: it is there to
// be imported.
func (p *Plan) readSuite(ctx context.Context, in project.Input, text requestFile) *suite {
	if err := text.err; err != nil {
		if !in.Stdin {
			p.unread = append(p.unread, in.Abs)
		}
		p.problems = append(p.problems, &diag.Diagnostic{
			Code: diag.CodeNoInput, Severity: diag.Error,
			Summary: fmt.Sprintf("`%s` cannot be read: %v", in.Name, unwrapPathError(err)),
		})
		return nil
	}
	dir := filepath.Dir(in.Path)
	if in.Stdin {
		dir = p.options.Dir
	}
	s := p.newSuite(in.Name, dir, text.parsed)
	f := s.file
	if !in.Stdin {
		s.path = in.Abs
		s.library[s.path] = f
	}
	if !slices.ContainsFunc(f.parsed.Blocks, runs) && !f.problems.HasErrors() {
		named := slices.Contains(p.named, in.Name)
		d := &diag.Diagnostic{
			Code: diag.CodeNoRequest, Severity: diag.Error, Summary: "there is no request in this file",
			Source: f.parsed.Source, Suggestion: "write a request line, such as `GET https://example.com/`",
		}
		switch {
		case named && p.options.Check: // it may be there to be imported
			d.Severity = diag.Warning
			d.Suggestion = "write a request line, or name its folder if the file is there to be imported"
			f.problem(d)
		case named:
			f.problem(d)
		case !p.options.Check:
			return nil
		}
	}
	s.readTable()
	f.loadImports(ctx)
	s.findOutputs()
	for _, f := range s.files {
		f.makeNames()
	}
	return s
}

// runs reports whether a block sends a request or runs others.
func runs(b *parser.Block) bool {
	return b.Request != nil || slices.ContainsFunc(b.Imports, func(i *parser.Import) bool { return i.Run })
}

// newFile adds a file to a suite and reads its variables.
func (p *Plan) newFile(path, dir string, parsed *parser.File, s *suite) *file {
	f := &file{
		plan: p, suite: s, path: path, dir: dir, parsed: parsed, runs: make(map[*parser.Import]*file),
	}
	if !p.options.Check { // see linesOf
		f.parsed.Lines = nil
	}
	s.files = append(s.files, f)
	settleDoubts(f.parsed)
	for _, d := range f.parsed.Diagnostics {
		if len(s.files) == 1 || d.Severity == diag.Error { // who imports a file has nothing to do with its oddities
			f.problem(d)
		}
	}
	f.readScripts()
	for _, b := range f.parsed.Blocks {
		if !runs(b) && !b.Disabled { // such as a handler for every request
			f.problem(f.unsupported(b)...)
		}
		f.problem(f.unsupportedForAll(b)...)
	}
	f.loadVariables()
	return f
}

// parse reads a file in the dialect of the options, else in its own.
func (p *Plan) parse(name string, content []byte) *parser.File {
	if dialect, ok := parser.ParseDialect(p.options.Dialect); ok {
		return parser.ParseAs(dialect, name, content)
	}
	return parser.Parse(name, content)
}

// inParallel calls do with each number below n, with as many at a time as there are
// processors, and returns when all have ended.
func inParallel(n int, do func(i int)) {
	if n == 1 {
		do(0) // on a stack that has grown
		return
	}
	w := newWorkers(min(n, runtime.GOMAXPROCS(0)))
	for i := range n {
		w.do(func() { do(i) })
	}
	w.wait()
}

// interruptibly reads until ctx ends: a pipe may never have anything to say.
func interruptibly(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	type result struct {
		content []byte
		err     error
	}
	done := make(chan result, 1)
	go func() {
		content, err := read()
		done <- result{content, err}
	}()
	select {
	case r := <-done:
		return r.content, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Messages returns the errors and warnings of the plan, masked, in the order of
// the files. [Plan.Lint] returns notes too.
func (p *Plan) Messages() []diag.Message {
	var all []diag.Message
	add := func(l diag.List) {
		l.Sort()
		for _, d := range l {
			if d.Severity == diag.Note {
				continue
			}
			m := p.message(d)
			m.Strings(p.secrets.Mask)
			all = append(all, m)
		}
	}
	add(p.problems)
	said := make(map[place]bool)
	for _, s := range p.suites {
		for _, f := range s.files {
			var news diag.List
			for _, d := range f.problems { // a file may be imported by several, and a root itself
				at := place{sourceName(d), d.Subject, d.Summary}
				if !said[at] {
					said[at] = true
					news = append(news, d)
				}
			}
			add(news)
		}
	}
	return all
}

// place is a message at its place.
type place struct {
	source  string
	subject diag.Span
	summary string
}

func sourceName(d *diag.Diagnostic) string {
	if d.Source == nil {
		return ""
	}
	return d.Source.Name()
}

// Files returns the planned files in order.
func (p *Plan) Files() []PlannedFile {
	files := make([]PlannedFile, 0, len(p.suites))
	for _, s := range p.suites {
		planned := PlannedFile{Path: s.file.path}
		for _, s := range s.file.steps {
			planned.Requests = append(planned.Requests, PlannedRequest{
				Name: s.name, Line: s.line, Method: s.method(), Target: s.target(),
				Tags: s.tags, Selected: s.selected,
			})
		}
		files = append(files, planned)
	}
	return files
}

// Close ends what the plan keeps open: connections and token requests.
func (p *Plan) Close() {
	if p.auth != nil {
		_ = p.auth.Close() // never fails
	}
	if p.client != nil {
		p.client.Close()
	}
}
