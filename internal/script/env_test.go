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
