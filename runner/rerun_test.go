package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/lastrun"
)

// failing is a server that answers 500 for some paths.
type failing struct {
	*httptest.Server
	mu    sync.Mutex
	paths map[string]bool
	sent  []string
}

func newFailing(t *testing.T) *failing {
	f := &failing{paths: make(map[string]bool)}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.sent = append(f.sent, r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		if f.paths[r.URL.Path] {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write([]byte(`{"id":"t-1"}`))
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *failing) fail(paths ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.paths = make(map[string]bool)
	for _, path := range paths {
		f.paths[path] = true
	}
}

// TestRerunFailed protects what is run again: all that did not pass, and what was not
// run because of it, each as of its own last run; and that nothing leaves the list
// before it has passed.
func TestRerunFailed(t *testing.T) {
	type run struct {
		fail   string // paths that answer 500
		o      Options
		change func(dir string) // of the files, before
		sent   string           // paths in the order of the alphabet
		errors string
		exit   int
	}
	rerun := func(paths ...string) Options { return Options{Paths: paths, RerunFailed: true} }
	all := Options{Paths: []string{"."}}
	silent := func(context.Context, Question) (string, error) { return "", errors.New("nobody answers") }
	going := func(value string, again bool) Options {
		return Options{Paths: []string{"."}, Vars: []Var{{Name: "go", Value: value}}, RerunFailed: again}
	}
	base := ""
	based := func(o Options) Options {
		o.Environ = func(name string) (string, bool) { return base, name == "BASE" }
		return o
	}
	write := func(name, text string) func(string) {
		return func(dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	simple := map[string]string{"a.http": "### a\nGET $/a\n\n### b\nGET $/b\n\n### c\n# @needs b\nGET $/c\n", "x.http": "### x\nGET $/x\n"}
	tests := []struct {
		name  string
		files map[string]string
		runs  []run
	}{
		{"until everything has passed", simple, []run{
			{fail: "/b /x", o: all, sent: "/a /b /x", exit: 1},
			{fail: "/b", o: rerun("."), sent: "/b /x", exit: 1},
			{fail: "/b", o: rerun("."), sent: "/b", exit: 1},
			{o: rerun("."), sent: "/b /c"},
			{o: rerun(".")},
			{o: all, sent: "/a /b /c /x"},
		}},
		{"a part of the files", simple, []run{
			{fail: "/b /x", o: all, sent: "/a /b /x", exit: 1},
			{fail: "/b", o: rerun("x.http"), sent: "/x"},
			{fail: "/b", o: rerun("x.http")},
			{o: rerun("."), sent: "/b /c"},
		}},
		{"a part of the requests does not hide the others", simple, []run{
			{fail: "/b", o: all, sent: "/a /b /x", exit: 1},
			{o: Options{Paths: []string{"a.http"}, Names: []string{"a"}}, sent: "/a"},
			{o: rerun("."), sent: "/b /c"},
		}},
		{"narrowed", simple, []run{
			{fail: "/a /b", o: all, sent: "/a /b /x", exit: 1},
			{o: Options{Paths: []string{"."}, RerunFailed: true, Names: []string{"a"}}, sent: "/a"},
			{o: Options{Paths: []string{"."}, RerunFailed: true, Names: []string{"a"}}},
			{o: rerun("a.http:4"), sent: "/b"},
		}},
		{"what --bail kept from running", simple, []run{
			{fail: "/a", o: Options{Paths: []string{"."}, Bail: true, Jobs: 1}, sent: "/a", exit: 1},
			{o: rerun("."), sent: "/a /b /c /x"},
		}},
		{"what had no time", map[string]string{"a.http": "### a\n# @sleep 1h\nGET $/a\n\n### b\nGET $/b\n"}, []run{
			{o: Options{Paths: []string{"."}, MaxTime: 50 * time.Millisecond}, exit: 3, errors: "--max-time"},
			{change: write("a.http", "### a\nGET $/a\n\n### b\nGET $/b\n"), o: rerun("."), sent: "/a /b"},
		}},
		{"what is skipped on purpose has not failed", map[string]string{"a.http": "### a\n# @skip\nGET $/a\n\n### b\n# @needs a\nGET $/b\n\n### c\n# @if 1 == 2\nGET $/c\n\n### d\nGET $/d\n"}, []run{
			{fail: "/d", o: all, sent: "/d", exit: 1},
			{o: rerun("."), sent: "/d"},
			{o: rerun(".")},
		}},
		{"a file that could not be run", map[string]string{"a.http": "### a\nGET $/a\n\n### b\nGET $/{{nope}}\n", "b.http": "### x\nGET $/x\n"}, []run{
			{o: all, sent: "/x", exit: 2, errors: "nope"},
			{o: rerun("."), exit: 2, errors: "nope"},
			{change: write("a.http", "### a\nGET $/a\n\n### b\nGET $/b\n"), o: rerun("."), sent: "/a /b"},
			{o: rerun(".")},
		}},
		{"rows", map[string]string{"a.http": "# @data rows.csv\n\n### a\nGET $/a/{{n}}\n\n### b\n# @data own.csv\nGET $/b/{{n}}/{{x}}\n", "rows.csv": "n\n1\n2\n3\n", "own.csv": "x\np\nq\n"}, []run{
			{fail: "/a/2 /b/3/q", o: all, sent: "/a/1 /a/2 /a/3 /b/1/p /b/1/q /b/2/p /b/2/q /b/3/p /b/3/q", exit: 1},
			{fail: "/a/2 /b/3/q", o: rerun("."), sent: "/a/2 /b/3/q", exit: 1},
			{change: write("rows.csv", "n\n1\n2\n"), o: rerun("."), sent: "/a/2 /b/1/p /b/1/q /b/2/p /b/2/q"},
			{o: rerun(".")},
		}},
		{"what it reads of others is made again", map[string]string{
			"a.http": "@id = preset\n\n### make\n# @capture id = body.id\nGET $/make\n\n### other\nGET $/other\n\n### use\nGET $/use/{{id}}/{{key}}\n",
			"b.http": "### up\n# @setup\nGET $/up\n\n### key\n# @capture global key = body.id\nGET $/key\n\n### more\nGET $/more\n",
		}, []run{
			{fail: "/use/t-1/t-1", o: all, sent: "/key /make /more /other /up /use/t-1/t-1", exit: 1},
			{o: rerun("."), sent: "/key /make /up /use/t-1/t-1"},
		}},
		{"lines may move", map[string]string{"a.http": "GET $/a\n\n###\nGET $/b\n\n###\nGET $/b\n"}, []run{
			{fail: "/a", o: all, sent: "/a /b /b", exit: 1},
			{change: write("a.http", "# new\n\n###\nGET $/b\n\n###\nGET $/a\n"), o: rerun("."), sent: "/a"},
		}},
		{"a request that is gone", simple, []run{
			{fail: "/a /b", o: all, sent: "/a /b /x", exit: 1},
			{change: write("a.http", "### b\nGET $/b\n\n### d\nGET $/d\n"), o: rerun("."), sent: "/b /d"},
			{o: rerun(".")},
		}},
		{"a file that is gone", simple, []run{
			{fail: "/a /x", o: all, sent: "/a /b /c /x", exit: 1},
			{change: func(dir string) { os.Remove(filepath.Join(dir, "x.http")) }, o: rerun("."), sent: "/a"},
			{o: rerun(".")},
		}},
		{"a file that is gone, and nothing else", simple, []run{
			{fail: "/x", o: all, sent: "/a /b /c /x", exit: 1},
			{change: func(dir string) { os.Remove(filepath.Join(dir, "x.http")) }, o: rerun("."), exit: 2, errors: "nothing was run"},
			{o: rerun(".")},
		}},
		{"a file that was never run", simple, []run{
			{o: Options{Paths: []string{"a.http"}}, sent: "/a /b /c"},
			{o: rerun("."), exit: 2, errors: "nothing was run"},
			{fail: "/b", o: Options{Paths: []string{"a.http"}}, sent: "/a /b", exit: 1},
			{o: rerun("."), sent: "/b /c"},
		}},
		{"data that came later", map[string]string{"a.http": "### a\nGET $/a\n", "rows.csv": "n\n1\n2\n"}, []run{
			{fail: "/a", o: all, sent: "/a", exit: 1},
			{change: write("a.http", "# @data rows.csv\n\n### a\nGET $/a\n"), o: rerun("."), sent: "/a /a"},
			{o: rerun(".")},
		}},
		{"nothing was ever run", simple, []run{
			{o: rerun("."), exit: 2, errors: "none of the files has been run yet"},
			{o: rerun("."), exit: 2, errors: "none of the files has been run yet"},
			{o: Options{Paths: []string{"x.http"}}, sent: "/x"},
			{o: rerun("a.http"), exit: 2, errors: "none of the files has been run yet"},
			{o: rerun("."), exit: 2, errors: "nothing was run"},
			{o: rerun("x.http")},
		}},
		{"an environment of its own", map[string]string{"a.http": simple["x.http"], "http-client.env.json": `{"one": {}, "two": {}}`}, []run{
			{fail: "/x", o: Options{Paths: []string{"."}, Environment: "one"}, sent: "/x", exit: 1},
			{o: Options{Paths: []string{"."}, Environment: "two"}, sent: "/x"},
			{o: Options{Paths: []string{"."}, Environment: "two", RerunFailed: true}},
			{o: Options{Paths: []string{"."}, RerunFailed: true}, exit: 2, errors: "none of the files"},
			{o: Options{Paths: []string{"."}, Environment: "one", RerunFailed: true}, sent: "/x"},
		}},
		{"a mistake in the command line changes nothing", simple, []run{
			{fail: "/a", o: all, sent: "/a /b /c /x", exit: 1},
			{o: Options{Paths: []string{"."}, Names: []string{"nope"}}, exit: 2, errors: "nope"},
			{o: rerun("."), sent: "/a"},
		}},
		{"any repetition counts", simple, []run{
			{fail: "/x", o: Options{Paths: []string{"x.http"}, Repeat: 3}, sent: "/x /x /x", exit: 1},
			{o: Options{Paths: []string{"x.http"}, Repeat: 2, RerunFailed: true}, sent: "/x /x"},
			{o: rerun("x.http")},
		}},
		{"a file whose question has no answer", map[string]string{"a.http": "### a\n# @prompt who\nGET $/a/{{who}}\n", "x.http": "### x\nGET $/x\n"}, []run{
			{o: Options{Paths: []string{"."}, Ask: silent}, sent: "/x", exit: 2, errors: "nobody answers"},
			{o: Options{Paths: []string{"."}, Ask: silent, RerunFailed: true}, exit: 2, errors: "nobody answers"},
			{o: Options{Paths: []string{"."}, Vars: []Var{{Name: "who", Value: "ann"}}, RerunFailed: true}, sent: "/a/ann"},
			{o: Options{Paths: []string{"."}, Vars: []Var{{Name: "who", Value: "ann"}}, RerunFailed: true}},
		}},
		{"a file that passed, and then had no answer", map[string]string{"a.http": "### a\n# @prompt who\nGET $/a/{{who}}\n"}, []run{
			{o: Options{Paths: []string{"."}, Vars: []Var{{Name: "who", Value: "ann"}}}, sent: "/a/ann"},
			{o: Options{Paths: []string{"."}, Ask: silent}, exit: 2, errors: "nobody answers"},
			{o: Options{Paths: []string{"."}, Ask: silent, RerunFailed: true}, exit: 2, errors: "nobody answers"},
		}},
		{"a block that only runs another file", map[string]string{"a.http": "### all\nrun ./lib/b.http\n", "lib/b.http": "### b\nGET $/b\n"}, []run{
			{fail: "/b", o: Options{Paths: []string{"a.http"}}, sent: "/b", exit: 1},
			{fail: "/b", o: rerun("a.http"), sent: "/b", exit: 1},
			{o: rerun("a.http"), sent: "/b"},
			{o: rerun("a.http")},
		}},
		{"a block that only runs another file, one call within another", map[string]string{"a.http": "### all\nrun ./lib/b.http\n", "lib/b.http": "### more\nrun ./c.http\n", "lib/c.http": "### c\nGET $/c\n"}, []run{
			{fail: "/c", o: Options{Paths: []string{"a.http"}}, sent: "/c", exit: 1},
			{o: rerun("a.http"), sent: "/c"},
			{o: rerun("a.http")},
		}},
		{"a block that only runs another file, when @setup failed", map[string]string{"a.http": "### up\n# @setup\nGET $/up\n\n### all\nrun ./lib/b.http\n", "lib/b.http": "### b\nGET $/b\n"}, []run{
			{fail: "/up", o: Options{Paths: []string{"a.http"}}, sent: "/up", exit: 1},
			{o: rerun("a.http"), sent: "/b /up"},
			{o: rerun("a.http")},
		}},
		{"an imported request that another needs", map[string]string{"a.http": "import ./lib/b.http\n\n### a\n# @needs b\nGET $/a\n", "lib/b.http": "### b\nGET $/b\n"}, []run{
			{fail: "/b", o: Options{Paths: []string{"a.http"}}, sent: "/b", exit: 1},
			{o: rerun("a.http"), sent: "/a /b"},
			{o: rerun("a.http")},
		}},
		{"teardown", map[string]string{"a.http": "### a\nGET $/a\n\n### clean\n# @teardown\nGET $/clean\n"}, []run{
			{fail: "/clean", o: all, sent: "/a /clean", exit: 1},
			{fail: "/clean", o: rerun("."), sent: "/a /clean", exit: 1},
			{o: rerun("."), sent: "/a /clean"},
			{o: rerun(".")},
		}},
		{"teardown of one row", map[string]string{"a.http": "# @data rows.csv\n\n### a\n# @capture id = body.id\nGET $/a/{{n}}\n\n### clean\n# @teardown\nGET $/clean/{{n}}/{{id}}\n", "rows.csv": "n\n1\n2\n"}, []run{
			{fail: "/clean/2/t-1", o: all, sent: "/a/1 /a/2 /clean/1/t-1 /clean/2/t-1", exit: 1},
			{o: rerun("."), sent: "/a/2 /clean/2/t-1"},
			{o: rerun(".")},
		}},
		{"teardown that nothing makes run", map[string]string{"a.http": "### a\nGET $/a\n\n### clean\n# @teardown\nGET $/clean\n"}, []run{
			{fail: "/clean", o: all, sent: "/a /clean", exit: 1},
			{o: Options{Paths: []string{"."}, RerunFailed: true, Names: []string{"clean"}}, exit: 2, errors: "was skipped, and has not passed yet"},
			{o: Options{Paths: []string{"."}, RerunFailed: true, Names: []string{"clean"}}, exit: 2, errors: "was skipped, and has not passed yet"},
			{o: Options{Paths: []string{"."}, RerunFailed: true, Names: []string{"a"}}},
			{o: rerun("."), sent: "/a /clean"},
		}},
		{"what is skipped has not passed", map[string]string{"a.http": "### a\n# @if go == \"yes\"\nGET $/a\n\n### b\nGET $/b\n"}, []run{
			{fail: "/a /b", o: going("yes", false), sent: "/a /b", exit: 1},
			{o: going("no", true), sent: "/b", exit: 2, errors: "was skipped, and has not passed yet"},
			{o: going("no", true), exit: 2, errors: "was skipped, and has not passed yet"},
			{o: going("no", false), sent: "/b"},
			{o: going("no", true), exit: 2, errors: "was skipped, and has not passed yet"},
			{o: going("yes", true), sent: "/a"},
			{o: going("yes", true)},
		}},
		{"a selection of nothing", map[string]string{"a.http": "### one\n# @tag a\nGET $/one\n\n### two\nGET $/two\n"}, []run{
			{o: all, sent: "/one /two"},
			{o: Options{Paths: []string{"."}, Tags: []string{"a"}, Names: []string{"two"}}, exit: 2, errors: "nothing was run"},
			{o: Options{Paths: []string{"."}, Tags: []string{"a"}, Names: []string{"two"}, RerunFailed: true}, exit: 2, errors: "nothing was run"},
		}},
		{"data that cannot be read", simple, []run{
			{o: all, sent: "/a /b /c /x"},
			{o: Options{Paths: []string{"."}, Data: "nope.csv"}, exit: 2, errors: "nope.csv"},
			{o: rerun("."), sent: "/a /b /c /x"},
		}},
		{"a file that cannot be read", simple, []run{
			{o: all, sent: "/a /b /c /x"},
			{change: func(dir string) {
				os.Remove(filepath.Join(dir, "x.http"))
				_ = os.Symlink("nowhere", filepath.Join(dir, "x.http"))
			}, o: all, sent: "/a /b /c", exit: 2, errors: "cannot read x.http"},
			{change: func(dir string) {
				os.Remove(filepath.Join(dir, "x.http"))
				write("x.http", "### x\nGET {{$env.BASE}}/x\n")(dir)
			}, o: based(rerun(".")), sent: "/x"},
			{o: based(rerun("."))},
		}},
		{"a path that is not there", simple, []run{
			{fail: "/a", o: all, sent: "/a /b /c /x", exit: 1},
			{o: Options{Paths: []string{"a.http", "nope.http"}}, exit: 2, errors: "no such file or folder: nope.http"},
			{o: Options{Paths: []string{"a.http", "nope.http:3"}}, exit: 2, errors: "no such file or folder: nope.http"},
			{o: rerun("."), sent: "/a"},
		}},
		{"a dry run is no run", simple, []run{
			{o: Options{Paths: []string{"."}, DryRun: true}},
			{o: rerun("."), exit: 2, errors: "none of the files has been run yet"},
			{fail: "/a", o: all, sent: "/a /b /c /x", exit: 1},
			{o: Options{Paths: []string{"."}, DryRun: true}},
			{o: rerun("."), sent: "/a"},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := newFailing(t)
			base = server.URL
			dir := tree(t, server.URL, test.files)
			state := filepath.Join(t.TempDir(), "state")
			for i, run := range test.runs {
				if run.change != nil {
					run.change(dir)
					for _, name := range []string{"a.http"} {
						content, _ := os.ReadFile(name)
						write(name, strings.ReplaceAll(string(content), "$", server.URL))(dir)
					}
				}
				server.fail(strings.Fields(run.fail)...)
				server.sent = nil
				run.o.StateDir = state
				got, exit := play(t, run.o)
				slices.Sort(server.sent)
				if sent := strings.Join(server.sent, " "); sent != run.sent || exit != run.exit {
					t.Errorf("run %d sends %q, want %q; exit %d, want %d; %q", i+1, sent, run.sent, exit, run.exit, got.errors)
				}
				if errors := strings.Join(got.errors, "\n"); !strings.Contains(errors, run.errors) || run.errors == "" && exit != ExitFailed && errors != "" {
					t.Errorf("run %d says %q, want %q", i+1, errors, run.errors)
				}
			}
		})
	}
}

// TestRecordIsPrivate protects what a run leaves: nobody else can read it, it holds
// nothing that was sent, and no part of it lies in the project.
func TestRecordIsPrivate(t *testing.T) {
	server := newFailing(t)
	server.fail("/hush-path")
	dir := tree(t, server.URL, map[string]string{"a.http": "GET $/hush-path\nX-Key: hush-header\n\n{\"a\": \"hush-body\"}\n"})
	state := filepath.Join(t.TempDir(), "new", "state")
	play(t, Options{Paths: []string{"."}, StateDir: state})
	found, err := filepath.Glob(filepath.Join(state, "runs", "*"))
	if err != nil || len(found) != 2 || filepath.Ext(found[0]) != ".json" || found[1] != found[0]+".lock" {
		t.Fatalf("%q, %v", found, err)
	}
	for path, want := range map[string]os.FileMode{found[0]: 0o600, found[1]: 0o600, filepath.Dir(found[0]): 0o700, state: 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v: %v", path, info.Mode(), want, err)
		}
	}
	content, err := os.ReadFile(found[0])
	if err != nil || strings.Contains(string(content), "hush") || strings.Contains(string(content), server.URL) {
		t.Errorf("%s, %v", content, err)
	}
	var r lastrun.Record
	if err := json.Unmarshal(content, &r); err != nil || r.Root != dir && !strings.HasSuffix(r.Root, filepath.Base(dir)) || len(r.Files["a.http"]) != 1 {
		t.Errorf("%s, %v", content, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 { // with .git
		t.Errorf("%v, %v", entries, err)
	}
}

// TestRecordBroken protects a run from what it finds: a damaged record, or one of
// another version, counts for none, and the run itself is not touched by it.
func TestRecordBroken(t *testing.T) {
	server := newFailing(t)
	tree(t, server.URL, map[string]string{"a.http": "GET $/a\n"})
	for name, content := range map[string]string{"damaged": "{\"vers", "empty": "", "later": `{"version": 9}`, "a list": "[]"} {
		t.Run(name, func(t *testing.T) {
			state := t.TempDir()
			server.fail("/a")
			play(t, Options{Paths: []string{"."}, StateDir: state})
			found, _ := filepath.Glob(filepath.Join(state, "runs", "*.json"))
			if len(found) != 1 {
				t.Fatalf("%q", found)
			}
			if err := os.WriteFile(found[0], []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			p := NewPlan(t.Context(), Options{Paths: []string{"."}, StateDir: state, RerunFailed: true})
			defer p.Close()
			var got roundEvents
			if exit := p.Run(t.Context(), &got); exit != ExitInvalid || !strings.Contains(strings.Join(got.messages, "\n"), "cannot be read") {
				t.Errorf("exit %d, %q", exit, got.messages)
			}
			if told, exit := play(t, Options{Paths: []string{"."}, StateDir: state}); exit != ExitFailed || len(told.errors) != 1 {
				t.Errorf("exit %d, %q", exit, told.errors)
			}
			server.fail()
			if told, exit := play(t, Options{Paths: []string{"."}, StateDir: state, RerunFailed: true}); exit != ExitPassed || len(told.lines) != 1 {
				t.Errorf("exit %d, %q, %q", exit, told.lines, told.errors)
			}
		})
	}
}

// TestRecordKeepsAll protects what runs at the same time have to tell: none of it is
// lost because others write, too.
func TestRecordKeepsAll(t *testing.T) {
	const runs = 16
	server := newFailing(t)
	files := make(map[string]string)
	for i := range runs {
		files[fmt.Sprintf("f%02d.http", i)] = fmt.Sprintf("GET $/%d\n", i)
	}
	tree(t, server.URL, files)
	state := t.TempDir()
	var keepers []*keeper
	for path := range files {
		p := NewPlan(t.Context(), Options{Paths: []string{path}, StateDir: state})
		defer p.Close()
		k := p.newKeeper()
		of := k.of(p.suites[0])
		of.begin(1)
		of.ended(p.suites[0].file.steps[0], 0, 0, Failed, false)
		of.end()
		keepers = append(keepers, k)
	}
	var wg sync.WaitGroup
	for _, k := range keepers {
		wg.Go(func() {
			for _, d := range k.save() {
				t.Error(d)
			}
		})
	}
	wg.Wait()
	r, err := lastrun.Read(keepers[0].plan.recordKey(keepers[0].plan.suites[0]).Path(state))
	if err != nil {
		t.Fatal(err)
	}
	for path := range files {
		if len(r.Files[path]) != 1 {
			t.Errorf("%s: %v", path, r.Files[path])
		}
	}
}

// TestRecordUnfinished protects a file whose sessions did not all end: it counts as
// one that was not run.
func TestRecordUnfinished(t *testing.T) {
	tree(t, "http://h", map[string]string{"a.http": "GET $/a\n"})
	for begun := range 3 {
		p := NewPlan(t.Context(), Options{Paths: []string{"a.http"}, StateDir: t.TempDir()})
		defer p.Close()
		k := p.newKeeper().of(p.suites[0])
		k.begin(begun)
		if begun > 0 {
			k.end()
		}
		files := make(map[string][]lastrun.Open)
		k.change(files)
		if got := files["a.http"]; got == nil || (len(got) == 0) != (begun == 1) {
			t.Errorf("%d begun: %v", begun, got)
		}
	}
}

// TestRecordTogether protects runs at the same time: each finds a whole record.
func TestRecordTogether(t *testing.T) {
	server := newFailing(t)
	server.fail("/a", "/b")
	tree(t, server.URL, map[string]string{"a.http": "GET $/a\n", "b.http": "GET $/b\n"})
	state := t.TempDir()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			p := NewPlan(t.Context(), Options{Paths: []string{[]string{"a.http", "b.http"}[i%2]}, StateDir: state})
			defer p.Close()
			var got roundEvents
			if exit := p.Run(t.Context(), &got); exit != ExitFailed {
				t.Errorf("exit %d, %q", exit, got.messages)
			}
		})
	}
	wg.Wait()
	got, exit := play(t, Options{Paths: []string{"."}, StateDir: state, RerunFailed: true})
	if exit != ExitFailed || len(got.lines) == 0 {
		t.Errorf("exit %d, %q, %q", exit, got.lines, got.errors)
	}
	if left, _ := filepath.Glob(filepath.Join(state, "runs", ".*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestRecordUnwritable protects a run whose folder cannot be made, as in many
// containers: it says nothing, unless an earlier run has left what would be taken for
// its own.
func TestRecordUnwritable(t *testing.T) {
	server := newFailing(t)
	tree(t, server.URL, map[string]string{"a.http": "GET $/a\n", "file": ""})
	for _, state := range []string{"file/state", ""} {
		got, exit := play(t, Options{Paths: []string{"."}, StateDir: state})
		if exit != ExitPassed || len(got.errors) > 0 {
			t.Errorf("%q: exit %d, %q", state, exit, got.errors)
		}
		if got, exit := play(t, Options{Paths: []string{"."}, StateDir: state, RerunFailed: true}); exit != ExitInvalid {
			t.Errorf("%q: exit %d, %q", state, exit, got.errors)
		}
	}
}

// TestRecordLimited protects what a run leaves out that repeats only a part of a
// plan, as --watch does: it is as before.
func TestRecordLimited(t *testing.T) {
	server := newFailing(t)
	dir := tree(t, server.URL, map[string]string{"a.http": "### a\nGET $/a\n", "x.http": "### x\nGET $/x\n"})
	o := Options{Paths: []string{"."}, StateDir: t.TempDir()}
	play(t, o)
	server.fail("/a")
	p := NewPlan(t.Context(), o)
	defer p.Close()
	p.Limit([]string{filepath.Join(dir, "a.http")})
	if exit := p.Run(t.Context(), new(story)); exit != ExitFailed {
		t.Errorf("exit %d", exit)
	}
	o.RerunFailed = true
	if got, exit := play(t, o); exit != ExitFailed || !slices.Equal(got.lines, []string{"a failed"}) {
		t.Errorf("exit %d, %q", exit, got.lines)
	}
}
