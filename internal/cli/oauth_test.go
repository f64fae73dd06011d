package cli

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// authorizationServer is an OAuth 2.0 server that takes a request only if it is
// right to the letter (RFC 6749), with an API beside it, for one script:
//
//	$OAUTH/token      for the client shop-client with the secret shop-secret, in
//	                  the header field or in the body; the user ada, open-sesame
//	$OAUTH/public     for the client phone, which has no secret
//	$OAUTH/api/…      takes access tokens and ID tokens until $OAUTH/revoke-all,
//	                  and says which
//	$OAUTH/requests   the bodies of token requests since it was last asked
type authorizationServer struct {
	mu       sync.Mutex
	issued   int
	good     map[string]string // the kinds of tokens that are accepted
	requests []string
}

func setupOAuth(env *testscript.Env) {
	a := &authorizationServer{good: make(map[string]string)}
	mux := http.NewServeMux()
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) { a.token(w, r, "shop-client", "shop-secret") })
	mux.HandleFunc("/public", func(w http.ResponseWriter, r *http.Request) { a.token(w, r, "phone", "") })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/token", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Sign in</title>"))
	})
	mux.HandleFunc("/requests", func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		answer(w, http.StatusOK, map[string]any{"requests": append([]string{}, a.requests...)})
		a.requests = nil
	})
	mux.HandleFunc("/revoke-all", func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		clear(a.good)
		answer(w, http.StatusOK, map[string]any{})
	})
	mux.HandleFunc("POST /revoke", func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		token := r.FormValue("token")
		if token == "" || r.FormValue("client_id") != "phone" {
			answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
			return
		}
		delete(a.good, token) // whether it was known or not (RFC 7009 section 2.2)
	})
	mux.HandleFunc("/api/", a.api)
	server := httptest.NewServer(mux)
	env.Defer(server.Close)
	env.Setenv("OAUTH", server.URL)
}

// credentials returns the client that a request names, and its secret, in one
// way and not in two (RFC 6749 section 2.3).
func credentials(r *http.Request, form url.Values) (id, secret string, ok bool) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return form.Get("client_id"), form.Get("client_secret"), true
	}
	pair, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(header, "Basic "))
	id, secret, found := strings.Cut(string(pair), ":")
	return id, secret, err == nil && found && !form.Has("client_id") && !form.Has("client_secret")
}

func (a *authorizationServer) token(w http.ResponseWriter, r *http.Request, client, clientSecret string) {
	refuse := func(status int, code, description string) {
		answer(w, status, map[string]any{"error": code, "error_description": description})
	}
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.URL.RawQuery != "" {
		refuse(400, "invalid_request", "expected a form")
		return
	}
	if err := r.ParseForm(); err != nil {
		refuse(400, "invalid_request", "the form cannot be read")
		return
	}
	form := r.PostForm
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = append(a.requests, form.Encode())
	for name, values := range form {
		if len(values) > 1 && name != "resource" {
			refuse(400, "invalid_request", name+" is given twice")
			return
		}
		if slices.Contains(values, "") {
			refuse(400, "invalid_request", name+" is empty")
			return
		}
	}
	if id, secret, ok := credentials(r, form); !ok || id != client || secret != clientSecret {
		refuse(401, "invalid_client", "Invalid client or Invalid client credentials")
		return
	}
	switch form.Get("grant_type") {
	case "client_credentials":
	case "password":
		if form.Get("username") != "ada" || form.Get("password") != "open-sesame" {
			refuse(400, "invalid_grant", "Invalid user credentials")
			return
		}
	case "refresh_token":
		if form.Get("refresh_token") != fmt.Sprintf("refresh-%d-of-ada", a.issued) {
			refuse(400, "invalid_grant", "Token is not active")
			return
		}
	default:
		refuse(400, "unsupported_grant_type", "Unsupported grant_type")
		return
	}
	a.issued++
	body := map[string]any{
		"access_token": fmt.Sprintf("access-%d-token", a.issued), "token_type": "Bearer", "expires_in": 300, "scope": form.Get("scope"),
	}
	if form.Get("grant_type") != "client_credentials" {
		body["refresh_token"] = fmt.Sprintf("refresh-%d-of-ada", a.issued)
		body["refresh_expires_in"] = 1800
	}
	if slices.Contains(strings.Fields(form.Get("scope")), "openid") {
		body["id_token"] = fmt.Sprintf("identity-%d-token", a.issued)
	}
	for member, kind := range map[string]string{"access_token": "access", "id_token": "identity"} {
		if text, ok := body[member].(string); ok {
			a.good[text] = kind
		}
	}
	answer(w, http.StatusOK, body)
}

// api answers with what it received, and without a token of ours as RFC 6750
// section 3 says.
func (a *authorizationServer) api(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	kind := a.good[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] + a.good[r.URL.Query().Get("access_token")]
	a.mu.Unlock()
	if kind == "" {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		answer(w, http.StatusUnauthorized, map[string]any{})
		return
	}
	answer(w, http.StatusOK, map[string]any{"kind": kind, "path": r.URL.Path, "echo": r.Header.Get("X-Echo")})
}
