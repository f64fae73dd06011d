package scope

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// SSLConfiguration is what a private environment file configures for the
// connections of an environment, under the name that JetBrains gives to it:
//
//	{"clientCertificate": FILE, "clientCertificateKey": FILE,
//	 "hasCertificatePassphrase": true, "verifyHostCertificate": false}
//
// where FILE is a path or {"path": "…", "format": "PEM"}.
type SSLConfiguration struct {
	Certificate   SSLFile
	Key           SSLFile
	HasPassphrase bool
	Insecure      parser.Text // the member that switches verification off; zero if none does
}

// SSLFile names a certificate or key. Path is zero if there is none.
type SSLFile struct {
	Path   parser.Text // a template
	Folder string      // that Path counts from: that of the environment file
	Format string      // "PEM", "P12" or "DER"; empty to tell it by the content
}

const sslKey = "SSLConfiguration"

// SSL returns the configuration of the chosen environment, nil if there is none.
// Only private files count, as in JetBrains: in another file, where it would
// decide for everybody, it is a warning. The list holds errors and warnings.
func (e *Env) SSL() (*SSLConfiguration, diag.List) {
	var problems diag.List
	for _, l := range e.layers {
		members := l.file.section(l.section)
		for _, m := range slices.Backward(members) { // of two members of one name the last counts
			if m.name != sslKey {
				continue
			}
			if !l.file.source.Private {
				d := envProblem(l.file.source, m.span, "`SSLConfiguration` has no effect in this file")
				d.Severity, d.Suggestion = diag.Warning, "move it to http-client.private.env.json"
				problems = append(problems, d)
				break
			}
			r := sslReader{file: l.file, problems: problems}
			return r.read(m.node), r.problems
		}
	}
	return nil, problems
}

// sslReader reads an SSLConfiguration strictly.
type sslReader struct {
	file     *envFile
	problems diag.List
}

func (r *sslReader) fail(at diag.Span, suggestion, summary string) {
	d := envProblem(r.file.source, at, summary)
	d.Suggestion = suggestion
	r.problems = append(r.problems, d)
}

func (r *sslReader) read(n *node) *SSLConfiguration {
	c := &SSLConfiguration{}
	verify := true
	r.object(n, "`SSLConfiguration`", map[string]func(member){
		"clientCertificate":        func(m member) { c.Certificate = r.path(m) },
		"clientCertificateKey":     func(m member) { c.Key = r.path(m) },
		"hasCertificatePassphrase": func(m member) { c.HasPassphrase = r.truth(m) },
		"verifyHostCertificate": func(m member) {
			if verify = r.truth(m); !verify {
				c.Insecure = parser.Literal(r.file.source, m.span, m.name)
			}
		},
	})
	if c.Certificate.Path.IsZero() && !c.Key.Path.IsZero() {
		r.fail(n.span, "add `clientCertificate`", "`SSLConfiguration` has a key and no certificate")
	}
	return c
}

// object reads the members of n by fields and refuses all others.
func (r *sslReader) object(n *node, what string, fields map[string]func(member)) {
	members, ok := n.value.([]member)
	if !ok {
		r.fail(n.span, "", what+" must be an object")
		return
	}
	var known []string
	for name := range fields {
		known = append(known, name)
	}
	slices.Sort(known)
	for _, m := range members {
		read := fields[m.name]
		if read == nil {
			r.fail(m.span, cmp.Or(diag.DidYouMean(m.name, known), "use one of `"+strings.Join(known, "`, `")+"`"), "unknown key `"+m.name+"`")
			continue
		}
		read(m)
	}
}

func (r *sslReader) truth(m member) bool {
	is, ok := m.node.value.(bool)
	if !ok {
		r.fail(m.node.span, "", "`"+m.name+"` must be true or false")
	}
	return is
}

// path reads a path, or {"path": "…", "format": "…"}.
func (r *sslReader) path(m member) SSLFile {
	f := SSLFile{Folder: filepath.Dir(r.file.source.Name())}
	if text, ok := m.node.value.(string); ok {
		f.Path = r.file.text(m.node, text)
		return f
	}
	text := func(inner member) (string, bool) {
		s, ok := inner.node.value.(string)
		if !ok || s == "" {
			r.fail(inner.node.span, "", "`"+inner.name+"` must be a text")
		}
		return s, ok
	}
	r.object(m.node, "`"+m.name+"`", map[string]func(member){
		"path": func(inner member) {
			if s, ok := text(inner); ok {
				f.Path = r.file.text(inner.node, s)
			}
		},
		"format": func(inner member) {
			formats := []string{"PEM", "P12", "DER"}
			if s, ok := text(inner); ok {
				if f.Format = strings.ToUpper(s); !slices.Contains(formats, f.Format) {
					r.fail(inner.node.span, "use `PEM`, `P12` or `DER`", "unknown format")
				}
			}
		},
	})
	if f.Path.IsZero() {
		r.fail(m.node.span, "write the path of a file", "`"+m.name+"` has no path")
	}
	return f
}
