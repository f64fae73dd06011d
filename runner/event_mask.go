package runner

import (
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/secret"
)

// withhold takes out of an event what @no-log keeps from everybody: header fields,
// bodies, and what was made of them.
func withhold(data EventData) {
	switch e := data.(type) {
	case *TryFailed:
		if e.NoLog {
			e.Recorded = nil
			withholdHops(e.Hops)
		}
	case *RequestFinished:
		if e.NoLog {
			e.Captures, e.Log, e.Recorded = nil, nil, nil
			withholdHops(e.Hops)
		}
	case *RequestPlanned:
		if e.NoLog {
			e.Sent.Header, e.Sent.Body, e.Command = nil, nil, ""
		}
	}
}

func withholdHops(hops []Hop) {
	for i := range hops {
		h := &hops[i]
		h.Sent, h.Header, h.SentBody, h.Body = []Field{}, []Field{}, nil, nil
	}
}

// maskEvent replaces the secrets in every text of an event that is not one of a few
// of ours. The names of request files and scripts are among these: they are known to
// whoever has the files, and other programs open them by what a report says, even if
// a folder is called as a secret is.
func maskEvent(data EventData, secrets *secret.Set) {
	mask := secrets.Mask
	switch e := data.(type) {
	case *RunStarted:
		maskAll(mask, &e.Version, &e.Environment)
	case *MessageEvent:
		e.Message.Strings(mask)
	case *RequestStarted:
		maskAll(mask, &e.Name, &e.NeededBy)
	case *TryFailed:
		maskAll(mask, &e.Name, &e.Reason)
		maskExchange(e.Problems, e.Hops, e.Recorded, secrets)
	case *TokenEvent:
		maskAll(mask, &e.Provider, &e.Account)
	case *RequestFinished:
		maskAll(mask, &e.Name, &e.NeededBy, &e.Reason)
		for i := range e.Checks {
			c := &e.Checks[i]
			maskAll(mask, &c.Text, &c.Note)
			if c.Message != nil {
				c.Message.Strings(mask)
			}
		}
		for i := range e.Log {
			maskAll(mask, &e.Log[i].Text)
		}
		for i := range e.Captures {
			maskAll(mask, &e.Captures[i].Name, &e.Captures[i].Value)
		}
		if e.Proposal != nil {
			maskAll(mask, &e.Proposal.Status)
			maskTexts(e.Proposal.Directives, mask)
		}
		maskTexts(e.Saved, mask)
		maskExchange(e.Problems, e.Hops, e.Recorded, secrets)
	case *RequestPlanned:
		maskAll(mask, &e.Name, &e.NeededBy, &e.Repeated, &e.Sent.Method, &e.Sent.URL, &e.Sent.Proto, &e.Sent.Proxy, &e.Command)
		maskTexts(e.Unsure, mask)
		maskTexts(e.Notes, mask)
		for i := range e.Values {
			maskAll(mask, &e.Values[i].Text, &e.Values[i].From)
		}
		maskFields(e.Sent.Header, mask)
		maskBody(e.Sent.Body, secrets)
	case *FileStarted, *FileFinished, *RunFinished:
	}
}

// maskExchange masks what came of sending a request.
func maskExchange(problems []diag.Message, hops []Hop, recorded *Recorded, secrets *secret.Set) {
	for i := range problems {
		problems[i].Strings(secrets.Mask)
	}
	for i := range hops {
		maskHop(&hops[i], secrets)
	}
	if recorded != nil {
		recorded.mask(secrets)
		maskBody(recorded.Sent, secrets)
	}
}

func maskHop(h *Hop, secrets *secret.Set) {
	mask := secrets.Mask
	maskAll(mask, &h.Method, &h.URL, &h.StatusText, &h.Proto)
	maskFields(h.Sent, mask)
	maskFields(h.Header, mask)
	if h.TLS != nil {
		maskAll(mask, &h.TLS.Subject, &h.TLS.Issuer)
		maskTexts(h.TLS.Names, mask)
	}
	maskBody(h.SentBody, secrets)
	maskBody(h.Body, secrets)
}

// maskBody makes of a body what a sink may see.
func maskBody(b *Body, secrets *secret.Set) {
	if b == nil {
		return
	}
	mediaType, _, _ := strings.Cut(secrets.Mask(b.Type), ";") // in lower case, no secret is found
	b.Type = strings.ToLower(strings.TrimSpace(mediaType))
	switch {
	case b.cut: // a secret may be cut in two at its end
		b.Preview = shorten(secrets.MaskHead(b.Preview))
	default:
		b.Preview = shorten(secrets.Mask(b.Preview))
	}
}

func maskFields(fields []Field, mask func(string) string) {
	for i := range fields {
		maskAll(mask, &fields[i].Name, &fields[i].Value)
	}
}

func maskAll(mask func(string) string, texts ...*string) {
	for _, t := range texts {
		*t = mask(*t)
	}
}

func maskTexts(texts []string, mask func(string) string) {
	for i := range texts {
		maskAll(mask, &texts[i])
	}
}

// shorten cuts a preview to its size.
func shorten(s string) string {
	if len(s) <= PreviewSize {
		return s
	}
	s = s[:PreviewSize]
	return s[:wholeRunes(s)]
}
