package runner

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// predicate is a check in the grammar of httpYac or httprunner.
type predicate struct {
	node *parser.Assertion
}

// supported reports whether an assertion can be evaluated without running a
// script.
func supported(a *parser.Assertion) bool {
	switch a.Subject {
	case parser.SubjectScript:
		return false
	case parser.SubjectDuration:
		_, ok := phaseOf(a.Argument.String())
		return ok
	}
	return true
}

// phaseOf returns how to read a phase of a request, as httpYac calls it.
func phaseOf(name string) (func(a *eval.Answer) time.Duration, bool) {
	switch name {
	case "", "total":
		return func(a *eval.Answer) time.Duration { return a.Duration }, true
	case "firstByte":
		return func(a *eval.Answer) time.Duration { return a.TTFB }, true
	case "download":
		return func(a *eval.Answer) time.Duration { return a.Duration - a.TTFB }, true
	}
	return nil, false
}

func (p predicate) readsBody() bool {
	return p.node.Subject == parser.SubjectBody || p.node.Subject == parser.SubjectXPath
}

// subject is what the assertion is about, as the values of a failed one are
// labelled.
func (p predicate) subject() string {
	if p.node.Argument.IsZero() {
		return string(p.node.Subject)
	}
	return string(p.node.Subject) + " " + p.node.Argument.String()
}

// check evaluates the assertion. With @no-log its message shows no values.
func (p predicate) check(ctx context.Context, r *running, a *eval.Answer) Check {
	at := p.node.Text
	c := Check{Kind: CheckAssert, Text: at.String(), Line: at.Source().Position(at.Span().Start).Line}
	fail := func(d diag.Diagnostic) Check {
		d.Severity, d.Source, d.Subject = diag.Error, at.Source(), at.Span()
		if r.step.noLog {
			d.Values, d.Detail = nil, ""
		}
		c.Message = message(&d)
		return c
	}
	argument, expected, err := p.expand(ctx, r)
	if err != nil {
		code := diag.CodeCheck
		if d, ok := errors.AsType[*diag.Diagnostic](err); ok && d.Code == diag.CodeNotRecorded {
			code = d.Code
		}
		return fail(diag.Diagnostic{Code: code, Summary: "assertion failed: " + err.Error()})
	}
	actual, found, err := p.actual(ctx, r, a, argument)
	if err == nil {
		err = p.masked(r.env(ctx, a), actual, expected, argument)
	}
	if err != nil {
		d := diag.Diagnostic{Code: diag.CodeCheck, Summary: "assertion failed: " + err.Error()}
		if isNotRecorded(err) {
			d.Code = diag.CodeNotRecorded
		}
		explain(&d, err)
		return fail(d)
	}
	// A mask does not know a piece of a secret: it comes first.
	shown := func(text string) string { return value.Shorten(r.session.plan.secrets.Mask(text), maxShown) }
	values := []diag.Value{{Name: p.subject(), Text: shown(value.Format(actual))}}
	if at.HasTemplate() && !p.node.Expected.IsZero() {
		values = append(values, diag.Value{Name: "expected", Text: shown(expected)})
	}
	if !found {
		if p.node.Predicate == parser.Exists && p.node.Negated {
			c.Passed = true
			return c
		}
		return fail(diag.Diagnostic{Code: diag.CodeCheck, Summary: fmt.Sprintf("assertion failed: the answer has no `%s`", p.subject())})
	}
	holds, err := p.holds(actual, expected, shown)
	if err != nil {
		return fail(diag.Diagnostic{Code: diag.CodeCheck, Summary: "assertion failed: " + err.Error(), Values: values})
	}
	if c.Passed = holds != p.node.Negated; c.Passed {
		return c
	}
	return fail(diag.Diagnostic{Code: diag.CodeAssertion, Summary: "assertion failed", Marker: "false", Values: values})
}

// masked is the error for an assertion that a recording hides something of; nil if it
// can be judged. That a hidden value exists can be said.
func (p predicate) masked(env *eval.Env, actual any, expected, argument string) error {
	switch {
	case env.Masks(argument), env.Masks(expected):
		return eval.MaskedError("expected")
	case p.node.Predicate != parser.Exists && env.Masks(actual):
		return eval.MaskedError(p.subject())
	}
	return nil
}

// maxShown is how much of a value a message quotes.
const maxShown = 200

func (p predicate) expand(ctx context.Context, r *running) (argument, expected string, err error) {
	for _, part := range []struct {
		text parser.Text
		to   *string
	}{{p.node.Argument, &argument}, {p.node.Expected, &expected}} {
		if part.text.IsZero() {
			continue
		}
		parts, err := r.expand(ctx, part.text)
		if err != nil {
			return "", "", err
		}
		*part.to = scope.Join(parts)
	}
	return argument, expected, nil
}

// actual returns what the assertion is about. It reports false if the answer
// has no such thing.
func (p predicate) actual(ctx context.Context, r *running, a *eval.Answer, argument string) (v any, found bool, err error) {
	switch p.node.Subject {
	case parser.SubjectXPath:
		return r.xpathOf(ctx, a, argument)
	case parser.SubjectStatus:
		return a.Status, true, nil
	case parser.SubjectHeader:
		values := a.Header.Values(argument)
		return strings.Join(values, ", "), len(values) > 0, nil
	case parser.SubjectCookie:
		for _, c := range (&http.Response{Header: a.Header}).Cookies() {
			if c.Name == argument {
				return c.Value, true, nil
			}
		}
		return nil, false, nil
	case parser.SubjectDuration:
		phase, _ := phaseOf(argument)
		n, _ := value.ParseNumber(fmt.Sprint(phase(a).Milliseconds()))
		return n, true, nil
	}
	if argument == "" {
		text, err := a.Text()
		return text, true, err
	}
	doc, err := a.Document()
	if err != nil {
		return nil, false, err
	}
	if strings.HasPrefix(argument, "$") {
		v, err = eval.JSONPath(doc, argument)
	} else {
		v, err = eval.Lookup(doc, argument)
	}
	var missing *eval.Missing
	if errors.As(err, &missing) {
		return nil, false, nil
	}
	return v, err == nil, err
}

// holds compares. What is expected is read as the type of what is there, as
// httpYac does; where that cannot be, the check fails under every predicate. Shown
// renders what an error quotes.
func (p predicate) holds(actual any, expected string, shown func(text string) string) (bool, error) {
	switch p.node.Predicate {
	case parser.StartsWith, parser.EndsWith, parser.Contains, parser.Matches:
		if _, isList := actual.([]any); expected == "" && !isList {
			return false, errors.New("what is expected is empty, and every text has that in it")
		}
	}
	switch p.node.Predicate {
	case parser.Equal, parser.NotEqual:
		want, err := sameType(actual, expected, shown)
		if err != nil {
			return false, err
		}
		equal, err := value.Equal(actual, want)
		return equal == (p.node.Predicate == parser.Equal), err
	case parser.Greater, parser.GreaterOrEqual, parser.Less, parser.LessOrEqual:
		have, isNumber := value.ParseNumber(value.Text(actual))
		want, alsoNumber := value.ParseNumber(expected)
		if !isNumber || !alsoNumber {
			return false, fmt.Errorf("numbers alone have an order: %s `%s` is not compared with `%s`", value.Kind(actual), shown(value.Format(actual)), shown(expected))
		}
		order, err := value.Compare(have, want)
		return ordered(p.node.Predicate, order), err
	case parser.StartsWith:
		return strings.HasPrefix(value.Text(actual), expected), nil
	case parser.EndsWith:
		return strings.HasSuffix(value.Text(actual), expected), nil
	case parser.Contains:
		return contains(actual, expected), nil
	case parser.Matches:
		re, err := regexp.Compile(expected)
		if err != nil {
			return false, fmt.Errorf("the regular expression cannot be read: %w", err)
		}
		return re.MatchString(value.Text(actual)), nil
	case parser.Exists:
		return actual != nil, nil
	case parser.IsTrue:
		return actual == true, nil
	case parser.IsFalse:
		return actual == false, nil
	case parser.IsNumber:
		return value.IsNumber(actual), nil
	case parser.IsBoolean:
		_, ok := actual.(bool)
		return ok, nil
	case parser.IsString:
		_, ok := actual.(string)
		return ok, nil
	case parser.IsArray:
		_, ok := actual.([]any)
		return ok, nil
	}
	return digest(p.node.Predicate, value.Text(actual)) == expected, nil
}

func ordered(p parser.Predicate, order int) bool {
	switch p {
	case parser.Greater:
		return order > 0
	case parser.GreaterOrEqual:
		return order >= 0
	case parser.Less:
		return order < 0
	default:
		return order <= 0
	}
}

// sameType reads an expected text as a value of the type of actual. Shown renders
// what the error quotes.
func sameType(actual any, expected string, shown func(text string) string) (any, error) {
	switch actual.(type) {
	case string:
		return expected, nil
	case bool:
		switch expected {
		case "true", "false":
			return expected == "true", nil
		}
	case nil:
		if expected == "null" || expected == "undefined" {
			return nil, nil
		}
		return expected, nil
	case []any, map[string]any:
		if v, _, err := value.Decode([]byte(expected)); err == nil {
			return v, nil
		}
	default:
		if n, ok := value.ParseNumber(expected); ok {
			return n, nil
		}
	}
	return nil, fmt.Errorf("%s `%s` cannot be compared with `%s`", value.Kind(actual), shown(value.Format(actual)), shown(expected))
}

// contains reports whether a list has an element that is written like expected,
// or a text has it in it.
func contains(actual any, expected string) bool {
	list, ok := actual.([]any)
	if !ok {
		return strings.Contains(value.Text(actual), expected)
	}
	for _, element := range list {
		if value.Text(element) == expected {
			return true
		}
	}
	return false
}

// digest returns a digest of a text in base64.
func digest(p parser.Predicate, text string) string {
	var sum []byte
	switch p {
	case parser.SHA256:
		s := sha256.Sum256([]byte(text))
		sum = s[:]
	case parser.SHA512:
		s := sha512.Sum512([]byte(text))
		sum = s[:]
	default:
		s := md5.Sum([]byte(text))
		sum = s[:]
	}
	return base64.StdEncoding.EncodeToString(sum)
}
