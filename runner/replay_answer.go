package runner

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/transport"
)

// noLogReason is why a recording lacks what @no-log hides.
const noLogReason = "`@no-log` keeps it out"

// exchangeOf is a recorded exchange, as far as checks look at one.
func exchangeOf(try *RecordedTry) *transport.Exchange {
	done := try.Done
	x := new(transport.Exchange)
	for _, h := range done.Hops {
		hop := &transport.Hop{
			Cause: transport.Cause(h.Cause), Method: h.Method, URL: recordedURL(h.URL), Sent: headerOf(h.Sent),
			Status: h.Status, StatusText: h.StatusText, Proto: h.Proto, Header: headerOf(h.Header),
			Lookup: h.Lookup, Connect: h.Connect, Handshake: h.Handshake, TTFB: h.TTFB, Total: h.Total,
		}
		x.Hops = append(x.Hops, hop)
	}
	last := x.Final()
	last.Start = x.Hops[0].Start.Add(done.Duration - last.Total)
	if k := done.Recorded; k != nil {
		last.Content = eval.UnmaskNumbers([]byte(k.Content), secretMask)
	}
	return x
}

// recordedURL reads a URL in which secrets are masked.
func recordedURL(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil || u.String() != text {
		return &url.URL{Opaque: text}
	}
	return u
}

func headerOf(fields []Field) http.Header {
	h := make(http.Header, len(fields))
	for _, f := range fields {
		h[f.Name] = append(h[f.Name], f.Value)
	}
	return h
}

// recordedAnswer adds to an answer what is known of it because it was recorded.
func recordedAnswer(a *eval.Answer, try *RecordedTry) {
	done := try.Done
	last := done.Hops[len(done.Hops)-1]
	a.Rest = 0
	a.Recorded = new(eval.Recorded)
	if t := last.TLS; t != nil {
		a.Recorded.TLS = &eval.Connection{
			Version: t.Version, Cipher: t.Cipher, Subject: t.Subject, Issuer: t.Issuer, Expiry: t.Expiry, Names: t.Names,
		}
	}
	for _, f := range last.Header {
		if strings.EqualFold(f.Name, "set-cookie") && f.Value == secretMask {
			a.Recorded.NoCookies = true
		}
	}
	if last.Header == nil && !done.NoLog {
		const reason = "it was made without header fields"
		a.Recorded.NoHeader, a.Recorded.NoBody, a.Request.NoHeader = reason, reason, reason
	}
	sent := sentBody(done)
	a.Request.Body = func() ([]byte, error) {
		switch {
		case done.NoLog:
			return nil, eval.NotRecorded("the body of the request is not in the recording: %s", noLogReason)
		case sent == nil && done.Recorded == nil:
			return nil, eval.NotRecorded("the body of the request is not in the recording")
		case sent == nil:
			return nil, nil
		case sent.Binary || sent.Size > PreviewSize:
			return nil, eval.NotRecorded("the body of the request is not in the recording: it is binary, or longer than 64 KiB")
		}
		return eval.UnmaskNumbers([]byte(sent.Preview), secretMask), nil
	}
	switch k := done.Recorded; {
	case done.NoLog:
		a.Recorded.NoBody, a.Recorded.NoHeader, a.Request.NoHeader = noLogReason, noLogReason, noLogReason
	case k == nil:
		a.Recorded.NoBody = "it was made without bodies"
	case k.Withheld != "":
		a.Recorded.NoBody, a.Recorded.Size = k.Withheld, k.Size
	case k.Cut:
		a.Recorded.NoBody, a.Recorded.Size = "it is longer than the 10 MiB that are kept", k.Size
	default:
		a.Recorded.Size = k.Size
	}
}

// sentBody is what is recorded of the body that was sent first; nil for nothing.
func sentBody(done *RequestFinished) *Body {
	if b := done.Hops[0].SentBody; b != nil {
		return b
	}
	if done.Recorded != nil {
		return done.Recorded.Sent
	}
	return nil
}

// tellReplayed adds to the end of a request what was recorded of it.
func (r *running) tellReplayed(done *RequestFinished) {
	try := r.replayed.try
	if done.Outcome == Failed {
		r.rejection(done)
	}
	done.Hops = r.recordedHops(try, done.Outcome != Passed || r.session.plan.options.Bodies)
	if k := try.Done.Recorded; k != nil && r.session.plan.options.Record {
		again := *k
		again.Content = r.session.plan.secrets.Mask(k.Content) // of those that are known only now
		done.Recorded = &again
	}
}

// recordedHops are the hops of an event, with bodies or without.
func (r *running) recordedHops(try *RecordedTry, bodies bool) []Hop {
	done := try.Done
	hops := append([]Hop(nil), done.Hops...)
	for i := range hops {
		if !bodies || r.step.noLog {
			hops[i].SentBody, hops[i].Body = nil, nil
		}
	}
	if !bodies || r.step.noLog {
		return hops
	}
	hops[0].SentBody = sentBody(done)
	if last := &hops[len(hops)-1]; last.Body == nil && done.Recorded != nil && done.Recorded.Withheld == "" {
		last.Body = newBody(eval.UnmaskNumbers([]byte(done.Recorded.Content), secretMask), done.Recorded.Size, headerOf(last.Header).Get("Content-Type"))
	}
	return hops
}

// unknown is a check that cannot be made, since the recording lacks what it reads.
func (c *Check) unknown(try *RecordedTry) {
	c.Unknown = true
	c.Message.Summary = strings.Replace(c.Message.Summary, "assertion failed: ", "not checked: ", 1)
	for _, was := range try.Done.Checks {
		masked := was.Line == c.Line && strings.Contains(was.Text, secretMask)
		if was.Kind != c.Kind || was.Text != c.Text && !masked || was.Unknown {
			continue
		}
		word := "it was false in the recorded run"
		if was.Passed {
			word = "it was true in the recorded run"
		}
		if c.Message.Detail != "" {
			word = c.Message.Detail + "\n" + word
		}
		c.Message.Detail = word
		return
	}
}

// findUnknown marks the checks that could not be made.
func (r *running) findUnknown(done *RequestFinished) {
	if r.replayed == nil {
		return
	}
	for i := range done.Checks {
		c := &done.Checks[i]
		if !c.Passed && !c.Unknown && c.Message != nil && c.Message.Code == diag.CodeNotRecorded {
			c.unknown(r.replayed.try)
		}
	}
}

// onlyUnknown reports whether nothing is wrong with a request but that some checks
// could not be made.
func (done *RequestFinished) onlyUnknown() bool {
	return done.Outcome == Broken && slices.ContainsFunc(done.Checks, func(c Check) bool { return c.Unknown }) &&
		!slices.ContainsFunc(done.Problems, func(m diag.Message) bool { return m.Severity == diag.Error })
}

// isNotRecorded reports whether an error says that a recording lacks a value.
func isNotRecorded(err error) bool {
	e, ok := errors.AsType[*eval.Error](err)
	return ok && e.Code == diag.CodeNotRecorded
}

// isUnknownEnvironment reports whether an error says that no file defines an
// environment.
func isUnknownEnvironment(err error) bool {
	d, ok := errors.AsType[*diag.Diagnostic](err)
	return ok && d.Code == diag.CodeUnknownEnvironment
}
