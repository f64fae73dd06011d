package eval

import (
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/value"
)

// gjsonOptions returns the members that the argument of a modifier may have; nil
// if it takes none.
func gjsonOptions(modifier string) []string {
	switch modifier {
	case "pretty":
		return []string{"sortKeys", "indent", "prefix", "width"}
	case "flatten":
		return []string{"deep"}
	case "join":
		return []string{"preserve"}
	}
	return nil
}

// lintModifier checks the argument of a modifier: gjson does without one that it
// cannot read.
func lintModifier(part, name, argument string) *Error {
	if name == "dig" {
		if argument == "" {
			return errorf("`@dig` takes the name that it looks for").suggest("write `@dig:name`")
		}
		return nil
	}
	if argument == "" {
		return nil
	}
	known := gjsonOptions(name)
	if known == nil {
		return errorf("`@%s` takes no argument, and `%s` has one", name, part).suggest("put a `.` or `|` behind `@%s`", name)
	}
	v, _, err := value.Decode([]byte(argument))
	options, isObject := v.(map[string]any)
	if err != nil || !isObject {
		return errorf("the argument of `%s` is no JSON object", part).suggest("write it like `@%s:{\"%s\":true}`", name, known[0])
	}
	for option := range options {
		if !slices.Contains(known, option) {
			return errorf("`@%s` has no option `%s`", name, option).suggest("use one of `%s`", strings.Join(known, "`, `"))
		}
	}
	return nil
}

// lintLines checks a path behind `..`, for which the body is the only line of a
// list of lines.
func lintLines(path, first string) *Error {
	if first == "" || first[0] == '#' || first[0] == '@' || digitsOnly(first) {
		return nil
	}
	e := errorf("`..` reads the body as lines of JSON, and `%s` is not the index of one", first)
	if strings.Trim(first, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == "" {
		e.suggest("write `..0.%s`, or `jsonpath(\"$..%s\")` for the member anywhere", path, first)
	}
	return e
}

// lintName checks what gjson takes for the name of a member, and its author
// probably did not.
func lintName(path, part string) *Error {
	switch {
	case part == "":
		return nil
	case strings.HasSuffix(part, `\`) && !strings.HasSuffix(part, `\\`):
		return errorf("nothing stands behind the backslash in `%s`", path).suggest("write a character behind it, or remove it")
	case part != strings.Trim(part, " \t"):
		return errorf("a blank is part of the name in `%s`", path).suggest("remove the blank beside `%s`", strings.Trim(part, " \t"))
	case strings.Trim(part, "*") == "" && len(part) > 1:
		return errorf("gjson does not look below the next member: `%s`", path).suggest("write `jsonpath(\"$..name\")`")
	case part[0] == '#' && len(part) > 1 && part[1] != '(' && part[1] != '[':
		return errorf("`%s` is read as the name of a member", part).
			suggest("write `#.%s` for that of each element, or `\\\\%s` for the name", part[1:], part)
	case len(part) > 1 && strings.HasSuffix(part, "#") && strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == "#":
		name := strings.TrimSuffix(part, "#")
		return errorf("`%s` is read as the name of a member", part).suggest("write `%s.#` for how many, or `%s\\\\#` for the name", name, name)
	case part[0] == '!' && !startsLiteral(part[1:]):
		return errorf("`%s` is no literal", part).suggest("write `!\"%s\"` for a text, or `\\\\%s` for the member of this name", part[1:], part)
	}
	if from, to, ok := strings.Cut(part, ":"); ok && digitsOnly(from+to) {
		return errorf("gjson takes no slices: `%s`", part).suggest("write `body` with `[%s]`", part)
	}
	return nil
}

func startsLiteral(s string) bool {
	return s != "" && (strings.IndexByte(`"{[-0123456789`, s[0]) >= 0 || s == "true" || s == "false" || s == "null")
}

// notBrackets is about a part such as `items[0]`.
func notBrackets(part string) *Error {
	name, index, _ := strings.Cut(part, "[")
	index = strings.TrimSuffix(index, "]")
	e := errorf("`%s` is not how gjson takes an element", part)
	switch {
	case index == "" || index == "*":
		return e.suggest("write `%s.#` for how many, or `%s.#.name` for a member of each", name, name)
	case strings.HasPrefix(index, "?"):
		return e.suggest("write `%s.#(name==\"value\")#`", name)
	case strings.Contains(index, ":"):
		return e.suggest("write `body` with `[%s]`", index)
	}
	return e.suggest("write `%s.%s`", name, strings.Trim(index, `"'`))
}

// lintWords finds words where the operator of a query should be.
func lintWords(part, left string) *Error {
	for _, word := range strings.Fields(left)[1:] {
		switch word {
		case "contains", "matches", "startsWith", "endsWith", "in", "not", "is", "eq", "ne", "gt", "lt", "gte", "lte", "like":
			return errorf("gjson has no operator `%s`: `%s`", word, part).suggest("use one of `==` `!=` `<` `<=` `>` `>=` `%%` `!%%`, or write filter(body…, …)")
		}
	}
	return nil
}

func notJoined(part, words string) *Error {
	return errorf("gjson has no %s: `%s`", words, part).suggest("put two queries one after the other, `#(a==1)#|#(b==2)#`, or write filter(body…, …)")
}
