package script

import (
	"math"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/value"
)

// localeNames are members that other engines answer by language and country.
var localeNames = []string{"toLocaleString", "toLocaleDateString", "toLocaleTimeString", "localeCompare", "toLocaleUpperCase", "toLocaleLowerCase"}

// locales replaces what the engine does without a look at the locale it is given:
// numbers are written as in English, and anything else that is asked for is an
// error, and not silently left out.
func (r *runtime) locales() {
	if r.program.may("toLocaleString") {
		r.numbersInEnglish(r.prototype("Number"))
	}
	for _, name := range []string{"toLocaleString", "toLocaleDateString", "toLocaleTimeString"} {
		r.wrap("Date.prototype", name, func(c *goja.FunctionCall) {
			if given(c.Arguments) {
				r.fault("write it with `toISOString()`, or `getFullYear()` and the like", "`%s` with a locale or options is not supported by this version", name)
			}
		})
	}
	const text = "String.prototype"
	for _, name := range []string{"toLocaleUpperCase", "toLocaleLowerCase"} {
		r.wrap(text, name, func(c *goja.FunctionCall) { r.english(name, c.Arguments, "") })
	}
	r.wrap(text, "localeCompare", func(c *goja.FunctionCall) {
		if len(c.Arguments) > 1 {
			r.english("localeCompare", c.Arguments[1:], "compare with `<`")
		}
	})
}

func (r *runtime) numbersInEnglish(number *goja.Object) {
	was, _ := goja.AssertFunction(number.Get("toLocaleString"))
	_ = number.DefineDataProperty("toLocaleString", r.function(func(c goja.FunctionCall) goja.Value {
		r.english("toLocaleString", c.Arguments, "format the number with `toFixed`")
		v, err := was(c.This)
		if err != nil {
			panic(rethrow(err))
		}
		if f := c.This.ToFloat(); !math.IsNaN(f) && !math.IsInf(f, 0) && math.Abs(f) < 1e21 {
			return r.vm.ToValue(grouped(f))
		}
		return v
	}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

func given(arguments []goja.Value) bool {
	for _, v := range arguments {
		if !goja.IsUndefined(v) {
			return true
		}
	}
	return false
}

// english refuses all locales but English, and all options.
func (r *runtime) english(name string, arguments []goja.Value, suggestion string) {
	if !given(arguments) {
		return
	}
	locale := arguments[0]
	if goja.IsString(locale) && (locale.String() == "en" || locale.String() == "en-US") {
		locale = goja.Undefined()
	}
	if !goja.IsUndefined(locale) || given(arguments[1:]) {
		r.fault(suggestion, "`%s` with a locale other than `en-US`, or with options, is not supported by this version", name)
	}
}

// grouped writes a number as in English: with commas, and three digits behind the
// point at most.
func grouped(f float64) string {
	f = math.Round(f*1000) / 1000
	text := value.Format(f)
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return sign + whole
}
