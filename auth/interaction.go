package auth

import (
	"context"
	"errors"
	"strings"
	"time"
)

// loginTimeout is how long a person has to log in, where the server does not
// say it.
const loginTimeout = 5 * time.Minute

// interactively runs a login that a person takes part in: one at a time, and
// none if there is nobody to ask.
func (i *issuer) interactively(ctx context.Context, login func(context.Context) (*token, error)) (*token, error) {
	if i.config.Interact == nil {
		r := i.refuse(nil, "somebody must log in, and there is no terminal to ask at")
		r.Suggestion = "log in at a terminal with `postrider auth login " + i.def.id + "`, or use the grant `client_credentials` where nobody is"
		r.final = true
		return nil, r
	}
	select {
	case i.turn <- struct{}{}:
		defer func() { <-i.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	t, err := login(ctx)
	if refused := new(refusal); errors.As(err, &refused) {
		refused.final = true // nobody is asked twice in a run
	}
	return t, err
}

// goal is where the token will go, for the person who is asked for it.
func (i *issuer) goal() string { return strings.Join(i.destinations(), ", ") }

// late explains that nobody has logged in in time, unless the run has ended.
func (i *issuer) late(ctx context.Context, within time.Duration) error {
	if err := ctx.Err(); errors.Is(err, context.Canceled) {
		return err
	}
	r := i.refuse(nil, "nobody has logged in within "+within.Round(time.Second).String())
	r.Suggestion = "try again"
	return r
}
