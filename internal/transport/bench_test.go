package transport

import (
	"context"
	"io"
	"net/http"
	"os"
	"testing"
	"time"
)

func benchmarkHandler(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, `{"items":[{"id":"t-1","title":"Phishing mail reported","processed":false}],"total":1}`)
}

// A chain of requests as a run sends it. Compare with BenchmarkBare.
func BenchmarkDo(b *testing.B) {
	server := newServer(b, benchmarkHandler)
	client := newClient(b, Options{UserAgent: "postrider/1", Proxy: EnvironmentProxies(os.LookupEnv)})
	request := &Request{Method: "GET", URL: parseURL(b, server.URL+"/v1/tickets?page=0"), Redirects: 10,
		Header:  []Field{{"Authorization", "Bearer token"}, {"Workspace", "w"}},
		Connect: 10 * time.Second, Timeout: 30 * time.Second}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Do(context.Background(), request); err != nil {
			b.Fatal(err)
		}
	}
}

// The same by net/http alone.
func BenchmarkBare(b *testing.B) {
	server := newServer(b, benchmarkHandler)
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}}
	b.ReportAllocs()
	for b.Loop() {
		request, err := http.NewRequestWithContext(context.Background(), "GET", server.URL+"/v1/tickets?page=0", nil)
		if err != nil {
			b.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer token")
		request.Header.Set("Workspace", "w")
		answer, err := client.Do(request)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadAll(answer.Body); err != nil {
			b.Fatal(err)
		}
		answer.Body.Close()
	}
}
