package script

import (
	"strconv"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/value"
)

// ambiguous stands in the place of a number that is one of several.
const ambiguous = "?"

// number remembers the text of a number that did not come from the answer.
func (r *runtime) number(text string) goja.Value {
	v := r.float(text)
	exact, _ := value.ParseNumber(text)
	f := v.ToFloat()
	if same, err := value.Equal(exact, f); err == nil && !same {
		r.remember(f, text)
	}
	return v
}

func (r *runtime) remember(f float64, text string) {
	if r.exact == nil {
		r.exact = map[float64]string{}
	}
	if known, ok := r.exact[f]; ok && known != text {
		text = ambiguous
	}
	r.exact[f] = text
}

// exactText returns the text of the number that JavaScript has rounded to f.
func (r *runtime) exactText(f float64) (string, bool) {
	if b := r.body; b != nil && !b.read { // the script has read it
		b.read = true
		r.readNumbers(b.text)
	}
	text, ok := r.exact[f]
	return text, ok
}

// readNumbers remembers the numbers of a JSON text that JavaScript rounds.
func (r *runtime) readNumbers(text []byte) {
	if !hasLongNumber(text) {
		return
	}
	rounded := map[float64]bool{}
	numbers(text, func(token string) {
		if len(token) > safeDigits {
			if f, inexact := rounds(token); inexact {
				rounded[f] = true
				r.remember(f, normal(token))
			}
		}
	})
	if len(rounded) == 0 {
		return
	}
	numbers(text, func(token string) { // those that JavaScript holds, and are the same to it
		if f, inexact := rounds(token); !inexact && rounded[f] {
			r.remember(f, normal(token))
		}
	})
}

// rounds returns the float that JavaScript reads in a number, and whether that
// is another number.
func rounds(token string) (f float64, inexact bool) {
	exact, ok := value.ParseNumber(token)
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(token, 64)
	if err != nil {
		return f, true
	}
	same, err := value.Equal(exact, f)
	return f, err == nil && !same
}

// normal returns a text that equal numbers share, if it is one that can be read
// back.
func normal(token string) string {
	exact, _ := value.ParseNumber(token)
	if i, ok := value.Int(exact); ok {
		return strconv.Itoa(i)
	}
	return token
}

func hasLongNumber(text []byte) bool {
	run := 0
	for _, c := range text {
		if !isNumberPart(c) {
			run = 0
		} else if run++; run > safeDigits {
			return true
		}
	}
	return false
}

// numbers calls f for the numbers of a JSON text that are not inside a string.
func numbers(text []byte, f func(token string)) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case c == '-' || '0' <= c && c <= '9':
			start := i
			for i < len(text) && isNumberPart(text[i]) {
				i++
			}
			f(string(text[start:i]))
			i--
		}
	}
}
