package auth

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

// Of logins that are needed at once, one page is open at a time, and whoever waits
// is told so, once and before it has a page.
func TestLoginsThatWaitSaySo(t *testing.T) {
	var mu sync.Mutex
	var open, most int
	w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
	notes := new(told)
	both := make(chan struct{}) // closed when the second login waits
	m, _ := testManager(t, func(ctx context.Context, r *transport.Request) (*transport.Hop, error) {
		mu.Lock()
		open--
		mu.Unlock()
		return w.send(ctx, r)
	}, func(c *Config) {
		notes.add(c)
		record := c.Warn
		var once sync.Once
		c.Warn = func(d *diag.Diagnostic) {
			record(d)
			once.Do(func() { close(both) })
		}
		c.Interact = func(ctx context.Context, p Prompt) {
			mu.Lock()
			open++
			most = max(most, open)
			mu.Unlock()
			<-both
			newBrowser(t).interact(ctx, p)
		}
	})
	var all sync.WaitGroup
	for _, id := range []string{"shop", "stock"} {
		ref := codeEntry("audience", id)
		ref.ID = id
		b := bind(t, m, ref)
		all.Go(func() {
			if _, err := b.Outright(t.Context(), false); err != nil {
				t.Error(explain(err))
			}
		})
	}
	all.Wait()
	if most != 1 {
		t.Errorf("%d pages at once", most)
	}
	got := notes.String()
	if strings.Count(got, "\n") != 0 || !strings.Contains(got, "note: the login of `") || !strings.Contains(got, "` waits until the login of `") {
		t.Errorf("told %q", got)
	}
}

// Nobody is told of a wait that there is not, nor kept waiting after the end.
func TestLoginTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turn := newTurn()
		var told []string
		tell := func(holder string) { told = append(told, holder) }
		if err := turn.take(t.Context(), "a", tell); err != nil || told != nil {
			t.Fatalf("%v, told %q", err, told)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- turn.take(ctx, "b", tell) }()
		synctest.Wait()
		cancel()
		if err := <-ended; err != context.Canceled || len(told) != 1 || told[0] != "a" {
			t.Errorf("%v, told %q", err, told)
		}
		turn.give()
		if err := turn.take(t.Context(), "c", tell); err != nil || len(told) != 1 {
			t.Errorf("%v, told %q", err, told)
		}
	})
}
