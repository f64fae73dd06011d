package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// setupFlaky gives a script a server that does not work at first, as $FLAKY. It
// counts the requests to each path n:
//
//	/flaky/NAME    503, then 200 with {"n": n, "state": "pending"}, from the third on "done"
//	/closing/NAME  closes the first connection without an answer
func setupFlaky(env *testscript.Env) {
	var mu sync.Mutex
	seen := make(map[string]int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen[r.URL.Path]++
		n := seen[r.URL.Path]
		mu.Unlock()
		if strings.HasPrefix(r.URL.Path, "/closing/") && n == 1 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		state := "done"
		if n < 3 {
			state = "pending"
		}
		if n == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"n": n, "state": state}) // a client that has gone
	}))
	env.Defer(server.Close)
	env.Setenv("FLAKY", server.URL)
}
