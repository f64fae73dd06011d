package runner

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// lint plans the files of a map by name for a check, and returns what Lint finds
// as "CODE file:line:column".
func lint(t *testing.T, files map[string]string, o Options) ([]diag.Message, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o.Dir, o.Check = dir, true
	o.Environ = func(string) (string, bool) { return "", false }
	plan := NewPlan(t.Context(), o)
	defer plan.Close()
	messages := plan.Lint()
	var found []string
	for _, m := range messages {
		found = append(found, fmt.Sprintf("%s %s:%d:%d", m.Code, filepath.Base(m.File), m.Line, m.Column))
	}
	return messages, strings.Join(found, ", ")
}

// TestLint protects what a plan knows about its files beyond errors: each
// finding where it belongs, and none where the text only resembles it.
func TestLint(t *testing.T) {
	const env = `{"dev": {"host": "https://dev.example.com", "only": "1"}, "prod": {"host": "https://example.com"}}`
	tests := []struct {
		name, text string
		more       map[string]string
		env        string
		want       string
	}{
		{name: "unused", text: "@a = 1\n@b = 2\nGET http://h/{{b}}\n", want: "PR703 a.http:1:2"},
		{name: "used by another variable", text: "@a = 1\n@b = {{a}}\nGET http://h/{{b}}\n"},
		{name: "used in brackets", text: "@a = 1\nGET http://h/{{ vars[\"a\"] }}\n"},
		{name: "used in an assertion", text: "@a = 1\n\n###\n# @assert body.n == a\nGET http://h\n"},
		{name: "used in a comment", text: "@a = 1\n# GET http://h/{{a}}\n\n###\nGET http://h\n"},
		{name: "part of another name", text: "@a = 1\n@ab = 2\nGET http://h/{{ab}}/a\n", want: "PR703 a.http:1:2"},
		{name: "used by the file of a body", text: "@a = 1\nPOST http://h\n\n<@ ./b.json\n", more: map[string]string{"b.json": `{"x": "{{a}}"}`}},
		{name: "the host of a path", text: "@host = http://h\nGET /x\n"},
		{name: "a file to be imported", text: "@a = 1\n", more: map[string]string{"b.http": "GET http://h\n"}},
		{name: "used by the importer", text: "@a = 1\nGET http://h\n", more: map[string]string{"b.http": "# import ./a.http\nGET http://h/{{a}}\n"},
			want: "PR201 b.http:2:14"},

		{name: "environments differ", text: "# @dialect vscode\n@host = http://h\n\n###\nGET {{host}}\n", more: map[string]string{"http-client.env.json": env},
			want: "PR705 a.http:2:2"},
		{name: "environments agree", text: "# @dialect vscode\n@only = 1\n\n###\nGET http://h/{{only}}\n", more: map[string]string{"http-client.env.json": env}},
		{name: "the chosen environment agrees", text: "# @dialect vscode\n@host = https://example.com\n\n###\nGET {{host}}\n", env: "prod",
			more: map[string]string{"http-client.env.json": env}},

		{name: "reference by title", text: "### a\nGET http://h\n\n###\nGET http://h/{{a.response.body.x}}/{{a.response.body.y}}\n", want: "PR607 a.http:5:14"},
		{name: "reference by title in httpYac", text: "# @dialect httpyac\n\n### a\nGET http://h\n\n###\nGET http://h/{{a.x}}\n"},
		{name: "reference by name", text: "###\n# @name a\nGET http://h\n\n###\nGET http://h/{{a.response.body.x}}\n"},
		{name: "reference by a long name", text: "###\n# @name a-b\nGET http://h\n\n###\nGET http://h/{{a-b.response.body.x}}\n", want: "PR609 a.http:6:14"},

		{name: "an error once a file", text: "GET http://h/{{x}}/{{x}}\n\n###\nGET http://h/{{x}}\n\n###\nGET http://h/{{y}}\n", want: "PR201 a.http:1:14, PR201 a.http:7:14"},
		{name: "a name of two requests", text: "# @name a\nGET http://h\n\n###\n# @name a\nGET http://h\n\n###\nGET http://h/{{a.response.body.x}}\n", want: "PR022 a.http:9:16"},
		{name: "a target that is not read", text: "@a = 1\nGET http://h/{{a}/{{a\n", want: "PR004 a.http:2:14"},
		{name: "an imported file once", text: "### a\nGET http://h/{{nope}}\n", more: map[string]string{"b.http": "# @import ./a.http\n\n###\n# @needs a\nGET http://h\n"},
			want: "PR201 a.http:2:14"},
		{name: "an environment file once", text: "GET http://h\n", more: map[string]string{"b.http": "GET http://h\n", "http-client.env.json": "{"},
			want: "PR203 http-client.env.json:1:2"},
		{name: "read by a script of a file", text: "@who = me\nGET http://h\n\n> c.js\n", more: map[string]string{"c.js": "client.log(client.variables.file.get('who'))"}},
		{name: "unsupported", text: "GET http://h\n\n{{@streaming\n1\n}}\n", want: "PR009 a.http:3:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"a.http": tt.text}
			for name, text := range tt.more {
				files[name] = text
			}
			if _, got := lint(t, files, Options{Environment: tt.env}); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

// A check says the same of the same files at any time.
func TestLintIsSteady(t *testing.T) {
	files := map[string]string{"a.http": "@id = {{$uuid}}\nGET {{id}}://{{$randomInt}}/{{$timestamp}}\n"}
	first, found := lint(t, files, Options{})
	second, _ := lint(t, files, Options{})
	if found != "PR105 a.http:2:5, PR605 a.http:2:31" || first[0].Summary != second[0].Summary || first[0].Expanded != second[0].Expanded {
		t.Errorf("found %s, then %+v and %+v", found, first[0], second[0])
	}
}

// What is left of another tool's template is called so.
func TestForeignTemplates(t *testing.T) {
	for _, target := range []string{"<%= host %>/x", "[[.Host]]/x", "http://${host}/x", "%s/x"} {
		messages, _ := lint(t, map[string]string{"a.http": "GET " + target + "\n"}, Options{})
		if len(messages) != 1 || messages[0].Code != diag.CodeURL || !strings.Contains(messages[0].Suggestion, "{{name}}") {
			t.Errorf("%s: %+v", target, messages)
		}
	}
}

// Quotes are part of a value here; who writes them gets told.
func TestQuotedURL(t *testing.T) {
	for _, text := range []string{"GET \"http://h/x\"\n", "@base = \"http://h\"\nGET {{base}}/x\n"} {
		messages, _ := lint(t, map[string]string{"a.http": text}, Options{})
		if m := messages[len(messages)-1]; m.Code != diag.CodeURL || !strings.Contains(m.Suggestion, "quotes") {
			t.Errorf("%q: %+v", text, messages)
		}
	}
}

// TestCheckWithoutValues protects what a check does not ask for: the values that
// only the machine has that runs the requests.
func TestCheckWithoutValues(t *testing.T) {
	const env = `{"dev": {"base": "{{$env.BASE}}", "id": "7", "Security": {"Auth": {"work": {"Type": "Provider", "Provider": "coro"}}}}, "prod": {"base": "https://example.com"}}`
	tests := []struct {
		name, text, env string
		want            string
	}{
		{name: "an environment variable", text: "GET {{$env.NOPE}}/a/{{$dotenv NOPE}}\n"},
		{name: "an environment variable for the host", text: "GET /a\nHost: {{$env.NOPE}}\n"},
		{name: "a variable of some environment", text: "GET {{base}}/{{id}}\n"},
		{name: "a variable of some environment in an expression", text: "# @assert body.id == id\nGET {{base}}/{{id + \"x\"}}\n"},
		{name: "a variable of some environment as itself", text: "@id = {{id}}\nGET {{base}}/{{id}}\n"},
		{name: "a variable of another environment", text: "GET {{base}}/{{id}}\n", env: "prod", want: "PR201 a.http:1:14"},
		{name: "a variable of no environment", text: "GET {{base}}/{{di}}/{{nope}}\n", want: "PR201 a.http:1:14, PR201 a.http:1:21"},
		{name: "what an editor would ask for", text: "# @prompt user\n# @secret pin\n# @assert pin != \"\"\nGET https://example.com/{{user}}\n"},
		{name: "a prompt for the host", text: "# @prompt host\nGET {{host}}/a\n"},
		{name: "a variable that only headers are read from", text: "@common = {{id}}\nGET https://example.com/\n...common\n", env: "dev"},
		{name: "credentials", text: "# @auth coro\nGET https://api.secure.coro.net/x\n"},
		{name: "credentials that some environment configures", text: "# @auth work\nGET {{base}}/x\n"},
		{name: "credentials that another environment configures", text: "# @auth work\nGET {{base}}/x\n", env: "prod", want: "PR401 a.http:1:9"},
		{name: "credentials that nobody knows", text: "# @auth wrk token={{base}}\nGET {{base}}/x\n", want: "PR401 a.http:1:9"},
		{name: "a parameter that nobody knows", text: "# @auth coro regoin=us\nGET https://api.secure.coro.net/x\n", want: "PR402 a.http:1:14"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			messages, got := lint(t, map[string]string{"a.http": tt.text, "http-client.env.json": env}, Options{Environment: tt.env})
			if got != tt.want {
				t.Errorf("found %q, want %q: %+v", got, tt.want, messages)
			}
		})
	}
}

// TestSecretLiterals protects what counts as a secret in a file, and that no
// message shows it.
func TestSecretLiterals(t *testing.T) {
	const random = "q8Zr2Lk07vWn5TtYb3Xe91Gd"
	jwt := "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIiwiaWF0IjoxNTE2MjM5MDIyfQ." + "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJVadQssw5c"
	github := "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
	tests := []struct {
		name, text string
		secret     string // what is found; "" if nothing is
	}{
		{"bearer", "GET http://h\nAuthorization: Bearer " + random + "\n", random},
		{"bearer variable", "@t = x\nGET http://h\nAuthorization: Bearer {{t}}\n", ""},
		{"bearer placeholder", "GET http://h\nAuthorization: Bearer paste_user_token_here\n", ""},
		{"bearer for a test", "GET http://h\nAuthorization: Bearer invalid_token_abc123\n", ""},
		{"basic", "GET http://h\nAuthorization: Basic dTpxOFpyMkxrMDd2V241VHRZYjNYZTkxR2Q=\n", "dTpxOFpyMkxrMDd2V241VHRZYjNYZTkxR2Q="},
		{"basic for a test", "GET http://h\nAuthorization: Basic YWRtaW46YWRtaW4=\n", ""},
		{"key header", "GET http://h\nX-Api-Key: " + random + "\n", random},
		{"other header", "GET http://h\nX-Request-Id: " + random + "\n", ""},
		{"query", "GET http://h/?a=1&api_key=" + random + "\n", random},
		{"other query", "GET http://h/?a=1&id=" + random + "\n", ""},
		{"variable", "@password = " + random + "\nGET http://h/{{password}}\n", random},
		{"password of words", "@password = correct-horse-battery\nGET http://h/{{password}}\n", ""},
		{"password for a test", "@password = DemoPassword123!\nGET http://h/{{password}}\n", ""},
		{"parameter", "# @auth bearer token=" + random + "\nGET http://h\n", random},
		{"JSON", "POST http://h\n\n{\"user\": \"a\", \"apikey\": \"" + random + "\"}\n", random},
		{"JSON name", "POST http://h\n\n{\"" + random + "\": \"apikey\"}\n", ""},
		{"JSON placeholder", "POST http://h\n\n{\"password\": \"StressTest123!\"}\n", ""},
		{"form", "POST http://h\n\na=1&client_secret=" + random + "\n", random},
		{"signed token", "@id = 1\nGET http://h/{{id}}\nX: a " + jwt + "\n", jwt},
		{"GitHub", "POST http://h\n\n# " + github + "\nsee " + github + ", please\n", github},
		{"part of a word", "POST http://h\n\nx" + github + "\n", ""},
		{"comment", "# " + github + "\nGET http://h\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			messages, _ := lint(t, map[string]string{"a.http": tt.text}, Options{})
			found := 0
			for _, m := range messages {
				if m.Code == diag.CodeSecretLiteral {
					found++
				}
			}
			if want := min(len(tt.secret), 1); found != want {
				t.Errorf("found %d secrets, want %d: %+v", found, want, messages)
			}
			if all, err := json.Marshal(messages); err != nil || tt.secret != "" && strings.Contains(string(all), tt.secret) {
				t.Errorf("the secret is shown: %s %v", all, err)
			}
		})
	}
	messages, got := lint(t, map[string]string{"a.http": "GET http://h/{{nope}}?token=" + random + "\n"}, Options{})
	if all, _ := json.Marshal(messages); strings.Contains(string(all), random) || got != "PR201 a.http:1:14, PR702 a.http:1:29" {
		t.Errorf("another message of the line: %s", all)
	}
}

// Notes are for check: a run is about what happens.
func TestRunSaysNoNotes(t *testing.T) {
	api := newAPI(t)
	path := filepath.Join(t.TempDir(), "a.http")
	text := "POST " + api.URL + "/x\nContent-Type: application/json\n\n{\n# one\n}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	plan := NewPlan(t.Context(), Options{Paths: []string{path}})
	defer plan.Close()
	if m := plan.Messages(); len(m) != 0 {
		t.Errorf("the run says %+v", m)
	}
	if m := plan.Lint(); len(m) != 1 || m[0].Code != diag.CodeStripped {
		t.Errorf("the check says %+v", m)
	}
}

// Whatever stands in a file, a check ends, and each message points into it.
func FuzzLint(f *testing.F) {
	f.Add("# @auth coro\n@a = {{a}}\n\n### x\n# @needs x\nGET {{a}}/{{x.response.body.y}}?token={{$env.B}}\nA: b,\n c\n\n{\"apikey\": \"q8Zr2Lk07vWn5TtYb3Xe91Gd\"\n")
	f.Add("run #x (@a=1)\n\n### x\nPOST http://h/{{a}}\n\n> {% client.log(1) %}\n\n### x\ncurl http://h\n?? status == 200\n")
	f.Add("import ./a.http\n# @import b.http\n\n### {{}}\nGRAPHQL http://h\n\nquery { a }\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		plan := NewPlan(t.Context(), Options{
			Paths: []string{"-"}, Stdin: strings.NewReader(text), Dir: dir, Check: true,
			Environ: func(string) (string, bool) { return "", false },
		})
		defer plan.Close()
		lines := 1 + strings.Count(text, "\n") + strings.Count(text, "\r")
		for _, m := range plan.Lint() {
			if m.Code == "" || m.Summary == "" || m.Line < 0 || m.Line > lines || m.EndLine < m.Line {
				t.Errorf("%+v", m)
			}
		}
	})
}
