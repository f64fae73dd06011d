package runner

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/eval"
)

// verdicts is a sink that keeps the assertions of a run by their text: "passed",
// or the summary of the message and the values in it.
type verdicts map[string]string

func (v verdicts) Event(e *Event) error {
	d, ok := e.Data.(*RequestFinished)
	if !ok {
		return nil
	}
	for _, c := range d.Checks {
		if c.Kind != CheckAssert {
			continue
		}
		v[c.Text] = "passed"
		if !c.Passed {
			v[c.Text] = c.Message.Summary
			for _, value := range c.Message.Values {
				v[c.Text] += ", " + value.Name + " = " + value.Text
			}
		}
	}
	return nil
}

func (v verdicts) Close() error { return nil }

// checkAnswer runs a request with assertions over an answer.
func checkAnswer(t *testing.T, body string, assertions []string, options Options) verdicts {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Add("Set-Cookie", "id=c-1")
		fmt.Fprint(w, body)
	}))
	defer server.Close()
	path := filepath.Join(t.TempDir(), "x.http")
	text := "GET " + server.URL + "/\n\n" + strings.Join(assertions, "\n") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	found := verdicts{}
	options.Paths = []string{path}
	options.Environ = func(string) (string, bool) { return "", false }
	p := NewPlan(t.Context(), options)
	defer p.Close()
	p.Run(t.Context(), found)
	return found
}

// What each predicate says of an answer, and what it must not: a wrong path never
// passes, and `not` turns over the predicate alone.
func TestPredicates(t *testing.T) {
	const body = `{"id":"T-1","n":5,"none":null,"ok":false,"list":["alpha","beta",7],"o":{"k":[1]}}`
	tests := []struct{ assertion, want string }{
		{"?? body nope == 1", "assertion failed: the answer has no `body nope`"},
		{"?? body nope != 1", "assertion failed: the answer has no `body nope`"},
		{"?? body nope not == 1", "assertion failed: the answer has no `body nope`"},
		{"?? body nope not contains x", "assertion failed: the answer has no `body nope`"},
		{"?? body $.nope not matches x", "assertion failed: the answer has no `body $.nope`"},
		{"?? body nope not isNumber", "assertion failed: the answer has no `body nope`"},
		{"?? header x-none not == 1", "assertion failed: the answer has no `header x-none`"},
		{"?? cookie none not == 1", "assertion failed: the answer has no `cookie none`"},
		{"?? body nope exists", "assertion failed: the answer has no `body nope`"},
		{"?? body nope not exists", "passed"},
		{"?? header x-none not exists", "passed"},
		{"?? cookie none not exists", "passed"},
		{"?? cookie id == c-1", "passed"},
		{"?? cookie id not exists", "assertion failed, cookie id = \"c-1\""},

		{"?? body none == null", "passed"},
		{"?? body none == undefined", "passed"},
		{"?? body none != null", "assertion failed, body none = null"},
		{"?? body none not == null", "assertion failed, body none = null"},
		{"?? body none == 0", "assertion failed, body none = null"},
		{"?? body none == nil", "assertion failed, body none = null"},
		{"?? body none exists", "assertion failed, body none = null"},
		{"?? body none not exists", "passed"},
		{"?? body n == null", "assertion failed: number `5` cannot be compared with `null`, body n = 5"},
		{"?? body n != null", "assertion failed: number `5` cannot be compared with `null`, body n = 5"},
		{"?? body ok == null", "assertion failed: boolean `false` cannot be compared with `null`, body ok = false"},

		{"?? body list contains alpha", "passed"},
		{"?? body list contains 7", "passed"},
		{"?? body list contains alp", "assertion failed, body list = [\"alpha\",\"beta\",7]"},
		{"?? body list not contains alp", "passed"},
		{"?? body list contains alpha,beta", "assertion failed, body list = [\"alpha\",\"beta\",7]"},
		{"?? body id contains -", "passed"},
		{"?? body o.k contains 1", "passed"},

		{"?? body id md5 sMRT2N45UOHFCX916mxVAg==", "passed"},
		{"?? body id md5 b0c453d8de3950e1c5097f75ea6c5502", "assertion failed, body id = \"T-1\""},
		{"?? body id not md5 b0c453d8de3950e1c5097f75ea6c5502", "passed"},
		{"?? body id sha256 sMRT2N45UOHFCX916mxVAg==", "assertion failed, body id = \"T-1\""},

		{"?? duration download < 60000", "passed"},
		{"?? duration download >= 0", "passed"},
		{"?? duration firstByte > 60000", "assertion failed"},
	}
	var assertions []string
	for _, test := range tests {
		assertions = append(assertions, test.assertion)
	}
	found := checkAnswer(t, body, assertions, Options{})
	for _, test := range tests {
		got, ok := found[test.assertion]
		if strings.HasPrefix(test.assertion, "?? duration") {
			got, _, _ = strings.Cut(got, ",")
		}
		if !ok || got != test.want {
			t.Errorf("%s\n got %q\nwant %q", test.assertion, got, test.want)
		}
	}
}

// Each phase of a duration is its own.
func TestPhases(t *testing.T) {
	a := &eval.Answer{Duration: 700 * time.Millisecond, TTFB: 200 * time.Millisecond}
	for name, want := range map[string]time.Duration{"": 700, "total": 700, "firstByte": 200, "download": 500} {
		phase, ok := phaseOf(name)
		if !ok || phase(a) != want*time.Millisecond {
			t.Errorf("%q is %s, %t; want %s", name, phase(a), ok, want*time.Millisecond)
		}
	}
	if _, ok := phaseOf("tcp"); ok {
		t.Error("a phase is measured that is not")
	}
}

// A secret is hidden before its value is shortened: a mask does not know a piece
// of it.
func TestPredicateHidesSecret(t *testing.T) {
	secret := strings.Repeat("s3cret-", 60)
	quoted, _ := json.Marshal(secret)
	assertions := []string{"?? body a == x", "?? body a matches x", "?? body n == {{key}}", "?? body a == {{key}}2"}
	found := checkAnswer(t, `{"a":`+string(quoted)+`,"n":5}`, assertions, Options{
		Vars: []Var{{Name: "key", Value: secret, Secret: true, Where: "test"}},
	})
	for _, a := range assertions {
		if got, ok := found[a]; !ok || got == "passed" || strings.Contains(got, "s3cret") {
			t.Errorf("%s: %s", a, got)
		}
	}
}
