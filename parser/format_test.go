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

	"github.com/postrider/postrider/internal/cputime"
)

// Each file in testdata/format is formatted to what stands beside it.
func TestFormatGolden(t *testing.T) {
	inputs, err := filepath.Glob(filepath.Join("testdata", "format", "*.[hm]*")) // .http and .md
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no inputs: %v", err)
	}
	for _, path := range inputs {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f := Parse(filepath.Base(path), src)
			if f.Diagnostics.HasErrors() {
				t.Fatal(f.Diagnostics)
			}
			got := checkFormat(t, f)
			golden := strings.TrimSuffix(path, filepath.Ext(path)) + ".formatted"
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
	text, alone := format(f)
	if alone > 0 && bytes.IndexByte(src, 0) < 0 { // zero bytes at the start are taken for UTF-16, and blanks may hide them
		t.Fatalf("%s: %d blocks of %q had to be left alone", name, alone, src)
	}
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
		if text := dumpBlock(block); text != "block\n" { // a fence may start with a block of blank lines
			b.WriteString(text)
		}
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
		case BodyText, BodyFile, ScriptLine, Response, Prose, Fence, ForeignLine:
		case Comment, OutputLine, AssertionLine, ImportLine, ProtoLine, ResponseRef, Folded:
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
		text := checkFormat(t, f)
		if bytes.Equal(text, src) {
			return nil
		}
		changed++
		for d := range Dialect(len(dialectNames)) { // nor does a tool read it otherwise that it was not written for
			if _, same := compareFiles(ParseAs(d, path, src), ParseAs(d, path, text)); !same {
				t.Errorf("%s: formatted, it is read otherwise as %v", path, d)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d changed, %d left alone because of errors", files, changed, withErrors)
}

// conflicts are texts that the tools disagree about. A line in another place, or
// a blank line more or less, could turn each of them into something else.
var conflicts = []string{
	"GET http://h/a\n\nGET http://h/b",
	"POST http://h\n\n{\"q\":\"\nGET /k2\n\"}",
	"###\n@a=1\n\n### R\nGET http://h/{{a}}",
	"# @name = foo\nGET http://h",
	"#@name foo\nGET http://h",
	"### Login user ###\nGET http://h",
	"GET http://h/x?city=New York&m=\u00e9 HTTP/1.1",
	"GET http://h\n  /api\n  ?a=1\n  # c\n  &b=2\nX: y",
	"GET http://h/x\n?a=1\n&b=2",
	"GET http://h/x?a=1&\n    b=2",
	"GET http://h\n HTTP/2\nX: y",
	"http://h/x",
	"PURGE http://h/x",
	"GET HTTP/1.1 http://h",
	"GET /x\nHost: h:8443",
	"POST http://h\nContent-Type: application/json\n{\"a\":1}",
	"GET http://h\nX-A: 1,\n",
	"GET http://h\nX-Long: a\n   b",
	"POST http://h\nContent-Type: text/markdown\n\n# Title",
	"POST http://h\nContent-Type: application/json\n\n{\n // c\n\"u\":\"http://x//y\" // c\n}",
	"POST http://h\nContent-Type: text/yaml\n\na: 1\n# note\nb: 2",
	"POST http://h\nContent-Type: application/x-www-form-urlencoded\n\na = 1 &\nb=two words&\nc=x%20y",
	"POST http://h\nContent-Type: application/x-www-form-urlencoded\n\na=1\n&b=2",
	"POST http://h\n\n< ./t.json",
	"POST http://h\n\n<@latin1 ./t.txt",
	"POST http://h\n\n< a>",
	"@u=http://h/#frag\n@c=#fff\n@q=\"x y\"\nGET {{u}}",
	"run #A (@h=x)\nGET http://h",
	"GET http://h\n\n>> out.json\n>> out.json",
	"GET http://h\n\n?? status STARTSWITH 2",
	"\xef\xbb\xbf@a=1\r\n\r\n\r\n###\r\nGET  http://h",
	"GET http://h\n\nHTTP/1.1 200 OK\nX: y\n\n\n{}",
	"# @foo\nGET http://h",

	// Line ends, and what stands at the ends of a file.
	"", "\n", "\r", "\r\n", "\xef\xbb\xbf", "\xef\xbb\xbf\n\n", " ", "\xef\xbb\xbf GET http://h", "@a=1\r@b=2\r\n\r\r###\nGET http://h", "GET http://h\r\n###",
	// What moves beside what must not.
	"#@assert a\n#  b\nGET http://h", "    # @assert a\n#   b\nGET http://h", "\t#\t@assert a\n \t#\t\tb\nGET http://h",
	"GET http://h\n# @assert a\n#   b\n  &c=d", "GET http://h\n  # @assert a\n   # b\n  &c=d\nX: y",
	"GET http://h\n ?a=1\n    b\n  &c", "GET http://h?\na=1&\n b", "GET http://h\nA: b\n  C: d\n  e\n\n\n \n< f",
	"GET http://h\n\n\n@a=1\n\n@b=2\nc", "@a = = b\nGET http://h", "@a:==b", "### @name  x\nGET http://h", "###@name x", "###\n ###\n\n\n\t### a",
	"/* a */\n/*\n\n # b\n*/\nGET http://h", "{{\n\n}}\nGET http://h", "curl http://h \\\n -d 'a\n\n\nb'\n\n\n", "GET http://h\n?? a\n\n\n?? b",
}

// What the tools disagree about is read as before, too.
func TestFormatConflicts(t *testing.T) {
	for _, src := range conflicts {
		checkFormat(t, Parse("x.http", []byte(src)))
	}
}

// The ends of a file, and the ends of its lines.
func TestFormatEnds(t *testing.T) {
	const bom = byteOrderMark
	for in, want := range map[string]string{
		"":                                   "",
		"\n\r\n \n":                          "",
		bom:                                  bom,
		bom + "\n\nGET http://h":             bom + "GET http://h\n",
		"GET http://h\r\n\r\n###":            "GET http://h\r\n\r\n###\r\n",
		"GET http://h\r###\r\n\r\n":          "GET http://h\r\r###\r\n",
		"GET http://h\nA:b\r\n \r \n\r\n{}":  "GET http://h\nA: b\r\n\r\n{}\r\n",
		"POST http://h\n\n{}\r\n\r\n ":       "POST http://h\n\n{}\r\n",
		"GET http://h\r \n\n###":             "GET http://h\r\r###\n",
		"/*\r \n*/\r\nGET http://h":          "/*\r\r*/\r\nGET http://h\r\n",
		"POST http://h\n\n \n\n":             "POST http://h\n",
		"POST http://h\nA: b\n{}":            "POST http://h\nA: b\n\n{}\n",
		"POST http://h\nA: b\n{{c}}":         "POST http://h\nA: b\n{{c}}\n",
		"POST http://h\r\n\r\n\r\n\r\n{ }\r": "POST http://h\r\n\r\n{ }\r",
	} {
		if got := checkFormat(t, Parse("x.http", []byte(in))); string(got) != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// What cannot be read is not touched.
func TestFormatErrors(t *testing.T) {
	for _, src := range []string{
		"\xff\xfeG\x00E\x00T\x00", "GET  http://h/\xe9\n\n\n", "a  word\n\n\nGET  http://h", "#@timeout\nGET  http://h",
	} {
		f := Parse("x.http", []byte(src))
		if !f.Diagnostics.HasErrors() {
			t.Fatalf("%q has no errors", src)
		}
		if got := Format(f); string(got) != src {
			t.Errorf("%q becomes %q", src, got)
		}
	}
}

// The safety net itself: a block that would be read otherwise stays as it is,
// and only that one.
func TestFormatLeavesAlone(t *testing.T) {
	f := Parse("x.http", []byte("@a=1\n###\nGET  http://h\n###\nGET  http://i\n\n\n"))
	got := newFormatter(f, []bool{false, true, false}).format()
	if want := "@a = 1\n###\nGET  http://h\n\n###\nGET http://i\n"; string(got) != want {
		t.Errorf("the text is %q, want %q", got, want)
	}
	src := "   #\x00\x10\x00\nGET  http://h\n" // in the first column it would be taken for UTF-16
	if text, alone := format(Parse("x.http", []byte(src))); string(text) != src || alone != 1 {
		t.Errorf("%q becomes %q, with %d blocks left alone", src, text, alone)
	}
	for _, c := range []struct {
		a, b string
		want []int // the blocks that differ; nil for another difference
	}{
		{"GET http://h", "GET http://i", []int{0}},
		{"@a=1\n###\nGET http://h", "@a=2\n###\nGET  http://h", []int{0}},
		{"GET http://h\n###\nGET http://h\nA: b", "GET http://h\n\n###\nGET http://h\nA: c", []int{1}},
		{"GET http://h\n\na", "GET http://h\n\na\n\nb", []int{0}},
		{"GET http://h\n# a", "GET http://h", []int{0}},
		{"# @assert a\nGET http://h", "# @assert a b\nGET http://h", []int{0}},
		{"# @assert a\n#  and b\nGET http://h", "# @assert a\n# and b\nGET http://h", nil}, // the warning is lost
		{"GET http://h", "GET http://h\n###", nil},
		{"@a=1\nGET http://h", "@a=1\nGET http://h/{{$guid}}", nil},
	} {
		differing, same := compareFiles(Parse("x.http", []byte(c.a)), Parse("x.http", []byte(c.b)))
		if same || !slices.Equal(differing, c.want) {
			t.Errorf("%q and %q: same is %v, blocks %v differ, want %v", c.a, c.b, same, differing, c.want)
		}
	}
	if _, same := compareFiles(f, Parse("x.http", Format(f))); !same {
		t.Error("a file differs from its own form")
	}
}

// pathological are units of text that, repeated, would take quadratic time if
// anything were looked at again for each.
var pathological = map[string]struct{ before, unit, after string }{
	"separators":        {"", "###a\n", ""},
	"blank lines":       {"GET http://h\n", " \n", "###\n"},
	"blank lines (CR)":  {"", "\r", "GET http://h"},
	"comments":          {"", " #a\n", "GET http://h\n"},
	"block comments":    {"", "/*\n*/\n", "GET http://h\n"},
	"directives":        {"", "#@assert a\n#   b\n", "GET http://h\n"},
	"lines of one":      {"#@assert a\n", "#   b\n", "GET http://h\n"},
	"pieces":            {"GET http://h\n", "?a\n# b\n", ""},
	"headers":           {"GET http://h\n", " A:b\n  c\n", ""},
	"requests":          {"", "GET  http://h\n\n\n", ""},
	"bodies":            {"", "POST http://h\n\n\n{}\n###\n", ""},
	"a body":            {"POST http://h\n\n", "a \n\n", ""},
	"responses":         {"GET http://h\n\nHTTP/1.1 200 OK\n\n", "a\n\n\n", "b"},
	"a long comment":    {"# ", "a  ", "\nGET http://h"},
	"a long title":      {"###", "a  ", "\nGET http://h"},
	"a long target":     {"GET  http://h", "  a", "\n"},
	"a long piece":      {"GET http://h\n", " HTTP/2", "\n"},
	"a long header":     {"GET http://h\nA:", "\ta", "\n"},
	"a long name":       {"GET http://h\n", "{{a}}", ":b\n"},
	"a long variable":   {"@a=", "{{ b}}  ", "\nGET http://h"},
	"a long directive":  {"#@assert", "\ta", "\nGET http://h"},
	"a long indent":     {"#@assert a\n#", " \t", "b\nGET http://h"},
	"an indented title": {"", " ", "###"},
}

// Time is proportional to size, whatever the text.
func TestFormatIsLinear(t *testing.T) {
	const factor = 32
	for name, p := range pathological {
		measure := func(size int) time.Duration {
			src := []byte(p.before + strings.Repeat(p.unit, size/len(p.unit)) + p.after)
			best := time.Hour
			for range 2 {
				start := cputime.Used()
				f := Parse("x.http", src)
				_, alone := format(f)
				best = min(best, cputime.Used()-start)
				if f.Diagnostics.HasErrors() || alone > 0 {
					t.Fatalf("%s: %d blocks left alone, %v", name, alone, f.Diagnostics)
				}
			}
			return best
		}
		// A machine that is busy elsewhere makes one measurement long, not five.
		var small, large time.Duration
		for range 5 {
			small, large = max(measure(1<<12), time.Millisecond), measure(factor<<12)
			if large <= 8*factor*small {
				break
			}
		}
		if large > 8*factor*small {
			t.Errorf("%s: %v for %d times what takes %v", name, large, factor, small)
		}
	}
}

func FuzzFormat(f *testing.F) {
	for _, src := range conflicts {
		f.Add([]byte(src))
	}
	for _, folder := range []string{"golden", "format"} {
		inputs, err := filepath.Glob(filepath.Join("testdata", folder, "*.[hm]*"))
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
		for _, name := range []string{"fuzz.http", "fuzz.md"} {
			checkFormat(t, Parse(name, src))
		}
	})
}

// BenchmarkFormat formats the whole corpus.
func BenchmarkFormat(b *testing.B) {
	var files []*File
	var size int64
	err := filepath.WalkDir(filepath.Join(corpus(b), "files"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		src, err := os.ReadFile(path)
		files, size = append(files, Parse(path, src)), size+int64(len(src))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range files {
			Format(f)
		}
	}
}
