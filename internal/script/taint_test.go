package script

import "testing"

// What a script sets behind a secret that it has read is secret, wherever it read
// it, and in whatever it keeps it.
func TestTaint(t *testing.T) {
	secret := map[Tier]map[string]Value{Global: {"token": {Data: "s3cret", Secret: true}}}
	sent := func() *Request {
		return &Request{
			Method: "POST", Built: true, URL: Written{Raw: "{{u}}", Sent: "https://a/?k=s3cret", Secret: true}, Body: Written{Raw: "{{b}}", Sent: "s3cret", Secret: true},
			Headers: []RequestHeader{{Name: "X-A", Value: Written{Raw: "{{a}}", Sent: "s3cret"}, Secret: true}, {Name: "X-B", Value: Written{Raw: "b", Sent: "b"}}},
		}
	}
	answer := func(req *Request) made { return made{response: jsonAnswer("{}"), request: req, variables: secret} }
	runCases(t, []scriptCase{
		{"in an object", JetBrains, `const s = client.global.get("token"); client.global.set("o", {inner: [[...s].reverse().join("")]}); client.global.set("n", {n: [1, true, null]})`, answer(nil),
			"global variable o = {\"inner\":[\"terc3s\"]} secret\nglobal variable n = {\"n\":[1,true,null]}"},
		{"the address that was sent", JetBrains, `const s = request.url(); client.global.set("x", s.slice(-3))`, answer(sent()), `global variable x = "ret" secret`},
		{"as it is written it is none", JetBrains, `const s = request.url.getRaw() + request.body.getRaw(); client.global.set("x", s)`, answer(sent()), `global variable x = "{{u}}{{b}}"`},
		{"the body that was sent", JetBrains, `client.global.set("x", request.body.tryGetSubstituted().slice(3))`, answer(sent()), `global variable x = "ret" secret`},
		{"the same in httpYac", HTTPYac, `exports.x = request.body.slice(3)`, answer(sent()), `variable x = "ret" secret`},
		{"a header field that was sent", JetBrains, `client.global.set("x", request.headers.findByName("X-A").value())`, answer(sent()), `global variable x = "s3cret" secret`},
		{"another one", JetBrains, `client.global.set("x", request.headers.findByName("X-B").value())`, answer(sent()), `global variable x = "b"`},
		{"all of them", HTTPYac, `exports.x = request.headers["X-A"]`, answer(sent()), `variable x = "s3cret" secret`},
	})
}

// An exception in what is shown is one of the script.
func TestShown(t *testing.T) {
	body := made{response: jsonAnswer(`{}`)}
	runCases(t, []scriptCase{
		{"an assertion in a getter", JetBrains, `client.log({get x() { client.assert(false); return 1 }})`, body, `FAIL client.assert(false) | PR803 a.http:3:28: assertion failed [client.assert(false)]`},
		{"a misspelt member in one", JetBrains, `client.log({get x() { return response.satus }})`, body, "error PR802 a.http:3:44: `response` has no member `satus` [satus] > write `response.status`"},
		{"the same where a message is made", JetBrains, `client.test("t", () => client.assert(true, {get x() { client.assert(false) }}))`, body, `FAIL t | PR803 a.http:3:60: assertion failed [client.assert(false)]`},
		{"any other exception", JetBrains, `client.log({get x() { throw 1 }})`, body, `info 3:  … (it cannot be shown)`},
		{"a date that has none", JetBrains, `client.log(new Date(NaN))`, body, `info 3: null`},
	})
}
