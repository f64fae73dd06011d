package parser

import (
	"strings"
	"testing"
)

// curlBody returns the text of a body, its files as @path.
func curlBody(b *Body) string {
	if b == nil {
		return ""
	}
	var text strings.Builder
	for _, p := range b.Parts {
		if p.Path.IsZero() {
			text.WriteString(p.Text.String())
		} else {
			text.WriteString("@" + p.Path.String())
		}
	}
	return text.String()
}

// A quote that spans lines ends where the shell ends it, so that a command is
// neither cut short nor runs on into what follows it.
func TestCurlQuotes(t *testing.T) {
	tests := []struct{ in, body string }{
		{"curl http://h -d 'a\n\nb'", "a\n\nb"},
		{"curl http://h -d $'it\\'s\n\nb'", "it's\n\nb"},
		{"curl http://h -d $'it\\'s'\n\n# a comment", "it's"},
		{"curl http://h -d $'\\\\'\n\n# it's a comment", `\`},
		{"curl http://h -d \"a \\\" '\n\nb\"", "a \" '\n\nb"},
		{"curl http://h -d 'a\\'\n\n# it's a comment", `a\`},
		{"curl http://h -d {{f(\"it's\")}}\n\n# a comment", `{{f("it's")}}`},
	}
	for _, tt := range tests {
		f := Parse("x.http", []byte(tt.in))
		if len(f.Diagnostics) > 0 {
			t.Errorf("%q: %v", tt.in, f.Diagnostics)
		}
		if got := curlBody(f.Blocks[0].Request.Body); got != tt.body {
			t.Errorf("%q: body %q, want %q", tt.in, got, tt.body)
		}
	}
}

// What curl would do must come to the same here or be refused.
func TestCurlOptions(t *testing.T) {
	const (
		inShell = " is a value of the shell, which is not asked here"
		nothing = " of curl means nothing here"
		form    = "Content-Type=application/x-www-form-urlencoded"
	)
	field := func(head, content string) string {
		return "--" + curlBoundary + "\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + content + "\r\n--" + curlBoundary + "--\r\n"
	}
	tests := []struct{ args, body, headers, errors string }{
		{args: `-d a=1 --data-binary @b -d @c`, body: "a=1&@b&@c", headers: form},
		{args: `--json '{"a":' --json 1}`, body: `{"a":1}`, headers: "Content-Type=application/json Accept=application/json"},
		{args: `-H 'Content-Type:' -d x`, body: "x"},
		{args: `-H 'content-type: a/b' -d x`, body: "x", headers: "content-type=a/b"},

		{args: `-F 'n="x y"'`, body: field(`name="n"`, "x y")},
		{args: `-F 'n="a;b\"c\\"'`, body: field(`name="n"`, `a;b"c\`)},
		{args: `-F 'n=""'`, body: strings.Replace(field(`name="n"`, "@"), "@", "", 1)},
		{args: `-F 'n={{a;"b"}}'`, body: field(`name="n"`, `{{a;"b"}}`)},
		{args: `-F 'f=@"up.txt"'`, body: field("name=\"f\"; filename=\"up.txt\"\r\nContent-Type: application/octet-stream", "@up.txt")},
		{args: `-F 'f=@a/up.txt;type=text/csv;filename=x.csv'`, body: field("name=\"f\"; filename=\"x.csv\"\r\nContent-Type: text/csv", "@a/up.txt")},
		{args: `-F 'f=@up.txt;filename="x;y.csv";type=text/csv;charset=utf-8'`, body: field("name=\"f\"; filename=\"x;y.csv\"\r\nContent-Type: text/csv;charset=utf-8", "@up.txt")},
		{args: `-F 'f=<up.txt;type=text/csv'`, body: field("name=\"f\"\r\nContent-Type: text/csv", "@up.txt")},
		{args: `-F 'n=a;b'`, errors: "`;b` cannot be read behind a field of a form"},

		{args: `-H "A: $TOKEN"`, headers: "A=$TOKEN", errors: "`$TOKEN`" + inShell},
		{args: `-H "A: ${TOKEN}x"`, headers: "A=${TOKEN}x", errors: "`${TOKEN}`" + inShell},
		{args: `-H "A: $(get "a b" x)"`, headers: "A=$(get \"a b\" x)", errors: "`$(get \"a b\" x)`" + inShell},
		{args: "-d `date +%s`", body: "`date +%s`", headers: form, errors: "``date +%s``" + inShell},
		{args: `-d $(a b) -d "$(c"`, body: "$(a b)&$(c", headers: form, errors: "`$(a b)`" + inShell + ", `$`" + inShell},
		{args: `-d '$TOKEN' -d "\$A" -d \$B -d "{{$env.C}}{{$uuid}}" -d "5$" -d "${{d}}"`, body: "$TOKEN&$A&$B&{{$env.C}}{{$uuid}}&5$&${{d}}", headers: form},

		{args: `-T file`, errors: "the option `-T`" + nothing},
		{args: `--retry 3 --noproxy x -sT file`, errors: "the option `--retry`" + nothing + ", the option `--noproxy`" + nothing + ", the option `-T`" + nothing},
		{args: `-o /dev/null -w '%{http_code}'`},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			f := Parse("x.http", []byte("curl "+tt.args+" http://h"))
			var headers, errors []string
			for _, d := range f.Diagnostics {
				errors = append(errors, d.Summary)
			}
			req := f.Blocks[0].Request
			for _, h := range req.Headers {
				if h.Value.String() != "multipart/form-data; boundary="+curlBoundary {
					headers = append(headers, h.Name.String()+"="+h.Value.String())
				}
			}
			if got := strings.Join(errors, ", "); got != tt.errors {
				t.Errorf("errors %s\nwant %s", got, tt.errors)
			}
			if got := curlBody(req.Body); got != tt.body {
				t.Errorf("body %q\nwant %q", got, tt.body)
			}
			if got := strings.Join(headers, " "); got != tt.headers {
				t.Errorf("headers %q, want %q", got, tt.headers)
			}
			if got := req.Target.String(); got != "http://h" {
				t.Errorf("target %q", got)
			}
			if req.Body != nil && !req.Body.Verbatim {
				t.Error("the body is not sent verbatim")
			}
		})
	}
}

// A number is seconds, whatever a number means in the dialect of the file.
func TestCurlSeconds(t *testing.T) {
	f := Parse("x.http", []byte("# @dialect httpyac\ncurl -m 5 --connect-timeout {{t}} http://h"))
	var got []string
	for _, d := range f.Blocks[0].Directives {
		got = append(got, d.Key+" "+d.Args.String())
	}
	if want := "dialect httpyac, timeout 5s, connection-timeout {{t}}s"; strings.Join(got, ", ") != want || len(f.Diagnostics) > 0 {
		t.Errorf("directives %q, want %s; %v", got, want, f.Diagnostics)
	}
}
