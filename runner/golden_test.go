package runner

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// wire is a server that keeps the requests it gets byte for byte, and answers
// each with the same document.
type wire struct {
	addr string
	mu   sync.Mutex
	got  []string
}

const wireAnswer = `{"a":{"b":"x y","list":[1,2]},"token":"t-1","none":null}`

func newWire(t *testing.T) *wire {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{addr: listener.Addr().String()}
	var served sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		served.Wait()
	})
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() { w.serve(conn) })
		}
	})
	return w
}

// serve reads one request of a connection and answers it.
func (w *wire) serve(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	var raw strings.Builder
	length := 0
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		raw.WriteString(line)
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "content-length") {
			_, _ = fmt.Sscan(value, &length) // 0 if it is no number, which the comparison shows
		}
		if line == "\r\n" {
			break
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(r, body); err != nil {
		return
	}
	raw.Write(body)
	w.mu.Lock()
	w.got = append(w.got, raw.String())
	w.mu.Unlock()
	status := 200
	_, _ = fmt.Sscanf(raw.String(), "GET /status/%d", &status) // any other path is 200
	fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nX-Id: id 7\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		status, http.StatusText(status), len(wireAnswer), wireAnswer)
}

// noise are the header fields of every request that no case is about.
var noise = regexp.MustCompile(`(?m)^(User-Agent: postrider/.*|Accept: \*/\*|Host: ADDR)\r\n`)

// requests returns what was sent, with CRLF as \n in the head and ^M in the body.
func (w *wire) requests() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, raw := range w.got {
		head, body, _ := strings.Cut(strings.ReplaceAll(raw, w.addr, "ADDR"), "\r\n\r\n")
		head = noise.ReplaceAllString(head+"\r\n", "")
		text := strings.TrimSuffix(strings.ReplaceAll(head, "\r\n", "\n"), "\n")
		if body != "" {
			text += "\n\n" + strings.ReplaceAll(body, "\r\n", "^M\n")
		}
		all = append(all, text)
	}
	return all
}

// goldenFile is a run of one request file.
type goldenFile struct {
	name    string
	text    string            // http://h stands for the server
	files   map[string]string // beside it
	dialect string            // of --dialect
	env     string
	vars    []Var
	environ map[string]string
	options func(*Options)

	wrote   map[string]string // files afterwards
	sent    []string          // requests on the wire, in order
	like    []string          // the same as regular expressions, where something in them is random
	errors  []string          // "LINE: SUMMARY" of each error, in order; without "LINE: " where it has no place
	warned  []string          // the same of warnings
	exit    int
	skipped string // the reason of the last request that was skipped
}

// setUp writes the files of the case for a server, and returns how they are run.
func (c goldenFile) setUp(t *testing.T, w *wire) (dir string, o Options) {
	t.Helper()
	dir = t.TempDir()
	replace := strings.NewReplacer("http://h", "http://"+w.addr, "ADDR", w.addr)
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("x.http", replace.Replace(c.text))
	for name, text := range c.files {
		write(name, replace.Replace(text))
	}
	o = Options{
		Paths: []string{filepath.Join(dir, "x.http")}, Dialect: c.dialect, Environment: c.env, Vars: c.vars,
		Environ: func(name string) (string, bool) { v, ok := c.environ[name]; return v, ok },
	}
	if c.options != nil {
		c.options(&o)
	}
	return dir, o
}

// run runs the case and compares.
func (c goldenFile) run(t *testing.T) {
	t.Helper()
	w := newWire(t)
	dir, o := c.setUp(t, w)
	plan := NewPlan(t.Context(), o)
	defer plan.Close()
	var s sayings
	exit := plan.Run(t.Context(), &s)
	clean := strings.NewReplacer(dir+"/", "", w.addr, "ADDR")
	for _, list := range [][]string{s.errors, s.warnings} {
		for i := range list {
			list[i] = clean.Replace(list[i])
		}
	}
	if exit != c.exit {
		t.Errorf("exit %d, want %d", exit, c.exit)
	}
	if !slices.Equal(s.errors, c.errors) {
		t.Errorf("errors\n  %s\nwant\n  %s", strings.Join(s.errors, "\n  "), strings.Join(c.errors, "\n  "))
	}
	if !slices.Equal(s.warnings, c.warned) {
		t.Errorf("warnings\n  %s\nwant\n  %s", strings.Join(s.warnings, "\n  "), strings.Join(c.warned, "\n  "))
	}
	if s.skipped != c.skipped {
		t.Errorf("skipped %q, want %q", s.skipped, c.skipped)
	}
	for name, want := range c.wrote {
		if content, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(content) != want {
			t.Errorf("%s holds %q (%v), want %q", name, content, err, want)
		}
	}
	got := w.requests()
	if c.like != nil {
		if len(got) != len(c.like) {
			t.Fatalf("sent %q", got)
		}
		for i, pattern := range c.like {
			if !regexp.MustCompile("^(?s:" + pattern + ")$").MatchString(got[i]) {
				t.Errorf("sent %q, want %s", got[i], pattern)
			}
		}
		return
	}
	if !slices.Equal(got, c.sent) {
		t.Errorf("sent\n%q\nwant\n%q", got, c.sent)
	}
}

// sayings is a sink that keeps the messages of a run.
type sayings struct {
	errors, warnings []string
	skipped          string
}

func (s *sayings) Event(e *Event) error {
	add := func(m *diag.Message) {
		if m == nil {
			return
		}
		text := m.Summary
		if m.Line > 0 {
			text = fmt.Sprintf("%d: %s", m.Line, m.Summary)
		}
		switch m.Severity {
		case diag.Error:
			s.errors = append(s.errors, text)
		case diag.Warning:
			s.warnings = append(s.warnings, text)
		}
	}
	switch d := e.Data.(type) {
	case *MessageEvent:
		add(&d.Message)
	case *RequestFinished:
		for i := range d.Problems {
			add(&d.Problems[i])
		}
		for _, c := range d.Checks {
			add(c.Message)
		}
		if d.Outcome == Skipped {
			s.skipped = d.Reason
		}
	}
	return nil
}

func (s *sayings) Close() error { return nil }

// TestGolden protects the decisions on which the tools of .http files disagree:
// the sixty cases of the comparison, by their numbers, each run against a server
// that keeps what it gets. Where a case is not carried out by this version, it is
// refused, and the other requests of the file run.
func TestGolden(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range goldenCases() {
		number, _, _ := strings.Cut(c.name, " ")
		seen[strings.TrimRight(number, "abcdefgh")] = true
		t.Run(c.name, c.run)
	}
	for n := 1; n <= 60; n++ {
		if !seen[fmt.Sprint(n)] {
			t.Errorf("case %d is missing", n)
		}
	}
}
