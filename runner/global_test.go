package runner

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/postrider/postrider/internal/scope"
)

// TestGlobals protects what is known under a global name after each way to change
// it: a value, the step that lost it, or neither, and never two of them.
func TestGlobals(t *testing.T) {
	v, by := &scope.Variable{Name: "x"}, new(step)
	for _, test := range []struct {
		name   string
		change func(g *globals)
		value  *scope.Variable
		lost   *step
	}{
		{"kept", func(g *globals) { g.keep(v) }, v, nil},
		{"lost", func(g *globals) { g.lose("x", by) }, nil, by},
		{"kept, then lost", func(g *globals) { g.keep(v); g.lose("x", by) }, nil, by},
		{"lost, then kept", func(g *globals) { g.lose("x", by); g.keep(v) }, v, nil},
		{"kept, then restored to nothing", func(g *globals) { g.keep(v); g.restore("x", nil) }, nil, nil},
		{"lost, then restored to nothing", func(g *globals) { g.lose("x", by); g.restore("x", nil) }, nil, nil},
		{"lost, then restored to a value", func(g *globals) { g.lose("x", by); g.restore("x", v) }, v, nil},
		{"another one lost", func(g *globals) { g.keep(v); g.lose("y", by) }, v, nil},
	} {
		g := newGlobals()
		test.change(g)
		if g.value("x") != test.value || g.lost["x"] != test.lost {
			t.Errorf("%s: value %v, lost by %v", test.name, g.value("x"), g.lost["x"])
		}
	}
}

// TestGlobalIsLost protects the readers of a global variable in other files from a
// value that was captured before and is no longer true.
func TestGlobalIsLost(t *testing.T) {
	for _, test := range []struct {
		name, setter string
		want         []string // of the reader
	}{
		{"captured again, in vain", "### set\n# @capture global id = body.id\nGET BASE/\n\n### again\n# @forceRef set\nGET BASE/again\n",
			[]string{"reader skipped: `id` was not captured: `set` failed"}},
		{"captured again, at last", "### set\n# @capture global id = body.late\nGET BASE/\n\n### again\n# @forceRef set\nGET BASE/again\n",
			[]string{"reader passed"}},
		{"by a try that failed, before one without an answer", "### set\n# @retry 2 every 1ms\n# @assert body.late == 1\n# @capture global id = body.id\nGET BASE/closing\n",
			[]string{"reader skipped: `id` was not captured: the request that does so was not run"}},
		{"lost and captured again in one file", "### set\n# @capture id = body.late\nGET BASE/\n\n### again\n# @forceRef set\nGET BASE/again\n\n### reader\nGET BASE/again?{{id}}\n",
			[]string{"reader passed"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var count atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				switch {
				case r.URL.Path == "/again":
				case count.Add(1) == 1:
					fmt.Fprint(w, `{"id":"old"}`)
				case r.URL.Path == "/closing":
					panic(http.ErrAbortHandler)
				default:
					fmt.Fprint(w, `{"late":"new"}`)
				}
			}))
			defer server.Close()
			dir := t.TempDir()
			paths := []string{filepath.Join(dir, "a.http"), filepath.Join(dir, "b.http")}
			for i, text := range []string{test.setter, "### reader\n# @assert id == \"new\"\nGET BASE/again?{{id}}\n"} {
				if err := os.WriteFile(paths[i], []byte(strings.ReplaceAll(text, "BASE", server.URL)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if strings.Contains(test.setter, "### reader") {
				paths = paths[:1]
			}
			p := NewPlan(t.Context(), Options{Paths: paths})
			defer p.Close()
			var told story
			p.Run(t.Context(), &told)
			got := slices.DeleteFunc(told.lines, func(line string) bool { return !strings.HasPrefix(line, "reader") })
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q; %q", got, test.want, told.errors)
			}
		})
	}
}

// TestGlobalOfRows protects a global variable from the rows of a table, each of which
// would set it: its readers could not say which value they get.
func TestGlobalOfRows(t *testing.T) {
	api := newAPI(t)
	for rows, want := range map[string]string{
		"n\n1\n2\n": "each of the 2 rows of the data sets the global variable `token`",
		"n\n1\n":    "",
	} {
		tree(t, api.URL, map[string]string{
			"rows.csv": rows, "a.http": "# @data rows.csv\n\n### a\n# @capture global token = body.id\nGET $/a?{{n}}\n",
			"b.http": "### b\nGET $/b?{{token}}\n",
		})
		got, exit := play(t, Options{Paths: []string{"."}})
		if want == "" && (exit != ExitPassed || len(got.errors) > 0) {
			t.Errorf("one row: exit %d, %q", exit, got.errors)
		}
		if want != "" && (exit != ExitInvalid || !slices.Contains(got.errors, want)) {
			t.Errorf("exit %d, %q, want %q", exit, got.errors, want)
		}
	}
}
