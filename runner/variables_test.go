package runner

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestVariablesAreMasked protects what a list of variables shows: no secret, be it
// too short to be found in other texts, and none that another variable repeats.
func TestVariablesAreMasked(t *testing.T) {
	files := map[string]string{
		"http-client.env.json":         `{"dev": {"port": 80, "empty_secret": ""}}`,
		"http-client.private.env.json": `{"dev": {"pin": "q7", "password": "hunter22"}}`,
		"a.http":                       "@copy = is hunter22\n@built = {{password}}!\n@plain = shown\n@signed = https://h/?sig=abcdefg&x=1\n\n###\nGET http://h/{{built}}\n",
	}
	tree(t, "$", files)
	show := func(o Options) map[string]Variable {
		o.Paths, o.Environment, o.Environ = []string{"a.http"}, "dev", func(string) (string, bool) { return "", false }
		all, messages := Variables(t.Context(), o)
		if len(all) != 1 || len(messages) > 0 {
			t.Fatalf("%d files, %v", len(all), messages)
		}
		byName := make(map[string]Variable)
		for _, v := range all[0].Variables {
			byName[v.Name] = v
		}
		if text, err := json.Marshal(all); err != nil || !o.ShowSecrets && (strings.Contains(string(text), "q7") || strings.Contains(string(text), "hunter22")) {
			t.Errorf("a secret is shown in %s, %v", text, err)
		}
		return byName
	}
	masked, shown := show(Options{}), show(Options{ShowSecrets: true})
	for name, want := range map[string][2]string{
		"pin": {"***", "q7"}, "password": {"***", "hunter22"}, "copy": {"is ***", "is hunter22"}, "built": {"***", "hunter22!"},
		"plain": {"shown", "shown"}, "port": {"80", "80"}, "empty_secret": {"", ""},
		"signed": {"https://h/?sig=***&x=1", "https://h/?sig=abcdefg&x=1"},
	} {
		if got := [2]string{masked[name].Value, shown[name].Value}; got != want {
			t.Errorf("`%s` is shown as %q, and with secrets %q, want %q", name, got[0], got[1], want)
		}
	}
}
