package jsonschema

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/value"
)

// suiteDrafts are the folders of the official test suite.
var suiteDrafts = map[string]draft{
	"draft4": draft4, "draft6": draft6, "draft7": draft7, "draft2019-09": draft2019, "draft2020-12": draft2020,
}

// suiteExceptions are the cases that are decided otherwise here, with the reason.
var suiteExceptions = func() map[string]string {
	const content = "contentEncoding and contentMediaType describe a value and check nothing, as in the newer drafts"
	return map[string]string{
		"draft7/optional/content: validation of string-encoded content based on media type: an invalid JSON document":             content,
		"draft7/optional/content: validation of binary string-encoding: an invalid base64 string (% is not a valid character)":    content,
		"draft7/optional/content: validation of binary-encoded media type documents: a validly-encoded invalid JSON document":     content,
		"draft7/optional/content: validation of binary-encoded media type documents: an invalid base64 string that is valid JSON": content,
	}
}()

// TestSuite runs the JSON-Schema-Test-Suite, which is not part of the
// repository: `make schema-suite` names the folder it lies in.
func TestSuite(t *testing.T) {
	root := os.Getenv("JSON_SCHEMA_TEST_SUITE")
	if root == "" {
		return
	}
	cases, failed := 0, 0
	used := make(map[string]bool)
	for folder, d := range suiteDrafts {
		err := filepath.WalkDir(filepath.Join(root, "tests", folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".json" {
				return err
			}
			name, _ := filepath.Rel(filepath.Join(root, "tests"), path)
			name = filepath.ToSlash(strings.TrimSuffix(name, ".json"))
			for _, g := range decodeFile(t, path).([]any) {
				group := g.(map[string]any)
				schema, compileErr := compileSuite(root, name, d, group["schema"])
				for _, c := range group["tests"].([]any) {
					test := c.(map[string]any)
					full := name + ": " + group["description"].(string) + ": " + test["description"].(string)
					cases++
					valid, note := false, ""
					if compileErr != nil {
						note = compileErr.Error()
						var beyond *Error
						if errors.As(compileErr, &beyond) && len(beyond.Violations) > 0 {
							note += " " + beyond.Violations[0].String()
						}
					} else {
						found, err := schema.Validate(t.Context(), test["data"])
						valid = len(found) == 0 && err == nil
						if err != nil {
							note = err.Error()
						} else if !valid {
							note = found[0].String()
						}
					}
					wrong := valid != test["valid"].(bool) || compileErr != nil
					if reason, known := suiteExceptions[full]; known {
						used[full] = true
						if !wrong {
							t.Errorf("%s is listed as an exception (%s) and passes", full, reason)
						}
						continue
					}
					if wrong {
						failed++
						t.Errorf("%s: %t, want %v (%s)", full, valid, test["valid"], note)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range suiteExceptions {
		if !used[name] {
			t.Errorf("no case %q", name)
		}
	}
	t.Logf("%d cases, %d fail, %d exceptions", cases, failed, len(used))
}

// compileSuite compiles a schema of the suite. Its remote documents are those
// under remotes.
func compileSuite(root, name string, d draft, schema any) (*Schema, error) {
	c := newCompiler(func(uri string) (Source, error) {
		file, ok := strings.CutPrefix(uri, "http://localhost:1234/")
		if !ok {
			return Source{}, errors.New("not fetched: " + uri)
		}
		content, err := os.ReadFile(filepath.Join(root, "remotes", filepath.FromSlash(file)))
		if err != nil {
			return Source{}, err
		}
		v, _, err := value.Decode(content)
		return Source{URI: uri, Name: file, Value: v}, err
	})
	c.assumed = &dialect{draft: d, meta: d.uri()}
	// By default of the newer drafts, format says nothing; here it is asserted.
	// The folder of formats expects that, the others do not.
	c.plain = !strings.Contains(name, "/optional/format")
	s, err := compile(c, Source{URI: "test:schema", Name: "schema", Value: schema}, "")
	if err != nil { // not a nil *Error in an error
		return nil, err
	}
	return s, nil
}

func decodeFile(t *testing.T, path string) any {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	v, _, err := value.Decode(content)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}
