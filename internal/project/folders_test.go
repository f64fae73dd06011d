package project

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestFolders protects where a new request file is looked for.
func TestFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"r/sub/deep", "r/.git", "r/node_modules/x", "other"} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("r/a.http", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	below := []string{"r", "r/sub", "r/sub/deep"}
	tests := []struct{ paths, want []string }{
		{[]string{"r"}, below},
		{[]string{"r", "r/sub"}, below},
		{[]string{"r/*.http"}, below},
		{[]string{"r/**/x*.http"}, below},
		{[]string{"r/s*/*.http"}, below},
		{[]string{"r/a.http", "none", "-"}, nil},
	}
	for _, test := range tests {
		got := Folders(test.paths, "")
		for i := range got {
			got[i] = filepath.ToSlash(got[i])
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.paths, got, test.want)
		}
	}
}
