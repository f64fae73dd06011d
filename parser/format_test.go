package parser

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Each file in testdata/format is formatted to what stands beside it.
func TestFormatGolden(t *testing.T) {
	inputs, err := filepath.Glob(filepath.Join("testdata", "format", "*.http"))
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no inputs: %v", err)
	}
	for _, path := range inputs {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".http"), func(t *testing.T) {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f := Parse(filepath.Base(path), src)
			if f.Diagnostics.HasErrors() {
				t.Fatal(f.Diagnostics)
			}
			got := checkFormat(t, f)
			golden := strings.TrimSuffix(path, ".http") + ".formatted"
			if *update {
				if err := os.WriteFile(golden, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant %s", got, golden)
			}
		})
	}
}

// checkFormat fails the test unless what holds for every formatted file holds
// for f, and returns its text.
func checkFormat(t *testing.T, f *File) []byte {
	t.Helper()
	name, src := f.Source.Name(), f.Source.Text()
	before := bytes.Clone(src)
	text := Format(f)
	if !bytes.Equal(src, before) {
		t.Fatalf("%s: Format has changed the text that it was given", name)
	}
	if f.Diagnostics.HasErrors() {
		if !bytes.Equal(text, src) {
			t.Fatalf("%s: a file with errors is formatted", name)
		}
		return text
	}
	g := Parse(name, text)
	if g.Diagnostics.HasErrors() {
		t.Fatalf("%s: formatted, it has errors: %v\n%q\n%q", name, g.Diagnostics, src, text)
	}
	if a, b := reading(f), reading(g); a != b {
		t.Fatalf("%s: formatted, it is read otherwise\n%q\n%q\n%s\nnot\n%s", name, src, text, b, a)
	}
	if a, b := untouched(f), untouched(g); !slices.Equal(a, b) {
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("%s: %s has become %s", name, a[i], b[i])
			}
		}
		t.Fatalf("%s: %d lines that must not change have become %d", name, len(a), len(b))
	}
	if a, b := dense(src), dense(text); !bytes.Equal(a, b) {
		t.Fatalf("%s: more than white space has changed\n%q\n%q", name, src, text)
	}
	if again := Format(g); !bytes.Equal(again, text) {
		t.Fatalf("%s: formatted twice it is another text\n%q\n%q\n%q", name, src, text, again)
	}
	return text
}

// reading is everything that dump shows but for blank lines and the text of
// lines.
func reading(f *File) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v\n", f.Dialect)
	for _, block := range f.Blocks {
		b.WriteString(dumpBlock(block))
	}
	for _, l := range f.Lines {
		if l.Kind != Blank {
			fmt.Fprintf(&b, "%v\n", l.Kind)
		}
	}
	return b.String()
}

// untouched returns the lines whose every byte must survive, and of comments
// what they say.
func untouched(f *File) []string {
	p := &parser{src: f.Source.Text(), file: f}
	var lines []string
	for i, l := range f.Lines {
		text := string(p.line(i))
		switch l.Kind {
		case BodyText, BodyFile, ScriptLine, Response:
		case Comment, Output, Assertion, Import, Folded:
			text = string(trimBytes(p.line(i)))
		default:
			continue
		}
		lines = append(lines, fmt.Sprintf("%v %q", l.Kind, text))
	}
	return lines
}

// dense returns a text without white space.
func dense(text []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\v\f\r\n", r) {
			return -1
		}
		return r
	}, text)
}

// The files of other people are formatted without a change to what they say, and
// the safety net catches none of them.
func TestCorpusFormat(t *testing.T) {
	var files, changed, withErrors int
	err := filepath.WalkDir(filepath.Join(corpus(t), "files"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f := Parse(path, src)
		files++
		if f.Diagnostics.HasErrors() {
			withErrors++
		}
		if text := checkFormat(t, f); !bytes.Equal(text, src) {
			changed++
		}
		if _, alone := format(f); alone > 0 {
			t.Errorf("%s: %d blocks had to be left alone", path, alone)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d changed, %d left alone because of errors", files, changed, withErrors)
}

func FuzzFormat(f *testing.F) {
	for _, folder := range []string{"golden", "format"} {
		inputs, err := filepath.Glob(filepath.Join("testdata", folder, "*.http"))
		if err != nil || len(inputs) == 0 {
			f.Fatalf("no inputs: %v", err)
		}
		for _, path := range inputs {
			src, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		x := Parse("fuzz.http", src)
		checkFormat(t, x)
		if _, n := format(x); n > 0 {
			t.Fatalf("alone %d: %q", n, src)
		}
	})
}

var _ = time.Now
