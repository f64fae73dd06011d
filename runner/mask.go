package runner

import (
	"strings"
	"unicode/utf8"
)

// maskEvent replaces the secrets in every text of an event that may hold
// foreign content.
func maskEvent(data EventData, mask func(string) string) {
	switch e := data.(type) {
	case *RunStarted:
		maskAll(mask, &e.Environment)
	case *MessageEvent:
		e.Message.Strings(mask)
	case *FileStarted:
		maskAll(mask, &e.Path)
	case *RequestStarted:
		maskAll(mask, &e.Name, &e.NeededBy)
	case *TokenEvent:
		maskAll(mask, &e.Account)
	case *RequestFinished:
		maskAll(mask, &e.Name, &e.NeededBy, &e.Reason)
		for i := range e.Checks {
			c := &e.Checks[i]
			maskAll(mask, &c.Text, &c.Note)
			if c.Message != nil {
				c.Message.Strings(mask)
			}
		}
		for i := range e.Captures {
			maskAll(mask, &e.Captures[i].Value)
		}
		for i := range e.Problems {
			e.Problems[i].Strings(mask)
		}
		for i := range e.Hops {
			maskHop(&e.Hops[i], mask)
		}
	case *FileFinished:
		maskAll(mask, &e.Path)
	case *RunFinished:
	}
}

func maskHop(h *Hop, mask func(string) string) {
	maskAll(mask, &h.URL, &h.StatusText)
	maskFields(h.Sent, mask)
	maskFields(h.Header, mask)
	for _, b := range []*Body{h.SentBody, h.Body} {
		if b != nil {
			b.Preview = cut(mask(b.Preview), PreviewSize)
		}
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

// cut shortens s to at most size bytes without splitting a character.
func cut(s string, size int) string {
	if len(s) <= size {
		return s
	}
	for size > 0 && !utf8.RuneStart(s[size]) {
		size--
	}
	return s[:size]
}

// previewMargin is read beyond a preview before it is masked, so that a secret
// at its end is recognised as a whole. A longer secret is cut with what it
// stands in.
const previewMargin = 16 << 10

// newBody describes a body for an event. The preview is longer than
// PreviewSize until it is masked.
func newBody(content []byte, size int64, contentType string) *Body {
	mediaType, _, _ := strings.Cut(contentType, ";")
	b := &Body{Size: size, Type: strings.ToLower(strings.TrimSpace(mediaType))}
	head := content[:min(len(content), PreviewSize+previewMargin)]
	text := string(head)
	if len(head) < len(content) {
		for i := 0; i < utf8.UTFMax && len(text) > 0 && !utf8.ValidString(text[max(len(text)-utf8.UTFMax, 0):]); i++ {
			text = text[:len(text)-1] // a character cut in two
		}
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		b.Binary = true
		return b
	}
	b.Preview = text
	return b
}
