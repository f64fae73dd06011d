package runner

import (
	"path/filepath"
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/script"
	"github.com/postrider/postrider/parser"
)

// handler is a script of a file that can be run.
type handler struct {
	file    *file
	node    *parser.Script
	program *script.Program
	text    *diag.Source // of its file; nil for an inline one
	once    bool         // it stands outside of requests: the first one that runs carries it out for all
}

// handlers are the scripts of a file.
type handlers struct {
	ofBlock    map[*parser.Block][]*handler
	everywhere []*handler                          // for every request of the file
	refused    map[*parser.Script]*diag.Diagnostic // those that this version does not run, and why
	ownOfAny   map[string]bool                     // variables that some request sets for itself
}

// line is where the script stands in its file.
func (h *handler) line() int { return h.file.parsed.Source.Position(h.node.Span.Start).Line }

// answers reports whether the script runs when there is an answer.
func (h *handler) answers() bool { return h.node.Event != parser.BeforeRequest }

// readScripts compiles the scripts of the file. Those with mistakes are reported.
func (f *file) readScripts() {
	for _, b := range f.parsed.Blocks {
		for _, s := range b.Scripts {
			if b.Disabled {
				continue
			}
			if f.ofBlock == nil {
				f.ofBlock = make(map[*parser.Block][]*handler)
				f.refused = make(map[*parser.Script]*diag.Diagnostic)
				f.ownOfAny = make(map[string]bool)
			}
			h := &handler{file: f, node: s, once: b.Request == nil && !s.Global}
			everywhere := s.Global || h.once
			switch {
			case s.Event == parser.WhileStreaming, s.Event == parser.BeforeLogging, s.Path.HasTemplate(), h.once && (s.API != parser.HTTPYac || runs(b)):
				f.refused[s] = f.notSupported(s.String(), s.Span)
				continue
			}
			var problems diag.List
			h.program, problems = f.compileScript(h)
			switch {
			case len(problems) > 0 && problems[0].Code == diag.CodeUnsupported:
				f.refused[s] = problems[0]
			case h.program == nil:
				f.problem(problems...)
			default:
				f.problem(problems...)
				if h.once && h.answers() {
					h.once = false
				}
				if everywhere {
					f.everywhere = append(f.everywhere, h)
				} else {
					f.ofBlock[b] = append(f.ofBlock[b], h)
				}
			}
		}
	}
}

// scriptsOf returns the scripts that a block is run with, those for every request
// first.
func (f *file) scriptsOf(b *parser.Block) []*handler {
	if b.Request == nil {
		return nil
	}
	return slices.Concat(f.everywhere, f.ofBlock[b])
}

// scriptFiles are the files of scripts that a plan has read.
type scriptFiles struct {
	compiled map[scriptKey]compiledScript
	dirs     map[string]string // their folders, by the names of their sources
}

// compiledScript is a script file that is compiled, for an event and a tool.
type compiledScript struct {
	program  *script.Program
	problems diag.List
}

type scriptKey struct {
	path  string // absolute
	api   script.API
	event script.Event
}

// compileScript compiles a script, or its file unless that was done before.
func (f *file) compileScript(h *handler) (*script.Program, diag.List) {
	s := h.node
	unit := script.Unit{Source: f.parsed.Source, Span: s.Code.Span(), Event: script.Event(s.Event), Load: f.loadModule}
	switch {
	case s.API == parser.HTTPYac:
		unit.API = script.HTTPYac
	case s.API == parser.Kulala, f.parsed.Dialect == parser.Kulala:
		unit.API = script.Kulala
	}
	if s.Path.IsZero() {
		return script.Compile(unit)
	}
	source, abs, err := f.readScript(f.dir, filepath.Dir(f.path), s.Path.String())
	if err != nil {
		return nil, f.pointAt(err, s.Path)
	}
	h.text = source
	key := scriptKey{abs, unit.API, unit.Event}
	compiled, known := f.plan.scripts.compiled[key]
	if !known {
		unit.Source, unit.Span = source, diag.Span{End: len(source.Text())}
		compiled.program, compiled.problems = script.Compile(unit)
		if f.plan.scripts.compiled == nil {
			f.plan.scripts.compiled = make(map[scriptKey]compiledScript)
		}
		f.plan.scripts.compiled[key] = compiled
	} else if compiled.program != nil { // whose modules this suite depends on, too
		for _, module := range compiled.program.Facts().Modules {
			f.suite.lookups.add(filepath.Join(f.plan.scripts.dirs[module.Name()], filepath.Base(module.Name())))
		}
	}
	return compiled.program, compiled.problems
}

// maxScript is the size of the largest script file.
const maxScript = 4 << 20

// readScript reads a script file that is named in a folder, which is shown under a
// name that may count from elsewhere.
func (f *file) readScript(dir, shown, path string) (source *diag.Source, abs string, err error) {
	files, err := f.files()
	if err != nil {
		return nil, "", err
	}
	defer files.Close() // only read from
	content, abs, err := files.ReadCheck(dir, path, maxScript)
	if err == nil && f.plan.options.ReadFile != nil { // an editor has it unsaved
		content, err = f.plan.options.readFile(abs)
	}
	if err != nil {
		return nil, "", err
	}
	if f.plan.scripts.dirs == nil {
		f.plan.scripts.dirs = make(map[string]string)
	}
	name := filepath.ToSlash(filepath.Join(shown, filepath.FromSlash(path)))
	f.plan.scripts.dirs[name] = filepath.Dir(abs)
	return diag.NewSource(name, content), abs, nil
}

// loadModule is script.Unit.Load.
func (f *file) loadModule(from, path string) (*diag.Source, error) {
	dir, known := f.plan.scripts.dirs[from]
	if !known { // the request file itself
		dir = f.dir
	}
	var first error
	for _, ending := range []string{"", ".js", ".mjs", ".cjs", ".ts", "/index.js"} {
		source, _, err := f.readScript(dir, filepath.Dir(filepath.FromSlash(from)), path+ending)
		if err == nil {
			return source, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// scriptTexts returns the texts of the files that the scripts of the file stand in,
// and of their modules.
func (f *file) scriptTexts() []string {
	var texts []string
	add := func(all []*handler) {
		for _, h := range all {
			if h.text != nil {
				texts = append(texts, string(h.text.Text()))
			}
			for _, module := range h.program.Facts().Modules {
				texts = append(texts, string(module.Text()))
			}
		}
	}
	for _, all := range f.ofBlock {
		add(all)
	}
	add(f.everywhere)
	return texts
}

// setByScript reports whether a script of the file sets a variable for requests that
// come later.
func (f *file) setByScript(name string) bool {
	sets := func(h *handler) bool {
		return slices.ContainsFunc(h.program.Facts().Sets, func(n script.Name) bool { return n.Name == name && !n.Clear && n.Tier != script.OfRequest })
	}
	for _, own := range f.ofBlock {
		if slices.ContainsFunc(own, sets) {
			return true
		}
	}
	return slices.ContainsFunc(f.everywhere, sets)
}

// nameScripts notes what the scripts of a request set for others.
func (f *file) nameScripts(b *parser.Block) {
	for _, h := range f.scriptsOf(b) {
		facts := h.program.Facts()
		for _, n := range facts.Sets {
			switch {
			case n.Clear:
			case n.Tier == script.OfRequest:
				f.ownOfAny[n.Name] = true
			default:
				f.defined.captures = append(f.defined.captures, n.Name)
				if n.Tier == script.Global {
					f.plan.addGlobal(&setter{file: f, block: b, name: nameAt(n), script: true})
				}
			}
		}
		f.defined.any = f.defined.any || computes(facts)
	}
}

// nameAt is a name of a script as a text of a file.
func nameAt(n script.Name) parser.Text {
	return parser.Literal(n.Place.Source, n.Place.Span, n.Name)
}

// readScripts takes what is known of the scripts of a step.
func (s *step) readScripts() {
	if len(s.scripts) == 0 {
		return
	}
	own := s.own()
	for _, h := range s.scripts {
		facts := h.program.Facts()
		s.readsBody = s.readsBody || h.answers() && facts.Body
		own.computes = own.computes || !h.answers() && computes(facts)
		if computes(facts) && !slices.Contains(s.unnamed, computedName) {
			own.unnamed = append(own.unnamed, computedName)
		}
		if facts.Headers && !slices.Contains(s.unnamed, headersName) {
			own.unnamed = append(own.unnamed, headersName)
		}
		for _, n := range facts.Sets {
			if n.Clear || n.Tier == script.OfRequest || slices.ContainsFunc(s.scriptSets, func(c *set) bool { return c.name == n.Name && c.by == h }) {
				continue
			}
			own.scriptSets = append(own.scriptSets, &set{name: n.Name, at: nameAt(n), global: n.Tier == script.Global, by: h})
			s.file.warnShadowed(nameAt(n))
		}
	}
}

// ownVariables returns the variables that scripts of a block set for its request alone.
func ownVariables(scripts []*handler) []string {
	var names []string
	for _, h := range scripts {
		for _, n := range h.program.Facts().Sets {
			if n.Tier == script.OfRequest && !n.Clear && !slices.Contains(names, n.Name) {
				names = append(names, n.Name)
			}
		}
	}
	return names
}

// computes reports whether a script sets variables whose names it computes.
func computes(facts *script.Facts) bool {
	return slices.ContainsFunc(facts.SetsOther, func(n script.Name) bool { return !n.Clear })
}

// setsFirst reports whether a script of the step sets a variable before the request
// is built; one that computes names may set any that is not known. A nil step sets
// nothing.
func (s *step) setsFirst(name string, known bool) bool {
	return s != nil && (slices.Contains(s.ownVars, name) || s.computes && !known && len(s.file.capturedBy[name]) == 0 ||
		slices.ContainsFunc(s.scriptSets, func(c *set) bool { return c.name == name && !c.by.answers() }))
}

// script follows what a script reads. It can do without any of it.
func (t *tracer) script(h *handler) {
	t.optional = true
	defer func() { t.optional = false }()
	for _, n := range h.program.Facts().Reads {
		at := nameAt(n)
		switch {
		case n.Tier == script.OfRequest:
		case n.Tier == script.Global:
			if len(t.file.capturers(n.Name)) > 0 {
				t.reads(reading{name: n.Name, at: at, afterOwn: h.answers()})
			} else if t.file.plan.globals[n.Name] != nil && !t.file.definesGlobal(n.Name) {
				t.reads(reading{name: n.Name, at: at, global: true})
			}
		case t.isVariable(n.Name) || t.file.plan.globals[n.Name] != nil:
			t.variable(n.Name, at, h.answers())
		case n.Free:
			if on := t.file.named(n.Name); on != nil && on != t.step {
				t.need(on, at)
			}
		}
	}
}
