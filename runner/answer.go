package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// newAnswer is the answer of an exchange as expressions see it.
func newAnswer(x *transport.Exchange) *eval.Answer {
	last := x.Final()
	a := &eval.Answer{
		Status: last.Status, StatusText: last.StatusText, Proto: last.Proto,
		URL: last.URL.String(), Header: last.Header, Content: last.Content, Encoding: last.Encoding, Rest: last.Rest,
		Duration: x.Duration(), TTFB: last.TTFB, TLS: last.TLS,
		Request: eval.Sent{
			Method: x.Hops[0].Method, URL: x.Hops[0].URL.String(),
			Header: x.Hops[0].Sent, Body: func() ([]byte, error) { return readBody(x.Hops[0].Body) },
		},
	}
	for i, h := range x.Hops[:len(x.Hops)-1] {
		if x.Hops[i+1].Cause == transport.CauseRedirect {
			a.Redirects = append(a.Redirects, eval.Redirect{
				Status: h.Status, URL: h.URL.String(), Location: x.Hops[i+1].URL.String(),
			})
		}
	}
	return a
}

// env is what the expressions of a request see; answer may be nil before
// sending.
func (r *running) env(ctx context.Context, answer *eval.Answer) *eval.Env {
	env := &eval.Env{
		Ctx:    ctx,
		Answer: answer,
		UUID:   r.scope.UUID,
		Mask:   r.session.plan.secrets.Mask,
		Secret: func(name string) bool {
			return r.isSecret(ctx, name) && !r.session.plan.options.ShowSecrets
		},
		Variable: func(name string) (any, error) {
			if by := r.session.lost[keptName{r.step.file, name}]; by != nil {
				_, done := by.how(name)
				return nil, fmt.Errorf("`%s` was not %s: `%s` failed", name, done, by.label())
			}
			v, secret, err := r.scope.Value(ctx, name, r)
			if secret && err == nil {
				r.session.plan.keepSecretOf(name, v)
			}
			if err == nil && r.awaits(v) {
				return nil, &awaitedError{r.awaited[len(r.awaited)-1]}
			}
			return v, err
		},
		Namespaces: func() (map[string]string, error) { return r.namespaces(ctx) },
		Request: func(name string) (*eval.Answer, error) {
			a, err := r.session.answerOf(r.step.file.named(name), name)
			if awaits, ok := errors.AsType[*awaitedError](err); ok {
				r.awaited = append(r.awaited, awaits.from)
			}
			return a, err
		},
	}
	if r.session.recorded != nil {
		env.Masked, env.Now = secretMask, r.replayed.clock
	}
	return env
}

// accepts reports whether the checks of the request are content with a status
// such as 401, so that it must not be repeated with other credentials: there
// are checks that read the status alone, and all of them hold.
func (r *running) accepts(ctx context.Context, status int) bool {
	answer := &eval.Answer{Status: status, StatusText: http.StatusText(status)}
	env := r.env(ctx, answer)
	accepted := false
	for _, p := range r.step.predicates {
		if p.node.Subject == parser.SubjectStatus {
			if !p.check(ctx, r, answer).Passed {
				return false
			}
			accepted = true
		}
	}
	for _, a := range r.step.asserts {
		if !a.program.ReadsStatus() || a.program.ReadsAnswer() {
			continue
		}
		if v, err := a.program.Eval(env); err != nil || v != true {
			return false
		}
		accepted = true
	}
	return accepted
}

// maxReadBack is how much of a sent body an expression may read.
const maxReadBack = 16 << 20

// readBody reads a sent body again, for an expression that asks for it.
func readBody(b transport.Body) ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	if b.Size() > maxReadBack {
		return nil, fmt.Errorf("the body of the request is larger than %d MiB, which is too much for an expression", maxReadBack>>20)
	}
	reader, err := b.Open()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return io.ReadAll(reader)
}
