package auth

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/transport"
)

// An account is called by what tells it from others: the user who logs in with a
// password, else the client. What is secret is not shown, nor kept in a file.
func TestAccount(t *testing.T) {
	client := []string{"token_url", tokenURL, "client_id", "the-client", "client_secret", "c-secret"}
	user := append([]string{"grant", "Password", "username", "ada", "password", "p-secret"}, client...)
	for _, test := range []struct {
		name   string
		pairs  []string
		secret string // a parameter that is
		want   string
	}{
		{"a client", client, "", "the-client"},
		{"a user", user, "", "ada"},
		{"a user without a client", user[:8], "", "ada"},
		{"a user that the grant has no use for", append([]string{"username", "ada"}, client...), "", "the-client"},
		{"a secret user", user, "username", "***"},
		{"a secret client", client, "client_id", "***"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := newPath(t)
			w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
			m, seen := testManager(t, w.send, keptIn(path))
			ref := ofEntry(test.pairs...)
			for i := range ref.Configured.Params {
				if p := &ref.Configured.Params[i]; p.Key == test.secret {
					p.Secret = true
				}
			}
			b := bind(t, m, ref)
			applied(t, b)
			if got := b.Held().Account; got != test.want {
				t.Errorf("held by %q, want %q", got, test.want)
			}
			if got := seen.all[0].Account; got != test.want {
				t.Errorf("fetched for %q, want %q", got, test.want)
			}
			names, _ := filepath.Glob(filepath.Join(path, "*.json"))
			if len(names) != 1 {
				t.Fatalf("files %q", names)
			}
			text, err := os.ReadFile(names[0])
			if err != nil {
				t.Fatal(err)
			}
			if got := string(text); !strings.Contains(got, `"`+test.want+`"`) || test.want == "***" && (strings.Contains(got, "ada") || strings.Contains(got, "the-client")) {
				t.Errorf("kept %s", got)
			}
		})
	}
}

// A definition that calls its accounts otherwise is followed, whatever the grant.
func TestAccountOfADefinition(t *testing.T) {
	definition := strings.Replace(flowKey, `"title"`, `"account": "{{workspace}}/{{client_id}}", "title"`, 1)
	m, _ := testManager(t, nil, userFolder(t, map[string]string{"shop.json": definition}))
	args := []Arg{{Key: "grant", Value: "password"}, {Key: "username", Value: "ada"}, {Key: "password", Value: "p-secret"}}
	if got := bind(t, m, Reference{ID: "shop", Args: args}).Held().Account; got != "w/id" {
		t.Errorf("held by %q", got)
	}
}
