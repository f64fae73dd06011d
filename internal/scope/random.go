package scope

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/fake"
)

// maxRandomText bounds the length of a random text.
const maxRandomText = 1 << 16

// defaultRandom is the exclusive upper bound of $random.integer and $random.float
// without arguments, and the inclusive one of $randomInt, as Postman, JetBrains
// and httpYac have it.
const defaultRandom = 1000

// parseRandom reads the arguments of a random variable: `$randomInt [min max]`,
// and `$random.x(…)`. If it cannot, it returns what was expected instead.
func parseRandom(name, rest string, blanks []string) (generate func(*fake.Random) string, expected string) {
	if name == "$randomInt" {
		low, high, ok := bounds(blanks, strconvInt, 0, defaultRandom+1)
		if !ok || len(blanks) == 1 {
			return nil, "`$randomInt`, or `$randomInt min max` with integers, min below max"
		}
		return func(r *fake.Random) string { return strconv.FormatInt(r.Integer(low, high), 10) }, ""
	}
	args, ok := parenthesised(rest)
	switch name {
	case "$random.integer":
		low, high, valid := bounds(args, strconvInt, 0, defaultRandom)
		if !ok || !valid {
			return nil, "`$random.integer(from, to)` with integers, from below to"
		}
		return func(r *fake.Random) string { return strconv.FormatInt(r.Integer(low, high), 10) }, ""
	case "$random.float":
		low, high, valid := bounds(args, strconvFloat, 0, defaultRandom)
		if !ok || !valid {
			return nil, "`$random.float(from, to)` with numbers, from below to"
		}
		return func(r *fake.Random) string { return strconv.FormatFloat(r.Float(low, high), 'f', -1, 64) }, ""
	case "$random.email":
		if !ok || len(args) > 0 {
			return nil, "`$random.email`"
		}
		return func(r *fake.Random) string { return r.Text(12, fake.Small) + "@example.com" }, "" // RFC 2606: nobody's address
	}
	alphabet := fake.Small + fake.Capital
	switch name {
	case "$random.alphanumeric":
		alphabet = fake.Small + fake.Capital + fake.Digits + "_"
	case "$random.hexadecimal":
		alphabet = fake.Digits + "ABCDEF"
	}
	if !ok || len(args) != 1 {
		return nil, "`" + name + "(length)`"
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 || n > maxRandomText {
		return nil, fmt.Sprintf("`%s(length)` with a length from 1 to %d", name, maxRandomText)
	}
	return func(r *fake.Random) string { return r.Text(n, alphabet) }, ""
}

// parenthesised splits "(a, b)". Quotes keep blanks and commas, and are removed.
// Nothing at all is no arguments. It reports false for text that is no list.
func parenthesised(s string) ([]string, bool) {
	if s == "" {
		return nil, true
	}
	if len(s) < 2 || s[0] != '(' || s[len(s)-1] != ')' {
		return nil, false
	}
	s = strings.TrimSpace(s[1 : len(s)-1])
	if s == "" {
		return nil, true
	}
	var args []string
	for {
		arg, rest, found := s, "", false
		if s != "" && (s[0] == '"' || s[0] == '\'') {
			end := strings.IndexByte(s[1:], s[0])
			if end < 0 {
				return nil, false
			}
			arg, rest = s[1:end+1], strings.TrimSpace(s[end+2:])
			if rest, found = strings.CutPrefix(rest, ","); !found && rest != "" {
				return nil, false
			}
		} else if arg, rest, found = strings.Cut(s, ","); strings.TrimSpace(arg) == "" || strings.ContainsAny(arg, `"'()`) {
			return nil, false
		} else {
			arg = strings.TrimSpace(arg)
		}
		args = append(args, arg)
		if !found {
			return args, true
		}
		s = strings.TrimSpace(rest)
	}
}

// bounds reads (), (high) or (low, high).
func bounds[T int64 | float64](args []string, parse func(string) (T, error), low, high T) (T, T, bool) {
	if len(args) > 2 {
		return 0, 0, false
	}
	var err error
	if len(args) == 2 {
		if low, err = parse(args[0]); err != nil {
			return 0, 0, false
		}
	}
	if len(args) > 0 {
		if high, err = parse(args[len(args)-1]); err != nil {
			return 0, 0, false
		}
	}
	return low, high, low < high
}

func strconvInt(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }

func strconvFloat(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err == nil && (math.IsInf(f, 0) || math.IsNaN(f)) {
		err = strconv.ErrRange
	}
	return f, err
}
