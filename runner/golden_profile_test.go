package runner

import (
	"strings"
	"testing"
)

// TestFileVariables protects what happens to templates in the file of a body,
// dialect by dialect, and that bytes which are no text are never touched.
func TestFileVariables(t *testing.T) {
	big := strings.Repeat("-", 1<<20) + "{{x}}"
	multipart := func(kind, file string) string {
		return "POST http://h/\nContent-Type: multipart/form-data; boundary=b\n\n--b\n" + kind + "\n< ./" + file + "\n--b--"
	}
	sentMultipart := func(kind, content string) []string {
		body := "--b\r\n" + strings.ReplaceAll(kind, "\n", "\r\n") + "\r\n" + content + "\r\n--b--"
		sent := posted("multipart/form-data; boundary=b", body)
		return []string{strings.ReplaceAll(sent[0], "\r\n", "^M\n")}
	}
	files := map[string]string{
		"t.txt": "{{x}} {{y}}\n", "bin": "\x00{{x}}", "latin": "\xe9{{x}}", "big": big, "none": "plain",
		"expr":  "{{x == 1}} {{#each}} {{$uuid}} {{$nope}} {{login.token}} {{login.response.headers.x-id}}",
		"utf16": "\xff\xfea\x00{\x00{\x00x\x00}\x00}\x00", "sjis": "\x93\xfa\x96{", "cap": "{{id}} {{id2}}",
		"braces": `\{\{x\}\} {{x}}`, "obj": "{{user.name}} {{user.nope.more}}", "rows.csv": "id\n7\n8\n",
	}
	for _, c := range []goldenFile{
		{name: "neutral: unknown names stay", text: post(typePlain, "< ./t.txt"), sent: posted(typePlain, "1 {{y}}\n")},
		{name: "neutral: nothing known, as it is", text: "@z=1\n" + post(typePlain, "< ./none"), sent: posted(typePlain, "plain")},
		{name: "neutral: binary", text: post(typePlain, "< ./bin"), sent: posted(typePlain, "\x00{{x}}")},
		{name: "neutral: no UTF-8", text: post(typePlain, "< ./latin"), sent: posted(typePlain, "\xe9{{x}}")},
		{name: "neutral: more than 1 MiB", text: post(typePlain, "< ./big"), sent: posted(typePlain, big)},
		{name: "JetBrains: of any size", dialect: "jb", text: post(typePlain, "< ./big"), sent: posted(typePlain, strings.Replace(big, "{{x}}", "1", 1))},
		{name: "JetBrains: binary", dialect: "jb", text: post(typePlain, "< ./bin"), sent: posted(typePlain, "\x00{{x}}")},
		{name: "JetBrains: no UTF-8", dialect: "jb", text: post(typePlain, "< ./latin"), sent: posted(typePlain, "\xe9{{x}}")},
		{name: "Visual Studio as neutral", dialect: "vs", text: post(typePlain, "< ./t.txt"), sent: posted(typePlain, "1 {{y}}\n")},
		{name: "@injectVariables", dialect: "hy", text: "# @injectVariables\n" + post(typePlain, "< ./braces"), sent: posted(typePlain, "{{x}} 1")},
		{name: "@injectVariables is strict", dialect: "hy", text: "# @injectVariables\n" + post(typePlain, "< ./t.txt"), exit: 2, errors: []string{"1: no variable `y`"}},
		{name: "<@ is strict", text: post(typePlain, "<@ ./t.txt"), exit: 2, errors: []string{"1: no variable `y`"}},
		{name: "<@ in VS Code", dialect: "vsc", text: "@y=2\n" + post(typePlain, "<@ ./t.txt"), sent: posted(typePlain, "1 2\n")},
		{
			name: "neutral: what has a name counts, expressions do not", text: "### login\nGET http://h/login\n\n###\n" + post(typePlain, "< ./expr"),
			like: []string{"GET /login HTTP/1.1", `.*\n\n\{\{x == 1\}\} \{\{#each\}\} [0-9a-f-]{36} \{\{\$nope\}\} t-1 id 7`},
		},
		{name: "neutral: captures", text: "### a\n# @capture id = body.token\nGET http://h/a\n\n###\n" + post(typePlain, "< ./cap"), sent: append([]string{"GET /a HTTP/1.1"}, posted(typePlain, "t-1 {{id2}}")...)},
		{name: "neutral: rows of data", text: "# @data ./rows.csv\n" + post(typePlain, "< ./cap"), sent: append(posted(typePlain, "7 {{id2}}"), posted(typePlain, "8 {{id2}}")...)},
		{name: "neutral: a mistake in what is known", env: "dev", text: post(typePlain, "< ./obj"), exit: 2, errors: []string{"1: `user` has no member `nope`"}},
		{name: "a path with a variable", text: "@file=t.txt\n" + post(typePlain, "< ./{{file}}"), sent: posted(typePlain, "1 {{y}}\n")},
		{name: "several files and text", text: "@y=2\n" + post(typePlain, "a\n< ./none\nb {{x}}\n<@ ./t.txt"), sent: posted(typePlain, "a\nplain\nb 1\n1 2\n")},
		{name: "multipart: text", text: multipart("Content-Type: application/json\n", "t.txt"), sent: sentMultipart("Content-Type: application/json\n", "1 {{y}}\n")},
		{name: "multipart: a part without a type", text: multipart("A: b\n", "t.txt"), sent: sentMultipart("A: b\n", "1 {{y}}\n")},
		{name: "multipart: another type is never touched", dialect: "jb", text: multipart("Content-Type: image/svg\n", "t.txt"), sent: sentMultipart("Content-Type: image/svg\n", "{{x}} {{y}}\n")},
		{name: "UTF-16", text: post(typePlain, "<@utf-16le ./utf16"), sent: posted(typePlain, "a1")},
		{name: "Shift JIS", text: post(typePlain, "<@Shift_JIS ./sjis"), sent: posted(typePlain, "日本")},
		{name: "an encoding that does not exist", text: post(typePlain, "<@klingon ./t.txt"), exit: 2, errors: []string{"4: unknown encoding `klingon`"}},
		{name: "GraphQL", dialect: "jb", text: "GRAPHQL http://h/\n\n< ./none", sent: []string{"POST / HTTP/1.1\nContent-Length: 17\nContent-Type: application/json\n\n{\"query\":\"plain\"}"}},
	} {
		c.files = map[string]string{"http-client.env.json": `{"dev": {"user": {"name": "n"}}}`}
		for name, content := range files {
			c.files[name] = content
		}
		c.vars = []Var{{Name: "x", Value: "1"}}
		t.Run(c.name, c.run)
	}
}

// TestProfiles protects what else differs from dialect to dialect.
func TestProfiles(t *testing.T) {
	get := func(path string) []string { return []string{"GET " + path + " HTTP/1.1"} }
	x := func(values ...string) (sent []string) {
		for _, v := range values {
			sent = append(sent, "GET / HTTP/1.1\nX: "+v)
		}
		return sent
	}
	for _, c := range []goldenFile{
		// VS Code's variables.
		{name: "VS Code reads backslashes", dialect: "vsc", text: "@a=C:\\dir\\tab\\\\{{b}}\n@b=\\{\\{c\\}\\}\n\nGET http://h/\nX: {{a}}", sent: x("C:dir\tab\\{{c}}")},
		{name: "a line break may stand in a body", dialect: "vsc", text: "@a=1\\n2\n\n" + post(typePlain, "{{a}}"), sent: posted(typePlain, "1\n2")},
		{name: "but not in a header", dialect: "vsc", text: "@a=1\\nY: 2\n\nGET http://h/\nX: {{a}}", exit: 2, errors: []string{"4: the value of `a` holds a line break or a NUL, which cannot stand here"}},
		{name: "backslashes elsewhere", dialect: "jb", text: "@a=C:\\dir\\n\n\nGET http://h/\nX: {{a}}", sent: x(`C:\dir\n`)},
		{name: "and in a file with directives of ours", dialect: "vsc", text: "@a=C:\\dir\n\n# @assert true\nGET http://h/\nX: {{a}}", sent: x(`C:\dir`)},
		{name: "the last definition wins, wherever it stands", dialect: "vsc", text: "@b={{a}}!\n@a=1\n\nGET http://h/\nX: {{b}}\n\n###\n@a=2\nGET http://h/\nX: {{b}}", sent: x("2!", "2!")},
		{name: "system variables are made at each use", dialect: "vsc", text: "@a={{$randomInt 0 1000000000}}\n\n# @assert url != \"\"\nGET http://h/{{a}}/{{a}}", like: []string{`GET /(\d+)/\d+ HTTP/1.1`}},

		{name: "environments in the settings of VS Code", env: "dev", files: map[string]string{".vscode/settings.json": `{"rest-client.environmentVariables": {"$shared": {"v": "1"}, "dev": {"a": "x"},}} // c`}, text: "GET http://h/{{a}}{{v}}", sent: get("/x1")},

		// httpYac.
		{name: "httpYac: @x v", dialect: "hy", text: "@a 1 2\n\nGET http://h/\nX: {{a}}", sent: x("1 2")},
		{name: "httpYac: headers of an object", env: "dev", files: map[string]string{"http-client.env.json": `{"dev": {"common": {"X-B": 2, "X-A": "{{a}}"}}}`}, text: "@a=1\n\nGET http://h/\n...common\nX-C: 3", sent: []string{"GET / HTTP/1.1\nX-A: 1\nX-B: 2\nX-C: 3"}},
		{name: "httpYac: headers of what is no object", text: "@common=1\n\nGET http://h/\n...common", exit: 2, errors: []string{"4: `common` is a text, and its members cannot be header fields"}},
		{name: "httpYac: an unknown object", text: "GET http://h/\n...common", exit: 2, errors: []string{"2: no variable `common`"}},
		{name: "httpYac: milliseconds", dialect: "hy", text: "# @timeout 5000\n# @sleep 1\nGET http://h/", sent: get("/")},

		{name: "precedence of .env", text: "GET http://h/{{a}}{{b}}", files: map[string]string{".env": "a=1\nb=2\n", ".env.dev": "b=3\n", "http-client.env.json": `{"dev":{}}`}, env: "dev", sent: get("/13")},

		// kulala.
		{name: "kulala: headers of the environment", env: "dev", vars: []Var{{Name: "b", Value: "1"}}, files: map[string]string{"http-client.env.json": `{"$kulalaShared": {"$kulalaDefaultHeaders": {"X-A": "no", "X-B": "{{b}}"}}, "dev": {}}`}, text: "GET http://h/\nx-a: own", sent: []string{"GET / HTTP/1.1\nX-B: 1\nx-a: own"}},
		{name: "kulala: a mistake in one", env: "dev", files: map[string]string{"http-client.env.json": `{"dev": {"$kulalaDefaultHeaders": {"X-B": "{{b}}"}}}`}, text: "GET http://h/", exit: 2, errors: []string{"1: no variable `b`"}},
		{name: "kulala: a shared block of variables", text: "### Shared\n@a=1\n\n### R\nGET http://h/{{a}}", sent: get("/1")},
		{name: "kulala: a shared block with more", text: "### Shared\n# @curl-insecure\nGET NOP\n\n### R\nGET http://h/", exit: 2, errors: []string{"1: not supported by this version: block for every request of the file"}},
		{name: "httpYac: a script for all requests", text: "GET http://h/{{a}}\n\n{{+request\nexports.a = 'x' + 1;\n}}\n\n###\nGET http://h/2{{a}}", sent: []string{"GET /x1 HTTP/1.1", "GET /2x1 HTTP/1.1"}},
		{name: "httpYac: one that cannot be run", text: "GET http://h/\n\n{{+streaming\n1\n}}\n\n###\nGET http://h/2", exit: 2, errors: []string{"3: not supported by this version: httpYac script for every request of the file"}},
		{name: "which other tools do not send", env: "dev", dialect: "jb", files: map[string]string{"http-client.env.json": `{"dev": {"$kulalaDefaultHeaders": {"X-B": "1"}}}`}, text: "GET http://h/", sent: get("/")},

		// Elsewhere.
		{name: "cookies are one field", text: "GET http://h/\nCookie: a=1\nCookie: b=2", sent: []string{"GET / HTTP/1.1\nCookie: a=1; b=2"}},
		{name: "other fields stay apart", text: "GET http://h/\nX: 1\nX: 2", sent: []string{"GET / HTTP/1.1\nX: 1\nX: 2"}},
		{name: "a header without a value", text: "GET http://h/\nX:\nY:1", sent: []string{"GET / HTTP/1.1\nX: \nY: 1"}},
		{name: "$projectRoot", text: "GET http://h/?{{$projectRoot}}", like: []string{`GET /\?/\S+ HTTP/1.1`}},
		{name: "allowed unresolved: a request that exists is still asked", text: "### login\nGET http://h/login\n\n###\nGET http://h/\nX: {{login.token}} {{logn.token}}", options: func(o *Options) { o.AllowUnresolved = true }, warned: []string{"6: no variable `logn.token`, so the template is sent as it stands"}, sent: []string{"GET /login HTTP/1.1", "GET / HTTP/1.1\nX: t-1 {{logn.token}}"}},
		{name: "allowed unresolved: in a value, in a URL", text: "@a={{b}}\n\nGET http://h/{{a}}?{{%c}}", options: func(o *Options) { o.AllowUnresolved = true }, warned: []string{"1: no variable `b`, so the template is sent as it stands", "3: no variable `c`, so the template is sent as it stands"}, sent: get("/%7B%7Bb%7D%7D?%7B%7B%25c%7D%7D")},
	} {
		t.Run(c.name, c.run)
	}
}
