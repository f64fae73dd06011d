package runner

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// printed runs files and returns what is printed besides events, the exit code
// and the messages of the run.
func printed(t *testing.T, files map[string]string, o Options, to Print) (string, int, []diag.Message) {
	t.Helper()
	var out bytes.Buffer
	to.To = func(value io.Reader) error {
		_, err := io.Copy(&out, value)
		return err
	}
	o.Print = &to
	o.Dir = writeFiles(t, files)
	plan := NewPlan(t.Context(), o)
	defer plan.Close()
	var messages []diag.Message
	exit := plan.Run(t.Context(), sinkFunc(func(e *Event) {
		if m, ok := e.Data.(*MessageEvent); ok {
			messages = append(messages, m.Message)
		}
	}))
	return out.String(), exit, messages
}

// writeFiles writes files into a folder of their own.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	return dir
}

// sinkFunc is a Sink.
type sinkFunc func(*Event)

func (f sinkFunc) Event(e *Event) error { f(e); return nil }
func (f sinkFunc) Close() error         { return nil }

// TestPrintBody protects that the body is that of the last answer by the order of
// files, rows, iterations and tries, whole and byte for byte, whatever ends first.
func TestPrintBody(t *testing.T) {
	large := strings.Repeat("\x00\xff large", 400_000)
	tries := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/large":
			_, _ = io.WriteString(w, large)
		case "/try":
			if tries++; tries < 2 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			_, _ = io.WriteString(w, strings.Repeat("try ", 3-tries))
		case "/moved":
			http.Redirect(w, r, "/there", http.StatusFound)
		default:
			_, _ = io.WriteString(w, r.URL.Path+"?"+r.URL.RawQuery)
		}
	}))
	defer server.Close()
	one := func(text string) map[string]string { return map[string]string{"a.http": text} }
	tests := []struct {
		name  string
		files map[string]string
		o     Options
		want  string
		exit  int
	}{
		{"large and binary", one("GET {{base}}/large\n"), Options{}, large, 0},
		{"the last of several", one("GET {{base}}/a\n\n###\nGET {{base}}/b\n"), Options{}, "/b?", 0},
		{"setup and teardown do not count", one("# @teardown\nGET {{base}}/t\n\n###\nGET {{base}}/a\n\n###\n# @setup\nGET {{base}}/s\n"), Options{}, "/a?", 0},
		{"the last file", map[string]string{"a.http": "# @sleep 50ms\nGET {{base}}/a\n", "b.http": "GET {{base}}/b\n"}, Options{}, "/b?", 0},
		{"the last file of which anything is selected", map[string]string{"a.http": "# @name x\nGET {{base}}/a\n", "b.http": "GET {{base}}/b\n"}, Options{Names: []string{"x"}}, "/a?", 0},
		{"the last row", map[string]string{"a.http": "# @data rows.csv\n\n###\nGET {{base}}/r?n={{n}}\n", "rows.csv": "n\n1\n2\n3\n"}, Options{}, "/r?n=3", 0},
		{"the last iteration", one("# @loop for 3\nGET {{base}}/i?n={{$index}}\n"), Options{}, "/i?n=2", 0},
		{"the last try", one("# @retry 3 every 1ms\nGET {{base}}/try\n"), Options{}, "try ", 0},
		{"the last hop", one("GET {{base}}/moved\n"), Options{}, "/there?", 0},
		{"a check that fails", one("# @assert status == 1\nGET {{base}}/a\n"), Options{}, "/a?", 1},
		{"saved as well", one("GET {{base}}/a\n\n>> saved.txt\n"), Options{}, "/a?", 0},
		{"the last has no answer", one("GET {{base}}/a\n\n###\nGET http://127.0.0.1:1/\n"), Options{}, "", 3},
		{"the last is skipped", one("GET {{base}}/a\n\n###\n# @skip\nGET {{base}}/b\n"), Options{}, "", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Paths = []string{"."}
			tt.o.Vars = []Var{{Name: "base", Value: server.URL, Where: "--var"}}
			got, exit, messages := printed(t, tt.files, tt.o, Print{})
			if got != tt.want || exit != tt.exit {
				t.Errorf("printed %.100q, exit %d, want %.100q, %d: %+v", got, exit, tt.want, tt.exit, messages)
			}
		})
	}
}

// TestPrintFindsSecrets protects that a secret anywhere in a large body keeps it
// from being printed, also at the edge of what is read at once, and in UTF-16.
func TestPrintFindsSecrets(t *testing.T) {
	const hush = "hush-hush-hush"
	body := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, body) }))
	defer server.Close()
	for name, b := range map[string]string{
		"at the start":           hush + strings.Repeat("x", 3*scanSize),
		"across an edge":         strings.Repeat("x", scanSize-5) + hush + strings.Repeat("x", scanSize),
		"across the second edge": strings.Repeat("x", 2*scanSize-1) + hush,
		"in UTF-16":              "\xff\xfe" + strings.Join(strings.Split(hush, ""), "\x00") + "\x00",
		"nowhere":                strings.Repeat("hush-hush/", scanSize/10) + "\x00",
	} {
		body = b
		o := Options{Paths: []string{"."}, Vars: []Var{{Name: "base", Value: server.URL, Where: "--var"}, {Name: "s", Value: hush, Secret: true, Where: "--secret"}}}
		got, exit, _ := printed(t, map[string]string{"a.http": "GET {{base}}/\nX-Key: {{s}}\n"}, o, Print{})
		if refused := got == "" && exit == 2; refused == (name == "nowhere") {
			t.Errorf("%s: %d bytes are printed, exit %d", name, len(got), exit)
		}
		if got, _, _ = printed(t, map[string]string{"a.http": "GET {{base}}/\nX-Key: {{s}}\n"}, o, Print{Reveal: true}); got != body {
			t.Errorf("%s: with consent, %d bytes are printed, want %d", name, len(got), len(body))
		}
	}
}

// TestPrintCapture protects which value a name stands for: what the session would
// read at its end.
func TestPrintCapture(t *testing.T) {
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		_, _ = io.WriteString(w, r.URL.RawQuery)
	}))
	defer server.Close()
	one := func(text string) map[string]string { return map[string]string{"a.http": text} }
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
		exit  int
	}{
		"a capture":              {one("# @capture x = text\nGET {{base}}/?1\n"), "1\n", 0},
		"the later one":          {one("# @capture x = text\nGET {{base}}/?1\n\n###\n# @capture x = text\nGET {{base}}/?2\n"), "2\n", 0},
		"of the later file":      {map[string]string{"a.http": "# @sleep 50ms\n# @capture x = text\nGET {{base}}/?1\n", "b.http": "# @capture x = text\nGET {{base}}/?2\n"}, "2\n", 0},
		"that fails later":       {one("# @capture x = text\nGET {{base}}/?1\n\n###\n# @capture x = body.y\nGET {{base}}/?2\n"), "", 1},
		"of no name":             {one("# @capture y = text\nGET {{base}}/?1\n"), "", 2},
		"with a secret's name":   {one("# @capture x = text\n# @capture secret x = text\nGET {{base}}/?value-of-it\n"), "", 2},
		"of a request in secret": {one("# @no-log\n# @capture x = text\nGET {{base}}/?1\n"), "", 2},
	} {
		o := Options{Paths: []string{"."}, Vars: []Var{{Name: "base", Value: server.URL, Where: "--var"}}}
		got, exit, messages := printed(t, tt.files, o, Print{Capture: "x"})
		if got != tt.want || exit != tt.exit {
			t.Errorf("%s: printed %q, exit %d, want %q, %d: %+v", name, got, exit, tt.want, tt.exit, messages)
		}
	}
}

// TestPrintFails protects that a value which cannot be written fails the run.
func TestPrintFails(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	plan := NewPlan(t.Context(), Options{
		Dir: writeFiles(t, map[string]string{"a.http": "GET " + server.URL + "\n"}), Paths: []string{"a.http"}, NoStatusCheck: true, Print: &Print{To: func(io.Reader) error { return io.ErrClosedPipe }},
	})
	defer plan.Close()
	if exit := plan.Run(t.Context()); exit != ExitInvalid {
		t.Errorf("exit %d", exit)
	}
}
