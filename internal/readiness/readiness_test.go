package readiness

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

// TestParse protects the grammar of --wait-for.
func TestParse(t *testing.T) {
	tests := []struct{ text, want, fails string }{
		{text: "http://localhost:8080/health", want: "http://localhost:8080/health 1m0s"},
		{text: "https://localhost 5s", want: "https://localhost 5s"},
		{text: "tcp://[::1]:5432 90", want: "tcp://[::1]:5432 1m30s"},
		{text: "http://me:hush@localhost/?token=hush", want: "http://localhost/ 1m0s"},
		{text: "localhost:8080", fails: "expected a URL"},
		{text: "", fails: "expected a URL"},
		{text: "http://", fails: "expected a URL"},
		{text: "tcp://localhost", fails: "a host and a port"},
		{text: "tcp://localhost:1/x", fails: "a host and a port"},
		{text: "ws://localhost", fails: "is not http, https or tcp"},
		{text: "http://localhost soon", fails: "how long"},
		{text: "http://localhost 0s", fails: "how long"},
	}
	for _, test := range tests {
		w, err := Parse(test.text)
		if test.fails != "" {
			if err == nil || !strings.Contains(err.Error(), test.fails) {
				t.Errorf("%q: %v", test.text, err)
			}
			continue
		}
		if err != nil || fmt.Sprint(w, w.For) != test.want {
			t.Errorf("%q: %s %s, %v", test.text, w, w.For, err)
		}
	}
}

// TestWait protects what counts as being there, that what is not there at first is
// told once, and what is told at the end.
func TestWait(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/broken" || r.URL.Path == "/late" && asked.Add(1) < 3 {
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	defer server.Close()
	for _, test := range []struct{ server, notes, want string }{
		{server: "/late 30s", notes: "waiting for URL/late, for 30s at most: it answers 502 Bad Gateway"},
		{server: "/missing 30s"},
		{server: "/broken?token=hush 200ms", notes: "waiting for URL/broken, for 200ms at most: it answers 502 Bad Gateway", want: "URL/broken was not there after 200ms: it answers 502 Bad Gateway"},
	} {
		s, err := Parse(server.URL + test.server)
		if err != nil {
			t.Fatal(err)
		}
		var notes []string
		short := func(m diag.Message) string { return strings.ReplaceAll(m.Summary, server.URL, "URL") }
		got := ""
		w := Waiter{Client: transport.New(transport.Options{LoopbackOnly: true})}
		if m := w.Wait(t.Context(), []Server{s}, func(m diag.Message) { notes = append(notes, short(m)) }); m != nil {
			got = short(*m)
		}
		if told := strings.Join(notes, "; "); told != test.notes || got != test.want {
			t.Errorf("%s: %q, then %q", test.server, told, got)
		}
	}
}
