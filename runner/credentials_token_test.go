package runner

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A token that a person must log in for is got once for all that name it, by
// the seam that the terminal stands behind.
func TestInteractiveLogin(t *testing.T) {
	var sent []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/token" {
			_ = r.ParseForm()
			sent = append(sent, r.PostForm.Get("grant_type")+" "+r.PostForm.Get("code"))
			fmt.Fprint(w, `{"access_token":"the-token","token_type":"Bearer","expires_in":60}`)
			return
		}
		fmt.Fprintf(w, `{"right":%t}`, r.Header.Get("Authorization") == "Bearer the-token")
	}))
	defer server.Close()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.http": "###\n# @auth shop\n# @assert body.right\nGET {{url}}/a\n\n###\n# @assert body.right\nGET {{url}}/b\nAuthorization: Bearer {{$auth.token(\"shop\")}}\n",
		"http-client.env.json": `{"dev": {"url": "` + server.URL + `", "Security": {"Auth": {"shop": {"Type": "OAuth2", "Grant Type": "Authorization Code",
			"Auth URL": "{{url}}/auth", "Token URL": "{{url}}/token", "Client ID": "id", "PKCE": true}}}}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var prompts []string
	o := Options{
		Paths: []string{"a.http"}, Dir: dir, Environment: "dev", Environ: func(string) (string, bool) { return "", false },
		Interact: func(_ context.Context, p Prompt) {
			u, err := url.Parse(p.URL)
			if err != nil {
				t.Error(err)
				return
			}
			prompts = append(prompts, p.ID+" "+u.Path)
			query := u.Query()
			go func() {
				r, err := http.Get(query.Get("redirect_uri") + "?" + url.Values{"code": {"c-1"}, "state": {query.Get("state")}}.Encode())
				if err != nil {
					t.Error(err)
					return
				}
				r.Body.Close()
			}()
		},
	}
	for _, test := range []struct {
		interact func(context.Context, Prompt)
		exit     int
		want     string
	}{
		{o.Interact, 0, ""},
		{nil, 3, "no token for `shop`: somebody must log in, and there is no terminal to ask at"},
	} {
		o.Interact = test.interact
		plan := NewPlan(t.Context(), o)
		s := new(story)
		if exit := plan.Run(t.Context(), s); exit != test.exit {
			t.Errorf("exit %d, want %d: %v %v", exit, test.exit, s.errors, plan.Messages())
		}
		plan.Close()
		if got := strings.Join(slices.Compact(s.errors), "\n"); got != test.want {
			t.Errorf("%s\nwant %s", got, test.want)
		}
	}
	if fmt.Sprint(prompts, sent) != "[shop /auth] [authorization_code c-1]" {
		t.Errorf("asked %v, sent %v", prompts, sent)
	}
}
