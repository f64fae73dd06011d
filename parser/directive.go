package parser

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// directiveSpec is a row of the table of directives.
type directiveSpec struct {
	name string // as people write it; case, hyphens and underscores do not count
	key  string // canonical name, if another
	args argsReader
	form string // an example, for messages

	own       bool // no other tool knows it
	once      bool // a second one in a block is a mistake
	continues bool // further comment lines may continue it
	preamble  bool // means something before the first separator
	equals    bool // the form "name = x" is one of the directive
	vital     bool // to lose one unnoticed makes a failure look like a success
}

// argsReader reads the arguments of a directive. The error is what is wrong
// with them, as a clause.
type argsReader func(args Text) (DirectiveNode, error)

// directives are the directives that mean something here.
var directives = []directiveSpec{
	{name: "name", args: readName, form: "# @name login", equals: true},
	{name: "auth", args: readAuth, form: "# @auth basic username={{user}} password={{password}}", own: true, vital: true, once: true, continues: true, preamble: true},
	{name: "assert", args: readAssert, form: "# @assert status == 200", own: true, vital: true, continues: true, preamble: true},
	{name: "capture", args: readCapture, form: "# @capture token = body.access_token", own: true, vital: true, continues: true},
	{name: "needs", args: readNames, form: "# @needs login, \"Create a ticket\"", own: true, continues: true},
	{name: "ref", key: "needs", args: readNames, form: "# @ref login", continues: true},
	{name: "depends-on", key: "needs", args: readNames, form: "# @dependsOn login", continues: true},
	{name: "force-ref", args: readNames, form: "# @forceRef login", continues: true},
	{name: "if", args: readCondition, form: "# @if vars.stage == \"test\"", continues: true},
	{name: "if-not", args: readValue, form: "# @if-not login.response.status 200"},
	{name: "kulala-expect-status-code", args: readValue, form: "# @kulala-expect-status-code 200,201"},
	{name: "skip", args: readReason, form: "# @skip until it is mended", own: true, continues: true},
	{name: "disabled", key: "skip", args: readReason, form: "# @disabled"},
	{name: "retry", args: readRetry, form: "# @retry 5 every 500ms until status == 200", own: true, once: true, continues: true},
	{name: "timeout", args: readDuration, form: "# @timeout 30s", once: true, preamble: true},
	{name: "connection-timeout", args: readDuration, form: "# @connection-timeout 10s", once: true, preamble: true},
	{name: "sleep", args: readDuration, form: "# @sleep 500ms", once: true},
	{name: "pre-delay", args: readDuration, form: "# @pre-delay 500", once: true, preamble: true},
	{name: "delay", key: "pre-delay", args: readDuration, form: "# @delay 500", once: true, preamble: true},
	{name: "post-delay", args: readDuration, form: "# @post-delay 500", once: true, preamble: true},
	{name: "prompt", args: readPrompt, form: "# @prompt username the account to use", preamble: true},
	{name: "kulala-prompt", key: "prompt", args: readPrompt, form: "# @kulala-prompt \"label\" username", preamble: true},
	{name: "secret", args: readSecretPrompt, form: "# @secret password", preamble: true},
	{name: "inject-variables", args: readSwitch, form: "# @injectVariables", preamble: true},
	{name: "ratelimit", args: readValue, form: "# @ratelimit max 10 expire 1s", once: true, preamble: true},
	{name: "xpath-ns", args: readValue, form: "# @xpath_ns p=urn:example", preamble: true},
	{name: "data", args: readFile, form: "# @data users.csv", own: true, once: true, preamble: true},
	{name: "loop", args: readLoop, form: "# @loop for 3", once: true, continues: true},
	{name: "setup", args: readSwitch, form: "# @setup", own: true},
	{name: "teardown", args: readSwitch, form: "# @teardown", own: true},
	{name: "tag", args: readNames, form: "# @tag smoke, nightly", continues: true, preamble: true},
	{name: "import", args: readFile, form: "# @import ./login.http", preamble: true},
	{name: "no-redirect", args: readSwitch, form: "# @no-redirect", preamble: true},
	{name: "no-cookie-jar", args: readSwitch, form: "# @no-cookie-jar", preamble: true},
	{name: "no-log", args: readSwitch, form: "# @no-log", preamble: true},
	{name: "no-auto-encoding", args: readSwitch, form: "# @no-auto-encoding", preamble: true},
	{name: "insecure", args: readSwitch, form: "# @insecure", own: true},
	{name: "no-reject-unauthorized", key: "insecure", args: readSwitch, form: "# @no-reject-unauthorized", preamble: true},
	{name: "proxy", args: readFile, form: "# @proxy http://localhost:3128", once: true, preamble: true},
	{name: "no-proxy", args: readSwitch, form: "# @no-proxy", once: true, preamble: true},
	{name: "no-client-cert", args: readSwitch, form: "# @no-client-cert", preamble: true},
	{name: "cert", args: readFile, form: "# @cert client.pem", own: true, once: true},
	{name: "key", args: readFile, form: "# @key client.key", own: true, once: true},
	{name: "dialect", args: readDialect, form: "# @dialect jetbrains", once: true, preamble: true, equals: true},
}

// foldName reduces a directive's name to what tells it from others: lower-case,
// without hyphens and underscores.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// foldsTo reports whether a name in ASCII folds to folded.
func foldsTo(name, folded string) bool {
	n := 0
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c == '-' || c == '_' {
			continue
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if n == len(folded) || folded[n] != c {
			return false
		}
		n++
	}
	return n == len(folded)
}

// findDirective returns the row of the table for a name in any of its spellings.
func findDirective(name string) (directiveSpec, bool) {
	folded := foldName(name)
	for i := range directives {
		if foldsTo(directives[i].name, folded) {
			spec := directives[i]
			if spec.key == "" {
				spec.key = spec.name
			}
			return spec, true
		}
	}
	return directiveSpec{}, false
}

// findForeign returns the usual spelling of a directive of another tool.
func findForeign(name string) (spelling string, ok bool) {
	folded := foldName(name)
	for _, n := range foreignDirectives {
		if foldsTo(n, folded) {
			return n, true
		}
	}
	for _, prefix := range foreignPrefixes {
		if strings.HasPrefix(folded, prefix) {
			return strings.ToLower(name), true
		}
	}
	return "", false
}

// isDirective reports whether a comment that starts like one is a directive at
// all. With an = after the name it is a variable that is commented out, unless
// the directive is known in that form.
func isDirective(name string, equals bool) bool {
	return !equals || knownDirective(name, true)
}

// knownDirective reports whether a directive is one of ours or of another tool.
func knownDirective(name string, equals bool) bool {
	if spec, ok := findDirective(name); ok {
		return !equals || spec.equals
	}
	_, ok := findForeign(name)
	return ok
}

func continues(name string) bool {
	spec, ok := findDirective(name)
	return ok && spec.continues
}

// splitDirective takes a comment apart, given without its mark: @name args, or
// @name = args. It reports false for any other comment.
func splitDirective(comment []byte) (name, args diag.Span, equals, ok bool) {
	i := skipSpace(comment)
	if i == len(comment) || comment[i] != '@' {
		return name, args, false, false
	}
	name.Start = i + 1
	for i = name.Start; i < len(comment) && isWord(comment[i]); i++ {
	}
	name.End = i
	if name.Len() == 0 || (i < len(comment) && !isSpace(comment[i]) && comment[i] != '=') {
		return diag.Span{}, diag.Span{}, false, false
	}
	end := len(trimRight(comment))
	i = min(i+skipSpace(comment[i:]), end)
	if i < end && comment[i] == '=' {
		equals = true
		i++
		i = min(i+skipSpace(comment[i:]), end)
	}
	args = diag.Span{Start: i, End: end}
	return name, args, equals, true
}

// splitGlued returns the name of a directive of ours that something other than
// a blank or = follows, as in @assert(status == 200), in a comment given without
// its mark.
func splitGlued(comment []byte) (name diag.Span, spec directiveSpec, ok bool) {
	start := skipSpace(comment)
	if start == len(comment) || comment[start] != '@' {
		return name, spec, false
	}
	start++
	end := start
	for end < len(comment) && isWord(comment[end]) {
		end++
	}
	if end == len(comment) || isSpace(comment[end]) || comment[end] == '=' {
		return name, spec, false
	}
	spec, ok = findDirective(string(comment[start:end]))
	return diag.Span{Start: start, End: end}, spec, ok
}

// glued reads a comment line whose directive is not set off from its arguments.
// It is never taken for a mere comment: what it was to check would be lost.
func (p *parser) glued(line []byte, mark int) bool {
	name, spec, ok := splitGlued(line[mark:])
	if !ok {
		return false
	}
	span := p.trimmed(p.at)
	name = shift(name, p.content(p.at).Start+mark)
	args := p.text(diag.Span{Start: name.End, End: span.End})
	p.block.Directives = append(p.block.Directives, &Directive{Span: span, Name: p.text(name), Key: spec.key, Args: args})
	p.file.own = p.file.own || spec.own
	found, _ := utf8.DecodeRuneInString(args.String())
	p.error(diag.CodeDirective, span, fmt.Sprintf("`@%s` needs a blank behind it, found %q", p.text(name), found),
		"write it like `"+spec.form+"`")
	p.mark(DirectiveLine)
	return true
}

// warnOfVariable warns of a commented-out variable that bears the name of a
// directive: # @assert = status == 200.
func (p *parser) warnOfVariable(name diag.Span) {
	first, _, _ := strings.Cut(string(p.src[name.Start:name.End]), ".") // @assert.status == 200
	spec, ok := findDirective(first)
	if !ok || !spec.vital {
		return
	}
	summary, suggestion := "this is a commented-out variable, not the directive `@"+spec.name+"`", "write the directive like `"+spec.form+"`"
	whole := p.trimmed(p.at)
	if spec.name != "assert" {
		p.warn(diag.CodeNotDirective, whole, summary, suggestion)
		return
	}
	text := strings.TrimLeft(string(p.src[name.Start+len(first):whole.End]), " \t.")
	if !strings.HasPrefix(text, "==") {
		text = strings.TrimPrefix(text, "=")
	}
	p.doubt(text, true, diag.CodeNotDirective, whole, summary, suggestion)
}

// addDirective adds a directive to the block and reads its arguments.
func (p *parser) addDirective(span, nameSpan diag.Span, args Text, equals bool) {
	name := string(p.src[nameSpan.Start:nameSpan.End])
	d := p.directives.new()
	d.Span, d.Name, d.Args = span, p.text(nameSpan), args
	p.block.Directives = append(p.block.Directives, d)
	if spec, ok := findDirective(name); ok {
		d.Key = spec.key
		p.file.own = p.file.own || spec.own
		p.readDirective(d, spec)
		return
	}
	if spec, ok := curlDirective(name); ok {
		d.Key = spec.key
		p.readDirective(d, spec)
		return
	}
	spelling, ok := findForeign(name)
	d.Key = spelling
	switch {
	case spelling == "title" && args.String() != "":
		p.block.Title = args
		if p.block.Name.IsZero() {
			p.block.Name = args
		}
	case spelling == "forceRegionDelimiter":
		p.undivided = true
	case !ok:
		d.Key = strings.ToLower(name)
		if meant, ok := misspelt(name); ok {
			p.error(diag.CodeUnknownDirective, diag.Span{Start: nameSpan.Start - 1, End: nameSpan.End},
				fmt.Sprintf("unknown directive `@%s`", name), fmt.Sprintf("did you mean `@%s`?", meant))
			return
		}
		at, summary := diag.Span{Start: nameSpan.Start - 1, End: nameSpan.End}, fmt.Sprintf("unknown directive `@%s`", name)
		if meansCheck(name) {
			p.doubt(args.String(), true, diag.CodeUnknownDirective, at, summary, "write a check as `# @assert status == 200`")
			return
		}
		p.warn(diag.CodeUnknownDirective, at, summary, diag.DidYouMean("@"+name, directiveNames()))
	}
}

func (p *parser) readDirective(d *Directive, spec directiveSpec) {
	if spec.once && p.given[d.Key] {
		p.error(diag.CodeDuplicate, d.Span, fmt.Sprintf("`@%s` is given twice", d.Name), "leave one of them out")
		return
	}
	if spec.once {
		if p.given == nil {
			p.given = make(map[string]bool)
		}
		p.given[d.Key] = true
	}
	node, err := spec.args(d.Args)
	if err != nil {
		p.readError(d, spec, err)
		return
	}
	d.Node = node
	if spec.key == "name" {
		p.block.Name = node.(*Value).Text
	}
}

func (p *parser) readError(d *Directive, spec directiveSpec, err error) {
	span := d.Span
	if wrong, ok := err.(*argsError); ok && wrong.at.Len() > 0 {
		span = wrong.at
	}
	p.error(diag.CodeDirective, span, fmt.Sprintf("`@%s`: %s", d.Name, err), "write it like `"+spec.form+"`")
}

// directiveNames are the names worth suggesting.
func directiveNames() []string {
	names := make([]string, 0, len(directives)+len(foreignDirectives))
	for _, spec := range directives {
		names = append(names, "@"+spec.name)
	}
	for _, name := range foreignDirectives {
		names = append(names, "@"+name)
	}
	return names
}
