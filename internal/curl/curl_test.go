package curl

import (
	"strings"
	"testing"
	"time"
)

func fields(pairs ...string) []Field {
	var all []Field
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, Field{pairs[i], Literal(pairs[i+1])})
	}
	return all
}

// basics are the fields that every request of ours has.
func basics(pairs ...string) []Field {
	return append(fields("Accept", "*/*", "User-Agent", "p"), fields(pairs...)...)
}

// TestCommand protects what each part of a request becomes, and that nothing is
// written that curl does by itself.
func TestCommand(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Request
		want []string // the lines
	}{
		{"plain", Request{Method: "GET", URL: Literal("http://h/a"), Header: basics()},
			[]string{"curl http://h/a \\", "  -H 'User-Agent: p'"}},
		{"what curl adds and we do not", Request{Method: "POST", URL: Literal("http://h/a"), Body: []Piece{{Literal: "x"}}},
			[]string{"curl http://h/a \\", "  -H User-Agent: \\", "  -H Accept: \\", "  -H Content-Type: \\", "  --data-raw x"}},
		{"the type that curl adds itself", Request{Method: "POST", URL: Literal("http://h/a"), Header: basics("Content-Type", "application/x-www-form-urlencoded"), Body: []Piece{{Literal: "a=b"}}},
			[]string{"curl http://h/a \\", "  -H 'User-Agent: p' \\", "  --data-raw a=b"}},
		{"methods", Request{Method: "PUT", URL: Literal("http://h/"), Header: basics("Content-Type", "a/b"), Body: []Piece{{Literal: "it's\n!"}}},
			[]string{"curl -X PUT http://h/ \\", "  -H 'User-Agent: p' \\", "  -H 'Content-Type: a/b' \\", "  --data-raw 'it'\\''s", "!'"}},
		{"HEAD, for which curl must not wait for a body", Request{Method: "HEAD", URL: Literal("http://h/"), Header: basics()},
			[]string{"curl --head http://h/ \\", "  -H 'User-Agent: p'"}},
		{"an empty body, whose length is sent", Request{Method: "POST", URL: Literal("http://h/"), Header: basics("Content-Type", "a/b"), Body: []Piece{{}}},
			[]string{"curl http://h/ \\", "  -H 'User-Agent: p' \\", "  -H 'Content-Type: a/b' \\", "  --data-raw ''"}},
		{"an empty field, and two of a name", Request{Method: "GET", URL: Literal("http://h/"), Header: basics("X", "", "Y", "1", "Y", "2")},
			[]string{"curl http://h/ \\", "  -H 'User-Agent: p' \\", "  -H 'X;' \\", "  -H 'Y: 1' \\", "  -H 'Y: 2'"}},
		{"codings", Request{Method: "GET", URL: Literal("http://h/"), Header: basics("Accept-Encoding", "gzip")},
			[]string{"curl http://h/ \\", "  -H 'User-Agent: p' \\", "  -H 'Accept-Encoding: gzip' \\", "  --compressed"}},
		{"brackets and dots in a URL", Request{Method: "GET", URL: Literal("http://h/a/../b?x[0]={1}"), Header: basics()},
			[]string{"curl 'http://h/a/../b?x[0]={1}' \\", "  --globoff \\", "  --path-as-is \\", "  -H 'User-Agent: p'"}},
		{"the server as a whole", Request{Method: "OPTIONS", URL: Literal("http://h"), Target: "*", Header: basics()},
			[]string{"curl -X OPTIONS http://h \\", "  --request-target '*' \\", "  -H 'User-Agent: p'"}},
		{"redirects do not leave TLS", Request{Method: "GET", URL: Literal("https://h/"), Header: basics(), Redirects: 10},
			[]string{"curl https://h/ \\", "  -H 'User-Agent: p' \\", "  --location --max-redirs 10 --proto-redir '=https'"}},
		{"credentials", Request{Method: "GET", URL: Literal("http://h/"), Header: basics(), User: &User{Literal("u"), Text{{Shell: "${PASSWORD:?}"}}, true}},
			[]string{"curl http://h/ \\", "  --digest \\", `  --user u:"${PASSWORD:?}" \`, "  -H 'User-Agent: p'"}},
		{"the way", Request{Method: "GET", URL: Literal("https://h/"), Header: basics(), Proto: "HTTP/2", Insecure: true,
			Cert: "c:1.p12", Key: "k/key.der", Passphrase: Text{{Shell: "${P:?}"}}, Authorities: "ca.pem", Proxy: Literal("http://p:3128"),
			Timeout: 1500 * time.Millisecond, ConnectTimeout: 2 * time.Second},
			[]string{"curl https://h/ \\", "  -H 'User-Agent: p' \\", "  --http2 \\", "  --insecure \\", "  --cacert ca.pem \\",
				`  --cert './c\:1.p12' --cert-type P12 \`, "  --key k/key.der --key-type DER \\", `  --pass "${P:?}" \`, "  --proxy http://p:3128 \\",
				"  --connect-timeout 2 \\", "  --max-time 1.5"}},
		{"HTTP/2 without TLS, and no proxy", Request{Method: "GET", URL: Literal("http://h/"), Header: basics(), Proto: "HTTP/2", NoProxy: true},
			[]string{"curl http://h/ \\", "  -H 'User-Agent: p' \\", "  --http2-prior-knowledge \\", "  --noproxy '*'"}},
		{"a file", Request{Method: "POST", URL: Literal("http://h/"), Header: basics("Content-Type", "a/b"), Body: []Piece{{File: "-a b", Size: 3}}},
			[]string{"curl http://h/ \\", "  -H 'User-Agent: p' \\", "  -H 'Content-Type: a/b' \\", "  --data-binary '@./-a b'"}},
		{"a large file, of which curl would ask first", Request{Method: "POST", URL: Literal("http://h/"), Header: basics("Content-Type", "a/b"), Body: []Piece{{File: "f", Size: 1 << 20}}},
			[]string{"curl http://h/ \\", "  -H Expect: \\", "  -H 'User-Agent: p' \\", "  -H 'Content-Type: a/b' \\", "  --data-binary @f"}},
		{"what no word can hold", Request{Method: "POST", URL: Literal("http://h/"), Header: basics("Content-Type", "a/b"), Body: []Piece{{Literal: "-\x00%\\'é\r\n"}, {Literal: "b\xff"}}},
			[]string{`printf '\055\000%%\\\047é\r\n'\`, `'b\377' | curl http://h/ \`, "  -H 'User-Agent: p' \\", "  -H 'Content-Type: a/b' \\", "  --data-binary @-"}},
		{"pieces, none of which may be missing", Request{Method: "POST", URL: Literal("http://h/"), Header: basics("Content-Type", "a/b"),
			Body: []Piece{{Literal: "--b\r\n"}, {File: "f", Size: 1}, {Shell: "${S:?}"}}},
			[]string{`: "${S:?}" &&`, "{", `printf '\055-b\r\n'`, "cat f", `printf '%s' "${S:?}"`, "} | curl http://h/ \\", "  -H 'User-Agent: p' \\",
				"  -H 'Content-Type: a/b' \\", "  --data-binary @-"}},
		{"a field that cannot be pasted", Request{Method: "GET", URL: Literal("http://h/"), Header: basics("X", "a\t\u202eb")},
			[]string{"curl http://h/ \\", "  -H 'User-Agent: p' \\", `  -H "$(printf 'X: a\t\342\200\256b')"`}},
	} {
		if got, want := c.in.Command(), strings.Join(c.want, "\n"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

// TestLongBody protects commands from the limit that systems have for a word.
func TestLongBody(t *testing.T) {
	r := Request{Method: "POST", URL: Literal("http://h/"), Body: []Piece{{Literal: strings.Repeat("x", inlineLimit+1)}}}
	if got := r.Command(); !strings.HasPrefix(got, "printf ") || !strings.HasSuffix(got, "--data-binary @-") {
		t.Errorf("a long body is a word: %.40s", got)
	}
}
