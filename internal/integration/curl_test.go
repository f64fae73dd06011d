//go:build integration

package integration

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// verbatim is a server that keeps what it gets byte for byte.
type verbatim struct {
	addr string
	mu   sync.Mutex
	got  []string
}

func newVerbatim(t *testing.T) *verbatim {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	r := &verbatim{addr: listener.Addr().String()}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go r.serve(conn)
		}
	}()
	return r
}

// serve reads one request of a connection and answers it: a token, a challenge, a
// redirect to /end, or nothing.
func (r *verbatim) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	line, err := in.ReadString('\n')
	if err != nil {
		return
	}
	var header []string
	length, chunked := 0, false
	for {
		field, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if field == "\r\n" {
			break
		}
		header = append(header, strings.TrimRight(field, " \t\r\n")+"\r\n") // blanks are none of the value
		name, value, _ := strings.Cut(strings.ToLower(field), ":")
		switch strings.TrimSpace(name) {
		case "content-length":
			fmt.Sscan(value, &length)
		case "transfer-encoding":
			chunked = strings.TrimSpace(value) == "chunked"
		}
	}
	body := make([]byte, length)
	if chunked { // how the chunks are cut is nobody's business
		body, err = io.ReadAll(httputil.NewChunkedReader(in))
	} else {
		_, err = io.ReadFull(in, body)
	}
	if err != nil {
		return
	}
	slices.Sort(header) // which no recipient may go by (RFC 9110 section 5.3)
	r.mu.Lock()
	r.got = append(r.got, line+strings.Join(header, "")+"\r\n"+string(body))
	r.mu.Unlock()

	all := strings.Join(header, "")
	switch path := strings.Fields(line)[1]; {
	case path == "/token":
		const token = `{"access_token":"t0ken.of-the-server","token_type":"Bearer","expires_in":3600}`
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(token), token)
	case path == "/digest" && !strings.Contains(all, "Authorization: Digest"):
		fmt.Fprint(conn, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	case strings.HasPrefix(path, "/redirect"):
		fmt.Fprint(conn, "HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	default:
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	}
}

// take returns what was got since, but for requests of tokens.
func (r *verbatim) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := slices.DeleteFunc(r.got, func(s string) bool { return strings.HasPrefix(s, "POST /token ") })
	r.got = nil
	return got
}

// curlCases are request files; http://h stands for the server. What other tests
// say in words is here said in bytes.
var curlCases = []struct{ name, text string }{
	{"plain", "GET http://h/a?b=c&d=%20e\n"},
	{"no path", "GET http://h\n"},
	{"only a query", "GET http://h?a=b\n"},
	{"an empty query", "GET http://h/p?\n"},
	{"brackets, braces and dots", "GET http://h/a/../b/./c?x[0]={1}&y[]=[1-3]\n"},
	{"characters that are encoded", "GET http://h/ä b?c=d|e\"f\n"},
	{"quotes and dollars in a URL", "GET http://h/it's/$HOME/`id`?a=!x\n"},
	{"a host in capitals", "GET http://LOCALHOST:PORT/\n"},
	{"a host of its own", "GET http://h/\nHost: example.org\n"},
	{"the server as a whole", "OPTIONS *\nHost: h\n"},
	{"a user in the URL", "GET http://user:p%40ss!w@h/\n"},
	{"fields", "GET http://h/\nX-Quote: it's \"q\" $HOME `id` \\n !x\nx-lower: a\nX-Two: 1\nX-Two: 2\nX-Empty:\nX-Umlaut: ä\nCookie: a=b; c=\"d\"\n"},
	{"a tab in a field", "GET http://h/\nX-Tab: a\tb\n"},
	{"fields that curl has by itself", "GET http://h/\nAccept: a/b\nUser-Agent: me\nAccept-Encoding: gzip, br\n"},
	{"fields that curl has by itself, empty", "GET http://h/\nAccept:\nUser-Agent:\n"},
	{"HEAD", "HEAD http://h/\n"},
	{"DELETE", "DELETE http://h/\n"},
	{"a method of nobody's", "PURGE http://h/\n"},
	{"POST without a body", "POST http://h/\n"},
	{"PUT without a body", "PUT http://h/\nContent-Type: a/b\n"},
	{"GET with a body", "GET http://h/\nContent-Type: application/json\n\n{\"a\": 1}\n"},
	{"JSON", "POST http://h/\nContent-Type: application/json\n\n{\n  \"a\": \"it's \\\"q\\\" $HOME `id` \\\\ !x %d\",\n  \"ä\": \"\\u00e4\"\n}\n"},
	{"a body without a type", "POST http://h/\n\nplain text\n"},
	{"a body that starts like a file", "POST http://h/\nContent-Type: text/plain\n\n@file\n"},
	{"a form", "POST http://h/\nContent-Type: application/x-www-form-urlencoded\n\na = 1 &\nb=two words&c=%20+é\n"},
	{"PATCH", "PATCH http://h/\nContent-Type: text/plain\n\n-x\ttab\n\n  end\n"},
	{"chunks", "POST http://h/\nContent-Type: text/plain\nTransfer-Encoding: chunked\n\nabc\n"},
	{"NDJSON", "POST http://h/\nContent-Type: application/x-ndjson\n\n{\"a\":1}\n{\"a\":2}\n"},
	{"a binary file", "POST http://h/\nContent-Type: application/octet-stream\n\n< ./bytes.bin\n"},
	{"a large file", "PUT http://h/\nContent-Type: application/octet-stream\n\n< ./large.bin\n"},
	{"a file with a variable", "@x = it's\nPOST http://h/\nContent-Type: text/plain\n\n<@ ./sub.txt\n"},
	{"a multipart body with files", "POST http://h/\nContent-Type: multipart/form-data; boundary=b'1\n\n--b'1\nContent-Disposition: form-data; name=\"a\"\n\n-%d \\n it's\n--b'1\nContent-Disposition: form-data; name=\"f\"; filename=\"bytes.bin\"\nContent-Type: application/octet-stream\n\n< ./bytes.bin\n--b'1--\n"},
	{"GraphQL", "GRAPHQL http://h/graphql\n\nquery Q($a: Int) { a(b: $a) { it } }\n\n{\"a\": 1}\n"},
	{"HTTP/1.1", "GET http://h/ HTTP/1.1\n"},
	{"a redirect", "GET http://h/redirect\n"},
	{"no redirect", "# @no-redirect\n# @assert status == 302\nGET http://h/redirect\n"},
	{"a time limit", "# @timeout 5\n# @connection-timeout 3\nGET http://h/\n"},
	{"Basic", "# @auth basic username=\"a user\" password={{$env.SECRET_OF_TEST}}\nGET http://h/\n"},
	{"Basic as a field", "GET http://h/\nAuthorization: Basic user {{$env.SECRET_OF_TEST}}\n"},
	{"Bearer", "GET http://h/\nAuthorization: Bearer {{$env.SECRET_OF_TEST}}\n"},
	{"a key", "# @auth apikey name=X-Api-Key value={{$env.SECRET_OF_TEST}} in=header\nGET http://h/\n"},
	{"secrets in a body", "POST http://h/\nContent-Type: application/json\n\n{\"a\": \"it's\", \"password\": \"{{$env.SECRET_OF_TEST}}\"}\n"},
	{"secrets in a multipart body", "POST http://h/\nContent-Type: multipart/form-data; boundary=b\n\n--b\nContent-Disposition: form-data; name=\"a\"\n\n{{$env.SECRET_OF_TEST}}\n--b--\n"},
	{"a token", "# @auth oauth2 token_url=http://h/token client_id=c client_secret={{$env.CLIENT_SECRET_OF_TEST}} grant=client_credentials\nGET http://h/\n"},
	{"a token that postrider gets", "# @auth my\nGET http://h/\n"},
	{"several requests", "### one\nGET http://h/1\n\n### two\n# @needs one\nPOST http://h/2\nContent-Type: text/plain\n\nx\n\n### three\n# @skip\nGET http://h/3\n\n### four\n# @loop for 2\nGET http://h/4/{{$index}}\n"},
}

// TestCurl runs what a dry run prints, and compares what arrives with what
// arrives from a run: the same bytes, but for the order of the header fields.
func TestCurl(t *testing.T) {
	server := newVerbatim(t)
	dir := t.TempDir()
	_, port, _ := net.SplitHostPort(server.addr)
	write := func(name string, content []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("bytes.bin", []byte("\x00\x01\xff\r\n%d\\n'\"\n\n"))
	write("large.bin", bytes.Repeat([]byte("0123456789abcdef"), 128<<10))
	write("http-client.env.json", []byte(`{"dev": {"Security": {"Auth": {"my": {
		"Type": "OAuth2", "Grant Type": "Client Credentials", "Token URL": "http://`+server.addr+`/token",
		"Client ID": "c", "Client Secret": "{{$env.CLIENT_SECRET_OF_TEST}}"}}}}}`))
	write("sub.txt", []byte("a {{x}}\r\nb\n"))
	environment := append(os.Environ(),
		"SECRET_OF_TEST=s3cret-of-test", "CLIENT_SECRET_OF_TEST=s3cret-client",
		// what the commands ask for, because a file holds it itself
		"POSTRIDER_SECRET_PASSWORD=p@ss!w", `POSTRIDER_SECRET_COOKIE=a=b; c="d"`, "POSTRIDER_TOKEN_oauth2=t0ken.of-the-server",
		"POSTRIDER_AUTH_CACHE=memory", "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"), "HOME="+dir, "HISTFILE=",
	)
	run := func(t *testing.T, stdin string, name string, args ...string) (string, string) {
		t.Helper()
		command := exec.Command(name, args...)
		command.Dir, command.Env, command.Stdin = dir, environment, strings.NewReader(stdin)
		var stdout, stderr strings.Builder
		command.Stdout, command.Stderr = &stdout, &stderr
		if err := command.Run(); err != nil {
			t.Fatalf("%s %q: %v\n%s%s", name, args, err, stdout.String(), stderr.String())
		}
		return stdout.String(), stderr.String()
	}
	for _, c := range curlCases {
		t.Run(c.name, func(t *testing.T) {
			write("x.http", []byte(strings.NewReplacer("http://h", "http://"+server.addr, "@h/", "@"+server.addr+"/", "Host: h", "Host: "+server.addr, "PORT", port).Replace(c.text)))
			run(t, "", program, "run", "--env", "dev", "x.http")
			want := server.take()
			script, _ := run(t, "", program, "run", "--env", "dev", "--dry-run", "--as", "curl", "x.http")
			if got := server.take(); len(got) > 0 {
				t.Fatalf("the dry run sends %q", got)
			}
			if len(want) == 0 || strings.Contains(script, "s3cret") || strings.Contains(script, "t0ken") {
				t.Fatalf("%d requests, and\n%s", len(want), script)
			}
			for _, shell := range [][]string{{"dash", "-e"}, {"bash", "-e"}, {"zsh", "-f"}, {"bash", "--norc", "-i"}} {
				run(t, silent(script), shell[0], shell[1:]...)
				if got := server.take(); !slices.Equal(got, want) {
					t.Errorf("%s sends\n%q\na run sends\n%q\n%s", shell[0], got, want, script)
				}
			}
		})
	}
}

// silent has curl show no progress.
func silent(script string) string {
	return "curl() { command curl --silent --show-error \"$@\"; }\n" + script
}

// TestCurlDigest protects that curl answers a challenge with the credentials of the
// request.
func TestCurlDigest(t *testing.T) {
	server := newVerbatim(t)
	path := filepath.Join(t.TempDir(), "x.http")
	text := "# @auth digest username=u password={{$env.SECRET_OF_TEST}}\nGET http://" + server.addr + "/digest\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := append(os.Environ(), "SECRET_OF_TEST=s3cret-of-test")
	command := exec.Command(program, "run", "--dry-run", "--as", "curl", path)
	command.Env = environment
	script, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	shell := exec.Command("sh", "-e")
	shell.Env, shell.Stdin = environment, strings.NewReader(silent(string(script)))
	if out, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%s", err, out, script)
	}
	if got := server.take(); len(got) != 2 || strings.Contains(got[0], "Authorization") || !strings.Contains(got[1], `Authorization: Digest username="u"`) {
		t.Errorf("curl sends %q of\n%s", got, script)
	}
}

// TestCurlWithoutSecret protects what is not sent: a secret that the shell does not
// know ends the command.
func TestCurlWithoutSecret(t *testing.T) {
	server := newVerbatim(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"field": "GET http://h/\nAuthorization: Bearer {{$env.SECRET_OF_TEST}}\n",
		"pipe":  "POST http://h/\nContent-Type: multipart/form-data; boundary=b\n\n--b\n\n{{$env.SECRET_OF_TEST}}\n--b--\n",
	} {
		path := filepath.Join(dir, name+".http")
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "http://h", "http://"+server.addr)), 0o600); err != nil {
			t.Fatal(err)
		}
		command := exec.Command(program, "run", "--dry-run", "--as", "curl", path)
		command.Env = append(os.Environ(), "SECRET_OF_TEST=s3cret-of-test")
		script, err := command.Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"dash", "bash", "zsh"} {
			shell := exec.Command(name)
			shell.Stdin = strings.NewReader(silent(string(script)))
			if out, err := shell.CombinedOutput(); err == nil || !strings.Contains(string(out), "SECRET_OF_TEST") {
				t.Errorf("%s runs without the secret: %v %s", name, err, out)
			}
			if got := server.take(); len(got) > 0 {
				t.Errorf("%s sends %q of\n%s", name, got, script)
			}
		}
	}
}
