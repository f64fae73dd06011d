package lastrun

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRecord protects what is read back, that records of other projects and
// environments are others, and that a file which cannot be read is told and written
// anew.
func TestRecord(t *testing.T) {
	dir := t.TempDir()
	key := Key{Root: "/p", Environment: "dev"}
	path := key.Path(dir)
	if r, err := Read(path); r != nil || err != nil {
		t.Fatalf("%v, %v", r, err)
	}
	note := func(files map[string][]Open) { files["a.http"] = []Open{{Request: "a#1", Line: 2, Row: 3}} }
	for _, damage := range []struct{ text, want string }{{"", ""}, {"{", "it is damaged"}, {`{"version": 7}`, "version 7"}} {
		if damage.text != "" {
			if err := os.WriteFile(path, []byte(damage.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Read(path); err == nil || !strings.Contains(err.Error(), damage.want) {
				t.Errorf("%s: %v", damage.text, err)
			}
		}
		if err := key.Update(path, note); err != nil {
			t.Fatal(err)
		}
		r, err := Read(path)
		if err != nil || r.Root != "/p" || len(r.Files["a.http"]) != 1 || r.Files["a.http"][0] != (Open{Request: "a#1", Line: 2, Row: 3}) {
			t.Errorf("%q: %v, %v", damage.text, r, err)
		}
	}
	for _, other := range []Key{{"/p", ""}, {"/q", "dev"}, {"/pdev", ""}} {
		if other.Path(dir) == path || filepath.Dir(other.Path(dir)) != filepath.Dir(path) {
			t.Errorf("%v: %s", other, other.Path(dir))
		}
	}
}
