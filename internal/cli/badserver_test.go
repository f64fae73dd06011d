package cli

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestBadServers protects what is told of servers that break the rules: each ends
// the request within its time limit, with an exit code and a message that says
// what to do, and leaves nothing running.
func TestBadServers(t *testing.T) {
	bad, err := newBadServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(bad.close)
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	t.Cleanup(func() { noneLeft(t) })
	host := bad.listener.Addr().String()
	const (
		short  = "# @timeout 2s\n" // enough for what the server says before it stops
		long   = "# @timeout 5m\n"
		port   = "help: check the port of the URL"
		server = "help: look into the log of the server, or of a proxy before it"
		longer = "help: raise it with `# @timeout`"
	)
	tests := []struct {
		name, text string // of the file; a path stands for a GET of it. It is long unless it is short
		exit       int
		tells      []string // regular expressions
	}{
		{"drips", short + "GET http://HOST/drip", 3, []string{`no complete answer from \S+ within 2s`, `got \d+ of 1000 bytes of the body`, longer}},
		{"drips in chunks", short + "GET http://HOST/drip-chunked", 3, []string{`no complete answer`, `got \d+ bytes of the body`, longer}},
		{"says nothing", short + "GET http://HOST/silent", 3, []string{`no complete answer`, `the request was sent, and nothing came back`, longer}},
		{"reads nothing", short + "POST http://HOST/reads-nothing\n\n< ./big.bin", 3, []string{`no complete answer`, `the request was still being sent`, longer}},
		{"never ends its header", short + "GET http://HOST/slow-header", 3, []string{`no complete answer`, `the header of the answer began and did not end`, longer}},
		{"closes", "/closes", 3, []string{`closed the connection before it answered`, server}},
		{"resets", "/resets", 3, []string{`closed the connection before it answered`, server}},
		{"closes in the body", "/half-length", 3, []string{`closed the connection in the middle of the body`, `got 5 of 10 bytes`, server}},
		{"closes in a chunk", "/half-chunked", 3, []string{`closed the connection in the middle of the body`, `got 5 bytes`, server}},
		{"resets in the body", "/resets-in-body", 3, []string{`closed the connection in the middle of the body`, server}},
		{"100,000 header fields", "GET http://HOST/many-headers", 3, []string{`header of the answer from \S+ is larger than 1 MiB`, server}},
		{"100,000 short header fields", "GET http://HOST/short-headers", 0, nil},
		{"a header of 10 MB", "GET http://HOST/large-header", 3, []string{`header of the answer from \S+ is larger than 1 MiB`, server}},
		{"1xx without end", "GET http://HOST/endless-1xx", 3, []string{`more than 100 informational answers \(1xx\) came and no other`, server}},
		{"slow 1xx without end", short + "GET http://HOST/slow-1xx", 3, []string{`no complete answer`, `informational answers \(1xx\) came, and no other`, longer}},
		{"redirects without end", "/endless-redirect", 3, []string{`more than 10 redirects`, "help: add `# @no-redirect`"}},
		{"garbage", "/garbage", 3, []string{`answer from \S+ is not valid HTTP`, port}},
		{"HTTP/0.9", "/http-0.9", 3, []string{`answer from \S+ is not valid HTTP`, `<html>hello</html>`, port}},
		{"a chunk without a size", "/bad-chunk", 3, []string{`body of the answer from \S+ could not be read`, `invalid byte in chunk length`, server}},
		{"a chunk of endless size", "/huge-chunk", 3, []string{`body of the answer from \S+ could not be read`, `chunk length too large`, server}},
		{"a negative length", "/negative", 3, []string{`answer from \S+ is not valid HTTP`, `bad Content-Length "-5"`, server}},
		{"two lengths", "/two-lengths", 3, []string{`answer from \S+ is not valid HTTP`, `multiple Content-Length`, server}},
		{"more than its length", "# @assert text == \"hello\"\nGET http://HOST/more-than-length", 0, nil},
		{"a large body that nothing reads", "GET http://HOST/large", 0, nil},
		{"a large body that a check reads", "# @assert text != \"\"\nGET http://HOST/large", 3, []string{`body of the answer from \S+ is larger than 100 MiB`, `help: ask the server for less`}},
		{"a body larger than --max-body-size", "GET http://HOST/large?max", 3, []string{`body of the answer from \S+ is larger than 1 MiB`}},
		{"refuses a body unread", "POST http://HOST/refuses\n\n< ./big.bin", 1, []string{`the answer is 413 Content Too Large`, `< too large`}},
		{"refuses a body unread, as expected", "# @assert status == 413\nPOST http://HOST/refuses\n\n< ./big.bin", 0, nil},
		{"TLS on a plain port", "GET https://HOST/closes", 3, []string{`closed the connection in the TLS handshake`, `help: check whether the port of the URL speaks TLS`}},
		{"HTTP on a TLS port", "GET http://" + secure.Listener.Addr().String(), 1, []string{`the answer is 400 Bad Request`, `HTTP request to an HTTPS server`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if strings.HasPrefix(test.text, "/") {
				test.text = "GET http://HOST" + test.text
			}
			waits := strings.HasPrefix(test.text, short)
			if waits {
				t.Parallel()
			} else {
				test.text = long + test.text
			}
			path := filepath.Join(dir, "a.http")
			if err := os.WriteFile(path, []byte("###\n"+strings.ReplaceAll(test.text, "HOST", host)+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			big, err := os.Create(filepath.Join(dir, "big.bin"))
			if err != nil {
				t.Fatal(err)
			}
			if err := big.Truncate(32 << 20); err != nil {
				t.Fatal(err)
			}
			big.Close()
			args := []string{"postrider", "run", path}
			if strings.HasSuffix(test.text, "?max") {
				args = append(args, "--max-body-size", "1M")
			}
			var out, errors bytes.Buffer
			start := time.Now()
			exit := Main(args, strings.NewReader(""), &out, &errors)
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %s", took)
			}
			if exit != test.exit || errors.Len() > 0 {
				t.Errorf("exit code %d, want %d; stderr %q", exit, test.exit, errors.String())
			}
			for _, pattern := range test.tells {
				if !regexp.MustCompile(pattern).Match(out.Bytes()) {
					t.Errorf("not told: %s", pattern)
				}
			}
			if strings.Contains(out.String(), "s3cret-behind") {
				t.Error("what comes behind an answer is shown")
			}
			if t.Failed() {
				t.Logf("%.4000s", out.String())
			}
			if !waits {
				noneLeft(t)
			}
		})
	}
}

// noneLeft fails if the product still runs something, after the run.
func noneLeft(t *testing.T) {
	t.Helper()
	var left []string
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		left = left[:0]
		for stack := range strings.SplitSeq(string(stacks), "\n\n") {
			for _, ours := range []string{"postrider/runner.", "internal/transport.", "postrider/auth.", "(*persistConn)", "(*http2ClientConn)", "(*Transport)", "os/signal"} {
				if strings.Contains(stack, ours) && !strings.Contains(stack, "os/signal.loop") {
					left = append(left, stack)
					break
				}
			}
		}
		if len(left) == 0 {
			return
		}
	}
	t.Errorf("%d goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
}
