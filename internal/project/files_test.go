package project

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// readAll opens and reads, or returns the message.
func readAll(f *Files, from, path string) string {
	file, err := f.Open(from, path)
	if err != nil {
		return message(err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return err.Error()
	}
	return string(content)
}

func newFiles(t *testing.T, root string, allow ...string) *Files {
	t.Helper()
	f, err := NewFiles(root, allow)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// A request reads files of its project: beside it first, then below the root.
func TestFilesOpen(t *testing.T) {
	dir := tree(t, map[string]string{
		"p/api/a.json": "beside", "p/a.json": "root", "p/data/b.json": "data", "p/api/link.json": "-> ../data/b.json",
		"p/linked": "-> data", "p/x.y.json": "two dots", "p/api/ä b.json": "blank",
	})
	f := newFiles(t, "p")
	for path, want := range map[string]string{
		"a.json": "beside", "./a.json": "beside", "../a.json": "root", "data/b.json": "data", "./data/../data/b.json": "data",
		"link.json": "data", "linked/b.json": "data", `.\a.json`: "beside", `..\data\b.json`: "data", "x.y.json": "two dots",
		"ä b.json": "blank", filepath.Join(dir, "p/a.json"): "root",
	} {
		if got := readAll(f, "p/api", path); got != want {
			t.Errorf("%s: %s", path, got)
		}
		if info, err := f.Stat("p/api", path); err != nil || info.Size() != int64(len(want)) {
			t.Errorf("Stat %s: %v, %v", path, info, err)
		}
	}
}

// No request reads what lies outside of the project or what is private in it,
// however the path leads there.
func TestFilesRefuse(t *testing.T) {
	dir := tree(t, map[string]string{
		"outside.json": "no", "p/a.json": "", "p/api/x": "", "p/out.json": "-> ../outside.json", "p/outdir": "-> ..",
		"p/absolute.json": "-> $DIR/outside.json",
		"p/.env":          "no", "p/.git/config": "no", "p/http-client.private.env.json": "no", "p/x.csproj.user": "no",
		"p/HTTP-CLIENT.PRIVATE.ENV.JSON.USER": "no", "p/prod.env": "no", "p/k/server.PEM": "no", "p/k/a.key": "no", "p/k/a.p12": "no", "p/k/a.pfx": "no", "p/id_rsa": "no",
		"p/innocent.txt": "-> .env", "p/innocent": "-> .git", "p/key.txt": "-> k/a.key", "p/folder/x": "", "p/dangling": "-> nothing",
	})
	f := newFiles(t, "p")
	for path, want := range map[string]string{
		"../../outside.json":                   "PR104 `../../outside.json` is outside of the project | it is $/outside.json, and requests read files below $/p | copy the file into the project, or pass `--allow-file $/outside.json`",
		"../../missing.json":                   "PR104 `../../missing.json` is outside of the project | ",
		dir + "/outside.json":                  "PR104 `$/outside.json` is outside of the project | ",
		"/etc/passwd":                          "PR104 `/etc/passwd` is outside of the project | ",
		`..\..\outside.json`:                   "PR104 `..\\..\\outside.json` is outside of the project | ",
		"out.json":                             "PR104 `out.json` leads out of the project | $/p/out.json is a symbolic link to $/outside.json, and requests read files below $/p | copy the file into the project",
		"outdir/outside.json":                  "PR104 `outdir/outside.json` leads out of the project | ",
		"absolute.json":                        "PR104 `absolute.json` leads out of the project | ",
		".env":                                 "PR104 `.env` may not be sent | $/p/.env is a dot-file, or below a dot-folder | if it must be sent, pass `--allow-file .env`",
		"../.git/config":                       "PR104 `../.git/config` may not be sent | ",
		"innocent.txt":                         "PR104 `innocent.txt` may not be sent | ",
		"innocent/config":                      "PR104 `innocent/config` may not be sent | ",
		"key.txt":                              "PR104 `key.txt` may not be sent | ",
		"x.csproj.user":                        "PR104 `x.csproj.user` may not be sent | $/p/x.csproj.user is a private environment file | ",
		"prod.env":                             "PR104 `prod.env` may not be sent | ",
		"k/server.PEM":                         "PR104 `k/server.PEM` may not be sent | $/p/k/server.PEM is a key file | ",
		"k/a.key":                              "PR104 `k/a.key` may not be sent | ",
		"k/a.p12":                              "PR104 `k/a.p12` may not be sent | ",
		"k/a.pfx":                              "PR104 `k/a.pfx` may not be sent | ",
		"id_rsa":                               "PR104 `id_rsa` may not be sent | $/p/id_rsa is a private key | ",
		"folder":                               "PR104 `folder` is a folder | found $/p/folder | name a file in it",
		"a.jsn":                                "PR104 no file `a.jsn` | looked for $/p/api/a.jsn and for $/p/a.jsn | did you mean `a.json`?",
		"../k/b.kez":                           "PR104 no file `../k/b.kez` | looked for $/p/k/b.kez | check the path", // a key is no suggestion
		"quite/else":                           "PR104 no file `quite/else` | looked for $/p/api/quite/else and for $/p/quite/else | check the path",
		"dangling":                             "PR104 no file `dangling` | ",
		"a.json/x":                             "PR104 cannot read `a.json/x` | $/p/a.json/x: not a directory | ",
		"":                                     "PR104 a file name is missing | write the path of a file",
		"http-client.private.env.json":         "PR104 `http-client.private.env.json` may not be sent | ",
		"../HTTP-CLIENT.PRIVATE.ENV.JSON.USER": "PR104 `../HTTP-CLIENT.PRIVATE.ENV.JSON.USER` may not be sent | ",
	} {
		got := strings.ReplaceAll(readAll(f, "p/api", path), dir, "$")
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s\n got %s\nwant %s", path, got, want)
		}
		if _, err := f.Stat("p/api", path); err == nil {
			t.Errorf("Stat tells about %s", path)
		}
	}
}

// The user may lift the rules, for as much as the pattern says.
func TestFilesAllow(t *testing.T) {
	dir := tree(t, map[string]string{
		"outside.pem": "outside", "shared/a.json": "shared", "p/a.pem": "pem", "p/.env": "env", "p/certs/b.pem": "b", "p/out.pem": "-> ../outside.pem", "p/x/": "",
	})
	tests := []struct {
		allow, path string
		ok          bool
	}{
		{"*.pem", "a.pem", true},
		{"a.pem", "a.pem", true},
		{"*.pem", ".env", false},
		{".env", ".env", true},
		{"p/certs/*.pem", "certs/b.pem", true},
		{"p/certs/*.pem", "a.pem", false},
		{"*.pem", "../outside.pem", false}, // a file name does not open other folders
		{"*.pem", "out.pem", false},        // nor does it follow links out
		{"./outside.pem", "../outside.pem", true},
		{"shared/*", "../shared/a.json", true},
		{dir + "/shared/a.json", dir + "/shared/a.json", true},
		{"shared/*", "../outside.pem", false},
		{"shared/*", "../shared/missing", false},
	}
	for _, tt := range tests {
		file, err := newFiles(t, "p", tt.allow).Open("p", tt.path)
		if (err == nil) != tt.ok {
			t.Errorf("--allow-file %s, %s: %v", tt.allow, tt.path, err)
		}
		if err == nil {
			file.Close()
		}
	}
	if _, err := NewFiles("p", []string{"[a"}); err == nil || !strings.HasPrefix(message(err), "PR901 ") {
		t.Errorf("a broken pattern: %v", err)
	}
}

// A file stays readable after its access is closed, and many may ask at once.
func TestFilesConcurrently(t *testing.T) {
	tree(t, map[string]string{"p/a.json": "x"})
	f := newFiles(t, "p")
	var wait sync.WaitGroup
	files := make([]*os.File, 8)
	for i := range files {
		wait.Go(func() { files[i], _ = f.Open("p", "a.json") })
	}
	wait.Wait()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if content, err := io.ReadAll(file); err != nil || string(content) != "x" {
			t.Errorf("%q, %v", content, err)
		}
		file.Close()
	}
	if err := newFiles(t, "p").Close(); err != nil {
		t.Errorf("closing what was never used: %v", err)
	}
	if _, err := newFiles(t, "missing").Open("missing", "a"); err == nil || !strings.HasPrefix(message(err), "PR104 ") {
		t.Errorf("a root that does not exist: %v", err)
	}
}
