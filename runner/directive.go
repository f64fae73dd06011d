package runner

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/ratelimit"
	"github.com/postrider/postrider/parser"
)

// applyDuration takes a directive with a duration. The waits of httprunner and
// kulala count milliseconds in every file.
func (s *step) applyDuration(key string, value parser.Text) bool {
	switch key {
	case "timeout":
		s.own().timeout = value
	case "connection-timeout":
		s.own().connect = value
	case "sleep":
		s.own().before = append(s.before, wait{value, s.file.durationUnit()})
	case "pre-delay":
		s.own().before = append(s.before, wait{value, time.Millisecond})
	case "post-delay":
		s.own().after = append(s.after, wait{value, time.Millisecond})
	default:
		return false
	}
	return true
}

// applySwitch takes a directive without arguments.
func (s *step) applySwitch(key string) bool {
	switch key {
	case "no-redirect":
		s.own().noRedirect = true
	case "insecure":
		s.own().insecure = true
	case "no-log":
		s.own().noLog = true
	case "no-cookie-jar":
		s.own().noCookies = true
	case "no-proxy":
		s.own().proxy, s.own().noProxy = parser.Text{}, true
	case "no-client-cert":
		s.own().cert, s.own().key, s.own().noCert = parser.Text{}, parser.Text{}, true
	case "no-auto-encoding":
		s.own().verbatim = true
	case "inject-variables":
		s.own().inject = true
	case "setup":
		s.setup = true
	case "teardown":
		s.teardown = true
	default:
		return false
	}
	return true
}

// applyValue takes a directive with one argument.
func (s *step) applyValue(key string, value parser.Text, names eval.Names) bool {
	switch key {
	case "name", "dialect", "import", "data": // the parser has acted upon them
	case "proxy":
		s.own().proxy, s.own().noProxy = value, false
	case "cert":
		s.own().cert, s.own().noCert = value, false
	case "key":
		s.own().key = value
	case "kulala-expect-status-code":
		s.expectStatus(value, names)
	case "ratelimit":
		limit, err := ratelimit.Parse(value.String())
		if err != nil {
			s.unreadable(value, fmt.Sprintf("`@ratelimit`: %v", err), "write it like `"+ratelimit.Form+"`")
			return true
		}
		s.own().rateLimit = &rateLimit{limit, value}
	case "xpath-ns":
		n, ok := readNamespace(value)
		if !ok {
			s.unreadable(value, "`@xpath_ns` cannot be read", "write it like `# @xpath_ns p=urn:example`")
			return true
		}
		s.own().namespaces = append(s.namespaces, n)
	case "if-not":
		expr, ok := foreignCondition(value)
		if !ok {
			s.unreadable(value, "`@if-not` cannot be read",
				"write it like `# @if-not login.response.status 200`, or use `# @if` with an expression")
			return true
		}
		s.restrict(parser.Literal(value.Source(), value.Span(), "not ("+expr+")"), names)
	default:
		return false
	}
	return true
}

// unreadable reports arguments of a directive that cannot be read.
func (s *step) unreadable(args parser.Text, summary, suggestion string) {
	s.file.problem(&diag.Diagnostic{
		Code: diag.CodeDirective, Severity: diag.Error, Summary: summary,
		Source: args.Source(), Subject: args.Span(), Suggestion: suggestion,
	})
}

// condition is an expression that must be what holds says for a request to run.
type condition struct {
	expression
	holds bool // @if, and not @disabled
}

// directive is how the condition is written, for messages.
func (c condition) directive() string {
	if c.holds {
		return "`@if`"
	}
	return "`@disabled`"
}

// restrict adds a condition under which the request runs.
func (s *step) restrict(text parser.Text, names eval.Names) {
	if p := s.compile(text, eval.Condition, names); p != nil {
		s.addCondition(condition{expression: expression{text, p}, holds: true})
	}
}

// addCondition adds one that has been compiled.
func (s *step) addCondition(c condition) {
	if p := c.program; p.ReadsAnswer() || p.ReadsStatus() {
		s.file.problem(c.point(diag.Diagnostic{
			Code: diag.CodeExpression, Summary: c.directive() + " is decided before the request is sent and cannot read its answer",
			Suggestion: "read another request's answer, such as `login.status == 200`, or use `@assert`",
		}, 0, len(c.text.String())))
	}
	s.own().conditions = append(s.conditions, c)
}

// restrictUnless takes httpYac's `@disabled EXPR`, under which the request does not
// run. It reports false if there is no expression, but nothing, or a reason in words.
func (s *step) restrictUnless(d *parser.Directive, reason *parser.Reason, names eval.Names) bool {
	if !strings.EqualFold(d.Name.String(), "disabled") || reason.Text.IsZero() {
		return false
	}
	if p, err := s.compileOwn(reason.Text, eval.Condition, names); err == nil {
		s.addCondition(condition{expression: expression{reason.Text, p}})
		return true
	}
	if isSentence(reason.Text.String()) {
		return false
	}
	wrong := s.file.notSupported("`@disabled` with this condition", reason.Text.Span())
	wrong.Suggestion = "write it as `# @if` with an expression; or as `# @skip` if it is a reason"
	s.own().unsupported = append(s.unsupported, wrong)
	return true
}

// isSentence reports whether a text is of words and nothing that an expression
// has: a reason, for which httpYac skips the request too.
func isSentence(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" \t,.;:-'", r)
	})
}

// conditionOf returns the expression of an @if: ours as it is, httprunner's form
// translated.
func conditionOf(text parser.Text) parser.Text {
	if expr, ok := foreignCondition(text); ok {
		return parser.Literal(text.Source(), text.Span(), expr)
	}
	return text
}

// foreignCondition translates a condition of httprunner, which compares texts:
//
//	login.response.status 200
//	login.response.body.$.role admin
//
// It reports false for everything else, also for a path that is not made of names
// alone.
func foreignCondition(text parser.Text) (expr string, ok bool) {
	words := strings.Fields(text.String())
	if len(words) < 2 {
		return "", false
	}
	request, path, found := strings.Cut(words[0], ".response.")
	if !found || !isIdentifier(request) {
		return "", false
	}
	if path == "status" {
		n, err := strconv.Atoi(words[1])
		return fmt.Sprintf("%s.response.status == %d", request, n), err == nil && len(words) == 2
	}
	members, found := strings.CutPrefix(path, "body.$.")
	if !found {
		return "", false
	}
	for name := range strings.SplitSeq(members, ".") {
		if !isIdentifier(name) {
			return "", false
		}
	}
	expected := strings.TrimSpace(strings.TrimPrefix(text.String(), words[0]))
	return fmt.Sprintf("string(%s.response.body?.%s) == %s", request, strings.ReplaceAll(members, ".", "?."), strconv.Quote(expected)), true
}

// isIdentifier reports whether a name stands for itself in an expression.
func isIdentifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}

// expectStatus makes a check of kulala's list of codes: 200,201.
func (s *step) expectStatus(value parser.Text, names eval.Names) {
	var codes []string
	for code := range strings.SplitSeq(value.String(), ",") {
		code = strings.TrimSpace(code)
		if n, err := strconv.Atoi(code); err != nil || n < 100 || n > 599 {
			s.unreadable(value, fmt.Sprintf("`%s` is no status code", code), "write codes with commas between them, such as `200,201`")
			return
		}
		codes = append(codes, code)
	}
	text := parser.Literal(value.Source(), value.Span(), "status in ["+strings.Join(codes, ", ")+"]")
	if p := s.compile(text, eval.Condition, names); p != nil {
		s.asserts = append(s.asserts, &assertion{expression: expression{text, p}})
	}
}

// applyForeign takes a directive that has no meaning here: if it would change
// what is sent or checked, the request is not run.
func (s *step) applyForeign(d *parser.Directive) {
	if d.Acts() {
		s.cannotRun(d, d.Name.String())
	}
}
