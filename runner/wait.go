package runner

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// Wait is a server that a run waits for before it sends anything: one that
// answers below 500, or with tcp://host:port one that accepts connections.
type Wait struct {
	URL *url.URL
	For time.Duration // at most
}

// DefaultWait is how long a run waits for a server if nothing else is said.
const DefaultWait = 60 * time.Second

// Times of waiting. The pause between two tries grows from the first to the
// last.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
	tryLimit   = 5 * time.Second // of one try
)

// ParseWait reads a URL, and behind it how long to wait: http://localhost:8080 60s.
func ParseWait(text string) (Wait, error) {
	address, limit, given := strings.Cut(strings.TrimSpace(text), " ")
	w := Wait{For: DefaultWait}
	if given {
		d, err := parser.ParseDuration(strings.TrimSpace(limit), time.Second)
		if err != nil || d <= 0 {
			return w, errors.New("expected how long behind the URL, such as `60s`")
		}
		w.For = d
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return w, errors.New("expected a URL such as `http://localhost:8080/health` or `tcp://localhost:5432`")
	}
	switch u.Scheme {
	case "http", "https":
	case "tcp":
		if u.Port() == "" || u.Path != "" {
			return w, errors.New("expected a host and a port, such as `tcp://localhost:5432`")
		}
	default:
		return w, fmt.Errorf("`%s` is not http, https or tcp", u.Scheme)
	}
	w.URL = u
	return w, nil
}

// String is the URL as it is shown: without what may be secret.
func (w Wait) String() string {
	return (&url.URL{Scheme: w.URL.Scheme, Host: w.URL.Host, Path: w.URL.Path}).String()
}

// checkWaits reports servers that a run with a sandbox does not reach.
func (p *Plan) checkWaits() {
	for _, w := range p.options.WaitFor {
		if p.options.Sandbox != nil && !transport.IsLoopback(w.URL.Hostname()) {
			p.misselect(&diag.Diagnostic{
				Code: diag.CodeUsage, Severity: diag.Error,
				Summary:    fmt.Sprintf("--wait-for: `%s` is not on this machine, and `--sandbox` reaches nothing else", w),
				Suggestion: "leave it out, or wait for localhost",
			})
		}
	}
}

// waitForAll waits for all servers of the options at the same time, and returns
// what there is to say of the first that did not answer in time; nil if all did,
// or if ctx ended.
func (p *Plan) waitForAll(ctx context.Context, note func(diag.Message)) *diag.Message {
	failed := make([]error, len(p.options.WaitFor))
	var wg sync.WaitGroup
	for i, w := range p.options.WaitFor {
		wg.Go(func() {
			failed[i] = p.waitFor(ctx, w, func(err error) {
				note(diag.Message{
					Code: diag.CodeNetwork, Severity: diag.Note,
					Summary: fmt.Sprintf("waiting for %s, for %s at most: %v", w, w.For, err),
				})
			})
		})
	}
	wg.Wait()
	for i, w := range p.options.WaitFor {
		if failed[i] != nil && ctx.Err() == nil {
			return &diag.Message{
				Code: diag.CodeTimeout, Severity: diag.Error,
				Summary:    fmt.Sprintf("%s was not there after %s: %v", w, w.For, failed[i]),
				Suggestion: "start it, or give it more time with `--wait-for URL 120s`",
			}
		}
	}
	return nil
}

// waitFor waits for a server. It tells of the first try if that fails, and
// returns what the last one failed with.
func (p *Plan) waitFor(ctx context.Context, w Wait, first func(error)) error {
	deadline := time.Now().Add(w.For)
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	var last error
	for pause := firstPause; ; pause = min(pause*3/2, lastPause) {
		err := p.probe(ctx, w)
		if err == nil {
			return nil
		}
		if last == nil {
			first(err)
		}
		if last == nil || ctx.Err() == nil && time.Now().Before(deadline) { // the end of the time says nothing of the server
			last = err
		}
		if !sleep(ctx, pause) {
			return last
		}
	}
}

// probe tries a server once.
func (p *Plan) probe(ctx context.Context, w Wait) error {
	if w.URL.Scheme == "tcp" {
		ctx, cancel := context.WithTimeout(ctx, tryLimit)
		defer cancel()
		return plain(p.client.Reach(ctx, w.URL.Host))
	}
	x, err := p.client.Do(ctx, &transport.Request{
		Method: http.MethodGet, URL: w.URL, Certificate: p.certificate,
		Connect: tryLimit, Timeout: tryLimit, Keep: 1,
	})
	status := 0
	if x != nil && len(x.Hops) > 0 {
		status = x.Final().Status // also of an answer whose body does not end
	}
	switch {
	case status >= http.StatusInternalServerError:
		return fmt.Errorf("it answers %d %s", status, http.StatusText(status))
	case status > 0:
		return nil
	default:
		return plain(err)
	}
}

// plain returns an error in short.
func plain(err error) error {
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
		if d.Detail != "" {
			return errors.New(d.Detail)
		}
		return errors.New(d.Summary)
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Err != nil {
		return op.Err
	}
	return err
}
