package parser

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// corpus returns the folder of files that people wrote, which lies beside the
// repository and is not part of it.
func corpus(t testing.TB) string {
	dir := filepath.Join("..", "..", "shared", "corpus")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no corpus at %s: this test compares with files kept outside the repository", dir)
	}
	return dir
}

// Nothing of a file may be lost, whatever people write.
func TestCorpusIsLossless(t *testing.T) {
	dir := filepath.Join(corpus(t), "files")
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		checkInvariants(t, Parse(path, src))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// expectedRequest is a request as two other parsers read it.
type expectedRequest struct {
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Name      *string           `json:"name"`
	Headers   map[string]string `json:"headers"`
	Body      *string           `json:"body"`
	BodyFiles []string          `json:"bodyFiles"`
	Line      int               `json:"line"`
}

// The requests of public files must be what the other tools send. The figures
// are those reached; a change that lowers one has broken somebody's file.
func TestCorpusAgreement(t *testing.T) {
	const (
		wantRequests = 99.85 // percent
		wantFiles    = 99.40
	)
	dir := corpus(t)
	data, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var expected map[string][]expectedRequest
	if err := json.Unmarshal(data, &expected); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range expected {
		names = append(names, name)
	}
	slices.Sort(names)
	var requests, agreed, files, withErrors int
	for _, name := range names {
		src, err := os.ReadFile(filepath.Join(dir, "files", name))
		if err != nil {
			t.Fatal(err)
		}
		f := Parse(name, src)
		differences := compareRequests(f, expected[name])
		if f.Diagnostics.HasErrors() {
			withErrors++
			for _, d := range f.Diagnostics {
				if d.Severity == diag.Error {
					t.Logf("error %v", d)
				}
			}
		}
		requests += len(expected[name])
		bad := min(len(differences), len(expected[name]))
		agreed += len(expected[name]) - bad
		if len(differences) == 0 {
			files++
		}
		for _, d := range differences {
			t.Logf("%s: %s", name, d)
		}
	}
	requestShare := 100 * float64(agreed) / float64(requests)
	fileShare := 100 * float64(files) / float64(len(names))
	t.Logf("requests: %d of %d agree (%.2f %%); files: %d of %d (%.2f %%); files with errors: %d",
		agreed, requests, requestShare, files, len(names), fileShare, withErrors)
	if requestShare < wantRequests || fileShare < wantFiles {
		t.Errorf("%.2f %% of requests and %.2f %% of files agree, want at least %.2f %% and %.2f %%",
			requestShare, fileShare, wantRequests, wantFiles)
	}
}

// compareRequests returns a line for each request that differs.
func compareRequests(f *File, want []expectedRequest) []string {
	var got []*Block
	for _, b := range f.Blocks {
		if b.Request != nil {
			got = append(got, b)
		}
	}
	if len(got) != len(want) {
		lines := []string{fmt.Sprintf("%d requests, want %d", len(got), len(want))}
		for len(lines) < len(want) {
			lines = append(lines, "(not compared)")
		}
		return lines
	}
	var differences []string
	for i, b := range got {
		if d := compareRequest(b, want[i]); d != "" {
			differences = append(differences, fmt.Sprintf("line %d: %s", want[i].Line, d))
		}
	}
	return differences
}

func compareRequest(b *Block, want expectedRequest) string {
	r := b.Request
	method := strings.ToUpper(r.Method.String())
	if method == "" {
		method = "GET"
	}
	if method != want.Method {
		return fmt.Sprintf("method %q, want %q", method, want.Method)
	}
	if got, want := withoutSpace(r.Target.String()), withoutSpace(want.URL); got != want {
		return fmt.Sprintf("URL %q, want %q", got, want)
	}
	if want.Name != nil && b.RequestName() != *want.Name {
		return fmt.Sprintf("name %q, want %q", b.RequestName(), *want.Name)
	}
	got := make(map[string]string)
	for _, h := range r.Headers {
		name, value := strings.ToLower(h.Name.String()), withoutSpace(h.Value.String())
		if other, ok := got[name]; ok {
			value = other + "," + value
		}
		got[name] = value
	}
	delete(got, "content-length")
	wantHeaders := make(map[string]string)
	for name, value := range want.Headers {
		wantHeaders[strings.ToLower(name)] = withoutSpace(value)
	}
	delete(wantHeaders, "content-length")
	if fmt.Sprint(got) != fmt.Sprint(wantHeaders) { // maps print in the order of their keys
		return fmt.Sprintf("headers %q, want %q", got, wantHeaders)
	}
	if want.Body != nil {
		if got, want := normalBody(writtenBody(r.Body)), normalBody(*want.Body); got != want {
			return fmt.Sprintf("body\n%s\nwant\n%s", got, want)
		}
	}
	return ""
}

func withoutSpace(s string) string { return strings.Join(strings.Fields(s), "") }

var trailingBlanks = regexp.MustCompile(`(?m)[ \t]+$`)

func normalBody(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.TrimSpace(trailingBlanks.ReplaceAllString(s, ""))
}

// writtenBody returns a body with its < lines as they are written.
func writtenBody(body *Body) string {
	if body == nil {
		return ""
	}
	var b strings.Builder
	for _, part := range body.Parts {
		if part.Path.IsZero() {
			b.WriteString(part.Text.String())
		} else {
			b.WriteString(part.Line.String())
		}
		if part.Newline {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
