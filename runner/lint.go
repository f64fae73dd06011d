package runner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// Lint looks at the files of a plan once more, for what does not keep a request
// from running: what is probably not meant, secrets in the text, and what other
// tools read otherwise. It returns these findings together with the plan's
// messages, each once, masked, sorted by file and position. A run does without.
func (p *Plan) Lint() []diag.Message {
	all := slices.Clone(p.problems)
	for _, suite := range p.suites {
		f := suite.file
		for _, of := range suite.files {
			all = append(all, of.problems...)
		}
		for _, s := range suite.order { // a run finds them when it comes to the request
			for _, d := range s.unsupported {
				if !s.file.complainsIn(d.Subject) {
					all = append(all, d)
				}
			}
		}
		l := &linter{file: f}
		l.names()
		if !f.problems.HasErrors() { // what is not read cannot be told from what is not there
			l.variables()
		}
		l.secrets()
		all = append(append(all, f.parsed.Lint()...), l.found...)
	}
	all.Sort()
	type mistake struct {
		code, file, summary string
		span                diag.Span
	}
	var told diag.List
	more := make(map[mistake]*repetition)
	for _, d := range all {
		at := mistake{code: d.Code, summary: d.Summary}
		if d.Source != nil {
			at.file = d.Source.Name()
		}
		if !repeats(d.Code) {
			at.span = d.Subject
		}
		if first := more[at]; first != nil {
			first.add(d.Subject)
			continue
		}
		more[at] = &repetition{first: len(told), last: d.Subject}
		told = append(told, d)
	}
	notes := make([]string, len(told))
	for _, r := range more {
		if r.n > 0 {
			notes[r.first] = fmt.Sprintf("%d more in this file", r.n)
		}
	}
	messages := make([]diag.Message, 0, len(told))
	for i, d := range told {
		m := p.message(d)
		m.Strings(p.secrets.Mask)
		if notes[i] != "" {
			m.Detail = strings.TrimPrefix(m.Detail+"; "+notes[i], "; ")
		}
		messages = append(messages, m)
	}
	return messages
}

// repetition counts the other places of a mistake.
type repetition struct {
	first int // index of the message that tells it
	last  diag.Span
	n     int
}

func (r *repetition) add(at diag.Span) {
	if at != r.last {
		r.last = at
		r.n++
	}
}

// repeats reports whether a mistake of one summary is one mistake, wherever in
// the file it shows: a name that is missing is mended in one place.
func repeats(code string) bool {
	switch code {
	case diag.CodeUnsupported, diag.CodeVariable, diag.CodeDynamic, diag.CodeNotCaptured, diag.CodeURL, diag.CodeAuthUnknown, diag.CodeUnknownEnvironment:
		return true
	}
	return false
}

// linter looks at one file.
type linter struct {
	file  *file
	found diag.List
}

func (l *linter) report(severity diag.Severity, code string, span diag.Span, summary, detail, suggestion string) {
	l.found = append(l.found, &diag.Diagnostic{
		Code: code, Severity: severity, Summary: summary, Detail: detail, Suggestion: suggestion,
		Source: l.file.parsed.Source, Subject: span,
	})
}

// names looks at how templates call requests. VS Code's REST Client knows a
// request by a @name of one word only.
func (l *linter) names() {
	if d := l.file.parsed.Dialect; d != parser.Neutral && d != parser.VSCode && d != parser.VisualStudio {
		return
	}
	told := make(map[string]bool)
	for _, s := range l.file.steps {
		for _, t := range s.texts() {
			for _, seg := range t.Segments() {
				if !seg.Template {
					continue
				}
				on, _, ok := l.file.splitReference(seg.Expr.String())
				if !ok || seg.Expr.Source() != l.file.parsed.Source {
					continue
				}
				code, summary := diag.CodeTitleAsName, "VS Code REST Client does not know a request by its title"
				suggestion := fmt.Sprintf("write `# @name %s` above that request", scope.Slug(on.name))
				if named(on.block) {
					if isPlainWord(on.name) {
						continue
					}
					code, summary = diag.CodeLongName, "VS Code REST Client does not read a name of more than one word"
					suggestion = fmt.Sprintf("call the request `%s`", strings.NewReplacer("-", "_", ".", "_").Replace(scope.Slug(on.name)))
				}
				if !told[code] {
					told[code] = true
					l.report(diag.Note, code, seg.Text.Span(), summary,
						fmt.Sprintf("the request is `%s`, on line %d", on.name, on.line), suggestion)
				}
			}
		}
	}
}

// named reports whether a request has a @name.
func named(b *parser.Block) bool {
	return slices.ContainsFunc(b.Directives, func(d *parser.Directive) bool { return d.Key == "name" && d.Node != nil })
}

func isPlainWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	})
}

// variables looks for definitions that nothing reads, and for those that an
// environment replaces or contradicts.
func (l *linter) variables() {
	used := l.uses()
	told := make(map[string]bool)
	for _, b := range l.file.parsed.Blocks {
		for _, v := range b.Variables {
			name := v.Name.String()
			if told[name] {
				continue
			}
			told[name] = true
			if used != nil && !used(name) {
				l.report(diag.Note, diag.CodeUnusedVariable, v.Name.Span(), fmt.Sprintf("nothing in this file reads `%s`", name), "",
					"remove it, or check how it is spelt where it should be read")
				continue
			}
			l.environments(v)
		}
	}
}

// uses returns what tells whether a file reads a variable; nil if that cannot be
// told: it is there to be imported, or reads files that are not known now.
func (l *linter) uses() func(name string) bool {
	f := l.file
	if len(f.steps) == 0 {
		return nil
	}
	texts, known := f.readingTexts()
	if !known {
		return nil
	}
	for _, suite := range f.plan.suites {
		other := suite.file
		if other != f && strings.Contains(string(other.parsed.Source.Text()), baseName(f.path)) { // imports it, probably
			texts = append(texts, readingText(other.parsed))
		}
	}
	return func(name string) bool { return isRead(texts, name) }
}

// readingTexts returns the texts of a file, and of the files that its bodies
// consist of, that can read a variable. It reports false if one of them is not
// known now.
func (f *file) readingTexts() (texts []string, known bool) {
	texts = append(f.scriptTexts(), readingText(f.parsed))
	for _, s := range f.steps {
		if s.request == nil || s.request.Body == nil {
			continue
		}
		for i, p := range s.request.Body.Parts {
			if p.Path.IsZero() {
				continue
			}
			content, read := s.bodyFiles[i]
			if !read && (p.Substitute || f.parsed.Dialect == parser.JetBrains || f.parsed.Dialect == parser.Kulala) {
				return nil, false
			}
			texts = append(texts, content.String())
		}
	}
	return texts, true
}

// isRead reports whether one of some texts reads a variable.
func isRead(texts []string, name string) bool {
	if name == "host" || strings.HasPrefix(name, "request_") || strings.HasPrefix(name, "oauth2") { // read without being named
		return true
	}
	return slices.ContainsFunc(texts, func(t string) bool { return hasWord(t, name) })
}

func baseName(path string) string { return path[strings.LastIndexAny(path, `/\`)+1:] }

// linesOf returns the lines of a file. A plan that is not checked does without them,
// but for a question that few runs ask; they are found anew then.
func linesOf(f *parser.File) []parser.Line {
	if f.Lines != nil {
		return f.Lines
	}
	return parser.ParseAs(f.Dialect, f.Source.Name(), f.Source.Text()).Lines
}

// readingText returns the parts of a file that can read a variable: templates,
// directives, scripts; and comments, which keep what is commented out.
func readingText(f *parser.File) string {
	var b strings.Builder
	text := f.Source.Text()
	for _, line := range linesOf(f) {
		content := string(text[line.Span().Start:line.Span().End])
		switch line.Kind {
		case parser.Separator, parser.Blank, parser.Response, parser.ResponseRef, parser.Prose, parser.Fence:
			continue
		case parser.VariableLine, parser.ImportLine, parser.RequestLine, parser.Continuation, parser.HeaderLine, parser.Folded, parser.BodyText, parser.BodyFile:
			if name, spread := strings.CutPrefix(strings.TrimSpace(content), "..."); spread && line.Kind == parser.HeaderLine {
				b.WriteString(name + "\n")
			}
			for {
				_, rest, found := strings.Cut(content, "{{")
				if !found {
					break
				}
				var inside string
				inside, content, _ = strings.Cut(rest, "}}")
				b.WriteString(inside + "\n")
			}
		default:
			b.WriteString(content)
		}
	}
	return b.String()
}

// hasWord reports whether a text holds a name that no longer name surrounds.
func hasWord(text, name string) bool {
	for at := 0; ; {
		n := strings.Index(text[at:], name)
		if n < 0 {
			return false
		}
		start, end := at+n, at+n+len(name)
		if (start == 0 || !isNameByte(text[start-1])) && (end == len(text) || !isNameByte(text[end])) {
			return true
		}
		at = start + 1
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c == '-' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// environments compares a variable of the file with what environments say.
func (l *linter) environments(v *parser.Variable) {
	f := l.file
	if f.env == nil {
		return
	}
	name := v.Name.String()
	inFile := &scope.Variable{Name: name, Text: v.Value, Tier: scope.File}
	var others []string
	definitions := f.env.Definitions(name)
	for _, environment := range slices.Sorted(maps.Keys(definitions)) {
		chosen := f.plan.options.Environment
		if (chosen == "" || chosen == environment) && !scope.SameDefinition(inFile, definitions[environment]) {
			others = append(others, "`"+environment+"`")
		}
	}
	if len(others) == 0 {
		return
	}
	where := "the environment " + others[0] + " gives"
	if len(others) > 1 {
		where = "the environments " + strings.Join(others, ", ") + " give"
	}
	switch {
	case f.parsed.Dialect == parser.Neutral && !f.parsed.OwnDirectives():
		l.report(diag.Warning, diag.CodeOverridden, v.Name.Span(), fmt.Sprintf("%s another value to `%s`", where, name),
			"tools differ about which of the two counts, so that a run with that environment is refused",
			"say which tool the file is written for, such as `# @dialect vscode`, or call one of them otherwise")
	case f.precedence == scope.EnvironmentFirst:
		l.report(diag.Note, diag.CodeOverridden, v.Name.Span(), fmt.Sprintf("%s another value to `%s`, which counts there", where, name), "", "")
	default:
		l.report(diag.Note, diag.CodeOverridden, v.Name.Span(), fmt.Sprintf("%s another value to `%s`, but this one counts", where, name), "", "")
	}
}
