package runner

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
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

// chainFile is a long file of requests with two checks each, of which one is
// another in each.
func chainFile(base string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "@base = %s\n\n", base)
	for i := range benchRequests {
		fmt.Fprintf(&text, "### r%d\n# @assert status == 200\n# @assert body.path == \"/item/%d\"\nGET {{base}}/item/%d\n\n", i, i, i)
	}
	return text.String()
}

const benchRequests = 2000

// BenchmarkPlan is what is done for each request before the first is sent.
func BenchmarkPlan(b *testing.B) {
	text := chainFile("http://localhost")
	b.ReportAllocs()
	for b.Loop() {
		p := NewPlan(b.Context(), Options{Paths: []string{"-"}, Stdin: strings.NewReader(text)})
		if m := p.Messages(); len(m) > 0 {
			b.Fatal(m)
		}
		p.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRequests, "ns/request")
}

// BenchmarkChain is one request of a long file, planning included. Compare it
// with BenchmarkBareLoop, which does the same by hand.
func BenchmarkChain(b *testing.B) {
	text := chainFile(benchServer(b).URL)
	b.ReportAllocs()
	for b.Loop() {
		p := NewPlan(b.Context(), Options{Paths: []string{"-"}, Stdin: strings.NewReader(text)})
		if exit := p.Run(b.Context()); exit != ExitPassed {
			b.Fatalf("exit %d", exit)
		}
		p.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRequests, "ns/request")
}

func BenchmarkBareLoop(b *testing.B) {
	server := benchServer(b)
	for b.Loop() {
		for i := range benchRequests {
			response, err := http.Get(fmt.Sprintf("%s/item/%d", server.URL, i))
			if err != nil {
				b.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil || response.StatusCode != 200 || gjson.GetBytes(body, "path").String() != fmt.Sprintf("/item/%d", i) {
				b.Fatalf("status %d: %s", response.StatusCode, body)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRequests, "ns/request")
}
