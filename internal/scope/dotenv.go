package scope

import (
	"fmt"
	"strings"

	"github.com/joho/godotenv"

	"github.com/postrider/postrider/internal/diag"
)

// dotEnvFile is a .env file, read.
type dotEnvFile struct {
	variables []*Variable // one for each name, in the order of the file
	warnings  diag.List
}

// parseDotEnv reads a .env file. What a value means is decided by godotenv.
// That reader expands "$", drops backslashes and takes the last of several
// comments, silently, and what it makes of a password depends on the letters
// of the password. So the file is read a second time, plainly, which also
// tells where each value stands; a value that the two read differently can be
// used only once it is written without doubt.
func parseDotEnv(source *diag.Source, where string) (*dotEnvFile, diag.List) {
	statements, problems := scanDotEnv(source)
	if problems.HasErrors() {
		return nil, problems
	}
	values, err := godotenv.UnmarshalBytes(dotEnvText(source, len(source.Text())))
	if err != nil { // its message may quote a secret
		return nil, diag.List{unreadable(source, statements)}
	}

	file := &dotEnvFile{}
	index := map[string]int{}
	plain := map[string]string{}
	for _, s := range statements {
		plain[s.name] = s.plain(source, plain)
		v := &Variable{
			Name: s.name, Value: values[s.name], Tier: DotEnv,
			Secret: LooksSecret(s.name),
			Source: source, Span: s.value, Where: where,
		}
		first, twice := index[s.name]
		if !twice {
			index[s.name] = len(file.variables)
			file.variables = append(file.variables, v)
			continue
		}
		at := source.Position(file.variables[first].Span.Start)
		file.warnings = append(file.warnings, &diag.Diagnostic{
			Code: diag.CodeDuplicateVariable, Severity: diag.Warning,
			Summary: fmt.Sprintf("`%s` is given twice, and the last one counts", s.name),
			Detail:  fmt.Sprintf("the first is on line %d", at.Line),
			Source:  source, Subject: s.at,
			Suggestion: "remove one of them",
		})
		file.variables[first] = v
	}
	for _, v := range file.variables {
		if found, ok := values[v.Name]; !ok || found != plain[v.Name] {
			v.problem = doubtful(v)
		}
	}
	return file, nil
}

// doubtful is the message for a value that two readers of .env files read
// differently.
func doubtful(v *Variable) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: diag.CodeDotEnv, Severity: diag.Error,
		Summary:    fmt.Sprintf("the value of `%s` would be changed by the rules of .env files", v.Name),
		Detail:     "outside of single quotes `$` starts the name of an earlier variable of the file, `\\` escapes, and ` #` starts a comment",
		Source:     v.Source,
		Subject:    v.Span,
		Suggestion: "put the value in single quotes, or name only variables that the file defines above",
	}
}

// unreadable points at the first statement that godotenv cannot read.
func unreadable(source *diag.Source, statements []statement) *diag.Diagnostic {
	d := &diag.Diagnostic{
		Code: diag.CodeDotEnv, Severity: diag.Error,
		Summary:    "a value that readers of .env files do not agree on",
		Source:     source,
		Suggestion: "do not end a quoted value in a backslash",
	}
	for _, s := range statements {
		d.Subject = s.value
		if _, err := godotenv.UnmarshalBytes(dotEnvText(source, s.end)); err != nil {
			break
		}
	}
	return d
}

// dotEnvText returns the first bytes of the text, without a byte order mark,
// which godotenv takes for a part of the first name.
func dotEnvText(source *diag.Source, end int) []byte {
	return source.Text()[min(bomLength(source.Text()), end):end]
}

func bomLength(text []byte) int {
	if strings.HasPrefix(string(text[:min(3, len(text))]), "\ufeff") {
		return 3
	}
	return 0
}

// statement is NAME=value.
type statement struct {
	name  string
	at    diag.Span // of the name
	value diag.Span // with its quotes, without a comment
	quote byte      // ' or ", 0 for none
	end   int       // behind the statement and its comment
}

// scanDotEnv finds the statements of a .env file. A line that it cannot read
// does not stop it.
func scanDotEnv(source *diag.Source) ([]statement, diag.List) {
	text := source.Text()
	var statements []statement
	var problems diag.List
	for i := bomLength(text); i < len(text); {
		switch c := text[i]; {
		case isBlank(c) || isLineEnd(c):
			i++
		case c == '#':
			i = lineEnd(text, i)
		default:
			s, problem := scanStatement(source, i)
			if problem != nil {
				problems = append(problems, problem)
				i = lineEnd(text, i)
				continue
			}
			statements = append(statements, s)
			i = s.end
		}
	}
	return statements, problems
}

func scanStatement(source *diag.Source, start int) (statement, *diag.Diagnostic) {
	text := source.Text()
	eol := lineEnd(text, start)
	problem := func(from, to int, summary, suggestion string) (statement, *diag.Diagnostic) {
		return statement{}, &diag.Diagnostic{
			Code: diag.CodeDotEnv, Severity: diag.Error, Summary: summary, Suggestion: suggestion,
			Source: source, Subject: diag.Span{Start: from, End: to},
		}
	}
	i := start
	if after, ok := strings.CutPrefix(string(text[i:eol]), "export"); ok && after != "" && isBlank(after[0]) {
		i = skipBlanks(text, i+len("export"))
	}
	from := i
	for i < eol && isDotEnvName(text[i]) {
		i++
	}
	s := statement{name: string(text[from:i]), at: diag.Span{Start: from, End: i}}
	i = skipBlanks(text, i)
	if s.name == "" || i == eol || text[i] != '=' && text[i] != ':' {
		return problem(start, eol, "not a line of a .env file: expected NAME=value, where the name is made of letters, digits, `_` and `.`",
			"write NAME=value, or start the line with `#`")
	}
	i = skipBlanks(text, i+1)
	s.value.Start = i
	if i < eol && (text[i] == '"' || text[i] == '\'') {
		s.quote = text[i]
		n := closingQuote(text[i:])
		if n == 0 {
			return problem(i, eol, fmt.Sprintf("the quote of the value of `%s` is not closed", s.name), fmt.Sprintf("close it with `%c`", s.quote))
		}
		s.value.End = i + n
		s.end = lineEnd(text, s.value.End)
		if rest := skipBlanks(text, s.value.End); rest < s.end && text[rest] != '#' {
			return problem(rest, s.end, fmt.Sprintf("text behind the closing quote of `%s`", s.name), "put the whole value in quotes")
		}
		return s, nil
	}
	s.end, s.value.End = eol, eol
	for j := i + 1; j < eol; j++ {
		if text[j] == '#' && isBlank(text[j-1]) {
			s.value.End = j
			break
		}
	}
	for s.value.End > i && isBlank(text[s.value.End-1]) {
		s.value.End--
	}
	return s, nil
}

// closingQuote returns the length of the quoted text that b starts with, 0 if
// it is not closed. Only double quotes know escapes. It may have several lines.
func closingQuote(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch {
		case b[i] == '\\' && b[0] == '"':
			i++
		case b[i] == b[0]:
			return i + 1
		}
	}
	return 0
}

// plain returns the value as anybody would read it: quotes removed, the usual
// escapes read in double quotes, ${NAME} and $NAME replaced where known has
// the name, and nothing else changed.
func (s statement) plain(source *diag.Source, known map[string]string) string {
	text := strings.ReplaceAll(source.Slice(s.value), "\r\n", "\n")
	if s.quote != 0 {
		text = text[1 : len(text)-1]
	}
	if s.quote == '\'' {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			read, ok := escape(text[i+1], s.quote)
			if ok {
				b.WriteByte(read)
			} else {
				b.WriteString(text[i : i+2])
			}
			i += 2
		case text[i] == '$':
			name, n := dotEnvReference(text[i:])
			if value, ok := known[name]; ok {
				b.WriteString(value)
			} else {
				b.WriteString(text[i : i+n])
			}
			i += n
		default:
			b.WriteByte(text[i])
			i++
		}
	}
	return b.String()
}

// escape reads the character behind a backslash.
func escape(c, quote byte) (byte, bool) {
	switch {
	case c == '$':
		return c, true
	case quote == 0:
		return 0, false
	case c == 'n':
		return '\n', true
	case c == 'r':
		return '\r', true
	case c == '"' || c == '\\':
		return c, true
	}
	return 0, false
}

// dotEnvReference reads the $NAME or ${NAME} that s starts with. Without a
// name it is one byte long.
func dotEnvReference(s string) (name string, length int) {
	i := 1
	braces := strings.HasPrefix(s, "${")
	if braces {
		i++
	}
	start := i
	for i < len(s) && isDotEnvName(s[i]) && s[i] != '.' {
		i++
	}
	name = s[start:i]
	if braces {
		if name == "" || i == len(s) || s[i] != '}' {
			return "", 1
		}
		i++
	}
	return name, i
}

func isDotEnvName(c byte) bool {
	return c == '_' || c == '.' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isLineEnd(c byte) bool { return c == '\n' || c == '\r' }

func skipBlanks(text []byte, i int) int {
	for i < len(text) && isBlank(text[i]) {
		i++
	}
	return i
}

func lineEnd(text []byte, i int) int {
	for i < len(text) && !isLineEnd(text[i]) {
		i++
	}
	return i
}
