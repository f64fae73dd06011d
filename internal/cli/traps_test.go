package cli

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// A trap is a small project in which something is wrong, or is not checked
// although it reads as if it were, and which a runner that takes everything in
// good faith would pass. It says how the run must end and what must be told.
//
// testdata/traps/*.txt hold one group of traps each. A trap starts with a line
// of its title, and goes on with lines of these words, then with its files as in
// a txtar archive:
//
//	=== a directive that is misspelt
//	run a.http --env dev        the command line
//	exit 2                      the exit code
//	want a.http:1:3: unknown    a piece of the output, of which there may be several
//	not ✓                       a piece that must not be there
//	sent 0                      how many requests the server received
//	unchecked                   check does not find it, for it shows in a run only
//	env NAME=VALUE              an environment variable
//	bytes a.http "\xff\n"       a file as a Go string, which an archive of text cannot hold
//	link a.http nothing.http    a symbolic link, and where it leads
//	-- a.http --
//	# @asert status == 200
//	GET {{base}}/json
//
// {{base}} is a server, which trapServer describes.
type trap struct {
	title string
	args  []string
	exit  int
	want  []string
	not   []string
	sent  int // -1 where it does not matter

	unchecked bool
	env       [][2]string
	bytes     map[string]string
	links     map[string]string
	files     []txtar.File
}

// readTraps reads a group of traps.
func readTraps(t *testing.T, path string) []trap {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pieces := strings.Split("\n"+string(content), "\n=== ")
	traps := make([]trap, 0, len(pieces)-1)
	for _, piece := range pieces[1:] {
		trap, err := readTrap(piece)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		traps = append(traps, trap)
	}
	return traps
}

func readTrap(text string) (trap, error) {
	title, rest, _ := strings.Cut(text, "\n")
	archive := txtar.Parse([]byte(rest))
	tr := trap{title: title, exit: -1, sent: -1, bytes: make(map[string]string), links: make(map[string]string), files: archive.Files}
	for line := range strings.Lines(string(archive.Comment)) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		name, value, _ := strings.Cut(rest, " ")
		var err error
		switch word {
		case "":
		case "run", "check", "list":
			tr.args = append([]string{word}, strings.Fields(rest)...)
		case "exit":
			tr.exit, err = strconv.Atoi(rest)
		case "unchecked":
			tr.unchecked = true
		case "want":
			tr.want = append(tr.want, rest)
		case "not":
			tr.not = append(tr.not, rest)
		case "sent":
			tr.sent, err = strconv.Atoi(rest)
		case "env":
			name, value, _ = strings.Cut(rest, "=")
			tr.env = append(tr.env, [2]string{name, value})
		case "bytes":
			tr.bytes[name], err = strconv.Unquote(value)
		case "link":
			tr.links[name] = value
		default:
			err = fmt.Errorf("unknown word %q", word)
		}
		if err != nil {
			return tr, fmt.Errorf("%s: %w", title, err)
		}
	}
	if tr.args == nil || tr.exit < 0 || len(tr.want) == 0 {
		return tr, fmt.Errorf("%s: a command line, an exit code and a piece of output are needed", title)
	}
	return tr, nil
}

// write makes the files of a trap in a folder.
func (tr trap) write(t *testing.T, dir string) {
	t.Helper()
	put := func(name string, content []byte) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range tr.files {
		put(f.Name, f.Data)
	}
	for name, content := range tr.bytes {
		put(name, []byte(content))
	}
	for name, target := range tr.links {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// trapServer answers
//
//	/echo            with what it received, as JSON: method, target, header, body
//	/as/TYPE         with the body that it received, as a document of that type
//	/status/N        with that status and {"error": "…"}
//	/json            with a document: {"id": "7", "n": 7, "items": [], "none": null, …}
//	/html            with a page, of status 200
//	/empty           with 204
//	/login           by a redirect to /html
//	/loop            by a redirect to itself
//	/slow            after a minute
//	/cut             with less than the Content-Length that it announces
//	/chunks          with chunks that never end as they must
//	/gzip            with a Content-Encoding that the body does not have
//	/big             with three million bytes
//	/token           with a token response without a token
//
// and counts what it receives.
func trapServer(t *testing.T) (base string, received *atomic.Int64) {
	received = new(atomic.Int64)
	document := func(w http.ResponseWriter, kind, text string) {
		w.Header().Set("Content-Type", kind)
		io.WriteString(w, text)
	}
	cut := func(w http.ResponseWriter, answer string) {
		conn, buffer, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		buffer.WriteString(answer)
		buffer.Flush()
	}
	mux := http.NewServeMux()
	handle := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, h) }
	handle("/echo", func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		header := make(map[string]string)
		for name := range r.Header {
			header[strings.ToLower(name)] = r.Header.Get(name)
		}
		answer(w, 200, map[string]any{"method": r.Method, "target": r.RequestURI, "header": header, "body": string(content)})
	})
	handle("/as/", func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		document(w, strings.TrimPrefix(r.URL.Path, "/as/"), string(content))
	})
	handle("/status/{n}", func(w http.ResponseWriter, r *http.Request) {
		status, err := strconv.Atoi(r.PathValue("n"))
		if err != nil {
			t.Error(err)
			status = 500
		}
		answer(w, status, map[string]any{"error": "as you asked"})
	})
	handle("/json", func(w http.ResponseWriter, r *http.Request) {
		document(w, "application/json", `{"id": "7", "n": 7, "big": 9007199254740993, "huge": 1e400, "price": 0.1, "items": [], "none": null, "ok": "false", "user": {"name": "Ann"}}`)
	})
	handle("/html", func(w http.ResponseWriter, r *http.Request) {
		document(w, "text/html; charset=utf-8", "<!DOCTYPE html><title>Sign in</title><p>Something went wrong.</p>")
	})
	handle("/empty", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	handle("/login", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/html", http.StatusFound) })
	handle("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	handle("/slow", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(time.Minute):
		}
	})
	handle("/cut", func(w http.ResponseWriter, r *http.Request) {
		cut(w, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nonly this")
	})
	handle("/chunks", func(w http.ResponseWriter, r *http.Request) {
		cut(w, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n")
	})
	handle("/gzip", func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		io.WriteString(z, strings.Repeat("all is well ", 100))
		z.Close()
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(b.Bytes()[:b.Len()/2])
	})
	handle("/big", func(w http.ResponseWriter, r *http.Request) {
		document(w, "text/plain", strings.Repeat("x", 3_000_000))
	})
	handle("/token", func(w http.ResponseWriter, r *http.Request) { answer(w, 200, map[string]any{"expires_in": 3600}) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received.Add(1)
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, received
}

// TestTraps holds that nothing passes that should not. A failure here is worse
// than any other: it is a build that is green although something is wrong.
func TestTraps(t *testing.T) {
	groups, err := filepath.Glob("testdata/traps/*.txt")
	if err != nil || len(groups) == 0 {
		t.Fatalf("no traps: %v", err)
	}
	base, received := trapServer(t)
	t.Setenv("POSTRIDER_VAR_base", base)
	t.Setenv(cacheVariable, "memory")
	total := 0
	for _, group := range groups {
		traps := readTraps(t, group)
		total += len(traps)
		t.Run(strings.TrimSuffix(filepath.Base(group), ".txt"), func(t *testing.T) {
			for _, tr := range traps {
				t.Run(tr.title, func(t *testing.T) { tr.spring(t, base, received) })
			}
		})
	}
	if total < 80 {
		t.Errorf("only %d traps were read", total)
	}
}

// spring runs a trap.
func (tr trap) spring(t *testing.T, base string, received *atomic.Int64) {
	dir := t.TempDir()
	project := filepath.Join(dir, "project")
	if err := os.MkdirAll(filepath.Join(project, ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	tr.write(t, project)
	t.Setenv("POSTRIDER_CONFIG_DIR", filepath.Join(dir, "config"))
	for _, e := range tr.env {
		t.Setenv(e[0], strings.ReplaceAll(e[1], "$BASE", base))
	}
	t.Chdir(project)
	tr.check(t)
	before := received.Load()
	exit, stdout, stderr := execute(tr.args...)
	out := strings.ReplaceAll(stdout+stderr, base, "$BASE")
	t.Log(out)
	if exit != tr.exit {
		t.Errorf("exit code %d, want %d", exit, tr.exit)
	}
	for _, want := range tr.want {
		if !strings.Contains(out, want) {
			t.Errorf("the output does not hold %q", want)
		}
	}
	for _, not := range tr.not {
		if strings.Contains(out, not) {
			t.Errorf("the output holds %q", not)
		}
	}
	if sent := int(received.Load() - before); tr.sent >= 0 && sent != tr.sent {
		t.Errorf("%d requests were sent, want %d", sent, tr.sent)
	}
}

// check holds that what a run finds before it sends anything is found by check
// too, unless it is about a flag.
func (tr trap) check(t *testing.T) {
	if len(tr.args) != 2 || tr.args[0] != "run" || tr.exit != 2 || tr.sent != 0 {
		return
	}
	if exit, out, _ := execute("check", tr.args[1]); (exit == 0) != tr.unchecked {
		t.Errorf("check ends with %d:\n%s", exit, out)
	}
}
