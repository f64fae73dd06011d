package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/watch"
	"github.com/postrider/postrider/runner"
)

// runLog listens to runs for the names of the requests that are sent and of what is
// wrong.
type runLog struct{ names []string }

func (l *runLog) Event(e *runner.Event) error {
	switch d := e.Data.(type) {
	case *runner.RequestFinished:
		l.names = append(l.names, d.Name)
	case *runner.MessageEvent:
		l.names = append(l.names, "error: "+d.Message.Summary)
	}
	return nil
}

func (l *runLog) Close() error { return nil }

// TestWatch protects what a change runs again: the files that depend on it, and no
// others. The watcher is driven look by look.
func TestWatch(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id": 1}`)
	}))
	defer server.Close()
	t.Chdir(t.TempDir())
	at := time.Now().Add(-time.Hour)
	put := func(name, text string) {
		t.Helper()
		at = at.Add(time.Second)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	base := "@base = " + server.URL + "\n\n"
	put(".git/HEAD", "")
	put("r/plain.http", base+"### plain\nGET {{base}}/\n")
	put("r/body.http", base+"### body\nPOST {{base}}/\n\n< ./body.txt\n")
	put("r/body.txt", "a")
	put("r/check.http", base+"### check\n# @assert schema(body, \"s.json\")\nGET {{base}}/\n")
	put("r/s.json", `{"type": "object"}`)
	put("r/rows.http", "# @data rows.csv\n"+base+"### rows\nGET {{base}}/?{{n}}\n")
	put("r/rows.csv", "n\n1\n")
	put("r/importer.http", "# @import ../lib.http\n"+base+"### importer\n# @needs lib\nGET {{base}}/\n")
	put("lib.http", base+"### lib\nGET {{base}}/\n")
	put("r/sub/deep.http", base+"### deep\nGET {{base}}/\n")
	put("r/setter.http", base+"### setter\n# @capture global shared = body.id\nGET {{base}}/\n")
	put("r/reader.http", base+"### reader\nGET {{base}}/?{{shared}}\n")
	put("r/saves.http", base+"### saves\nGET {{base}}/\n\n>>! saved.json\n\n### compares\n# @assert file(\"saved.json\") != \"\"\nGET {{base}}/\n")
	put("r/saved.json", "old")
	put("r/out/empty.http", "@a = 1\n")
	put("r/named.http", base+"### id\n# @capture n = body.id\nGET {{base}}/\n\n### named\nPOST {{base}}/\n\n< ./body{{n}}.txt\n")
	put("r/body1.txt", "a")

	log := new(runLog)
	var out bytes.Buffer
	ticks := make(chan time.Time)
	w := &watching{
		program: &program{stdin: strings.NewReader(""), stdout: &out, stderr: io.Discard, lookupEnv: func(string) (string, bool) { return "", false }},
		options: runner.Options{Paths: []string{"r"}, Jobs: 1, Environ: func(string) (string, bool) { return "", false }},
		sink:    func() (runner.Sink, func()) { return log, func() {} }, ticks: ticks,
	}
	ctx, cancel := context.WithCancel(t.Context())
	exit := make(chan int)
	go func() {
		code, err := w.run(ctx)
		if err != nil {
			t.Error(err)
		}
		exit <- code
	}()
	// A tick is taken only when the one before has been dealt with, whatever it ran:
	// two looks tell a change, and what a run leaves takes two more.
	ran := func(what string, want ...string) {
		t.Helper()
		for range 6 {
			ticks <- time.Time{}
		}
		slices.Sort(log.names)
		if !slices.Equal(log.names, want) {
			t.Errorf("%s: ran %q, want %q", what, log.names, want)
		}
		log.names = nil
	}

	ran("at first", "body", "check", "compares", "deep", "id", "importer", "lib", "named", "plain", "reader", "rows", "saves", "setter")
	ran("nothing has changed")
	put("r/plain.http", base+"### plain two\nGET {{base}}/\n")
	ran("a request file", "plain two")
	put("r/body.txt", "bb")
	ran("a body", "body")
	put("r/body1.txt", "bb")
	ran("a body whose name an answer tells", "id", "named")
	put("r/s.json", `{"type": "object", "required": ["id"]}`)
	ran("a schema", "check")
	put("r/rows.csv", "n\n1\n2\n")
	ran("a table", "rows", "rows")
	put("lib.http", base+"### lib\nGET {{base}}/lib\n")
	ran("an import", "importer", "lib")
	put("r/setter.http", base+"### setter\n# @capture global shared = body.id\nGET {{base}}/?x\n")
	ran("a file on which another waits", "reader", "setter")
	put("r/reader.http", base+"### reader\nGET {{base}}/?{{shared}}&x\n")
	ran("a file that waits for another", "reader", "setter")
	put("r/sub/http-client.env.json", `{"dev": {}}`)
	ran("an environment file that was not there", "deep")
	put("r/new.http", base+"### new\nGET {{base}}/\n")
	ran("a new file", "new")
	put("r/sub/later.http", base+"### later\nGET {{base}}/\n")
	ran("a new file in a folder below", "later")
	put("r/fresh/new.http", base+"### fresh\nGET {{base}}/\n")
	ran("a new folder", "fresh")
	put("r/notes.txt", "x")
	ran("a file that nobody reads")
	put("r/out/empty.http", base+"### filled\nGET {{base}}/\n")
	ran("a file that had no requests", "filled")

	put("r/new.http", base+"### new\nGET {{nope}}/\n")
	ran("a broken file", "error: no variable `nope`")
	put("r/plain.http", base+"### plain\nGET {{base}}/\n")
	ran("another one beside it", "error: no variable `nope`", "plain")
	put("r/new.http", base+"### new\nGET {{base}}/\n")
	ran("the mended file", "new")
	if err := os.Remove("r/new.http"); err != nil {
		t.Fatal(err)
	}
	ran("a file that goes")
	if err := os.Rename("r/body.txt", "r/body.old"); err != nil {
		t.Fatal(err)
	}
	ran("a body that goes", "error: no file `./body.txt`")
	put("r/body.txt", "c")
	ran("a body that comes back", "body")

	cancel()
	if code := <-exit; code != 0 {
		t.Errorf("exit %d, want that of the last run", code)
	}
	if text := out.String(); !strings.Contains(text, "\nchanged: r/plain.http\n") || !strings.Contains(text, "watching 13 files and what they read; Ctrl-C ends") ||
		!strings.Contains(text, "watching 14 files, of which 1 failed, and what they read; Ctrl-C ends") {
		t.Errorf("shown:\n%s", text)
	}
}

// A file that is named outright is watched, also while it is not there; an
// interruption of a run ends with its own exit code.
func TestWatchMissing(t *testing.T) {
	t.Chdir(t.TempDir())
	log := new(runLog)
	ticks := make(chan time.Time)
	w := &watching{
		program: &program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, lookupEnv: func(string) (string, bool) { return "", false }},
		options: runner.Options{Paths: []string{"a.http#x"}},
		sink:    func() (runner.Sink, func()) { return log, func() {} }, ticks: ticks,
	}
	ctx, cancel := context.WithCancel(t.Context())
	exit := make(chan int)
	go func() {
		code, _ := w.run(ctx)
		exit <- code
	}()
	for range 3 {
		ticks <- time.Time{}
	}
	if want := []string{"error: no such file or folder: a.http"}; !slices.Equal(log.names, want) {
		t.Errorf("at first %q, want %q", log.names, want)
	}
	log.names = nil
	for range 3 {
		ticks <- time.Time{}
	}
	if len(log.names) > 0 {
		t.Errorf("told again: %q", log.names)
	}
	if err := os.WriteFile("a.http", []byte("### x\nGET {{nope}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		ticks <- time.Time{}
	}
	if want := []string{"error: no variable `nope`"}; !slices.Equal(log.names, want) {
		t.Errorf("with the file %q, want %q", log.names, want)
	}
	log.names = nil
	if err := os.Remove("a.http"); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		ticks <- time.Time{}
	}
	if want := []string{"error: no such file or folder: a.http"}; !slices.Equal(log.names, want) {
		t.Errorf("without the file again %q, want %q", log.names, want)
	}
	cancel()
	if code := <-exit; code != 2 {
		t.Errorf("exit %d, want that of the last run", code)
	}
	interrupted, stop := context.WithCancel(t.Context())
	stop()
	w.watcher, w.reads, w.wrong = watch.Watcher{}, nil, nil
	if code, err := w.run(interrupted); code != exitInterrupted || err != nil {
		t.Errorf("exit %d, %v, want that of an interruption", code, err)
	}
	if exit, _, errs := execute("run", "--watch", "--report", "tap", "a.http"); exit != 2 || !strings.Contains(errs, "`--watch` excludes `--report`") {
		t.Errorf("exit %d, stderr %q", exit, errs)
	}
	if exit, _, errs := execute("run", "--watch", "-"); exit != 2 || !strings.Contains(errs, "standard input cannot be watched") {
		t.Errorf("exit %d, stderr %q", exit, errs)
	}
}

// TestWatchFromTheStart protects what happens while the first run goes on: a file that is
// named and removed is noticed. What changes while it is gone is run when it is back,
// also where an older file is put in the place of another one. A file that failed is told
// of while others pass.
func TestWatchFromTheStart(t *testing.T) {
	t.Chdir(t.TempDir())
	answer := make(chan int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" {
			w.WriteHeader(<-answer)
		}
	}))
	defer server.Close()
	put := func(name, request string) {
		t.Helper()
		if err := os.WriteFile(name, []byte("### "+request+"\nGET "+server.URL+"/"+request+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("a.http", "a")
	put("b.http", "b")
	put("gone.http", "d")
	put("new", "c")
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes("new", old, old); err != nil {
		t.Fatal(err)
	}
	log, ended := new(runLog), 0
	var out bytes.Buffer
	ticks := make(chan time.Time)
	w := &watching{
		program: &program{stdin: strings.NewReader(""), stdout: &out, stderr: io.Discard, lookupEnv: func(string) (string, bool) { return "", false }},
		options: runner.Options{Paths: []string{"a.http", "b.http", "gone.http"}, Jobs: 1},
		sink:    func() (runner.Sink, func()) { return log, func() { ended++ } }, ticks: ticks,
	}
	ctx, cancel := context.WithCancel(t.Context())
	exit := make(chan int)
	go func() {
		code, _ := w.run(ctx)
		exit <- code
	}()
	answer <- http.StatusTeapot // asked for, so the files have been read
	if err := os.Remove("gone.http"); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		ticks <- time.Time{}
	}
	if err := os.Rename("new", "b.http"); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		ticks <- time.Time{}
	}
	put("gone.http", "d") // none was run while it was not there
	for range 4 {
		ticks <- time.Time{}
	}
	cancel()
	if code := <-exit; code != exitOK {
		t.Errorf("exit %d, want that of the last run", code)
	}
	const gone = "error: no such file or folder: gone.http"
	if want := []string{"a", "b", "d", gone, gone, "c", "d"}; !slices.Equal(log.names, want) {
		t.Errorf("ran %q, want %q", log.names, want)
	}
	if text := out.String(); !strings.Contains(text, "watching 3 files, of which 1 failed, and") || !strings.Contains(text, "watching 2 files, of which 1 failed, and") || ended != 4 {
		t.Errorf("%d runs ended, shown:\n%s", ended, out.String())
	}
}
