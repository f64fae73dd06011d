package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
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
	err := i.turn.take(ctx, i.def.id, func(holder string) {
		if i.config.Warn != nil {
			i.config.Warn(&diag.Diagnostic{
				Code: diag.CodeAuthToken, Severity: diag.Note,
				Summary: fmt.Sprintf("the login of `%s` waits until the login of `%s` has ended", i.def.id, holder),
			})
		}
	})
	if err != nil {
		return nil, err
	}
	defer i.turn.give()
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
