package value

import (
	"cmp"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Number is a JSON number that int cannot hold, as written: `9007199254740993.0`,
// `1e400`. It is an alias, so that encoding/json and JSONPath know it too.
type Number = json.Number

// decimal is the exact value of a number: 0.digits × 10^point. The digits have
// no zeros at either end, so that equal numbers have equal decimals and 1e400
// takes one digit.
type decimal struct {
	neg    bool
	digits string // empty for zero
	point  int64
}

// maxExponentDigits bounds the exponents that can be computed with. Larger ones
// are refused where they are read, never compared wrongly.
const maxExponentDigits = 17

// ParseNumber reads a number in JSON's grammar. It reports false for any other
// text and for exponents of more than 17 digits.
func ParseNumber(text string) (any, bool) {
	d, ok := parseDecimal(text)
	if !ok {
		return nil, false
	}
	if i, err := strconv.Atoi(text); err == nil && (i != 0 || !d.neg) {
		return i, true
	}
	return Number(text), true
}

func parseDecimal(text string) (decimal, bool) {
	var d decimal
	s := text
	if strings.HasPrefix(s, "-") {
		d.neg, s = true, s[1:]
	}
	whole, s := cutDigits(s)
	if whole == "" || len(whole) > 1 && whole[0] == '0' {
		return d, false
	}
	fraction := ""
	if strings.HasPrefix(s, ".") {
		if fraction, s = cutDigits(s[1:]); fraction == "" {
			return d, false
		}
	}
	var exponent int64
	if s != "" {
		if s[0] != 'e' && s[0] != 'E' {
			return d, false
		}
		s = s[1:]
		negative := strings.HasPrefix(s, "-")
		if negative || strings.HasPrefix(s, "+") {
			s = s[1:]
		}
		digits, rest := cutDigits(s)
		significant := strings.TrimLeft(digits, "0")
		if digits == "" || rest != "" || len(significant) > maxExponentDigits {
			return d, false
		}
		exponent, _ = strconv.ParseInt("0"+significant, 10, 64)
		if negative {
			exponent = -exponent
		}
	}
	digits := whole
	if fraction != "" {
		digits = whole + fraction
	}
	significant := strings.TrimLeft(digits, "0")
	d.point = exponent + int64(len(whole)) - int64(len(digits)-len(significant))
	d.digits = strings.TrimRight(significant, "0")
	if d.digits == "" {
		d.point = 0
	}
	return d, true
}

func cutDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

// toDecimal returns the exact value of a number of any type.
func toDecimal(v any) (decimal, bool) {
	switch v := v.(type) {
	case int:
		return intDecimal(int64(v)), true
	case Number:
		return parseDecimal(string(v))
	case float64:
		return floatDecimal(v, 64)
	case float32:
		return floatDecimal(float64(v), 32)
	case int8:
		return intDecimal(int64(v)), true
	case int16:
		return intDecimal(int64(v)), true
	case int32:
		return intDecimal(int64(v)), true
	case int64:
		return intDecimal(v), true
	case uint:
		return uintDecimal(uint64(v)), true
	case uint8:
		return uintDecimal(uint64(v)), true
	case uint16:
		return uintDecimal(uint64(v)), true
	case uint32:
		return uintDecimal(uint64(v)), true
	case uint64:
		return uintDecimal(v), true
	}
	return decimal{}, false
}

func intDecimal(i int64) decimal {
	d, _ := parseDecimal(strconv.FormatInt(i, 10))
	return d
}

func uintDecimal(u uint64) decimal {
	d, _ := parseDecimal(strconv.FormatUint(u, 10))
	return d
}

func floatDecimal(f float64, bits int) (decimal, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return decimal{}, false
	}
	return parseDecimal(strconv.FormatFloat(f, 'e', -1, bits))
}

func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.neg:
		return -1
	default:
		return 1
	}
}

// compare orders two numbers. Neither is ever written out, so 1e999999999 costs
// no more than 1.
func (d decimal) compare(e decimal) int {
	if s := d.sign(); s != e.sign() || s == 0 {
		return cmp.Compare(s, e.sign())
	}
	magnitude := cmp.Compare(d.point, e.point)
	if magnitude == 0 {
		magnitude = strings.Compare(d.digits, e.digits) // fractions: 0.12 < 0.123
	}
	return magnitude * d.sign()
}

// isInteger reports whether d has no fraction.
func (d decimal) isInteger() bool { return d.point >= int64(len(d.digits)) }

// Int returns v as an int if it is a number without a fraction that fits:
// 3, 3.0 and 3e0 are all 3.
func Int(v any) (int, bool) {
	if i, ok := v.(int); ok {
		return i, true
	}
	d, ok := toDecimal(v)
	if !ok || !d.isInteger() || d.point > 20 {
		return 0, false
	}
	text := d.digits + strings.Repeat("0", int(d.point)-len(d.digits))
	if d.neg {
		text = "-" + text
	}
	if text == "" {
		return 0, true
	}
	i, err := strconv.Atoi(text)
	return i, err == nil
}

// IsNumber reports whether v is a number.
func IsNumber(v any) bool {
	_, ok := toDecimal(v)
	return ok
}
