package eval

import "testing"

// A comparison of a type with a name that no type has does not depend on the
// answer.
func TestTypeNames(t *testing.T) {
	const gives = " | it gives `nil`, `bool`, `int`, `float`, `string`, `array`, `map` or `time.Time`"
	runCases(t, environment(answer("application/json", `{"n": 1, "f": 1.5, "s": "int", "l": [], "o": {}, "z": null, "b": true}`)), Condition, []evalCase{
		{`type(body.n) != "integer"`, "compile: [\"integer\"] `type()` never gives `integer`" + gives + " => write `\"int\"`"},
		{`type(body.n) != "number"`, "compile: [\"number\"] `type()` never gives `number`" + gives + " => write `type(body.n) not in [\"int\", \"float\"]`"},
		{`"Number" == type(body.n)`, "compile: [\"Number\"] `type()` never gives `Number`" + gives + " => write `type(body.n) in [\"int\", \"float\"]`"},
		{`type(body.o) not in ["array", "object"]`, "compile: [\"object\"] `type()` never gives `object`" + gives + " => write `\"map\"`"},
		{`type(body.s) == "strign"`, "compile: [\"strign\"] `type()` never gives `strign`" + gives + " => write `\"string\"`"},
		{`type(body.s) == "7"`, "compile: [\"7\"] `type()` never gives `7`" + gives},
		{`type(body.n) == body.s and type(body.n) == "int" and type(body.f) == "float" and type(body.z) == "nil"`, "true"},
		{`type(body.l) in ["array", "map"] and type(body.o) == "map" and type(body.b) != "string" and type(now()) == "time.Time"`, "true"},
		{`body.s != "integer" and len(type(body.n)) == 3`, "true"},
	})
}
