package parser

import (
	"bytes"
	"slices"
	"strings"
)

// Dialect is the tool that a file was written for. It decides the few points
// on which the tools disagree about the same text.
type Dialect uint8

// Dialects.
const (
	Neutral      Dialect = iota // nothing in the file tells
	JetBrains                   // the HTTP Client of JetBrains' IDEs
	VSCode                      // REST Client for Visual Studio Code
	VisualStudio                // the editor built into Visual Studio
	HTTPYac                     // httpYac
	Kulala                      // kulala.nvim
)

var dialectNames = [...]struct{ name, short string }{
	Neutral:      {"neutral", ""},
	JetBrains:    {"jetbrains", "jb"},
	VSCode:       {"vscode", "vsc"},
	VisualStudio: {"visualstudio", "vs"},
	HTTPYac:      {"httpyac", "hy"},
	Kulala:       {"kulala", "ku"},
}

// String returns the name that ParseDialect reads.
func (d Dialect) String() string {
	if int(d) < len(dialectNames) {
		return dialectNames[d].name
	}
	return "unknown"
}

// DialectNames returns the names of the dialects.
func DialectNames() []string {
	names := make([]string, len(dialectNames))
	for d, n := range dialectNames {
		names[d] = n.name
	}
	return names
}

// ParseDialect reads the name of a dialect, such as "jetbrains" or "jb", in any
// case. It reports false for a name that it does not know.
func ParseDialect(name string) (Dialect, bool) {
	for d, n := range dialectNames {
		if strings.EqualFold(name, n.name) || (n.short != "" && strings.EqualFold(name, n.short)) {
			return Dialect(d), true
		}
	}
	return Neutral, false
}

// separatesAlways reports whether a dialect has no requests but those behind a
// separator: what looks like a second request there is text of the body.
func (d Dialect) separatesAlways() bool {
	return d == JetBrains || d == VSCode || d == Kulala
}

// detectDialect looks for what only one tool understands. Marks of scripts are
// the surest and decide when a file bears the marks of two tools.
func (p *parser) detectDialect() Dialect {
	if d, ok := p.declaredDialect(); ok {
		return d
	}
	var seen [len(dialectNames)]bool
	for i := range p.file.Lines {
		if leadsDialect(p.first(i)) {
			seen[lineDialect(trimBytes(p.line(i)))] = true
		}
	}
	for _, d := range [...]Dialect{Kulala, JetBrains, HTTPYac} {
		if seen[d] {
			return d
		}
	}
	if d := markedDialect(p.src); d != Neutral {
		return d
	}
	for _, d := range [...]Dialect{VSCode, VisualStudio} {
		if seen[d] {
			return d
		}
	}
	return Neutral
}

// markedDialect looks for what only one tool understands, wherever it stands. It
// looks at what stands round bytes that are rare.
func markedDialect(text []byte) Dialect {
	found := Neutral
	for _, rare := range [...]byte{'.', '%', '$'} {
		for i := indexFrom(text, 0, rare); i < len(text); i = indexFrom(text, i+1, rare) {
			switch dialectMark(text[max(i-len("{{"), 0):i], text[i:]) {
			case VSCode:
				return VSCode
			case JetBrains:
				found = JetBrains
			}
		}
	}
	return found
}

// dialectMark returns the dialect of the mark that a text starts with; before is
// what stands in front of it.
func dialectMark(before, text []byte) Dialect {
	starts := func(marks ...string) bool {
		return slices.ContainsFunc(marks, func(m string) bool { return len(text) >= len(m) && string(text[:len(m)]) == m })
	}
	inTemplate := string(before) == "{{"
	switch {
	case starts(".response.body", ".response.headers"),
		inTemplate && starts("%", "$processEnv ", "$dotenv ", "$guid", "$aad", "$oidc"):
		return VSCode
	case starts("$auth.", "$random."):
		return JetBrains
	}
	return Neutral
}

// declaredDialect reads # @dialect NAME from the comments and variables that a
// file starts with.
func (p *parser) declaredDialect() (Dialect, bool) {
	for i := range p.file.Lines {
		line := p.line(i)
		if mark := commentMark(line); mark > 0 && !isSeparator(line) {
			name, args, _, ok := splitDirective(line[mark:])
			if ok && foldName(string(line[mark:][name.Start:name.End])) == "dialect" {
				return ParseDialect(string(line[mark:][args.Start:args.End]))
			}
			continue
		}
		if _, _, _, isVar := isVariable(line); !isVar && !isBlank(line) {
			break
		}
	}
	return Neutral, false
}

// leadsDialect reports whether lineDialect knows lines that start with c.
func leadsDialect(c byte) bool {
	switch c {
	case '<', '>', '?', '{', '.', '@', '-', '#', '/', 'i', 'r', 'c', 'X', 'x':
		return true
	}
	return false
}

// lineDialect returns the dialect that the beginning of a line gives away. The
// line has no white space at its ends.
func lineDialect(line []byte) Dialect {
	if len(line) < 2 {
		return Neutral
	}
	switch line[0] {
	case '<', '>':
		if bytes.HasPrefix(line[1+skipSpace(line[1:]):], []byte("{%")) {
			return JetBrains
		}
	case '?':
		if isAssertion(line) {
			return HTTPYac
		}
	case '{':
		if isScriptOpening(line) {
			return HTTPYac
		}
	case '.':
		if isSpread(line) {
			return HTTPYac
		}
	case '@':
		name, _, lazy, ok := isVariable(line)
		switch {
		case ok && lazy:
			return HTTPYac
		case ok && bytes.HasSuffix(line[name.Start:name.End], []byte("_HostAddress")):
			return VisualStudio
		}
	case '-':
		if bytes.Equal(line, []byte("-- lua")) {
			return Kulala
		}
	case '#', '/':
		return commentDialect(line)
	case 'i', 'r':
		if importKeyword(line) != "" {
			return JetBrains
		}
	case 'c':
		if bytes.HasPrefix(line, []byte("curl ")) {
			return VSCode
		}
	case 'X', 'x':
		if name := []byte("x-request-type"); len(line) > len(name) && line[len(name)] == ':' &&
			bytes.EqualFold(line[:len(name)], name) {
			return VSCode
		}
	}
	return Neutral
}

func commentDialect(line []byte) Dialect {
	mark := commentMark(line)
	if mark == 0 {
		return Neutral
	}
	rest := line[mark:]
	if isSeparator(line) {
		title := trimBytes(rest)
		if bytes.Equal(title, []byte("Shared")) || bytes.Equal(title, []byte("Shared each")) {
			return Kulala
		}
		return Neutral
	}
	name, _, _, ok := splitDirective(rest)
	if !ok {
		return Neutral
	}
	switch folded := foldName(string(rest[name.Start:name.End])); {
	case strings.HasPrefix(folded, "kulala"):
		return Kulala
	case folded == "ref", folded == "forceref", folded == "import", folded == "loop", folded == "disabled":
		return HTTPYac
	}
	return Neutral
}
