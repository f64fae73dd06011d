package runner

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// benchServer answers with a small JSON document.
func benchServer(b *testing.B) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"path":%q,"items":[{"id":"t-1"}],"ok":true}`, r.URL.Path)
	}))
	b.Cleanup(server.Close)
	return server
}

// BenchmarkChain is one request of a long file: two checks each. Compare it
// with BenchmarkBareLoop, which does the same by hand.
func BenchmarkChain(b *testing.B) {
	server := benchServer(b)
	var text strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&text, "### r%d\n# @assert status == 200\n# @assert body.items[0].id == \"t-1\"\nGET %s/item/%d\n\n", i, server.URL, i)
	}
	path := filepath.Join(b.TempDir(), "chain.http")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p := NewPlan(b.Context(), Options{Paths: []string{path}})
		if exit := p.Run(b.Context()); exit != ExitPassed {
			b.Fatalf("exit %d", exit)
		}
		p.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2000, "ns/request")
}

func BenchmarkBareLoop(b *testing.B) {
	server := benchServer(b)
	for b.Loop() {
		for i := range 2000 {
			response, err := http.Get(fmt.Sprintf("%s/item/%d", server.URL, i))
			if err != nil {
				b.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil || response.StatusCode != 200 || gjson.GetBytes(body, "items.0.id").String() != "t-1" {
				b.Fatalf("status %d: %s", response.StatusCode, body)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2000, "ns/request")
}
