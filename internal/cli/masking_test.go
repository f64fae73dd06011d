package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/report"
	"github.com/postrider/postrider/runner"
)

// The secrets of the run, each with characters that other places encode: what
// hands it over is in the file that secretsFile makes.
var runSecrets = map[string]string{
	"basic directive":   `p-Basic/1"+&é`,
	"basic shorthand":   `p-Shorthand=2 /`,
	"basic user:pass":   `p-Colon:3<x>`,
	"URL":               `p-Userinfo-4`,
	"bearer":            `t-Bearer.5~`,
	"API key, header":   `k-Header/6+`,
	"API key, query":    `k-Query&7="'`,
	"API key, cookie":   `k-Cookie_8`,
	"digest":            `p-Digest"9\`,
	"digest shorthand":  `p-Digest 10 ä`,
	"AWS":               `s-Aws/11+AAA`,
	"AWS session":       `s-Session/12==`,
	"AWS shorthand":     `s-Aws/13+BBB`,
	"provider":          `s-Provider/14&`,
	"provider's token":  `t-Issued.15/+`,
	"proxy":             `p-Proxy-16`,
	"passphrase":        `p-Phrase 17`,
	"private variable":  `v-Private/18 "`,
	"--secret":          `v-Secret\19/`,
	".env":              `v-DotEnv/20&`,
	"capture":           `c-Captured/21"`,
	"written by hand":   `h-Hand/22+`,
	"query by its name": `q-Query/23`,
}

// withUser are those that are the password of the user `user`, by the path of the
// request that makes a pair of both; empty if that is known before the run.
var withUser = map[string]string{
	"basic directive": "", "basic shorthand": "/shorthand", "basic user:pass": "/colon", "URL": "",
	"digest": "", "digest shorthand": "/digest-shorthand", "proxy": "",
}

// secretsFile uses every way to authenticate and to bring a secret into a run.
// Each check fails, so that values are shown.
const secretsFile = `
@base = {{server}}

### Captured
# @name first
# @capture secret caught = header("x-capture")
# @capture also_token = body.raw[0]
# @assert status == 500
# @assert body.raw[0] == "x"
# @assert text == "x"
GET {{base}}/capture?access_token={{byName}}

### Basic
# @auth basic username=user password={{basic}}
# @assert status == 500
GET {{base}}/basic

### Basic, shorthand
GET {{base}}/shorthand?status=500
Authorization: Basic user {{shorthand}}

### Basic, colon
GET {{base}}/colon?status=401
Authorization: Basic user:{{colon}}

### Userinfo
# @assert status == 500
GET {{userinfo}}/userinfo

### Bearer
# @auth bearer token={{bearer}}
# @assert body.header.Authorization[0] == "x"
# @assert request.headers["authorization"] == "x"
GET {{base}}/bearer?status=401

### API keys
# @auth apikey name=X-Key value={{keyHeader}}
# @assert text contains "nothing"
GET {{base}}/key

### API key in the query
# @auth apikey in=query name=q value={{keyQuery}}
# @assert url == "x"
# @assert status == 500
GET {{base}}/key

### API key in a cookie
# @auth apikey in=cookie name=c value={{keyCookie}}
# @assert status == 500
GET {{base}}/key

### Digest
# @auth digest username=user password={{digest}}
# @assert status == 500
GET {{base}}/digest

### Digest, refused
GET {{base}}/digest-shorthand
Authorization: Digest user {{digestShorthand}}

### AWS
# @auth aws access_key_id=AKID secret_access_key={{aws}} session_token={{awsSession}} region=r service=s
# @assert status == 500
GET {{base}}/aws

### AWS, shorthand
GET {{base}}/aws?status=403
Authorization: AWS AKID {{awsShorthand}} region:r service:s

### Provider
# @auth own
# @assert status == 500
GET {{base}}/provider?status=401

### By hand
# @assert status == 500
POST {{base}}/hand?q={{private}}
X-Api-Key: {{hand}}
Cookie: session={{given}}
Content-Type: text/plain

{{caught}} {{dotenv_secret}}

### Through a proxy that is not there
# @proxy http://user:{{proxy}}@127.0.0.1:1
GET http://api.example.invalid/?token={{byName}}

### A token that cannot be had
# @auth refused
GET {{base}}/refused
`

// encodings are the forms in which an answer can repeat a secret.
func encodings(name, secret string, paired bool) []string {
	quoted, _ := json.Marshal(secret)
	inGo := strconv.Quote(secret)
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), strings.ReplaceAll(url.QueryEscape(secret), "+", "%20"),
		string(quoted[1 : len(quoted)-1]), html.EscapeString(secret), inGo[1 : len(inGo)-1],
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
	if _, ok := withUser[name]; ok && paired {
		forms = append(forms, base64.StdEncoding.EncodeToString([]byte("user:"+secret)))
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// leaky repeats everything it is sent and every secret in every encoding, and
// answers with the status that it is asked for.
func leaky(t *testing.T) *httptest.Server {
	made := map[string]string{"capture": "/capture", "provider's token": "/provider"}
	asked := make(map[string]bool) // the requests of one file come one after the other
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/capture" {
			clear(asked) // another run begins
		}
		defer func() { asked[r.URL.Path] = true }()
		var raw, all []string
		for name, s := range runSecrets {
			if first := made[name]; first != "" && !asked[first] {
				continue // it is not a secret before the run knows it
			}
			raw = append(raw, s)
			all = append(all, encodings(name, s, withUser[name] == "" || asked[withUser[name]])...)
		}
		slices.Sort(raw)
		w.Header()["X-All"] = all
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Capture", runSecrets["capture"])
		w.Header().Set("X-Leak", url.QueryEscape(strings.Join(raw, ",")))
		switch {
		case r.URL.Path == "/login":
			json.NewEncoder(w).Encode(map[string]any{"token": runSecrets["provider's token"]})
			return
		case r.URL.Path == "/refused-login":
			w.WriteHeader(400)
			json.NewEncoder(w).Encode(map[string]any{"error": "no: " + string(body) + " " + strings.Join(all, " ")})
			return
		case r.URL.Path == "/digest" && r.Header.Get("Authorization") == "" || r.URL.Path == "/digest-shorthand":
			w.Header().Set("WWW-Authenticate", `Digest realm="`+strings.NewReplacer(`"`, "", `\`, "").Replace(strings.Join(raw, " "))+`", nonce="n", qop="auth"`)
			w.WriteHeader(401)
		case r.URL.Query().Has("status"):
			status, _ := strconv.Atoi(r.URL.Query().Get("status"))
			w.Header().Set("WWW-Authenticate", "Bearer error_description="+strconv.Quote(strings.Join(raw, " ")))
			w.WriteHeader(status)
		}
		out := json.NewEncoder(w)
		out.SetEscapeHTML(len(r.URL.Path)%2 == 0) // both ways occur
		out.Encode(map[string]any{"raw": raw, "header": r.Header, "url": r.URL.String(), "body": string(body)})
	}))
	t.Cleanup(server.Close)
	return server
}

// secretsRun is the project of the run, and its options.
func secretsRun(t *testing.T) runner.Options {
	t.Helper()
	server := leaky(t)
	s := runSecrets
	dir := t.TempDir()
	t.Chdir(dir)
	private := map[string]any{"dev": map[string]any{
		"basic": s["basic directive"], "shorthand": s["basic shorthand"], "colon": s["basic user:pass"], "bearer": s["bearer"],
		"keyHeader": s["API key, header"], "keyQuery": s["API key, query"], "keyCookie": s["API key, cookie"], "digest": s["digest"],
		"digestShorthand": s["digest shorthand"], "aws": s["AWS"], "awsSession": s["AWS session"], "awsShorthand": s["AWS shorthand"],
		"proxy": s["proxy"], "private": s["private variable"], "hand": s["written by hand"], "byName": s["query by its name"],
		"userinfo": strings.Replace(server.URL, "://", "://user:"+s["URL"]+"@", 1),
	}}
	definition := func(path string) map[string]any {
		return map[string]any{
			"params": map[string]any{"secret": map[string]any{"env": "OWN_SECRET", "required": true, "secret": true}},
			"token": map[string]any{
				"request":  map[string]any{"url": server.URL + path, "form": map[string]any{"secret": "{{secret}}"}},
				"response": map[string]any{"token": "token", "default_ttl": "1h"},
			},
			"apply":   []any{map[string]any{"header": "Authorization", "value": "Bearer {{token}}"}},
			"origins": []any{server.URL},
			"errors":  map[string]any{"message": "error"},
		}
	}
	public := map[string]any{"dev": map[string]any{"Security": map[string]any{"Auth": map[string]any{
		"own":     map[string]any{"Type": "Provider", "Definition": definition("/login")},
		"refused": map[string]any{"Type": "Provider", "Definition": definition("/refused-login")},
	}}}}
	for name, content := range map[string]any{
		"all.http": secretsFile, "http-client.env.json": public, "http-client.private.env.json": private,
		".env": "dotenv_secret='" + s[".env"] + "'\n", "phrase": s["passphrase"] + "\n",
	} {
		text, ok := content.(string)
		if !ok {
			encoded, err := json.Marshal(content)
			if err != nil {
				t.Fatal(err)
			}
			text = string(encoded)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	o, err := optionsOf(t, map[string]string{"GIVEN": s["--secret"], "OWN_SECRET": s["provider"], cacheVariable: "memory", stateDirVariable: t.TempDir()}, "",
		"run", "all.http", "--env", "dev", "--secret", "given=env:GIVEN", "--var", "server="+server.URL, "--verbose",
		"--cert-pass", "@phrase", "--allow-origin", server.URL, "--allow-origin", "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// outputs is everything that the program can say about the run.
func outputs(t *testing.T, o runner.Options) map[string]string {
	t.Helper()
	all := make(map[string]string)
	for name, shown := range map[string]report.ConsoleOptions{
		"plain": {}, "verbose": {Verbose: true}, "with bodies": {Verbose: true, Bodies: true},
	} {
		var out bytes.Buffer
		o.Bodies, o.Record, shown.Width = shown.Bodies, true, 200
		plan := runner.NewPlan(t.Context(), o)
		reports := make(map[string]*bytes.Buffer)
		var sinks []runner.Sink
		summary := filepath.Join(t.TempDir(), "summary")
		for _, kind := range report.Kinds() {
			reports[kind] = new(bytes.Buffer)
			sinks = append(sinks, report.New(kind, report.StreamTarget(kind, reports[kind]), report.Options{Summary: summary}))
		}
		sinks = append(sinks, report.NewConsole(&out, shown))
		if exit := plan.Run(t.Context(), sinks...); exit != runner.ExitBroken {
			t.Fatalf("exit code %d:\n%.600000s", exit, out.String())
		}
		all["run, "+name] = out.String()
		for kind, text := range reports {
			all["report "+kind+", "+name] = text.String()
		}
		page, err := os.ReadFile(summary)
		if err != nil {
			t.Fatal(err)
		}
		all["step summary"] = string(page)
		all["messages"] = fmt.Sprintf("%+v", plan.Messages())
		all["list"] = fmt.Sprintf("%+v", plan.Files())
		plan.Close()
	}
	known, messages := runner.Providers(t.Context(), o, "")
	all["providers"] = fmt.Sprintf("%+v %+v", known, messages)
	for _, id := range []string{"own", "refused", "digest", "aws"} {
		p, messages := runner.Providers(t.Context(), o, id)
		all["provider "+id] = fmt.Sprintf("%+v %+v", p, messages)
	}
	return all
}

// No byte of any output shows a secret, in whatever form the other side repeats
// it. The same run that hides nothing shows all of them: what is looked for would
// be found.
func TestNothingShowsASecret(t *testing.T) {
	o := secretsRun(t)
	for output, text := range outputs(t, o) {
		for name, secret := range runSecrets {
			// A body that is JSON is quoted by messages as a text.
			quoted, _ := json.Marshal(secret)
			quoted, _ = json.Marshal(string(quoted[1 : len(quoted)-1]))
			for _, form := range append(encodings(name, secret, true), string(quoted[1:len(quoted)-1])) {
				if i := strings.Index(text, form); i >= 0 {
					t.Errorf("%s shows the secret %q: …%s…", output, name, text[max(i-60, 0):min(i+len(form)+20, len(text))])
				}
			}
		}
	}
	o.ShowSecrets = true
	shown := outputs(t, o)
	for _, output := range []string{"run, with bodies", "report ndjson, plain", "report json, with bodies"} {
		for name, secret := range runSecrets {
			if !slices.ContainsFunc(encodings(name, secret, true), func(form string) bool { return strings.Contains(shown[output], form) }) {
				t.Errorf("the run does not bring the secret %q to the output %s: nothing would be found", name, output)
			}
		}
	}
}

// A log of GitHub Actions is told of every secret before it could show one.
func TestSecretsAreAnnounced(t *testing.T) {
	o := secretsRun(t)
	var out, console bytes.Buffer
	p := &program{stderr: &out, lookupEnv: func(name string) (string, bool) { return "true", name == "GITHUB_ACTIONS" }}
	o.OnSecret = p.announceSecrets()
	plan := runner.NewPlan(t.Context(), o)
	defer plan.Close()
	plan.Run(t.Context(), report.NewConsole(&console, report.ConsoleOptions{}))
	announced := make(map[string]bool)
	lines := strings.Split(out.String(), "\n")
	for _, line := range lines {
		if value, ok := strings.CutPrefix(line, "::add-mask::"); ok {
			announced[strings.NewReplacer("%25", "%", "%0A", "\n", "%0D", "\r").Replace(value)] = true
		}
	}
	for name, secret := range runSecrets {
		if !announced[strings.TrimSpace(secret)] {
			t.Errorf("the secret %q is not announced", name)
		}
	}
	if pair := base64.StdEncoding.EncodeToString([]byte("user:" + runSecrets["basic directive"])); !announced[pair] {
		t.Error("the form of HTTP Basic authentication is not announced")
	}
	for value := range announced {
		if regexp.MustCompile(`^\s*$|^(true|false|[0-9]{1,3})$`).MatchString(value) {
			t.Errorf("%q would be masked everywhere", value)
		}
	}

	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if p.stderr = file; p.announceSecrets() != nil {
		t.Error("a file would keep the secrets")
	}
	p.lookupEnv = func(string) (string, bool) { return "", false }
	if p.stderr = &out; p.announceSecrets() != nil {
		t.Error("secrets are announced to whom nobody knows")
	}
}
