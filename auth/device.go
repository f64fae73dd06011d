package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/postrider/postrider/internal/transport"
)

const (
	pollInterval = 5 * time.Second // RFC 8628 section 3.2
	slowDown     = 5 * time.Second // RFC 8628 section 3.5
	maxInterval  = time.Minute
	maxDevice    = 30 * time.Minute // that anybody is waited for
)

// A permission is the answer to a device authorization request (RFC 8628
// section 3.2).
type permission struct {
	deviceCode string
	userCode   string
	page       string // where the code is entered
	complete   string // the page that knows the code; empty for none
	life       time.Duration
	interval   time.Duration
}

// deviceCode asks a person to permit the access on any device, and asks the
// token endpoint until that is done (RFC 8628).
func (i *issuer) deviceCode(ctx context.Context) (*token, error) {
	request, err := i.build(i.def.device, i.values)
	if err != nil {
		return nil, err
	}
	answer, err := i.send(ctx, request)
	if err != nil {
		return nil, err
	}
	if answer.Status < 200 || answer.Status > 299 {
		return nil, i.refused(request, answer, "")
	}
	p, err := readPermission(answer.Content)
	if err != nil {
		return nil, i.refused(request, answer, err.Error())
	}
	i.config.Secrets.Add(p.deviceCode)
	question, err := i.build(i.def.token.request, i.values.with("device_code", p.deviceCode))
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, p.life)
	defer cancel()
	prompt := Prompt{ID: i.def.id, For: i.goal(), URL: p.page, Code: p.userCode}
	if i.def.completeURI && p.complete != "" {
		prompt.URL = p.complete
	}
	prompt.End, _ = waiting.Deadline()
	i.config.Interact(waiting, prompt)

	for interval := p.interval; ; {
		if sleep(waiting, interval) != nil {
			return nil, i.late(waiting, p.life)
		}
		t, err := i.poll(waiting, question)
		if err == nil {
			return t, nil
		}
		refused := new(refusal)
		switch {
		case waiting.Err() != nil:
			return nil, i.late(waiting, p.life)
		case !errors.As(err, &refused):
			return nil, err
		case refused.code == "authorization_pending":
		case refused.code == "slow_down":
			interval = min(interval+slowDown, max(interval, maxInterval))
		case refused.final:
			return nil, err
		default: // no answer, or one of a server in trouble
			interval = min(2*interval, max(interval, maxInterval))
		}
	}
}

// poll asks for the token once. Whatever the answer is, the next attempt is one of
// the loop, which knows how often the server wants to be asked.
func (i *issuer) poll(ctx context.Context, question *transport.Request) (*token, error) {
	once := func(*transport.Hop, int) (time.Duration, bool) { return 0, false }
	answer, err := i.attempt(ctx, question, once)
	if err != nil {
		return nil, err
	}
	return i.read(question, answer)
}

// readPermission reads the answer to a device authorization request.
func readPermission(content []byte) (*permission, error) {
	if !json.Valid(content) {
		return nil, errors.New("expected JSON")
	}
	document := string(content)
	p := &permission{
		deviceCode: first(document, []string{"device_code"}).String(), userCode: first(document, []string{"user_code"}).String(),
		page: first(document, []string{"verification_uri", "verification_url"}).String(), complete: first(document, []string{"verification_uri_complete"}).String(),
		life: seconds(gjson.Get(document, "expires_in")), interval: seconds(gjson.Get(document, "interval")),
	}
	for name, value := range map[string]string{"device_code": p.deviceCode, "user_code": p.userCode, "verification_uri": p.page} {
		if strings.TrimSpace(value) == "" {
			return nil, fmt.Errorf("expected `device_code`, `user_code` and `verification_uri`, found no `%s`", name)
		}
	}
	for _, page := range []string{p.page, p.complete} {
		if err := checkPage(page); err != nil {
			return nil, err
		}
	}
	if p.life == 0 {
		p.life = loginTimeout
	}
	if p.interval == 0 {
		p.interval = pollInterval
	}
	p.life, p.interval = min(p.life, maxDevice), min(p.interval, maxInterval)
	return p, nil
}

// checkPage refuses what no browser is to open because a server says so: all
// but https, and http on this machine.
func checkPage(page string) error {
	if page == "" {
		return nil
	}
	u, err := url.Parse(page)
	if err != nil || checkCharacters(page) != nil {
		return fmt.Errorf("the page to log in at is not a URL: %s", quote(page))
	}
	if _, err := originOf(u); err != nil || u.User != nil || !private(u) {
		return fmt.Errorf("the page to log in at must be https, found %s", quote(page))
	}
	return nil
}
