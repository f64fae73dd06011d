package project

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// tree makes files below a new folder and the folder the working directory. A
// name that ends in a slash is a folder; a content "-> x" is a symbolic link.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		link, isLink := strings.CutPrefix(content, "-> ")
		switch {
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(path, 0o755)
		case isLink:
			err = os.Symlink(strings.ReplaceAll(link, "$DIR", dir), path)
		default:
			err = os.WriteFile(path, []byte(content), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return dir
}

func message(err error) string {
	d, ok := err.(*diag.Diagnostic)
	if !ok {
		return fmt.Sprintf("not a diagnostic: %v", err)
	}
	s := d.Code + " " + d.Error()
	if d.Detail != "" {
		s += " | " + d.Detail
	}
	return s + " | " + d.Suggestion
}

func TestRoot(t *testing.T) {
	dir := tree(t, map[string]string{
		"repo/.git/": "", "repo/api/v1/": "", "worktree/.git": "gitdir: elsewhere", "worktree/a/": "", "repo/sub/.git": "x", "repo/sub/b/": "", "loose/a/": "",
	})
	for from, want := range map[string]string{
		"repo": "repo", "repo/api/v1": "repo", "worktree/a": "worktree", "repo/sub/b": "repo/sub", "repo/missing/x": "repo",
	} {
		if got := Root(from); got != filepath.Join(dir, want) {
			t.Errorf("Root(%s) = %s", from, got)
		}
	}
	// Without a .git the folder itself; the folders above the test's may have one.
	if got := Root("loose/a"); got != filepath.Join(dir, "loose/a") && strings.HasPrefix(got, dir) {
		t.Errorf("Root(loose/a) = %s", got)
	}
}
