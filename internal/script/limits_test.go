package script

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dlclark/regexp2/v2"

	"github.com/postrider/postrider/internal/cputime"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/fake"
)

// tight are limits that tests can reach. That of the time and the grace are so long
// that only what does not end reaches them, on any machine.
var tight = Engine{Limits: Limits{Time: maxTime, Grace: time.Minute, Memory: 24 << 20, Depth: 100}}

// A script that takes without end is ended, says which limit it was and where,
// and harms nothing else.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		code string
		stop Stop
		want string // part of the message
	}{
		{"while (true) {}", TooLong, "a.http:3:5: the script ran for longer than 60ms"},
		{"for (;;) { try { throw 1 } catch (e) {} finally {} }", TooLong, "longer"},
		{"try { for (;;); } catch (e) {} finally { for (;;); }", TooLong, "longer"},
		{"[3, 1, 2].sort(() => { for (;;); })", TooLong, "longer"},
		{"'abc'.replace(/b/, () => { for (;;); })", TooLong, "longer"},
		{"Promise.resolve().then(function f() { return Promise.resolve().then(f) })", TooLong, "longer"},
		{"setTimeout(function f() { setTimeout(f) })", TooLong, "longer"},
		{"setInterval(() => {}, 1)", TooLong, "longer"},
		{"setTimeout(() => {}, 1e9)", TooLong, "longer"},
		{"client.test('t', () => { for (;;); })", TooLong, "the script ran for longer"},
		{"new Proxy({}, {get() { for (;;); }}).x", TooLong, "longer"},
		{"throw {get message() { for (;;); }}", TooLong, "longer"},
		{"client.log({get a() { for (;;); }})", TooLong, "longer"},
		{"client.global.set('x', {toJSON() { for (;;); }})", TooLong, "longer"},
		{"const a = []; for (;;) a.push({})", TooMuch, "more than 24 MiB"},
		{"function f() { f() } f()", TooDeep, "a.http:3:21: too much recursion: 100 calls inside each other"},
		{"const f = () => [1].map(f); f()", TooDeep, "recursion"},
		{"const o = {get a() { return this.a }}; o.a", TooDeep, "recursion"},
		{"const o = {toString() { return '' + this }}; '' + o", TooDeep, "recursion"},
		{"const o = {toJSON() { return JSON.stringify(this) }}; JSON.stringify(o)", TooDeep, "recursion"},
		{"class A { constructor() { new A() } } new A()", TooDeep, "recursion"},
		{"'x'.repeat(1e9)", Ran, "`repeat` would make more"},
		{"'x'['padEnd'](1e9)", Ran, "`padEnd` would make more"},
		{"const n = 'repeat'; 'x'[n](1e9)", Ran, "`repeat` would make more"},
		{"new Array(1e9).fill(0)", Ran, "`Array` would make more"},
		{"const a = []; a.length = 1e9; a.fill(0)", Ran, "`fill` would make more"},
		{"const a = []; a.length = 1e9; a.join('x')", Ran, "`join` would make more"},
		{"Array.from({length: 1e9})", Ran, "`from` would make more"},
		{"[...Array(1e9).keys()]", Ran, "`Array` would make more"},
		{"new ArrayBuffer(1e10)", Ran, "`ArrayBuffer` would make more"},
		{"new Float64Array(1e9)", Ran, "`Float64Array` would make more"},
		{"'a'.repeat(1e5).replaceAll('a', 'b'.repeat(1e5))", Ran, "`replaceAll` would make more"},
		{"let a = []; for (let i = 0; i < 6000; i++) a = [a]; JSON.stringify(a)", Ran, "nested more than 5000 times"},
		{"JSON.parse('['.repeat(6000) + ']'.repeat(6000))", Ran, "nested more than 5000 times"},
		{"eval('('.repeat(1e6))", Ran, "`eval` would make more"},
		{"Function('('.repeat(1e6))", Ran, "`eval` would make more"},
		{"(() => {}).constructor('('.repeat(1e6))", Ran, "`eval` would make more"},
		{"new RegExp('('.repeat(1e6))", Ran, "`RegExp` would make more"},
		{"const {repeat} = String.prototype; repeat.call('x', 3e9)", Ran, "`repeat` would make more"},
		{"const {['rep' + 'eat']: f} = 'x'; f.call('x', 3e9)", Ran, "`repeat` would make more"},
		{"with ('x') { \\u0072epeat(3e9) }", Ran, "`repeat` would make more"},
		{"Object.getOwnPropertyDescriptors('x'.__proto__)['padEnd'].value.call('x', 3e9)", Ran, "`padEnd` would make more"},
		{"Array(1000).fill('x'.repeat(6e5)).join('')", Ran, "`join` would make more"},
		{"let a = [1]; for (let i = 0; i < 60; i++) a = [a, a]; a.join()", Ran, "`join` would make more"},
		{"let a = [1]; for (let i = 0; i < 60; i++) a = [a, a]; a.flat(99)", Ran, "`flat` would make more"},
		{"let a = [1]; for (let i = 0; i < 60; i++) a = [a, a]; JSON.stringify(a)", Ran, "`stringify` would make more"},
		{"'x'.repeat(4e4).replace(/x/g, '$`')", Ran, "`replace` would make more"},
		{"'x'.repeat(4e4).replaceAll('x', \"$'\")", Ran, "`replaceAll` would make more"},
		{"'x'.repeat(4e4).replace(/x/g, ['$`'])", Ran, "`replace` would make more"},
		{"const A = Array; new A(1e9)", Ran, "`Array` would make more"},
		{"Array.apply(null, [1e9])", Ran, "`Array` would make more"},
		{"new (new Uint8Array(1)).constructor(1e11)", Ran, "`Uint8Array` would make more"},
		{"new Uint8Array('1e11')", Ran, "`Uint8Array` would make more"},
		{"Uint8Array.from({length: 1e10})", Ran, "`from` would make more"},
		{"/x/.compile('('.repeat(2e6))", Ran, "`RegExp` would make more"},
		{"'x'.match(['('.repeat(2e6)])", Ran, "`RegExp` would make more"},
		{"let a = []; for (let i = 0; i < 2000; i++) a = [a]; client.global.set('a', a)", Ran, "nested too deeply"},
	} {
		m := &made{response: jsonAnswer("{}")}
		began := cputime.Used()
		e := tight
		if c.stop == TooLong {
			e.Limits.Time = 60 * time.Millisecond
		}
		result := e.Run(context.Background(), mustCompile(t, JetBrains, AfterResponse, " "+c.code), m)
		if result.Err == nil || result.Stop != c.stop || !strings.Contains(result.Err.Error(), c.want) {
			t.Errorf("%s\nstop %d, error %v; want %d, %s", c.code, result.Stop, result.Err, c.stop, c.want)
		}
		if took := cputime.Used() - began; took > 4*time.Second {
			t.Errorf("%s took %v", c.code, took)
		}
		if result.Err != nil && strings.Contains(result.Err.Detail, "goes on without it") {
			t.Errorf("%s did not end", c.code)
		}
		if code := diag.CodeScriptLimit; result.Err != nil && result.Err.Code != code && c.want != "nested too deeply" {
			t.Errorf("%s: code %s", c.code, result.Err.Code)
		}
	}
}

// A recursion without end in one test breaks that test, and the next one runs.
func TestRecursionInATest(t *testing.T) {
	m := &made{response: jsonAnswer("{}")}
	result := tight.Run(context.Background(), mustCompile(t, JetBrains, AfterResponse,
		"client.test('deep', function f() { f() }); client.test('next', () => client.assert(true))"), m)
	if got := outcome(result, m); !strings.HasPrefix(got, "broken deep | PR804") || !strings.Contains(got, "pass next") || result.Err != nil {
		t.Error(got)
	}
}

// told is a host that tells of each variable that the script reads or sets.
type told struct {
	made
	of func()
}

func (h *told) Get(tier Tier, name string) (Value, bool) {
	h.of()
	return h.made.Get(tier, name)
}

func (h *told) Set(tier Tier, name string, v Value, at Place) error {
	h.of()
	return h.made.Set(tier, name, v, at)
}

// What nothing interrupts is left behind, and reaches neither the host nor the
// result any more. The element that ends the context is read by a function of the
// engine, and is one itself: nothing between them could be interrupted.
func TestAbandoned(t *testing.T) {
	p := mustCompile(t, JetBrains, AfterResponse, `client.log('first');
const list = Object.defineProperty({length: 2e7}, 0, {get: client.global.get.bind(client.global, 'inside')});
[].indexOf.call(list, 1); client.global.set('late', 1); client.log('late')`)
	ctx, cancel := context.WithCancel(t.Context())
	m := &told{made{response: jsonAnswer("{}")}, cancel}
	e := Engine{Limits: Limits{Time: maxTime, Grace: 10 * time.Millisecond}}
	result := e.Run(ctx, p, m)
	if result.Stop != Interrupted || !strings.Contains(result.Err.Detail, "goes on without it") {
		t.Fatalf("stop %d, error %v", result.Stop, result.Err)
	}
	if len(m.changes) > 0 || len(result.Log) > 0 {
		t.Errorf("changes %q, log %v", m.changes, result.Log)
	}
}

// A regular expression that has to be tried every way is ended some time, after
// the script that waits for it: what it finds then is never seen.
func TestRegularExpressions(t *testing.T) {
	mustCompile(t, JetBrains, AfterResponse, "1")
	if limit := regexp2.MustCompile("a").MatchTimeout; limit <= maxTime || limit > time.Hour {
		t.Errorf("an expression may take %v, a script %v", limit, maxTime)
	}
	if got := (Limits{Time: time.Hour}).filled().Time; got != maxTime {
		t.Errorf("a script may take %v", got)
	}
}

// The context ends a script that waits, at once.
func TestInterrupted(t *testing.T) {
	p := mustCompile(t, HTTPYac, AfterResponse, "await sleep(5000)")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		began := time.Now()
		result := new(Engine).Run(ctx, p, &made{response: jsonAnswer("{}")})
		if result.Stop != Interrupted || result.Err.Code != diag.CodeCancelled || time.Since(began) != time.Second {
			t.Errorf("after %v: stop %d, error %v", time.Since(began), result.Stop, result.Err)
		}
		if result = new(Engine).Run(ctx, p, &made{}); result.Stop != Interrupted {
			t.Errorf("a script ran though the context had ended: %v", result)
		}
	})
}

// The context ends a script that computes, too.
func TestInterruptedLoop(t *testing.T) {
	p := mustCompile(t, JetBrains, AfterResponse, "client.global.set('begun', 1); for (;;);")
	ctx, cancel := context.WithCancel(t.Context())
	result := tight.Run(ctx, p, &told{made{response: jsonAnswer("{}")}, cancel})
	if result.Stop != Interrupted || result.Err.Code != diag.CodeCancelled || result.Err.Detail != "" {
		t.Errorf("stop %d, error %v", result.Stop, result.Err)
	}
}

// The log has an end.
func TestLogLimit(t *testing.T) {
	e := Engine{Limits: Limits{Log: 100}}
	m := &made{response: jsonAnswer("{}")}
	result := e.Run(context.Background(), mustCompile(t, JetBrains, AfterResponse, "for (let i = 0; i < 50; i++) client.log('ääääääää' + i); client.log({a: 'x'.repeat(1e6)})"), m)
	size := 0
	for _, entry := range result.Log {
		size += len(entry.Text)
	}
	if len(result.Log) != 6 || result.LogLost != 45 || size > 110 {
		t.Errorf("%d entries of %d bytes, %d lost", len(result.Log), size, result.LogLost)
	}
}

// One program runs many times at once, each in a runtime of its own.
func TestConcurrent(t *testing.T) {
	p := mustCompile(t, JetBrains, AfterResponse, "Array.prototype.x = (Array.prototype.x || 0) + 1; client.global.set('n', [].x + response.body.n)")
	errs := make(chan error)
	for n := range 20 {
		go func() {
			m := &made{response: jsonAnswer(fmt.Sprintf(`{"n": %d}`, n))}
			result := new(Engine).Run(context.Background(), p, m)
			if got, want := outcome(result, m), fmt.Sprintf("global variable n = %d\n", n+1); got != want {
				errs <- errors.New(got)
				return
			}
			errs <- nil
		}()
	}
	for range 20 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// panicking is a host that fails as no host may.
type panicking struct{ made }

func (p *panicking) Maker() *fake.Maker { panic("no maker") }

// A fault in Go code is an error of the script, and ends nothing else.
func TestFault(t *testing.T) {
	result := new(Engine).Run(context.Background(), mustCompile(t, JetBrains, AfterResponse, "Math.random()"), &panicking{made{response: jsonAnswer("{}")}})
	if result.Err == nil || !strings.Contains(result.Err.Summary, "no maker") {
		t.Errorf("%v", result.Err)
	}
}

// kills is set in the process that runs the scripts of TestProcessSurvives.
const kills = "POSTRIDER_TEST_KILLS"

// No script takes the process down, and no answer does by way of a script. What
// fails here ends the process, and so it is another one that runs them.
func TestProcessSurvives(t *testing.T) {
	if os.Getenv(kills) == "" {
		c := exec.Command(os.Args[0], "-test.run=^TestProcessSurvives$", "-test.v")
		c.Env = append(os.Environ(), kills+"=1")
		if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), "all have run") {
			t.Errorf("%v\n%.3000s", err, out)
		}
		return
	}
	const deep = "nested more than 5000 times"
	const long = "`eval` would make more"
	for code, want := range map[string]string{
		"const {parse} = JSON; client.test('t', () => client.assert(parse(response.body).length > 0))": deep,
		"const {'parse': p} = JSON; p(response.body)":                                                  deep,
		"Reflect.get(JSON, 'par' + 'se')(response.body)":                                               deep,
		"JSON.parse([response.body])":                                                                  deep,
		"with (JSON) parse(response.body)":                                                             deep,
		"client.global.set('x', JSON.parse.call(null, response.body))":                                 deep,
		"(async () => {}).constructor(response.body)":                                                  long,
		"(async () => {})['const' + 'ructor'](response.body)":                                          long,
		"Reflect.get(Object.getPrototypeOf(function*(){}), 'constr' + 'uctor')(response.body)":         long,
		"Object.getPrototypeOf((async () => {}).constructor)(response.body)":                           long,
		"const {constructor} = () => 1; constructor(response.body)":                                    long,
		"new (class extends Function {})(response.body)":                                               long,
		"Reflect.construct(Function, [response.body])":                                                 long,
		"Function([response.body])":                                                                    long,
		"const e = eval; e(response.body)":                                                             long,
		"let a = []; for (let i = 0; i < 1e6; i++) a = [a]; '' + a":                                    "", // whichever comes first: its end, or that of the memory
	} {
		m := &made{response: answer(200, "text/plain", strings.Repeat("[", 4<<20))}
		result := new(Engine).Run(context.Background(), mustCompile(t, JetBrains, AfterResponse, " "+code), m)
		if got := outcome(result, m); !strings.Contains(got, want) {
			t.Errorf("%s: %s", code, got)
		}
	}
	t.Log("all have run")
}

// A guard changes nothing for what a script may do.
func TestGuarded(t *testing.T) {
	for code, want := range map[string]string{
		"[1] instanceof Array, [] instanceof Object, new Array(2).length, [].constructor === Array":                             "true true 2 true",
		"/x/ instanceof RegExp, (() => 1) instanceof Function, 'x' instanceof RegExp":                                           "true true false",
		"new Uint8Array(2) instanceof Uint8Array, new ArrayBuffer(1) instanceof Uint8Array":                                     "true false",
		"(() => 1).constructor === Function, (async () => 1).constructor.name, /x/.constructor === RegExp":                      "true AsyncFunction true",
		"new Function('a', 'b', 'return a + b')(1, 2), eval('1 + 1'), eval(7)":                                                  "3 2 7",
		"'a1b2'.split(/\\d/).length, [...'a1b2'.matchAll(/\\d/g)].length, 'abc'.match('b')[0], 'abc'.search(/c/)":               "3 2 b 2",
		"'x'.replace('x'), 'aXb'.replace('X', null), 'aXb'.replace('X', 3), 'ab'.replace(/(a)(b)/, '$2$1')":                     "undefined anullb a3b ba",
		"'ab'.repeat(2e4).replace(/a(b)/g, '$1-$&').length, 'a,b'.replaceAll(',', '$$')":                                        "80000 a$b",
		"'a'.repeat(1e5).replace('a'.repeat(1e5), '')":                                                                          "",
		"[1, [2, [3]]].join(), [1, [2]].flat().length, String([1, [2]]), [1].toLocaleString()":                                  "1,2,3 2 1,2 1",
		"(() => { const a = [1]; a.push(a); return a.join('-') })(), JSON.stringify({a: [1]}, null, 1).length, '5'.padStart(3)": "1- 18   5",
		"(() => { class L extends Array { sum() { return this[0] + this[1] } } return new L(1, 2).sum() })()":                   "3",
		"(() => { class L extends Array {} return new L() instanceof L && !([] instanceof L) && new L() instanceof Array })()":  "true",
		"new Uint8Array([1, 2]).map(x => x * 2).join('+'), Uint8Array.from([3]).length, new Uint8Array('2').length":             "2+4 1 2",
	} {
		m := &made{response: jsonAnswer("{}")}
		result := new(Engine).Run(context.Background(), mustCompile(t, JetBrains, AfterResponse, " client.log("+code+")"), m)
		if got := outcome(result, m); result.Err != nil || len(result.Log) != 1 || result.Log[0].Text != want {
			t.Errorf("%s\ngot  %s %v\nwant %s", code, got, result.Log, want)
		}
	}
}

// The words that scripts have without taking anything do not cost them the
// guards.
func TestGuardedIn(t *testing.T) {
	for code, want := range map[string]bool{
		twoLines:                         false,
		"response.body.repeated[0].name": false,
		"client.log('filling')":          false,
		"x.repeat(2)":                    true,
		"const {parse} = JSON":           true,
		"x['fill']":                      true,
		"x[name]":                        true,
		"const {[name]: f} = x":          true,
		"x.\\u0066ill()":                 true,
		"'f\\x69ll'":                     true,
		"// join":                        true,
	} {
		p, problems := compileCode(JetBrains, AfterResponse, code)
		if problems.HasErrors() || p.guards != want {
			t.Errorf("%s: %v %v", code, problems, p)
		}
	}
}

// client.exit ends what waits: the script, or the test.
func TestExitEndsTimers(t *testing.T) {
	for _, code := range []string{
		"setTimeout(() => client.global.set('late', 1), 1); client.exit()",
		"setInterval(() => client.global.set('late', 1), 1); setTimeout(() => client.exit(), 0)",
		"setTimeout(client.exit, 0); setTimeout(() => client.global.set('late', 1), 3)",
		"setTimeout(client.exit, 0); setTimeout(client.global.set, 3, 'late', 1)",
		"setTimeout(client.exit, 0); setTimeout(client.log.bind(null, 'late'), 3)",
	} {
		m := &made{response: jsonAnswer("{}")}
		result := new(Engine).Run(context.Background(), mustCompile(t, JetBrains, AfterResponse, " "+code), m)
		if result.Err != nil || len(m.changes)+len(result.Log) > 0 {
			t.Errorf("%s: %v, changes %q", code, result.Err, m.changes)
		}
	}
}
