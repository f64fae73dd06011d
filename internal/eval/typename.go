package eval

import (
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// typeNames is what type() gives, by the kind of its argument. A whole number is
// an int.
var typeNames = [...]string{"any", "nil", "bool", "float", "string", "array", "map", "time.Time"}

// otherTypeNames is how other languages call what type() gives.
var otherTypeNames = map[string]string{
	"integer": "int", "long": "int", "number": "float", "double": "float", "decimal": "float",
	"boolean": "bool", "text": "string", "str": "string", "list": "array", "object": "map", "dict": "map",
	"null": "nil", "none": "nil", "undefined": "nil", "date": "time.Time", "time": "time.Time", "datetime": "time.Time",
}

// checkTypes finds a comparison of type(…) with a text that it never gives, so that
// the answer decides nothing.
func checkTypes(op string, left, right *part) *Error {
	if op == "in" && left.typing && right.composed {
		for _, element := range right.operands {
			if err := checkTypeName(left, element, op); err != nil {
				return err
			}
		}
	}
	if op != "==" && op != "!=" {
		return nil
	}
	if right.typing {
		left, right = right, left
	}
	if !left.typing {
		return nil
	}
	return checkTypeName(left, right, op)
}

// checkTypeName finds a mistake in a part that a call of type is compared with.
func checkTypeName(call, with *part, op string) *Error {
	v, constant := with.constantValue()
	name, isText := v.(string)
	if !constant || !isText || name == "int" || slices.Contains(typeNames[:], name) {
		return nil
	}
	e := errorf("`type()` never gives `%s`", name).
		detail("it gives `nil`, `bool`, `int`, `float`, `string`, `array`, `map` or `time.Time`")
	here := otherTypeNames[strings.ToLower(name)]
	if here == "" {
		here = diag.Nearest(name, append(typeNames[1:], "int"))
	}
	switch {
	case here == "float" && op == "==":
		e.suggest("write `%s in [\"int\", \"float\"]`", call.text)
	case here == "float" && op == "!=":
		e.suggest("write `%s not in [\"int\", \"float\"]`", call.text)
	case here == "float":
		e.suggest("write `\"int\", \"float\"`")
	case here != "":
		e.suggest("write `\"%s\"`", here)
	}
	return place(e, with.start, with.end)
}
