package auth

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/tokenstore"
	"github.com/postrider/postrider/internal/transport"
)

// A clock that is wrong costs no refresh token: what was kept in the future, or
// long ago, is refreshed, and nobody logs in again.
func TestClockKeepsRefreshToken(t *testing.T) {
	for _, test := range []struct {
		name   string
		issued time.Duration // from now
		until  time.Duration // from issued; 0 for nobody knows
		want   string        // the grants that are used, and how the token came
	}{
		{"right", -time.Minute, 0, "kept"},
		{"a little behind", 4 * time.Minute, 0, "kept"},
		{"behind", 6 * time.Minute, 0, "refresh_token"},
		{"a day behind", 24 * time.Hour, 0, "refresh_token"},
		{"behind, and its end is known", 6 * time.Minute, time.Minute, "refresh_token"},
		{"far behind, and its end is known", 24 * time.Hour, time.Hour, "refresh_token"},
		{"ahead", -24 * time.Hour, 0, "refresh_token"},
		{"ahead, and within its end", -24 * time.Hour, 48 * time.Hour, "refresh_token"},
		{"ended", -24 * time.Hour, time.Hour, "client_credentials"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
				m, _ := testManager(t, w.send, keptIn(newPath(t)))
				b := bind(t, m, ofEntry("token_url", tokenURL, "client_id", "id", "client_secret", "secret"))
				locked, err := m.config.Store.Lock(t.Context(), b.entry.key)
				if err != nil {
					t.Fatal(err)
				}
				at := time.Now().Add(test.issued)
				record := &tokenstore.Record{Provider: "shop", Token: "stored", Issued: at, Life: time.Hour, Refresh: "the-old-refresh"}
				if test.until != 0 {
					record.RefreshUntil = at.Add(test.until)
				}
				if err := locked.Save(record); err != nil {
					t.Fatal(err)
				}
				locked.Unlock()
				if h := b.Held(); h.Refreshable != (test.want != "client_credentials") || (h.State == Valid) != (test.want == "kept") {
					t.Errorf("held %+v", h)
				}
				token := applied(t, b).Header.Get("Authorization")
				sent := "kept"
				if all := w.requests(); len(all) > 0 {
					_, body, _ := strings.Cut(all[0], "grant_type=")
					sent, _, _ = strings.Cut(body, "&")
					if len(all) > 1 || sent == "refresh_token" && !strings.Contains(body, "refresh_token=the-old-refresh") {
						t.Errorf("sent %q", all)
					}
				}
				if want := map[bool]string{true: "Bearer stored", false: "Bearer the-token"}[test.want == "kept"]; sent != test.want || token != want {
					t.Errorf("%s, applied %s", sent, token)
				}
			})
		})
	}
}

// What the answer says of ends counts from the server's clock, and where that is
// not known, an end that has passed by ours drops no refresh token.
func TestClockOfTheServer(t *testing.T) {
	rule := responseRule{
		formats: []string{"json"}, token: []string{"t"}, expiresAt: []string{"at"}, defaultTTL: time.Minute,
		refresh: []string{"r"}, refreshExpiresAt: []string{"rat"}, refreshExpiresIn: []string{"rin"},
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name        string
		server      time.Duration // its clock, from ours
		dated       bool          // it says what time it has
		ends        string        // of the answer; AT stands for half an hour later by its clock
		life        time.Duration
		refreshable [2]bool // at once, and after forty minutes
	}{
		{"the same", 0, true, `"at":AT,"rat":AT`, 30 * time.Minute, [2]bool{true, false}},
		{"ours is behind", time.Hour, true, `"at":AT,"rat":AT`, 30 * time.Minute, [2]bool{true, false}},
		{"ours is ahead", -time.Hour, true, `"at":AT,"rat":AT`, 30 * time.Minute, [2]bool{true, false}},
		{"ours is ahead, by durations", -time.Hour, false, `"rin":1800`, time.Minute, [2]bool{true, false}},
		{"ours is behind, by durations", time.Hour, false, `"rin":1800`, time.Minute, [2]bool{true, false}},
		{"ours is ahead, and nothing says so", -time.Hour, false, `"at":AT,"rat":AT`, time.Minute, [2]bool{true, true}},
		{"ours is behind, and nothing says so", time.Hour, false, `"at":AT,"rat":AT`, 90 * time.Minute, [2]bool{true, true}},
		{"it has ended for the server", 0, true, `"rat":1`, time.Minute, [2]bool{false, false}},
	} {
		t.Run(test.name, func(t *testing.T) {
			header := make(http.Header)
			there := now.Add(test.server)
			if test.dated {
				header.Set("Date", there.Format(http.TimeFormat))
			}
			at := strconv.FormatInt(there.Add(30*time.Minute).Unix(), 10)
			got, err := rule.read(header, []byte(`{"t":"a","r":"R",`+strings.ReplaceAll(test.ends, "AT", at)+`}`), now)
			if err != nil {
				t.Fatal(err)
			}
			if got.life != test.life {
				t.Errorf("lives for %s, want %s", got.life, test.life)
			}
			if now := [2]bool{got.refreshable(now), got.refreshable(now.Add(40 * time.Minute))}; now != test.refreshable {
				t.Errorf("can be refreshed: %v, want %v", now, test.refreshable)
			}
		})
	}
}
