package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/postrider/postrider/internal/diag"
)

// checked is the part of the JSON of a check that these tests read.
type checked struct {
	Diagnostics []struct {
		Code, Name, Summary, Detail, Suggestion string
		Severity                                string
		Line, Column, EndLine, EndColumn        int
	}
}

// checkFiles runs check in a folder of its own over the files of a text, the
// first of which is sample.http.
func checkFiles(t *testing.T, sample string, flags ...string) checked {
	t.Helper()
	dir := t.TempDir()
	archive := txtar.Parse([]byte("-- sample.http --\n" + sample))
	for _, f := range archive.Files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	t.Setenv("POSTRIDER_CONFIG_DIR", dir)
	var stdout, stderr strings.Builder
	args := []string{"postrider", "check", "--format", "json"}
	for _, f := range flags {
		args = append(args, strings.Fields(f)...)
	}
	Main(args, strings.NewReader(""), &stdout, &stderr)
	var found checked
	if err := json.Unmarshal([]byte(stdout.String()), &found); err != nil {
		t.Fatalf("%v\n%s%s", err, stdout.String(), stderr.String())
	}
	return found
}

// TestSamples protects the explanations: check finds in each wrong sample what
// it is a sample of and no other error, and nothing at all in the right one.
func TestSamples(t *testing.T) {
	sampled := 0
	for _, e := range diag.Explanations() {
		if e.Wrong == "" {
			continue
		}
		sampled++
		t.Run(e.Code, func(t *testing.T) {
			wrong := checkFiles(t, e.Wrong, e.Flags...)
			own := 0
			for _, d := range wrong.Diagnostics {
				switch {
				case d.Code == e.Code:
					own++
					if d.Name != e.Name || d.Severity != e.Severity.String() && e.Code != diag.CodeOverridden {
						t.Errorf("found as %s, a %s", d.Name, d.Severity)
					}
					if d.Suggestion == "" && e.Severity != diag.Note {
						t.Errorf("nothing is suggested against %q", d.Summary)
					}
				case d.Severity == "error" || e.Severity != diag.Error:
					t.Errorf("the wrong sample has %s too: %s", d.Code, d.Summary)
				}
			}
			if own != 1 {
				t.Errorf("found %d times in the wrong sample: %+v", own, wrong.Diagnostics)
			}
			for _, d := range checkFiles(t, e.Right, e.Flags...).Diagnostics {
				t.Errorf("the right sample has %s: %s", d.Code, d.Summary)
			}
		})
	}
	if sampled < 50 {
		t.Errorf("only %d codes have samples", sampled)
	}
}
