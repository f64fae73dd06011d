package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The page on formatting shows files before and after, and what it shows is what
// happens. What it claims to be a form stays as it is.
func TestFormattingPage(t *testing.T) {
	const page = "../../docs/formatting.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for i, blocks := 1, fences(t, page, string(text)); i < len(blocks); i++ {
		before, after := blocks[i-1], blocks[i]
		if before.lang != "http" || after.lang != "http" || !after.output {
			continue
		}
		shown++
		for _, in := range []string{before.text, after.text} {
			exit, out, errs := execute("fmt", writeFile(t, "a.http", in))
			if exit != 0 || out != after.text || errs != "" {
				t.Errorf("%s:%d: exit %d, %s\n%s", page, before.line, exit, errs, out)
			}
		}
	}
	if shown == 0 {
		t.Errorf("%s shows nothing", page)
	}
}

// A folder that cannot be written to, or a full disk, is told and costs nothing.
func TestFormatOutputErrors(t *testing.T) {
	path := writeFile(t, "a.http", "GET   https://example.com\n")
	for _, args := range [][]string{{"fmt", path}, {"fmt", "--check", path}, {"fmt", "-d", path}} {
		var errs strings.Builder
		exit := Main(append([]string{"postrider"}, args...), strings.NewReader(""), closed{}, &errs)
		if exit != 2 || !strings.Contains(errs.String(), "output cannot be written") {
			t.Errorf("%q: exit %d, %s", args[1:], exit, errs.String())
		}
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}
