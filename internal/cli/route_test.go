package cli

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// setupRoute starts what stands between a request and its server: $MTLS, whose
// certificate is $WORK/mtls.pem and which wants to see one of the client and says
// whose it was, and $PROXY, which wants the password `open-sesame` of the user `me`.
// The keys of package auth are in $WORK/keys.
func setupRoute(env *testscript.Env) error {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := ""
		if len(r.TLS.PeerCertificates) > 0 {
			client = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		answer(w, http.StatusOK, map[string]any{"client": client})
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	env.Defer(server.Close)
	env.Setenv("MTLS", server.URL)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(env.WorkDir, "mtls.pem"), certificate, 0o666); err != nil {
		return err
	}

	v := env.Values[vendorKey{}].(*vendor)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.record("proxy", "")
		if user, password, _ := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}).BasicAuth(); user != "me" || password != "open-sesame" {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		if strings.HasSuffix(r.Host, ".invalid") { // a name that nobody is asked for
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		if r.Method != http.MethodConnect {
			(&httputil.ReverseProxy{Rewrite: func(*httputil.ProxyRequest) {}}).ServeHTTP(w, r)
			return
		}
		to, err := net.Dial("tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer to.Close()
		from, _, err := http.NewResponseController(w).Hijack() // before the client has an answer, and sends more
		if err != nil {
			return
		}
		defer from.Close()
		_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(to, from); _ = to.(*net.TCPConn).CloseWrite() }()
		_, _ = io.Copy(from, to)
	}))
	env.Defer(proxy.Close)
	env.Setenv("PROXY", proxy.URL)
	env.Setenv("PROXY_HOST", strings.TrimPrefix(proxy.URL, "http://"))
	return os.CopyFS(filepath.Join(env.WorkDir, "keys"), os.DirFS("../../auth/testdata/keys"))
}
