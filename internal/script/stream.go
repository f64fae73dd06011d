package script

import (
	"strings"

	"github.com/dop251/goja"
)

// isStream reports whether a media type is that of a body that comes in parts,
// which scripts of JetBrains subscribe to.
func isStream(mime string) bool { return mime == "text/event-stream" || isLines(mime) }

// isLines reports whether each line of a body is a document of JSON.
func isLines(mime string) bool {
	switch mime {
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines", "application/json-seq",
		"application/x-json-stream", "application/stream+json":
		return true
	}
	return false
}

// stream makes what response.body is of a stream. Its parts are all there when the
// script runs; the subscribers are called when the script has ended, as if the
// parts came then. Besides, it is the text of the whole.
func (r *runtime) stream(text, mime string) goja.Value {
	l := r.objects()
	o, err := l.vm.New(l.base.Get("String"), l.vm.ToValue(text))
	l.must(err)
	subscribe := func(parts func(text, mime string) []string) func(c *invocation) goja.Value {
		return func(c *invocation) goja.Value {
			s := &subscription{library: l, subscriber: c.callable(0, "subscriber")}
			if c.has(1) {
				s.finish = c.callable(1, "onFinish")
			}
			r.after(0, false, func() error { return s.run(parts(text, mime)) })
			return goja.Undefined()
		}
	}
	prototype := l.vm.CreateObject(o.Prototype())
	l.add(prototype, "response.body", []member{
		{name: "onEachLine", call: subscribe(streamLines)},
		{name: "onEachMessage", call: subscribe(streamMessages)},
	})
	l.must(o.SetPrototype(prototype))
	return o
}

// subscription is a call of onEachLine or onEachMessage.
type subscription struct {
	*library
	subscriber, finish goja.Callable
	ended              bool // by unsubscribe
}

// run hands over all parts.
func (s *subscription) run(parts []string) error {
	unsubscribe := s.library.function("unsubscribe", func(*invocation) goja.Value { s.ended = true; return goja.Undefined() })
	output := s.printer(Info)
	for _, part := range parts {
		if _, err := s.subscriber(goja.Undefined(), s.vm.ToValue(part), unsubscribe, output); err != nil {
			return err
		}
		if s.ended {
			break
		}
	}
	if s.finish == nil {
		return nil
	}
	_, err := s.finish(goja.Undefined(), output)
	return err
}

// streamLines returns the lines of a stream without their ends; LF, CRLF and CR
// are such ends. Empty ones tell the events of text/event-stream apart, and mean
// nothing in others.
func streamLines(text, mime string) []string {
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if mime == "application/json-seq" {
			line = strings.TrimPrefix(line, "\x1e") // RFC 7464
		}
		if !isLines(mime) || strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	if text == "" {
		return nil
	}
	return lines
}

// streamMessages returns the messages of a stream: the data of the events of
// text/event-stream (WHATWG HTML section 9.2.6), the last of which need not be
// followed by an empty line here, and the lines of others.
func streamMessages(text, mime string) []string {
	lines := streamLines(text, mime)
	if mime != "text/event-stream" {
		return lines
	}
	var messages, data []string
	for _, line := range append(lines, "") {
		if field, value, _ := strings.Cut(line, ":"); field == "data" {
			data = append(data, strings.TrimPrefix(value, " "))
		} else if line == "" && data != nil {
			messages, data = append(messages, strings.Join(data, "\n")), nil
		}
	}
	return messages
}
