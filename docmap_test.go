package main

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// mapped are the folders with so many files that the comment of the package says where
// to go: its doc.go lists them by name or by pattern.
var mapped = []string{"runner", "internal/cli", "internal/script"}

// TestMapsOfFolders protects the maps: every file of such a folder stands on its map
// once, and nothing does that is no longer there.
func TestMapsOfFolders(t *testing.T) {
	for _, folder := range mapped {
		comment, err := os.ReadFile(path.Join(folder, "doc.go"))
		if err != nil {
			t.Fatal(err)
		}
		var patterns []string
		for line := range strings.Lines(string(comment)) {
			listed, found := strings.CutPrefix(line, "//\t")
			for word := range strings.FieldsSeq(listed) {
				if found = found && strings.HasSuffix(word, ".go"); !found {
					break
				}
				patterns = append(patterns, word)
			}
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		used := make(map[string]bool)
		for _, entry := range entries {
			name := entry.Name()
			if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || name == "doc.go" {
				continue
			}
			of := slices.DeleteFunc(slices.Clone(patterns), func(pattern string) bool {
				matches, err := path.Match(pattern, name)
				if err != nil {
					t.Fatalf("%s/doc.go: %s: %v", folder, pattern, err)
				}
				used[pattern] = used[pattern] || matches
				return !matches
			})
			if len(of) != 1 {
				t.Errorf("%s/%s stands on the map of doc.go %d times: %q", folder, name, len(of), of)
			}
		}
		for _, pattern := range patterns {
			if !used[pattern] {
				t.Errorf("%s/doc.go has %s on its map, and there is no such file", folder, pattern)
			}
		}
	}
}
