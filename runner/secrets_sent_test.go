package runner

import (
	"slices"
	"testing"

	"github.com/postrider/postrider/internal/secret"
)

// TestKeepTarget protects that what a target makes of a secret is one, and that
// nothing else becomes one with it.
func TestKeepTarget(t *testing.T) {
	tests := []struct {
		name, secret, target string
		hidden, shown        []string
	}{
		{"whole", "opensesame", "http://h/opensesame?a=b&c=d", []string{"opensesame"}, []string{"sesame", "open"}},
		{"ends the URL", "opensesame#12", "http://h/?y=opensesame#12&z=1", []string{"opensesame"}, []string{"sesame", "z=1"}},
		{"behind the end", "salt&pepper", "http://h/#x=salt&pepper", nil, []string{"salt", "pepper"}},
		{"two parameters", "salt&pepper=mint", "http://h/?x=salt&pepper=mint", []string{"salt", "pepper", "mint"}, nil},
		{"no parameters in a path", "salt&pepper", "http://h/salt&pepper", []string{"salt&pepper"}, []string{"salt", "pepper"}},
		{"a query of its own", "state=open&name=x&sort=title", "http://h/?state=open&name=x&sort=title", nil, []string{"open", "title", "state=open"}},
		{"a path and a query", "salt?pepper&mint", "http://h/salt?pepper&mint", []string{"salt", "pepper", "mint"}, nil},
		{"too short", "a&b#c", "http://h/?x=a&b#c", []string{"a&b#c"}, []string{"a&", "b"}},
		{"decoded", "per%41cent+age", "http://h/?x=per%41cent+age", []string{"perAcent age", "perAcent+age"}, nil},
		{"encoded", "[50%] é", "http://h/?x=[50%] é", []string{"[50%25]%20%C3%A9"}, nil},
		{"a name that says what it is", "salt&token=mint", "http://h/?x=salt&token=mint", []string{"salt", "mint"}, []string{"token"}},
		{"an address", "https://h/users?page=list&sort=title", "https://h/users?page=list&sort=title", nil, []string{"https://h", "users", "list", "title"}},
		{"a path", "/users?page=list&sort=title#part", "http://h/users?page=list&sort=title#part", []string{"/users?page=list&sort=title"}, []string{"/users", "list"}},
		{"a password before the host", "salt/pepper", "http://me:salt/pepper@h/?x", []string{"salt"}, []string{"pepper"}},
		{"twice", "salt&pepper", "http://h/salt&pepper?x=salt&pepper", []string{"salt", "pepper"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := &Plan{secrets: new(secret.Set)}
			p.secrets.Add(test.secret)
			p.keepTarget(test.target)
			for _, text := range test.hidden {
				if got := p.secrets.Mask(text); got != secretMask {
					t.Errorf("%q is shown as %q", text, got)
				}
			}
			for _, text := range test.shown {
				if got := p.secrets.Mask(text); got != text {
					t.Errorf("%q is shown as %q", text, got)
				}
			}
		})
	}
}

// TestQueryPieces protects how a query cuts a text.
func TestQueryPieces(t *testing.T) {
	for text, want := range map[string][]string{
		"opensesame": nil, "a=b&c=d": nil, "a&b": {"a", "b", ""}, "a&b=c": {"a", "b=c", "c", "b"}, "a==&b": {"a==", "b", ""},
	} {
		if got := queryPieces(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
