package scope

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// The values of an environment take those of $shared and of other environments as
// the README of REST Client shows, and what they take stays as secret as it is.
func TestSectionReferences(t *testing.T) {
	settings, problem := parseSettings(diag.NewSource(".vscode/settings.json", []byte(`{
  // of the README
  "rest-client.environmentVariables": {
    "$shared": {"version": "v1", "prodToken": "foo", "nonProdToken": "bar", "n": 7, "twice": "<{{$shared version}}>", "host": "shared"},
    "local": {"version": "v2", "host": "localhost", "auth": "{{$shared nonProdToken}}", "all": "{{ $shared  version }}/{{version}}/{{$shared n}}{{$shared twice}}"},
    "production": {"host": "example.com", "auth": "{{$shared prodToken}}", "other": "{{$local version}}", "id": "{{$guid}}"}
  },
}`)))
	if problem != nil {
		t.Fatal(problem)
	}
	local := newScope(append(settings.variables("$shared"), settings.variables("local")...)...)
	production := newScope(append(settings.variables("$shared"), settings.variables("production")...)...)
	for _, test := range []struct {
		scope         *Scope
		written, want string
		secret        bool
	}{
		{local, "{{version}} {{host}}", "v2 localhost", false},
		{local, "{{auth}}", "bar", true},
		{local, "{{all}}", "v1/v2/7<v1>", false},
		{local, "{{twice}}", "<v1>", false},
		{production, "{{version}} {{other}}", "v1 v2", false},
		{production, "{{auth}}", "foo", true},
	} {
		x, err := test.scope.Expand(t.Context(), text("t.http", test.written), nil)
		if err != nil || x.Text != test.want || x.Secret != test.secret {
			t.Errorf("%s = %q, secret %v (%v), want %q, %v", test.written, x.Text, x.Secret, err, test.want, test.secret)
		}
	}
	if x, err := production.Expand(t.Context(), text("t.http", "{{id}}"), nil); err != nil || len(x.Text) != 36 {
		t.Errorf("{{id}} = %q (%v), want a UUID", x.Text, err)
	}
}

func TestSectionReferencesThatLeadNowhere(t *testing.T) {
	doubled := `"a0": ""`
	for c := 'b'; c < 'z'; c++ {
		doubled += `, "` + string(c) + `0": "{{$shared ` + string(c-1) + `0}}{{$shared ` + string(c-1) + `0}}"`
	}
	file, problem := parseEnvFile(diag.NewSource("http-client.env.json", []byte(`{
"$shared": {"prod": "x", "a": "{{$shared b}}", "b": "{{$shared a}}", `+doubled+`},
"dev": {"typo": "{{$shared prdo}}", "circle": "{{$shared a}}", "hang": "{{$shared y0}}", "noSection": "{{$sahred prod}}"}}`)))
	if problem != nil {
		t.Fatal(problem)
	}
	scope := newScope(file.variables("dev")...)
	for name, want := range map[string]string{
		"typo": "`$shared` has no variable `prdo`", "circle": "`a` of `$shared` is defined by itself",
		"hang": "is defined by itself", "noSection": "no dynamic variable `$sahred`",
	} {
		_, err := scope.Expand(t.Context(), text("t.http", "{{"+name+"}}"), nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("{{%s}}: %v, want %q", name, err, want)
		}
	}
}
