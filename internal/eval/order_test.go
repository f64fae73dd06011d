package eval

import "testing"

// TestOrder protects what has an order. Texts that both hold numbers would be
// ordered letter by letter, so that 57 is more than 500: that must never be an
// answer, and the mend is always to read the text as a number.
func TestOrder(t *testing.T) {
	a := answer("application/json", `{"id":"57","n":5,"half":"0.75","day":"2024-05-06","v":"1.10.0","yes":true,"name":"bob"}`)
	a.Header.Set("Content-Length", "57")
	runCases(t, environment(a), Condition, []evalCase{
		{`headers["content-length"] > "500"`, "error: [headers[\"content-length\"] > \"500\"] `headers[\"content-length\"]` and `\"500\"` are texts that hold numbers, and texts are ordered letter by letter | `headers[\"content-length\"]` is `\"57\"` => write `int(headers[\"content-length\"]) > 500`"},
		{`"007" <= body.id`, "error: [\"007\" <= body.id] `\"007\"` and `body.id` are texts that hold numbers, and texts are ordered letter by letter | `body.id` is `\"57\"` => write `7 <= int(body.id)`"},
		{`body.id < cell`, "error: [body.id < cell] `body.id` and `cell` are texts that hold numbers, and texts are ordered letter by letter | `body.id` is `\"57\"`, `cell` is `\"5\"` => write `int(body.id) < int(cell)`"},
		{`body.half >= cell`, "error: [body.half >= cell] `body.half` and `cell` are texts that hold numbers, and texts are ordered letter by letter | `body.half` is `\"0.75\"`, `cell` is `\"5\"` => write `float(body.half) >= float(cell)`"},
		{`body.id > "-1.5"`, "error: [body.id > \"-1.5\"] `body.id` and `\"-1.5\"` are texts that hold numbers, and texts are ordered letter by letter | `body.id` is `\"57\"` => write `float(body.id) > -1.5`"},
		{`"57" > "500"`, "compile: [\"57\" > \"500\"] `\"57\"` and `\"500\"` are texts that hold numbers, and texts are ordered letter by letter => write `57 > 500`"},

		{`headers["content-length"] > 5`, "error: [headers[\"content-length\"] > 5] `headers[\"content-length\"]` is text, and `5` is a number | `headers[\"content-length\"]` is `\"57\"` => write `int(headers[\"content-length\"]) > 5`"},
		{`body.n > cell`, "error: [body.n > cell] `body.n` is a number, and `cell` is text | `body.n` is `5`, `cell` is `\"5\"` => write `body.n > int(cell)`"},
		{`body.id > 0.5`, "error: [body.id > 0.5] `body.id` is text, and `0.5` is a number | `body.id` is `\"57\"` => write `float(body.id) > 0.5`"},
		{`statusText < 5`, "compile: [statusText < 5] `statusText` is text, and `5` is a number => write `int(statusText) < 5`"},
		{`body.name > 5`, "error: [body.name > 5] `body.name` is text, and `5` is a number | `body.name` is `\"bob\"` => compare `5` with a number"},
		{`body.n > "4"`, "error: [body.n > \"4\"] `body.n` is a number, and `\"4\"` is text | `body.n` is `5` => compare numbers with numbers: write `4`, not `\"4\"`"},
		{`body.yes > "a"`, "error: [body.yes > \"a\"] `body.yes` is a boolean and has no order | its value is `true`"},
		{`body.name > body.yes`, "error: [body.name > body.yes] `body.yes` is a boolean and has no order | its value is `true`"},

		{`int(headers["content-length"]) > 50 and int(body.id) < int("500")`, "true"},
		{`body.day < "2024-05-10" and body.v < "1.9.0" and "a" < body.name and body.name > "57"`, "true"},
	})
}

// TestNothingToLookFor protects that a check which cannot fail, or cannot hold, is
// told: before anything is sent where it is written out, else when it is made.
func TestNothingToLookFor(t *testing.T) {
	runCases(t, environment(answer("application/json", sampleBody)), Condition, []evalCase{
		{`includes(url, "")`, "compile: [\"\"] `\"\"` is empty, so that there is nothing to look for => compare with `== \"\"` if it may be empty"},
		{`includes(body.name, "")`, "error: [\"\"] `\"\"` is empty, so that there is nothing to look for => compare with `== \"\"` if it may be empty"},
		{`includes(body.name, trim(" "))`, "error: [trim(\" \")] `trim(\" \")` is empty, so that there is nothing to look for => compare with `== \"\"` if it may be empty"},
		{`includes(body, {})`, "compile: [{}] `{}` is empty, so that there is nothing to look for => compare with `== {}` if it may be empty"},
		{`not includes(body.items, [])`, "compile: [[]] `[]` is empty, so that there is nothing to look for => compare with `== []` if it may be empty"},
		{`includes(body.items, body.empty)`, "error: [body.empty] `body.empty` is empty, so that there is nothing to look for => compare with `== []` if it may be empty"},
		{`not includes(body.name, "o")`, "error: [includes(body.name, \"o\")] includes() looks into a list or an object, and `body.name` is text | its value is `\"bob\"` => write `body.name contains \"o\"`"},
		{`includes(["a", ""], "") and not includes(["a"], "") and includes(body, {"owner": {}}) and includes([[]], [[]])`, "true"},

		{`near(1, 1, -1)`, "compile: [-1] the tolerance `-1` is negative, and nothing is as near as that => write how far the two may be apart, such as `near(a, b, 0.5)`"},
		{`not near(1, 1, five - 6)`, "error: [five - 6] the tolerance `five - 6` is negative, and nothing is as near as that | its value is `-1` => write how far the two may be apart, such as `near(a, b, 0.5)`"},
		{`near(1, 1, 0) and near(1, 1, -0.0)`, "true"},
	})
}

// TestTextAsCondition protects that a text which reads like a boolean is none, and
// that the mend is about the text.
func TestTextAsCondition(t *testing.T) {
	runCases(t, environment(answer("application/json", `{"no":"false","maybe":"perhaps","all":["true"]}`)), Condition, []evalCase{
		{`body.no`, "error: [body.no] expected true or false, found text | its value is `\"false\"` => write `body.no == \"true\"`"},
		{`not body.no`, "error: [body.no] expected true or false, found text | its value is `\"false\"` => write `body.no == \"true\"`"},
		{`(body.yes ?? body.no) and true`, "error: [body.yes ?? body.no] expected true or false, found text | its value is `\"false\"` => write `(body.yes ?? body.no) == \"true\"`"},
		{`all(body.all, #)`, "error: [#] expected true or false, found text | its value is `\"true\"` => write `# == \"true\"`"},
		{`count(body.all) == 1`, "error: [count(body.all)] expected true or false, found text | its value is `\"true\"` => say what is counted, such as `count(body.all, # == \"x\")`"},
		{`body.maybe`, "error: [body.maybe] expected true or false, found text | its value is `\"perhaps\"` => compare it with something"},
	})
}
