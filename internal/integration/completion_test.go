//go:build integration

package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompletionScripts protects the scripts for shells: that the shells can read
// them, and that bash completes what it breaks into words of its own.
func TestCompletionScripts(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		".git/HEAD":            "",
		"a.http":               "### list\nGET http://h\n\n### close it\nGET http://h\n",
		"my file.http":         "### other\nGET http://h\n",
		"sub/b.http":           "GET http://h\n",
		"http-client.env.json": `{"dev": {}, "staging": {}}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		path, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("%s: NOT CHECKED, for it is not installed", shell)
			continue
		}
		script, err := exec.Command(program, "completion", shell).Output()
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "completion."+shell)
		if err := os.WriteFile(file, script, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(path, "-n", file).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", shell, err, out)
		}
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal("bash is needed")
	}
	tests := []struct {
		words []string // behind the program, as bash breaks them; what @ stands before has no blank before it
		want  string
	}{
		{[]string{"com"}, "completion"},
		{[]string{"auth", "lo"}, "login logout"},
		{[]string{"--env", "@=", "@st"}, "staging"},
		{[]string{"--env", "@="}, "dev staging"},
		{[]string{"a.http", "--name", "cl"}, `close\ it`},
		{[]string{`a.http#close\ `}, `a.http#close\ it`},
		{[]string{`'my file.http#`}, "my file.http#other"},
		{[]string{`my\ file.http`, "--name", ""}, "other"},
		{[]string{`"my file.http"`, "--name", ""}, "other"},
		{[]string{"list", "s"}, "sub/"},
		{[]string{"--proxy", "socks5", "@:"}, "//"},
		{[]string{"list", "$(touch made)"}, ""},
	}
	for _, test := range tests {
		line, words := program, []string{program}
		for _, word := range test.words {
			word, glued := strings.CutPrefix(word, "@")
			if !glued {
				line += " "
			}
			line, words = line+word, append(words, word)
		}
		cmd := exec.Command(bash, "-c", `source completion.bash
COMP_LINE=$1 COMP_POINT=${#1}; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_postrider
printf '%s\n' "${COMPREPLY[@]}"`, "bash", line)
		cmd.Args = append(cmd.Args, words...)
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		got := strings.Join(strings.Split(strings.TrimSpace(string(out)), "\n"), " ")
		if got != test.want {
			t.Errorf("%s: %q, want %q", line, got, test.want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "made")); err == nil {
		t.Error("what is typed was run")
	}
}
