package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// A token is what an endpoint has issued.
type token struct {
	value  string
	id     string // the ID token that came with it (OpenID Connect Core section 3.1.3.3); empty for none
	life   time.Duration
	source string // of life: "expires_in", "expires_at", "jwt", "default"

	issued  time.Time     // when it was received
	leeway  time.Duration // before its end in which it is replaced
	refresh string        // empty for none

	refreshUntil time.Time // zero if nobody knows

	rejected bool // the API has answered 401 to it
	replaces bool // it was fetched because its predecessor was rejected
	kept     bool // it comes from the store
	undated  bool // nobody knows how old it is, nor whether it lives
}

// maxLife is the longest life of a token that is believed.
const maxLife = 400 * 24 * time.Hour

// maxToken is the length of the longest token, in bytes.
const maxToken = 64 << 10

// valid reports whether the token lives at now.
func (t *token) valid(now time.Time) bool {
	return t != nil && t.value != "" && !t.rejected && !t.undated && now.Sub(t.issued) < t.life
}

// fresh reports whether the token will still live when a request that is sent
// at now arrives.
func (t *token) fresh(now time.Time) bool {
	return t.valid(now) && now.Sub(t.issued) < t.life-t.leeway
}

// ageing reports whether the token has so little of its life left that another
// is worth fetching while this one still serves: less than a third, and less
// than five minutes. One that lives for less than a minute is not worth it.
func (t *token) ageing(now time.Time) bool {
	left := t.life - now.Sub(t.issued)
	return t.life >= time.Minute && left < min(t.life*3/10, 5*time.Minute)
}

// refreshable reports whether the token can be exchanged for another at now.
func (t *token) refreshable(now time.Time) bool {
	return t != nil && t.refresh != "" && (t.refreshUntil.IsZero() || now.Before(t.refreshUntil))
}

// leewayOf returns how long before its end a token is replaced: a tenth of its
// life, but 5 s to 60 s, and at most a quarter of a very short life.
func leewayOf(life time.Duration) time.Duration {
	return min(max(life/10, 5*time.Second), time.Minute, life/4)
}

// errNoToken says that an answer holds no token where it should.
var errNoToken = errors.New("no token in the answer")

// read takes the token from an answer that was received at now.
func (r *responseRule) read(header http.Header, content []byte, now time.Time) (*token, error) {
	document, err := r.document(content)
	if err != nil {
		return nil, err
	}
	found := first(document, r.token)
	switch {
	case !found.Exists() || found.Type == gjson.Null:
		return nil, fmt.Errorf("%w: expected it at %s", errNoToken, list(r.token))
	case found.Type != gjson.String:
		return nil, fmt.Errorf("expected the token at %s to be text, found %s", list(r.token), strings.ToLower(found.Type.String()))
	}
	if err := checkToken(found.Str); err != nil {
		return nil, err
	}
	if kind := first(document, r.kind); kind.Exists() && kind.String() != "" && !strings.EqualFold(kind.String(), "bearer") {
		return nil, fmt.Errorf("a token of type %q, which is not supported; expected Bearer", kind.String())
	}

	date, err := http.ParseTime(header.Get("Date")) // what the server takes for now
	dated := err == nil
	if !dated {
		date = now
	}
	t := &token{value: found.Str, issued: now}
	t.life, t.source = r.life(document, found.Str, date)
	t.leeway = leewayOf(t.life)
	r.readRefresh(t, document, now, date, dated)
	if id := first(document, r.idToken); id.Type == gjson.String && id.Str != "" {
		if err := checkToken(id.Str); err != nil {
			return nil, fmt.Errorf("the ID token: %w", err)
		}
		t.id = id.Str
	}
	return t, nil
}

// document returns the body as JSON, by the first format that it fits.
func (r *responseRule) document(content []byte) (string, error) {
	content = bytes.TrimSpace(bytes.TrimPrefix(content, []byte("\ufeff")))
	var invalid error
	for _, format := range r.formats {
		switch format {
		case "json":
			var anything any
			if invalid = json.Unmarshal(content, &anything); invalid == nil {
				return string(content), nil
			}
		case "text":
			text, err := json.Marshal(string(content))
			return string(text), err
		case "form":
			fields, err := url.ParseQuery(string(content))
			if err != nil {
				invalid = errors.New("not a form")
				continue
			}
			object := make(map[string]string, len(fields))
			for name := range fields {
				object[name] = fields.Get(name)
			}
			text, err := json.Marshal(object)
			return string(text), err
		}
	}
	if syntax := new(json.SyntaxError); errors.As(invalid, &syntax) {
		return "", fmt.Errorf("not JSON: %w at byte %d", syntax, syntax.Offset)
	}
	return "", invalid
}

// checkToken refuses what can be no token: it must be visible ASCII, or it
// could not stand in a header field, and not the beginning of a page.
func checkToken(text string) error {
	if text == "" {
		return fmt.Errorf("%w: it is empty", errNoToken)
	}
	if len(text) > maxToken {
		return fmt.Errorf("a token of %d KiB; expected at most 64 KiB", len(text)>>10)
	}
	for i := 0; i < len(text); i++ {
		if c := text[i]; c <= ' ' || c >= 0x7f || c == '<' {
			return fmt.Errorf("what should be the token holds %q, which no token does", rune(c))
		}
	}
	return nil
}

// life returns how long the token lives from its receipt, and what says so.
func (r *responseRule) life(document, text string, date time.Time) (time.Duration, string) {
	if d := seconds(first(document, r.expiresIn)); believed(d) {
		return d, "expires_in"
	}
	if at, ok := instant(first(document, r.expiresAt)); ok && believed(at.Sub(date)) {
		return at.Sub(date), "expires_at"
	}
	if r.jwt {
		if d := jwtLife(text, date); believed(d) {
			return d, "jwt"
		}
	}
	return r.defaultTTL, "default"
}

// readRefresh sets the refresh token of t, if there is one that can be used. A
// life of 0 means that there is no refreshing, not that it has ended. An end that
// has passed means the same by the server's clock, which is dated; by ours it only
// means that our clock is wrong.
func (r *responseRule) readRefresh(t *token, document string, now, date time.Time, dated bool) {
	refresh := first(document, r.refresh)
	if refresh.Type != gjson.String || len(refresh.Str) > maxToken {
		return
	}
	t.refresh = refresh.Str
	if in := first(document, r.refreshExpiresIn); in.Exists() && in.Type != gjson.Null {
		if d := seconds(in); d > 0 {
			t.refreshUntil = now.Add(d)
		} else {
			t.refresh = ""
		}
		return
	}
	if at, ok := instant(first(document, r.refreshExpiresAt)); ok {
		if d := at.Sub(date); d > 0 {
			t.refreshUntil = now.Add(d)
		} else if dated {
			t.refresh = ""
		}
	}
}

// first returns what the first of paths finds in document.
func first(document string, paths []string) gjson.Result {
	for _, path := range paths {
		if found := gjson.Get(document, path); found.Exists() {
			return found
		}
	}
	return gjson.Result{}
}

func believed(d time.Duration) bool { return d > 0 && d <= maxLife }

// number reads a number, or text that is one.
func number(r gjson.Result) (float64, bool) {
	switch r.Type {
	case gjson.Number:
		return r.Num, true
	case gjson.String:
		f, err := strconv.ParseFloat(strings.TrimSpace(r.Str), 64)
		return f, err == nil && !math.IsNaN(f)
	default:
		return 0, false
	}
}

// seconds reads a number of seconds; 0 stands for one that cannot be read or
// believed.
func seconds(r gjson.Result) time.Duration {
	f, ok := number(r)
	if !ok || f <= 0 || f > float64(math.MaxInt64/int64(time.Second)) {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

// instant reads a point in time: RFC 3339, or seconds since 1970, or
// milliseconds if they are more than 1e11.
func instant(r gjson.Result) (time.Time, bool) {
	if f, ok := number(r); ok {
		if f > 1e11 {
			f /= 1000
		}
		if f <= 0 || f > 1e11 {
			return time.Time{}, false
		}
		return time.UnixMilli(int64(f * 1000)), true
	}
	at, err := time.Parse(time.RFC3339, r.Str)
	return at, r.Type == gjson.String && err == nil
}

// jwtLife returns how long a JWT (RFC 7519) lives from its issue. Nothing else
// of it is looked at: many tokens only resemble one.
func jwtLife(text string, date time.Time) time.Duration {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return 0
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil || !json.Valid(payload) {
		return 0
	}
	end, ok := instant(gjson.GetBytes(payload, "exp"))
	if !ok {
		return 0
	}
	if issued, ok := instant(gjson.GetBytes(payload, "iat")); ok {
		date = issued
	}
	return end.Sub(date)
}
