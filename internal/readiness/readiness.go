// Package readiness waits for servers: a run sends nothing before those that it is
// told to wait for answer, such as one that was started beside it.
package readiness

import (
	"context"
	"crypto/tls"
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

// Server is a server that a run waits for before it sends anything: one that
// answers below 500, or with tcp://host:port one that accepts connections.
type Server struct {
	URL *url.URL
	For time.Duration // at most
}

// DefaultLimit is how long a run waits for a server if nothing else is said.
const DefaultLimit = 60 * time.Second

// Times of waiting. The pause between two tries grows from the first to the
// last.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
	tryLimit   = 5 * time.Second // of one try
)

// Parse reads a URL, and behind it how long to wait: http://localhost:8080 60s. The
// error says what was expected.
func Parse(text string) (Server, error) {
	address, limit, given := strings.Cut(strings.TrimSpace(text), " ")
	s := Server{For: DefaultLimit}
	if given {
		d, err := parser.ParseDuration(strings.TrimSpace(limit), time.Second)
		if err != nil || d <= 0 {
			return s, errors.New("expected how long behind the URL, such as `60s`")
		}
		s.For = d
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return s, errors.New("expected a URL such as `http://localhost:8080/health` or `tcp://localhost:5432`")
	}
	switch u.Scheme {
	case "http", "https":
	case "tcp":
		if u.Port() == "" || u.Path != "" {
			return s, errors.New("expected a host and a port, such as `tcp://localhost:5432`")
		}
	default:
		return s, fmt.Errorf("`%s` is not http, https or tcp", u.Scheme)
	}
	s.URL = u
	return s, nil
}

// String is the URL as it is shown: without what may be secret.
func (s Server) String() string {
	return (&url.URL{Scheme: s.URL.Scheme, Host: s.URL.Host, Path: s.URL.Path}).String()
}

// Waiter waits with a client for servers, at most as long as each allows.
type Waiter struct {
	Client      *transport.Client
	Certificate *tls.Certificate // presented to the servers; nil for none
}

// Wait waits for all servers at the same time, and returns what there is to say of
// the first that did not answer in time; nil if all did, or if ctx ended. Note is told
// of each that is not there at first, from several goroutines.
func (w Waiter) Wait(ctx context.Context, servers []Server, note func(diag.Message)) *diag.Message {
	failed := make([]error, len(servers))
	var wg sync.WaitGroup
	for i, s := range servers {
		wg.Go(func() {
			failed[i] = w.waitFor(ctx, s, func(err error) {
				note(diag.Message{
					Code: diag.CodeNetwork, Severity: diag.Note,
					Summary: fmt.Sprintf("waiting for %s, for %s at most: %v", s, s.For, err),
				})
			})
		})
	}
	wg.Wait()
	for i, s := range servers {
		if failed[i] != nil && ctx.Err() == nil {
			return &diag.Message{
				Code: diag.CodeTimeout, Severity: diag.Error,
				Summary:    fmt.Sprintf("%s was not there after %s: %v", s, s.For, failed[i]),
				Suggestion: "start it, or give it more time with `--wait-for URL 120s`",
			}
		}
	}
	return nil
}

// waitFor waits for a server. It tells of the first try if that fails, and
// returns what the last one failed with.
func (w Waiter) waitFor(ctx context.Context, s Server, first func(error)) error {
	deadline := time.Now().Add(s.For)
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	var last error
	for pause := firstPause; ; pause = min(pause*3/2, lastPause) {
		err := w.probe(ctx, s)
		if err == nil {
			return nil
		}
		if last == nil {
			first(err)
		}
		if last == nil || ctx.Err() == nil && time.Now().Before(deadline) { // the end of the time says nothing of the server
			last = err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return last
		}
	}
}

// probe tries a server once.
func (w Waiter) probe(ctx context.Context, s Server) error {
	if s.URL.Scheme == "tcp" {
		ctx, cancel := context.WithTimeout(ctx, tryLimit)
		defer cancel()
		return plain(w.Client.Reach(ctx, s.URL.Host))
	}
	x, err := w.Client.Do(ctx, &transport.Request{
		Method: http.MethodGet, URL: s.URL, Certificate: w.Certificate,
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
