package auth

import (
	"testing"
	"testing/synctest"

	"github.com/postrider/postrider/internal/transport"
)

// What a public client is kept under is known to everybody: a token that one
// project has got is never another's. With a secret, knowing it is enough.
func TestTokenOfAnotherProject(t *testing.T) {
	tests := []struct {
		name   string
		more   []string
		shared bool
	}{
		{name: "public client"},
		{name: "client secret", more: []string{"client_secret", "the-secret"}, shared: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{t: t, answers: []*transport.Hop{answer(200, permissionAnswer), answer(200, issued), answer(200, permissionAnswer), answer(200, issued)}}
				people := new(asked)
				m, _ := testManager(t, w.send, func(c *Config) { c.Interact = people.interact })
				of := func(root string, secret bool) Reference {
					ref := deviceEntry(test.more...)
					ref.Project = root
					for i := range ref.Configured.Params {
						ref.Configured.Params[i].Secret = secret // of a private environment file
					}
					return ref
				}
				applied(t, bind(t, m, of("/a", true)))
				applied(t, bind(t, m, of("/a", false))) // the same project
				applied(t, bind(t, m, of("/b", true)))
				want := 2
				if test.shared {
					want = 1
				}
				if len(people.all) != want {
					t.Errorf("asked %d times, want %d", len(people.all), want)
				}
			})
		})
	}
}
