package script

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dop251/goja/ast"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// binding is a name that an import brings in.
type binding struct {
	local string
	name  string // in the module; "default", or "*" for all of it
	place Place
}

// moduleImport is an import of another module.
type moduleImport struct {
	path     string
	place    Place // of the path
	bindings []binding
	reexport bool // its bindings are exported, and not names of the unit
}

// exported is a name that a module exports.
type exported struct {
	name, local string
	place       Place
}

// links are the imports and exports of a unit while it is parsed.
type links struct {
	unit    *unit
	code    []byte
	imports []*moduleImport
	exports []exported
	// declared are the offsets of declarations that are exported, and statements
	// those of all imports and exports.
	declared   []int
	statements []Place
	result     string // what is put behind the code
}

// names returns the names that the imports bind, in order.
func (l *links) names() []string {
	var names []string
	for _, m := range l.imports {
		if !m.reexport {
			for _, b := range m.bindings {
				names = append(names, b.local)
			}
		}
	}
	return names
}

func (l *links) placeAt(from, to int) Place {
	return Place{Source: l.unit.source, Span: diag.Span{Start: l.unit.start + from, End: l.unit.start + to}}
}

// statement reads the import or export at an offset of the code, and blanks it.
// It reports false if there is none.
func (l *links) statement(at int) (*diag.Diagnostic, bool) {
	if at < 0 || at >= len(l.code) {
		return nil, false
	}
	s := &linkScanner{links: l, at: at}
	switch word := s.word(); word {
	case "import":
		s.imports(at)
	case "export":
		s.export(at)
	default:
		return nil, false
	}
	if s.problem != nil {
		return s.problem, true
	}
	l.statements = append(l.statements, l.placeAt(at, s.at))
	return nil, true
}

// linkScanner reads one import or export. After the first problem it reads
// nothing.
type linkScanner struct {
	*links
	at      int
	problem *diag.Diagnostic
}

func (s *linkScanner) fail(at int, suggestion, format string, args ...any) {
	if s.problem == nil {
		p := Place{Source: s.unit.source, Span: s.unit.word(s.unit.prefix + at)}
		s.problem = &diag.Diagnostic{
			Code: diag.CodeScriptSyntax, Severity: diag.Error, Summary: fmt.Sprintf(format, args...),
			Source: p.Source, Subject: p.Span, Suggestion: suggestion,
		}
	}
}

// space skips white space and comments.
func (s *linkScanner) space() {
	for s.at < len(s.code) {
		rest := string(s.code[s.at:min(len(s.code), s.at+3)])
		switch {
		case strings.ContainsRune(" \t\r\n\v\f", rune(rest[0])):
			s.at++
		case strings.HasPrefix(rest, "\u00a0"):
			s.at += len("\u00a0")
		case strings.HasPrefix(rest, "\ufeff"), strings.HasPrefix(rest, "\u2028"), strings.HasPrefix(rest, "\u2029"):
			s.at += len("\ufeff")
		case strings.HasPrefix(rest, "//"):
			if i := strings.IndexAny(string(s.code[s.at:]), "\r\n\u2028\u2029"); i >= 0 {
				s.at += i
			} else {
				s.at = len(s.code)
			}
		case strings.HasPrefix(rest, "/*"):
			i := strings.Index(string(s.code[s.at+2:]), "*/")
			if i < 0 {
				return
			}
			s.at += i + len("/**/")
		default:
			return
		}
	}
}

// word reads a name; empty if there is none.
func (s *linkScanner) word() string {
	s.space()
	start := s.at
	s.at += nameLength(string(s.code[s.at:]))
	if word := string(s.code[start:s.at]); word != "" && (word[0] < '0' || word[0] > '9') {
		return word
	}
	s.at = start
	return ""
}

// peek returns the next character, 0 at the end.
func (s *linkScanner) peek() byte {
	s.space()
	if s.at >= len(s.code) {
		return 0
	}
	return s.code[s.at]
}

func (s *linkScanner) take(c byte) bool {
	if s.peek() == c {
		s.at++
		return true
	}
	return false
}

func (s *linkScanner) expect(what string) {
	if s.peek(); strings.HasPrefix(string(s.code[s.at:]), what) {
		s.at += len(what)
		return
	}
	s.fail(s.at, "", "the script cannot be read: `%s` should stand here", what)
}

// text reads a text in quotes.
func (s *linkScanner) text() (string, Place) {
	quote := s.peek()
	start := s.at
	if quote != '"' && quote != '\'' {
		s.fail(s.at, "write it in quotes", "the script cannot be read: the path of a module should stand here")
		return "", Place{}
	}
	end := slices.Index(s.code[start+1:], quote)
	if end < 0 || slices.Contains(s.code[start+1:start+1+end], '\n') || slices.Contains(s.code[start+1:start+1+end], '\\') {
		s.fail(start, "", "the script cannot be read: the path of a module does not end, or has a backslash")
		return "", Place{}
	}
	s.at = start + end + 2
	return string(s.code[start+1 : start+1+end]), s.placeAt(start, s.at)
}

// from reads the path of a module, and what may end the statement.
func (s *linkScanner) from(m *moduleImport) {
	m.path, m.place = s.text()
	before := s.at
	if word := s.word(); word == "with" || word == "assert" {
		s.fail(before, "leave it out", "attributes of imports are not supported by this version")
	}
	s.at = before
	if s.peek() == ';' {
		s.at++
	} else {
		s.at = before
	}
}

func (s *linkScanner) blank(from, to int) {
	for i := from; i < to; i++ {
		if c := s.code[i]; c != '\n' && c != '\r' {
			s.code[i] = ' '
		}
	}
}

func (s *linkScanner) imports(start int) {
	m := &moduleImport{}
	switch c := s.peek(); c {
	case '(':
		s.fail(start, "write `import … from \"./file\"` at the beginning", "`import()` is not supported by this version")
		return
	case '.':
		s.fail(start, "", "`import.meta` is not supported by this version")
		return
	case '"', '\'':
	default:
		if c != '{' && c != '*' {
			at := s.at
			name := s.word()
			if name == "" {
				s.fail(s.at, "", "the script cannot be read: a name should stand behind `import`")
				return
			}
			m.bindings = append(m.bindings, binding{local: name, name: "default", place: s.placeAt(at, s.at)})
		}
		if len(m.bindings) == 0 || s.take(',') {
			if s.peek() == '*' {
				s.star(m)
			} else {
				s.list(m)
			}
		}
		s.expect("from")
	}
	s.from(m)
	if s.problem != nil {
		return
	}
	s.blank(start, s.at)
	s.links.imports = append(s.links.imports, m)
}

// star reads `* as name`.
func (s *linkScanner) star(m *moduleImport) {
	s.expect("*")
	s.expect("as")
	at := s.at
	name := s.word()
	if name == "" {
		s.fail(s.at, "", "the script cannot be read: a name should stand behind `as`")
	}
	m.bindings = append(m.bindings, binding{local: name, name: "*", place: s.placeAt(at, s.at)})
}

// list reads `{a, b as c}`: the name in the module first.
func (s *linkScanner) list(m *moduleImport) {
	s.expect("{")
	for s.problem == nil && !s.take('}') {
		s.space()
		at := s.at
		b := binding{name: s.name(), place: s.placeAt(at, s.at)}
		b.local = b.name
		before := s.at
		if s.word() == "as" {
			b.local = s.name()
		} else {
			s.at = before
		}
		m.bindings = append(m.bindings, b)
		quoted := b.local // what has to be a name of the unit itself
		if m.reexport {
			quoted = b.name
		}
		if s.problem == nil && !isName(quoted) {
			s.fail(at, "give it a name: `{\"a b\" as ab}`", "%s is no name", value.Format(quoted))
		}
		if !s.take(',') && s.peek() != '}' {
			s.fail(s.at, "", "the script cannot be read: `,` or `}` should stand here")
		}
	}
}

// name reads a name, or one in quotes.
func (s *linkScanner) name() string {
	if c := s.peek(); c == '"' || c == '\'' {
		text, _ := s.text()
		return text
	}
	name := s.word()
	if name == "" {
		s.fail(s.at, "", "the script cannot be read: a name should stand here")
	}
	return name
}

// isName reports whether a text can be the name of a variable, as far as its
// characters go.
func isName(s string) bool {
	for i, r := range s {
		if !isNamePart(r) || i == 0 && '0' <= r && r <= '9' {
			return false
		}
	}
	return s != ""
}

// defaultName is the variable of `export default`. It is as long as those words
// are with one blank between them, and what they are replaced with.
const defaultName = "$default_"

func (s *linkScanner) export(start int) {
	switch s.peek() {
	case '*':
		m := &moduleImport{reexport: true}
		s.expect("*")
		before := s.at
		if s.word() == "as" {
			at := s.at
			m.bindings = append(m.bindings, binding{local: s.name(), name: "*", place: s.placeAt(at, s.at)})
		} else {
			s.at = before
			m.bindings = append(m.bindings, binding{local: "*", name: "*"})
		}
		s.expect("from")
		s.reexport(start, m)
		return
	case '{':
		m := &moduleImport{reexport: true}
		s.list(m)
		before := s.at
		if s.word() == "from" {
			s.reexport(start, m)
			return
		}
		s.at = before
		if s.take(';') || s.problem != nil {
			before = s.at
		}
		s.at = before
		for _, b := range m.bindings {
			s.exports = append(s.exports, exported{name: b.local, local: b.name, place: b.place})
		}
		s.blank(start, s.at)
		return
	}
	before := s.at
	if s.word() != "default" {
		s.at = before
		s.blank(start, s.at)
		s.declared = append(s.declared, s.at)
		return
	}
	end := s.at
	if name := s.defaultDeclaration(); name != "" {
		s.blank(start, end)
		s.exports = append(s.exports, exported{name: "default", local: name})
		s.at = end
		return
	}
	s.at = end
	if slices.Contains(s.code[start:end], '\n') || slices.Contains(s.code[start:end], '\r') {
		s.fail(start, "write it on one line", "`export default` stands on two lines")
		return
	}
	s.blank(start, end)
	copy(s.code[start:], "var "+defaultName+"=")
	s.exports = append(s.exports, exported{name: "default", local: defaultName})
}

// defaultDeclaration returns the name of the function or class that is exported
// by default; empty if it has none, or if it is another expression.
func (s *linkScanner) defaultDeclaration() string {
	word := s.word()
	if word == "async" {
		word = s.word()
	}
	if word != "function" && word != "class" {
		return ""
	}
	s.take('*')
	if name := s.word(); name != "extends" {
		return name
	}
	return ""
}

func (s *linkScanner) reexport(start int, m *moduleImport) {
	s.from(m)
	if s.problem == nil {
		s.blank(start, s.at)
		s.links.imports = append(s.links.imports, m)
	}
}

// finish looks at the whole of a unit: imports and exports stand outside of all
// blocks.
func (l *links) finish(body *ast.BlockStatement) *diag.Diagnostic {
	for _, p := range l.statements {
		for _, statement := range body.List {
			span := l.unit.span(statement.Idx0(), statement.Idx1())
			if span.Start < p.Span.Start && p.Span.Start < span.End {
				return &diag.Diagnostic{
					Code: diag.CodeScriptSyntax, Severity: diag.Error, Summary: "an import or export stands inside a statement",
					Source: p.Source, Subject: firstLine(p.Source, p.Span), Suggestion: "write it at the beginning of the script",
				}
			}
		}
	}
	return nil
}

// export makes what a unit returns of what it exports. It reports false if there
// is nothing, or if that has been done.
func (l *links) export(f *ast.FunctionLiteral) bool {
	for _, at := range l.declared {
		for _, statement := range f.Body.List {
			if int(statement.Idx0())-1-l.unit.prefix == at {
				l.exports = append(l.exports, l.declaredNames(statement)...)
			}
		}
	}
	l.declared = nil
	if l.result != "" || len(l.exports) == 0 || !l.unit.module {
		l.unit.exports = l.exports
		return false
	}
	var b strings.Builder
	b.WriteString(";return{")
	for _, e := range l.exports {
		fmt.Fprintf(&b, "get %s(){return %s},", value.Format(e.name), e.local)
	}
	b.WriteString("}")
	l.result = b.String()
	return true
}

// declaredNames returns the names that a declaration binds.
func (l *links) declaredNames(s ast.Statement) []exported {
	i := &inspector{unit: l.unit, declared: map[string]bool{}}
	switch s := s.(type) {
	case *ast.VariableStatement:
		for _, b := range s.List {
			i.declare(b.Target)
		}
	case *ast.LexicalDeclaration:
		for _, b := range s.List {
			i.declare(b.Target)
		}
	case *ast.FunctionDeclaration:
		i.declared[s.Function.Name.Name.String()] = true
	case *ast.ClassDeclaration:
		i.declared[s.Class.Name.Name.String()] = true
	}
	var names []exported
	for name := range i.declared {
		names = append(names, exported{name: name, local: name, place: l.unit.place(s)})
	}
	slices.SortFunc(names, func(a, b exported) int { return strings.Compare(a.name, b.name) })
	return names
}
