package transport

import (
	"context"
	"net/url"
)

// Preview returns the first hop that Do would send for a request, and the proxy
// that it would take; nil for none. Nothing is sent, but the request's Auth is
// asked for credentials as Do asks it.
func (c *Client) Preview(ctx context.Context, r *Request) (*Hop, *url.URL, error) {
	m, err := newMessage(r)
	if err != nil {
		return nil, nil, err
	}
	if _, err := protocolOf(r.Proto); err != nil {
		return nil, nil, err
	}
	e := &exchange{client: c, request: r, user: ctx, ctx: ctx, clock: newClock(0, nil), reach: anywhere}
	if c.options.LoopbackOnly {
		e.reach = loopbackOnly
	}
	proxy, err := e.proxyFor(m.url)
	if err != nil {
		return nil, nil, err
	}
	request, applied, err := e.compose(ctx, m)
	if err != nil {
		return nil, nil, err
	}
	return &Hop{
		Method: request.Method, URL: request.URL, Body: m.body, Sent: sentHeader(request), Applied: applied,
	}, proxy, nil
}
