package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mccutchen/go-httpbin/v2/httpbin"
	"github.com/rogpeppe/go-internal/testscript"
)

// vendor is a vendor of the kind of Coro that misbehaves, with httpbin beside
// it, for one script. The first element of a path selects how it behaves:
//
//	CORO_BASE_URL=$VENDOR/html  the token endpoint is $VENDOR/html/oauth/token
//
// Every other path below a behaviour is an API that takes the last token issued
// and answers with what it received. $VENDOR/echo needs no token.
type vendor struct {
	mu       sync.Mutex
	received []received
	issued   map[string]int // tokens, by behaviour
}

// received is a request as it came over the wire.
type received struct {
	path, body string
}

type vendorKey struct{}

func setupVendor(env *testscript.Env) error {
	v := &vendor{issued: make(map[string]int)}
	bin := httpbin.New(httpbin.WithUnsafeAllowDangerousResponses()) // for /base64 to answer with XML
	for name, handler := range map[string]http.Handler{
		"VENDOR": http.HandlerFunc(v.serve),
		"HTTPBIN": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			v.record("httpbin"+r.URL.Path, "")
			bin.ServeHTTP(w, r)
		}),
	} {
		server := httptest.NewServer(handler)
		env.Defer(server.Close)
		env.Setenv(name, server.URL)
	}
	env.Setenv("HTTPBIN_HOST", strings.TrimPrefix(env.Getenv("HTTPBIN"), "http://"))
	// The same server under another name is another origin.
	env.Setenv("VENDOR_ELSEWHERE", strings.Replace(env.Getenv("VENDOR"), "127.0.0.1", "localhost", 1))
	env.Values[vendorKey{}] = v
	return nil
}

// record keeps what was received and returns the bodies of that path so far.
func (v *vendor) record(path, body string) (bodies []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.received = append(v.received, received{path, body})
	for _, r := range v.received {
		if r.path == path {
			bodies = append(bodies, r.body)
		}
	}
	return bodies
}

// count returns the number of requests to a path and below it.
func (v *vendor) count(path string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := 0
	for _, r := range v.received {
		if r.path == path || strings.HasPrefix(r.path, path+"/") {
			n++
		}
	}
	return n
}

func (v *vendor) serve(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	path := strings.TrimPrefix(r.URL.Path, "/")
	bodies := v.record(path, string(content))
	behaviour, rest, _ := strings.Cut(path, "/")
	if rest == "oauth/token" {
		v.token(w, r, behaviour, len(bodies))
		return
	}
	v.api(w, r, behaviour, bodies)
}

// token answers the n-th request to a token endpoint.
func (v *vendor) token(w http.ResponseWriter, r *http.Request, behaviour string, n int) {
	switch behaviour {
	case "slow":
		select {
		case <-r.Context().Done():
		case <-time.After(10 * time.Second):
		}
	case "redirect302":
		http.Redirect(w, r, "/ok/oauth/token", http.StatusFound)
	case "redirect307":
		http.Redirect(w, r, "/ok/oauth/token", http.StatusTemporaryRedirect)
	case "html":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!DOCTYPE html><title>Sign in</title><p>Please sign in.")
	case "notoken":
		answer(w, 200, map[string]any{"token_type": "Bearer", "expires_in": 86400})
	case "garbage":
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"access_token": "token-cut`)
	case "wrong":
		answer(w, 401, map[string]any{"error": "access_denied", "error_description": "Unauthorized client"})
	case "wrong400":
		answer(w, 400, map[string]any{"error": "invalid_grant", "error_description": "Wrong client secret"})
	case "down":
		w.Header().Set("Retry-After", "0")
		answer(w, 503, map[string]any{"message": "maintenance"})
	case "huge":
		answer(w, 200, map[string]any{"access_token": strings.Repeat("x", 2<<20)})
	case "flaky":
		if n == 1 {
			w.Header().Set("Retry-After", "0")
			answer(w, 503, map[string]any{"message": "maintenance"})
			return
		}
		v.issue(w, behaviour)
	default:
		v.issue(w, behaviour)
	}
}

func (v *vendor) issue(w http.ResponseWriter, behaviour string) {
	v.mu.Lock()
	v.issued[behaviour]++
	token := v.last(behaviour)
	v.mu.Unlock()
	answer(w, 200, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 86400})
}

// last is the last token issued. It holds characters that JSON and URLs escape.
func (v *vendor) last(behaviour string) string {
	return fmt.Sprintf("t0ken/%s-%d+x==", behaviour, v.issued[behaviour])
}

// api answers everything but token requests: with ?to=URL by a redirect.
func (v *vendor) api(w http.ResponseWriter, r *http.Request, behaviour string, bodies []string) {
	v.mu.Lock()
	issued := v.issued[behaviour]
	valid := r.Header.Get("Authorization") == "Bearer "+v.last(behaviour)
	v.mu.Unlock()
	switch behaviour {
	case "echo":
		valid = true
	case "expired": // the first token is not accepted
		valid = valid && issued > 1
	case "always401":
		valid = false
	}
	if !valid {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		answer(w, 401, map[string]any{"message": "invalid token"})
		return
	}
	if to := r.URL.Query().Get("to"); to != "" {
		http.Redirect(w, r, to, http.StatusFound)
		return
	}
	header := map[string]string{"host": r.Host}
	for name := range r.Header {
		header[strings.ToLower(name)] = r.Header.Get(name)
	}
	content := map[string]any{
		"method": r.Method, "target": r.RequestURI, "proto": r.Proto, "header": header,
		"body": bodies[len(bodies)-1], "bodies": bodies,
	}
	if behaviour != "echo" {
		content["session"] = `s3ss/ion+"of"-` + behaviour
	}
	answer(w, 200, content)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails if the client has gone
}

// scriptCommands are the commands that scripts have besides the usual ones.
func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits,
		"tells": tells,
		"count": count,
		"write": writeBytes,
		"spoil": spoil,
		"edit":  edit,

		"document": document,
	}
}

// exits runs a program and asserts its exit code: exits CODE PROGRAM [ARG...].
func exits(ts *testscript.TestScript, neg bool, args []string) {
	io.WriteString(ts.Stdout(), run(ts, neg, args))
}

// tells is exits, and keeps of the output only what is told about files and
// requests: not the title, and not the summary.
func tells(ts *testscript.TestScript, neg bool, args []string) {
	_, out, _ := strings.Cut(run(ts, neg, args), "\n")
	if i := summary.FindStringIndex(out); i != nil {
		out = out[:i[0]]
	}
	io.WriteString(ts.Stdout(), out)
}

var (
	summary   = regexp.MustCompile(`(?m)^(\nWhat is wrong:|\n?[A-Z]+(: .*)?( \(exit \d+\))?)$`)
	durations = regexp.MustCompile(`(  +)?\B<1 ms\b|(  +)?\b\d+(\.\d+)? m?s\b`)
)

// run runs a program, asserts its exit code, and returns what it wrote to
// standard output, with names for what differs from run to run.
func run(ts *testscript.TestScript, neg bool, args []string) string {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
	io.WriteString(ts.Stderr(), ts.ReadFile("stderr"))
	out := ts.ReadFile("stdout")
	for _, name := range []string{"VENDOR", "HTTPBIN", "VENDOR_ELSEWHERE", "ACME", "OAUTH", "PROXY", "FLAKY"} {
		url := ts.Getenv(name)
		if url == "" {
			continue
		}
		out = strings.ReplaceAll(out, url, "$"+name)
		out = strings.ReplaceAll(out, strings.TrimPrefix(url, "http://"), name)
	}
	out = strings.ReplaceAll(out, ts.Getenv("WORK"), "$WORK")
	return durations.ReplaceAllString(out, " TIME")
}

// count asserts how many requests were received: count PATH N. Paths start with
// a behaviour of the vendor or with "httpbin", and include what is below them;
// "count html N" is about both token requests and API requests.
func count(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: count PATH N")
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	if n := ts.Value(vendorKey{}).(*vendor).count(args[0]); n != want {
		ts.Fatalf("%s received %d requests, want %d", args[0], n, want)
	}
}

// spoil makes the records of a token cache unreadable: spoil FOLDER.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: spoil FOLDER")
	}
	names, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*.json"))
	ts.Check(err)
	if names == nil {
		ts.Fatalf("%s holds no records", args[0])
	}
	for _, name := range names {
		ts.Check(os.Truncate(name, 40))
	}
}

// writeBytes writes a file that an archive of text cannot hold: write FILE
// QUOTED, a Go string literal.
func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: write FILE QUOTED")
	}
	content, err := strconv.Unquote(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(content), 0o600))
}
