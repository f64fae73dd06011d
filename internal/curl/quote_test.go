package curl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/postrider/postrider/parser"
)

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// shellText reads a word as a POSIX shell does, as far as words are written here:
// quotes, a protected quote, and what printf makes.
func shellText(word string) (string, error) {
	var b strings.Builder
	for word != "" {
		switch {
		case word[0] == '\'':
			text, rest, ok := strings.Cut(word[1:], "'")
			if !ok {
				return "", fmt.Errorf("open quote")
			}
			b.WriteString(text)
			word = rest
		case strings.HasPrefix(word, `\'`):
			b.WriteByte('\'')
			word = word[2:]
		case strings.HasPrefix(word, `"$(printf `):
			end := strings.Index(word, `)"`)
			for end >= 0 && strings.Count(word[:end], "'")%2 != 0 {
				next := strings.Index(word[end+1:], `)"`)
				if next < 0 {
					return "", fmt.Errorf("open substitution")
				}
				end += 1 + next
			}
			if end < 0 {
				return "", fmt.Errorf("open substitution")
			}
			made, err := printed(word[len(`"$(printf `):end])
			if err != nil {
				return "", err
			}
			b.WriteString(strings.TrimRight(made, "\n")) // as a shell does
			word = word[end+2:]
		case strings.IndexByte(letters+"0123456789%+,-./:=@_", word[0]) >= 0:
			b.WriteByte(word[0])
			word = word[1:]
		default:
			return "", fmt.Errorf("%q outside of quotes", word[0])
		}
	}
	return b.String(), nil
}

// printed is what printf makes of a format (POSIX.1-2024, printf).
func printed(format string) (string, error) {
	format = strings.ReplaceAll(format, "'\\\n'", "") // two words that are one
	inner, opens := strings.CutPrefix(format, "'")
	inner, closes := strings.CutSuffix(inner, "'")
	if !opens || !closes || strings.Contains(inner, "'") || strings.HasPrefix(inner, "-") {
		return "", fmt.Errorf("not one format: %q", format)
	}
	var b strings.Builder
	for i := 0; i < len(inner); i++ {
		switch c := inner[i]; {
		case c == '%':
			if i++; i == len(inner) || inner[i] != '%' {
				return "", fmt.Errorf("a conversion in %q", format)
			}
			b.WriteByte('%')
		case c != '\\':
			b.WriteByte(c)
		default:
			i++
			if at := strings.IndexByte(`nrt\`, inner[i]); at >= 0 {
				b.WriteByte("\n\r\t\\"[at])
				continue
			}
			n, err := strconv.ParseUint(inner[i:i+3], 8, 8)
			if err != nil {
				return "", err
			}
			b.WriteByte(byte(n))
			i += 2
		}
	}
	return b.String(), nil
}

// FuzzWord protects the quoting: whatever a text holds, the shell reads it back,
// and nothing of it is left that a terminal would obey.
func FuzzWord(f *testing.F) {
	for _, s := range []string{"", "a", "it's", "a'b'c", "!x $y `z` \\", "a\nb\n\n", "\t\n", "\r\n--x", "\x00\xff", "-x", "=x", "é\u202e", "%d", "'", "''\\''", "\x1b[2J)\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		quoted := Word(s)
		for _, c := range []byte(quoted) {
			if c < ' ' && c != '\n' || c == 0x7f {
				t.Fatalf("%q leaves a control character in %q", s, quoted)
			}
		}
		if !strings.Contains(s, "\x00") { // which no word can hold
			if got, err := shellText(quoted); err != nil || got != s {
				t.Errorf("Word(%q) = %s, which reads as %q (%v)", s, quoted, got, err)
			}
		}
		if got, err := printed(format(s)); err != nil || got != s {
			t.Errorf("format(%q) = %s, which makes %q (%v)", s, format(s), got, err)
		}
	})
}

// FuzzReadBack protects that this package and the parser agree: a command, pasted
// into a request file, is the request that it was made of.
func FuzzReadBack(f *testing.F) {
	f.Add("PUT", "/a?b=c&d", "X-A", "it's", "{\"a\": 'b'}\n")
	f.Add("GET", "/", "Accept", "a/b", "")
	f.Add("POST", "/%20;(x)", "X", "", "a=b")
	f.Add("HEAD", "/", "User-Agent", "x \"y\" $z `w` \\", "")
	f.Add("POST", "/", "Content-Type", "text/plain", "@x\n -d y\n\nGET z")
	f.Fuzz(func(t *testing.T, method, path, name, value, body string) {
		for _, word := range []string{method, name} {
			if word == "" || word[0] == '-' || strings.Trim(word, letters+"0123456789-") != "" {
				return
			}
		}
		if slices.Contains([]string{"host", "authorization"}, strings.ToLower(name)) {
			return
		}
		value = strings.TrimSpace(value)
		for _, text := range []string{path, value, body} {
			// templates and separators are ours wherever they stand, and what
			// printf makes is not read
			if strings.Contains(text, "{{") || strings.Contains(text, "\n#") || !pasteable(text) {
				return
			}
		}
		if strings.ContainsAny(path+value, "\n") {
			return
		}
		r := Request{
			Method: strings.ToUpper(method), URL: Literal("http://h/" + path), Redirects: 10, Insecure: true,
			Header: fields(name, value), User: &User{Name: Literal("u"), Password: Literal(value), Digest: len(value)%2 == 0},
		}
		if r.Method != "HEAD" && body != "" {
			r.Body = []Piece{{Literal: body}}
		}
		command := r.Command()
		file := parser.Parse("x.http", []byte(command+"\n"))
		if file.Diagnostics.HasErrors() || len(file.Blocks) != 1 || file.Blocks[0].Request == nil {
			t.Fatalf("cannot be read back: %v\n%s", file.Diagnostics, command)
		}
		read := file.Blocks[0].Request
		gotMethod := read.Method.String()
		if read.Method.IsZero() {
			gotMethod = "GET"
		}
		scheme := "Basic "
		if r.User.Digest {
			scheme = "Digest "
		}
		var got []string
		for _, h := range read.Headers {
			got = append(got, h.Name.String()+": "+h.Value.String())
		}
		want := []string{name + ": " + value, "Authorization: " + scheme + "u:" + value}
		if name == "Accept" && value == "*/*" { // as curl has it by itself
			want = want[1:]
		}
		slices.Sort(got)
		slices.Sort(want)
		if gotMethod != r.Method || read.Target.String() != "http://h/"+path || !slices.Equal(got, want) {
			t.Errorf("%s %s with %q, want %q, is read of\n%s", gotMethod, read.Target, got, want, command)
		}
		sent := ""
		if read.Body != nil {
			for _, p := range read.Body.Parts {
				if !p.Path.IsZero() {
					t.Errorf("a file %s is read of\n%s", p.Path, command)
				}
				sent += p.Text.String()
			}
		}
		if r.Body != nil && sent != body {
			t.Errorf("the body %q is read of\n%s", sent, command)
		}
	})
}
