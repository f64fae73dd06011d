package cli

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mccutchen/go-httpbin/v2/httpbin"
)

// pages are the texts whose examples are run.
var pages = []string{
	"../../README.md", "../../docs/language.md", "../../docs/schemas.md", "../../docs/credentials.md", "../../docs/dialects.md",
	"../../docs/dynamic.md", "../../docs/output.md", "../../docs/dry-run.md", "../../docs/running.md",
	"../../docs/getting-started.md", "../../docs/checks.md", "../../docs/scripts.md", "../../docs/coming-from.md",
}

// shownServer stands in the manual for the server of its examples.
const shownServer = "https://httpbin.org"

// fence is a fenced block of a Markdown file.
type fence struct {
	line    int    // of its first line, from 1
	section string // the ## heading it stands under
	lang    string
	note    string // the rest of its info string
	text    string
	output  bool // it stands directly behind another block
}

// fences returns the fenced blocks of a Markdown text.
func fences(t *testing.T, page, text string) []fence {
	t.Helper()
	var all []fence
	lines := strings.Split(text, "\n")
	section, end := "", -1
	for i := 0; i < len(lines); i++ {
		if heading, ok := strings.CutPrefix(lines[i], "## "); ok {
			section = heading
		}
		info, opens := strings.CutPrefix(lines[i], "```")
		if !opens {
			continue
		}
		n := slices.Index(lines[i+1:], "```")
		if n < 0 {
			t.Fatalf("%s:%d: a fence that is never closed", page, i+1)
		}
		lang, note, _ := strings.Cut(info, " ")
		all = append(all, fence{
			line: i + 2, section: section, lang: lang, note: note, output: i == end+1,
			text: strings.Join(lines[i+1:i+1+n], "\n") + "\n",
		})
		i += n + 1
		end = i
	}
	return all
}

// example is how a block of requests is run, as its info string says:
// ```http exit=1 file=a.http FLAGS, or ```http skip REASON. Without a word it
// must pass. ```sh run exit=1 is a command line of the program, run in the folder
// of the section.
type example struct {
	skip string
	exit int
	file string
	args []string
}

// runs reports whether the test runs a block.
func (f fence) runs() bool {
	return f.lang == "http" || f.lang == "sh" && (f.note == "run" || strings.HasPrefix(f.note, "run "))
}

func readExample(note string) (example, error) {
	e := example{file: "example.http"}
	words := strings.Fields(note)
	if len(words) > 0 && words[0] == "skip" {
		if e.skip = strings.Join(words[1:], " "); e.skip == "" {
			return e, errors.New("a block is skipped without a reason")
		}
		return e, nil
	}
	for _, word := range words {
		if exit, ok := strings.CutPrefix(word, "exit="); ok {
			var err error
			if e.exit, err = strconv.Atoi(exit); err != nil {
				return e, err
			}
		} else if file, ok := strings.CutPrefix(word, "file="); ok {
			e.file = file
		} else {
			e.args = append(e.args, word)
		}
	}
	return e, nil
}

// TestManual runs every example of the manual and compares what it shows with
// what the program writes, so that the manual describes this version. Every ##
// section has a folder of its own, in which ```json file=NAME puts a block.
func TestManual(t *testing.T) {
	server := httptest.NewServer(httpbin.New())
	defer server.Close()
	t.Setenv(cacheDirVariable, t.TempDir())
	t.Setenv(stateDirVariable, t.TempDir())

	for _, page := range pages {
		t.Run(filepath.Base(page), func(t *testing.T) { runPage(t, page, server.URL) })
	}
}

// runPage runs the examples of one text.
func runPage(t *testing.T, page, server string) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	blocks := fences(t, page, string(text))
	folders := make(map[string]string)
	requests, skipped, compared := 0, 0, 0
	for _, b := range blocks {
		if folders[b.section] == "" {
			folders[b.section] = t.TempDir()
		}
		if file, ok := strings.CutPrefix(b.note, "file="); ok && b.lang != "http" {
			if err := os.WriteFile(filepath.Join(folders[b.section], file), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, b := range blocks {
		dir := folders[b.section]
		if strings.HasPrefix(b.note, "file=") && b.lang != "http" {
			continue // written before
		}
		switch {
		case b.runs():
		case b.lang == "sh", b.lang == "yaml": // whose commands TestManualCommands reads
			continue
		case b.lang == "text":
			if i == 0 || !blocks[i-1].runs() || !b.output {
				t.Errorf("%s:%d: an output that does not stand directly behind an example", page, b.line)
			}
			continue
		default:
			t.Errorf("%s:%d: a block of %q that nothing checks", page, b.line, b.lang)
			continue
		}
		requests++
		e, err := readExample(strings.TrimPrefix(b.note, "run"))
		if err != nil {
			t.Errorf("%s:%d: %v", page, b.line, err)
			continue
		}
		if e.skip != "" {
			skipped++
			continue
		}
		want := ""
		if i+1 < len(blocks) && blocks[i+1].lang == "text" {
			want = blocks[i+1].text
			compared++
		}
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) { runExample(t, b.lang, e, dir, server, b.text, want) })
	}
	if requests == 0 || compared == 0 {
		t.Errorf("%d examples and %d outputs: nothing is checked", requests, compared)
	}
	if 3*skipped > requests {
		t.Errorf("%d of %d examples are skipped, more than a third", skipped, requests)
	}
}

// runExample runs one block of requests, or one command line, in its folder.
func runExample(t *testing.T, lang string, e example, dir, server, text, want string) {
	t.Chdir(dir)
	var args []string
	if lang == "sh" {
		lines := commandLines(text)
		if len(lines) != 1 {
			t.Fatalf("%d command lines, expected one", len(lines))
		}
		if lines[0][0] != "vars" { // which would show it
			t.Setenv("POSTRIDER_VAR_base", server)
		}
		args = append([]string{"postrider"}, lines[0]...)
	} else {
		if err := os.WriteFile(e.file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = slices.Concat([]string{"postrider", "run", e.file, "--var", "base=" + server}, e.args)
	}
	var stdout, stderr strings.Builder
	if exit := Main(args, strings.NewReader(""), &stdout, &stderr); exit != e.exit {
		t.Errorf("exit code %d, the manual says %d\n%s%s", exit, e.exit, stdout.String(), stderr.String())
	}
	if want == "" {
		return
	}
	host := strings.TrimPrefix(server, "http://")
	got := strings.NewReplacer(server, shownServer, host, strings.TrimPrefix(shownServer, "https://")).Replace(stdout.String())
	if got, want = withoutTimes(got), withoutTimes(want); !matchesShown(got, want) {
		t.Errorf("the manual shows\n%s\nthe program writes\n%s", want, got)
	}
}

// commandLine is the program's name where a shell takes it for a command.
var commandLine = regexp.MustCompile(`(?m)(?:^|[\s('/])postrider (.*)`)

// commandLines returns the words behind "postrider" of every command line of the
// program in a script or in a configuration of a CI system. A command ends where
// it ends for a shell.
func commandLines(text string) [][]string {
	var all [][]string
	for m := commandLine.FindStringSubmatch(text); m != nil; m = commandLine.FindStringSubmatch(text) {
		words, length := shellWords(m[1])
		all = append(all, words)
		_, text, _ = strings.Cut(text, m[0][:len(m[0])-len(m[1])+length])
	}
	return all
}

// shellWords returns the words of a command, and its length. A quotation that is
// not closed was opened before the command, and ends it.
func shellWords(s string) (words []string, length int) {
	s = beforeOpenQuote(s)
	word, started := "", false
	var quote rune
	length = len(s)
	for i, c := range s {
		if quote == 0 && (strings.ContainsRune("|&;<>)", c) || c == '#' && !started) {
			length = i
			break
		}
		switch {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, started = c, true
		case quote == 0 && c == ' ':
			if started {
				words = append(words, word)
			}
			word, started = "", false
		default:
			word += string(c)
			started = true
		}
	}
	if started {
		words = append(words, word)
	}
	return words, length
}

// beforeOpenQuote returns a text up to the quotation in it that is not closed.
func beforeOpenQuote(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] != '\'' && s[i] != '"' {
			continue
		}
		n := strings.IndexByte(s[i+1:], s[i])
		if n < 0 {
			return s[:i]
		}
		i += n + 1
	}
	return s
}

var totalTime = regexp.MustCompile(`(?m)^  time .*$`)

func withoutTimes(s string) string {
	return totalTime.ReplaceAllString(durations.ReplaceAllString(s, " TIME"), "  time TIME")
}

// matchesShown compares an output with what is shown of it: a line … stands for
// any lines.
func matchesShown(got, shown string) bool {
	var pattern strings.Builder
	pattern.WriteString(`\A`)
	for line := range strings.Lines(shown) {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
		} else {
			pattern.WriteString(regexp.QuoteMeta(line))
		}
	}
	pattern.WriteString(`\z`)
	return regexp.MustCompile(pattern.String()).MatchString(got)
}

// TestManualComparison protects the comparison itself: a shown output that is
// not the program's must not pass.
func TestManualComparison(t *testing.T) {
	for _, c := range []struct {
		got, shown string
		want       bool
	}{
		{"a\nb\nc\n", "a\nb\nc\n", true},
		{"a\nb\nc\n", "a\n…\n", true},
		{"a\nb\nc\n", "a\n…\nc\n", true},
		{"a\nb\nc\n", "a\nb\n", false},
		{"a\nb\nc\n", "…\nd\n…\n", false},
		{"a.c\n", "abc\n", false},
	} {
		if got := matchesShown(c.got, c.shown); got != c.want {
			t.Errorf("matchesShown(%q, %q) = %v", c.got, c.shown, got)
		}
	}
	if withoutTimes("  ✓ a  GET 200   3 ms  2/2\n") != withoutTimes("  ✓ a  GET 200  <1 ms  2/2\n") {
		t.Error("two times of one request differ")
	}
	for _, note := range []string{"skip", "exit=x", "file=a.http exit="} {
		if _, err := readExample(note); err == nil {
			t.Errorf("the note %q is accepted", note)
		}
	}
}
