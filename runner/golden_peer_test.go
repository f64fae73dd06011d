package runner

import "testing"

// TestAsPeers protects what was found to differ from what httpYac does with the
// same file, and need not.
func TestAsPeers(t *testing.T) {
	get := func(paths ...string) (sent []string) {
		for _, p := range paths {
			sent = append(sent, "GET "+p+" HTTP/1.1")
		}
		return sent
	}
	fails := func(line, why string) []string { return []string{line + ": assertion failed: " + why} }
	list := "### login\nGET http://h/login\n\n###\n"
	env := map[string]string{"http-client.env.json": `{"dev": {"a": "env"}}`, ".env": "b=dotenv\n"}
	const text = "numbers alone have an order: text "
	for _, c := range []goldenFile{
		// Order is one of numbers: as texts, 9 would be more than 10.
		{name: "a text has no order", text: "GET http://h/1\n?? body token > 5", exit: 1, errors: fails("2", text+"`\"t-1\"` is not compared with `5`"), sent: get("/1")},
		{name: "nor beside a number", text: "GET http://h/1\n?? status > many", exit: 1, errors: fails("2", "numbers alone have an order: number `200` is not compared with `many`"), sent: get("/1")},
		{name: "a number in a header field", text: "GET http://h/1\n?? header content-length > 9\n?? header content-length < 1e2", sent: get("/1")},
		{name: "a number in a header field that is too small", text: "GET http://h/1\n?? header content-length >= 100", exit: 1, errors: []string{"2: assertion failed"}, sent: get("/1")},

		{name: "over a list in the body of an answer", text: list + "# @loop for x of login.a.list\nGET http://h/{{x}}", sent: get("/login", "/1", "/2")},
		{name: "over a list in an answer, as we write it", text: list + "# @loop for x of login.body.a.list\nGET http://h/{{x}}", sent: get("/login", "/1", "/2")},
		{name: "over what is no list", text: list + "# @loop for x of login.token\nGET http://h/{{x}}", exit: 2, errors: []string{"5: `@loop`: expected a list behind `of`, found text"}, sent: get("/login")},
		{name: "over what is not there", text: list + "# @loop for x of login.a.nope\nGET http://h/{{x}}", exit: 2, errors: []string{"5: `@loop`: `a` has no member `nope`"}, sent: get("/login")},

		{name: "disabled by a condition", text: "@on=1\n\n### a\n# @disabled on == \"1\"\nGET http://h/1\n\n### b\n# @disabled on == \"2\"\nGET http://h/2", sent: get("/2"), skipped: "`on == \"1\"` is true"},
		{name: "disabled by the request's own answer", text: "# @disabled status == 200\nGET http://h/1", exit: 2, errors: []string{"1: `@disabled` is decided before the request is sent and cannot read its answer"}},
		{name: "disabled for a reason in words", text: "### a\n# @disabled not ready\nGET http://h/1\n\n### b\nGET http://h/2", sent: get("/2"), skipped: "not ready"},
		{name: "disabled for a reason of one word", text: "### a\n# @disabled broken\nGET http://h/1\n\n### b\nGET http://h/2", sent: get("/2"), skipped: "broken"},

		{name: "a variable that passes on the environment's", env: "dev", files: env, text: "@a = {{a}}\n\nGET http://h/{{a}}", sent: get("/env")},
		{name: "where the file wins", env: "dev", dialect: "hy", files: env, text: "@a={{ a }}\n\nGET http://h/{{a}}", sent: get("/env")},
		{name: "or that of .env", env: "dev", dialect: "vsc", files: env, text: "@b={{b}}\n\nGET http://h/{{b}}", sent: get("/dotenv")},
		{name: "or nothing", dialect: "hy", text: "@a={{a}}\n\nGET http://h/{{a}}", exit: 2, errors: []string{"1: `a` is defined by itself, and nothing else has a value for it"}},
	} {
		t.Run(c.name, c.run)
	}
}
