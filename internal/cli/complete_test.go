package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestComplete protects what a word may become, that it comes without a word of
// what is wrong, and that nothing is sent.
func TestComplete(t *testing.T) {
	sent := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent = true }))
	defer server.Close()
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		".git/HEAD": "",
		"a.http": "# @tag all\n@base = " + server.URL + "\n\n### list\n# @tag smoke, slow\nGET {{base}}/\n\n### close it; \"now\"\nGET {{base}}/\n\n### bad\x1b[31mname\nGET {{base}}/\n" +
			"\n### tab\there\nGET {{base}}/\n\n### list\nGET {{base}}/\n\n### no request\n",
		"my file.http":                "### other\n# @tag nightly\nGET {{base}}/\n",
		"sub/b.rest":                  "### inner\nGET {{base}}/\n",
		"sub/c.txt":                   "",
		"run.ndjson":                  "",
		"rows.csv":                    "a\n1\n",
		".hidden.http":                "GET {{base}}/\n",
		"large.rest":                  "### large\nGET {{base}}/\n\n" + strings.Repeat("x", maxCompleteSize),
		"http-client.env.json":        `{"dev": {"base": "x"}, "staging": {}}`,
		"broken/http-client.env.json": `{`, "broken/d.http": "### half\nGET {{",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "none"), "dangling.http"); err != nil {
		t.Logf("without a dangling link: %v", err)
	}
	tests := []struct {
		line string // | separates words; the last one is typed
		want string // candidates, separated by |
	}{
		{"e", "expect"},
		{"l", "list|large.rest"},
		{"auth|l", "login|logout"},
		{"auth|", "providers|login|status|token|refresh|logout"},
		{"a", "auth|a.http"},
		{"run|", "a.http|broken/|large.rest|my file.http|rows.csv|sub/"},
		{"--", ""},
		{"sub/", "sub/b.rest"},
		{"list|s", "sub/"},
		{"./s", "./sub/"},
		{"fmt|.h", ".hidden.http"},
		{"replay|", "broken/|run.ndjson|sub/"},
		{"replay|run.ndjson|a", "a.http"},
		{"replay|run.ndjson|a.http#c", "a.http#close it; \"now\""},
		{"replay|--map", "--map"},
		{"run|none/", ""},
		{"version|", ""},
		{"auth|token|", ""},

		{"help|v", "vars|version"},
		{"help|che", "check|checking|checks"},
		{"completion|", "bash|fish|powershell|zsh"},
		{"completion|bash|", ""},

		{"--dia", "--dialect"},
		{"run|a.http|--di", "--dialect"},
		{"fmt|--", "--check|--dialect|--diff|--help|--no-color|--write"},
		{"expect|--w", "--wait-for|--write"},
		{"version|--", "--help"},
		{"--dialect|v", "vscode|visualstudio"},
		{"--dialect=k", "--dialect=kulala"},
		{"--no-color=", ""},
		{"--nonsense=", ""},
		{"--nonsense|a.h", "a.http"},
		{"--status-check|", "on|off"},
		{"--dry-run|--as|c", "curl"},
		{"check|--format|s", "sarif"},
		{"--report|j", "junit|json"},
		{"--report=tap=row", "--report=tap=rows.csv"},
		{"--proxy|s", "socks5://"},
		{"--allow-origin|h", "https://|http://"},
		{"--data|", "a.http|broken/|http-client.env.json|large.rest|my file.http|rows.csv|run.ndjson|sub/"},
		{"--secret|pw", ""},
		{"--secret|pw=", "pw=@|pw=env:"},
		{"--secret|pw=@row", "pw=@rows.csv"},
		{"--cert-pass|", "@|env:"},
		{"--var|a", ""},
		{"--line|", ""},
		{"--bail|a.h", "a.http"},
		{"-j|4|a.h", "a.http"},
		{"-j|", ""},

		{"--env|", "dev|staging"},
		{"-e|d", "dev"},
		{"-ve|d", "dev"},
		{"--env=s", "--env=staging"},
		{"a.http|sub|--env|", "dev|staging"},
		{"broken/d.http|--env|", ""},

		{"--name|l", "list"},
		{"--name|close", `close it; "now"`},
		{"a.http|--name|", `list|close it; "now"`},
		{"sub/b.rest|--name|", "inner"},
		{"a.http#list|--name|cl", `close it; "now"`},
		{"none.http|--name|", ""},
		{"-|--name|inner", ""},
		{"a.http#", `a.http#list|a.http#close it; "now"`},
		{"a.http#cl", `a.http#close it; "now"`},
		{"expect|my file.http#", "my file.http#other"},
		{"run|--|a.http#l", "a.http#list"},
		{"fmt|a.http#", ""},
		{"none.http#", ""},
		{"large.rest#", ""},
		{"broken/d.http#", "broken/d.http#half"},

		{"--tag|", "all|smoke|slow|nightly"},
		{"--tag|s", "smoke|slow"},
		{"--tag|smoke,s", "smoke,slow"},
		{"--exclude-tag=n", "--exclude-tag=nightly"},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			words := strings.Split(test.line, "|")
			last := len(words) - 1
			exit, out, errs := execute(append([]string{completeCommand, "_" + words[last]}, words[:last]...)...)
			if exit != 0 || errs != "" {
				t.Errorf("exit %d, stderr %q", exit, errs)
			}
			var got []string
			for line := range strings.Lines(out) {
				value, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
				got = append(got, value)
			}
			if test.line == "run|" { // data is no request file
				test.want = strings.Replace(test.want, "rows.csv|", "", 1)
			}
			if test.line == "--" {
				if len(got) < 20 {
					t.Errorf("flags are %q", got)
				}
				return
			}
			if text := strings.Join(got, "|"); text != test.want {
				t.Errorf("%s\nwant\n%s", text, test.want)
			}
		})
	}
	if sent {
		t.Error("something was sent")
	}
	for _, args := range [][]string{{}, {"_"}, {""}, {"_", "--", "--"}, {"_", "-"}, {"_--env=", "-e"}, {"_", "auth", "auth"}} {
		if exit, _, errs := execute(append([]string{completeCommand}, args...)...); exit != 0 || errs != "" {
			t.Errorf("%q: exit %d, stderr %q", args, exit, errs)
		}
	}
}

// Every flag that takes a value of a few is completed, and every flag and command is
// explained as its help does.
func TestCompleteExplains(t *testing.T) {
	_, out, _ := execute(completeCommand, "_--a", "expect")
	want := "--allow-file\trequests may send these files. Repeatable\n--allow-origin\tcredentials may be sent to this origin. Repeatable\n"
	if !strings.HasPrefix(out, want) {
		t.Errorf("flags:\n%s", out)
	}
	_, out, _ = execute(completeCommand, "_--max-t", "run") // of two lines
	if want := "--max-time\tend the run after D: what is under way is ended, @teardown still runs, and the exit code is 3\n"; out != want {
		t.Errorf("a flag of several lines:\n%s", out)
	}
	_, out, _ = execute(completeCommand, "_ru")
	if out != "run\trun the requests of files and folders\n" {
		t.Errorf("commands:\n%s", out)
	}
}

// Each shell gets its own script, which asks the hidden command.
func TestCompletion(t *testing.T) {
	for shell := range completionScripts() {
		exit, out, errs := execute("completion", shell)
		if exit != 0 || errs != "" || !strings.Contains(out, completeCommand+" ") && !strings.Contains(out, completeCommand+"'") || strings.Contains(out, "\r") {
			t.Errorf("%s: exit %d, stderr %q, script:\n%s", shell, exit, errs, out)
		}
		if !strings.Contains(completionHelp, "postrider completion "+shell) {
			t.Errorf("the help does not say where the script for %s belongs", shell)
		}
	}
	if exit, _, errs := execute("completion", "csh"); exit != 2 || !strings.Contains(errs, "there is no completion for `csh`") {
		t.Errorf("exit %d, stderr %q", exit, errs)
	}
}
