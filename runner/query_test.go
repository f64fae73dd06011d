package runner

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/secret"
)

// TestQueryOfSecret protects the values of a list that is secret: each of them is,
// in the request and in what is shown.
func TestQueryOfSecret(t *testing.T) {
	for _, hidden := range []bool{true, false} {
		name := "http-client.env.json"
		if hidden {
			name = "http-client.private.env.json"
		}
		tree(t, "", map[string]string{name: `{"dev": {"users": [{"name": "first-value"}, {"name": "second-value"}]}}`})
		p := NewPlan(t.Context(), Options{Paths: []string{"-"}, Stdin: strings.NewReader("GET http://h/{{users[*].name}}\n"), Environment: "dev"})
		defer p.Close()
		suite := p.suites[0]
		if len(suite.order) != 1 || suite.order[0].loop == nil {
			t.Fatalf("no query is found: %v", p.Messages())
		}
		p.secrets = new(secret.Set) // the list may have come later, such as out of an answer
		s := newSession(suite, nil, new(stopper), newGlobals())
		r := &running{session: s, step: suite.order[0], scope: s.scopeOf(suite.file)}
		vars, again, err := r.queried(t.Context())(1)
		if err != nil || !again {
			t.Fatal(again, err)
		}
		v := vars[len(vars)-1]
		if v.Value != "second-value" || v.Secret != hidden {
			t.Errorf("the second value is %v, secret: %v, want %v", v.Value, v.Secret, hidden)
		}
		if masked := p.secrets.Mask("second-value") != "second-value"; masked != hidden {
			t.Errorf("of a list that is secret, %v, a value is masked, %v", hidden, masked)
		}
	}
}
