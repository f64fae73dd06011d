package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/postrider/postrider"

// mayImport is the direction of imports: what each package of the module may
// import of the others. A package that is not listed fails the test, so that a
// new one gets its place on purpose.
var mayImport = map[string][]string{
	"":                    {"internal/cli"},
	"parser":              {"internal/diag"},
	"auth":                {"internal/transport", "internal/tokenstore", "internal/secret", "internal/diag"},
	"runner":              {"parser", "auth", "internal/authforms", "internal/charset", "internal/curl", "internal/data", "internal/diag", "internal/eval", "internal/fake", "internal/lastrun", "internal/propose", "internal/scope", "internal/script", "internal/transport", "internal/project", "internal/ratelimit", "internal/readiness", "internal/redaction", "internal/secret", "internal/standin", "internal/tokenstore", "internal/urltext", "internal/value"},
	"internal/curl":       {"internal/diag"},
	"docs":                {},
	"internal/diag":       {},
	"internal/markdown":   {"internal/diag"},
	"internal/value":      {},
	"internal/propose":    {"internal/diag", "internal/value"},
	"internal/watch":      {},
	"internal/cputime":    {},
	"internal/charset":    {},
	"internal/xpath":      {"internal/diag"},
	"internal/data":       {"internal/diag", "internal/value"},
	"internal/secret":     {},
	"internal/project":    {"internal/diag"},
	"internal/fake":       {},
	"internal/authforms":  {"parser", "auth", "internal/diag", "internal/scope", "internal/transport", "internal/value"},
	"internal/lastrun":    {"internal/project"},
	"internal/ratelimit":  {"parser"},
	"internal/readiness":  {"parser", "internal/diag", "internal/transport"},
	"internal/redaction":  {"internal/authforms", "internal/diag", "internal/scope", "internal/secret"},
	"internal/standin":    {"internal/curl"},
	"internal/urltext":    {"internal/scope"},
	"internal/scope":      {"parser", "internal/diag", "internal/fake", "internal/querytext", "internal/value"},
	"internal/jsonschema": {"internal/diag", "internal/value"},
	"internal/querytext":  {},
	"internal/eval":       {"internal/charset", "internal/diag", "internal/jsonschema", "internal/querytext", "internal/value", "internal/xpath"},
	"internal/transport":  {"internal/diag"},
	"internal/tokenstore": {"internal/diag"},
	"internal/sandbox":    {},
	"internal/script":     {"internal/charset", "internal/diag", "internal/fake", "internal/querytext", "internal/value", "internal/xpath"},
	"internal/report":     {"runner", "internal/diag"},
	"internal/recording":  {"runner", "internal/diag"},
	"internal/bench":      {},
	"internal/syntaxjson": {"parser", "internal/diag"},
	"internal/cli":        {"docs", "runner", "parser", "internal/markdown", "internal/project", "internal/readiness", "internal/recording", "internal/report", "internal/sandbox", "internal/syntaxjson", "internal/watch", "internal/diag"},
}

// TestImportDirection protects the architecture: arrows point one way, and the
// parser stands on the standard library alone.
func TestImportDirection(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&pkg); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		name := strings.TrimPrefix(strings.TrimPrefix(pkg.ImportPath, module), "/")
		allowed, listed := mayImport[name]
		if !listed {
			t.Errorf("package %q has no place in the architecture: add it to mayImport", name)
		}
		for _, path := range pkg.Imports {
			inner, ours := strings.CutPrefix(path, module+"/")
			switch {
			case ours && !slices.Contains(allowed, inner):
				t.Errorf("%s imports %s, which points the wrong way", name, inner)
			case !ours && strings.Contains(path, ".") && (name == "parser" || name == "internal/diag"):
				t.Errorf("%s imports %s; it stands on the standard library alone", name, path)
			}
		}
	}
	if seen != len(mayImport) {
		t.Errorf("%d packages exist, %d are listed", seen, len(mayImport))
	}
}
