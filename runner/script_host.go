package runner

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/fake"
	"github.com/postrider/postrider/internal/redaction"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/script"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// scriptHost is what a script of a request sees. What the script changes is kept
// here until it has ended well.
type scriptHost struct {
	ctx     context.Context
	running *running
	handler *handler
	x       *exchanged // nil before there is an answer
	began   time.Time
	request *script.Request
	changes []scriptChange
	headers []sessionHeader // of the session before the changes were made to count
	counted bool            // they were
}

var _ script.Host = (*scriptHost)(nil)

// scriptChange is a variable or a header field that a script has set or removed.
type scriptChange struct {
	tier   script.Tier
	header bool
	name   string
	value  *script.Value // nil for one that is removed
	at     script.Place
}

func newScriptHost(ctx context.Context, r *running, h *handler, x *exchanged) *scriptHost {
	return &scriptHost{ctx: ctx, running: r, handler: h, x: x, began: time.Now()}
}

// Get implements script.Host.
func (h *scriptHost) Get(tier script.Tier, name string) (script.Value, bool) {
	for _, c := range slices.Backward(h.changes) {
		if !c.header && c.name == name && (c.tier == tier || tier == script.Anywhere) {
			if c.value == nil {
				return script.Value{}, false
			}
			return *c.value, true
		}
	}
	r := h.running
	switch tier {
	case script.Global:
		return h.received(r.scope.ValueIn(h.ctx, name, r, scope.CommandLine, scope.Captured))
	case script.OfRequest:
		v := r.own[name]
		if v == nil {
			return h.iterated(name)
		}
		return script.Value{Data: v.Value, Secret: v.Secret}, true
	case script.OfEnvironment:
		v, found := h.received(r.scope.ValueIn(h.ctx, name, r, scope.CommandLine, scope.Environment, scope.DotEnv))
		v.Unknown = !found && h.replays() // of files that need not be there
		return v, found
	case script.OfFile:
		if v, ok := h.received(r.scope.ValueIn(h.ctx, name, r, scope.CommandLine, scope.File)); ok {
			return v, true
		}
		return h.iterated(name)
	}
	if _, found, _ := r.scope.Lookup(name); found {
		v, secret, err := r.scope.Value(h.ctx, name, r)
		return h.received(v, secret, err == nil, err)
	}
	if on := r.step.file.named(name); on != nil { // httpYac's variable for the answer to a request
		if answer := r.session.answers[on]; answer != nil {
			doc, err := answer.Document()
			return h.received(doc, false, err == nil, err)
		}
	}
	return script.Value{}, false
}

// iterated returns what the request has for this time it is sent alone: a cell of
// its row of data, an argument of the call.
func (h *scriptHost) iterated(name string) (script.Value, bool) {
	r := h.running
	v, found, _ := r.scope.Lookup(name)
	if !found || v.Tier != scope.Row && v.Tier != scope.Argument && v.Tier != scope.CommandLine {
		return script.Value{}, false
	}
	data, secret, err := r.scope.Value(h.ctx, name, r)
	return h.received(data, secret, err == nil, err)
}

// received makes a value for a script. One that cannot be made is none.
func (h *scriptHost) received(v any, secret, ok bool, err error) (script.Value, bool) {
	if !ok || err != nil {
		return script.Value{Unknown: err != nil && h.replays()}, false
	}
	if secret {
		h.running.session.plan.keepSecret(v)
	}
	return script.Value{Data: v, Secret: secret}, true
}

// Names implements script.Host.
func (h *scriptHost) Names(tier script.Tier) []string {
	r := h.running
	var names []string
	switch tier {
	case script.Global:
		names = r.scope.NamesIn(scope.Captured)
	case script.OfRequest:
		names = slices.Collect(maps.Keys(r.own))
	case script.OfEnvironment:
		names = r.scope.NamesIn(scope.CommandLine, scope.Environment, scope.DotEnv)
	case script.OfFile:
		names = r.scope.NamesIn(scope.File)
	default:
		names = r.scope.Names()
	}
	for _, c := range h.changes {
		switch {
		case c.header || c.tier != tier && tier != script.Anywhere:
		case c.value == nil:
			names = slices.DeleteFunc(names, func(name string) bool { return name == c.name })
		default:
			names = append(names, c.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Set implements script.Host.
func (h *scriptHost) Set(tier script.Tier, name string, v script.Value, at script.Place) error {
	change := scriptChange{tier: tier, name: name, value: &v, at: at}
	if v.Secret || scope.LooksSecret(name) || tier != script.OfRequest && h.set(change).secret {
		h.running.session.plan.keepSecretOf(name, v.Data) // from now on, whatever becomes of the script
	}
	h.changes = append(h.changes, change)
	return nil
}

// Clear implements script.Host.
func (h *scriptHost) Clear(tier script.Tier, name string, at script.Place) error {
	h.changes = append(h.changes, scriptChange{tier: tier, name: name, at: at})
	return nil
}

// SetHeader implements script.Host.
func (h *scriptHost) SetHeader(name string, v script.Value, at script.Place) error {
	text := value.Text(v.Data)
	if isFieldName(name) && strings.ContainsAny(text, "\r\n\x00") {
		return &diag.Diagnostic{
			Code: diag.CodeValue, Severity: diag.Error, Summary: fmt.Sprintf("the value of header field `%s` holds a line break or a NUL", name),
			Detail: "it would become a field of its own", Suggestion: "leave the line break out",
		}
	}
	if !isFieldName(name) {
		return &diag.Diagnostic{
			Code: diag.CodeValue, Severity: diag.Error, Summary: fmt.Sprintf("`%s` is no header field", name),
			Detail: "a name is one word", Suggestion: "give it another name",
		}
	}
	if v.Secret || redaction.SecretField(name) {
		_, credentials := redaction.Credentials(name, text)
		h.running.session.plan.secrets.Add(credentials)
	}
	h.changes = append(h.changes, scriptChange{header: true, name: name, value: &script.Value{Data: text, Secret: v.Secret}, at: at})
	return nil
}

// ClearHeader implements script.Host.
func (h *scriptHost) ClearHeader(name string, at script.Place) error {
	h.changes = append(h.changes, scriptChange{header: true, name: name, at: at})
	return nil
}

// isFieldName reports whether a text is a token (RFC 9110 section 5.6.2), as the name of
// a field is.
func isFieldName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// set returns what the step is known to set under a name, or what stands for one
// whose name is computed.
func (h *scriptHost) set(c scriptChange) *set {
	for known := range h.running.step.setting {
		if known.by == h.handler && known.name == c.name {
			return known
		}
	}
	return &set{name: c.name, at: parser.Literal(c.at.Source, c.at.Span, c.name), global: c.tier == script.Global, by: h.handler}
}

// commit makes the changes count.
func (h *scriptHost) commit(done *RequestFinished) {
	r := h.running
	h.headers, h.counted = r.session.headers, true
	if h.handler.program.Facts().Headers {
		r.session.keepHeaders(r.step, true)
	}
	for i, c := range h.changes {
		if slices.ContainsFunc(h.changes[i+1:], func(later scriptChange) bool {
			return later.header == c.header && later.tier == c.tier && later.name == c.name
		}) {
			continue
		}
		switch {
		case c.header && c.value == nil:
			r.session.setHeader(c.name, nil)
		case c.header:
			text := value.Text(c.value.Data)
			r.session.setHeader(c.name, &text)
		case c.tier == script.OfRequest && c.value == nil:
			r.clearOwn(c.name)
		case c.tier == script.OfRequest:
			secret := c.value.Secret || scope.LooksSecret(c.name)
			if secret {
				r.session.plan.keepSecretOf(c.name, c.value.Data)
			}
			r.setOwn(&scope.Variable{
				Name: c.name, Value: c.value.Data, Tier: scope.Captured, Secret: secret,
				Source: c.at.Source, Span: c.at.Span, Where: "set by a script of " + r.step.label(),
			})
		case c.value == nil:
			r.forget(h.set(c))
		default:
			var answer *eval.Answer
			if h.x != nil {
				answer = h.x.answer
			}
			r.keepValue(h.set(c), c.value.Data, c.value.Secret, answer, done)
		}
	}
}

// lose notes that what the script was to set, or has set, does not count.
func (h *scriptHost) lose() {
	for c := range h.running.step.setting {
		if c.by == h.handler {
			h.running.lose(c)
		}
	}
	for _, c := range h.changes {
		if !c.header && c.tier != script.OfRequest && c.value != nil {
			h.running.lose(h.set(c))
		}
	}
	if h.counted {
		h.running.session.headers = h.headers
	}
	if h.handler.program.Facts().Headers {
		h.running.session.keepHeaders(h.running.step, false)
	}
}

// setOwn sets a variable for this request alone.
func (r *running) setOwn(v *scope.Variable) {
	own := maps.Clone(r.own)
	if own == nil {
		own = make(map[string]*scope.Variable)
	}
	own[v.Name] = v
	r.own = own
	r.scope = r.scope.With([]*scope.Variable{v})
}

// clearOwn removes one.
func (r *running) clearOwn(name string) {
	if r.own[name] == nil {
		return
	}
	r.own = maps.Clone(r.own)
	delete(r.own, name)
	r.scope = r.scope.Without(name)
}

// Env implements script.Host.
func (h *scriptHost) Env(name string) (script.Value, bool) {
	text, secret, ok := h.running.scope.Environ(name)
	if ok && secret {
		h.running.session.plan.secrets.Add(text)
	}
	return script.Value{Data: text, Secret: secret, Unknown: !ok && h.replays()}, ok
}

// Substitute implements script.Host.
func (h *scriptHost) Substitute(text string) (script.Value, bool) {
	r := h.running
	t := parser.NewText(diag.NewSource("text", []byte(text)), diag.Span{End: len(text)})
	x, err := r.scope.Expand(h.ctx, t, r)
	if err != nil {
		return script.Value{Unknown: h.replays()}, false
	}
	if x.Secret {
		if _, err := r.expand(h.ctx, t); err != nil { // which keeps what is secret in it
			return script.Value{}, false
		}
	}
	return script.Value{Data: x.Text, Secret: x.Secret}, true
}

// Now implements script.Host. Before the request is built it is the time of its
// templates, and in a replay that at which it had ended.
func (h *scriptHost) Now() time.Time {
	if h.x != nil && !h.replays() {
		return time.Now()
	}
	return h.running.clock.Add(time.Since(h.began))
}

// Maker implements script.Host.
func (h *scriptHost) Maker() *fake.Maker { return h.running.scope.Maker() }

// Iteration implements script.Host.
func (h *scriptHost) Iteration() int {
	if n := h.running.iteration; n > 0 {
		return n - 1
	}
	return max(h.running.session.row-1, 0)
}

// TemplateValue implements script.Host.
func (h *scriptHost) TemplateValue(i int) (script.Value, bool) {
	loop := h.running.step.loop
	if loop == nil || i < 0 || i >= len(loop.queries) {
		return script.Value{}, false
	}
	v, secret, err := h.running.scope.Value(h.ctx, loop.queries[i].String(), h.running)
	return h.received(v, secret, err == nil, err)
}

// Request implements script.Host.
func (h *scriptHost) Request() *script.Request {
	if h.request == nil {
		h.request = h.running.writtenRequest()
		if h.x == nil && h.running.changed != nil {
			h.request = h.running.changed
		}
		if h.x != nil {
			h.sent(h.request)
		}
	}
	return h.request
}

// writtenRequest is the request as it is written.
func (r *running) writtenRequest() *script.Request {
	st := r.step
	req := &script.Request{Name: st.name, Method: st.method(), URL: script.Written{Raw: st.request.Target.String()}}
	for i, field := range st.request.Headers {
		if field.Spread || slices.Contains(st.dropped, i) {
			continue
		}
		req.Headers = append(req.Headers, script.RequestHeader{
			Name: field.Name.String(), Value: script.Written{Raw: field.Value.String()}, Secret: redaction.SecretField(field.Name.String()),
		})
	}
	if st.request.Body != nil {
		var b strings.Builder
		for _, p := range st.request.Body.Parts {
			if p.Text.IsZero() && !p.Path.IsZero() {
				b.Reset()
				break
			}
			b.WriteString(p.Text.String())
			if p.Newline {
				b.WriteByte('\n')
			}
		}
		req.Body.Raw = b.String()
	}
	return req
}

// sent adds what was sent to a request as it is written.
func (h *scriptHost) sent(req *script.Request) {
	mask := h.running.session.plan.secrets.Mask
	was := &h.x.answer.Request
	req.Built, req.Method, req.URL.Sent = true, was.Method, was.URL
	req.URL.Secret = mask(was.URL) != was.URL
	for i := range req.Headers {
		field := &req.Headers[i]
		for name, values := range was.Header {
			if strings.EqualFold(name, field.Name) {
				field.Value.Sent = strings.Join(values, ", ")
			}
		}
		field.Secret = field.Secret || mask(field.Value.Sent) != field.Value.Sent
	}
	if was.NoHeader != "" {
		err := missing(eval.NotRecorded("the header of the request is not in the recording: %s", was.NoHeader))
		for i := range req.Headers {
			req.Headers[i].Value.Unsent = err
		}
	}
	content, err := was.Body()
	if err == nil {
		req.Body.Sent = string(content)
		req.Body.Secret = mask(req.Body.Sent) != req.Body.Sent
	}
	req.Body.Unsent = missing(err)
}

// Response implements script.Host.
func (h *scriptHost) Response() *script.Response {
	if h.x == nil {
		return nil
	}
	last, a := h.x.exchange.Final(), h.x.answer
	res := &script.Response{
		Status: a.Status, StatusText: a.StatusText, Protocol: a.Proto, URL: a.URL,
		Open: func() ([]byte, error) {
			content, err := a.Decoded()
			return content, missing(err)
		},
		Timings: script.Timings{DNS: last.Lookup, TCP: last.Connect, TLS: last.Handshake, FirstByte: last.TTFB, Total: a.Duration},
	}
	if a.Recorded != nil && a.Recorded.NoHeader != "" {
		res.NoHeaders = missing(eval.NotRecorded("the header of the answer is not in the recording: %s", a.Recorded.NoHeader))
	}
	if res.StatusText == "" {
		res.StatusText = http.StatusText(a.Status)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		for _, v := range a.Header[name] {
			res.Headers = append(res.Headers, script.Header{Name: name, Value: v})
		}
	}
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		res.Cookies = append(res.Cookies, script.Cookie{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Expires: c.Expires, Secure: c.Secure, HTTPOnly: c.HttpOnly,
		})
	}
	return res
}
