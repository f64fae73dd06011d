//go:build integration

package integration

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorder is every server there is: it takes a request for any host, sent to it
// outright, as a proxy, or over TLS, and keeps what arrived. It answers as the
// path asks (see answer), else with one document.
type recorder struct {
	addr string
	ca   authority

	mu  sync.Mutex
	got []recorded
}

// recorded is a request as it arrived.
type recorded struct {
	method string
	scheme string
	host   string // of the target if it has one, else of the field Host
	target string // path and query as they were sent
	fields []field
	body   string // without chunks
}

// field is a header field, its value without the blanks round it.
type field struct{ name, value string }

func (r *recorded) url() string { return r.scheme + "://" + r.host + r.target }

// values returns the values of a field in the order in which they arrived.
func (r *recorded) values(name string) (all []string) {
	for _, f := range r.fields {
		if strings.EqualFold(f.name, name) {
			all = append(all, f.value)
		}
	}
	return all
}

func newRecorder(t *testing.T) *recorder {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{addr: listener.Addr().String(), ca: newAuthority(t)}
	var served sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		served.Wait()
	})
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(5 * time.Minute)) // a client that never hangs up must not keep the test
				r.serve(conn, "http", "")
			})
		}
	})
	return r
}

// requests returns what has arrived so far.
func (r *recorder) requests() []recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// serve reads the requests of a connection, which may begin with TLS. The host is
// that of CONNECT.
func (r *recorder) serve(conn net.Conn, scheme, host string) {
	in := bufio.NewReader(conn)
	if first, err := in.Peek(1); err != nil {
		return
	} else if first[0] == 22 { // a handshake of TLS
		secure := tls.Server(&peeked{conn, in}, &tls.Config{
			NextProtos: []string{"http/1.1"},
			GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
				return r.ca.issue(hello.ServerName, host)
			},
		})
		defer secure.Close()
		conn, in, scheme = secure, bufio.NewReader(secure), "https"
	}
	for {
		request, err := readRequest(in, scheme)
		if err != nil {
			return
		}
		if request.method == http.MethodConnect {
			if _, err := io.WriteString(conn, "HTTP/1.1 200 Connected\r\n\r\n"); err != nil {
				return
			}
			name, _, _ := strings.Cut(request.target, ":")
			r.serve(&peeked{conn, in}, scheme, name)
			return
		}
		r.mu.Lock()
		r.got = append(r.got, request)
		r.mu.Unlock()
		if _, err := io.WriteString(conn, answer(&request)); err != nil {
			return
		}
	}
}

// peeked is a connection of which a reader has taken some bytes.
type peeked struct {
	net.Conn
	in *bufio.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.in.Read(b) }

// readRequest reads a request without changing anything in it, which rules out
// net/http.
func readRequest(in *bufio.Reader, scheme string) (r recorded, err error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return r, err
	}
	words := strings.SplitN(strings.TrimRight(line, "\r\n"), " ", 2)
	if len(words) != 2 {
		return r, fmt.Errorf("not a request line: %q", line)
	}
	r.method, r.scheme = words[0], scheme
	r.target = words[1][:max(0, strings.LastIndex(words[1], " "))]
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return r, err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		r.fields = append(r.fields, field{name, strings.Trim(value, " \t")})
	}
	r.host = strings.Join(r.values("host"), ",")
	if scheme, rest, ok := strings.Cut(r.target, "://"); ok && !strings.HasPrefix(r.target, "/") { // as to a proxy
		r.scheme = scheme
		end := strings.IndexAny(rest+"/", "/?")
		r.host, r.target = rest[:end], rest[end:]
	}
	var body []byte
	if slices.ContainsFunc(r.values("transfer-encoding"), func(v string) bool { return strings.EqualFold(v, "chunked") }) {
		if body, err = io.ReadAll(httputil.NewChunkedReader(in)); err == nil {
			_, err = in.ReadString('\n') // the line that ends the trailers
		}
	} else if length := r.values("content-length"); len(length) > 0 {
		var n int64
		if _, err := fmt.Sscan(length[0], &n); err != nil {
			return r, err
		}
		body, err = io.ReadAll(io.LimitReader(in, n))
	}
	r.body = string(body)
	return r, err
}

// document is what the recorder answers where a path asks for nothing else.
const document = `{"token":"t-1","id":7,"price":1.5,"ok":true,"no":false,"none":null,"empty":"","text":"hello world","user":{"name":"Ann","roles":["admin","reader"]},"list":[{"id":1},{"id":2}]}`

// answer is what a request gets: /status/404 that status, /redirect/302?to=URL a
// redirect, /cookie?a=b a cookie, /digest a challenge.
func answer(r *recorded) string {
	path, query, _ := strings.Cut(r.target, "?")
	status, fields, body := 200, "", document
	_, _ = fmt.Sscanf(path, "/status/%d", &status) // any other path is 200
	if n, _ := fmt.Sscanf(path, "/redirect/%d", &status); n == 1 {
		to, _ := strings.CutPrefix(query, "to=")
		if plain, err := url.QueryUnescape(to); err == nil {
			to = plain
		}
		fields = "Location: " + to + "\r\n"
	}
	if path == "/cookie" {
		for cookie := range strings.SplitSeq(query, "&") {
			if plain, err := url.PathUnescape(cookie); err == nil {
				fields += "Set-Cookie: " + plain + "\r\n"
			}
		}
	}
	if path == "/digest" {
		switch given := r.values("authorization"); {
		case len(given) == 0:
			status = 401
			fields = `WWW-Authenticate: Digest realm="oracle", nonce="n0nce", qop="auth", algorithm=MD5, opaque="0paque"` + "\r\n"
		case !digestHolds(r.method, given[0]):
			status = 403
		}
	}
	head := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nX-Id: id 7\r\n%s", status, http.StatusText(status), fields)
	if status == 204 || status == 304 {
		return head + "\r\n"
	}
	head += fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body))
	if r.method == http.MethodHead {
		return head
	}
	return head + body
}

// digestHolds reports whether a digest is the one of Ann and her secret, over the
// address that it names itself (RFC 7616 §3.4.1).
func digestHolds(method, authorization string) bool {
	of := make(map[string]string)
	for parameter := range strings.SplitSeq(strings.TrimPrefix(authorization, "Digest "), ", ") {
		name, value, _ := strings.Cut(parameter, "=")
		of[name] = strings.Trim(value, `"`)
	}
	hash := func(parts ...string) string { return fmt.Sprintf("%x", md5.Sum([]byte(strings.Join(parts, ":")))) }
	return of["response"] == hash(hash("ann", "oracle", "secret"), of["nonce"], of["nc"], of["cnonce"], of["qop"], hash(method, of["uri"]))
}

// authority issues the certificates of every host.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         []byte
}

func newAuthority(t *testing.T) authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "oracle"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{certificate, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

func (a *authority) issue(names ...string) (*tls.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "a server of the oracle"},
		NotBefore: a.certificate.NotBefore, NotAfter: a.certificate.NotAfter,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else if name != "" {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &a.key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}, nil
}
