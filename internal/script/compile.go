package script

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"

	"github.com/postrider/postrider/internal/diag"
)

// Program is a compiled script with its modules. It is safe for concurrent use.
type Program struct {
	api   API
	event Event
	main  *unit
	units map[string]*unit // by the name that the engine knows them by
	facts Facts

	expression bool              // it is nothing but a value
	texts      map[string]string // of an expression: those with templates, by the names that stand for them
	// patterns are the regular expressions of the text, by what the engine is given.
	patterns map[string]string

	guards bool            // it may call what can take memory without end
	words  map[string]bool // the words that it calls it by
	spells bool            // it may call anything, by a name that it computes
	arrays bool            // it makes lists with the constructor
	lists  bool            // it may have lists that are longer than what they hold
	nests  bool            // it may have lists that hold others again and again

	bigInts bool // it may have a BigInt
	waits   bool // it may wait for promises

	numbers      bool // it may join lists of numbers, or make them of others
	constructors bool // it may reach constructors by way of what they have made
}

// Facts returns what is known of the program without running it.
func (p *Program) Facts() *Facts { return &p.facts }

// unit is one text of a program: the script itself, or a module.
type unit struct {
	source *diag.Source
	api    API
	module bool
	start  int    // where its code begins in the source
	text   string // what the engine is given: prefix, code, suffix
	prefix int    // bytes in front of the code
	code   int    // bytes of the code

	program *goja.Program
	tested  map[int]bool         // members that the code only asks for, by their offset in the text
	maybe   map[string]bool      // the same for functions that are called with ?.(), by name: the engine does not tell where
	calls   map[int]*call        // by the offset in the text that the engine gives for them
	reads   []memberRead         // members of something, in the order of the text
	sets    map[string]diag.Span // exports.NAME = …
	imports []*moduleImport      // in the order of the text
	exports []exported
	linked  bool             // it has imports or exports of the language, and is no module of Node
	needs   []*moduleImport  // imports, and calls of require
	json    bool             // it is a JSON document
	value   bool             // it is an expression
	builtin string           // the name of a module that is part of the API; it has no text then
	modules map[string]*unit // by what import and require name them
	tree    *ast.Program     // while the program is compiled

	handings []handing // where values are handed on as they are, in the order of the text
}

// call is a call in the text of a unit.
type call struct {
	span      diag.Span // in the source
	arguments []diag.Span
	values    [][]string // the members of the answer in the first argument, as paths
}

// Compile reads a script and its modules. A list with an error means that it
// must not be run; the program is nil then.
func Compile(u Unit) (*Program, diag.List) {
	if language := u.language(); language != "" {
		return nil, diag.List{u.unsupported(language)}
	}
	boundRegular() // expressions are compiled with the script
	c := &compiler{unit: u, program: &Program{api: u.API, event: u.Event, expression: u.Expression, units: map[string]*unit{}}}
	c.program.main = c.compile(u.Source, u.Span, false)
	if c.problems.HasErrors() {
		if looksLikeLua(u.Source.Slice(u.Span)) {
			return nil, diag.List{u.unsupported("Lua")}
		}
		return nil, c.problems
	}
	c.program.facts.Warnings = c.problems
	return c.program, c.problems
}

func (u *Unit) unsupported(language string) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: diag.CodeUnsupported, Severity: diag.Error,
		Summary: "not supported by this version: scripts in " + language,
		Source:  u.Source, Subject: firstLine(u.Source, u.Span),
		Suggestion: "write the script in JavaScript",
	}
}

// firstLine returns the first line of a span that is not blank.
func firstLine(source *diag.Source, span diag.Span) diag.Span {
	text := source.Slice(span)
	start := span.Start + len(text) - len(strings.TrimLeft(text, " \t\r\n"))
	line, _, _ := strings.Cut(source.Slice(diag.Span{Start: start, End: span.End}), "\n")
	return diag.Span{Start: start, End: start + len(strings.TrimRight(line, " \t\r"))}
}

type compiler struct {
	unit     Unit
	program  *Program
	problems diag.List
	path     []string // of modules that are being compiled
}

// compile compiles one text. It returns nil, with a problem, if it cannot.
func (c *compiler) compile(source *diag.Source, span diag.Span, module bool) *unit {
	u := &unit{source: source, api: c.unit.API, module: module, start: span.Start, code: span.End - span.Start, sets: map[string]diag.Span{}, modules: map[string]*unit{}}
	u.value = c.unit.Expression && !module
	c.program.units[source.Name()] = u
	if tooNested(source.Slice(span)) {
		c.problem(Place{source, firstLine(source, span)}, "", "the script is too long, or nested too deeply")
		return nil
	}
	if !c.parse(u) {
		return nil
	}
	c.program.guardWords(source.Slice(span))
	c.inspect(u)
	c.inspectLists(u)
	c.guardSyntax(u)
	if !c.guardOperators(u) {
		return nil
	}
	if !c.load(u) {
		return nil
	}
	program, err := goja.CompileAST(u.tree, false)
	u.tree = nil
	if err != nil {
		c.problems = append(c.problems, u.compileError(err))
		return nil
	}
	u.program = program
	return u
}

func (u *unit) syntaxError(line, column int, message string) *diag.Diagnostic {
	at := u.offset(line, column)
	what := "script"
	if u.value {
		what = "expression"
	}
	d := &diag.Diagnostic{
		Code: diag.CodeScriptSyntax, Severity: diag.Error, Summary: "the " + what + " cannot be read: " + plain(message),
		Source: u.source, Subject: u.word(at),
	}
	if at >= u.prefix+u.code {
		d.Summary = "the " + what + " ends too early"
		d.Suggestion = "close what is open: a bracket, a brace, a text"
		d.Subject = diag.Span{Start: u.start + len(strings.TrimRight(u.source.Slice(diag.Span{Start: u.start, End: u.start + u.code}), " \t\r\n"))}
		d.Subject.End = d.Subject.Start
	}
	return d
}

// plain makes a message of the engine one of ours: without the capital letter.
func plain(message string) string {
	if len(message) > 1 && 'A' <= message[0] && message[0] <= 'Z' && 'a' <= message[1] && message[1] <= 'z' {
		return strings.ToLower(message[:1]) + message[1:]
	}
	return message
}

func (u *unit) compileError(err error) *diag.Diagnostic {
	if e, ok := err.(*goja.CompilerSyntaxError); ok && e.File != nil {
		p := e.File.Position(e.Offset)
		return u.syntaxError(p.Line, p.Column, e.Message)
	}
	return u.syntaxError(1, u.prefix+1, err.Error())
}

// offset returns the offset in the text of a line and a column of the engine,
// which counts bytes, and takes U+2028 and U+2029 for line ends.
func (u *unit) offset(line, column int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexAny(u.text[at:], "\n\r\u2028\u2029")
		if i < 0 {
			break
		}
		at += i
		switch {
		case strings.HasPrefix(u.text[at:], "\r\n"):
			at += 2
		case u.text[at] == '\n' || u.text[at] == '\r':
			at++
		default:
			at += len("\u2028")
		}
	}
	return min(at+column-1, len(u.text))
}

// sourceOffset turns an offset in the text into one in the source.
func (u *unit) sourceOffset(at int) int {
	return u.start + min(max(at-u.prefix, 0), u.code)
}

// span turns a range of the engine, which counts from 1, into one of the source.
func (u *unit) span(from, to file.Idx) diag.Span {
	return diag.Span{Start: u.sourceOffset(int(from) - 1), End: u.sourceOffset(int(to) - 1)}
}

func (u *unit) place(n ast.Node) Place {
	return Place{Source: u.source, Span: u.span(n.Idx0(), n.Idx1())}
}

// word returns the word at an offset of the text, or the character there.
func (u *unit) word(at int) diag.Span {
	from := u.sourceOffset(at)
	rest := u.source.Slice(diag.Span{Start: from, End: u.start + u.code})
	size := nameLength(rest)
	if size == 0 && rest != "" && rest[0] != '\n' && rest[0] != '\r' {
		_, size = utf8.DecodeRuneInString(rest)
	}
	return diag.Span{Start: from, End: from + size}
}

// nameLength returns how many bytes at the start of a text can be a name.
func nameLength(s string) int {
	for i, r := range s {
		if !isNamePart(r) {
			return i
		}
	}
	return len(s)
}

func isNamePart(r rune) bool {
	return r == '_' || r == '$' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r > 0x7f && r != '\u2028' && r != '\u2029' && r != utf8.RuneError
}

// problem adds an error of the program.
func (c *compiler) problem(p Place, suggestion, format string, args ...any) {
	c.problems = append(c.problems, &diag.Diagnostic{
		Code: diag.CodeScriptSyntax, Severity: diag.Error, Summary: fmt.Sprintf(format, args...),
		Source: p.Source, Subject: p.Span, Suggestion: suggestion,
	})
}

func (c *compiler) warn(p Place, suggestion, format string, args ...any) {
	c.problems = append(c.problems, &diag.Diagnostic{
		Code: diag.CodeScriptDoubt, Severity: diag.Warning, Summary: fmt.Sprintf(format, args...),
		Source: p.Source, Subject: p.Span, Suggestion: suggestion,
	})
}
