package parser

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// AssertionSubject is what an assertion of another tool is about.
type AssertionSubject string

// Subjects. SubjectScript is an expression in JavaScript.
const (
	SubjectStatus   AssertionSubject = "status"
	SubjectHeader   AssertionSubject = "header"
	SubjectCookie   AssertionSubject = "cookie"
	SubjectDuration AssertionSubject = "duration"
	SubjectBody     AssertionSubject = "body"
	SubjectScript   AssertionSubject = "js"
	SubjectXPath    AssertionSubject = "xpath"
)

var subjects = []AssertionSubject{
	SubjectStatus, SubjectHeader, SubjectCookie, SubjectDuration, SubjectBody, SubjectScript, SubjectXPath,
}

// Predicate compares what an assertion of another tool is about with what it
// expects. Its value is its usual spelling.
type Predicate string

// Predicates. Those from Exists to IsArray stand alone. The digests are
// compared in base64.
const (
	Equal          Predicate = "=="
	NotEqual       Predicate = "!="
	Greater        Predicate = ">"
	GreaterOrEqual Predicate = ">="
	Less           Predicate = "<"
	LessOrEqual    Predicate = "<="
	StartsWith     Predicate = "startsWith"
	EndsWith       Predicate = "endsWith"
	Contains       Predicate = "contains"
	Matches        Predicate = "matches"
	SHA256         Predicate = "sha256"
	SHA512         Predicate = "sha512"
	MD5            Predicate = "md5"
	Exists         Predicate = "exists"
	IsTrue         Predicate = "isTrue"
	IsFalse        Predicate = "isFalse"
	IsNumber       Predicate = "isNumber"
	IsBoolean      Predicate = "isBoolean"
	IsString       Predicate = "isString"
	IsArray        Predicate = "isArray"
)

// predicates are the spellings of predicates, those that start like another one
// first.
var predicates = []struct {
	word  string
	means Predicate
	alone bool
}{
	{word: "===", means: Equal}, {word: "==", means: Equal}, {word: "!==", means: NotEqual}, {word: "!=", means: NotEqual},
	{word: ">=", means: GreaterOrEqual}, {word: ">", means: Greater}, {word: "<=", means: LessOrEqual}, {word: "<", means: Less},
	{word: "equals", means: Equal}, {word: "startsWith", means: StartsWith}, {word: "endsWith", means: EndsWith},
	{word: "includes", means: Contains}, {word: "contains", means: Contains}, {word: "matches", means: Matches},
	{word: "sha256", means: SHA256}, {word: "sha512", means: SHA512}, {word: "md5", means: MD5},
	{word: "exists", means: Exists, alone: true}, {word: "isTrue", means: IsTrue, alone: true}, {word: "isFalse", means: IsFalse, alone: true},
	{word: "isNumber", means: IsNumber, alone: true}, {word: "isBoolean", means: IsBoolean, alone: true},
	{word: "isString", means: IsString, alone: true}, {word: "isArray", means: IsArray, alone: true},
}

// isAssertion reports whether a line is httpYac's ?? status == 200, which needs
// no blank behind the marks.
func isAssertion(text []byte) bool {
	return len(text) > 2 && text[0] == '?' && text[1] == '?' && text[2] != '?'
}

// assertion reads an assertion of httpYac. One that cannot be read is an error:
// httpYac drops it or sends it, and the run passes. Only text is left alone when
// it does not name a subject.
func (p *parser) assertion(where phase, span diag.Span) bool {
	subject, rest := p.cutSpan(p.trim(diag.Span{Start: span.Start + len("??"), End: span.End}))
	letters := subject.Start
	for letters < subject.End && isLetter(p.src[letters]) {
		letters++
	}
	if subject.Start < letters && letters < subject.End { // status==200
		subject.End, rest.Start = letters, letters
		rest.End = max(rest.End, span.End)
	}
	word := string(p.src[subject.Start:subject.End])
	known := isSubject(word)
	if !known && where >= inText {
		return false
	}
	p.mark(AssertionLine)
	if !known {
		suggestion := "write a subject behind the marks, as in `?? status == 200`"
		names := make([]string, len(subjects))
		for i, s := range subjects {
			names[i] = string(s)
		}
		if near := diag.DidYouMean(word, names); near != "" {
			suggestion = near
		}
		summary := fmt.Sprintf("an assertion cannot be about `%s`", word)
		if word == "" {
			subject, summary = span, "an assertion without a subject"
		}
		p.error(diag.CodeForeignAssertion, subject, summary, suggestion)
		return true
	}
	a := &Assertion{Span: span, Text: p.text(span), Tool: "httpYac", Subject: AssertionSubject(strings.ToLower(word))}
	p.block.Assertions = append(p.block.Assertions, a)
	p.predicate(a, rest)
	return true
}

// isSubject reports whether a word is what an assertion can be about.
func isSubject(word string) bool {
	return slices.ContainsFunc(subjects, func(s AssertionSubject) bool { return strings.EqualFold(word, string(s)) })
}

// predicate reads what follows the subject of an assertion: an argument, a
// predicate and what it expects. The last predicate of the line counts, so that
// an expression may hold others; the first one does where no argument can stand.
// Those in quotes or brackets belong to what they stand in. An expression
// without a predicate must be true.
func (p *parser) predicate(a *Assertion, span diag.Span) {
	isExpression := a.Subject == SubjectScript || a.Subject == SubjectXPath
	argument, found := span, false
	var expected diag.Span
	alone := false
	depth := 0
	var q quotes
	line := string(p.src[span.Start:span.End])
	for at := span.Start; at < span.End; at++ {
		switch c := p.src[at]; c {
		case '"', '\'', '`':
			at += max(q.length(line, at-span.Start)-1, 0)
			continue
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth = max(depth-1, 0)
		}
		if (at > span.Start && !isSpace(p.src[at-1])) || (isExpression && depth > 0) {
			continue
		}
		means, length, stands := predicateAt(p.src[at:span.End])
		if length == 0 {
			continue
		}
		found, alone = true, stands
		a.Predicate = means
		argument.End = at
		expected = p.trim(diag.Span{Start: at + length, End: span.End})
		if a.Subject == SubjectStatus {
			break
		}
	}
	form := "write it like `?? status == 200` or `?? body items[0].id exists`"
	if !found && isExpression && argument.Len() > 0 {
		a.Predicate, a.Argument = IsTrue, p.text(argument)
		return
	}
	if !found {
		p.error(diag.CodeForeignAssertion, a.Span, "an assertion without a predicate", form)
		return
	}
	argument = p.trim(argument)
	if word := p.lastWord(argument); bytes.EqualFold(p.src[word.Start:word.End], []byte("not")) {
		a.Negated = true
		argument = p.trim(diag.Span{Start: argument.Start, End: word.Start})
	}
	switch needs := isExpression || a.Subject == SubjectHeader || a.Subject == SubjectCookie; {
	case a.Subject == SubjectStatus && argument.Len() > 0:
		p.error(diag.CodeForeignAssertion, argument, "text between the subject and the predicate", form)
	case needs && argument.Len() == 0:
		p.error(diag.CodeForeignAssertion, a.Span, fmt.Sprintf("`%s` needs to be told which", a.Subject), "write it like `?? header content-type contains json`")
	case alone && expected.Len() > 0:
		p.error(diag.CodeForeignAssertion, expected, fmt.Sprintf("`%s` takes nothing behind it", a.Predicate), "leave this out, or compare with `==`")
	case !alone && expected.Len() == 0 && a.Predicate != Equal && a.Predicate != NotEqual:
		p.error(diag.CodeForeignAssertion, a.Span, fmt.Sprintf("`%s` needs a value behind it", a.Predicate), form)
	}
	if argument.Len() > 0 {
		a.Argument = p.text(argument)
	}
	if !alone {
		a.Expected = p.text(expected)
	}
}

// predicateAt returns the predicate that a text starts with, its length, and
// whether it stands alone; 0 for none.
func predicateAt(b []byte) (means Predicate, length int, alone bool) {
	for _, p := range predicates {
		n := len(p.word)
		if len(b) < n || !bytes.EqualFold(b[:n], []byte(p.word)) {
			continue
		}
		if isLetter(p.word[0]) && n < len(b) && !isSpace(b[n]) {
			continue
		}
		return p.means, n, p.alone
	}
	return "", 0, false
}

// expectedResponse reads an assertion of httprunner.
func (p *parser) expectedResponse(span diag.Span) bool {
	word, rest := p.cutSpan(span)
	if rest.Len() == 0 {
		return false
	}
	whole := p.trimmed(p.at)
	a := &Assertion{Span: whole, Text: p.text(whole), Tool: "httprunner", Predicate: Equal, Expected: p.text(rest)}
	switch string(p.src[word.Start:word.End]) {
	case "EXPECTED_RESPONSE_STATUS":
		a.Subject = SubjectStatus
	case "EXPECTED_RESPONSE_BODY":
		a.Subject, a.Predicate, a.Expected = SubjectBody, Contains, p.text(p.unquoted(rest))
	case "EXPECTED_RESPONSE_HEADERS":
		field := p.unquoted(rest)
		nameEnd, valueStart, ok := isHeader(p.src[field.Start:field.End])
		if !ok {
			p.error(diag.CodeForeignAssertion, rest, "not a header", "write it like `EXPECTED_RESPONSE_HEADERS \"Content-Type: application/json\"`")
			break
		}
		a.Subject = SubjectHeader
		a.Argument = p.text(diag.Span{Start: field.Start, End: field.Start + nameEnd})
		a.Expected = p.text(p.trim(diag.Span{Start: field.Start + valueStart, End: field.End}))
	default:
		return false
	}
	p.block.Assertions = append(p.block.Assertions, a)
	p.mark(AssertionLine)
	return true
}

// unquoted leaves out the double quotes round a span.
func (p *parser) unquoted(span diag.Span) diag.Span {
	if span.Len() >= 2 && p.src[span.Start] == '"' && p.src[span.End-1] == '"' {
		return diag.Span{Start: span.Start + 1, End: span.End - 1}
	}
	return span
}

// cutSpan splits a span without white space at its ends behind its first word.
func (p *parser) cutSpan(span diag.Span) (word, rest diag.Span) {
	first, _ := cutWord(p.src[span.Start:span.End])
	word = diag.Span{Start: span.Start, End: span.Start + len(first)}
	return word, p.trim(diag.Span{Start: word.End, End: span.End})
}

// lastWord returns the last word of a span without white space at its end.
func (p *parser) lastWord(span diag.Span) diag.Span {
	at := span.End
	for at > span.Start && !isSpace(p.src[at-1]) {
		at--
	}
	return diag.Span{Start: at, End: span.End}
}
