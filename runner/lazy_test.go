package runner

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFileVariablesAreFixed protects when a file variable made of a dynamic one
// gets another value: never, except after := and in VS Code files.
func TestFileVariablesAreFixed(t *testing.T) {
	tests := []struct {
		name, text string
		same       bool
	}{
		{"neutral", "@id = {{$uuid}}\nGET BASE/{{id}}/{{id}}\n", true},
		{"with a directive of ours", "# @dialect vscode\n# @assert status == 200\n@id = {{$uuid}}\nGET BASE/{{id}}/{{id}}\n", true},
		{"lazy", "@id := {{$uuid}}\nGET BASE/{{id}}/{{id}}\n", false},
		{"VS Code", "# @dialect vscode\n@id = {{$uuid}}\nGET BASE/{{id}}/{{id}}\n", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := newAPI(t)
			path := filepath.Join(t.TempDir(), "a.http")
			text := []byte(strings.ReplaceAll(test.text, "BASE", api.URL))
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			p := NewPlan(t.Context(), Options{Paths: []string{path}})
			defer p.Close()
			if exit := p.Run(t.Context()); exit != ExitPassed || len(api.paths) != 1 {
				t.Fatalf("exit %d, sent %q", exit, api.paths)
			}
			const uuid = len("00000000-0000-4000-8000-000000000000")
			sent := api.paths[0]
			if len(sent) != 2*(uuid+1) {
				t.Fatalf("sent %q", sent)
			}
			if same := sent[1:1+uuid] == sent[2+uuid:]; same != test.same {
				t.Errorf("sent %q; the values should be the same: %v", sent, test.same)
			}
		})
	}
}
