package project

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	dir := tree(t, map[string]string{
		"b.http": "", "a.http": "", "notes.txt": "", "weird[1].http": "",
		"req/z.http": "", "req/a.rest": "", "req/B.HTTP": "", "req/x.env.json": "",
		"req/deep/c.http": "", "req/deep/er/d.http": "",
		"req/.hidden/e.http": "", "req/node_modules/f.http": "", "req/vendor/g.http": "",
		"req/linked.http": "-> ../b.http", "link": "-> req/deep", "req/dir.http/inner.http": "",
		".dot/h.http": "", "none/x.txt": "", "empty/": "",
	})
	const req = "req/B.HTTP req/a.rest req/deep/c.http req/deep/er/d.http req/dir.http/inner.http req/linked.http req/z.http"
	tests := []struct{ paths, want string }{
		{"b.http", "b.http"},
		{"./b.http", "./b.http"},
		{dir + "/b.http", dir + "/b.http"},
		{"notes.txt", "notes.txt"}, // named outright
		{"req", req},
		{"req/", req},
		{"./req/deep", "./req/deep/c.http ./req/deep/er/d.http"},
		{"link", "link/c.http link/er/d.http"},
		{".dot", ".dot/h.http"}, // named outright
		{".", "a.http b.http " + req + " weird[1].http"},
		{"", "a.http b.http " + req + " weird[1].http"},
		{"*.http", "a.http b.http weird[1].http"},
		{"?.http", "a.http b.http"},
		{"./[ab].http", "./a.http ./b.http"},
		{"weird[1].http", "weird[1].http"}, // a file before a pattern
		{"req/*", "req/B.HTTP req/a.rest req/linked.http req/z.http"},
		{"req/**/*.http", "req/deep/c.http req/deep/er/d.http req/dir.http/inner.http req/linked.http req/z.http"},
		{"**/d.http", "req/deep/er/d.http"},
		{"req/**", req},
		{"req/deep/../*.rest", "req/deep/../a.rest"},
		{dir + "/r*/a.rest", dir + "/req/a.rest"},
		{"b.http a.http ./b.http " + dir + "/a.http", "b.http a.http"},
		{"req/deep req/deep/c.http *.http a.http", "req/deep/c.http req/deep/er/d.http a.http b.http weird[1].http"},
		{"- b.http -", "<stdin> b.http"},
	}
	for _, tt := range tests {
		inputs, problems, _ := Find(strings.Fields(tt.paths), "")
		var names []string
		for _, in := range inputs {
			names = append(names, in.Name)
			if in.Stdin != (in.Path == "") || in.Stdin != (in.Name == "<stdin>") {
				t.Errorf("%+v", in)
			}
		}
		if got := strings.Join(names, " "); got != tt.want || problems != nil {
			t.Errorf("%q\n got %s, %v\nwant %s", tt.paths, got, problems, tt.want)
		}
	}
}

// Relative paths count from the given folder; names stay as they were written.
func TestFindFromFolder(t *testing.T) {
	dir := tree(t, map[string]string{"p/req/a.http": "", "p/b.http": ""})
	t.Chdir("/")
	inputs, problems, _ := Find([]string{"req", "b.http", "*.http"}, filepath.Join(dir, "p"))
	one, two := filepath.Join(dir, "p/req/a.http"), filepath.Join(dir, "p/b.http")
	want := []Input{
		{Name: "req/a.http", Path: one, Abs: one},
		{Name: "b.http", Path: two, Abs: two},
	}
	if !slices.Equal(inputs, want) || problems != nil {
		t.Errorf("%+v, %v", inputs, problems)
	}
}

// A path that leads to nothing is never ignored.
func TestFindProblems(t *testing.T) {
	tree(t, map[string]string{
		"orders.http": "", "requests/login.http": "", "none/x.txt": "", "none/.git/x.http": "", "loop": "-> loop", "notes.txt": "", "links/a.http": "-> nowhere",
	})
	for path, want := range map[string]string{
		"order.http":         "PR101 no such file or folder: order.http | did you mean `orders.http`?",
		"orders":             "PR101 no such file or folder: orders | did you mean `orders.http`?",
		"request":            "PR101 no such file or folder: request | did you mean `requests`?",
		"requests/logn.http": "PR101 no such file or folder: requests/logn.http | did you mean `requests/login.http`?",
		"note.txt":           "PR101 no such file or folder: note.txt | check the path",
		"quite/else.http":    "PR101 no such file or folder: quite/else.http | check the path",
		"none":               "PR101 no request files in none | name a folder that holds *.http or *.rest files",
		"*.rest":             "PR101 no request file matches *.rest | patterns match *.http and *.rest files | name a file or a folder",
		"none/**":            "PR101 no request file matches none/** | patterns match *.http and *.rest files | name a file or a folder",
		"[a.http":            "PR101 cannot read the pattern [a.http | close the bracket",
		"loop":               "PR101 cannot read loop: too many levels of symbolic links | make it readable, or leave it out",
		"links":              "PR101 cannot read links/a.http: no such file or directory | make it readable, or leave it out",
		"links/*":            "PR101 cannot read links/a.http: no such file or directory | make it readable, or leave it out",
		"links/**":           "PR101 cannot read links/a.http: no such file or directory | make it readable, or leave it out",
		"orders.http/x":      "PR101 cannot read orders.http/x: not a directory | make it readable, or leave it out",
	} {
		inputs, problems, _ := Find([]string{"orders.http", path}, "")
		if len(inputs) != 1 || len(problems) != 1 || message(problems[0]) != want {
			t.Errorf("%s: %v\n got %s\nwant %s", path, inputs, message(problems[0]), want)
		}
	}
}

// A file that cannot be read is told apart from a path that leads nowhere.
func TestFindUnread(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("nowhere", filepath.Join(dir, "a.http")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{".": 1, "*.http": 1, "b.http": 0} {
		_, problems, unread := Find([]string{path}, dir)
		if len(problems) != 1 || len(unread) != want || want > 0 && unread[0].Path != filepath.Join(dir, "a.http") {
			t.Errorf("%s: %v, unread %v", path, problems, unread)
		}
	}
}

// A file has one absolute path, by whatever way it is named.
func TestFindAbsolute(t *testing.T) {
	dir := tree(t, map[string]string{"p/a.http": "", "b.http": ""})
	t.Chdir(filepath.Join(dir, "p"))
	for _, name := range []string{"a.http", "./a.http", "../p/a.http", filepath.Join(dir, "p/a.http"), "*.http", "."} {
		inputs, problems, _ := Find([]string{name, "../b.http"}, "")
		if len(inputs) != 2 || problems != nil || inputs[0].Abs != filepath.Join(dir, "p/a.http") || inputs[1].Abs != filepath.Join(dir, "b.http") {
			t.Errorf("%s: %+v, %v", name, inputs, problems)
		}
	}
}
