package runner

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestAnswersAreThere protects the requests that run anew from the dropping of
// answers: what they read must still be there.
func TestAnswersAreThere(t *testing.T) {
	const login = "### login\nGET /login\n\n### reader\n# @assert login.status == 200\nGET /read/{{login.id}}\n\n"
	tests := []struct {
		name, text string
		want       []string // paths
	}{
		{"once", login, []string{"/login", "/read/t-1"}},
		{"called", login + "###\nrun #reader\n\n###\nrun #reader\n", []string{"/login", "/read/t-1", "/read/t-1", "/read/t-1"}},
		{"forced", login + "###\n# @forceRef reader\nGET /last\n", []string{"/login", "/read/t-1", "/read/t-1", "/last"}},
		{"in a loop", strings.Replace(login, "# @assert", "# @loop for 2\n# @assert", 1), []string{"/login", "/read/t-1", "/read/t-1"}},
		{"in a retry", strings.Replace(login, "# @assert login.status == 200", "# @retry 2 every 1ms until login.body.id == \"t-1\" and request.url != \"\"", 1), []string{"/login", "/read/t-1"}},
		{"in a file of unknown name", login + "### last\n# @capture file = \"a\"\nGET /last\n\n###\nPOST /post\n\n<@ ./{{file}}.txt\n", []string{"/login", "/read/t-1", "/last", "/post"}},
		{"by itself", "### a\n# @assert a.body.id == \"t-1\"\nGET /a\n\n### b\nGET /b?x={{a.id}}\n\n### c\n# @assert a.body.id == b.body.id\nGET /c\n", []string{"/a", "/b?x=t-1", "/c"}},
		{"by @if, which is false", login + "###\n# @if login.status == 500\nGET /no\n\n###\nGET /yes/{{login.id}}\n", []string{"/login", "/read/t-1", "/yes/t-1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := newAPI(t)
			dir := t.TempDir()
			text := strings.NewReplacer("GET /", "GET "+api.URL+"/", "POST /", "POST "+api.URL+"/").Replace(test.text)
			for name, content := range map[string]string{"a.http": text, "a.txt": "{{login.id}}"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			p := NewPlan(t.Context(), Options{Paths: []string{filepath.Join(dir, "a.http")}})
			defer p.Close()
			var told story
			if exit := p.Run(t.Context(), &told); exit != ExitPassed || !slices.Equal(api.paths, test.want) {
				t.Errorf("exit %d, sent %q, want %q: %q", exit, api.paths, test.want, told.errors)
			}
		})
	}
}
