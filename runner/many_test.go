package runner

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// counter is a sink that counts requests by how they ended, and keeps nothing
// else.
type counter map[Outcome]int

func (c counter) Event(e *Event) error {
	if f, ok := e.Data.(*RequestFinished); ok {
		c[f.Outcome]++
	}
	return nil
}

func (c counter) Close() error { return nil }

// TestMany protects runs of many requests: each is sent once, in a file and in as
// many files, with one worker and with eight; a request takes a few kilobytes,
// and nothing is left of the run.
func TestMany(t *testing.T) {
	const n, perRequest, base = 2000, 16 << 10, 8 << 20
	var served atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(1)
		sent, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"bytes": %d, "length": %d}`, len(sent), r.ContentLength)
	}))
	defer server.Close()
	dir := t.TempDir()
	var whole strings.Builder
	one := func(i int) string {
		return fmt.Sprintf("### r%d\n# @assert status == 200 and body.bytes == 2\n# @capture v%d = body.length\nPOST %s/up?i=%d\n\nhi\n\n", i, i, server.URL, i)
	}
	for i := range n {
		whole.WriteString(one(i))
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%04d.http", i)), []byte(one(i)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "one"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "one", "all.http"), []byte(whole.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path string
		jobs       int
	}{
		{"a file", "one/all.http", 8}, {"files", "f*.http", 8}, {"files, one by one", "f*.http", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := served.Load()
			got := counter{}
			peak := heapPeak(func() {
				p := NewPlan(t.Context(), Options{Paths: []string{test.path}, Dir: dir, Jobs: test.jobs})
				defer p.Close()
				if exit := p.Run(t.Context(), got); exit != ExitPassed {
					t.Errorf("exit %d: %v", exit, p.Messages())
				}
			})
			if got[Passed] != n || len(got) != 1 || served.Load()-before != n {
				t.Errorf("%v, %d requests served, want %d", got, served.Load()-before, n)
			}
			if peak > base+n*perRequest {
				t.Errorf("the heap grew by %d MiB, %d bytes a request", peak/mega, peak/n)
			}
			t.Logf("the heap grew by %.1f MiB, %d bytes a request", float64(peak)/mega, peak/n)
			noneLeft(t)
		})
	}
}
