package eval

import "testing"

// A template in a text of an expression is never replaced, so that a comparison
// with it holds, or fails, whatever the answer is.
func TestTemplateInText(t *testing.T) {
	const asItStands = " | the text is taken as it stands; one that is to hold such braces is written in backquotes"
	runCases(t, environment(answer("application/json", `{"a": "{{x}}", "b": "{{ }}{{1}}{{"}`)), Condition, []evalCase{
		{`body.a != "{{base}}"`, "compile: [{{base}}] `{{base}}` is not replaced in a text of an expression" + asItStands + " => write `base`, without quotes and braces"},
		{`'{{ base }}' == body.a`, "compile: [{{ base }}] `{{ base }}` is not replaced in a text of an expression" + asItStands + " => write `base`, without quotes and braces"},
		{`body.a == "a \" {{%base}}/{{login.response.body.$.id}}?"`, "compile: [{{%base}}] `{{%base}}` is not replaced in a text of an expression" + asItStands + " => write `\"a \\\" \" + base + \"/\" + login.response.body.id + \"?\"`"},
		{`body.a == "{{a-b}}"`, "compile: [{{a-b}}] `{{a-b}}` is not replaced in a text of an expression" + asItStands + " => write `vars[\"a-b\"]`, without quotes and braces"},
		{`body.a == "{{$randomInt 1 2}}"`, "compile: [{{$randomInt 1 2}}] `{{$randomInt 1 2}}` is not replaced in a text of an expression" + asItStands + " => keep it in a variable, as in `@x = {{$randomInt 1 2}}`, and write `x`, without quotes and braces"},
		{"body.a == `{{x}}`", "true"},
		{`not (body.a contains "{{ ") and body.a contains "{{" and body.a endsWith "}}"`, "true"},
		{`body.b == "{{ }}{{1}}{{"`, "true"},
	})
}
