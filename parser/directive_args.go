package parser

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// argsError is what is wrong with the arguments of a directive, and where, if
// not everywhere.
type argsError struct {
	what string
	at   diag.Span
}

func (e *argsError) Error() string { return e.what }

func wrong(at Text, format string, args ...any) error {
	return &argsError{what: fmt.Sprintf(format, args...), at: at.Span()}
}

func missing(what string) error { return &argsError{what: what + " is missing"} }

func readName(args Text) (DirectiveNode, error) {
	if args.String() == "" {
		return nil, missing("the name")
	}
	return &Value{Text: args}, nil
}

func readValue(args Text) (DirectiveNode, error) {
	if args.String() == "" {
		return nil, missing("the argument")
	}
	return &Value{Text: args}, nil
}

// readFile reads one argument, which may stand in quotes.
func readFile(args Text) (DirectiveNode, error) {
	if err := checkBraces(args); err != nil {
		return nil, err
	}
	if args = unquote(args); args.String() == "" {
		return nil, missing("the argument")
	}
	return &Value{Text: args}, nil
}

// checkBraces reports half a placeholder in a value that is a template. The value
// is given as written, for in quotes a backslash makes braces literal.
func checkBraces(t Text) error {
	if open := unclosedTemplate(t.String()); open >= 0 {
		return wrong(t.Slice(open, open+2), "`{{` is never closed")
	}
	return nil
}

func readSwitch(args Text) (DirectiveNode, error) {
	if s := args.String(); s != "" {
		return nil, wrong(args, "takes no argument, found `%s`", s)
	}
	return &Switch{}, nil
}

func readReason(args Text) (DirectiveNode, error) {
	if args.String() == "" {
		args = Text{}
	}
	return &Reason{Text: args}, nil
}

func readCondition(args Text) (DirectiveNode, error) {
	if args.String() == "" {
		return nil, missing("the expression")
	}
	return &Condition{Expr: args}, nil
}

func readDuration(args Text) (DirectiveNode, error) {
	if args.String() == "" {
		return nil, missing("the duration")
	}
	if err := checkDuration(args); err != nil {
		return nil, err
	}
	return &Duration{Value: args}, nil
}

// checkDuration reports a duration that cannot be read, unless it holds
// templates, whose values are not known yet.
func checkDuration(t Text) error {
	if t.HasTemplate() {
		return nil
	}
	if _, err := ParseDuration(t.String(), time.Second); err != nil {
		if d, ok := err.(*diag.Diagnostic); ok {
			return wrong(t, "%s", d.Summary)
		}
		return wrong(t, "%s", err)
	}
	return nil
}

func readDialect(args Text) (DirectiveNode, error) {
	name := args.String()
	if name == "" {
		return nil, missing("the name of the dialect")
	}
	if _, ok := ParseDialect(name); !ok {
		return nil, wrong(args, "unknown dialect `%s`, expected one of %s", name, strings.Join(DialectNames(), ", "))
	}
	return &Value{Text: args}, nil
}

// readAssert reads EXPR [-- message]. The message starts at the first " -- "
// outside a string.
func readAssert(args Text) (DirectiveNode, error) {
	s := args.String()
	switch {
	case s == "", strings.HasPrefix(s, "-- "):
		return nil, missing("the expression")
	case s == "none":
		return &Assert{None: true}, nil
	}
	var q quotes
	for i := 0; i < len(s); i++ {
		if n := q.length(s, i); n > 0 {
			i += n - 1
			continue
		}
		if strings.HasPrefix(s[i:], " -- ") {
			return &Assert{Expr: args.Slice(0, i).TrimSpace(), Message: args.Slice(i+len(" -- "), len(s)).TrimSpace()}, nil
		}
	}
	return &Assert{Expr: args}, nil
}

// readCapture reads [secret] [global] NAME = EXPR.
func readCapture(args Text) (DirectiveNode, error) {
	s := args.String()
	left, right, ok := strings.Cut(s, "=")
	if !ok || strings.HasPrefix(right, "=") || strings.TrimSpace(right) == "" {
		return nil, &argsError{what: "expected `NAME = EXPRESSION`"}
	}
	c := &Capture{Expr: args.Slice(len(left)+1, len(s)).TrimSpace()}
	words := fields(left)
	for len(words) > 1 {
		word := args.field(words[0])
		switch word.String() {
		case "secret":
			c.Secret = true
		case "global":
			c.Global = true
		default:
			return nil, wrong(word, "expected `secret`, `global` or a name before `=`, found `%s`", word)
		}
		words = words[1:]
	}
	if len(words) == 0 {
		return nil, missing("the name before `=`")
	}
	c.Name = args.field(words[0])
	if name := c.Name.String(); !isName(name) {
		return nil, wrong(c.Name, "`%s` is no name: expected letters, digits, `_`, `-` and `.`, a letter first", name)
	}
	return c, nil
}

// readAuth reads ID [key=value …]. Values are not quoted in messages, for they
// may be secret.
func readAuth(args Text) (DirectiveNode, error) {
	words := fields(args.String())
	if len(words) == 0 {
		return nil, missing("the id")
	}
	a := &Auth{ID: args.field(words[0])}
	if strings.Contains(a.ID.String(), "=") {
		return nil, wrong(a.ID, "the id must come before the parameters")
	}
	given := make(map[string]bool)
	cut := slicer{text: args}
	for _, w := range words[1:] {
		word := cut.next(w.from, w.to)
		key, value, ok := strings.Cut(word.String(), "=")
		if !ok || key == "" {
			return nil, wrong(word, "expected a parameter `key=value`")
		}
		if err := checkBraces(word); err != nil {
			return nil, err
		}
		param := AuthParam{Key: word.Slice(0, len(key)), Value: unquote(word.Slice(len(key)+1, len(key)+1+len(value)))}
		if given[key] {
			return nil, wrong(param.Key, "`%s` is given twice", key)
		}
		given[key] = true
		a.Params = append(a.Params, param)
	}
	if a.ID.String() == "none" && len(a.Params) > 0 {
		return nil, wrong(a.Params[0].Key, "`none` takes no parameters")
	}
	return a, nil
}

// readNames reads A, "B, C".
func readNames(args Text) (DirectiveNode, error) {
	s := args.String()
	if s == "" {
		return nil, missing("the name")
	}
	n := &Names{}
	cut := slicer{text: args}
	var q quotes
	for from := 0; from <= len(s); {
		end := from + len(s[from:]) - len(strings.TrimLeft(s[from:], " \t"))
		if end < len(s) { // only a quote at the start protects commas: Ann's, Bob's
			end += q.length(s, end)
		}
		for end < len(s) && s[end] != ',' {
			end++
		}
		name := unquote(cut.next(from, end).TrimSpace())
		if name.String() == "" {
			return nil, &argsError{what: "a name is missing beside a comma"}
		}
		n.Names = append(n.Names, name)
		from = end + 1
	}
	return n, nil
}

// readRetry reads N [every D] [backoff F] [until EXPR].
func readRetry(args Text) (DirectiveNode, error) {
	s := args.String()
	words := fields(s)
	if len(words) == 0 {
		return nil, missing("the number of tries")
	}
	tries := args.field(words[0])
	n, err := strconv.Atoi(tries.String())
	if err != nil || n < 1 {
		return nil, wrong(tries, "expected a number of tries of at least 1, found `%s`", tries)
	}
	r := &Retry{Tries: n}
	for i := 1; i < len(words); {
		keyword := args.field(words[i])
		if !isRetryKeyword(keyword.String()) {
			return nil, wrong(keyword, "expected `every`, `backoff` or `until`, found `%s`", keyword)
		}
		end := i + 1
		for end < len(words) && (keyword.String() == "until" || !isRetryKeyword(s[words[end].from:words[end].to])) {
			end++
		}
		if end == i+1 {
			return nil, wrong(keyword, "nothing behind `%s`", keyword)
		}
		value := args.Slice(words[i+1].from, words[end-1].to)
		if err := r.set(keyword, value); err != nil {
			return nil, err
		}
		i = end
	}
	return r, nil
}

// readLoop reads for N, for NAME of EXPR, or while EXPR.
func readLoop(args Text) (DirectiveNode, error) {
	s := args.String()
	words := fields(s)
	if len(words) < 2 {
		return nil, missing("what to loop over")
	}
	keyword := args.field(words[0])
	rest := args.Slice(words[1].from, words[len(words)-1].to)
	switch keyword.String() {
	case "while":
		return &Loop{While: rest}, nil
	case "for":
		if len(words) < 3 || s[words[2].from:words[2].to] != "of" {
			return &Loop{Count: rest}, nil
		}
		name := args.field(words[1])
		switch {
		case !isName(name.String()):
			return nil, wrong(name, "expected the name of a variable, found `%s`", name)
		case len(words) == 3:
			return nil, missing("the list behind `of`")
		}
		return &Loop{Var: name, Of: args.Slice(words[3].from, words[len(words)-1].to)}, nil
	}
	return nil, wrong(keyword, "expected `for` or `while`, found `%s`", keyword)
}

// set sets the field that a keyword stands for.
func (r *Retry) set(keyword, value Text) error {
	field := &r.Until
	switch keyword.String() {
	case "every":
		field = &r.Every
		if err := checkDuration(value); err != nil {
			return err
		}
	case "backoff":
		field = &r.Backoff
		f, err := strconv.ParseFloat(value.String(), 64)
		if !value.HasTemplate() && (err != nil || !(f >= 1) || math.IsInf(f, 0)) {
			return wrong(value, "expected a factor of at least 1 behind `backoff`, found `%s`", value)
		}
	}
	if !field.IsZero() {
		return wrong(keyword, "`%s` is given twice", keyword)
	}
	*field = value
	return nil
}

func isRetryKeyword(word string) bool {
	return word == "every" || word == "backoff" || word == "until"
}

// isName reports whether a text can be referred to in a template.
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isWord(s[i]) {
			return false
		}
	}
	return s != "" && !isDigit(s[0])
}

// field is a word of a text, as offsets into its string.
type field struct{ from, to int }

func (t Text) field(f field) Text { return t.Slice(f.from, f.to) }

// fields splits a string at its blanks. Quotes, at the start of a word or behind
// an =, and templates hold a word together.
func fields(s string) []field {
	var found []field
	var q quotes
	for i := 0; i < len(s); {
		if isSpace(s[i]) {
			i++
			continue
		}
		from := i
		for i < len(s) && !isSpace(s[i]) {
			i += max(1, wordGroup(s, from, i, &q))
		}
		found = append(found, field{from, i})
	}
	return found
}

// wordGroup returns the length of the quoted string or template at i in the
// word that starts at from, or 0.
func wordGroup(s string, from, i int, q *quotes) int {
	if i == from || s[i-1] == '=' {
		if n := q.length(s, i); n > 0 {
			return n
		}
	}
	if strings.HasPrefix(s[i:], "{{") {
		if end, closed := templateEnd(s, i+2, q); closed {
			return end + 2 - i
		}
	}
	return 0
}

// unquote returns a text without the quotes that enclose the whole of it. In
// quotes a backslash makes the next character literal.
func unquote(t Text) Text {
	s := t.String()
	if len(s) < 2 || new(quotes).length(s, 0) != len(s) {
		return t
	}
	inner := t.Slice(1, len(s)-1)
	if s[0] == '`' || !strings.Contains(s, `\`) {
		return inner
	}
	var b strings.Builder
	for i := 1; i < len(s)-1; i++ {
		if s[i] == '\\' {
			i++
		}
		b.WriteByte(s[i])
	}
	return Literal(t.Source(), inner.Span(), b.String())
}
