package script

import "testing"

// TestEnv protects $env.
func TestEnv(t *testing.T) {
	for _, test := range []struct{ code, want string }{
		{`client.log($env.HOME_TOWN, $env.NOWHERE ?? "none", "HOME_TOWN" in $env, Object.keys($env).length)`, "info 3: Bern none true 0\n"},
		{`client.global.set("x", $env.NOWHERE)`, "error PR802 a.http:3:5: the value of `x` is undefined, which cannot be kept [client.global.set(\"x\", $env.NOWHERE)] > look at what the answer really has, or set it to null\n"},
		{`$env.HOME_TOWN = "Rome"`, "error PR802 a.http:3:10: `$env.HOME_TOWN` cannot be changed [HOME_TOWN] > compare with `===`\n"},
	} {
		if got := runCode(t, JetBrains, AfterResponse, test.code, &made{response: jsonAnswer("{}")}); got != test.want {
			t.Errorf("%s\n got  %s\n want %s", test.code, got, test.want)
		}
	}
}

// TestProcess protects process.env of httpYac, beside which there is nothing of
// process; scripts of JetBrains have none of it.
func TestProcess(t *testing.T) {
	for _, test := range []struct {
		api        API
		code, want string
	}{
		{HTTPYac, `console.log(process.env.HOME_TOWN, process.env["HOME_TOWN"], process.env.NOWHERE || "none")`, "info 3: Bern Bern none\n"},
		{HTTPYac, `exports.home = process.env.HOME_TOWN`, "variable home = \"Bern\"\n"},
		{HTTPYac, `process.exit(1)`, "error PR802 a.http:3:13: `process` has no member `exit` [exit]\n"},
		{HTTPYac, `process.env.HOME_TOWN = "Rome"`, "error PR802 a.http:3:17: `process.env.HOME_TOWN` cannot be changed [HOME_TOWN] > compare with `===`\n"},
		{JetBrains, `client.log(process.env.HOME_TOWN)`, "error PR802 a.http:3:16: `process` is not defined [process] (Scripts cannot start processes, and see nothing of their own.)\n"},
	} {
		if got := runCode(t, test.api, AfterResponse, test.code, &made{response: jsonAnswer("{}")}); got != test.want {
			t.Errorf("%s\n got  %s\n want %s", test.code, got, test.want)
		}
	}
}
