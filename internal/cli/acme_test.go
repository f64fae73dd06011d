package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// setupAcme starts the vendor that docs/providers.md makes up, and that nobody
// knows but the definition there: $ACME takes a form with user and password at
// /session, and a token with the header field X-Acme-Account at /v1/orders.
func setupAcme(env *testscript.Env) {
	var logins atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("POST /session", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("user") != "ada" || r.FormValue("password") != "open-sesame" {
			answer(w, http.StatusForbidden, map[string]any{"problem": map[string]any{"text": "no such user"}})
			return
		}
		logins.Add(1)
		answer(w, http.StatusOK, map[string]any{"session": map[string]any{
			"token": "acme-token-of-ada", "expires": time.Now().Add(time.Hour).Unix(),
		}})
	})
	mux.HandleFunc("GET /v1/orders", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer acme-token-of-ada" || r.Header.Get("X-Acme-Account") != "42" {
			answer(w, http.StatusUnauthorized, map[string]any{"problem": map[string]any{"text": "log in first"}})
			return
		}
		answer(w, http.StatusOK, map[string]any{"orders": []any{map[string]any{"id": 1}}, "logins": logins.Load()})
	})
	server := httptest.NewServer(mux)
	env.Defer(server.Close)
	env.Setenv("ACME", server.URL)
}

// marked is a block of a manual page that a comment names as a file.
var marked = regexp.MustCompile("(?ms)^<!-- file: (\\S+) -->\n```[a-z]*\n(.*?)^```$")

// document writes the files that a page of the manual shows: document PAGE.
func document(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: document PAGE")
	}
	page, err := os.ReadFile("../../docs/" + args[0])
	ts.Check(err)
	blocks := marked.FindAllStringSubmatch(string(page), -1)
	if blocks == nil {
		ts.Fatalf("%s shows no files", args[0])
	}
	for _, block := range blocks {
		path := ts.MkAbs(block[1])
		ts.Check(os.MkdirAll(path[:strings.LastIndexByte(path, '/')], 0o777))
		ts.Check(os.WriteFile(path, []byte(block[2]), 0o666))
	}
}
