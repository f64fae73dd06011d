package runner

import (
	"net/http"
	"testing"

	"github.com/postrider/postrider/internal/eval"
)

// TestConstructs protects what the constructs of all dialects come to on the
// wire, one after the other as the comparison has them: structure, request line,
// headers, body, variables, dynamic variables, references to other requests.
func TestConstructs(t *testing.T) {
	login := "### login\nGET http://h/login\n\n###\n"
	loggedIn := func(x string) []string {
		return []string{"GET /login HTTP/1.1", "GET / HTTP/1.1\nX: " + x}
	}
	get := func(paths ...string) (sent []string) {
		for _, p := range paths {
			sent = append(sent, "GET "+p+" HTTP/1.1")
		}
		return sent
	}
	for _, c := range []goldenFile{
		// Structure.
		{name: "an indented separator", text: "GET http://h/1\n\n  ### next\nGET http://h/2", sent: get("/1", "/2")},
		{name: "a separator in a script", text: "GET http://h/1\n\n> {%\n`\n### no\n`\n%}", sent: get("/1")},
		{name: "requests of one name, told apart", text: "### a\nGET http://h/1\n\n### a\nGET http://h/2\n\n### b\n# @needs a#2\nGET http://h/3", options: func(o *Options) { o.Names = []string{"b"} }, sent: get("/2", "/3")},
		{name: "and selected", text: "### a\nGET http://h/1\n\n### a\nGET http://h/2", options: func(o *Options) { o.Names = []string{"a#2"} }, sent: get("/2")},
		{name: "but not by the name of both", text: "### a\nGET http://h/1\n\n### a\nGET http://h/2\n\n### b\n# @needs a\nGET http://h/3", exit: 2, errors: []string{"8: two requests are called `a`, at line 2 and line 5"}},
		{name: "a name by its slug", text: "### Log in\nGET http://h/login\n\n###\nGET http://h/\nX: {{Log_in.token}}", sent: loggedIn("t-1")},
		{name: "lone CR", text: "POST http://h/\rX: y\r\ra\rb", sent: []string{"POST / HTTP/1.1\nContent-Length: 3\nX: y\n\na\nb"}},
		{name: "a comment of several lines in a body", text: "POST http://h/\n\n/*\nfoo\n*/\nbar", sent: []string{"POST / HTTP/1.1\nContent-Length: 3\n\nbar"}},

		// Request line.
		{name: "tabs and indent", text: "  GET\thttp://h/x\tHTTP/1.1", sent: get("/x")},
		{name: "prior knowledge", text: "GET http://h/x HTTP/1.1 (Prior Knowledge)", sent: get("/x")},
		{name: "pieces of a path", text: "@c=1\nGET http://h/a\n    /b\n    /{{c}}\n    ?x=y\n    #frag\nX: 1", sent: []string{"GET /a/b/1?x=y HTTP/1.1\nX: 1"}},
		{name: "a version that does not exist", text: "GET http://h/ HTTP/9.x", exit: 2, errors: []string{"1: not a version of HTTP"}},
		{name: "no scheme", text: "GET ADDR/x", sent: get("/x")},
		{name: "the server as a whole", text: "OPTIONS *\nHost: ADDR", sent: []string{"OPTIONS * HTTP/1.1"}},
		{name: "what may not stand in a URL", text: "GET http://h/a\"<>\\^`{|}b%zz?q=\"<>\\^`{|}é", sent: get("/a%22%3C%3E%5C%5E%60%7B%7C%7Db%25zz?q=%22%3C%3E%5C%5E%60%7B%7C%7D%C3%A9")},
		{name: "a URL with its query in a variable", text: "@u=http://h/x?a=1&b=2 3\nGET {{u}}&c=4", sent: get("/x?a=1&b=2%203&c=4")},
		{name: "templates of others stay", text: "POST http://h/\n\n[[.X]] <%= y %>", sent: []string{"POST / HTTP/1.1\nContent-Length: 15\n\n[[.X]] <%= y %>"}},
		{name: "curl", text: "curl -XPUT 'http://h/x?a=1' -H 'X-A: b' -d 'c=1' -d d=2 -u u:p", warned: []string{"1 secret value(s) are too short or too common to be masked in the output"}, sent: []string{"PUT /x?a=1 HTTP/1.1\nContent-Length: 7\nAuthorization: Basic dTpw\nContent-Type: application/x-www-form-urlencoded\nX-A: b\n\nc=1&d=2"}},

		// Headers.
		{name: "no blank, comments, small letters", text: "GET http://h/\n# c\nx-a:b\n// d\nZ: {{q}}\n@q=1", sent: []string{"GET / HTTP/1.1\nZ: 1\nx-a: b"}},
		{name: "a template in a name", text: "@n=A\nGET http://h/\nX-{{n}}: b", sent: []string{"GET / HTTP/1.1\nX-A: b"}},
		{name: "no further header by a value", vars: []Var{{Name: "v", Value: "a\r\nY: b"}}, text: "GET http://h/\nX: {{v}}", exit: 2, errors: []string{"2: the value of `v` holds a line break or a NUL, which cannot stand here"}},
		{name: "no type by itself", text: "POST http://h/\n\n{}", sent: []string{"POST / HTTP/1.1\nContent-Length: 2\n\n{}"}},

		// Body.
		{name: "blank lines round it are not of it", text: "POST http://h/\n\n\n  indented\n\n  kept\n\n\n", sent: []string{"POST / HTTP/1.1\nContent-Length: 18\n\n  indented\n\n  kept"}},
		{name: "NDJSON ends its last line", text: post("application/x-ndjson", "{}\n# data\n{}"), sent: posted("application/x-ndjson", "{}\n# data\n{}\n")},
		{name: "a comment and a template in JSON", text: "@b=1\n" + post(typeJSON, "{\n  # gone\n  \"a\": {{b}}\n}"), sent: posted(typeJSON, "{\n  \"a\": 1\n}")},
		{name: "a variable behind the body", text: post(typeJSON, "{\"b\": {{b}}}\n\n@b=1"), sent: posted(typeJSON, `{"b": 1}`)},
		{name: "a variable's line in a body", text: post(typePlain, "@b=1\n@c=2"), sent: posted(typePlain, "@b=1\n@c=2")},
		{name: "an answer that an editor stored", text: "POST http://h/\n\na\n\n<> 2024.json", sent: []string{"POST / HTTP/1.1\nContent-Length: 1\n\na"}},
		{name: "GraphQL by its type is not wrapped", text: post("application/graphql", "query { a }"), sent: posted("application/graphql", "query { a }")},
		{name: "GraphQL by a header", text: "POST http://h/\nx-request-type: graphql\n\nquery A { a }\n\n{\"b\": 1}", sent: []string{"POST / HTTP/1.1\nContent-Length: 65\nContent-Type: application/json\n\n{\"query\":\"query A { a }\",\"operationName\":\"A\",\"variables\":{\"b\":1}}"}},

		// Variables.
		{name: "of variables, and blanks in braces", text: "@a={{ b }}!\n@b = {{c.d[0]}}\n\nGET http://h/\nX: {{ a }}", env: "dev", files: map[string]string{"http-client.env.json": `{"dev": {"c": {"d": ["x"]}}}`}, sent: []string{"GET / HTTP/1.1\nX: x!"}},
		{name: "objects are JSON", text: post(typeJSON, "{\"o\": {{c}}, \"n\": {{n}}, \"t\": {{t}}, \"s\": \"{{s}}\"}"), env: "dev", files: map[string]string{"http-client.env.json": `{"dev": {"c": {"d": ["x"]}, "n": 1.50, "t": true, "s": ""}}`}, sent: posted(typeJSON, `{"o": {"d":["x"]}, "n": 1.50, "t": true, "s": ""}`)},
		{name: "in a circle", text: "@a={{b}}\n@b={{a}}\nGET http://h/{{a}}", exit: 2, errors: []string{"2: variables refer to each other in a circle: a → b → a"}},
		{name: "braces themselves", text: "@a=\\{\\{b\\}\\}\nPOST http://h/\n\n{{a}} \\{\\{c\\}\\}", sent: []string{"POST / HTTP/1.1\nContent-Length: 11\n\n{{b}} {{c}}"}},
		{name: "characters of a name", text: "@a.b-c_1é=1\nGET http://h/{{a.b-c_1é}}", sent: get("/1")},
		{name: "one for each element of a list", env: "dev", files: map[string]string{"http-client.env.json": `{"dev": {"u": [{"n": 1}, {"n": 2}]}}`}, text: "GET http://h/{{u[*].n}}?i={{$index}}", sent: []string{"GET /1?i=0 HTTP/1.1", "GET /2?i=1 HTTP/1.1"}},

		// Dynamic variables.
		{name: "of all tools", text: "GET http://h/\nX: {{$uuid}} {{ $guid }} {{$random.uuid}} {{$isoTimestamp}} {{$date}} {{$datetime rfc1123}} {{$localDatetime iso8601 -1 d}} {{$randomInt}} {{$random.integer(5)}} {{$random.float(1, 2)}} {{$random.alphabetic(3)}} {{$random.alphanumeric(3)}} {{$random.hexadecimal(3)}} {{$random.email}}", like: []string{`GET / HTTP/1.1\nX: (\S{36} ){3}\S+Z \d{4}-\d\d-\d\d \w{3}, .* GMT \S+ \d+ [0-4] 1\.\d+ [A-Za-z]{3} \w{3} [0-9A-F]{3} \S+@example.com`}},
		{name: "a time stands still, a number does not", text: "GET http://h/\nX: {{$datetime \"ss.SSS\"}}={{$datetime \"ss.SSS\"}}\n", like: []string{`GET / HTTP/1.1\nX: (\d\d\.\d{3})=\d\d\.\d{3}`}},
		{name: "a prompt with an answer", text: "GET http://h/{{$input what $value: 7}}{{$password pin $value: 80808}}{{$prompt-askonce a $value: it's}}", sent: get("/780808it's")},
		{name: "one without", text: "GET http://h/{{$input what}}", exit: 2, errors: []string{"1: `$input` would ask for a value, and there is nobody to ask"}},
		{name: "a choice", text: "GET http://h/{{$pick what $value: 7,8}}", exit: 2, errors: []string{"1: `$pick` would ask for a value, and there is nobody to ask"}},
		{name: "made up", text: "GET http://h/\nX: {{$random.address.city}} {{$randomFirstName}} {{$random.lorem.words(2)}} {{$random.internet.macAddress(\"00:1a\")}}", like: []string{`GET / HTTP/1.1\nX: [A-Z][A-Za-z ]+ [A-Z][a-z]+ [a-z]+ [a-z]+ 00:1a(:[0-9a-f]{2}){4}`}},
		{name: "of the IDE alone", text: "GET {{$exampleServer}}/", exit: 2, errors: []string{"1: the dynamic variable `$exampleServer` is not supported: there is no server behind it outside of the IDE"}},
		{name: "misspelt", text: "GET http://h/{{$randomFristName}}", exit: 2, errors: []string{"1: no dynamic variable `$randomFristName`"}},
		{name: "unknown to all", text: "GET http://h/{{$uid}}", exit: 2, errors: []string{"1: no dynamic variable `$uid`"}},
		{name: ".env", files: map[string]string{".env": "A=1\nNAME=A\n"}, text: "GET http://h/{{$dotenv A}}{{$dotEnv A}}{{$dotenv %NAME}}{{$env.A}}{{A}}", sent: get("/11111")},

		// References.
		{name: "negative slices, filters, descent", text: login + "GET http://h/\nX: {{login.response.body.$.a.list[-1:]}} {{login.response.body.$.a.list[?(@ > 1)]}} {{login.response.body.$..b}}", sent: loggedIn("2 2 x y")},
		{name: "the number of elements", text: login + "GET http://h/\nX: {{login.response.body.$.a.list.length}} {{login.response.body.a.list.length}}", sent: loggedIn("2 2")},
		{name: "null, documents, all of it", text: login + "GET http://h/\nX: {{login.response.body.none}} {{login.response.body.a.list}} {{login.response.body.*}}", sent: loggedIn("null [1,2] " + wireAnswer)},
		{name: "asJson, status, kulala's brackets", text: login + "GET http://h/\nX: {{login.response.body.asJson.$.token}} {{login.response.status}} {{login.response.statusText}} {{login.response.headers['X-Id']}}", sent: loggedIn("t-1 200 OK id 7")},
		{name: "a cookie that is not set", text: login + "GET http://h/\nX: {{login.response.cookies.sid.value}}", exit: 1, errors: []string{"6: `login.response.cookies.sid.value` has no value: the answer sets no cookie `sid`"}, sent: get("/login")},
		{name: "what was sent", text: "### a\nPOST http://h/a\nX-R: 5\n\n{\"q\": [1,{\"z\":2}]}\n\n###\nGET http://h/\nX: {{a.request.body.q[1].z}} {{a.request.headers.x-r}}", sent: []string{"POST /a HTTP/1.1\nContent-Length: 18\nX-R: 5\n\n{\"q\": [1,{\"z\":2}]}", "GET / HTTP/1.1\nX: 2 5"}},
		{name: "what is missing is no text", text: login + "GET http://h/\nX: {{login.response.body.$.nope}}", exit: 1, errors: []string{"6: `login.response.body.$.nope` has no value: `$` has no member `nope`"}, sent: get("/login")},
		{name: "XPath into what is no XML", text: login + "GET http://h/\nX: {{login.response.body.//a}}", exit: 1, errors: []string{"6: `login.response.body.//a` has no value: the body is neither XML nor HTML: its type is `application/json`"}, sent: get("/login")},
		{name: "an XPath that cannot be read", text: login + "GET http://h/\nX: {{login.response.body.//a[}}", exit: 2, errors: []string{"6: the XPath `//a[` cannot be read"}},
		{name: "in a circle", text: "### a\nGET http://h/{{b.x}}\n\n### b\nGET http://h/{{a.x}}", exit: 2, errors: []string{"5: requests need each other: `a` → `b` → `a`"}},
	} {
		t.Run(c.name, c.run)
	}
}

// TestCookieReferences protects kulala's references to the cookies of an answer.
func TestCookieReferences(t *testing.T) {
	a := &eval.Answer{Header: http.Header{"Set-Cookie": {"sid=7; Path=/a; Domain=h; Secure", "b=c"}}}
	for path, want := range map[string]any{
		"cookies.sid": "7", "cookies.sid.value": "7", "cookies['b']": "c", "cookies.sid.path": "/a", "cookies.sid.domain": "h",
		"cookies.sid.secure": true, "cookies.b.expires": "",
	} {
		if got, err := responsePart(a, path); err != nil || got != want {
			t.Errorf("%s is %v (%v), want %v", path, got, err, want)
		}
	}
	for _, path := range []string{"cookies.none", "cookies.sid.size", "cookies"} {
		if got, err := responsePart(a, path); err == nil {
			t.Errorf("%s is %v, want an error", path, got)
		}
	}
}
