package value

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

const (
	maxDigits      = 10_000 // of a result, so that no expression can fill the memory
	quotientDigits = 34     // of a quotient that has no end, as in decimal128 of IEEE 754
)

var (
	errTooLarge = fmt.Errorf("the result has more than %d digits", maxDigits)
	errZero     = errors.New("division by zero")
)

// Add returns a + b, exactly. Like the other operations it fails with a
// [*TypeError] unless both are numbers, and rather than produce more than
// ten thousand digits.
func Add(a, b any) (any, error) {
	if x, y, ok := ints(a, b); ok {
		if sum := x + y; (sum > x) == (y > 0) {
			return sum, nil
		}
	}
	return aligned(a, b, (*big.Int).Add)
}

// Sub returns a - b, exactly.
func Sub(a, b any) (any, error) {
	if x, y, ok := ints(a, b); ok {
		if difference := x - y; (difference < x) == (y > 0) {
			return difference, nil
		}
	}
	return aligned(a, b, (*big.Int).Sub)
}

// Mod returns the remainder of a / b, with the sign of a. It is defined for
// fractions too.
func Mod(a, b any) (any, error) {
	_, y, err := operands(a, b)
	if err != nil {
		return nil, err
	}
	if y.sign() == 0 {
		return nil, errZero
	}
	return aligned(a, b, (*big.Int).Rem)
}

// Mul returns a × b, exactly.
func Mul(a, b any) (any, error) {
	x, y, err := operands(a, b)
	if err != nil {
		return nil, err
	}
	if len(x.digits)+len(y.digits) > maxDigits {
		return nil, errTooLarge
	}
	product := new(big.Int).Mul(x.coefficient(), y.coefficient())
	return fromBig(product, x.exponent()+y.exponent())
}

// Div returns a / b: exactly if the quotient ends, else rounded to 34 digits.
// 10 / 2 is the integer 5.
func Div(a, b any) (any, error) {
	x, y, err := operands(a, b)
	if err != nil {
		return nil, err
	}
	if y.sign() == 0 {
		return nil, errZero
	}
	if x.sign() == 0 {
		return 0, nil
	}
	// A divisor of m digits whose quotients end is 2^i × 5^j with i, j < 4m, so
	// that no quotient that ends is cut off here.
	scale := len(x.digits) + 4*len(y.digits) + quotientDigits
	if scale > maxDigits {
		return nil, errTooLarge
	}
	numerator := new(big.Int).Mul(x.coefficient(), power10(scale))
	quotient, rest := new(big.Int).QuoRem(numerator, y.coefficient(), new(big.Int))
	exponent := x.exponent() - y.exponent() - int64(scale)
	if rest.Sign() != 0 {
		excess := len(new(big.Int).Abs(quotient).String()) - quotientDigits
		if excess > 0 {
			unit := power10(excess)
			half := new(big.Int).Rsh(unit, 1)
			if quotient.Sign() < 0 {
				half.Neg(half)
			}
			quotient.Quo(quotient.Add(quotient, half), unit)
			exponent += int64(excess)
		}
	}
	return fromBig(quotient, exponent)
}

// Neg returns -v.
func Neg(v any) (any, error) { return Sub(0, v) }

// Pow returns a to the power of b: exactly for whole exponents of reasonable
// size, else as a float64 computes it.
func Pow(a, b any) (any, error) {
	x, y, err := operands(a, b)
	if err != nil {
		return nil, err
	}
	n, whole := Int(b)
	if !whole {
		if y.isInteger() {
			return nil, errTooLarge
		}
		base, _ := strconv.ParseFloat(x.text(), 64)
		exponent, _ := strconv.ParseFloat(y.text(), 64)
		return Float(math.Pow(base, exponent))
	}
	count := n
	if n < 0 {
		count = -n
	}
	if x.digits == "" {
		switch {
		case n == 0:
			return 1, nil
		case n < 0:
			return nil, errZero
		}
		return 0, nil
	}
	if count < 0 || count > maxDigits || len(x.digits)*count > maxDigits || abs64(x.exponent()) > 1e12 {
		return nil, errTooLarge
	}
	power, err := fromBig(new(big.Int).Exp(x.coefficient(), big.NewInt(int64(count)), nil), x.exponent()*int64(count))
	if n < 0 && err == nil {
		return Div(1, power)
	}
	return power, err
}

// Abs returns v without its sign.
func Abs(v any) (any, error) {
	d, err := operand(v)
	if err != nil {
		return nil, err
	}
	if d.sign() < 0 {
		return Neg(v)
	}
	return v, nil
}

// Rounding says how [Round] treats a fraction.
type Rounding uint8

// Roundings.
const (
	Nearest  Rounding = iota // halves away from zero
	Down                     // towards minus infinity
	Up                       // towards plus infinity
	Truncate                 // towards zero
)

// Round returns v without its fraction.
func Round(v any, how Rounding) (any, error) {
	d, err := operand(v)
	if err != nil {
		return nil, err
	}
	if d.isInteger() {
		if i, ok := Int(v); ok {
			return i, nil
		}
		return v, nil
	}
	whole, next := "0", byte('0') // next is the first digit of the fraction
	if d.point > 0 {
		whole = d.digits[:d.point]
	}
	if d.point >= 0 {
		next = d.digits[d.point]
	}
	if len(whole) > maxDigits {
		return nil, errTooLarge
	}
	coefficient, _ := new(big.Int).SetString(whole, 10)
	if how == Nearest && next >= '5' || how == Up && !d.neg || how == Down && d.neg {
		coefficient.Add(coefficient, big.NewInt(1))
	}
	if d.neg {
		coefficient.Neg(coefficient)
	}
	return fromBig(coefficient, 0)
}

// Float returns the number that f stands for: its shortest decimal. NaN and the
// infinities are errors.
func Float(f float64) (any, error) {
	d, ok := floatDecimal(f, 64)
	if !ok {
		return nil, fmt.Errorf("the result is not a number (%v)", f)
	}
	return d.value()
}

func ints(a, b any) (x, y int, ok bool) {
	x, xok := a.(int)
	y, yok := b.(int)
	return x, y, xok && yok
}

func operand(v any) (decimal, error) {
	d, ok := toDecimal(v)
	if !ok {
		return d, &TypeError{Left: v, Right: 0, Arithmetic: true}
	}
	return d, nil
}

func operands(a, b any) (x, y decimal, err error) {
	x, xok := toDecimal(a)
	y, yok := toDecimal(b)
	if !xok || !yok {
		return x, y, &TypeError{Left: a, Right: b, Arithmetic: true}
	}
	return x, y, nil
}

// aligned applies op to the coefficients of a and b at their common exponent.
func aligned(a, b any, op func(z, x, y *big.Int) *big.Int) (any, error) {
	x, y, err := operands(a, b)
	if err != nil {
		return nil, err
	}
	low, high := x.exponent(), x.point
	if y.digits != "" {
		low, high = min(low, y.exponent()), max(high, y.point)
	}
	if x.digits == "" {
		low, high = y.exponent(), y.point
	}
	if high-low > maxDigits {
		return nil, errTooLarge
	}
	return fromBig(op(new(big.Int), x.at(low), y.at(low)), low)
}

// exponent is that of the coefficient: d = coefficient × 10^exponent.
func (d decimal) exponent() int64 { return d.point - int64(len(d.digits)) }

func (d decimal) coefficient() *big.Int {
	if d.digits == "" {
		return new(big.Int)
	}
	i, _ := new(big.Int).SetString(d.digits, 10)
	if d.neg {
		i.Neg(i)
	}
	return i
}

// at returns the coefficient of d for a given, not larger, exponent.
func (d decimal) at(exponent int64) *big.Int {
	if d.digits == "" {
		return new(big.Int)
	}
	i := d.coefficient()
	return i.Mul(i, power10(int(d.exponent()-exponent)))
}

func power10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

func fromBig(coefficient *big.Int, exponent int64) (any, error) {
	if exponent == 0 && coefficient.IsInt64() {
		if i := coefficient.Int64(); int64(int(i)) == i {
			return int(i), nil
		}
	}
	text := coefficient.String()
	digits := strings.TrimPrefix(text, "-")
	d := decimal{neg: len(digits) < len(text), point: exponent + int64(len(digits))}
	if d.digits = strings.TrimRight(digits, "0"); d.digits == "" {
		return 0, nil
	}
	return d.value()
}

// value returns d as an int if it fits, else as a Number.
func (d decimal) value() (any, error) {
	v, ok := ParseNumber(d.text())
	if !ok {
		return nil, errTooLarge
	}
	return v, nil
}

// plainDigits is how long a number may be before it is written with an exponent.
const plainDigits = 40

// text writes d in JSON's grammar.
func (d decimal) text() string {
	if d.digits == "" {
		return "0"
	}
	sign, n := "", int64(len(d.digits))
	if d.neg {
		sign = "-"
	}
	switch {
	case n <= d.point && (d.point <= plainDigits || d.point == n):
		return sign + d.digits + strings.Repeat("0", int(d.point-n))
	case 0 < d.point && d.point < n:
		return sign + d.digits[:d.point] + "." + d.digits[d.point:]
	case -6 < d.point && d.point <= 0:
		return sign + "0." + strings.Repeat("0", int(-d.point)) + d.digits
	}
	mantissa := d.digits[:1]
	if n > 1 {
		mantissa += "." + d.digits[1:]
	}
	return sign + mantissa + "e" + strconv.FormatInt(d.point-1, 10)
}

func abs64(n int64) int64 { return max(n, -n) }
