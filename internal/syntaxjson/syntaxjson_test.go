package syntaxjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postrider/postrider/parser"
)

const (
	manual     = "../../docs/parse.md"
	schemaFile = "../../docs/parse.schema.json"
)

func document(t *testing.T, name string, src []byte) string {
	t.Helper()
	var out strings.Builder
	if err := Write(&out, parser.Parse(name, src)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// fence returns the first block of a language in a Markdown text.
func fence(t *testing.T, text, lang string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, "\n```"+lang+"\n")
	body, _, closed := strings.Cut(rest, "\n```\n")
	if !found || !closed {
		t.Fatalf("no block of %s in the manual", lang)
	}
	return body + "\n"
}

// The example of the manual is what the program prints.
func TestManual(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := json.Compact(&want, []byte(fence(t, string(text), "json"))); err != nil {
		t.Fatal(err)
	}
	if got := document(t, "example.http", []byte(fence(t, string(text), "http"))); strings.TrimSpace(got) != want.String() {
		t.Errorf("the manual shows\n%s\nthe program prints\n%s", want.String(), got)
	}
}

// inputs are files with every construct: those that the parser is tested with.
func inputs(t testing.TB) map[string][]byte {
	all := map[string][]byte{
		"empty.http": {}, "latin1.http": []byte("GET http://h\n\ncaf\xe9 <&>\u2028\x00"), "wide.http": []byte("\xff\xfeG\x00"),
		"protos.http": []byte("proto < a.proto\nkeepCase: true\n"),
	}
	paths, err := filepath.Glob("../../parser/testdata/golden/*")
	if err != nil {
		t.Fatal(err)
	}
	styles, err := filepath.Glob("../../parser/testdata/styles/*.txt")
	if err != nil || len(paths) == 0 || len(styles) == 0 {
		t.Fatalf("no inputs: %v", err)
	}
	for _, path := range append(paths, styles...) {
		if filepath.Ext(path) == ".golden" {
			continue
		}
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = src
	}
	return all
}

// Every document is one line, a JSON object that the schema accepts; a list that
// no input fills would not be checked.
func TestSchema(t *testing.T) {
	schema := readSchema(t)
	filled := make(map[string]bool)
	for name, src := range inputs(t) {
		line := document(t, name, src)
		if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") {
			t.Errorf("%s: a document of %d lines", name, strings.Count(line, "\n"))
		}
		var doc map[string]any
		if err := json.Unmarshal([]byte(line), &doc); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, problem := range schema.check("document", schema.root, doc) {
			t.Errorf("%s: %s", name, problem)
		}
		for _, holder := range append(doc["requests"].([]any), doc["blocks"].([]any)...) {
			for member, value := range holder.(map[string]any) {
				if list, ok := value.([]any); ok {
					filled[member] = filled[member] || len(list) > 0
				}
			}
		}
	}
	for member, ok := range filled {
		if !ok {
			t.Errorf("no input has %s", member)
		}
	}
}

// The checker of the schema must find what is wrong.
func TestSchemaRejects(t *testing.T) {
	schema := readSchema(t)
	good := document(t, "x.http", []byte("### a\nGET http://h\nA: b\n"))
	for _, change := range [][2]string{
		{`"line":2`, `"line":0`}, {`"line":2`, `"line":"2"`}, {`"line":2`, `"lime":2`}, {`["A","b"]`, `["A"]`}, {`["A","b"]`, `["A","b","c"]`},
		{`"version":null`, `"version":1`}, {`"protocol":"http"`, `"protocol":"ftp"`}, {`"graphql":null`, `"graphql":{}`}, {`"blocks":[],`, ``},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		var doc any
		if err := json.Unmarshal([]byte(bad), &doc); err != nil || bad == good {
			t.Fatalf("%v changes nothing, or too much: %v", change, err)
		}
		if len(schema.check("document", schema.root, doc)) == 0 {
			t.Errorf("%v: accepted", change)
		}
	}
}

// What an error of the writer leaves behind is told.
type brokenWriter struct{ left int }

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

func TestWriteError(t *testing.T) {
	src := []byte(strings.Repeat("GET http://h\nA: b\n\nbody\n\n###\n", 10_000))
	for _, left := range []int{0, 100, 100_000} {
		if err := Write(&brokenWriter{left}, parser.Parse("x.http", src)); err == nil {
			t.Errorf("%d bytes fit: no error", left)
		}
	}
}

// BenchmarkWrite is the price of a document beside that of parsing.
func BenchmarkWrite(b *testing.B) {
	src := []byte(strings.Repeat("### Request\n# @name r\nPOST https://example.com/{{x}}\nContent-Type: application/json\n\n{\"a\": \"{{b}}\"}\n\n", 10_000))
	f := parser.Parse("x.http", src)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if err := Write(discard{}, f); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
