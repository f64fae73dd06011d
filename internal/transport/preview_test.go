package transport

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
)

// TestPreview protects that a preview is the first hop of Do, and that nothing is
// sent for it.
func TestPreview(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	u, _ := url.Parse(server.URL + "/a?b")
	client := New(Options{UserAgent: "p"})
	defer client.Close()
	r := &Request{
		Method: "POST", URL: u, Header: []Field{{"x-a", "1"}, {"x-a", "2"}}, Body: Bytes("abc"),
		Auth: &authorizer{apply: func(hop *http.Request, _ func(string) bool) (bool, error) {
			hop.Header.Set("Authorization", "x")
			return true, nil
		}},
	}
	hop, proxy, err := client.Preview(t.Context(), r)
	if err != nil || proxy != nil || asked > 0 {
		t.Fatalf("%v, proxy %v, %d requests", err, proxy, asked)
	}
	x, err := client.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	sent := x.Hops[0]
	if !maps.EqualFunc(hop.Sent, sent.Sent, slices.Equal) || hop.Method != sent.Method || hop.URL.String() != sent.URL.String() || hop.Applied != sent.Applied {
		t.Errorf("preview %v, sent %v", hop, sent)
	}
	if hop.Sent.Get("Authorization") != "x" {
		t.Errorf("no credentials: %v", hop.Sent)
	}
	via, _ := url.Parse("http://proxy.example:3128")
	r.Proxy = via
	if _, proxy, _ := client.Preview(t.Context(), r); proxy != via {
		t.Errorf("proxy %v", proxy)
	}
	refuses := &authorizer{apply: func(*http.Request, func(string) bool) (bool, error) { return false, errors.New("no") }}
	for _, wrong := range []*Request{
		{Method: "G T", URL: u}, {Method: "GET", URL: u, Proto: "HTTP/9"}, {Method: "GET", URL: u, Auth: refuses},
	} {
		if _, _, err := client.Preview(t.Context(), wrong); err == nil {
			t.Errorf("%v has a preview", wrong)
		}
	}
}
