package cli

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestVarFile(t *testing.T) {
	tests := []struct {
		name, content string
		want          [][2]string
	}{
		{"vars.env", "# comment\nB=2\nexport A='x y' # comment\n", [][2]string{{"A", "x y"}, {"B", "2"}}},
		{"bom.env", "\ufeffA=1\r\nB=2\r\n", [][2]string{{"A", "1"}, {"B", "2"}}},
		{"quoted.env", `A='$12345$vrim'` + "\n", [][2]string{{"A", "$12345$vrim"}}},
		{"lower.env", "A=p@ss$word1\n", [][2]string{{"A", "p@ss$word1"}}},
		{"empty.env", "", nil},
		{"vars.json", `{"n": 9007199254740993, "t": "x", "b": true, "e": 1.10}`, [][2]string{{"b", "true"}, {"e", "1.10"}, {"n", "9007199254740993"}, {"t", "x"}}},
		{"noextension", "\ufeff {\"a\": \"1\"}\n", [][2]string{{"a", "1"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := writeFile(t, tt.name, tt.content)
			vars, err := varFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var got [][2]string
			for _, v := range vars {
				got = append(got, [2]string{v.Name, v.Value})
				if v.Where != path {
					t.Errorf("%s comes from %q", v.Name, v.Where)
				}
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A file of variables may hold secrets: no message quotes it.
func TestVarFileErrors(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"dollar.env", "A=1\nKEY=$12345$hunter2\n", "a `$` in the value of `KEY` would be expanded"},
		{"braces.env", "KEY=${HOME}hunter2\n", "a `$` in the value of `KEY` would be expanded"},
		{"line.env", "A=1\nhunter2 is no assignment\nB=2\n", ":2:1: this is not a NAME=VALUE line"},
		{"quote.env", "A=1\nB=\"hunter2\n", ":2:1: this is not a NAME=VALUE line"},
		{"comma.json", `{"a": "hunter2",}`, ":1:17: this is not JSON"},
		{"bom.json", "\ufeff{\n\"a\": hunter2}", ":2:6: this is not JSON"},
		{"short.json", `{"a": "hunter2"`, ":1:16: the JSON ends too early"},
		{"list.json", `["hunter2"]`, "expected a JSON object, found array"},
		{"null.json", `null`, "expected a JSON object, found null"},
		{"more.json", `{} {"hunter2":1}`, "more text behind the JSON object"},
		{"nested.json", `{"a": {"b": "hunter2"}}`, "the value of `a` is not a text, a number or a boolean"},
		{"null-value.json", `{"a": null}`, "the value of `a` is not a text, a number or a boolean"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := varFile(writeFile(t, tt.name, tt.content))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error is %v, want %s", err, tt.want)
			}
			var shown strings.Builder
			if err := (diag.Renderer{}).Render(&shown, err.(*diag.Diagnostic).Message()); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(shown.String(), "hunter2") {
				t.Errorf("the message quotes the file: %s", shown.String())
			}
		})
	}
	if _, err := varFile(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("error is %v", err)
	}
}

func TestSecret(t *testing.T) {
	file := writeFile(t, "password", "from file\n")
	env := map[string]string{"PASSWORD": "from env"}
	tests := []struct{ from, want string }{
		{"@" + file, "from file"},
		{"env:PASSWORD", "from env"},
		{"-", "from\nstdin"},
	}
	for _, tt := range tests {
		o, err := optionsOf(t, env, "from\nstdin\r\n", "a.http", "--secret", "k="+tt.from)
		if err != nil {
			t.Fatal(err)
		}
		want := []runner.Var{{Name: "k", Value: tt.want, Secret: true, Where: "--secret"}}
		if !reflect.DeepEqual(o.Vars, want) {
			t.Errorf("%s: %+v, want %+v", tt.from, o.Vars, want)
		}
	}
}

// A secret written by mistake where it does not belong is never repeated.
func TestSecretErrors(t *testing.T) {
	empty := writeFile(t, "empty", "\n")
	tests := []struct{ line, want string }{
		{"a --secret k=hunter2", "the secret `k` is not read from a file, the environment or standard input"},
		{"a --secret hunter2", "`--secret` without a name and a source"},
		{"a --secret =hunter2", "`--secret` without a name and a source"},
		{"a --secret k=@nowhere", "the secret `k` cannot be read from `nowhere`: no such file"},
		{"a --secret k=env:NONE", "the secret `k` cannot be read: the environment has no `NONE`"},
		{"a --secret k=@" + empty, "the secret `k` is empty"},
		{"a --secret k=-", "the secret `k` is empty"},
		{"a --secret k=- --secret l=-", "the secret `k` is empty"},
		{"- --secret k=-", "standard input is read for the requests already, and cannot be the secret `k` too"},
		{"a --var k=1 --secret k=env:PASSWORD", "`k` is given by `--var` and again by `--secret`"},
		{"a --secret k=env:PASSWORD --secret k=-", "`k` is given by `--secret` and again by `--secret`"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			_, err := optionsOf(t, map[string]string{"PASSWORD": "x"}, "", strings.Split(tt.line, " ")...)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Fatalf("error is %v, want %s", err, tt.want)
			}
			d := err.(*diag.Diagnostic)
			if strings.Contains(d.Summary+d.Detail+d.Suggestion, "hunter2") {
				t.Errorf("the message repeats the secret: %+v", d)
			}
		})
	}
	_, err := optionsOf(t, nil, "one", "a", "--secret", "k=-", "--secret", "l=-")
	if err == nil || !strings.HasPrefix(err.Error(), "standard input is read for the secret `k` already") {
		t.Errorf("error is %v", err)
	}
}
