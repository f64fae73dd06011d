package runner

import (
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/secret"
)

// maskEvent replaces the secrets in every text of an event that may hold
// foreign content.
func maskEvent(data EventData, secrets *secret.Set) {
	mask := secrets.Mask
	switch e := data.(type) {
	case *RunStarted:
		maskAll(mask, &e.Environment)
	case *MessageEvent:
		e.Message.Strings(mask)
	case *FileStarted:
		maskAll(mask, &e.Path, &e.ProjectPath)
	case *RequestStarted:
		maskAll(mask, &e.Name, &e.NeededBy)
	case *TryFailed:
		maskAll(mask, &e.Name, &e.Reason)
		maskExchange(e.Problems, e.Hops, e.Recorded, secrets)
	case *TokenEvent:
		maskAll(mask, &e.Account)
	case *RequestFinished:
		maskAll(mask, &e.Name, &e.Path, &e.NeededBy, &e.Reason)
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
			maskAll(mask, &e.Captures[i].Value)
		}
		if e.Proposal != nil {
			maskAll(mask, &e.Proposal.Status)
		}
		for i := range e.Saved {
			maskAll(mask, &e.Saved[i])
		}
		maskExchange(e.Problems, e.Hops, e.Recorded, secrets)
	case *RequestPlanned:
		maskAll(mask, &e.Name, &e.Path, &e.NeededBy, &e.Repeated, &e.Sent.URL, &e.Sent.Proxy, &e.Command)
		for _, texts := range [][]string{e.Unsure, e.Notes} {
			for i := range texts {
				maskAll(mask, &texts[i])
			}
		}
		for i := range e.Values {
			maskAll(mask, &e.Values[i].Text, &e.Values[i].From)
		}
		maskFields(e.Sent.Header, mask)
		maskBody(e.Sent.Body, secrets)
	case *FileFinished:
		maskAll(mask, &e.Path)
	case *RunFinished:
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
	maskAll(mask, &h.URL, &h.StatusText)
	maskFields(h.Sent, mask)
	maskFields(h.Header, mask)
	if h.TLS != nil {
		maskAll(mask, &h.TLS.Subject, &h.TLS.Issuer)
	}
	maskBody(h.SentBody, secrets)
	maskBody(h.Body, secrets)
}

func maskBody(b *Body, secrets *secret.Set) {
	switch {
	case b == nil:
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

// shorten cuts a preview to its size.
func shorten(s string) string {
	if len(s) <= PreviewSize {
		return s
	}
	s = s[:PreviewSize]
	return s[:wholeRunes(s)]
}
