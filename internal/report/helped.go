package report

import (
	"github.com/postrider/postrider/internal/diag"
)

// helped is the mistakes whose help was shown already. The zero value is ready to use.
type helped map[mistake]bool

type mistake struct{ code, summary, suggestion string }

// maxHelped bounds how many are kept.
const maxHelped = 200

// once returns a message without the help that was shown with the same mistake before.
func (h *helped) once(m diag.Message) diag.Message {
	if m.Suggestion == "" {
		return m
	}
	made := mistake{m.Code, m.Summary, m.Suggestion}
	switch {
	case (*h)[made]:
		m.Suggestion = ""
	case len(*h) < maxHelped:
		if *h == nil {
			*h = make(helped)
		}
		(*h)[made] = true
	}
	return m
}

// all is once for several messages, which are not changed.
func (h *helped) all(messages []diag.Message) []diag.Message {
	if len(messages) == 0 {
		return messages
	}
	short := make([]diag.Message, len(messages))
	for i, m := range messages {
		short[i] = h.once(m)
	}
	return short
}
