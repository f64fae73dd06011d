package value

import (
	"maps"
	"math/big"
	"slices"
)

// IsInteger reports whether v is a number without a fraction, of any size: 3,
// 3.0 and 1e400 are.
func IsInteger(v any) bool {
	d, ok := toDecimal(v)
	return ok && d.isInteger()
}

// IsMultiple reports whether a is b times an integer, exactly and whatever the
// exponents: nothing is written out. It is false unless both are numbers and b
// is not zero.
func IsMultiple(a, b any) bool {
	x, xok := toDecimal(a)
	y, yok := toDecimal(b)
	if !xok || !yok || y.sign() == 0 {
		return false
	}
	if x.sign() == 0 {
		return true
	}
	shift := x.exponent() - y.exponent()
	if shift < 0 { // the last digit of x is none that ten divides
		return false
	}
	divisor := y.coefficient()
	divisor.Abs(divisor)
	rest := new(big.Int).Exp(big.NewInt(10), big.NewInt(shift), divisor)
	rest.Mul(rest, remainder(x.digits, divisor))
	return rest.Mod(rest, divisor).Sign() == 0
}

// remainder is that of a row of digits, taken piece by piece: a number of
// millions of digits takes long to become a big.Int.
func remainder(digits string, divisor *big.Int) *big.Int {
	const piece = 18
	rest, unit, next := new(big.Int), power10(piece), new(big.Int)
	for len(digits) > 0 {
		n := min(piece, len(digits))
		if n < piece {
			unit = power10(n)
		}
		next.SetString(digits[:n], 10)
		rest.Mul(rest, unit).Add(rest, next).Mod(rest, divisor)
		digits = digits[n:]
	}
	return rest
}

// Key returns a text that two values share if and only if they are equal: 1,
// 1.0 and 1e0 have the same.
func Key(v any) string { return string(appendKey(nil, v)) }

func appendKey(b []byte, v any) []byte {
	switch v := v.(type) {
	case []any:
		b = append(b, '[')
		for _, e := range v {
			b = append(appendKey(b, e), ',')
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for _, name := range slices.Sorted(maps.Keys(v)) {
			b = append(appendQuoted(b, name), ':')
			b = append(appendKey(b, v[name]), ',')
		}
		return append(b, '}')
	case int, Number:
		d, _ := toDecimal(v)
		return append(b, d.text()...)
	}
	return appendValue(b, v)
}
