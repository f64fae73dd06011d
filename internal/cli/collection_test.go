package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const collection = "../../requests"

// The shipped collection runs against the simulated vendors, whatever is set for
// the real ones, with one token for each: also one request after the other, and
// with tokens that end while it runs or are replaced before they do.
func TestCollection(t *testing.T) {
	for name, value := range map[string]string{
		"COTALKER_API_TOKEN": "a-real-and-permanent-token", "COTALKER_ADMIN": "true", "COTALKER_TRIAL": "true",
		"CORTI_ENVIRONMENT": "us", "CORTI_SCOPE": "openid transcribe", "CORTI_AUTH_URL": "https://127.0.0.1:1",
		"CORO_AUDIENCE": "https://api.secure.coro.net", "CORO_REGION": "eu", "COBUILDER_AUDIENCE_URL": "https://a.example",
	} {
		t.Setenv(name, value)
	}
	for _, test := range []struct {
		args   []string
		tokens string
	}{
		{nil, `\n  tokens    \d+: 5 fetched, \d+ reused\n`},
		{[]string{"--jobs", "1"}, `\n  tokens    \d+: 5 fetched, \d+ reused\n`},
		// A slow machine may need more tokens than that.
		{[]string{"--jobs", "1", "--sandbox-ttl", "2s"}, `\n  tokens    \d+: ([5-9]|\d\d+) fetched, `},
	} {
		var out, errs strings.Builder
		code := Main(append([]string{"postrider", "run", "--sandbox", collection}, test.args...), nil, &out, &errs)
		if code != 0 || errs.Len() > 0 || !strings.Contains(out.String(), "\nPASSED\n") {
			t.Errorf("%q: exit %d\n%s%s", test.args, code, errs.String(), out.String())
		}
		if !regexp.MustCompile(test.tokens).MatchString(out.String()) {
			t.Errorf("%q: tokens\n%s", test.args, out.String())
		}
	}
}

// What is tagged `sandbox` can be left out, and what is left still runs: that is
// how the collection is used against the real vendors.
func TestCollectionWithoutSandboxTag(t *testing.T) {
	var out, errs strings.Builder
	code := Main([]string{"postrider", "run", "--sandbox", "--exclude-tag", "sandbox", collection}, nil, &out, &errs)
	if code != 0 || errs.Len() > 0 {
		t.Errorf("exit %d\n%s%s", code, errs.String(), out.String())
	}
}

// Every parameter of a provider is described where a user looks for it, with
// the place in the vendor's console: .env.example.
func TestEnvExample(t *testing.T) {
	text, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../auth/providers/*.json")
	if err != nil || len(files) != 5 {
		t.Fatalf("%d providers, %v", len(files), err)
	}
	var missing []string
	for _, file := range files {
		definition, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`"env": "(\w+)"`).FindAllSubmatch(definition, -1) {
			line := regexp.MustCompile(`(?m)^(# )?` + string(match[1]) + `='`)
			if !line.Match(text) {
				missing = append(missing, string(match[1]))
			}
		}
	}
	if missing != nil {
		t.Errorf("not in .env.example: %q", missing)
	}
}
