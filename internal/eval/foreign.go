package eval

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// grammar is a way in which other runners write a check.
type grammar struct {
	pattern *regexp.Regexp
	runner  string
	here    func(m []string) string // the spelling here, or ""
}

// foreign recognizes a check in the grammar of another runner; it is asked only
// about expressions that cannot be read. It returns nil for any other text.
func foreign(src string) *Error {
	src = strings.TrimSpace(src)
	for _, g := range grammars() {
		m := g.pattern.FindStringSubmatch(src)
		if m == nil {
			continue
		}
		e := errorf("this is %s, not an expression", g.runner)
		if here := g.here(m); here != "" {
			e.suggest("write `%s`", here)
		}
		return place(e, 0, len(src))
	}
	return nil
}

// grammars is made once, and only when it is needed, so that start-up pays nothing.
var grammars = sync.OnceValue(func() []grammar {
	compile := regexp.MustCompile
	const subject = `((?:res\.)?(?:status|statusCode|body|text|duration|responseTime|headers?|json)(?:[.\[][\w.\[\]"'-]*)?)`
	return []grammar{
		{compile(`^(?:jsonpath|xpath|header|cookie)\s+"([^"]*)"\s*(.*)$`), "a check in Hurl's grammar", func(m []string) string {
			return hurl(m[0], m[1], m[2])
		}},
		{compile(`^` + subject + `\s+(not_contains|not_includes|notContains|!contains|contains|includes|startsWith|endsWith|matches|not_matches|equals|eq|neq|not_equals|notEquals|gt|gte|lt|lte)\s+(.+)$`),
			"a check in another runner's grammar", func(m []string) string { return binary(m[1], m[2], m[3]) }},
		{compile(`^((?:res|headers?|json)\.[\w.\[\]"'-]+)\s*(==|!=|>=|<=|>|<)\s*([^=].*)$`),
			"a check in another runner's grammar", func(m []string) string { return binary(m[1], m[2], m[3]) }},
		{compile(`^` + subject + `\s+(not\s+exists|not_exists|notExists|exists|isDefined|isUndefined|isNull|isNotNull|isEmpty|isNotEmpty|isTrue|isFalse|isNumber|isBoolean|isString|isArray)$`),
			"a check in another runner's grammar", func(m []string) string { return unary(m[1], m[2]) }},
		{compile(`^(\$[.\[]\S*)\s*(.*)$`), "JSONPath", func(m []string) string {
			return strings.TrimSpace(fmt.Sprintf("jsonpath(%q) %s", m[1], m[2]))
		}},
	}
})

// spelled is the subject of a foreign check as it is spelled here.
func spelled(subject string) string {
	subject = strings.TrimPrefix(subject, "res.")
	head, rest, dotted := strings.Cut(subject, ".")
	switch head {
	case "header", "headers":
		if dotted {
			return fmt.Sprintf("headers[%q]", rest)
		}
	case "json":
		if dotted {
			return "body." + rest
		}
		return "body"
	case "statusCode":
		return "status"
	case "responseTime":
		return "duration"
	}
	return subject
}

func binary(subject, operator, operand string) string {
	left := spelled(subject)
	if strings.Contains(operand, " and ") || strings.Contains(operand, " or ") || strings.ContainsAny(operand, "&|") {
		return "" // where the check ends is a guess
	}
	operand = operandText(operand)
	switch operator {
	case "not_contains", "not_includes", "notContains", "!contains":
		return fmt.Sprintf("not (%s contains %s)", left, operand)
	case "contains", "includes":
		return fmt.Sprintf("%s contains %s", left, operand)
	case "not_matches":
		return fmt.Sprintf("not (%s matches %s)", left, operand)
	case "equals", "eq":
		operator = "=="
	case "neq", "not_equals", "notEquals":
		operator = "!="
	case "gt", "gte", "lt", "lte":
		operator = map[string]string{"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}[operator]
	}
	return fmt.Sprintf("%s %s %s", left, operator, operand)
}

// operandText quotes bare words, which other runners take for text.
func operandText(s string) string {
	s = strings.TrimSpace(s)
	switch s {
	case "true", "false", "nil":
		return s
	case "null", "undefined":
		return "nil"
	}
	if c := s[0]; c == '"' || c == '\'' || c == '[' || c == '{' || c == '-' || '0' <= c && c <= '9' {
		return s
	}
	return fmt.Sprintf("%q", s)
}

func unary(subject, predicate string) string {
	left := spelled(subject)
	if strings.HasPrefix(predicate, "not") && strings.HasSuffix(strings.ToLower(predicate), "exists") {
		return left + " == nil"
	}
	switch predicate {
	case "exists", "isDefined", "isNotNull":
		return left + " != nil"
	case "isUndefined", "isNull":
		return left + " == nil"
	case "isEmpty":
		return "len(" + left + ") == 0"
	case "isNotEmpty":
		return "len(" + left + ") > 0"
	case "isTrue":
		return left + " == true"
	case "isFalse":
		return left + " == false"
	case "isBoolean":
		return `type(` + left + `) == "bool"`
	case "isNumber":
		return `type(` + left + `) in ["int", "float"]`
	}
	return fmt.Sprintf(`type(%s) == "%s"`, left, strings.ToLower(strings.TrimPrefix(predicate, "is")))
}

func hurl(whole, argument, rest string) string {
	query := whole[:strings.IndexAny(whole, " \t")]
	left := fmt.Sprintf("%s(%q)", query, argument)
	if query == "cookie" {
		left = fmt.Sprintf("cookies[%q]", argument)
	}
	switch rest = strings.TrimSpace(rest); rest {
	case "exists":
		return left + " != nil"
	case "not exists":
		return left + " == nil"
	}
	return strings.TrimSpace(left + " " + rest)
}
