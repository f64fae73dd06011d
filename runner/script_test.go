package runner

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// sentAll are GET requests without header fields.
func sentAll(targets ...string) []string {
	all := make([]string, 0, len(targets))
	for _, target := range targets {
		all = append(all, "GET "+target+" HTTP/1.1")
	}
	return all
}

// folder runs all files of the folder, one after the other.
func folder(o *Options) { o.Paths, o.Jobs = []string{filepath.Dir(o.Paths[0])}, 1 }

func only(names ...string) func(*Options) { return func(o *Options) { o.Names = names } }

// TestScripts protects what scripts are to a run: what they set and read, in which
// order that makes requests run, and what becomes of a request whose script fails.
func TestScripts(t *testing.T) {
	const login = "### login\nGET http://h/login\n\n> {% client.global.set(\"ticket\", response.body.token) %}\n\n"
	const reader = "### reader\nGET http://h/?{{ticket}}\n\n"
	for _, c := range []goldenFile{
		// Variables.
		{name: "a later request reads what a script has set", text: login + reader, sent: sentAll("/login", "/?t-1")},
		{name: "and brings it, selected by itself", text: login + reader, options: only("reader"), sent: sentAll("/login", "/?t-1")},
		{name: "in an assertion", text: login + "### r\n# @assert ticket == \"t-1\"\nGET http://h/", options: only("r"), sent: sentAll("/login", "/")},
		{name: "in a script", text: login + "### r\n< {% request.variables.set('x', client.global.get('ticket')) %}\nGET http://h/?{{x}}", options: only("r"), sent: sentAll("/login", "/?t-1")},
		{name: "set before it is sent, for itself", text: "< {% client.global.set('a', 1) %}\nGET http://h/?{{a}}\n\n###\nGET http://h/2?{{a}}", sent: sentAll("/?1", "/2?1")},
		{name: "set before, read by its own condition", text: "# @if a == 1\n< {% client.global.set('a', 1) %}\nGET http://h/", exit: 2, errors: []string{"1: `a` has no value here: this request sets it itself, after it is sent"}},
		{name: "for this request alone", text: "@a = 1\n\n< {% request.variables.set('a', 2) %}\nGET http://h/?{{a}}\n\n###\nGET http://h/2?{{a}}", dialect: "jetbrains", sent: sentAll("/?2", "/2?1")},
		{name: "through a variable of the file", text: "@b = {{a}}!\n\n< {% request.variables.set('a', 2) %}\nGET http://h/?{{b}}", dialect: "jetbrains", sent: sentAll("/?2!")},
		{name: "the command line wins", text: login + reader, vars: []Var{{Name: "ticket", Value: "mine", Where: "--var"}}, sent: sentAll("/login", "/?mine")},
		{name: "an unset one is null in a script", text: "< {% request.variables.set('a', client.global.get('nope') === null) %}\nGET http://h/?{{a}}", dialect: "jetbrains", sent: sentAll("/?true")},
		{name: "a value that is removed again", text: login + "### r\n< {% client.global.clear('ticket'); request.variables.set('a', client.global.isEmpty()) %}\nGET http://h/?{{a}}", sent: sentAll("/login", "/?true")},
		{name: "a computed name, for itself", text: "< {% client.global.set('p' + 1, 7) %}\nGET http://h/?{{p1}}", sent: sentAll("/?7")},
		{name: "a variable of the request that is removed again", text: "@a = 1\n\n< {% request.variables.set('a', 2) %}\n< {% request.variables.clear('a') %}\nGET http://h/?{{a}}", dialect: "jetbrains", sent: sentAll("/?1")},
		{name: "a computed name", text: "GET http://h/1\n\n> {% ['p', 'q'].forEach(n => client.global.set(n, n + 1)) %}\n\n###\nGET http://h/?{{p}}{{q}}", sent: sentAll("/1", "/?p1q1")},
		{name: "which brings the request, too", text: "### a\nGET http://h/1\n\n> {% for (const n of ['p']) client.global.set(n, 1) %}\n\n### b\nGET http://h/?{{p}}", options: only("b"), sent: sentAll("/1", "/?1")},
		{name: "by a script with a test that could not be carried out", text: "### login\nGET http://h/login\n\n> {% client.global.set('ticket', 'x'); client.test('t', () => nothing()) %}\n\n> {% client.log('next') %}\n\n" + reader, exit: 3, sent: sentAll("/login"), errors: []string{"4: test `t`: `nothing` is not defined"}, skipped: "`ticket` was not set: `login` failed"},
		{name: "behind the checks of a status that fails", text: "###\n# @name login\nGET http://h/status/500\n\n{{@after\nexports.ticket = 'v';\n}}\n\n" + reader, exit: 1, sent: sentAll("/status/500"), errors: []string{"3: the answer is 500 Internal Server Error"}, skipped: "`ticket` was not set: `login` failed"},
		{name: "behind the checks when a script has thrown", text: "###\n# @name login\nGET http://h/1\n\n{{\nthrow new Error('no');\n}}\n\n{{@after\nexports.ticket = 'v';\n}}\n\n" + reader, exit: 3, sent: sentAll("/1"), errors: []string{"6: the script threw an exception: no"}, skipped: "`ticket` was not set: `login` failed"},
		{name: "behind the checks", text: "###\n# @name login\nGET http://h/1\n\n{{@after\nexports.ticket = 'v';\n}}\n\n" + reader, sent: sentAll("/1", "/?v")},
		{name: "and is an error of the run if it is not set", text: "GET http://h/1\n\n> {% client.global.set('a' + 1, 1) %}\n\n###\nGET http://h/?{{p}}", exit: 2, sent: sentAll("/1"), errors: []string{"6: `p` has no value: the script of `GET http://ADDR/1` has not set it"}},
		{name: "environment and file", text: "@f = {{e}}!\n\n< {% request.variables.set('x', request.environment.get('e') + client.variables.file.get('f')) %}\nGET http://h/?{{x}}", env: "dev", files: map[string]string{"http-client.env.json": `{"dev":{"e":"E"}}`}, sent: sentAll("/?EE!")},
		{name: "a list for its own request", text: "< {% request.variables.set('l', [{id: 1}]) %}\nGET http://h/?{{$.l..id}}", dialect: "jetbrains", exit: 2, errors: []string{"2: a script of this request sets `l`: too late to send the request once for each value"}},
		{name: "a column of data", text: "# @data rows.csv\n< {% request.variables.set('x', request.variables.get('city') + client.variables.request.get('city') + client.variables.file.get('city')) %}\nGET http://h/?{{x}}", files: map[string]string{"rows.csv": "city\nbonn\n"}, sent: sentAll("/?bonnbonnbonn")},
		{name: "which a script may set anew", text: "# @data rows.csv\n< {% request.variables.set('city', request.variables.get('city') + 2) %}\nGET http://h/?{{city}}", files: map[string]string{"rows.csv": "city\nbonn\n"}, sent: sentAll("/?bonn2")},
		{name: "the environment of the process", text: "< {% request.variables.set('x', $env.YES) %}\nGET http://h/?{{x}}", environ: map[string]string{"YES": "y"}, sent: sentAll("/?y")},
		{name: "what is substituted", text: "@a = 1\n\n< {% request.variables.set('x', request.url.getRaw().length + '-' + request.headers.findByName('X').tryGetSubstituted()) %}\nGET http://h/?{{x}}\nX: {{a}}2", dialect: "jetbrains", like: []string{"GET /\\?\\d+-12 HTTP/1.1\nX: 12"}},

		// Order.
		{name: "read in front of what sets it", text: reader + login, exit: 2, errors: []string{"2: `ticket` has no value here: `login` (line 5) sets it, but does not run before this request"}},
		{name: "unless it is needed", text: "### reader\n# @needs login\nGET http://h/?{{ticket}}\n\n" + login, sent: sentAll("/login", "/?t-1")},
		{name: "a reader of what a script failed to set", text: "### login\nGET http://h/login\n\n> {% client.global.set('ticket', 'x'); throw new Error('no') %}\n\n" + reader, exit: 3, sent: sentAll("/login"), errors: []string{"4: the script threw an exception: no"}, skipped: "`ticket` was not set: `login` failed"},
		{name: "of what a request without a success sets", text: "### login\nGET http://h/status/500\n\n> {% client.global.set('ticket', response.body.token) %}\n\n" + reader, exit: 1, sent: sentAll("/status/500"), errors: []string{"2: the answer is 500 Internal Server Error"}, skipped: "`ticket` was not set: `login` failed"},
		{name: "of what it may do without", text: "### login\n# @skip\nGET http://h/login\n\n> {% client.global.set('ticket', 1) %}\n\n### r\n< {% request.variables.set('a', client.global.get('ticket')) %}\nGET http://h/?{{a}}", sent: sentAll("/?null"), skipped: "@skip"},
		{name: "of what a script has decided not to set", text: "### login\nGET http://h/login\n\n> {% if (response.body.none) client.global.set('ticket', 1) %}\n\n" + reader, exit: 2, sent: sentAll("/login"), errors: []string{"7: `ticket` has no value: the script of `login` has not set it"}},
		{name: "the next script does not run behind one that has failed", text: "### a\nGET http://h/1\n\n> {% client.assert(false, 'first') %}\n\n> {% client.global.set('ticket', 1) %}\n\n" + reader, exit: 1, sent: sentAll("/1"), errors: []string{"4: assertion failed: first"}, skipped: "`ticket` was not set: `a` failed"},
		{name: "a failed test takes nothing back", text: "### a\nGET http://h/1\n\n> {% client.test('t', () => client.assert(false)); client.global.set('ticket', 1) %}\n\n" + reader, exit: 1, sent: sentAll("/1", "/?1"), errors: []string{"4: test `t`: assertion failed"}},
		{name: "a template that no value reaches", text: "### a\nGET http://h/1\n\n> {% response.body.no.thing %}\n\n###\nGET http://h/2", exit: 3, sent: sentAll("/1", "/2"), errors: []string{"4: `response.body.no` is undefined: it has no member `thing`"}},

		{name: "a computed name that is set too late", text: "### a\nGET http://h/?{{p}}\n\n### b\nGET http://h/2\n\n> {% client.global.set('a' + 1, 1) %}", exit: 2, errors: []string{"2: no variable `p`"}},
		{name: "a variable of the file that is written as itself", text: login + "### r\n@ticket = {{ticket}}\nGET http://h/?{{ticket}}", sent: sentAll("/login", "/?t-1")},

		// Files.
		{name: "a reader in another file waits", text: "GET http://h/?{{ticket}}", files: map[string]string{"z.http": login}, options: folder, sent: sentAll("/login", "/?t-1")},
		{name: "a script that reads in another file waits", text: "< {% request.variables.set('a', client.global.get('ticket')) %}\nGET http://h/?{{a}}", files: map[string]string{"z.http": login}, options: folder, sent: sentAll("/login", "/?t-1")},
		{name: "each file with its own login", text: login + reader, files: map[string]string{"z.http": login + reader}, options: folder, sent: sentAll("/login", "/?t-1", "/login", "/?t-1")},
		{name: "a file without one beside two that have it", text: "GET http://h/?{{ticket}}", files: map[string]string{"y.http": login, "z.http": login}, options: folder, exit: 2, sent: sentAll("/login", "/login"), errors: []string{"1: it cannot be told which value of `ticket` this is: it is set at y.http:4 and z.http:4"}},
		{name: "one with a value of its own", text: "@ticket = mine\n\nGET http://h/?{{ticket}}", files: map[string]string{"y.http": login}, options: folder, sent: sentAll("/?mine", "/login")},
		{name: "a setter that is not selected", text: "### r\nGET http://h/?{{ticket}}", files: map[string]string{"y.http": login}, options: func(o *Options) { folder(o); o.Names = []string{"r"} }, exit: 2, errors: []string{"2: `ticket` has no value here: the request that sets it, at y.http:4, is not selected"}},
		{name: "what an imported request sets", text: "import ./in.http\n\n###\n# @needs login\nGET http://h/?{{ticket}}", files: map[string]string{"in.http": login}, sent: sentAll("/login", "/?t-1")},

		// Scripts in files.
		{name: "a script of a file, used twice, and its module", text: "GET http://h/1\n\n> ./s/check.js\n\n###\nGET http://h/{{seen}}\n\n> s/check.js", files: map[string]string{"s/check.js": "import {seen} from './lib/seen'\nclient.global.set('seen', seen)", "s/lib/seen.js": "export const seen = 2"}, sent: sentAll("/1", "/2")},
		{name: "one that is missing", text: "GET http://h/1\n\n> ./no.js\n\n###\nGET http://h/2", exit: 2, errors: []string{"3: no file `./no.js`"}},
		{name: "one that is outside of the project", text: "GET http://h/1\n\n> ../../no.js\n\n###\nGET http://h/2", exit: 2, errors: []string{"3: `../../no.js` is outside of the project"}},
		{name: "a mistake in one", text: "GET http://h/1\n\n> no.js\n\n###\nGET http://h/2\n\n> no.js", files: map[string]string{"no.js": "\nif ("}, exit: 2, errors: []string{"2: the script ends too early"}},
		{name: "a module that is missing", text: "GET http://h/1\n\n> {% import {a} from './no' %}", exit: 2, errors: []string{"3: the module `./no` cannot be read: no file `./no`"}},

		// The request.
		{name: "the status is the script's affair", text: "GET http://h/status/404\n\n> {% client.test('t', () => client.assert(response.status === 404)) %}", sent: sentAll("/status/404")},
		{name: "the status is that of test.status", text: "GET http://h/status/404\n\n{{\ntest.status(404);\n}}", sent: sentAll("/status/404")},
		{name: "of the module assert", text: "GET http://h/status/404\n\n{{\nrequire('assert').equal(response.statusCode, 404);\n}}", sent: sentAll("/status/404")},
		{name: "of kulala's assert", text: "GET http://h/status/404\n\n> {% assert.same(response.responseCode, 404) %}", dialect: "kulala", sent: sentAll("/status/404")},
		{name: "of one of two scripts", text: "GET http://h/status/404\n\n> {% client.assert(response.status === 404) %}\n\n> {% client.log(1) %}", sent: sentAll("/status/404")},
		{name: "of no script before the request", text: "< {% client.assert(true) %}\nGET http://h/status/404\n\n> {% client.log(1) %}", exit: 1, sent: sentAll("/status/404"), errors: []string{"2: the answer is 404 Not Found"}},
		{name: "unless it does not look", text: "GET http://h/status/404\n\n> {% client.log(response.body) %}", exit: 1, sent: sentAll("/status/404"), errors: []string{"1: the answer is 404 Not Found"}},
		{name: "kulala: left out", dialect: "kulala", text: "< {% request.skip('no need') %}\nGET http://h/1\n\n###\nGET http://h/2", sent: sentAll("/2"), skipped: "no need"},
		{name: "kulala: ended", dialect: "kulala", text: "< {% request.abort('no way') %}\nGET http://h/1\n\n###\nGET http://h/2", exit: 1, sent: sentAll("/2"), errors: []string{"1: the script has aborted the request: no way"}},
		{name: "an assertion before it", text: "< {% client.assert(false, 'too early') %}\nGET http://h/1", exit: 1, errors: []string{"1: assertion failed: too early"}},
		{name: "an exception before it", text: "< {% nothing() %}\nGET http://h/1", exit: 3, errors: []string{"1: `nothing` is not defined"}},

		// httpYac.
		{name: "httpYac: exports", text: "{{\nexports.a = [1, 2];\n}}\nGET http://h/?{{a[1]}}\n\n###\nGET http://h/2?{{a[0]}}", sent: sentAll("/?2", "/2?1")},
		{name: "httpYac: variables are names", text: "@b = 2\n\n{{\nexports.a = b + '!';\n}}\nGET http://h/?{{a}}", sent: sentAll("/?2!")},
		{name: "httpYac: an answer is a name", text: "# @name first\nGET http://h/1\n\n###\n{{\nexports.a = first.token;\n}}\nGET http://h/?{{a}}", sent: sentAll("/1", "/?t-1")},
		{name: "httpYac: outside of requests, once for all", text: "{{\nexports.n = (exports.n || 0) + 1; console.log('once')\n}}\n\n###\nGET http://h/?{{n}}\n\n###\nGET http://h/2?{{n}}", sent: sentAll("/?1", "/2?1")},
		{name: "httpYac: for every request", text: "{{+\nexports.n = request.method;\n}}\n\n###\nGET http://h/?{{n}}\n\n###\nGET http://h/2?{{n}}", sent: sentAll("/?GET", "/2?GET")},
		{name: "httpYac: for every answer", text: "{{+response\ntest('never', () => { throw new Error('no') });\n}}\n\n###\nGET http://h/1\n\n###\nGET http://h/2", exit: 1, sent: sentAll("/1", "/2"), errors: []string{"2: test `never`: the script threw an exception: no", "2: test `never`: the script threw an exception: no"}},
		{name: "httpYac: behind the checks", text: "GET http://h/1\n?? status == 201\n\n{{@after\ntest.status(200);\nexports.a = 1;\n}}\n\n###\nGET http://h/?{{a}}", exit: 1, sent: sentAll("/1", "/?1"), errors: []string{"2: assertion failed"}},
		{name: "httpYac: changes of the request", text: "{{\nrequest.headers = {...request.headers, 'X-New': '{{who}}'};\nrequest.url = request.url + '?more';\nrequest.method = 'post';\nrequest.body = 'text';\n}}\n@who = me\n\nGET http://h/1\nX-Old: 1", sent: []string{"POST /1?more HTTP/1.1\nContent-Length: 4\nX-New: me\nX-Old: 1\n\ntext"}},
		{name: "httpYac: global variables cross files", text: "GET http://h/?{{a}}", files: map[string]string{"z.http": "GET http://h/1\n\n{{\n$global.a = 7;\n}}"}, options: folder, sent: sentAll("/1", "/?7")},
		{name: "httpYac: cancelled", text: "{{\nexports.$cancel = true;\n}}\nGET http://h/1\n\n###\nGET http://h/2", sent: sentAll("/2"), skipped: "$cancel"},

		// Headers of all later requests.
		{name: "headers, until they are removed", text: "### a\nGET http://h/1\n\n> {% client.global.headers.set('X-A', '1'); client.global.headers.set('x-a', '2') %}\n\n###\nGET http://h/2\n\n> {% client.global.headers.clear('X-A') %}\n\n###\nGET http://h/3", sent: []string{"GET /1 HTTP/1.1", "GET /2 HTTP/1.1\nx-a: 2", "GET /3 HTTP/1.1"}},
		{name: "headers, of a request that is selected", text: "### a\nGET http://h/1\n\n> {% client.global.headers.set('X-A', '1') %}\n\n### b\nGET http://h/2", options: only("b"), sent: []string{"GET /1 HTTP/1.1", "GET /2 HTTP/1.1\nX-A: 1"}},
		{name: "headers, of a script that has failed", text: "### a\nGET http://h/1\n\n> {% client.global.headers.set('X-A', '1'); client.assert(false, 'no') %}\n\n### b\nGET http://h/2", exit: 1, sent: sentAll("/1"), errors: []string{"4: assertion failed: no"}, skipped: "`client.global.headers` was not set: `a` failed"},
		{name: "headers, of a request whose test fails for another reason", text: "### a\nGET http://h/1\n\n> {% client.global.headers.set('X-A', '1'); client.test('t', () => client.assert(false)) %}\n\n### b\nGET http://h/2", exit: 1, sent: []string{"GET /1 HTTP/1.1", "GET /2 HTTP/1.1\nX-A: 1"}, errors: []string{"4: test `t`: assertion failed"}},
		{name: "headers, behind a status that fails", text: "### a\nGET http://h/status/500\n\n> {% client.global.headers.set('X-A', '1') %}\n\n### b\nGET http://h/2", exit: 1, sent: sentAll("/status/500"), errors: []string{"2: the answer is 500 Internal Server Error"}, skipped: "`client.global.headers` was not set: `a` failed"},
		{name: "headers that a script sets only when all is well", text: "### a\nGET http://h/status/500\n\n> {% if (response.status === 200) client.global.headers.set('X-A', '1') %}\n\n### b\nGET http://h/2", exit: 1, sent: sentAll("/status/500"), errors: []string{"2: the answer is 500 Internal Server Error"}, skipped: "`client.global.headers` was not set: `a` failed"},
		{name: "headers, of a request that is left out on purpose", text: "### a\n# @if 1 == 2\nGET http://h/1\n\n> {% client.global.headers.set('X-A', '1') %}\n\n### b\nGET http://h/2", sent: sentAll("/2"), skipped: "`1 == 2` is false"},
		{name: "a header with a byte that none holds", text: "### a\nGET http://h/1\n\n> {% client.global.headers.set('X-A', 'a\\0b') %}", exit: 3, sent: sentAll("/1"), errors: []string{"4: the value of header field `X-A` holds a line break or a NUL"}},
		{name: "headers that are none", text: "### a\nGET http://h/1\n\n> {% client.global.headers.set('X-A', 'a\\nb') %}", exit: 3, sent: sentAll("/1"), errors: []string{"4: the value of header field `X-A` holds a line break or a NUL"}},

		// Again and again.
		{name: "a try that has failed leaves nothing", text: "### a\n# @retry 2 every 1ms\nGET http://h/1\n\n> {% client.global.set('n', (client.global.get('n') || 0) + 1); client.assert(false, 'no') %}\n\n### b\nGET http://h/?{{n}}", exit: 1, sent: sentAll("/1", "/1"), errors: []string{"5: assertion failed: no"}, skipped: "`n` was not set: `a` failed"},
		{name: "iterations", text: "# @loop for 2\n< {% request.variables.set('i', request.iteration()) %}\nGET http://h/?{{i}}", sent: sentAll("/?0", "/?1")},
	} {
		t.Run(c.name, c.run)
	}
}

// logs is a sink that keeps what requests say beside their outcomes.
type logs struct{ done []*RequestFinished }

func (l *logs) Event(e *Event) error {
	if done, ok := e.Data.(*RequestFinished); ok {
		l.done = append(l.done, done)
	}
	return nil
}

func (*logs) Close() error { return nil }

// finished runs a file against a server, and returns how its requests have ended.
func finished(t *testing.T, text string, change func(*Options)) []*RequestFinished {
	t.Helper()
	_, o := goldenFile{text: text, options: change}.setUp(t, newWire(t))
	p := NewPlan(t.Context(), o)
	defer p.Close()
	var l logs
	p.Run(t.Context(), &l)
	return l.done
}

// TestScriptSecrets protects what scripts print and set: secrets are hidden in it, be
// they secret by their names, by what they repeat, or by what they were made from.
func TestScriptSecrets(t *testing.T) {
	done := finished(t, "### a\nGET http://h/1\n\n> {%\nclient.log('sesame-street', client.variables.environment.get('key').toUpperCase());\nclient.global.set('api_token', 'plain-value');\nclient.log('plain-value');\nclient.global.set('derived', client.variables.environment.get('key') + '!');\nclient.global.set('open', 7);\n%}\n\n### b\n< {% console.warn(client.global.get('api_token') + '?') %}\nGET http://h/?{{derived}}", func(o *Options) {
		o.Vars = []Var{{Name: "key", Value: "sesame-street", Secret: true, Where: "--secret"}}
	})
	if len(done) != 2 || len(done[0].Log) != 2 || len(done[1].Log) != 1 {
		t.Fatalf("%+v", done)
	}
	var text strings.Builder
	for _, d := range done {
		fmt.Fprintf(&text, "%v %v %v %v\n", d.Outcome, d.Log, d.Captures, d.Problems)
	}
	for _, secret := range []string{"sesame-street", "plain-value"} {
		if strings.Contains(text.String(), secret) {
			t.Errorf("%q is shown: %s", secret, text.String())
		}
	}
	if want := []Captured{{"api_token", secretMask}, {"derived", secretMask}, {"open", "7"}}; !slices.Equal(done[0].Captures, want) {
		t.Errorf("captures %v, want %v", done[0].Captures, want)
	}
}

// TestScriptSetSecret protects what a script makes of a secret and sets: it is hidden
// from then on, in what the script prints too, and though the script fails; a variable
// of the request is by its name.
func TestScriptSetSecret(t *testing.T) {
	done := finished(t, "### a\nGET http://h/1\n\n> {%\nconst made = [...client.variables.environment.get('key')].reverse().join('');\nclient.global.set('made', made);\nclient.log(made);\nthrow new Error('no');\n%}\n\n### b\n< {% request.variables.set('api_token', 'plain-value') %}\n< {% client.log('plain-value') %}\nGET http://h/2", func(o *Options) {
		o.Vars = []Var{{Name: "key", Value: "sesame-street", Secret: true, Where: "--secret"}}
		o.Dialect = "jetbrains"
	})
	if len(done) != 2 || len(done[0].Log) != 1 || len(done[1].Log) != 1 {
		t.Fatalf("%+v", done)
	}
	for _, d := range done {
		if d.Log[0].Text != secretMask {
			t.Errorf("%s prints %q", d.Name, d.Log[0].Text)
		}
	}
}

// TestScriptOnce protects blocks outside of requests: they run once, whatever the
// number of requests.
func TestScriptOnce(t *testing.T) {
	done := finished(t, "{{\nconsole.log('once');\n}}\n\n###\nGET http://h/1\n\n###\nGET http://h/2", nil)
	if len(done) != 2 || len(done[0].Log) != 1 || len(done[1].Log) != 0 {
		t.Fatalf("%+v", done)
	}
}

// TestScriptTakeBack protects the tries of @retry from what earlier ones have set for
// all later requests.
func TestScriptTakeBack(t *testing.T) {
	tries := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/2" {
			fmt.Fprintf(w, `{"headers": %q}`, r.Header.Get("X-1")+"-"+r.Header.Get("X-2"))
			return
		}
		tries++
		fmt.Fprintf(w, `{"n": %d}`, tries)
	}))
	defer server.Close()
	text := "### a\n# @retry 2 every 1ms\nGET " + server.URL + "/1\n\n> {%\nclient.global.headers.set('X-' + response.body.n, 'try' + response.body.n);\nclient.test('t', () => client.assert(response.body.n === 2));\n%}\n\n### b\n# @assert body.headers == \"-try2\"\nGET " + server.URL + "/2"
	for _, d := range finished(t, text, nil) {
		if d.Outcome != Passed {
			t.Errorf("%s: %s %v", d.Name, d.Outcome, messages(d))
		}
	}
}

// TestScriptNoLog protects the answer of a request that shows none of its values from
// what scripts say: their messages, exceptions, and names of tests.
func TestScriptNoLog(t *testing.T) {
	for _, script := range []string{
		"client.assert(false, 'it is ' + response.body.token);",
		"client.test('the token', () => client.assert(false, response.body.token));",
		"client.test('the token ' + response.body.token, () => client.assert(response.body.token === 'x'));",
		"client.test('t', () => { throw new Error(response.body.token) });",
		"throw new Error(response.body.token);",
		"throw response.body;",
		"client.log(response.body.token); nothing();",
		"response.body[response.body.token].x;",
		"JSON.parse(response.body.token);",
		"require('assert').equal(response.body.token, 'x');",
	} {
		text := "# @no-log\nGET http://h/1\n\n> {% " + script + " %}\n"
		if strings.HasPrefix(script, "require") {
			text = "# @no-log\nGET http://h/1\n\n{{\n" + strings.ReplaceAll(script, "response.body", "response.parsedBody") + "\n}}\n"
		}
		done := finished(t, text, nil)
		if len(done) != 1 || !done[0].Outcome.Bad() {
			t.Fatalf("%s: %+v", script, done)
		}
		var shown strings.Builder
		for _, c := range done[0].Checks {
			fmt.Fprintf(&shown, "%s %+v\n", c.Text, c.Message)
		}
		fmt.Fprintf(&shown, "%+v %v", done[0].Problems, done[0].Log)
		if strings.Contains(shown.String(), "t-1") {
			t.Errorf("%s: shown is %s", script, shown.String())
		}
	}
}

// TestScriptChecks protects what a report knows of scripts: tests are checks with a
// place and a name, in the order in which they ran, and what was printed has its line.
func TestScriptChecks(t *testing.T) {
	done := finished(t, "GET http://h/1\n\n> {%\nclient.test('good', () => client.assert(true));\nclient.test('bad', () => {\n  client.assert(response.body.token === 't-2', 'token');\n});\nclient.assert(1 < 2);\nconsole.error({a: 1});\n%}\n", nil)
	if len(done) != 1 || done[0].Outcome != Failed {
		t.Fatalf("%+v", done)
	}
	var checks []string
	for _, c := range done[0].Checks {
		text := fmt.Sprintf("%s %s %d %v", c.Kind, c.Text, c.Line, c.Passed)
		if m := c.Message; m != nil {
			text += fmt.Sprintf(" %d:%d %d %s", m.Line, m.Column, m.Width, m.Summary)
		}
		checks = append(checks, text)
	}
	want := []string{
		"test client.assert(1 < 2) 8 true",
		"test good 4 true",
		"test bad 5 false 6:3 53 test `bad`: assertion failed: token",
	}
	if !slices.Equal(checks, want) {
		t.Errorf("checks\n%s\nwant\n%s", strings.Join(checks, "\n"), strings.Join(want, "\n"))
	}
	if want := []Log{{Level: "error", Text: `{"a":1}`, Line: 9}}; !slices.Equal(done[0].Log, want) {
		t.Errorf("log %v, want %v", done[0].Log, want)
	}
}

// TestScriptInterrupted protects the user who ends a run while a script runs.
func TestScriptInterrupted(t *testing.T) {
	tree(t, "http://"+answering, map[string]string{"a.http": "### a\nGET $/1\n\n> {% setTimeout(() => {}, 5000) %}\n\n### b\nGET $/2\n"})
	inBubble(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), func(t *testing.T, o Options) {
		o.MaxTime = 200 * time.Millisecond
		start := time.Now()
		p := NewPlan(t.Context(), o)
		defer p.Close()
		var l logs
		p.Run(t.Context(), &l)
		if len(l.done) != 2 || l.done[0].Outcome != Broken || l.done[1].Outcome != Skipped || time.Since(start) != o.MaxTime {
			t.Errorf("after %s: %+v", time.Since(start), l.done)
		}
	})
}

// TestScriptSeed protects that --seed makes what scripts make up again.
func TestScriptSeed(t *testing.T) {
	_, o := goldenFile{text: "< {% client.log(Math.random(), $random.uuid) %}\nGET http://h/1"}.setUp(t, newWire(t))
	o.Seed = 7
	var all []string
	for range 2 {
		p := NewPlan(t.Context(), o)
		var l logs
		p.Run(t.Context(), &l)
		p.Close()
		if len(l.done) != 1 || len(l.done[0].Log) != 1 {
			t.Fatalf("%+v", l.done)
		}
		all = append(all, l.done[0].Log[0].Text)
	}
	if all[0] != all[1] {
		t.Errorf("%q and %q", all[0], all[1])
	}
}

// TestScriptDryRun protects that a dry run runs no script, says so, and shows what
// scripts set as templates.
func TestScriptDryRun(t *testing.T) {
	_, o := goldenFile{text: "### a\n< {% request.variables.set('q', 1); client.log('ran') %}\nGET http://h/?{{q}}\n\n> {% client.global.set('token', 1) %}\n\n### b\nGET http://h/?{{token}}"}.setUp(t, newWire(t))
	o.DryRun = true
	p := NewPlan(t.Context(), o)
	defer p.Close()
	var dry planned
	if exit := p.Run(t.Context(), &dry); exit != ExitPassed || len(dry.requests) != 2 {
		t.Fatalf("exit %d, %+v", exit, dry)
	}
	if r := dry.requests[0]; !strings.HasSuffix(r.Sent.URL, "/?{{q}}") || len(r.Values) != 1 || !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, "pre-request script at line 2") }) {
		t.Errorf("%+v", r)
	}
	if r := dry.requests[1]; !strings.HasSuffix(r.Sent.URL, "/?{{token}}") || len(r.Values) != 1 || !strings.Contains(r.Values[0].From, "the response script of `a`") {
		t.Errorf("%+v", r)
	}
}

// TestScriptNames protects what `list --vars` and --get know of variables that scripts
// set.
func TestScriptNames(t *testing.T) {
	dir, o := goldenFile{text: "### a\nGET http://h/1\n\n> {% client.global.set('ticket', response.body.token) %}\n"}.setUp(t, newWire(t))
	files, messages := Variables(t.Context(), o)
	if len(messages) > 0 || len(files) != 1 || len(files[0].Variables) != 1 {
		t.Fatalf("%+v %+v", files, messages)
	}
	if v := files[0].Variables[0]; v.Name != "ticket" || v.Origin != "set by the response script of `a`" || v.Line != 4 {
		t.Errorf("%+v", v)
	}
	out := filepath.Join(dir, "out")
	o.Print = &Print{Capture: "ticket", To: func(r io.Reader) error {
		content, err := io.ReadAll(r)
		if err == nil {
			err = os.WriteFile(out, content, 0o600)
		}
		return err
	}}
	p := NewPlan(t.Context(), o)
	defer p.Close()
	if exit := p.Run(t.Context()); exit != ExitPassed {
		t.Errorf("exit %d", exit)
	}
	if content, _ := os.ReadFile(out); strings.TrimSpace(string(content)) != "t-1" {
		t.Errorf("printed %q", content)
	}
}

// TestScriptReads protects --watch: each file that is run depends on the files of its
// scripts and on their modules, though they are compiled once.
func TestScriptReads(t *testing.T) {
	dir := tree(t, "http://h", map[string]string{
		"a.http": "GET $\n\n> check.js\n", "b.http": "GET $\n\n> check.js\n",
		"check.js": "import {x} from './lib/x'\nclient.log(x)", "lib/x.js": "export const x = 1",
	})
	p := NewPlan(t.Context(), Options{Paths: []string{"."}})
	defer p.Close()
	reads := p.Reads()
	if len(reads) != 2 || len(p.Messages()) > 0 {
		t.Fatalf("%+v %v", reads, p.Messages())
	}
	for _, r := range reads {
		for _, name := range []string{"check.js", "lib/x.js"} {
			if !slices.Contains(r.Files, filepath.Join(dir, name)) {
				t.Errorf("%s does not depend on %s: %q", r.Path, name, r.Files)
			}
		}
	}
}
