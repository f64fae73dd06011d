package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The reports that hold every exchange have the header fields of requests that
// have passed, too.
func TestReportsHaveHeaders(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Answered", "so") }))
	defer server.Close()
	dir := t.TempDir()
	t.Setenv(stateDirVariable, dir)
	file := filepath.Join(dir, "a.http")
	if err := os.WriteFile(file, []byte("GET "+server.URL+"\nX-Asked: so\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"json", "ndjson"} {
		var out, errs strings.Builder
		if code := Main([]string{"postrider", "run", file, "--report", kind}, nil, &out, &errs); code != exitOK {
			t.Fatalf("exit %d\n%s", code, errs.String())
		}
		for _, name := range []string{"X-Asked", "X-Answered"} {
			if !strings.Contains(out.String(), name) {
				t.Errorf("the report %s does not hold %s: %s", kind, name, out.String())
			}
		}
	}
}
