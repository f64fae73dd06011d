package transport

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{}
	made := a.issue(t, "authority", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	a.certificate, a.key = made.Leaf, made.PrivateKey.(*ecdsa.PrivateKey)
	return a
}

// issue makes a certificate for a name or an address; the first is the
// authority's own.
func (a *authority) issue(t testing.TB, name string, from, until time.Time) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: from, NotAfter: until, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	parent, signer := a.certificate, a.key
	if parent == nil {
		template.IsCA, template.KeyUsage = true, x509.KeyUsageCertSign
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

func TestTLSErrors(t *testing.T) {
	ours, other := newAuthority(t), newAuthority(t)
	past, now, future := time.Now().Add(-time.Hour), time.Now(), time.Now().Add(time.Hour)
	certificate := func(c *tls.Certificate) func(*tls.Config) {
		return func(config *tls.Config) { config.Certificates = []tls.Certificate{*c} }
	}
	good := ours.issue(t, "127.0.0.1", past, future)
	tests := []struct {
		name                string
		change              func(*tls.Config)
		summary, suggestion string
	}{
		{"unknown authority", certificate(other.issue(t, "127.0.0.1", past, future)), "signed by an unknown authority", "`--cacert FILE`"},
		{"expired", certificate(ours.issue(t, "127.0.0.1", past, now.Add(-time.Minute))), "expired on", "clock"},
		{"not yet valid", certificate(ours.issue(t, "127.0.0.1", future, future.Add(time.Hour))), "is not valid before", "clock"},
		{"other host", certificate(ours.issue(t, "api.example.com", past, future)), "is for another host", "name of the certificate"},
		{"old TLS", func(c *tls.Config) {
			certificate(good)(c)
			c.MaxVersion = tls.VersionTLS11
			c.MinVersion = tls.VersionTLS10
		}, "TLS handshake", ""},
		{"certificate required", func(c *tls.Config) { certificate(good)(c); c.ClientAuth = tls.RequireAnyClientCert }, "requires a client certificate", "`# @cert`"},
		{"certificate required, TLS 1.2", func(c *tls.Config) {
			certificate(good)(c)
			c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12
		}, "refuses the TLS handshake", "client certificate"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := newTLSServer(t, false, test.change, func(http.ResponseWriter, *http.Request) {})
			r := &Request{Method: "GET", URL: parseURL(t, server.URL+"/?s3cret")}
			_, d := fails(t, newClient(t, Options{RootCAs: ours.pool()}), r, diag.CodeTLS, test.summary)
			if !strings.Contains(d.Suggestion, test.suggestion) || strings.Contains(d.Summary+d.Detail, "s3cret") {
				t.Errorf("message %q, %q, suggestion %q", d.Summary, d.Detail, d.Suggestion)
			}
			if test.name == "other host" && d.Detail != "it is for api.example.com" {
				t.Errorf("detail %q", d.Detail)
			}
			trusting := newClient(t, Options{Insecure: true})
			if test.name == "unknown authority" || test.name == "expired" || test.name == "other host" {
				do(t, trusting, r)
			} else if test.name == "old TLS" {
				fails(t, trusting, r, diag.CodeTLS, "")
			}
		})
	}
}

func TestWrongPort(t *testing.T) {
	plain := newServer(t, func(http.ResponseWriter, *http.Request) {})
	client := newClient(t, Options{})
	_, d := fails(t, client, &Request{Method: "GET", URL: parseURL(t, strings.Replace(plain.URL, "http:", "https:", 1))}, diag.CodeTLS, "plain HTTP")
	if !strings.Contains(d.Suggestion, "`http://`") {
		t.Errorf("suggestion %q", d.Suggestion)
	}
}

func TestNotTLS(t *testing.T) {
	for _, test := range []struct{ says, code, summary string }{
		{"SSH-2.0-OpenSSH_9.6\r\n", diag.CodeTLS, "does not speak TLS"},
		{"", diag.CodeTLS, "closed the connection in the TLS handshake"},
	} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		go func() {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			io.ReadFull(conn, make([]byte, 5)) // the start of the ClientHello
			io.WriteString(conn, test.says)
			if test.says != "" {
				until(conn)
			}
		}()
		fails(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, "https://"+listener.Addr().String())}, test.code, test.summary)
	}
}

// Each identity has connections of its own: a server that knows the client by
// the connection must never see one client's request on another's. The
// certificate goes to the origin it is for alone.
func TestClientCertificates(t *testing.T) {
	ca := newAuthority(t)
	serving := ca.issue(t, "127.0.0.1", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	change := func(c *tls.Config) {
		c.Certificates = []tls.Certificate{*serving}
		c.ClientAuth = tls.RequestClientCert
	}
	who := func(w http.ResponseWriter, r *http.Request) {
		name := "nobody"
		if len(r.TLS.PeerCertificates) > 0 {
			name = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		if r.URL.Path == "/away" {
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
			return
		}
		fmt.Fprintf(w, "%s from %s", name, r.RemoteAddr)
	}
	a, b := newTLSServer(t, true, change, who), newTLSServer(t, false, change, who)
	client := newClient(t, Options{RootCAs: ca.pool()})
	identity := map[string]*tls.Certificate{}
	for _, name := range []string{"alice", "bob"} {
		identity[name] = ca.issue(t, name, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	}
	as := func(name string) *authorizer {
		return &authorizer{certificate: func(u *url.URL) *tls.Certificate {
			if c := identity[name]; c != nil && Origin(u) == a.URL {
				copied := *c // identity is what it says, not where it is kept
				return &copied
			}
			return nil
		}}
	}
	from := map[string]string{}
	for range 3 {
		for _, name := range []string{"alice", "bob", "nobody"} {
			hop := do(t, client, &Request{Method: "GET", URL: parseURL(t, a.URL), Auth: as(name)}).Final()
			got, address, _ := strings.Cut(string(hop.Content), " from ")
			if got != name {
				t.Fatalf("request of %s went over the connection of %s", name, got)
			}
			if hop.TLS == nil || hop.TLS.Version < tls.VersionTLS12 {
				t.Errorf("TLS state %+v", hop.TLS)
			}
			if from[name] == "" {
				from[name] = address
			}
			if from[name] != address {
				t.Errorf("the connection of %s was not kept", name)
			}
		}
	}
	// A certificate of the request itself is for its own origin, and gives way to
	// that of the credentials.
	for path, want := range map[string]string{"": "bob", "/away?to=/": "bob", "/away?to=" + b.URL: "nobody"} {
		hop := do(t, client, &Request{Method: "GET", URL: parseURL(t, a.URL+path), Certificate: identity["bob"], Redirects: 1}).Final()
		if !strings.HasPrefix(string(hop.Content), want) {
			t.Errorf("%q is answered to %s, want %s", path, hop.Content, want)
		}
	}
	hop := do(t, client, &Request{Method: "GET", URL: parseURL(t, a.URL), Certificate: identity["bob"], Auth: as("alice")}).Final()
	if !strings.HasPrefix(string(hop.Content), "alice") {
		t.Errorf("the certificate of the credentials is not presented: %s", hop.Content)
	}
	if len(client.pools) != 3 {
		t.Errorf("%d pools for 3 identities", len(client.pools))
	}
	x := do(t, client, &Request{Method: "GET", URL: parseURL(t, a.URL+"/away?to="+b.URL), Auth: as("alice"), Redirects: 1})
	if !strings.HasPrefix(string(x.Final().Content), "nobody") {
		t.Errorf("the certificate went to another origin: %s", x.Final().Content)
	}
}
