package runner

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
)

// received records which requests show the header fields of an exchange.
type received map[string]bool

func (r received) Event(e *Event) error {
	if f, ok := e.Data.(*RequestFinished); ok {
		hop := f.Hops[len(f.Hops)-1]
		r[f.Name] = len(hop.Sent) > 0 && len(hop.Header) > 0
	}
	return nil
}

func (r received) Close() error { return nil }

// TestHeaders protects the reader of a failure, who is always shown the header
// fields, and whoever asks for those of all requests.
func TestHeaders(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for asked, want := range map[bool]string{
		false: "map[failing:true passing:false]",
		true:  "map[failing:true passing:true]",
	} {
		path := filepath.Join(t.TempDir(), "a.http")
		write(t, path, fmt.Sprintf("### failing\nGET %s\n\n### passing\n# @assert status == 404\nGET %[1]s\n", server.URL))
		plan := NewPlan(t.Context(), Options{Paths: []string{path}, Headers: asked})
		got := received{}
		plan.Run(t.Context(), got)
		plan.Close()
		if fmt.Sprint(got) != want {
			t.Errorf("asked %v: %v, want %s", asked, got, want)
		}
	}
}
