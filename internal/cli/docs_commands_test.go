package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// Every command line of the manual, in whichever language it stands, has
// commands and flags that there are.
func TestManualCommands(t *testing.T) {
	chapters, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, page := range append(chapters, "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range fences(t, page, string(text)) {
			if b.lang == "http" || b.lang == "text" {
				continue
			}
			for _, words := range commandLines(b.text) {
				total++
				commands := new(program).commands()
				inv, err := normalize(words, commands)
				if err != nil {
					t.Errorf("%s:%d: postrider %s: %v", page, b.line, strings.Join(words, " "), err)
				}
				if inv.implied && len(inv.args) > 0 && diag.Nearest(inv.args[0], []string{"run", "check", "help", "list", "fmt"}) != "" {
					t.Errorf("%s:%d: postrider %s: a file of that name?", page, b.line, strings.Join(words, " "))
				}
			}
		}
	}
	if total < 50 {
		t.Errorf("%d command lines are found, which cannot be all", total)
	}
}

// What is said to stand for the flags of another tool exists.
func TestComingFromFlags(t *testing.T) {
	page, err := os.ReadFile("../../docs/coming-from.md")
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]bool)
	for _, c := range commandsOf(new(program).commands()) {
		for _, f := range c.Flags {
			for _, name := range f.Names() {
				known[name] = true
			}
		}
	}
	checked := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "|") || len(cells) < 2 {
			continue
		}
		for _, m := range regexp.MustCompile("[` ](--?)([a-z][a-z-]*)").FindAllStringSubmatch(cells[len(cells)-1], -1) {
			checked++
			name := m[2]
			if m[1] == "-" {
				name = name[:1] // -vv is -v twice
			}
			if !known[name] {
				t.Errorf("there is no flag %s%s: %s", m[1], m[2], line)
			}
		}
	}
	if checked < 50 {
		t.Errorf("%d flags are found, which cannot be all", checked)
	}
}

// The directives and templates that are said to stand for what other tools write
// can be read, all of them in one file.
func TestComingFromDirectives(t *testing.T) {
	page, err := os.ReadFile("../../docs/coming-from.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, name := range []string{"file.json", "body.json"} {
		if err := os.WriteFile(name, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var requests strings.Builder
	requests.WriteString("@k = key\n@t = text\n@n = 1\n@N = 1\n@NAME = x\n")
	written := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "|") || len(cells) < 2 {
			continue
		}
		for _, m := range regexp.MustCompile("`((?:# @(?:assert|capture|retry|sleep|loop|skip|connection-timeout) |@id = |\\{\\{)[^`…]+)`").FindAllStringSubmatch(cells[len(cells)-1], -1) {
			switch written++; {
			case strings.HasPrefix(m[1], "@"):
				requests.WriteString(m[1] + "\n")
			case strings.HasPrefix(m[1], "{{"):
				requests.WriteString("\n### of a template\nGET http://localhost/?x=" + m[1] + "\n")
			default:
				text := strings.NewReplacer("every D", "every 1s", "@retry N", "@retry 5").Replace(m[1])
				requests.WriteString("\n### of a directive\n" + text + "\nGET http://localhost/\n")
			}
		}
	}
	if written < 40 {
		t.Errorf("%d directives and templates are found, which cannot be all", written)
	}
	if err := os.WriteFile("a.http", []byte(requests.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if exit, out, errs := execute("check", "a.http"); exit != 0 {
		t.Errorf("exit %d\n%s%s", exit, out, errs)
	}
}

// A command line ends where it ends for a shell.
func TestCommandLines(t *testing.T) {
	text := "postrider a.http --var 'x=a b' # | c\n- run: .bin/postrider check > f && postrider fmt\nx_postrider no\ncurl \"$(postrider auth token x)\" y\n"
	want := "[a.http --var x=a b] [check] [fmt] [auth token x]"
	var got []string
	for _, words := range commandLines(text) {
		got = append(got, "["+strings.Join(words, " ")+"]")
	}
	if strings.Join(got, " ") != want {
		t.Errorf("found are %s", got)
	}
}
