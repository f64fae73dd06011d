package script

import "testing"

// Members of other tools can be asked for, and not relied on.
func TestForeignMembers(t *testing.T) {
	body := made{response: jsonAnswer(`{"ok": true}`)}
	runCases(t, []scriptCase{
		{"relied on", JetBrains, `client.assert(!(response.time > 100) && !response.errors)`, body, "error PR802 a.http:3:31: `response` has no member `time` [time]"},
		{"in a loop", JetBrains, `response.errors.length`, body, "error PR802 a.http:3:15: `response` has no member `errors` [errors]"},
		{"typeof", JetBrains, `client.log(typeof response.json, typeof response["text"], typeof client.http)`, body, `info 3: undefined undefined undefined`},
		{"optional", JetBrains, `client.log(response?.text, response.text?.(), response.json?.x, response?.["json"], response.json?.().x)`, body, `info 3: undefined undefined undefined undefined undefined`},
		{"in", JetBrains, `client.log("json" in response, "json" in response && response.json())`, body, `info 3: false false`},
		{"taken apart", JetBrains, `const {time} = response; client.log(time)`, body, "error PR802 a.http:3:42: `response` has no member `time` [time]"},
		{"tested elsewhere", JetBrains, `const v = typeof response.time; client.assert(!(response.time > 100))`, body, "error PR802 a.http:3:63: `response` has no member `time` [time]"},
	})
}

// An assignment where a comparison is meant.
func TestAssignedConditions(t *testing.T) {
	for code, want := range map[string]string{
		`client.assert(response.body.ok = true)`:                         "error response.body.ok = true",
		`client.test("t", () => client.assert(a && !(b.c = 1), "m"))`:    "error b.c = 1",
		`client.assert(response.status === 200 ? x = 1 : true)`:          "error x = 1",
		`client.assert((1, x += 1))`:                                     "error x += 1",
		`test.status(x = 200)`:                                           "error x = 200",
		`assert.true(x = true)`:                                          "error x = true",
		`if (response.body.ok = true) client.log(1)`:                     "warning response.body.ok = true",
		`if (x = 5) client.log(1)`:                                       "warning x = 5",
		`const v = response.body.ok = true ? 1 : 2`:                      "",
		`const v = (response.body.ok = true) ? 1 : 2`:                    "warning response.body.ok = true",
		`let m; if (m = /a/.exec("a")) client.log(m)`:                    "",
		`while ((m = next()) !== null) {}`:                               "",
		`client.assert(list.some(v => { n = v; return true }))`:          "",
		`client.test("t", () => client.log(1))`:                          "warning () => client.log(1)",
		`client.test("t", () => { console.log(1); console.error(x.y) })`: "warning () => { console.log(1); console.error(x.y) }",
		`client.test("t", () => client.log(check()))`:                    "",
	} {
		_, problems := compileCode(Kulala, AfterResponse, " "+code)
		got := ""
		for _, d := range problems {
			got += d.Severity.String() + " " + d.Source.Slice(d.Subject)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
