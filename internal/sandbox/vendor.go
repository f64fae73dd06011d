package sandbox

import (
	"net/http"
	"sync/atomic"
	"time"
)

// kit is what a vendor is made from.
type kit struct {
	authority *authority
	now       func() time.Time
	ttl       time.Duration // of access tokens; 0 for the documented life
}

// life returns how long an access token lives that the vendor documents as
// living for documented.
func (k kit) life(documented time.Duration) time.Duration {
	if k.ttl != 0 {
		return k.ttl
	}
	return documented
}

// vendor is one host of a simulated vendor; most have no other. Its routes are
// registered with handle and handleToken before it is served.
type vendor struct {
	name               string            // the id of its provider, such as "coro"
	baseURL            string            // the environment name of its URL, such as "CORO_BASE_URL"
	environ            map[string]string // what a client exports; baseURL is added when it is served. Hosts of one vendor share it
	clientCertificates bool              // ask for a client certificate, without requiring one

	// refuse writes the vendor's own error body for a request that no route
	// takes: 404, or 405 with the Allow field already set.
	refuse func(w http.ResponseWriter, status int)
	// before may set header fields that stand on every answer; nil for none.
	before func(http.Header)

	mux           http.ServeMux
	tokenRequests atomic.Int64
}

// maxRequestBody is the limit of a request body in bytes.
const maxRequestBody = 1 << 20

// handle registers a route in the syntax of http.ServeMux.
func (v *vendor) handle(pattern string, h http.HandlerFunc) { v.mux.HandleFunc(pattern, h) }

// handleToken registers a route that grants tokens; its requests are counted.
func (v *vendor) handleToken(pattern string, h http.HandlerFunc) {
	v.handle(pattern, func(w http.ResponseWriter, r *http.Request) {
		v.tokenRequests.Add(1)
		h(w, r)
	})
}

// ServeHTTP answers in the vendor's own words even where no route matches.
func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if v.before != nil {
		v.before(w.Header())
	}
	if h, pattern := v.mux.Handler(r); pattern == "" {
		probe := probe{header: make(http.Header)}
		h.ServeHTTP(&probe, r)
		if probe.status >= 400 {
			if allow := probe.header.Get("Allow"); allow != "" {
				w.Header().Set("Allow", allow)
			}
			v.refuse(w, probe.status)
			return
		}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequestBody)
	v.mux.ServeHTTP(w, r)
}

// probe learns what http.ServeMux would answer to a request that no route
// takes: 404, 405 or a redirect to the same path written cleanly.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(status int)      { p.status = status }
