package runner

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/charset"
	"github.com/postrider/postrider/internal/redaction"
	"github.com/postrider/postrider/internal/transport"
)

// hops describes an exchange for an event.
func (r *running) hops(x *transport.Exchange, headers, bodies bool) []Hop {
	p := r.session.plan
	hops := make([]Hop, 0, len(x.Hops))
	for _, h := range x.Hops {
		hop := Hop{
			Cause: string(h.Cause), Method: h.Method, URL: p.hideAddress(h.URL.String()),
			Status: h.Status, StatusText: h.StatusText, Proto: h.Proto,
			Lookup: h.Lookup, Connect: h.Connect, Handshake: h.Handshake, TTFB: h.TTFB, Total: h.Total,
		}
		if headers {
			hop.Sent, hop.Header = p.fields(h.Sent), p.fields(h.Header)
		}
		if bodies {
			if h.Body != nil {
				hop.SentBody = newBody(head(h.Body, PreviewSize+previewMargin), h.Body.Size(), h.Sent.Get("Content-Type"))
			}
			hop.Body = newBody(h.Content, h.Size(), h.Header.Get("Content-Type"))
		}
		hops = append(hops, hop)
	}
	return hops
}

// fields lists a header in the order of the names.
func (p *Plan) fields(h http.Header) []Field {
	all := make([]Field, 0, len(h))
	for name, values := range h {
		for _, v := range values {
			all = append(all, Field{Name: name, Value: p.hide(func(v string) string { return redaction.HideField(name, v) }, v)})
		}
	}
	slices.SortStableFunc(all, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// expandedLine is the request line as it was sent.
func (p *Plan) expandedLine(method, address string) string {
	return method + " " + p.hideAddress(address)
}

// previewMargin is read beyond a preview before it is masked: masking makes a
// text shorter.
const previewMargin = 16 << 10

// newBody describes a body of size bytes that starts with content. Until it is
// masked, the preview is longer than PreviewSize, and the type is that of the header.
func newBody(content []byte, size int64, contentType string) *Body {
	b := &Body{Size: size, Type: contentType}
	content = content[:min(len(content), PreviewSize+previewMargin)]
	b.cut = int64(len(content)) < size
	text := string(content)
	if decoded, err := charset.Text(contentType, content); err == nil {
		text = string(decoded)
	}
	if b.cut {
		text = text[:wholeRunes(text)]
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		b.Binary = true
		return b
	}
	b.Preview = text
	return b
}

// wholeRunes is the length of s without a character that is cut off at its end.
func wholeRunes(s string) int {
	for i := len(s) - 1; i >= 0 && i >= len(s)-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			if !utf8.FullRuneInString(s[i:]) {
				return i
			}
			break
		}
	}
	return len(s)
}
