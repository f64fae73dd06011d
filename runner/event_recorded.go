package runner

import (
	"crypto/tls"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/transport"
)

// RecordSize is the most that a recorded run keeps of the body of an answer, in
// bytes.
const RecordSize = 10 << 20

// Recorded is the body of the answer to a request, as Options.Record keeps it:
// enough to evaluate captures and checks again.
type Recorded struct {
	Sent     *Body  // the start of what was sent first, if the hops do not have it; nil for none
	Content  string // the body, masked; as it is if Binary. A sink must not keep it
	Binary   bool   // Content is not UTF-8, or holds NUL
	Size     int64  // of the whole body, before it was masked
	Cut      bool   // Content is not the whole body
	Withheld string // why there is no Content, though there is a body

	content []byte // as it came; nil once it is masked
}

// TLS is what expressions see of a connection as `tls`: how it is secured, and the
// certificate of the server.
type TLS struct {
	Version string    `json:"version"`
	Cipher  string    `json:"cipher"`
	Subject string    `json:"subject,omitempty"`
	Issuer  string    `json:"issuer,omitempty"`
	Expiry  time.Time `json:"expiry,omitzero"`
	Names   []string  `json:"names,omitempty"`
}

// record adds to the event what captures and checks read of an answer besides its
// status and header: the body, which is yet to be masked, and the connection.
func (r *running) record(x *transport.Exchange, done *RequestFinished) {
	if !r.session.plan.options.Record {
		return
	}
	last := x.Final()
	if last.TLS != nil {
		done.Hops[len(done.Hops)-1].TLS = newTLS(last.TLS)
	}
	done.Recorded = &Recorded{Size: last.Size(), content: last.Content}
	if first := x.Hops[0]; first.Body != nil && done.Hops[0].SentBody == nil {
		done.Recorded.Sent = newBody(head(first.Body, PreviewSize+previewMargin), first.Body.Size(), first.Sent.Get("Content-Type"))
	}
	if last.Encoding != "" && done.Recorded.Size > 0 {
		done.Recorded.content, done.Recorded.Withheld = nil, "it is encoded with "+last.Encoding+", where secrets cannot be found"
	}
}

// recordedIn returns the body that an event holds; nil if there is none.
func recordedIn(data EventData) *Recorded {
	switch e := data.(type) {
	case *RequestFinished:
		return e.Recorded
	case *TryFailed:
		return e.Recorded
	}
	return nil
}

func newTLS(state *tls.ConnectionState) *TLS {
	t := &TLS{Version: tls.VersionName(state.Version), Cipher: tls.CipherSuiteName(state.CipherSuite)}
	if len(state.PeerCertificates) > 0 {
		c := state.PeerCertificates[0]
		t.Subject, t.Issuer, t.Expiry = c.Subject.String(), c.Issuer.String(), c.NotAfter
		t.Names = slices.Clone(c.DNSNames)
		for _, ip := range c.IPAddresses {
			t.Names = append(t.Names, ip.String())
		}
	}
	return t
}

// mask makes the content what a sink may see. It is the one copy of a large
// body, and made when the sinks are about to be told.
func (k *Recorded) mask(secrets *secret.Set) {
	if k.content == nil {
		return
	}
	text := string(k.content[:min(len(k.content), RecordSize+previewMargin)])
	k.Cut = int64(len(text)) < k.Size
	k.content = nil
	if whole := text[:wholeRunes(text)]; k.Cut && utf8.ValidString(whole) {
		text = whole
	}
	k.Binary = !utf8.ValidString(text) || strings.ContainsRune(text, 0)
	if k.Binary && hidesSecret(text, secrets) {
		k.Cut, k.Withheld = false, "it holds a secret in an encoding in which that cannot be masked"
		return
	}
	if k.Cut {
		text = secrets.MaskHead(text)
	} else {
		text = secrets.Mask(text)
	}
	if len(text) > RecordSize {
		text, k.Cut = text[:RecordSize], true
	}
	if k.Cut && !k.Binary {
		text = text[:wholeRunes(text)]
	}
	k.Content = text
}

// hidesSecret reports whether a binary text holds a secret whose characters take
// more than a byte each, as in UTF-16.
func hidesSecret(text string, secrets *secret.Set) bool {
	if !strings.ContainsRune(text, 0) {
		return false
	}
	narrow := strings.ReplaceAll(text, "\x00", "")
	return secrets.Mask(narrow) != narrow
}

// recordedPath is how a recording calls the file, wherever the project lies; "" for
// standard input.
func (s *suite) recordedPath() string {
	if s.path == "" {
		return ""
	}
	return s.projectPath()
}

// narrowed reports whether something selects a part of the requests of the files, so
// that those that are not told of may be left out on purpose.
func (p *Plan) narrowed() bool {
	o := &p.options
	return len(o.Names)+len(o.Lines)+len(o.Tags)+len(o.ExcludeTags) > 0 || o.RerunFailed ||
		slices.ContainsFunc(p.suites, func(s *suite) bool { return len(s.addresses) > 0 })
}
