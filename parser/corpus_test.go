package parser

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

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

// corpusFiles returns the content of all files by their names, and how long all of
// them are.
func corpusFiles(t testing.TB) (files map[string][]byte, size int) {
	dir := filepath.Join(corpus(t), "files")
	files = make(map[string][]byte)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = src
		size += len(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, size
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

// TestCorpus holds the parser against the files that people wrote. No file may be
// lost or crash it. The requests must be what two other parsers agree on, and what
// is said about a file must be right; what differs stands in a list with the
// reason, and what stands there must still differ. `make corpus` shows the figures.
func TestCorpus(t *testing.T) {
	files, size := corpusFiles(t)
	data, err := os.ReadFile(filepath.Join(corpus(t), "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var expected map[string][]expectedRequest
	if err := json.Unmarshal(data, &expected); err != nil {
		t.Fatal(err)
	}
	unread, unwarned, unequal := listed(trulyBroken), listed(rightlyWarned), listed(readOtherwise)
	requests, equal, equalFiles, withErrors, warnings := 0, 0, 0, 0, 0
	var took time.Duration
	for _, name := range slices.Sorted(maps.Keys(files)) {
		start := time.Now()
		f := Parse(name, files[name])
		took += time.Since(start)
		checkInvariants(t, f)

		if f.Diagnostics.HasErrors() {
			withErrors++
		}
		for _, d := range f.Diagnostics {
			list := unread
			switch d.Severity {
			case diag.Warning:
				list = unwarned
				warnings++
			case diag.Note:
				continue
			}
			at := finding{name, f.Source.Position(d.Subject.Start).Line, d.Code}
			if _, ok := list[at]; !ok {
				t.Errorf("%v %s, which is not listed: %v", d.Severity, d.Code, d)
			}
			delete(list, at)
		}

		want, compared := expected[name]
		if !compared {
			continue
		}
		differences := compareRequests(f, want)
		requests += len(want)
		equal += len(want) - len(differences)
		if len(differences) == 0 {
			equalFiles++
		}
		for line, difference := range differences {
			at := finding{name, line, ""}
			if _, ok := unequal[at]; !ok {
				t.Errorf("%s:%d: %s", name, line, difference)
			}
			delete(unequal, at)
		}
	}
	for at, reason := range unequal {
		t.Errorf("%v is listed as read otherwise (%s) and is not", at, reason)
	}
	for at, reason := range unread {
		t.Errorf("%v is listed as broken (%s) and is read without an error", at, reason)
	}
	for at, reason := range unwarned {
		t.Errorf("%v is listed with a warning (%s) and has none", at, reason)
	}
	exceptions := len(listed(readOtherwise))
	if 100*exceptions > requests {
		t.Errorf("%d of %d requests are exceptions, more than one in a hundred", exceptions, requests)
	}
	t.Logf("requests equal: %d of %d, exceptions: %d", equal, requests, exceptions)
	t.Logf("files equal:    %d of %d", equalFiles, len(expected))
	t.Logf("files read:     %d, %d with errors, %d warnings", len(files), withErrors, warnings)
	t.Logf("speed:          %.0f MB/s", float64(size)/1e6/took.Seconds())
}

// compareRequests returns what differs, by the line of the request.
func compareRequests(f *File, want []expectedRequest) map[int]string {
	var got []*Block
	for _, b := range f.Blocks {
		if b.Request != nil {
			got = append(got, b)
		}
	}
	differences := make(map[int]string)
	for i, w := range want {
		if len(got) != len(want) {
			differences[w.Line] = fmt.Sprintf("not compared: %d requests, want %d", len(got), len(want))
		} else if d := compareRequest(got[i], w); d != "" {
			differences[w.Line] = d
		}
	}
	return differences
}

func compareRequest(b *Block, want expectedRequest) string {
	r := b.Request
	if line := r.Target.Source().Position(r.Line.Start).Line; line != want.Line {
		return fmt.Sprintf("line %d, want %d", line, want.Line)
	}
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
	var bodyFiles []string
	if r.Body != nil {
		for _, part := range r.Body.Parts {
			if !part.Path.IsZero() {
				bodyFiles = append(bodyFiles, part.Path.String())
			}
		}
	}
	if want.BodyFiles != nil && !slices.Equal(bodyFiles, want.BodyFiles) {
		return fmt.Sprintf("body files %q, want %q", bodyFiles, want.BodyFiles)
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
