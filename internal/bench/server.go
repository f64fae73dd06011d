package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	loginKind  = "oauth"
	loginPath  = "/oauth/token"
	secret     = "bench-secret"
	workspace  = "bench-workspace"
	slowAnswer = 50 * time.Millisecond
)

// counter counts the requests that were answered as they should be, by kind;
// what the server refuses it counts as "refused".
type counter struct {
	active sync.RWMutex // held for reading while a request is answered
	mu     sync.Mutex
	counts map[string]int
}

func (c *counter) add(kind string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[kind]++
}

// take returns the counts and starts anew. It waits for the requests that are
// being answered: a client has the answer before its handler ends.
func (c *counter) take() map[string]int {
	c.active.Lock()
	defer c.active.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.counts
	c.counts = make(map[string]int)
	return taken
}

// serve runs the server until in ends. It writes its URL, and for every line of
// in the counts since the last one.
func serve(in io.Reader, out io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	seen := &counter{counts: make(map[string]int)}
	go http.Serve(listener, handler(seen)) //nolint:errcheck // it ends with the process
	fmt.Fprintf(out, "http://%s\n", listener.Addr())
	for lines := bufio.NewScanner(in); lines.Scan(); {
		if err := json.NewEncoder(out).Encode(seen.take()); err != nil {
			return err
		}
	}
	return nil
}

func handler(seen *counter) http.Handler {
	big := bigDocument()
	block := bytes.Repeat([]byte("0123456789abcdef"), 64<<10/16)
	small := func(w http.ResponseWriter, r *http.Request) error {
		return answer(w, fmt.Appendf(nil, `{"items":[{"id":"t-%s","name":"ticket","open":true}],"totalElements":1}`, r.PathValue("id")))
	}
	mux := http.NewServeMux()
	handle := func(pattern string, do func(http.ResponseWriter, *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			seen.active.RLock()
			defer seen.active.RUnlock()
			if err := do(w, r); err != nil {
				seen.add("refused")
				return
			}
			seen.add(kind(r.URL.Path[1:]))
		})
	}
	handle("POST "+loginPath, login)
	handle("GET /open/{id}", small)
	handle("GET /private/{id}", func(w http.ResponseWriter, r *http.Request) error {
		if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer token-") || r.Header.Get("Workspace") != workspace {
			return refuse(w, http.StatusUnauthorized)
		}
		return small(w, r)
	})
	handle("GET /slow/{id}", func(w http.ResponseWriter, r *http.Request) error {
		time.Sleep(slowAnswer)
		return small(w, r)
	})
	handle("GET /big/{id}", func(w http.ResponseWriter, _ *http.Request) error { return answer(w, big) })
	handle("GET /download/{id}", func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(downloadSize))
		for sent := 0; sent < downloadSize; sent += len(block) {
			if _, err := w.Write(block); err != nil {
				return err
			}
		}
		return nil
	})
	handle("/", func(w http.ResponseWriter, _ *http.Request) error { return refuse(w, http.StatusNotFound) })
	return mux
}

func answer(w http.ResponseWriter, document []byte) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(document)))
	_, err := w.Write(document)
	return err
}

func refuse(w http.ResponseWriter, status int) error {
	w.WriteHeader(status)
	return fmt.Errorf("answered %d", status)
}

// login is Coro's token endpoint.
func login(w http.ResponseWriter, r *http.Request) error {
	var given struct {
		Client string `json:"client_id"`
		Secret string `json:"client_secret"`
		Grant  string `json:"grant_type"`
	}
	if err := json.NewDecoder(r.Body).Decode(&given); err != nil {
		return refuse(w, http.StatusBadRequest)
	}
	if given.Client == "" || given.Secret != secret || given.Grant != "client_credentials" {
		return refuse(w, http.StatusUnauthorized)
	}
	return answer(w, fmt.Appendf(nil, `{"access_token":"token-%s","token_type":"Bearer","expires_in":86400}`, given.Client))
}

// bigDocument is about one megabyte of JSON, shaped as lists of an API are.
func bigDocument() []byte {
	var b bytes.Buffer
	b.WriteString(`{"items":[`)
	for i := range bigItems {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"t-%d","name":"ticket number %d","open":true,"score":%d.5,"tags":["mail","phishing"],"note":"the sender says \"now\"","owner":{"id":%d}}`,
			i, i, i%100, i*7)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// serverProcess is the server as the benchmark sees it: a process of its own.
type serverProcess struct {
	base string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
}

func startServer(path string) (*serverProcess, error) {
	s := &serverProcess{cmd: exec.Command(path, "-role", "server")}
	s.cmd.Stderr = os.Stderr
	in, err := s.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	s.in, s.out = in, bufio.NewReader(out)
	line, err := s.out.ReadString('\n')
	s.base = strings.TrimSpace(line)
	return s, err
}

// check compares what the server has answered since the last check with what a
// run should have sent.
func (s *serverProcess) check(want map[string]int) error {
	if _, err := s.in.Write([]byte{'\n'}); err != nil {
		return err
	}
	line, err := s.out.ReadBytes('\n')
	if err != nil {
		return err
	}
	var got map[string]int
	if err := json.Unmarshal(line, &got); err != nil {
		return err
	}
	if !maps.Equal(got, want) {
		return fmt.Errorf("the server answered %v requests, expected %v", got, want)
	}
	return nil
}

func (s *serverProcess) stop() {
	_ = s.in.Close() // which ends it
	_ = s.cmd.Wait()
}
