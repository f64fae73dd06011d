package runner

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/data"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/redaction"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// step is a request of a plan: a node of the graph, with everything about it
// that can be known before it is sent.
type step struct {
	*settings // what few have; to be changed through own

	file    *file
	index   int // from 1, in the order of the file
	block   *parser.Block
	request *parser.Request // nil for calls that stand alone
	name    string          // "" if it has none
	twin    int             // which of its name it is, from 1; 0 for those that have no address
	line    int             // of the request line

	selected bool
	excluded bool   // by a tag; what needs it is skipped
	traced   bool   // its edges and what it reads are known
	referred bool   // a request reads its answer, so that it is kept
	pinned   bool   // its answer is kept to the end
	proposes bool   // what could be written above it
	picks    picks  // what of it is run, if it is selected
	needs    []need // edges: what runs first, in this order; found by linking

	answersOf []*step // whose answers it reads
	readers   int     // how many steps read its answer

	names       *fileNames     // that its expressions may use
	auth        *credentials   // nil for none
	shorthand   *parser.Header // that stands for auth, and is not sent; nil for none
	asserts     []*assertion
	inherited   int // how many of asserts are the preamble's
	captures    []*capture
	ownNames    bool // its expressions read names that those of the file do not
	readsStatus bool // one of its checks reads the status
	readsBody   bool // one of its checks or captures reads the body of the answer
	userinfo    bool // its URL is known to hold a user name
	cutTold     bool // it is known that a value ends its URL
	setup       bool // @setup: before the other requests of its file
	teardown    bool // @teardown: after them, whatever happened

	reads []reading // variables that a capture sets
}

// settings are what few steps have. A large file has tens of thousands of steps
// without any, which share one that is empty.
type settings struct {
	calls       []*call // of other requests, before this one is sent
	tags        []string
	written     []wanted       // the names in @needs and @forceRef
	table       *data.Table    // of @data; nil for one run
	loop        *loop          // of @loop; nil for one run
	pulledBy    string         // the step that reads what it captures, if that alone makes it run
	idle        string         // why there is nothing for it to do, although it is selected
	skip        *parser.Reason // of @skip
	retry       *retry         // nil for one try
	conditions  []condition    // of @if and @disabled, all of which must be met
	tokens      []*credentials // whose tokens its texts name
	predicates  []predicate    // assertions in the grammars of other tools
	scripts     []*handler     // in the order of running
	scriptSets  []*set         // what they set for later requests
	ownVars     []string       // variables that they set for this one
	unnamed     []string       // what else they set: computedName, headersName
	computes    bool           // one that runs first sets variables whose names it computes
	timeout     parser.Text
	connect     parser.Text
	before      []wait // @sleep and the like
	after       []wait // once the answer is judged
	rateLimit   *rateLimit
	namespaces  []xpathNamespace // of @xpath_ns
	proxy       parser.Text      // a template; zero for that of the options
	noProxy     bool
	noCert      bool
	cert, key   parser.Text // files of the client certificate; templates
	dropped     []int       // header fields that stand for something else and are not sent
	noRedirect  bool
	insecure    bool
	noLog       bool
	noCookies   bool
	verbatim    bool         // @no-auto-encoding
	inject      bool         // @injectVariables
	secretReads []secretRead // what others read of its answer into secret places
	unsupported diag.List    // constructs that cannot be run; the request fails with them

	// bodyFiles holds the text of the files whose templates are expanded, by
	// the index of the body part, as far as their names are known before the run.
	bodyFiles map[int]parser.Text
}

// own returns the settings of the step, to be changed.
func (s *step) own() *settings {
	if s.settings == &s.file.plan.noSettings {
		s.settings = new(settings)
	}
	return s.settings
}

// address is the name of the step and which of that name it is: "login#2".
func (s *step) address() string {
	if s.twin == 0 {
		return ""
	}
	return s.name + "#" + strconv.Itoa(s.twin)
}

// wanted is a name in @needs or @forceRef.
type wanted struct {
	name parser.Text
	anew bool // @forceRef
}

// need is an edge of the graph.
type need struct {
	on    *step
	at    parser.Text // where it is written
	phase phase

	written bool // by @needs and the like
	anew    bool // it runs even if it has run before
}

// phase is when a step reads something. What an earlier one needs runs even if
// the step is then skipped.
type phase uint8

const (
	inLoop      phase = iota // @loop, and queries for whose values the step runs
	inCondition              // @if
	inRequest                // everything else
)

// reading is one name that a step reads.
type reading struct {
	name       string
	at         parser.Text
	afterOwn   bool // read after the step's own captures are made
	hasDefault bool // the variable has a value without the capture
	global     bool // another file's request captures it
	optional   bool // a script reads it, which can do without
	computed   bool // nothing is known to set it, but scripts that compute names
	phase      phase
}

// Names of what scripts set and nobody names.
const (
	computedName = "[…]"                   // variables whose names scripts compute
	headersName  = "client.global.headers" // header fields of all later requests
)

// set is the name under which what sets the variable is found.
func (r reading) set() string {
	if r.computed {
		return computedName
	}
	return r.name
}

// credentials is the @auth of a step. The binding is nil if a parameter is
// known only when the request runs.
type credentials struct {
	directive *parser.Auth
	entry     *scope.AuthEntry // what the environment configures under the id; nil for nothing
	err       error            // why the entry cannot be read
	outright  bool             // a text names the token
	binding   *auth.Binding
}

// texts returns the template texts of the directive's parameters.
func (c *credentials) texts() []parser.Text {
	var texts []parser.Text
	for _, p := range c.directive.Params {
		texts = append(texts, p.Value)
	}
	return texts
}

// entryTexts returns the template texts of the entry, which see fewer variables.
func (c *credentials) entryTexts() []parser.Text {
	var texts []parser.Text
	if c.entry != nil {
		for _, p := range c.entry.Params {
			texts = append(texts, p.Value)
		}
		for _, e := range c.entry.Extras {
			texts = append(texts, e.Value)
		}
	}
	return texts
}

// label is the name of a step for people: its own, or its request line.
func (s *step) label() string {
	if s.name != "" {
		return s.name
	}
	return s.requestLine()
}

// requestLine is what a request without a name is called.
func (s *step) requestLine() string {
	return s.method() + " " + strings.Join(strings.Fields(s.target()), " ")
}

// target is what is requested, as written.
func (s *step) target() string {
	if s.request == nil {
		return strings.TrimPrefix(s.calls[0].label(), "run ")
	}
	return s.file.plan.hide(redaction.HideTarget, s.request.Target.String())
}

// setting yields what the step sets for later requests: its captures, and then the
// variables of its scripts. It is an [iter.Seq].
func (s *step) setting(yield func(*set) bool) {
	for _, c := range s.captures {
		if !yield(&c.set) {
			return
		}
	}
	for _, c := range s.scriptSets {
		if !yield(c) {
			return
		}
	}
}

// captureOf reports whether the step itself sets a variable.
func (s *step) captureOf(name string) bool {
	for c := range s.setting {
		if c.name == name {
			return true
		}
	}
	return false
}

// how says how the step sets a variable, and done the participle of that.
func (s *step) how(name string) (verb, done string) {
	for c := range s.setting {
		if c.name == name {
			return c.how(), c.done()
		}
	}
	return "sets", "set"
}

func (s *step) method() string {
	if s.request == nil {
		return "RUN"
	}
	if s.request.Method.IsZero() {
		return "GET"
	}
	method := strings.ToUpper(s.request.Method.String())
	if method == "GRAPHQL" {
		return "POST"
	}
	return method
}

// texts returns every template text of the request, in the order of writing:
// the target first.
func (s *step) texts() []parser.Text {
	texts := make([]parser.Text, 0, 4) // most have no more
	add := func(more ...parser.Text) {
		for _, t := range more {
			if !t.IsZero() {
				texts = append(texts, t)
			}
		}
	}
	if s.request != nil {
		add(s.request.Target)
		for _, h := range s.request.Headers {
			if h.Spread { // read like a template
				add(parser.Literal(h.Value.Source(), h.Span, "{{"+h.Value.String()+"}}"))
				continue
			}
			add(h.Name, h.Value)
		}
		for _, v := range s.file.defaults {
			add(v.Text)
		}
		if s.request.Body != nil {
			for i, p := range s.request.Body.Parts {
				add(p.Text, p.Path, s.bodyFiles[i])
			}
		}
	}
	for _, o := range s.block.Outputs {
		add(o.Path)
	}
	for _, v := range s.block.Variables {
		if !s.file.globalName(v).IsZero() { // which other files read once the request is sent
			add(v.Value)
		}
	}
	for _, c := range s.calls {
		for _, v := range c.line.Vars {
			add(v.Value)
		}
	}
	add(s.timeout, s.connect)
	for _, w := range slices.Concat(s.before, s.after) {
		add(w.text)
	}
	add(s.proxy, s.cert, s.key)
	if s.retry != nil {
		add(s.retry.every, s.retry.backoff)
	}
	for _, p := range s.predicates {
		add(p.node.Argument, p.node.Expected)
	}
	for _, n := range s.namespaces {
		add(n.uri)
	}
	if s.auth != nil {
		add(s.auth.texts()...)
	}
	return texts
}

// newStep reads the directives of a block that holds a request. Defaults are
// the directives of the preamble.
func (f *file) newStep(b *parser.Block, preamble *parser.Block, names *fileNames) *step {
	f.suite.steps++
	s := &step{settings: &f.plan.noSettings, file: f, index: f.suite.steps, block: b, request: b.Request, name: b.RequestName()}
	for _, i := range b.Imports {
		if i.Run {
			s.own().calls = append(s.calls, &call{line: i})
		}
	}
	s.line = f.parsed.Source.Position(s.span().Start).Line
	if preamble != nil {
		for _, d := range preamble.Directives {
			if d.Key != "needs" && d.Key != "data" { // one cannot stand there, the other is the file's
				s.apply(d, names)
			}
		}
		s.inherited = len(s.asserts)
	}
	if scripts := f.scriptsOf(b); len(scripts) > 0 {
		s.own().scripts = scripts
		if s.ownVars = ownVariables(scripts); len(s.ownVars) > 0 {
			names = names.with(&data.Table{Columns: s.ownVars})
			s.ownNames = true
		}
	}
	if b != preamble {
		if table := f.tableOf(b); table != nil {
			s.own().table = table
			names = names.with(table)
			s.ownNames = true
		}
		if loop := loopOf(b); loop != nil {
			s.own().loop = loop
			s.ownNames = true
			outside := names
			names = names.with(&data.Table{Columns: s.loop.names()})
			s.loop.compile(s, outside, names)
			if s.table != nil {
				s.unreadable(s.loop.text(), "`@loop` and `@data` on one request", "leave one of them out")
			}
		}
		for _, d := range b.Directives {
			s.apply(d, names)
		}
	}
	s.names = names
	s.checkFrame()
	s.readScripts()
	s.readShorthand()
	f.readHeaders(s)
	if wrong := f.unsupported(b); len(wrong) > 0 {
		s.own().unsupported = append(s.unsupported, wrong...)
	}
	for _, a := range b.Assertions {
		p := predicate{a}
		s.own().predicates = append(s.predicates, p)
		s.readsStatus = s.readsStatus || a.Subject == parser.SubjectStatus
		s.readsBody = s.readsBody || p.readsBody()
		if a.Subject == parser.SubjectXPath && !a.Argument.HasTemplate() {
			f.checkXPath(a.Argument, 0, a.Argument.String())
		}
	}
	for _, a := range s.asserts {
		s.readsStatus = s.readsStatus || a.program.ReadsStatus()
		s.readsBody = s.readsBody || a.program.ReadsBody()
	}
	if s.retry != nil && s.retry.until != nil {
		s.readsStatus = s.readsStatus || s.retry.until.program.ReadsStatus()
		s.readsBody = s.readsBody || s.retry.until.program.ReadsBody()
	}
	for _, c := range s.captures {
		s.readsBody = s.readsBody || c.program.ReadsBody()
	}
	return s
}

// checkFrame reports directives that contradict each other, and what stands at a
// call without a request, which has no answer of its own to check.
func (s *step) checkFrame() {
	misplaced := func(span diag.Span, summary, suggestion string) {
		s.file.problem(&diag.Diagnostic{
			Code: diag.CodeMisplaced, Severity: diag.Error, Summary: summary,
			Source: s.file.parsed.Source, Subject: span, Suggestion: suggestion,
		})
	}
	if s.setup && s.teardown {
		misplaced(s.span(), "`@setup` and `@teardown` on one request", "leave one of them out")
	}
	if s.request != nil {
		return
	}
	const suggestion = "put it at the request that is run, or write a request below the `run`"
	for _, d := range s.block.Directives {
		switch d.Key {
		case "name", "title", "description", "tag", "if", "if-not", "skip", "needs", "force-ref", "data", "loop", "setup", "teardown", "import", "dialect":
		default:
			if spec := d.Node; spec != nil && s.block != s.file.parsed.Preamble() {
				misplaced(d.Span, fmt.Sprintf("`@%s` has no effect on `%s`", d.Name, s.label()), suggestion)
			}
		}
	}
	for _, a := range s.block.Assertions {
		misplaced(a.Span, fmt.Sprintf("an assertion about no request: `%s` has no answer of its own", s.label()), suggestion)
	}
	for _, o := range s.block.Outputs {
		misplaced(o.Span, fmt.Sprintf("a redirection of no request: `%s` has no answer of its own", s.label()), suggestion)
	}
}

// span is where the request line stands, or the first call.
func (s *step) span() diag.Span {
	if s.request == nil {
		return s.calls[0].line.Span
	}
	return s.request.Line
}

// apply takes one directive. A later one replaces an earlier one of the same
// kind; assertions, captures, tags and needs add up.
func (s *step) apply(d *parser.Directive, names eval.Names) {
	switch n := d.Node.(type) {
	case *parser.Assert:
		if n.None { // those of the preamble; its own stay
			s.asserts, s.inherited = s.asserts[s.inherited:], 0
			return
		}
		if p := s.compile(n.Expr, eval.Condition, names); p != nil {
			a := &assertion{expression: expression{n.Expr, p}}
			if !n.Message.IsZero() {
				a.note = n.Message.String()
			}
			s.asserts = append(s.asserts, a)
		}
	case *parser.Capture:
		if p := s.compile(n.Expr, eval.Value, names); p != nil {
			c := &capture{expression: expression{n.Expr, p}, set: set{name: n.Name.String(), at: n.Name, secret: n.Secret, global: n.Global}}
			s.captures = append(s.captures, c)
			s.file.warnShadowed(n.Name)
		}
	case *parser.Auth:
		s.auth = nil
		if n.ID.String() != "none" {
			s.auth = s.file.configured(n)
		}
	case *parser.Names:
		switch d.Key {
		case "tag":
			for _, t := range n.Names {
				s.own().tags = append(s.tags, strings.Fields(t.String())...) // a tag holds no blank
			}
		case "needs", "force-ref":
			for _, name := range n.Names {
				s.own().written = append(s.written, wanted{name: name, anew: d.Key == "force-ref"})
			}
		default:
			s.cannotRun(d, d.Key)
		}
	case *parser.Duration:
		if !s.applyDuration(d.Key, n.Value) {
			s.cannotRun(d, d.Key)
		}
	case *parser.Reason:
		if !s.restrictUnless(d, n, names) {
			s.own().skip = n
		}
	case *parser.Loop: // read before the others, for its names
	case *parser.Retry:
		s.own().retry = &retry{tries: n.Tries, every: n.Every, backoff: n.Backoff}
		if !n.Until.IsZero() {
			if p := s.compile(n.Until, eval.Condition, names); p != nil {
				s.retry.until = &expression{n.Until, p}
			}
		}
	case *parser.Condition:
		s.restrict(conditionOf(n.Expr), names)
	case *parser.Switch:
		if !s.applySwitch(d.Key) {
			s.cannotRun(d, d.Key)
		}
	case *parser.Value:
		if !s.applyValue(d.Key, n.Text, names) {
			s.cannotRun(d, d.Key)
		}
	case *parser.Prompt:
		// a variable that has no value; see prompts
	case nil:
		s.applyForeign(d) // or one that the parser has reported
	default:
		s.cannotRun(d, d.Key)
	}
}

func (s *step) compile(text parser.Text, kind eval.Kind, names eval.Names) *eval.Program {
	var p *eval.Program
	var err error
	if s.ownNames { // what it reads may mean nothing in other requests
		if p, err = s.compileOwn(text, kind, names); err == nil {
			s.file.plan.compiled.add(p)
		}
	} else if p = s.file.compiled(programKey{kind, text.String()}); p != nil {
		s.file.plan.compiled.again(p)
	} else {
		p, err = s.file.compile(text, kind, names)
	}
	if err != nil {
		s.file.problem(expression{text: text}.problem(diag.CodeExpression, "", err))
	}
	return p
}

func (s *step) compileOwn(text parser.Text, kind eval.Kind, names eval.Names) (*eval.Program, error) {
	p, err := eval.Compile(text.String(), kind, names)
	if err != nil { // not a nil *eval.Error in an error
		return nil, err
	}
	return p, nil
}

// expression compiles a template that is no mere name. A nil step is no request.
func (s *step) expression(f *file, expr parser.Text) (*eval.Program, error) {
	if s != nil && s.ownNames {
		return s.compileOwn(expr, eval.Value, s.names)
	}
	return f.compile(expr, eval.Value, f.names)
}

// cannotRun notes a directive that this version reads but does not carry out:
// running the request as if it were not there would be a false green.
func (s *step) cannotRun(d *parser.Directive, what string) {
	s.own().unsupported = append(s.unsupported, s.file.notSupported(fmt.Sprintf("`@%s`", what), d.Span))
}
