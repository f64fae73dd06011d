package scope

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// tree writes files below a new folder and makes it the working directory, so
// that tests name files the way users do.
func tree(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// loader has the folder "project" as its root.
func loader() *Loader { return NewLoader(func(string) string { return "project" }) }

// values renders what an Env gives: name=text in tier order.
func values(t *testing.T, e *Env) string {
	t.Helper()
	var all []string
	for _, v := range e.Variables() {
		mark := ""
		if v.Secret {
			mark = "!"
		}
		all = append(all, fmt.Sprintf("%s%s=%s", v.Name, mark, written(v)))
	}
	return strings.Join(all, " ")
}

func TestLoad(t *testing.T) {
	tree(t, map[string]string{
		"http-client.env.json": `{"dev": {"above": "must not be read"}}`, ".env": "ABOVE=must not be read",
		"project/http-client.env.json":             `{"dev": {"a": "root", "far": "root"}, "prod": {"a": "p"}, "$shared": {"a": "s", "s": "root", "x": "$shared"}, "$kulalaShared": {"x": "k", "k": 1}, "$default": {"d": "default"}}`,
		"project/http-client.private.env.json":     `{"dev": {"far": "private far", "n": 7}}`,
		"project/api/http-client.env.json":         `{"dev": {"a": "near", "b": "near"}, "$shared": {"s": "near", "b": "shared"}}`,
		"project/api/http-client.private.env.json": `{"dev": {"b": "private"}, "local": {}}`,
		"project/api/http-client.env.json.user":    `{"dev": {"b": "user", "u": "user"}}`,
		"project/.env":                             "A=root\nDB_TOKEN=t\nONLY=root",
		"project/.env.dev":                         "A=root dev",
		"project/dev.env":                          "A=not this\nDEV=root",
		"project/api/.env":                         "A=near",
	})
	tests := []struct{ dir, env, want string }{
		{"project/api/v1", "", "d=default s=near b=shared a=s x=$shared k=1 A=near"},
		{"project/api", "dev", "b!=private u!=user a=near n=7 far!=private far s=near x=$shared k=1 A=root dev DEV=root"},
		{"project", "dev", "n=7 far!=private far a=root x=$shared s=root k=1 A=root dev DEV=root DB_TOKEN!=t ONLY=root"},
		{"project/api", "prod", "a=p b=shared s=near x=$shared k=1 A=near"},
		{"project/api", "local", "b=shared s=near x=$shared a=s k=1 A=near"},
	}
	for _, tt := range tests {
		e, err := loader().Load(tt.dir, tt.env)
		if err != nil {
			t.Errorf("%s %s: %v", tt.dir, tt.env, err)
			continue
		}
		got, want := strings.Fields(values(t, e)), strings.Fields(tt.want)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s %q\n got %s\nwant %s", tt.dir, tt.env, values(t, e), tt.want)
		}
		if strings.Join(e.Names(), " ") != "dev local prod" && tt.dir != "project" || e.Name != tt.env {
			t.Errorf("%s: names %v", tt.dir, e.Names())
		}
	}
	e, err := loader().Load("project/api", "dev")
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := e.DotEnv("A"); !ok || v.Value != "root dev" || v.Where != ".env.dev" {
		t.Errorf("%+v", v)
	}
	for _, v := range e.Variables() {
		if public := filepath.Base(v.Source.Name()) == "http-client.env.json"; v.Source.Private == public {
			t.Errorf("%s may be quoted: %v", v.Source.Name(), !v.Source.Private)
		}
		if v.Name == "far" && v.Source.Name() != filepath.FromSlash("project/http-client.private.env.json") {
			t.Errorf("the name of the file is %s", v.Source.Name())
		}
	}
}

// What the files give when no environment is chosen cannot contradict the
// request file: nobody asked for it with --env.
func TestUndecidedNeedsAChoice(t *testing.T) {
	tree(t, map[string]string{"project/http-client.env.json": `{"$shared": {"x": "1"}, "dev": {"x": "2"}}`})
	for env, want := range map[string]string{"": "", "dev": "PR205"} {
		e, err := loader().Load("project", env)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = New(append(e.Variables(), file("x", "3")), Undecided, Dynamics{}).Lookup("x")
		if want == "" && err != nil || want != "" && !strings.HasPrefix(message(err), want) {
			t.Errorf("%q: %v", env, err)
		}
	}
}

func TestLoadNames(t *testing.T) {
	tree(t, map[string]string{"http-client.env.json": `{"dev": {"a": "{{"}}`, "sub/x.http": ""})
	for dir, want := range map[string]string{".": "http-client.env.json", "": "http-client.env.json", "sub": "http-client.env.json", "./sub/": "http-client.env.json", "sub/../sub": "http-client.env.json"} {
		e, err := NewLoader(func(string) string { return "." }).Load(dir, "dev")
		if err != nil || len(e.Variables()) != 1 || e.Variables()[0].Source.Name() != want {
			t.Errorf("%q: %v, %v", dir, e, err)
		}
	}
	t.Chdir("sub")
	e, err := NewLoader(func(string) string { return ".." }).Load(".", "dev")
	if err != nil || e.Variables()[0].Source.Name() != filepath.FromSlash("../http-client.env.json") {
		t.Errorf("from below: %v, %v", e, err)
	}
}

func TestLoadErrors(t *testing.T) {
	tree(t, map[string]string{
		"project/http-client.env.json":           `{"sandbox": {}, "prod": {}}`,
		"project/x/http-client.private.env.json": "{\n \"dev\": {\"pw\": hush}}",
		"project/x/.env":                         "A=1\noops oops",
		"project/y/.env.stage":                   "A=1",
		"project/y/.env.d/file":                  "A=1",
		"project/z/.env/python":                  "a folder",
		"project/c/http-client.env.json":         "{}\n",
		"empty/x":                                "",
	})
	tests := []struct{ dir, env, want string }{
		{"project", "sandbx", "PR212 no environment `sandbx` | the environments are prod, sandbox | did you mean `sandbox`?"},
		{"project/y", "qa", "PR212 no environment `qa` | the environments are prod, sandbox | choose one of them"},
		{"project/y", "../x", "PR212 no environment `../x` | the environments are prod, sandbox | choose one of them"},
		{"project/y", "d/file", "PR212 no environment `d/file` | the environments are prod, sandbox | choose one of them"}, // a name is no path
		{"empty", "dev", "PR212 no environment `dev` | no http-client.env.json defines one, from empty up to empty | write {\"dev\": {…}} into http-client.env.json"},
		{"project/x", "", "PR203 project/x/http-client.private.env.json:2:16: not JSON: unexpected 'h' where a value should be | at offset 17 | "},
	}
	for _, tt := range tests {
		e, err := loader().Load(tt.dir, tt.env)
		if got := filepath.ToSlash(message(err)); e != nil || got != tt.want {
			t.Errorf("%s %s\n got %s\nwant %s", tt.dir, tt.env, got, tt.want)
		}
	}
	_, err := loader().Load("project/x", "")
	var several diag.List
	if !errors.As(err, &several) || len(several) != 2 || several[1].Code != "PR204" || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("both files must be named: %v", err)
	}
	if m := several[0].Message(); m.Text != "" || m.Line != 2 {
		t.Errorf("a line of a private file is quoted: %+v", m)
	}
	for _, dir := range []string{"project/z", "project/y"} {
		if _, err := loader().Load(dir, "prod"); err != nil {
			t.Errorf("%s: %v", dir, err)
		}
	}
	if e, err := loader().Load("project/y", "stage"); err != nil || values(t, e) != "A=1" {
		t.Errorf("an environment of .env.stage alone: %v, %v", e, err)
	}
}

// A loader reads each file once, whoever asks first, and what one caller does
// to its variables does not reach another.
func TestLoaderConcurrently(t *testing.T) {
	tree(t, map[string]string{
		"project/http-client.env.json": `{"dev": {"a": "1"}, "$shared": {"a": "2"}}`,
		"project/.env":                 "A=1\nA=2",
		"project/a/b/x":                "",
	})
	l := loader()
	var wait sync.WaitGroup
	for i := range 16 {
		wait.Go(func() {
			env := []string{"", "dev"}[i%2]
			e, err := l.Load([]string{"project/a/b", "project/a", "project"}[i%3], env)
			if err != nil || len(e.Variables()) != 2 || len(e.Warnings()) != 1 || e.Variables()[0].unchosen != (env == "") {
				t.Errorf("%v, %v", e, err)
			}
		})
	}
	wait.Wait()
	if err := os.WriteFile("project/http-client.env.json", []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Load("project/a/b", "dev"); err != nil {
		t.Errorf("a file was read twice: %v", err)
	}
}

// Reading .env files must not change the process environment.
func TestLoadLeavesTheProcessAlone(t *testing.T) {
	tree(t, map[string]string{"project/.env": "POSTRIDER_TEST_DOTENV=1"})
	if _, err := loader().Load("project", ""); err != nil {
		t.Fatal(err)
	}
	if _, set := os.LookupEnv("POSTRIDER_TEST_DOTENV"); set {
		t.Error("it is set in the process")
	}
}
