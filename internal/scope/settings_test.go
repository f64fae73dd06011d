package scope

import (
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// The environments of VS Code's settings count behind those of the environment
// files of the same folder.
func TestSettings(t *testing.T) {
	tree(t, map[string]string{
		"project/.vscode/settings.json": `{
			// comments, and a comma that is too much
			"editor.tabSize": 2, /* "x": } */
			"rest-client.environmentVariables": {
				"$shared": {"version": "v1", "url": "http://a//b/*c*/,"},
				"dev": {"host": "settings", "token": "t",},
			},
		}`,
		"project/http-client.env.json":      `{"dev": {"host": "file"}, "test": {}}`,
		"project/api/.vscode/settings.json": `{"editor.tabSize": 2,, not JSON}`, // and nobody minds
	})
	e, err := loader().Load("project/api", "dev")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, v := range e.Variables() {
		all = append(all, v.Name+"="+v.Text.String()+" ")
	}
	slices.Sort(all)
	got := strings.Join(all, "")
	if want := "host=file token=t url=http://a//b/*c*/, version=v1 "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if names := strings.Join(e.Names(), " "); names != "dev test" {
		t.Errorf("environments %s", names)
	}
}

func TestSettingsMistakes(t *testing.T) {
	for text, want := range map[string]string{
		`{"rest-client.environmentVariables": {"dev": {"a": 1}}}`: "",
		`{"rest-client.environmentVariables": [1]}`:               "s.json:1:38: `rest-client.environmentVariables` must be an object of environments",
		`{"rest-client.environmentVariables": {"dev": 1}}`:        "s.json:1:46: environment `dev` must be an object",
		`{"rest-client.environmentVariables": {"dev": {}}`:        "s.json:1:49: not JSON",
		`["rest-client.environmentVariables"]`:                    "s.json:1:1: an environment file must be an object",
		`{"rest-client.environmentVariables": {} /* }`:            "s.json:1:41: not JSON",
	} {
		_, problem := parseSettings(diag.NewSource("s.json", []byte(text)))
		got := ""
		if problem != nil {
			got = problem.Error()
		}
		if !strings.HasPrefix(got, want) || (got == "") != (want == "") {
			t.Errorf("%s gives %q, want %q", text, got, want)
		}
	}
}
