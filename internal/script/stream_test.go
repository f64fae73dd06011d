package script

import (
	"slices"
	"testing"
)

// TestStream protects the streams of JetBrains: the parts come in order, when the
// script has ended, until somebody has had enough of them.
func TestStream(t *testing.T) {
	const events = "event: a\ndata: 1\ndata: 2\n\n: note\n\ndata:3\r\n\r\ndata\n\ndata: last"
	for _, test := range []struct{ mime, body, code, want string }{
		{"text/event-stream", events, `response.body.onEachLine(l => client.log(l)); client.log("begun")`,
			"info 3: begun\ninfo 3: event: a\ninfo 3: data: 1\ninfo 3: data: 2\ninfo 3: \ninfo 3: : note\ninfo 3: \ninfo 3: data:3\ninfo 3: \ninfo 3: data\ninfo 3: \ninfo 3: data: last\n"},
		{"text/event-stream", events, `const all = []; response.body.onEachMessage(m => all.push(m), () => client.log(JSON.stringify(all)))`,
			"info 3: [\"1\\n2\",\"3\",\"\",\"last\"]\n"},
		{"application/x-ndjson", "{\"n\":1}\n\n{\"n\":2}\n{\"n\":3}\n", `let n = 0; response.body.onEachLine((line, unsubscribe) => { n += JSON.parse(line).n; if (n === 3) unsubscribe() }, () => client.global.set("n", n))`,
			"global variable n = 3\n"},
		{"application/x-ndjson", "1\n2\n", `response.body.onEachLine(() => {}, () => client.test("end", () => client.assert(true)))`, "pass end\n"},
		{"application/x-ndjson", "1\n2\n", `response.body.onEachMessage((m, stop, output) => output("got " + m))`, "info 3: got 1\ninfo 3: got 2\n"},
		{"application/json-seq", "\x1e1\n\x1e2\n", `response.body.onEachLine(l => client.log(l))`, "info 3: 1\ninfo 3: 2\n"},
		{"text/event-stream", "data: hello\n\n", `client.log(response.body.includes("hello"), response.body.length, "" + response.body)`, "info 3: true 13 data: hello\n\n\n"},
		{"text/event-stream", "", `response.body.onEachLine?.(l => client.log(l)); client.log("end")`, "info 3: end\n"},
		{"text/event-stream", "a\nb\n", `response.body.onEachLine(l => client.assert(l === "a", l))`,
			"pass client.assert(l === \"a\", l)\nFAIL client.assert(l === \"a\", l) | PR803 a.http:3:35: assertion failed: b [client.assert(l === \"a\", l)]\n"},
		{"text/event-stream", "a\n", `response.body.onEachLine()`,
			"error PR802 a.http:3:5: `response.body.onEachLine`: `subscriber` is missing; it is a function [response.body.onEachLine()]\n"},
	} {
		if got := runCode(t, JetBrains, AfterResponse, test.code, &made{response: answer(200, test.mime, test.body)}); got != test.want {
			t.Errorf("%s\n got  %q\n want %q", test.code, got, test.want)
		}
	}
	const text = `client.log(typeof response.body)`
	if got := runCode(t, Kulala, AfterResponse, text, &made{response: answer(200, "text/event-stream", "a\n")}); got != "info 3: string\n" {
		t.Errorf("kulala: %s", got)
	}
}

// TestStreamLines protects the ends of lines.
func TestStreamLines(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"", nil}, {"a", []string{"a"}}, {"a\n", []string{"a"}}, {"a\r\nb\rc", []string{"a", "b", "c"}}, {"\ufeffa\n\n", []string{"a", ""}},
	} {
		if got := streamLines(test.text, "text/event-stream"); !slices.Equal(got, test.want) {
			t.Errorf("%q has the lines %q, want %q", test.text, got, test.want)
		}
	}
}

// TestDocumentBody protects that the body of XML and HTML is a document for
// JetBrains, and the text that it was for who takes it for one.
func TestDocumentBody(t *testing.T) {
	const xml = "<?xml version='1.0'?>\n<users n='1'><user id='a'>Ann</user></users>"
	for _, test := range []struct {
		api              API
		mime, body, code string
		want             string
	}{
		{JetBrains, "application/xml", xml, `client.log(response.body.documentElement.getAttribute("n"), xpath(response.body, "//user/@id")[0], response.body.querySelector("user").textContent)`, "info 3: 1 a Ann\n"},
		{JetBrains, "application/soap+xml; charset=utf-8", xml, `client.log(response.body.getElementsByTagName("user").length)`, "info 3: 1\n"},
		{JetBrains, "text/html", "<title>Hi", `client.log(response.body.title, response.body.includes("<title>"), response.body.length)`, "info 3: Hi true 9\n"},
		{JetBrains, "application/xml", xml, `client.log(response.body, response.body.documentElement.firstChild)`, "info 3: " + xml + " <user id=\"a\">Ann</user>\n"},
		{JetBrains, "application/xml", xml, `client.global.set("id", xpath(response.body, "//user/@id")[0])`, "global variable id = \"a\"\n"},
		{JetBrains, "application/xml", xml, `client.global.set("ids", xpath(response.body, "//user/text()"))`, "global variable ids = [\"Ann\"]\n"},
		{JetBrains, "application/xml", "<a>", `response.body`, "error PR303 a.http:3:14: the body is said to be application/xml and is not: line 1, column 1: `<a>` is never closed [body]\n"},
		{JetBrains, "application/xml", xml, `client.global.set("d", response.body)`, "error PR802 a.http:3:5: the value of `d` is a node of a document, which cannot be kept [client.global.set(\"d\", response.body)] > keep its `textContent`\n"},
		{JetBrains, "application/xml", xml, `client.log(response.body.documentElemnt)`, "error PR802 a.http:3:30: `Document` has no member `documentElemnt` [documentElemnt] > write `Document.documentElement`\n"},
		{Kulala, "application/xml", xml, `client.log(typeof response.body)`, "info 3: string\n"},
		{HTTPYac, "application/xml", xml, `console.log(typeof response.parsedBody)`, "info 3: string\n"},
	} {
		if got := runCode(t, test.api, AfterResponse, test.code, &made{response: answer(200, test.mime, test.body)}); got != test.want {
			t.Errorf("%s\n got  %s\n want %s", test.code, got, test.want)
		}
	}
}

// TestStandIns protects what objects of the library are for the host.
func TestStandIns(t *testing.T) {
	m := &made{}
	got := runCode(t, JetBrains, BeforeRequest, `const city = $random.address.city; request.variables.set("city", city);
		request.variables.set("same", city + "" === request.variables.get("city"));
		request.variables.set("q", new URLSearchParams({a: "b c"}));
		request.variables.set("u", new URL("https://h/x"));
		request.variables.set("list", [$random.bool.bool].length);
		client.log(new URLSearchParams("a=1"), $random.bool.bool.length > 3)`, m)
	if m.variables[OfRequest]["same"].Data != true {
		t.Errorf("the city is not what it was: %s", got)
	}
	if m.variables[OfRequest]["q"].Data != "a=b+c" || m.variables[OfRequest]["u"].Data != "https://h/x" {
		t.Errorf("a query and a URL: %s", got)
	}
}

// TestExactJSONPath protects that numbers that JavaScript rounds go through
// jsonPath as they are.
func TestExactJSONPath(t *testing.T) {
	m := &made{response: jsonAnswer(`{"a": [{"id": 9007199254740993}]}`)}
	got := runCode(t, JetBrains, AfterResponse, `client.global.set("id", jsonPath(response.body, "$.a[0].id")); client.global.set("all", jsonPath(response.body, "$..id"))`, m)
	if want := "global variable id = 9007199254740993\nglobal variable all = [9007199254740993]\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
