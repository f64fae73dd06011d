package eval

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// gjson has no errors: a path that it cannot read finds nothing, so that a
// check for absence passes on a slip of the fingers. The paths are therefore
// read here first.

// gjsonModifiers are those of gjson v1.20, without the @.
var gjsonModifiers = [...]string{
	"dig", "flatten", "fromstr", "group", "join", "keys", "pretty", "reverse", "this", "tostr", "ugly", "valid", "values",
}

// exactDigits is how many digits of a number gjson and JSONPath compare
// exactly, because their filters compare float64.
const exactDigits = 15

// lintPath checks a gjson path.
func lintPath(path string) *Error {
	if path == "" {
		return errorf("the path is empty").suggest("write `body` for the whole document")
	}
	if strings.HasPrefix(path, "$") && (len(path) == 1 || path[1] == '.' || path[1] == '[') {
		return errorf("`%s` is JSONPath, and json() takes a gjson path", path).suggest("write `jsonpath(%s)`", value.Format(path))
	}
	inner, lines := strings.CutPrefix(path, "..")
	parts, err := splitPath(inner)
	if err != nil {
		return err
	}
	if lines {
		if err := lintLines(inner, parts[0].text); err != nil {
			return err
		}
	}
	for i, p := range parts {
		if err := lintName(path, p.text); err != nil {
			return err
		}
		if err := lintPart(path, p.text); err != nil {
			return err
		}
		if p.text == "#" && i+1 < len(parts) && inner[p.end] == '|' && parts[i+1].text[:min(1, len(parts[i+1].text))] != "@" {
			return errorf("`#` is how many elements there are, which has no `%s`", parts[i+1].text).
				suggest("write `#.%s` for that of each element", parts[i+1].text)
		}
	}
	return nil
}

// pathPart is a piece of a gjson path; end is where it ends in the path.
type pathPart struct {
	text string
	end  int
}

// splitPath cuts a gjson path at the dots and pipes that are not inside
// brackets or quotes.
func splitPath(path string) ([]pathPart, *Error) {
	var parts []pathPart
	start := 0
	for i := 0; i < len(path); i++ {
		switch c := path[i]; c {
		case '\\':
			i++
		case '.', '|':
			parts = append(parts, pathPart{path[start:i], i})
			start = i + 1
		case '(', '[', '{':
			if !opensGroup(path, start, i) {
				continue
			}
			end := closing(path, i)
			if end < 0 {
				return nil, errorf("`%c` in the path `%s` is never closed", c, path)
			}
			i = end
		}
	}
	return append(parts, pathPart{path[start:], len(path)}), nil
}

// opensGroup reports whether the bracket at i is of gjson's grammar: a query,
// a multipath, a literal or the argument of a modifier. Elsewhere it is a
// character of a name.
func opensGroup(path string, start, i int) bool {
	part := path[start:i]
	switch {
	case part == "#":
		return path[i] != '{'
	case part == "" || part == "!":
		return path[i] != '('
	}
	return strings.HasPrefix(part, "@") && strings.Contains(part, ":")
}

// closing returns the index of the bracket that closes the one at i, or -1.
func closing(path string, i int) int {
	depth := 0
	for ; i < len(path); i++ {
		switch path[i] {
		case '\\':
			i++
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth == 0 {
				return i
			}
		case '"':
			for i++; i < len(path) && path[i] != '"'; i++ {
				if path[i] == '\\' {
					i++
				}
			}
			if i >= len(path) {
				return -1
			}
		}
	}
	return -1
}

func lintPart(path, part string) *Error {
	switch {
	case part == "":
		return errorf("the path `%s` has an empty part", path).suggest("remove a `.` or `|`")
	case part[0] == '@':
		name, argument, _ := strings.Cut(part[1:], ":")
		if slices.Contains(gjsonModifiers[:], name) {
			return lintModifier(part, name, argument)
		}
		e := errorf("gjson has no modifier `@%s`", name)
		if e.Suggestion = diag.DidYouMean(name, gjsonModifiers[:]); e.Suggestion == "" {
			e.suggest("write `\\\\@%s` for the member of this name", name)
		}
		return e
	case strings.HasPrefix(part, "#(") || strings.HasPrefix(part, "#["):
		return lintQuery(path, part)
	case part[0] == '{' || part[0] == '[':
		end := closing(part, 0)
		if end != len(part)-1 {
			return errorf("`%s` in the path `%s` cannot be read", part, path).suggest("put a `.` or `|` behind `%s`", part[:end+1])
		}
		return lintMultipath(part)
	case len(part) > 1 && part[0] == '-' && digitsOnly(part[1:]):
		return errorf("gjson has no negative index: `%s`", part).suggest("write `@reverse.%s`, or `body` with `[%s]`", previous(part[1:]), part)
	case part[0] != '\\' && strings.HasSuffix(part, "]") && strings.Contains(part, "["):
		return notBrackets(part)
	}
	return nil
}

// previous returns the index from the end that a negative index means.
func previous(digits string) string {
	n, ok := value.ParseNumber(strings.TrimLeft(digits, "0"))
	i, _ := n.(int)
	if !ok || i == 0 {
		return "0"
	}
	return value.Format(i - 1)
}

func digitsOnly(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// lintQuery checks `#(path op value)` and `#(…)#`.
func lintQuery(path, part string) *Error {
	end := closing(part, 1)
	if behind := part[end+1:]; behind != "" && behind != "#" {
		return errorf("`%s` behind the query in `%s` means nothing", behind, path).suggest("put a `.` or `|` before it")
	}
	inner := part[2:end]
	at := operatorIn(inner)
	left, right := inner, ""
	if at >= 0 {
		left = inner[:at]
		right = strings.TrimSpace(strings.TrimLeft(inner[at:], "=!<>%~"))
		operator := strings.TrimSpace(inner[at : len(inner)-len(strings.TrimLeft(inner[at:], "=!<>%~"))])
		switch operator {
		case "=", "==", "!=", "<", "<=", ">", ">=", "%", "!%", "==~", "!=~", "=~":
		default:
			return errorf("gjson has no operator `%s`", operator).suggest("use one of `==` `!=` `<` `<=` `>` `>=` `%%` `!%%`")
		}
		if operator == "=~" {
			return errorf("gjson has no operator `=~`").suggest("write `%%` with a pattern, or `==~ true`")
		}
		if right == "" {
			return errorf("the query `%s` compares with nothing", part)
		}
		if strings.Contains(operator, "~") && right != "true" && right != "false" && right != "null" && right != "*" {
			return errorf("`%s` in the query `%s` takes true, false, null or *", operator, part)
		}
		if err := lintOperand(part, right); err != nil {
			return err
		}
	}
	if left = strings.TrimSpace(left); left == "" {
		if at < 0 {
			return errorf("the query `%s` is empty", part)
		}
		return nil
	}
	if err := lintWords(part, left); err != nil {
		return err
	}
	return lintPath(left)
}

func lintOperand(part, right string) *Error {
	if right[0] == '"' {
		if end := strings.LastIndexByte(right, '"'); end != len(right)-1 {
			return errorf("the text in the query `%s` is not closed", part)
		}
		return nil
	}
	if strings.Contains(right, "&&") || strings.Contains(right, "||") {
		return notJoined(part, "`&&` and no `||`")
	}
	if strings.Contains(right, " and ") || strings.Contains(right, " or ") {
		return notJoined(part, "`and` and no `or`")
	}
	if i := strings.IndexAny(right, "=<>|,"); i >= 0 {
		return errorf("`%s` in the query `%s` is read as one text", right, part).suggest("put it in double quotes if it is one")
	}
	if strings.HasPrefix(right, "'") {
		return errorf("gjson takes no text in single quotes: `%s`", part).suggest("use double quotes")
	}
	if long := longNumber(right); long != "" {
		return imprecise("gjson", long)
	}
	return nil
}

// operatorIn returns where the operator of a query starts, or -1.
func operatorIn(inner string) int {
	for i := 0; i < len(inner); i++ {
		switch inner[i] {
		case '\\':
			i++
		case '(', '[', '{':
			if end := closing(inner, i); end > 0 {
				i = end
			}
		case '=', '!', '<', '>', '%':
			return i
		}
	}
	return -1
}

// longNumber returns the number that s is, if it has more digits than float64
// holds.
func longNumber(s string) string {
	if _, ok := value.ParseNumber(s); !ok {
		return ""
	}
	mantissa, _, _ := strings.Cut(strings.ToLower(s), "e")
	digits := strings.Trim(strings.Replace(strings.TrimLeft(mantissa, "-"), ".", "", 1), "0")
	if len(digits) <= exactDigits {
		return ""
	}
	return s
}

func imprecise(tool, n string) *Error {
	return errorf("%s compares only %d digits of a number, and `%s` has more", tool, exactDigits, n).
		suggest("write filter(body…, .member == %s), which is exact", n)
}

// lintMultipath checks the paths in `{a,b}` and `[a,"n":b]`.
func lintMultipath(part string) *Error {
	paths, err := multipaths(part)
	if err != nil {
		return err
	}
	for _, p := range paths {
		if err := lintPath(p); err != nil {
			return err
		}
	}
	return nil
}

// multipaths returns the paths in `{a,b}` and `[a,"n":b]`, without literals.
func multipaths(part string) ([]string, *Error) {
	var paths []string
	inner := part[1 : len(part)-1]
	start := 0
	for i := 0; i <= len(inner); i++ {
		if i < len(inner) {
			switch inner[i] {
			case '\\':
				i++
				continue
			case '"', '(', '[', '{':
				end := skipGroup(inner, i)
				if end < 0 {
					return nil, errorf("`%s` cannot be read", part)
				}
				i = end
				continue
			case ',':
			default:
				continue
			}
		}
		path := strings.TrimSpace(inner[min(start, len(inner)):min(i, len(inner))])
		if strings.HasPrefix(path, `"`) {
			if end := skipGroup(path, 0); end > 0 && strings.HasPrefix(path[end+1:], ":") {
				path = path[end+2:]
			}
		} else if name, rest, ok := strings.Cut(path, ":"); ok && !strings.ContainsAny(name, "@.|#") {
			path = rest
		}
		if strings.HasPrefix(path, "!") {
			start = i + 1
			continue
		}
		paths = append(paths, strings.TrimSpace(path))
		start = i + 1
	}
	return paths, nil
}

// skipGroup returns the index of the end of the quotes or brackets at i, or -1.
func skipGroup(s string, i int) int {
	if s[i] != '"' {
		return closing(s, i)
	}
	for i++; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' {
			i++
		}
	}
	if i >= len(s) {
		return -1
	}
	return i
}

// gjsonGet looks a path up in the body.
func (a *Answer) gjsonGet(path string) (v any, ok bool, err error) {
	d, err := a.jsonBody()
	if err != nil {
		return nil, false, err
	}
	r := gjson.GetBytes(d.raw, path)
	if !r.Exists() || mayHide(path) && !proves(r, path) && hiddenMissing(d.raw, path) != nil {
		return nil, false, nil
	}
	v, err = gjsonValue(r)
	return v, err == nil, err
}

// gjsonValue reads the raw text of a result, because gjson's own numbers are
// float64.
func gjsonValue(r gjson.Result) (any, error) {
	v, _, err := value.Decode([]byte(r.Raw))
	if err != nil {
		return nil, errorf("what gjson made of the document is not JSON")
	}
	return v, nil
}

// gjsonMissing explains a path that found nothing: it names the longest part
// that does find something.
func (a *Answer) gjsonMissing(path string) error {
	d, err := a.jsonBody()
	if err != nil {
		return err
	}
	if mayHide(path) {
		if missing := hiddenMissing(d.raw, path); missing != nil {
			return missing
		}
	}
	missing := &Missing{Path: path, Member: path, Value: d.value()}
	parts, lint := splitPath(path)
	if lint == nil {
		missing.Member = parts[0].text
		for i := len(parts) - 2; i >= 0; i-- {
			if v, ok, err := a.gjsonGet(path[:parts[i].end]); ok && err == nil {
				missing.Prefix, missing.Member, missing.Value = path[:parts[i].end], parts[i+1].text, v
				break
			}
		}
	}
	missing.Member = strings.ReplaceAll(missing.Member, `\`, "")
	missing.Names = memberNames(missing.Value)
	return missing
}
