package runner

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// heapPeak returns how many bytes of objects the heap held at most while work was
// running, more than before.
func heapPeak(work func()) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // what nobody holds is soon gone
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	read := func() int64 {
		metrics.Read(sample)
		return int64(sample[0].Value.Uint64())
	}
	runtime.GC()
	before := read()
	done, peak := make(chan struct{}), make(chan int64)
	go func() {
		most := before
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-tick.C:
				most = max(most, read())
			case <-done:
				tick.Stop()
				peak <- max(most, read())
				return
			}
		}
	}()
	work()
	close(done)
	return <-peak - before
}

const mega = 1 << 20

// streamServer takes bodies and gives them, and holds none:
//
//	/up          counts the bytes of the request
//	/away        redirects to /up with 307, once it has read the body
//	/flaky       the same as /up, but answers 503 to the first
//	/down?n=1    a body of that many MiB
func streamServer(t *testing.T) *httptest.Server {
	var flaky atomic.Int32
	block := bytes.Repeat([]byte("0123456789abcdef"), 4<<10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			return
		}
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, "/up", http.StatusTemporaryRedirect)
			return
		case "/flaky":
			if flaky.Add(1) == 1 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
		case "/down":
			var count int
			fmt.Sscan(r.URL.Query().Get("n"), &count)
			for range count * mega / len(block) {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"bytes":%d,"length":%d}`, n, r.ContentLength)
	}))
	t.Cleanup(server.Close)
	return server
}

// TestMemory protects that memory grows neither with the size of a body nor with
// the number of requests: what no check reads passes through, and what one reads
// is dropped after its last reader.
func TestMemory(t *testing.T) {
	const big = 64
	many := func(n int, text string) string {
		var all strings.Builder
		for i := range n {
			all.WriteString(strings.ReplaceAll(strings.ReplaceAll(text, "NEXT", fmt.Sprint(i+1)), "THIS", fmt.Sprint(i)) + "\n\n")
		}
		return all.String()
	}
	tests := []struct {
		name, text string
		most       int64 // MiB
		saved      string
	}{
		{name: "a file is sent", most: 8, text: `
# @assert body.bytes == 67108864 and body.length == 67108864
POST BASE/up
Content-Type: application/octet-stream

< ./big.bin`},
		{name: "a file is sent again to where a redirect leads", most: 8, text: `
# @assert body.bytes == 67108864 and body.length == 67108864 and len(redirects) == 1
POST BASE/away
Content-Type: application/octet-stream

< ./big.bin`},
		{name: "a file is sent again by @retry", most: 8, text: `
# @retry 2 every 1ms
# @assert body.bytes == 67108864 and body.length == 67108864
POST BASE/flaky
Content-Type: application/octet-stream

< ./big.bin`},
		{name: "a file is a part of a form", most: 8, text: `
# @assert body.bytes == body.length and body.bytes > 2 * 67108864
POST BASE/up
Content-Type: multipart/form-data; boundary=b

--b
Content-Disposition: form-data; name="a"; filename="a.bin"
Content-Type: application/octet-stream

< ./big.bin
--b
Content-Disposition: form-data; name="b"; filename="b.bin"
Content-Type: application/octet-stream

< ./big.bin
--b--`},
		{name: "nothing reads an answer", most: 8, text: "# @assert size == 67108864\nGET BASE/down?n=64"},
		{name: "an answer is saved", most: 8, saved: "out.bin", text: "GET BASE/down?n=64\n\n>> out.bin"},
		{name: "many answers that checks read", most: 12, text: many(32, "###\n# @assert len(text) == 1048576\nGET BASE/down?n=1")},
		{name: "many answers that the next request reads", most: 16,
			text: "###\n# @name r0\nGET BASE/down?n=1\n\n" + many(32, "###\n# @name rNEXT\n# @assert len(rTHIS.text) == len(text)\nGET BASE/down?n=1")},
	}
	server := streamServer(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name string, content []byte, size int64) {
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, content, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Truncate(path, max(size, int64(len(content)))); err != nil {
					t.Fatal(err)
				}
			}
			write("big.bin", nil, big*mega)
			write("a.http", []byte(strings.ReplaceAll(test.text, "BASE", server.URL)+"\n"), 0)
			var told story
			peak := heapPeak(func() {
				p := NewPlan(t.Context(), Options{Paths: []string{filepath.Join(dir, "a.http")}})
				defer p.Close()
				if exit := p.Run(t.Context(), &told); exit != ExitPassed {
					t.Errorf("exit %d: %q", exit, told.errors)
				}
			})
			if peak > test.most*mega {
				t.Errorf("the heap grew by %d MiB, at most %d may be", peak/mega, test.most)
			}
			t.Logf("the heap grew by %.1f MiB", float64(peak)/mega)
			if test.saved != "" {
				if info, err := os.Stat(filepath.Join(dir, test.saved)); err != nil || info.Size() != big*mega {
					t.Errorf("%s: %v, %v", test.saved, info, err)
				}
			}
		})
	}
}
