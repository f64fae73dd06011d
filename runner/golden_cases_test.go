package runner

import (
	"slices"
	"strconv"
)

// post is a request with a body of a type.
func post(contentType, body string) string {
	return "POST http://h/\nContent-Type: " + contentType + "\n\n" + body
}

// posted is what it looks like on the wire.
func posted(contentType, body string) []string {
	return []string{"POST / HTTP/1.1\nContent-Length: " + strconv.Itoa(len(body)) + "\nContent-Type: " + contentType + "\n\n" + body}
}

const (
	typeForm  = "application/x-www-form-urlencoded"
	typeJSON  = "application/json"
	typePlain = "text/plain"
)

func goldenCases() []goldenFile {
	const (
		asPart  = "looks like another request, but is sent as part of the body above"
		another = "not supported by this version: "
	)
	get := func(path string) []string { return []string{"GET " + path + " HTTP/1.1"} }
	short := []string{"1 secret value(s) are too short or too common to be masked in the output"}
	envs := map[string]string{"http-client.env.json": `{"dev": {"a": "env"}}`}
	login := "### login\nGET http://h/login\n\n"
	return []goldenFile{
		{name: "1a neutral: two requests without a separator", text: "GET http://h/a\n\nGET http://h/b", sent: []string{"GET /a HTTP/1.1", "GET /b HTTP/1.1"}},
		{name: "1b httpYac", dialect: "hy", text: "GET http://h/a\n\nGET http://h/b", sent: []string{"GET /a HTTP/1.1", "GET /b HTTP/1.1"}},
		{name: "1c JetBrains: one with a body", dialect: "jb", text: "GET http://h/a\n\nGET http://h/b", warned: []string{"3: " + asPart}, sent: []string{"GET /a HTTP/1.1\nContent-Length: 28\n\nGET http://ADDR/b"}},
		{name: "1d kulala", dialect: "ku", text: "GET http://h/a\n\nGET /b", warned: []string{"3: " + asPart}, sent: []string{"GET /a HTTP/1.1\nContent-Length: 6\n\nGET /b"}},
		{name: "1e VS Code", dialect: "vsc", text: "GET http://h/a\n\nGET /b", warned: []string{"3: " + asPart}, sent: []string{"GET /a HTTP/1.1\nContent-Length: 6\n\nGET /b"}},
		{name: "2 a request line inside JSON", text: "POST http://h/\n\n{\"q\":\"\nGET /k2\n\"}", sent: []string{"POST / HTTP/1.1\nContent-Length: 17\n\n{\"q\":\"\nGET /k2\n\"}"}},
		{name: "3 variables right behind a separator are the file's", text: "###\n@a=1\n\n### R\nGET http://h/{{a}}", sent: get("/1")},
		{name: "4 name with an equals sign", text: "# @name = foo\nGET http://h/1\n\n###\n# @needs foo\nGET http://h/2", sent: []string{"GET /1 HTTP/1.1", "GET /2 HTTP/1.1"}},
		{name: "5 name without a blank", text: "#@name foo\nGET http://h/1\n\n###\n# @needs foo\nGET http://h/2", sent: []string{"GET /1 HTTP/1.1", "GET /2 HTTP/1.1"}},
		{name: "6 a title without its banner", text: "### Login user ###\nGET http://h/1\n\n###\n# @needs Login user\nGET http://h/2", sent: []string{"GET /1 HTTP/1.1", "GET /2 HTTP/1.1"}},
		{name: "7 blanks and accents in a URL", text: "GET http://h/x?city=New York&m=é HTTP/1.1", sent: get("/x?city=New%20York&m=%C3%A9")},
		{name: "8 what is encoded stays", text: "GET http://h/x?a=%20b", sent: get("/x?a=%20b")},
		{name: "9 indented pieces and a comment", text: "GET http://h\n  /api\n  ?a=1\n  # c\n  &b=2\nX: y", sent: []string{"GET /api?a=1&b=2 HTTP/1.1\nX: y"}},
		{name: "10 pieces at the first column", text: "GET http://h/x\n?a=1\n&b=2", sent: get("/x?a=1&b=2")},
		{name: "11 behind an open query", text: "GET http://h/x?a=1&\n    b=2", sent: get("/x?a=1&b=2")},
		{name: "12 version on its own line", text: "GET http://h/\n HTTP/1.1\nX: y", sent: []string{"GET / HTTP/1.1\nX: y"}},
		{name: "13 bare URL", text: "http://h/x", sent: get("/x")},
		{name: "14 small letters", text: "get http://h/", sent: get("/")},
		{name: "15 any method", text: "PURGE http://h/x", sent: []string{"PURGE /x HTTP/1.1"}},
		{name: "16 transposed", text: "GET HTTP/1.1 http://h", exit: 2, errors: []string{"1: the version must follow the URL"}},
		{name: "17a a path and Host", text: "GET /x\nHost: ADDR", sent: get("/x")},
		{name: "17b a path alone", text: "GET /x", exit: 2, errors: []string{"1: `/x` has no host"}},
		{name: "18a a path and the variable host", text: "@host = http://h\n\nGET /x", sent: get("/x")},
		{name: "18b without a scheme", text: "@host = ADDR\n\nGET /x", sent: get("/x")},
		{name: "19 no blank line before the body", text: "POST http://h/\nContent-Type: application/json\n{\"a\":1}", warned: []string{"3: not a header: the body starts here"}, sent: posted(typeJSON, `{"a":1}`)},
		{name: "20a trailing comma", text: "GET http://h/\nX-A: 1,", sent: []string{"GET / HTTP/1.1\nX-A: 1,"}},
		{name: "20b httpYac drops it", dialect: "httpyac", text: "GET http://h/\nX-A: 1,", sent: []string{"GET / HTTP/1.1\nX-A: 1"}},
		{name: "21a folded", text: "GET http://h/\nX-Long: a\n   b", sent: []string{"GET / HTTP/1.1\nX-Long: a b"}},
		{name: "21b httpYac knows no folding", dialect: "httpyac", text: "POST http://h/\nX-Long: a\n   b", warned: []string{"3: not a header: the body starts here"}, sent: []string{"POST / HTTP/1.1\nContent-Length: 4\nX-Long: a\n\n   b"}},
		{name: "22 Markdown", text: post("text/markdown", "# Title\ntext"), sent: posted("text/markdown", "# Title\ntext")},
		{name: "23 comments in JSON", text: post(typeJSON, "{\n// c\n\"u\":\"http://x//y\" // d\n}"), sent: posted(typeJSON, "{\n\"u\":\"http://x//y\" // d\n}"), warned: []string{"6: the body is not the JSON that its type says: invalid character '/' after object key:value pair"}},
		{name: "24 YAML", text: post("application/yaml", "a: 1\n# note\nb: 2"), sent: posted("application/yaml", "a: 1\n# note\nb: 2")},
		{name: "25 a form over lines", text: post(typeForm, "a = 1 &\nb=two words&\nc=x%20y"), sent: posted(typeForm, "a=1&b=two%20words&c=x%20y")},
		{name: "26 an ampersand first", text: post(typeForm, "a=1\n&b=2"), sent: posted(typeForm, "a=1&b=2")},
		{
			name: "27 multipart: bytes of a file as they are, CRLF round them", text: post("multipart/form-data; boundary=b", "--b\nContent-Disposition: form-data; name=\"f\"\nContent-Type: application/octet-stream\n\n< ./f.bin\n--b--"),
			files: map[string]string{"f.bin": "\x00{{a}}\n\xff"},
			sent:  []string{"POST / HTTP/1.1\nContent-Length: 104\nContent-Type: multipart/form-data; boundary=b\n\n--b^M\nContent-Disposition: form-data; name=\"f\"^M\nContent-Type: application/octet-stream^M\n^M\n\x00{{a}}\n\xff^M\n--b--"},
		},
		{name: "28a JetBrains: templates in a file", dialect: "jb", text: "@x=1\n" + post(typeJSON, "< ./t.json"), files: map[string]string{"t.json": `{"x":{{x}}}`}, sent: posted(typeJSON, `{"x":1}`)},
		{name: "28b kulala", dialect: "ku", text: "@x=1\n" + post(typeJSON, "< ./t.json"), files: map[string]string{"t.json": `{"x":{{x}}}`}, sent: posted(typeJSON, `{"x":1}`)},
		{name: "28c VS Code: raw", dialect: "vsc", text: "@x=1\n" + post(typeJSON, "< ./t.json"), files: map[string]string{"t.json": `{"x":{{x}}}`}, sent: posted(typeJSON, `{"x":{{x}}}`)},
		{name: "28d httpYac: raw", dialect: "hy", text: "@x=1\n" + post(typeJSON, "< ./t.json"), files: map[string]string{"t.json": `{"x":{{x}}}`}, sent: posted(typeJSON, `{"x":{{x}}}`)},
		{name: "28e neutral: what is known", text: "@x=1\n" + post(typeJSON, "< ./t.json"), files: map[string]string{"t.json": `{"x":{{x}},"y":"{{y}}"}`}, sent: posted(typeJSON, `{"x":1,"y":"{{y}}"}`)},
		{name: "28f JetBrains: unknown is an error", dialect: "jb", text: post(typeJSON, "< ./t.json"), files: map[string]string{"t.json": `{"x":{{x}}}`}, exit: 2, errors: []string{"1: no variable `x`"}},
		{name: "29 Latin-1", text: "@x=é\n" + post(typePlain, "<@latin1 ./t.txt"), files: map[string]string{"t.txt": "\xe4 {{x}}"}, sent: posted(typePlain, "ä é")},
		{name: "30 a file that is missing", text: "GET http://h/1\n\n###\n" + post(typePlain, "< ./missing"), exit: 2, errors: []string{"7: no file `./missing`"}},
		{name: "31a XML", text: post("application/xml", "<a>1</a>"), sent: posted("application/xml", "<a>1</a>")},
		{name: "31b a tag with a blank", text: post("application/xml", "< a>1</a>"), sent: posted("application/xml", "< a>1</a>")},
		{name: "32 values are whole", text: "@u=http://h/#frag\n@c=#fff\n\nGET {{u}}\nX: {{u}} {{c}}", sent: []string{"GET / HTTP/1.1\nX: http://ADDR/#frag #fff"}},
		{name: "33a quotes belong to a value", text: "@q=\"x y\"\n\nGET http://h/\nX: {{q}}", sent: []string{"GET / HTTP/1.1\nX: \"x y\""}},
		{name: "33b but not in httpYac", dialect: "hy", text: "@q=\"x y\"\n\nGET http://h/\nX: {{q}}", sent: []string{"GET / HTTP/1.1\nX: x y"}},
		// The warning of two values is one of `check`; a default with another value
		// in the environment is what such a default is for.
		{name: "34a JetBrains: the environment wins", dialect: "jb", env: "dev", files: envs, text: "@a=file\nGET http://h/{{a}}", sent: get("/env")},
		{name: "34b kulala", dialect: "ku", env: "dev", files: envs, text: "@a=file\nGET http://h/{{a}}", sent: get("/env")},
		{name: "34c VS Code: the file wins", dialect: "vsc", env: "dev", files: envs, text: "@a=file\nGET http://h/{{a}}", sent: get("/file")},
		{name: "34d httpYac", dialect: "hy", env: "dev", files: envs, text: "@a=file\nGET http://h/{{a}}", sent: get("/file")},
		{name: "34e Visual Studio", dialect: "vs", env: "dev", files: envs, text: "@a=file\nGET http://h/{{a}}", sent: get("/file")},
		{name: "34f with a directive of ours the environment wins (language.md §4)", env: "dev", files: envs, text: "@a=file\n# @assert true\nGET http://h/{{a}}", sent: get("/env")},
		{name: "34g neutral: an error (language.md §4)", env: "dev", files: envs, text: "@a=file\nGET http://h/{{a}}", exit: 2, errors: []string{"2: `a` has one value in the file and another in the environment"}},
		{name: "35 the command line wins", dialect: "hy", vars: []Var{{Name: "a", Value: "cli"}}, text: "@a=file\nGET http://h/{{a}}", sent: get("/cli")},
		{name: "36 $shared", env: "dev", files: map[string]string{"http-client.env.json": `{"$shared":{"a":"1","b":"2"},"dev":{"b":"3"}}`}, text: "GET http://h/{{a}}{{b}}", sent: get("/13")},
		{name: "37 private before public", env: "dev", files: map[string]string{"http-client.env.json": `{"dev":{"a":"public"}}`, "http-client.private.env.json": `{"dev":{"a":"private"}}`}, text: "GET http://h/{{a}}", sent: get("/private")},
		{name: "38a unresolved", text: "GET http://h/{{undefined}}", exit: 2, errors: []string{"1: no variable `undefined`"}},
		{
			name: "38b allowed", text: "GET http://h/\nX: {{ undefined }} {{b.c}}", options: func(o *Options) { o.AllowUnresolved = true },
			warned: []string{"2: no variable `undefined`, so the template is sent as it stands", "2: no variable `b.c`, so the template is sent as it stands"},
			sent:   []string{"GET / HTTP/1.1\nX: {{ undefined }} {{b.c}}"},
		},
		{name: "39 with $ and without, and the other request runs once", text: "###\nGET http://h/\nX: {{login.response.body.$.a.b}}, {{login.response.body.a.b}}\n\n" + login, sent: []string{"GET /login HTTP/1.1", "GET / HTTP/1.1\nX: x y, x y"}},
		{name: "40 a header in any case", text: login + "###\nGET http://h/\nX: {{login.response.headers.x-id}} {{login.response.headers.X-ID}}", sent: []string{"GET /login HTTP/1.1", "GET / HTTP/1.1\nX: id 7 id 7"}},
		{name: "41 httpYac's path into the body", text: login + "###\nGET http://h/\nX: {{login.a.b}} {{login.a.list[1]}}", sent: []string{"GET /login HTTP/1.1", "GET / HTTP/1.1\nX: x y 2"}},
		{name: "42 percent-encoded", text: "@x=a b&c/é\nGET http://h/?q={{%x}}", sent: get("/?q=a%20b%26c%2F%C3%A9")},
		{name: "43a $timestamp in seconds, the same within a request", text: "GET http://h/\nX: {{$timestamp}}\nY: {{$timestamp}}", like: []string{`GET / HTTP/1.1\nX: \d{10}\nY: \d{10}`}},
		{name: "43b httpYac: milliseconds", dialect: "hy", text: "GET http://h/\nX: {{$timestamp}} {{$timestamp 1 d}}", like: []string{`GET / HTTP/1.1\nX: \d{13} \d{10}`}},
		{name: "43c kulala: milliseconds", dialect: "ku", text: "GET http://h/\nX: {{$timestamp}}", like: []string{`GET / HTTP/1.1\nX: \d{13}`}},
		{name: "44 tokens of .NET and of Day.js", text: "GET http://h/\nX: {{$datetime \"yyyy-MM-dd\"}} {{$datetime \"YYYY-MM-DD\"}}", like: []string{`GET / HTTP/1.1\nX: \d{4}-\d\d-\d\d \d{4}-\d\d-\d\d`}},
		{name: "45 min is in, max is out", text: "GET http://h/{{$randomInt 5 6}}", sent: get("/5")},
		{name: "46a the process: empty if unset", text: "GET http://h/[{{$processEnv NOPE}}]{{$processEnv YES}}", environ: map[string]string{"YES": "y"}, sent: get("/[]y"), warned: []string{"1: the environment variable `NOPE` is not set, so that nothing is put in"}},
		{name: "46b $env: an error", text: "GET http://h/{{$env.NOPE}}", exit: 2, errors: []string{"1: the environment variable `NOPE` is not set, and no .env file defines it"}},
		{name: "47 a test that fails", text: "GET http://h/1\n\n> {% client.test(\"t\", () => client.assert(false,\"m\")) %}\n\n###\nGET http://h/2", exit: 1, errors: []string{"3: test `t`: assertion failed: m"}, sent: []string{"GET /1 HTTP/1.1", "GET /2 HTTP/1.1"}},
		{name: "48 a script that throws", text: "GET http://h/1\n\n> {% throw 1 %}\n\n###\nGET http://h/2", exit: 3, errors: []string{"3: the script threw an exception: 1"}, sent: []string{"GET /1 HTTP/1.1", "GET /2 HTTP/1.1"}},
		{name: "49 headers for all later requests", text: "GET http://h/1\n\n> {% client.global.headers.set(\"X\",\"1\") %}\n\n###\nGET http://h/2\n\n###\nGET http://h/3\nx: 2", sent: []string{"GET /1 HTTP/1.1", "GET /2 HTTP/1.1\nX: 1", "GET /3 HTTP/1.1\nx: 2"}},
		{name: "50 run before a request", text: "run #A (@h=x)\n\nGET http://h/1\n\n### A\nGET http://h/{{h}}", sent: []string{"GET /x HTTP/1.1", "GET /1 HTTP/1.1"}},
		{name: "51 @ref twice", text: "###\n# @ref a\nGET http://h/1\n\n###\n# @ref a\nGET http://h/2\n\n###\n# @name a\nGET http://h/a", sent: []string{"GET /a HTTP/1.1", "GET /1 HTTP/1.1", "GET /2 HTTP/1.1"}},
		{name: "52 a loop", text: "# @loop for 3\nGET http://h/1\n\n###\nGET http://h/2", sent: slices.Concat(get("/1"), get("/1"), get("/1"), get("/2"))},
		{
			name: "53 output to a file that exists", text: "GET http://h/1\n\n>> out.json\n\n###\nGET http://h/2\n\n>> out.json\n\n###\nGET http://h/3\n\n>>! out.json", files: map[string]string{"out.json": "old"},
			sent:  []string{"GET /1 HTTP/1.1", "GET /2 HTTP/1.1", "GET /3 HTTP/1.1"},
			wrote: map[string]string{"out.json": wireAnswer, "out-1.json": wireAnswer, "out-2.json": wireAnswer},
		},
		{name: "54a an assertion of httpYac in capitals", text: "GET http://h/1\n?? status STARTSWITH 2", sent: get("/1")},
		{name: "54c one that does not hold", text: "GET http://h/1\n?? status STARTSWITH 99", exit: 1, errors: []string{"2: assertion failed"}, sent: get("/1")},
		{name: "54b one that cannot be read", text: "GET http://h/1\n?? bogus\n\n###\nGET http://h/2", exit: 2, errors: []string{"2: an assertion cannot be about `bogus`"}},
		{name: "55 Basic: the first blank ends the user", warned: short, text: "GET http://h/\nAuthorization: Basic u p:w", sent: []string{"GET / HTTP/1.1\nAuthorization: Basic dTpwOnc="}},
		{name: "56 Basic: a blank in a value is of the value", vars: []Var{{Name: "u", Value: "u"}, {Name: "p", Value: "a b"}}, warned: short, text: "GET http://h/\nAuthorization: Basic {{u}} {{p}}", sent: []string{"GET / HTTP/1.1\nAuthorization: Basic dTphIGI="}},
		{name: "57 Content-Length is counted", text: "POST http://h/\nContent-Length: 3\n\nlonger", sent: []string{"POST / HTTP/1.1\nContent-Length: 6\n\nlonger"}},
		{name: "58 byte order mark and CRLF", text: "\ufeff@a=1\r\nPOST http://h/{{a}}\r\nX: y\r\n\r\none\r\ntwo\r\n", sent: []string{"POST /1 HTTP/1.1\nContent-Length: 7\nX: y\n\none\ntwo"}},
		{name: "59 a documented response", text: "POST http://h/\n\ntext\n\nHTTP/1.1 200 OK\nContent-Type: text/plain\n\nOK", sent: []string{"POST / HTTP/1.1\nContent-Length: 4\n\ntext"}},
		{name: "60 an unknown directive", text: "# @foo\nGET http://h/", warned: []string{"1: unknown directive `@foo`"}, sent: get("/")},
	}
}
