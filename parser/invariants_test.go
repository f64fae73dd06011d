package parser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// checkInvariants fails the test unless what holds for every file holds for f.
func checkInvariants(t *testing.T, f *File) {
	t.Helper()
	size := len(f.Source.Text())
	at := 0
	for i, l := range f.Lines {
		if l.Span().Start != at || l.Span().End <= l.Span().Start {
			t.Fatalf("%s: line %d covers %v, want a start at %d", f.Source.Name(), i+1, l.Span(), at)
		}
		at = l.Span().End
	}
	if at != size {
		t.Fatalf("%s: lines end at %d of %d", f.Source.Name(), at, size)
	}
	inside := func(what string, span, outer diag.Span) {
		t.Helper()
		if span.Start < outer.Start || span.End > outer.End || span.End < span.Start {
			t.Fatalf("%s: %s covers %v, outside %v", f.Source.Name(), what, span, outer)
		}
	}
	text := func(what string, x Text, outer diag.Span) {
		t.Helper()
		if x.IsZero() {
			return
		}
		inside(what, x.Span(), outer)
		checkText(t, x, outer)
	}
	whole := diag.Span{End: size}
	if len(f.Blocks) == 0 {
		t.Fatalf("%s: no blocks", f.Source.Name())
	}
	at = 0
	for _, b := range f.Blocks {
		if b.Span.Start != at {
			t.Fatalf("%s: a block starts at %d, want %d", f.Source.Name(), b.Span.Start, at)
		}
		at = b.Span.End
		inside("block", b.Span, whole)
		text("title", b.Title, b.Span)
		text("name", b.Name, b.Span)
		last := b.Span.Start
		for _, d := range b.Directives {
			inside("directive", d.Span, b.Span)
			if d.Span.Start < last {
				t.Fatalf("%s: directives are not in the order of the file", f.Source.Name())
			}
			last = d.Span.Start
			text("directive name", d.Name, d.Span)
			text("arguments", d.Args, d.Span)
		}
		for _, v := range b.Variables {
			inside("variable", v.Span, b.Span)
			text("variable name", v.Name, v.Span)
			text("variable value", v.Value, v.Span)
		}
		for _, s := range b.Scripts {
			inside("script", s.Span, b.Span)
			text("code", s.Code, s.Span)
			text("script path", s.Path, s.Span)
			if s.Code.IsZero() == s.Path.IsZero() {
				t.Fatalf("%s: a script has not exactly one of code and path", f.Source.Name())
			}
		}
		for _, a := range b.Assertions {
			inside("assertion", a.Span, b.Span)
			text("argument", a.Argument, a.Span)
			text("expected value", a.Expected, a.Span)
		}
		for _, o := range b.Outputs {
			inside("output", o.Span, b.Span)
			text("output path", o.Path, o.Span)
		}
		for _, i := range b.Imports {
			inside("import", i.Span, b.Span)
			text("import path", i.Path, i.Span)
			text("import name", i.Name, i.Span)
			for _, v := range i.Vars {
				text("argument name", v.Name, i.Span)
				text("argument value", v.Value, i.Span)
			}
		}
		for _, p := range b.Protos {
			inside("proto", p.Span, b.Span)
			text("proto path", p.Path, p.Span)
		}
		for _, x := range b.Foreign {
			inside("foreign text", x.Span, b.Span)
			text("foreign text", x.Text, x.Span)
		}
		if r := b.Request; r != nil {
			inside("request", r.Span, b.Span)
			inside("request line", r.Line, r.Span)
			text("method", r.Method, r.Line)
			text("target", r.Target, r.Line)
			text("version", r.Version, r.Line)
			for _, h := range r.Headers {
				inside("header", h.Span, r.Span)
				text("header name", h.Name, h.Span)
				text("header value", h.Value, h.Span)
			}
			if r.Body != nil {
				inside("body", r.Body.Span, r.Span)
				for i, part := range r.Body.Parts {
					if part.Text.IsZero() == part.Path.IsZero() {
						t.Fatalf("%s: a body part has not exactly one of text and path", f.Source.Name())
					}
					if part.Newline && i == len(r.Body.Parts)-1 {
						t.Fatalf("%s: body part %d has Newline %v", f.Source.Name(), i, part.Newline)
					}
					text("body text", part.Text, r.Body.Span)
					text("body path", part.Path, r.Body.Span)
				}
			}
		}
	}
	if at != size {
		t.Fatalf("%s: blocks end at %d of %d", f.Source.Name(), at, size)
	}
	for _, d := range f.Diagnostics {
		inside(d.Summary, d.Subject, whole)
		if d.Code == "" || d.Summary == "" || d.Source == nil {
			t.Fatalf("%s: incomplete diagnostic %+v", f.Source.Name(), d)
		}
	}
}

// checkText fails the test unless positions in a text lead into outer, and its
// segments are the text.
func checkText(t *testing.T, x Text, outer diag.Span) {
	t.Helper()
	s := x.String()
	step := 1 + len(s)/16
	for start := 0; start <= len(s); start += step {
		for _, end := range []int{start, start + 1, len(s), len(s) + 3} {
			if got := x.Locate(start, end); got.Start < outer.Start || got.End > outer.End || got.End < got.Start {
				t.Fatalf("bytes %d to %d of %q lie at %v, outside %v", start, end, s, got, outer)
			}
		}
		if end := min(start+step, len(s)); x.Slice(start, end).String() != s[start:end] {
			t.Fatalf("slice of %q from %d to %d is %q", s, start, end, x.Slice(start, end).String())
		}
	}
	joined := ""
	for _, segment := range x.Segments() {
		joined += segment.Text.String()
	}
	if joined != s {
		t.Fatalf("segments of %q are %q", s, joined)
	}
}

// Parse must take whatever it is given.
func FuzzParse(f *testing.F) {
	inputs, err := filepath.Glob(filepath.Join("testdata", "golden", "*.http"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range inputs {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, src := range []string{
		"", "\n", "\r", "\r\n\r", "\xef\xbb\xbf", "\xef\xbb\xbf###\r\nGET /\r\n", "GET http://h\x00\n\n\x00", "\xff\xfeG\x00",
		"POST http://h\n\n< ", "POST h.de\n\n<@", "> {%", "< {%\n###\n%}", "{{\n}}", "/*", "/*/", "# @", "# @assert", "@", "@=", "???",
		"GET", "GET ", "http://", "{{", "{{{{a}}", "POST /\n\n{{ \"}}", "POST /\r\n\r\na {{b}}\r\n{{c}} d\r\n\n",
		"# @retry 3 every {{d}} until a == 1\n#    and b\nGET /", "# @auth x a=\"b\\\"c\" d={{ e }}\nGET /",
		"POST /\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n# a\n< ./b\n--x--\n",
	} {
		f.Add([]byte(src))
	}
	for _, test := range dialectConflicts {
		f.Add([]byte(test.in))
	}
	// Those that a file does not decide by itself.
	for _, src := range []string{
		"@host=http://h\nGET /x", "POST http://h\n\n< ./t.json", "POST http://h\n\n<@latin1 ./t.txt", "POST http://h\n\n< ./missing",
		"@u=http://h/#frag\n@c=#fff", "@q=\"x y\"", "@a=file\nGET http://h/{{a}}", "GET http://h/{{undefined}}",
		"GET http://h/{{login.response.body.$.a.b}}/{{login.response.body.a.b}}", "GET http://h/{{login.response.headers.x-id}}",
		"# @name login\nGET http://h\n\n###\nGET http://h/{{login.a.b}}", "GET http://h/{{$timestamp}}?a={{$randomInt 5 6}}",
		"GET http://h/{{$datetime \"yyyy-MM-dd\"}}/{{$datetime \"YYYY-MM-DD\"}}", "GET http://h/{{$processEnv NOPE}}/{{$env.NOPE}}",
		"GET http://h\n\n> {% client.test(\"t\", () => client.assert(false,\"m\")) %}", "GET http://h\n\n> {% throw 1 %}",
		"> {% client.global.headers.set(\"X\",\"1\") %}", "run #A (@h=x)\nGET http://h", "# @ref a\nGET http://h\n\n###\n# @ref a\nGET http://h",
		"# @loop for 3\nGET http://h", "GET http://h\n\n>> out.json\n>> out.json", "GET http://h\n\n?? status STARTSWITH 2\n?? bogus",
		"GET http://h\nAuthorization: Basic u p:w", "GET http://h\nAuthorization: Basic {{u}} {{p}}",
		"---\nid: a\n---\nGET /", "---\n", "fragment A on B {\n}\n###\nGRAPHQL http://h\n\n{ ...A }", "GET\nhttp://h", "POST\n{{h}}\nA: b\n\nc",
		"GET http://h\n\n/* a */\n/* b\nc */\nd", "GET http://h\n\n# a\nHTTP/1.1 200 OK\n", "PUB a\nHost: kafka://h",
		"text\n\n```http\nGET http://h\n```\n\n~~~rest\n###\n~~~\n", "```http\n```\n```http",
	} {
		f.Add([]byte(src))
	}
	for _, p := range pathologies() {
		f.Add(p.of(3))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		checkInvariants(t, Parse("fuzz.http", src))
		checkInvariants(t, Parse("fuzz.md", src))
	})
}
