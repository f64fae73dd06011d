package parser

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/postrider/postrider/internal/cputime"
)

// pathology is a text that is easy to write and hard to read: a unit many times.
type pathology struct {
	name                string
	before, unit, after string
	gap                 string // as often as the unit, between before and it
	file                string // x.http if empty
}

const bodyOf = "POST http://h\n\n"

// of returns the text with n units. In a unit @~ stands for its number.
func (p pathology) of(n int) []byte {
	units := strings.Repeat(p.unit, n)
	if strings.Contains(p.unit, "@~") {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(p.unit, "@~", fmt.Sprint(i)))
		}
		units = b.String()
	}
	return []byte(p.before + strings.Repeat(p.gap, n) + units + p.after)
}

func (p pathology) parse(src []byte) *File {
	name := p.file
	if name == "" {
		name = "x.http"
	}
	return Parse(name, src)
}

// pathologies have what makes a reader look ahead or back, over and over.
func pathologies() []pathology {
	const form = "POST http://h\nContent-Type: application/x-www-form-urlencoded\n\n"
	const markdown = "POST http://h\nContent-Type: text/markdown\n\n"
	const curl = "curl http://h "
	return []pathology{
		{name: "one line of a body", before: bodyOf, unit: "0123456789"},
		{name: "one URL", before: "GET http://h/", unit: "0123456789"},
		{name: "templates in a URL", before: "GET http://h/", unit: "{{a}}"},
		{name: "open templates in a URL", before: "GET http://h/", unit: "{{"},
		{name: "open templates with a quote", before: "GET http://h/", unit: "{{ '"},
		{name: "quotes in a URL", before: "GET http://h/", unit: "'\"`"},
		{name: "redirections in a URL", before: "GET http://h", unit: " >> a"},
		{name: "braces alone", unit: "{{"},
		{name: "a header name of braces", before: "GET http://h\n", unit: "{{", after: ": a"},
		{name: "separators", unit: "###\n"},
		{name: "requests", unit: "### a\nGET http://h\n"},
		{name: "requests of one name", unit: "###\n# @name a\nGET http://h\n"},
		{name: "comments", unit: "# a\n"},
		{name: "comments in a body", before: bodyOf, unit: "\n# a\n"},
		{name: "comments among headers", before: "GET http://h\n", unit: "# a\nX: y\n"},
		{name: "deep braces", before: bodyOf, unit: "{\n"},
		{name: "deep braces on a line", before: bodyOf, unit: "{"},
		{name: "openings of scripts", unit: "{{\n"},
		{name: "openings of scripts in a body", before: bodyOf, unit: "{{\n\n"},
		{name: "openings of scripts with separators", unit: "{{\n###\n"},
		{name: "openings of scripts with requests", unit: "{{+\nGET http://h\n"},
		{name: "events that do not exist", before: bodyOf, unit: "{{@respnse\n"},
		{name: "events that do not exist, and an end", before: bodyOf, unit: "{{@respnse\n", after: "###\n}}\n"},
		{name: "handlers without their mark", before: bodyOf, unit: "\n{% client.x\n"},
		{name: "handlers without their mark, and an end", before: bodyOf, unit: "\n{%\nclient.x\n", after: "%}"},
		{name: "half of an assertion", before: bodyOf, unit: "? status ="},
		{name: "handlers and what is behind", before: bodyOf, unit: "> {%\n%}\nx\n"},
		{name: "openings of handlers", unit: "> {%\n"},
		{name: "openings of handlers in a body", before: bodyOf, unit: "> {% a\n\n"},
		{name: "openings of handlers with separators", unit: "< {%\n###\nGET http://h\n"},
		{name: "openings of comments", unit: "/* a\nb\n"},
		{name: "openings of comments in a body", before: bodyOf, unit: "/*\n"},
		{name: "openings of comments with separators", unit: "GET http://h\n\n/*\n###\n"},
		{name: "half a comment in front of a body", before: bodyOf, unit: "\n/*/\n"},
		{name: "commands with an open quote", unit: "curl 'a\n\n"},
		{name: "quotes of a command", before: "curl ", unit: "'\""},
		{name: "quoted words of a command", before: curl, unit: "'a' "},
		{name: "headers of a command", before: curl, unit: "-H 'a: b' "},
		{name: "data of a command", before: curl, unit: "-d a=b "},
		{name: "fields of a command", before: curl, unit: "-F a=b "},
		{name: "templates of a command", before: "curl http://h/", unit: "{{a}}"},
		{name: "open templates of a command", before: "curl http://h/", unit: "{{"},
		{name: "escapes of a command", before: curl + "-d $'", unit: `\n`, after: "'"},
		{name: "encoded data of a command", before: curl + "--data-urlencode a=", unit: "{{a}}b"},
		{name: "letters of a command", before: curl + "-", unit: "s"},
		{name: "fences", unit: "```http\n", file: "x.md"},
		{name: "fences of two kinds", unit: "```http\n~~~\n", file: "x.md"},
		{name: "fences that close", unit: "```http\n```\n", file: "x.md"},
		{name: "headings of a body", before: markdown, unit: "### a\n# b\n"},
		{name: "headings of a body with gaps", before: markdown, unit: "###a\n\n"},
		{name: "rules", unit: "---\n"},
		{name: "rules with separators", unit: "###\n---\na: b\n"},
		{name: "fragments", unit: "fragment A on B {\n"},
		{name: "bytes that are no text", unit: "\xff\n"},
		{name: "zero bytes", unit: "\x00\n"},
		{name: "lone line ends", unit: "\r"},
		{name: "requests with lone line ends", unit: "### a\rGET http://h\r\rb\r"},
		{name: "lone line ends and a last one", before: "POST http://h\r\r", unit: "a\r", after: "\n"},
		{name: "requests without separators", unit: "GET http://h\n\n# a\n"},
		{name: "request lines in a document", before: bodyOf + "{\n", unit: "\n\nGET /a\n"},
		{name: "request lines behind comments in a document", before: bodyOf + "[\n", unit: "# a\nGET /a\n"},
		{name: "blank lines in front of a document", before: bodyOf, gap: "\n", unit: "[\n\nGET /a\n"},
		{name: "fields of a form", before: form, unit: "a = {{b}} &\r\n"},
		{name: "open templates in a form", before: form, unit: "a={{\""},
		{name: "operations", before: "GRAPHQL http://h\n\n", unit: "query a { b }\n"},
		{name: "open texts of operations", before: "GRAPHQL http://h\n\n", unit: "\"\"\" a\n"},
		{name: "files of operations", before: bodyOf, unit: "gql A < a.gql\n"},
		{name: "files of a body", before: bodyOf, unit: "< a.json\n"},
		{name: "parts of a body", before: "POST http://h\nContent-Type: multipart/form-data; boundary=a\n\n", unit: "--a\nContent-Type: text/plain\n\n# x\n< a\n"},
		{name: "lines of a directive", before: "# @assert a\n", unit: "#   and b\n", after: "GET http://h"},
		{name: "names over lines", before: "# @needs a\n", unit: "#    , b\n", after: "GET http://h"},
		{name: "names with quotes", before: "# @needs ", unit: "'a,", after: "b\nGET http://h"},
		{name: "parameters over lines", before: "# @auth basic\n", unit: "#    p@~=a\n", after: "GET http://h"},
		{name: "words of a retry", before: "# @retry 3 every ", unit: "a ", after: "\nGET http://h"},
		{name: "quotes of an assertion", before: "# @assert ", unit: "'\"`", after: "\nGET http://h"},
		{name: "misplaced directives", unit: "# @capture a = b\n", after: "###\nGET http://h"},
		{name: "directives that cannot be read", unit: "# @capture\n", after: "GET http://h"},
		{name: "variables", unit: "@a@~ = {{b}}\n"},
		{name: "folded headers", before: "GET http://h\nA: b\n", unit: "  {{c}}\n"},
		{name: "pieces of a URL", before: "GET http://h\n", unit: "  &a={{b}}\n"},
		{name: "pieces of a URL and comments", before: "GET http://h\n", unit: "# a\n  &a=b\n"},
		{name: "arguments of a call", before: "run #a (", unit: "@a={{'", after: ")"},
		{name: "predicates", before: "GET http://h\n\n?? js ", unit: "( ' == "},
		{name: "text", unit: "some text here\n"},
		{name: "text and separators", unit: "###\nsome text here\n"},
		{name: "answers", before: "GET http://h\n\n", unit: "HTTP/1.1 200 OK\n# c\n"},
		{name: "answers behind comments", before: bodyOf + "[\n", unit: "# c\nHTTP/1.1 200 OK\n"},
		{name: "methods alone", unit: "GET\n"},
		{name: "methods of others", unit: "PUB a\n"},
		{name: "ornament", before: "### ", unit: "#-", after: "\nGET http://h\n"},
	}
}

// Reading takes time in proportion to the text, whatever it holds. Eight times the
// text may take forty times as long, for machines are busy; what grows with the
// square takes up to sixty-four times as long. Of many tries the best ones
// count, and a text that is read at once is not measured further. How fast reading is in
// truth is for BenchmarkPathologies to say.
func TestScaling(t *testing.T) {
	const n, times, tries, atOnce = 2_000, 8, 12, 50 * time.Millisecond
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // collected between the tries
	for _, p := range pathologies() {
		small, large := p.of(n), p.of(times*n)
		measure := func(src []byte) time.Duration {
			runtime.GC()
			start := cputime.Used()
			read(p.parse(src))
			return cputime.Used() - start
		}
		short, long := time.Hour, time.Hour // the best of all tries so far
		for try := range tries {
			long = min(long, measure(large))
			if long < atOnce {
				break
			}
			short = min(short, measure(small))
			if long < 5*times*short {
				break
			}
			if try == tries-1 {
				t.Errorf("%s: %d units take %v, %d take %v", p.name, n, short, times*n, long)
			}
		}
	}
}

// read does with a file what everybody does who uses it.
func read(f *File) {
	for _, b := range f.Blocks {
		if b.Request == nil {
			continue
		}
		b.Request.Target.Segments()
		for _, h := range b.Request.Headers {
			h.Value.Segments()
		}
		if b.Request.Body != nil {
			for _, part := range b.Request.Body.Parts {
				part.Text.Segments()
			}
		}
	}
}

// What holds for every file holds for those too.
func TestPathologies(t *testing.T) {
	for _, p := range pathologies() {
		for _, n := range []int{0, 1, 2, 3, 50} {
			checkInvariants(t, p.parse(p.of(n)))
			checkInvariants(t, Parse("x.md", p.of(n)))
		}
	}
}

// A file in an encoding of wide characters is told by its mark or its zero bytes,
// once, however long it is.
func TestWideEncodings(t *testing.T) {
	units := utf16.Encode([]rune(strings.Repeat("GET http://h/é\n", 1000)))
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		var src []byte
		for _, unit := range units {
			src = order.AppendUint16(src, unit)
		}
		for _, text := range [][]byte{src, append(order.AppendUint16(nil, 0xFEFF), src...)} {
			f := Parse("x.http", text)
			checkInvariants(t, f)
			if len(f.Diagnostics) != 1 || !strings.Contains(f.Diagnostics[0].Summary, "UTF-16") {
				t.Errorf("%v, a text that starts with % x: %v", order, text[:4], f.Diagnostics)
			}
		}
	}
}

// BenchmarkPathologies reads 100,000 units of each.
func BenchmarkPathologies(b *testing.B) {
	for _, p := range pathologies() {
		b.Run(strings.ReplaceAll(p.name, " ", "-"), func(b *testing.B) {
			src := p.of(100_000)
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				read(p.parse(src))
			}
		})
	}
}
