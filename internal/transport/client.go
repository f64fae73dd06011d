package transport

import (
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

const (
	idlePerHost    = 64 // as many as jobs that may talk to one host at the same time
	idleTimeout    = 90 * time.Second
	continueWait   = time.Second // for 100 (Continue), if the request asks for it
	maxHeaderBytes = 1 << 20     // of an answer
)

// Client sends requests. Connections are kept and shared by all of them, but
// never across client certificates, proxies and ways of verifying. It is safe for concurrent use.
type Client struct {
	options Options

	// What tests replace.
	dial    dialFunc // nil for a net.Dialer
	proxy   Proxies  // nil for none
	private func(netip.AddrPort) bool

	mu    sync.Mutex
	pools map[poolKey]*http.Transport
}

// poolKey is what the requests of a pool of connections have in common.
type poolKey struct {
	certificate [sha256.Size]byte // of the client certificate with its chain; zero for none
	protocol    protocol
	reach       reach
	insecure    bool
	proxy       string // its address with its password; empty for none
}

// protocol is which versions of HTTP a connection may speak.
type protocol uint8

const (
	negotiated protocol = iota // HTTP/2 or 1.1 by ALPN; 1.1 without TLS
	http1
	http2 // with prior knowledge without TLS
)

// New returns a Client. It connects to nothing before the first request.
func New(o Options) *Client {
	c := &Client{options: o, dial: o.Dial, proxy: o.Proxy, private: isPrivate, pools: make(map[poolKey]*http.Transport)}
	if o.LoopbackOnly {
		c.proxy = nil
	}
	return c
}

// Close closes the connections that no request uses, and ends those that are
// being made for none.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, pool := range c.pools {
		pool.CloseIdleConnections()
	}
}

// Route says how requests to u travel: whether server certificates are
// verified, by which authorities, and by way of which proxy. What came by
// another route is not to be trusted as much. It holds no password.
func (c *Client) Route(u *url.URL) string {
	via := "no proxy"
	if c.proxy != nil {
		if proxy, err := c.proxy(u); err != nil {
			via = "an unknown proxy"
		} else if proxy != nil {
			via = "proxy " + Origin(proxy)
		}
	}
	return fmt.Sprintf("insecure %t, roots %s, %s", c.options.Insecure, c.options.Roots, via)
}

// pool returns the connections for a key, which stands for the certificate and
// the proxy.
func (c *Client) pool(key poolKey, certificate *tls.Certificate, proxy *url.URL) *http.Transport {
	c.mu.Lock()
	defer c.mu.Unlock()
	pool := c.pools[key]
	if pool == nil {
		pool = c.newPool(key, certificate, proxy)
		c.pools[key] = pool
	}
	return pool
}

func (c *Client) newPool(key poolKey, certificate *tls.Certificate, proxy *url.URL) *http.Transport {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		RootCAs:            c.options.RootCAs,
		InsecureSkipVerify: key.insecure,
	}
	if certificate != nil {
		// Sent whatever authorities the server hints at: its own refusal says
		// more than a handshake without a certificate.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return certificate, nil
		}
	}
	var protocols http.Protocols
	protocols.SetHTTP1(key.protocol != http2)
	protocols.SetHTTP2(key.protocol != http1)
	protocols.SetUnencryptedHTTP2(key.protocol == http2)
	return &http.Transport{
		Proxy:                  http.ProxyURL(proxy),
		DialContext:            patiently(c.dialer(key.reach)),
		TLSClientConfig:        config,
		Protocols:              &protocols,
		DisableCompression:     true, // the codings are ours to undo, with their limits
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleTimeout,
		ExpectContinueTimeout:  continueWait,
		MaxResponseHeaderBytes: maxHeaderBytes,
		OnProxyConnectResponse: proxyAnswered,
	}
}

// protocolOf returns the protocol for a request's Proto.
func protocolOf(proto string) (protocol, error) {
	switch proto {
	case "":
		return negotiated, nil
	case "HTTP/1.1":
		return http1, nil
	case "HTTP/2", "HTTP/2.0":
		return http2, nil
	default:
		return 0, &diag.Diagnostic{
			Code: diag.CodeUnsupported, Severity: diag.Error,
			Summary:    fmt.Sprintf("%s cannot be spoken", quote(proto)),
			Suggestion: "write HTTP/1.1 or HTTP/2, or nothing to let the server choose",
		}
	}
}

// fingerprint identifies a client certificate with its chain.
func fingerprint(certificate *tls.Certificate) (sum [sha256.Size]byte) {
	if certificate == nil {
		return sum
	}
	h := sha256.New()
	for _, der := range certificate.Certificate {
		fmt.Fprintf(h, "%d:", len(der))
		h.Write(der)
	}
	h.Sum(sum[:0])
	return sum
}
