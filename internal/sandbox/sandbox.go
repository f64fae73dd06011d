// Package sandbox simulates the vendors on loopback, over TLS, faithfully to
// their own documents: for `--sandbox`, for `postrider sandbox` and for tests.
//
// A vendor is one file: a constructor that makes its credentials and the routes
// of its hosts, listed in Start. What is not in a vendor's documents, such as an endpoint
// that a chain of requests needs, is marked so where it is registered.
package sandbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options configure a sandbox.
type Options struct {
	// TTL is the life of access tokens, in whole seconds because the vendors
	// state lives and timestamps so; 0 means what each vendor documents. A
	// refresh token keeps its documented proportion to the access token.
	TTL time.Duration
}

// Sandbox is the running vendors. It is safe for concurrent use.
type Sandbox struct {
	authority *authority
	vendors   []*vendor // one for each host
	servers   []*http.Server
	running   sync.WaitGroup // serving goroutines and open connections
	stop      func() error   // stops the servers; its work is done once
	detach    func() bool    // ends the link to the context of Start
}

// Start makes a certificate authority and credentials, and serves every vendor
// on a free loopback port until ctx ends or Close is called. The caller must
// call Close in both cases to wait for the servers.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	return start(ctx, o, time.Now)
}

// start is Start with the clock that tokens expire by.
func start(ctx context.Context, o Options, now func() time.Time) (*Sandbox, error) {
	if o.TTL < 0 || o.TTL%time.Second != 0 {
		return nil, fmt.Errorf("life of sandbox tokens is %v, expected whole seconds of at least 1s, or 0 for what the vendors document", o.TTL)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ca, err := newAuthority(now())
	if err != nil {
		return nil, err
	}
	s := &Sandbox{authority: ca}
	s.stop = sync.OnceValue(s.closeServers)

	k := kit{authority: ca, now: now, ttl: o.TTL}
	for _, build := range []func(kit) ([]*vendor, error){newCoro, newComodoOne, newCorti, newCotalker, newCobuilder} {
		hosts, err := build(k)
		for _, v := range hosts {
			err = errors.Join(err, s.serve(ctx, v))
		}
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	s.detach = context.AfterFunc(ctx, func() { _ = s.stop() })
	return s, nil
}

// serve starts the TLS server of v and completes its environment with the URL.
func (s *Sandbox) serve(ctx context.Context, v *vendor) error {
	certificate, err := s.authority.server()
	if err != nil {
		return err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           v,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // a refused handshake is the client's to report
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{certificate},
			MinVersion:   tls.VersionTLS12,
		},
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.running.Add(1)
			case http.StateClosed, http.StateHijacked:
				s.running.Done()
			}
		},
	}
	if v.clientCertificates {
		server.TLSConfig.ClientAuth = tls.VerifyClientCertIfGiven
		server.TLSConfig.ClientCAs = s.authority.pool()
	}
	v.environ[v.baseURL] = "https://" + listener.Addr().String()
	s.vendors = append(s.vendors, v)
	s.servers = append(s.servers, server)
	s.running.Go(func() { _ = server.ServeTLS(listener, "", "") })
	return nil
}

// Environ returns what a client must export to use the sandbox:
// CORO_CLIENT_ID, CORO_BASE_URL, C1_CLIENT_CERT (PEM text) and so on. A name
// with an empty value is one that must not keep the value that it has for the
// real vendor, such as a permanent token. The caller owns the map.
func (s *Sandbox) Environ() map[string]string {
	all := make(map[string]string)
	for _, v := range s.vendors {
		maps.Copy(all, v.environ)
	}
	return all
}

// CA returns the certificate of the authority, as PEM.
func (s *Sandbox) CA() []byte { return []byte(s.authority.pem) }

// TokenRequests returns how many token requests (logins and renewals, granted
// or refused) each vendor has received, by the id of its provider: "coro",
// "comodo-one" and so on.
func (s *Sandbox) TokenRequests() map[string]int {
	counts := make(map[string]int)
	for _, v := range s.vendors {
		counts[v.name] += int(v.tokenRequests.Load())
	}
	return counts
}

// Close stops the servers, ends their connections and waits for them. It may
// be called more than once.
func (s *Sandbox) Close() error {
	if s.detach != nil {
		s.detach()
	}
	err := s.stop()
	s.running.Wait()
	return err
}

func (s *Sandbox) closeServers() error {
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	return errors.Join(errs...)
}
