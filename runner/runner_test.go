package runner

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// story is a sink that keeps what happened in a few words a request, in order.
type story struct {
	lines  []string
	errors []string
}

func (s *story) Event(e *Event) error {
	switch d := e.Data.(type) {
	case *RequestFinished:
		line := fmt.Sprintf("%s %s", d.Name, d.Outcome)
		if d.NeededBy != "" {
			line += " needed by " + d.NeededBy
		}
		if d.Reason != "" {
			line += ": " + d.Reason
		}
		s.lines = append(s.lines, line)
		for _, m := range d.Problems {
			s.errors = append(s.errors, m.Summary)
		}
		for _, c := range d.Checks {
			if c.Message != nil {
				s.errors = append(s.errors, c.Message.Summary)
			}
		}
	case *MessageEvent:
		if d.Message.Severity == diag.Error {
			s.errors = append(s.errors, d.Message.Summary)
		}
	}
	return nil
}

func (s *story) Close() error { return nil }

// apiServer answers /status/N with that status, and everything else with a
// document about the request. It keeps the paths it was asked for.
type apiServer struct {
	*httptest.Server
	mu    sync.Mutex
	paths []string
}

func newAPI(t *testing.T) *apiServer {
	api := new(apiServer)
	api.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.mu.Lock()
		api.paths = append(api.paths, r.URL.RequestURI())
		api.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		status := http.StatusOK
		_, _ = fmt.Sscanf(r.URL.Path, "/status/%d", &status) // any other path is 200
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"path":%q,"status":%d,"id":"t-1"}`, r.URL.Path, status)
	}))
	t.Cleanup(api.Close)
	return api
}

// TestRun protects the order of requests, what is skipped and why, and the exit
// code: what a file of directives comes to.
func TestRun(t *testing.T) {
	tests := []struct {
		name   string
		text   string
		names  []string
		want   []string // outcomes in order
		paths  []string // that the server saw, in order; nil if it does not matter
		errors []string // all messages
		exit   int
	}{
		{
			name: "what is needed runs first and once",
			text: "### a\n# @needs b\nGET /a\n\n### b\nGET /b\n\n### c\n# @needs b\nGET /c\n",
			want: []string{"b passed needed by a", "a passed", "c passed"}, paths: []string{"/b", "/a", "/c"},
		},
		{
			name: "@forceRef counts beside @needs, in any order",
			text: "### a\nGET /a\n\n### b\n# @needs a\n# @forceRef a\nGET /b\n\n### c\n# @forceRef a\n# @needs a\nGET /c\n",
			want: []string{"a passed", "a passed needed by b", "b passed", "a passed needed by c", "c passed"},
		},
		{
			name: "a dependency with a reference of its own",
			text: "### a\n# @needs b\nGET /a\n\n### b\nGET /b?x={{c.id}}\n\n### c\nGET /c\n",
			want: []string{"c passed needed by b", "b passed needed by a", "a passed"}, paths: []string{"/c", "/b?x=t-1", "/a"},
		},
		{
			name: "a condition decides before what is needed runs",
			text: "### a\n# @needs b\n# @if probe.status == 500\nGET /a\n\n### b\n# @skip later\nGET /b\n\n### probe\nGET /probe\n",
			want: []string{"probe passed needed by a", "a skipped: `probe.status == 500` is false", "b skipped: later"}, paths: []string{"/probe"},
			names: []string{"a", "b"},
		},
		{
			name: "the condition's requests see what was captured for them",
			text: "### cap\n# @capture v = body.id\nGET /cap\n\n### probe\n# @needs cap\nGET /probe/{{v}}\n\n### last\n# @needs cap\n# @if probe.status == 200\nGET /last\n",
			want: []string{"cap passed needed by probe", "probe passed needed by last", "last passed"}, names: []string{"last"},
		},
		{
			name: "skipped before unsupported",
			text: "### a\n# @skip\nGET /a\n\n> {% 1 %}\n\n### b\nGET /b\n",
			want: []string{"a skipped: @skip", "b passed"},
		},
		{
			name: "an unsupported construct fails its own request only",
			text: "### a\nGET /a\n\n> {%\n-- lua\n%}\n\n### b\nGET /b\n\n### c\n# @needs a\nGET /c\n",
			want: []string{"a invalid", "b passed", "c skipped: needs `a`, which cannot be run"}, paths: []string{"/b"},
			errors: []string{"not supported by this version: scripts in Lua"}, exit: 2,
		},
		{
			name: "a construct in a block without a request",
			text: "### all\n> {% 1 %}\n\n### b\nGET /b\n", errors: []string{"not supported by this version: response script"}, exit: 2,
		},
		{
			name: "a file that only runs others", text: "run ./x.http\n", paths: []string{}, exit: 2,
			errors: []string{"no file `./x.http`"},
		},
		{
			name: "@assert none drops the preamble's assertions only",
			text: "# @assert status == 500\n\n### a\n# @assert none\nGET /a\n\n### b\n# @assert status == 501\n# @assert none\nGET /b\n\n### c\n# @assert none\n# @assert status == 502\nGET /c\n",
			want: []string{"a passed", "b failed", "c failed"}, errors: []string{"assertion failed", "assertion failed"}, exit: 1,
		},
		{
			name: "a capture that failed leaves nothing older behind",
			text: "### a\n# @capture id = body.id\nGET /a\n\n### b\n# @capture id = body.nope\nGET /b\n\n### c\nDELETE /c/{{id}}\n",
			want: []string{"a passed", "b failed", "c skipped: `id` was not captured: `b` failed"}, paths: []string{"/a", "/b"},
			errors: []string{"`id` is not captured: `body` has no member `nope`"}, exit: 1,
		},
		{
			name: "nor the default of the file",
			text: "@id = 0\n\n### b\n# @capture id = body.nope\nGET /b\n\n### c\nDELETE /c/{{id}}\n",
			want: []string{"b failed", "c skipped: `id` was not captured: `b` failed"}, paths: []string{"/b"},
			errors: []string{"`id` is not captured: `body` has no member `nope`"}, exit: 1,
		},
		{
			name: "nor for checks and captures",
			text: "### a\n# @capture tok = \"one\"\nGET /a\n\n### b\n# @capture tok = body.nope\nGET /b\n\n### c\n# @assert tok == \"one\"\nGET /c\n\n### d\n# @capture tok = body.nope\n# @assert tok == \"one\"\nGET /d\n",
			want: []string{"a passed", "b failed", "c skipped: `tok` was not captured: `b` failed", "d failed"}, paths: []string{"/a", "/b", "/d"},
			errors: []string{
				"`tok` is not captured: `body` has no member `nope`", "`tok` is not captured: `body` has no member `nope`",
				"assertion failed: `tok` was not captured: `d` failed",
			}, exit: 1,
		},
		{
			name: "an assertion that reads its own request by name",
			text: "### a\n# @assert a.body.id == \"t-1\" and a.status == 200\nGET /a\n", want: []string{"a passed"},
		},
		{
			name: "captures are not made when the status check fails",
			text: "### a\n# @capture id = body.id\nGET /status/500\n\n### b\nGET /b/{{id}}\n",
			want: []string{"a failed", "b skipped: `id` was not captured: `a` failed"}, exit: 1,
			errors: []string{"the answer is 500 Internal Server Error", "`id` is not captured, because the status check failed"},
		},
		{
			name:   "a capture that comes too late",
			text:   "### a\nGET /a/{{id}}\n\n### b\n# @capture id = body.id\nGET /b\n",
			errors: []string{"`id` has no value here: `b` (line 6) captures it, but does not run before this request"}, exit: 2, paths: []string{},
		},
		{
			name:  "a capture of a request that is not selected",
			text:  "### b\n# @capture id = body.id\nGET /b\n\n### c\nGET /c\n\n### a\nGET /a/{{id}}\n",
			names: []string{"a"},
			want:  []string{"b passed needed by a", "a passed"}, paths: []string{"/b", "/a/t-1"},
		},
		{
			name:   "a request's own capture is for its checks, not for itself",
			text:   "### a\n# @capture id = body.id\n# @assert id == \"t-1\"\nGET /a\n\n### b\n# @capture x = body.id\nGET /b/{{x}}\n",
			errors: []string{"`x` has no value here: this request captures it itself, after it is sent"}, exit: 2,
		},
		{
			name:   "requests that need each other",
			text:   "### a\n# @needs b\nGET /a\n\n### b\nGET /b/{{a.id}}\n",
			errors: []string{"requests need each other: `a` → `b` → `a`"}, exit: 2,
		},
		{
			name:   "a reference to one of two",
			text:   "### Get it\nGET /1\n\n### Get it\nGET /2\n\n### c\n# @needs Get it\nGET /c\n",
			errors: []string{"two requests are called `Get it`, at line 2 and line 5"}, exit: 2,
		},
		{
			name: "two of a name that nobody refers to",
			text: "### Get it\nGET /1\n\n### Get it\nGET /2\n", want: []string{"Get it passed", "Get it passed"},
		},
		{
			name: "an expression in a template",
			text: "@b = x\n\n### a\n# @assert body.path == \"/X/2\"\nGET /{{upper(b)}}/{{1 + 1}}\n", want: []string{"a passed"},
		},
		{
			name: "a failed dependency, two deep",
			text: "### a\nGET /status/500\n\n### b\n# @needs a\nGET /b\n\n### c\n# @needs b\nGET /c\n",
			want: []string{"a failed", "b skipped: needs `a`, which failed", "c skipped: needs `b`, which was skipped"},
			exit: 1, errors: []string{"the answer is 500 Internal Server Error"},
		},
		{
			name: "a status that a check reads",
			text: "### a\n# @assert status == 404\nGET /status/404\n\n### b\n# @assert body.id == \"t-1\"\nGET /status/404\n",
			want: []string{"a passed", "b failed"}, exit: 1, errors: []string{"the answer is 404 Not Found"},
		},
		{
			name: "everything skipped is nothing run",
			text: "### a\n# @skip\nGET /a\n", want: []string{"a skipped: @skip"}, exit: 2, errors: []string{"nothing was run: every request was skipped"},
		},
		{
			name: "a target that is no URL is known before",
			text: "### a\nGET /a\n\n### b\nGET ftp://h/x\n", paths: []string{}, exit: 2,
			errors: []string{"`ftp://h/x` is no http or https URL"},
		},
		{
			name: "a body file that is missing is known before",
			text: "### a\nGET /a\n\n### b\nPOST /b\n\n< ./nope.json\n", paths: []string{}, exit: 2,
			errors: []string{"no file `./nope.json`"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := newAPI(t)
			host := strings.TrimPrefix(api.URL, "http://")
			path := filepath.Join(t.TempDir(), "a.http")
			text := strings.NewReplacer("GET /", "GET http://"+host+"/", "DELETE /", "DELETE http://"+host+"/", "POST /", "POST http://"+host+"/").Replace(test.text)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			p := NewPlan(t.Context(), Options{Paths: []string{path}, Names: test.names, Environ: func(string) (string, bool) { return "", false }})
			defer p.Close()
			var got story
			exit := p.Run(t.Context(), &got)
			if exit != test.exit {
				t.Errorf("exit %d, want %d", exit, test.exit)
			}
			if !slices.Equal(got.lines, test.want) {
				t.Errorf("requests\n%s\nwant\n%s", strings.Join(got.lines, "\n"), strings.Join(test.want, "\n"))
			}
			if !slices.Equal(got.errors, test.errors) {
				t.Errorf("messages\n%s\nwant\n%s", strings.Join(got.errors, "\n"), strings.Join(test.errors, "\n"))
			}
			if test.paths != nil && !slices.Equal(api.paths, test.paths) {
				t.Errorf("sent %q, want %q", api.paths, test.paths)
			}
		})
	}
}
