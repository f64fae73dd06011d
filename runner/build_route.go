package runner

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// route is how a request reaches its server.
type route struct {
	proxy       *url.URL // nil for that of the options
	direct      bool
	insecure    bool
	certificate *tls.Certificate // nil for none
	keyFiles    [2]string        // that it was read from; empty for none, and for a text
}

// route sets on a request how it reaches its server.
func (r *running) route(ctx context.Context, req *transport.Request) error {
	f, carries := r.step.file, r.carriesCredentials()
	if carries {
		if d := f.refuseInsecure(r.step); d != nil {
			return d
		}
	}
	way, err := f.route(ctx, r.step, carries, r.scope, r)
	if err != nil && r.unsureAny(ctx, "how it is sent", r.step.proxy, r.step.cert, r.step.key) {
		way.keyFiles, err = [2]string{}, nil
	}
	r.keyFiles = way.keyFiles
	req.Proxy, req.NoProxy, req.Insecure, req.Certificate = way.proxy, way.direct, way.insecure, way.certificate
	return err
}

// carriesCredentials reports whether a request carries credentials that we put
// into it, as far as that is known before it runs: those of @auth, a token that a
// text names, or what is in front of the host of its URL.
func (s *step) carriesCredentials() bool { return s.auth != nil || len(s.tokens) > 0 || s.userinfo }

// carriesCredentials is that of the step, with what only its texts tell.
func (r *running) carriesCredentials() bool {
	return r.step.carriesCredentials() || len(r.tokens) > 0 || r.shorthand != nil || r.hasUserinfo
}

// checkRoute finds what is wrong with the route of a step before anything is
// sent, as far as it is known by then.
func (f *file) checkRoute(ctx context.Context, s *step) {
	if s.carriesCredentials() {
		if d := f.refuseInsecure(s); d != nil {
			f.problem(d)
		}
	}
	for _, text := range []parser.Text{s.proxy, s.cert, s.key} {
		if !text.IsZero() && !f.isStatic(text) {
			return
		}
	}
	if _, err := f.route(ctx, s, s.carriesCredentials(), f.static, unsent{f}); err != nil {
		f.problem(asDiagnostics(err)...)
	}
}

// refuseInsecure makes sure that a file does not by itself let anybody on the way
// read credentials of ours. It returns nil if it does not.
func (f *file) refuseInsecure(s *step) *diag.Diagnostic {
	var summary string
	var source *diag.Source
	var subject diag.Span
	switch {
	case f.plan.options.Insecure:
		return nil
	case s.insecure:
		summary = "`@insecure` on a request that carries credentials"
		source, subject = f.parsed.Source, s.request.Line
	case f.ssl != nil && !f.ssl.Insecure.IsZero():
		summary = "`verifyHostCertificate` is false for a request that carries credentials"
		source, subject = f.ssl.Insecure.Source(), f.ssl.Insecure.Span()
	default:
		return nil
	}
	return &diag.Diagnostic{
		Code: diag.CodeAuthInsecure, Severity: diag.Error,
		Summary: summary, Source: source, Subject: subject,
		Detail:     "anyone on the way could read them",
		Suggestion: "add the server's authority with `--cacert FILE`, or allow it for this run with `--insecure`",
	}
}

// route works out the route of a step with the values that its templates have in
// vars; carries says that there are credentials of ours on it.
func (f *file) route(ctx context.Context, s *step, carries bool, vars *scope.Scope, refs scope.References) (route, error) {
	way := route{direct: s.noProxy, insecure: s.insecure || f.ssl != nil && !f.ssl.Insecure.IsZero()}
	if !s.proxy.IsZero() {
		x, err := vars.Expand(ctx, s.proxy, refs)
		if err != nil {
			return way, err
		}
		f.plan.finder().Userinfo(x.Text)
		if way.proxy, err = transport.ParseProxy(x.Text); err != nil {
			return way, placed(&diag.Diagnostic{Code: diag.CodeValue, Summary: "`@proxy`: " + err.Error()}, s.proxy)
		}
		if carries && !fromCommandLine(s.proxy, vars) && !f.plan.trustsProxy(way.proxy) {
			origin := transport.Origin(way.proxy)
			return way, placed(&diag.Diagnostic{
				Code: diag.CodeAuthOrigin, Summary: "`@proxy` on a request that carries credentials",
				Detail:     "they would go through " + origin,
				Suggestion: fmt.Sprintf("allow it for this run with `--proxy %s`", origin),
			}, s.proxy)
		}
	}
	var err error
	way.certificate, way.keyFiles, err = f.certificate(ctx, s, vars, refs)
	return way, err
}

// placed returns an error about a text.
func placed(d *diag.Diagnostic, at parser.Text) *diag.Diagnostic {
	d.Severity, d.Source, d.Subject = diag.Error, at.Source(), at.Span()
	return d
}

// certificate returns the client certificate of a step and its files: what its
// directives name, else the options, else the environment.
func (f *file) certificate(ctx context.Context, s *step, vars *scope.Scope, refs scope.References) (pair *tls.Certificate, files [2]string, err error) {
	switch ssl := f.ssl; {
	case s.noCert:
		return nil, files, nil
	case !s.cert.IsZero():
		return f.keyPair(ctx, vars, refs, keySource{text: s.cert}, keySource{text: s.key})
	case !s.key.IsZero():
		return nil, files, placed(&diag.Diagnostic{
			Code: diag.CodeAuthParameter, Summary: "`@key` without `@cert`", Suggestion: "name the certificate with `# @cert FILE`",
		}, s.key)
	case f.plan.certificate != nil:
		o := &f.plan.options.Certificate
		for i, from := range []string{o.Cert, o.Key} {
			if !isPEM(from) {
				files[i] = from
			}
		}
		return f.plan.certificate, files, nil
	case ssl != nil && !ssl.Certificate.Path.IsZero():
		if ssl.HasPassphrase && f.plan.options.Certificate.Passphrase == "" {
			return nil, files, placed(&diag.Diagnostic{
				Code: diag.CodeAuthParameter, Summary: "the client certificate needs a passphrase",
				Detail: "`hasCertificatePassphrase` is true", Suggestion: passphraseHelp,
			}, ssl.Certificate.Path)
		}
		return f.keyPair(ctx, vars, refs, privateFile(ssl.Certificate), privateFile(ssl.Key))
	}
	return nil, files, nil
}

const passphraseHelp = "give it with `--cert-pass @FILE` or `--cert-pass env:NAME`, or set POSTRIDER_CERT_PASS"

// keySource is a file with a certificate or key that something names.
type keySource struct {
	text    parser.Text // zero for none
	format  string
	private bool   // a private environment file names it, which may name any
	folder  string // that its path counts from then
}

func privateFile(f scope.SSLFile) keySource {
	return keySource{text: f.Path, format: f.Format, private: true, folder: f.Folder}
}

// keyPair reads a client certificate, once for the whole plan.
func (f *file) keyPair(ctx context.Context, vars *scope.Scope, refs scope.References, cert, key keySource) (pair *tls.Certificate, id [2]string, err error) {
	var files [2]auth.KeyFile
	sources := [2]keySource{cert, key}
	for i, from := range sources {
		if from.text.IsZero() {
			continue
		}
		x, err := vars.Expand(ctx, from.text, refs)
		if err != nil {
			return nil, id, err
		}
		files[i] = auth.KeyFile{Name: x.Text, Format: from.format}
		folder := f.dir
		if from.private {
			folder = from.folder
		}
		if id[i] = x.Text; !filepath.IsAbs(x.Text) {
			id[i] = filepath.Join(folder, x.Text)
		}
	}
	pair, err = f.plan.keyPairs.get(id, func() (*tls.Certificate, error) {
		for i, from := range sources {
			if from.text.IsZero() {
				continue
			}
			content, err := f.readKey(from, files[i].Name, id[i])
			if err != nil {
				return nil, pointAt(err, from.text.Source(), from.text.Span())
			}
			files[i].Content = content
		}
		pair, err := auth.KeyPair(files[0], files[1], f.plan.options.Certificate.Passphrase)
		if wrong, ok := errors.AsType[*auth.KeyPairError](err); ok {
			at := cert.text
			if wrong.Key {
				at = key.text
			}
			return nil, placed(keyPairProblem(wrong), at)
		}
		return pair, err
	})
	return pair, id, err
}

// readKey reads a file with a certificate or key. What a request file names is
// inside of the project, unless the user allows it.
func (f *file) readKey(from keySource, name, path string) ([]byte, error) {
	if from.private {
		return readLimited(os.Open(path))
	}
	files, err := f.files()
	if err != nil {
		return nil, err
	}
	defer files.Close()
	return readLimited(files.OpenKey(f.dir, name))
}

func readLimited(opened *os.File, err error) ([]byte, error) {
	if err != nil {
		return nil, cannotRead(err)
	}
	defer opened.Close()
	content, err := io.ReadAll(io.LimitReader(opened, auth.MaxKeyFile+1))
	return content, cannotRead(err)
}

func cannotRead(err error) error {
	if _, ours := errors.AsType[*diag.Diagnostic](err); err == nil || ours {
		return err
	}
	return &diag.Diagnostic{
		Code: diag.CodeAuthParameter, Severity: diag.Error,
		Summary: fmt.Sprintf("the file of a certificate or key cannot be read: %v", unwrapPathError(err)), Suggestion: "check the path",
	}
}

func keyPairProblem(wrong *auth.KeyPairError) *diag.Diagnostic {
	d := &diag.Diagnostic{
		Code: diag.CodeAuthParameter, Severity: diag.Error, Summary: wrong.Error(),
		Suggestion: "name a certificate and its private key, in PEM, DER or PKCS #12",
	}
	if wrong.Passphrase {
		d.Suggestion = passphraseHelp
	}
	return d
}

// keyPairs are client certificates by the paths of their files.
type keyPairs struct {
	mu   sync.Mutex
	read map[[2]string]keyPair
}

type keyPair struct {
	certificate *tls.Certificate
	err         error
}

func (k *keyPairs) get(id [2]string, read func() (*tls.Certificate, error)) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	pair, ok := k.read[id]
	if !ok {
		pair.certificate, pair.err = read()
		if k.read == nil {
			k.read = make(map[[2]string]keyPair)
		}
		if pair.err == nil { // an error points at who asked
			k.read[id] = pair
		}
	}
	return pair.certificate, pair.err
}

// findRoute reads what the options say about proxies and the client certificate.
func (p *Plan) findRoute(client *transport.Options) error {
	o := &p.options
	client.Proxy = transport.EnvironmentProxies(o.environ)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		address, _ := o.environ(name)
		p.finder().Userinfo(address)
	}
	if p.finder().Userinfo(o.Proxy); o.Proxy != "" {
		proxy, err := transport.ParseProxy(o.Proxy)
		if err != nil {
			return &diag.Diagnostic{Code: diag.CodeUsage, Severity: diag.Error, Summary: "`--proxy`: " + err.Error()}
		}
		p.proxy, client.Proxy = proxy, transport.OneProxy(proxy, o.environ)
	}
	p.secrets.Add(o.Certificate.Passphrase)
	if o.Certificate.Cert == "" {
		return nil
	}
	var files [2]auth.KeyFile
	for i, from := range []struct{ flag, text string }{{"--cert", o.Certificate.Cert}, {"--key", o.Certificate.Key}} {
		files[i].Name = from.flag
		if isPEM(from.text) {
			files[i].Content = []byte(from.text)
			if strings.Contains(from.text, "PRIVATE KEY") {
				p.secrets.Add(from.text)
			}
		} else if from.text != "" {
			content, err := readLimited(os.Open(from.text))
			if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
				d.Code, d.Summary = diag.CodeUsage, "`"+from.flag+"`: "+d.Summary
				return d
			}
			files[i] = auth.KeyFile{Name: from.text, Content: content}
		}
	}
	pair, err := auth.KeyPair(files[0], files[1], o.Certificate.Passphrase)
	if wrong, ok := errors.AsType[*auth.KeyPairError](err); ok {
		return keyPairProblem(wrong)
	}
	p.certificate = pair
	return err
}

// isPEM reports whether a value is the text of a file, not its path.
func isPEM(text string) bool { return strings.Contains(text, "-----BEGIN") }

// trustsProxy reports whether the user names a proxy, outside of files.
func (p *Plan) trustsProxy(proxy *url.URL) bool {
	return p.proxy != nil && transport.SameOrigin(p.proxy, proxy) ||
		slices.ContainsFunc(p.options.AllowOrigins, func(text string) bool {
			u, err := url.Parse(text)
			return err == nil && transport.SameOrigin(u, proxy)
		})
}
