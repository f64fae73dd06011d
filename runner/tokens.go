package runner

import (
	"context"
	"fmt"
	"sync"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/tokenstore"
	"github.com/postrider/postrider/parser"
)

// HeldToken explains a token without holding it.
type HeldToken = auth.Held

// States of a token.
const (
	TokenValid   = auth.Valid
	TokenExpired = auth.Expired
	TokenMissing = auth.Missing
	TokenGiven   = auth.Given
	TokenSealed  = auth.Sealed
)

// TokenAction is what to do with the token of a reference.
type TokenAction string

// Actions.
const (
	ShowToken    TokenAction = "status"  // explain what is there
	LoginToken   TokenAction = "login"   // log in, whatever is there
	RefreshToken TokenAction = "refresh" // have another issued, by the refresh token if there is one
	GetToken     TokenAction = "token"   // as a request does, and return it
	LogoutToken  TokenAction = "logout"  // revoke and remove
)

// TokenParam is one key=value behind the id of a reference.
type TokenParam struct{ Key, Value string }

// TokenResult is what came of an action.
type TokenResult struct {
	Held    HeldToken
	Found   bool   // LogoutToken: there was one
	Revoked bool   // LogoutToken: the vendor has been told
	Token   string // GetToken
}

// Token does what `@auth ID KEY=VALUE…` in a request file of the folder o.Dir
// would refer to. The messages are masked; with an error among them, the action
// has failed, though the result may explain what there is.
func Token(ctx context.Context, o Options, action TokenAction, id string, params []TokenParam) (TokenResult, []diag.Message) {
	p := emptyPlan(o)
	defer p.Close()
	if p.auth == nil {
		return TokenResult{}, p.Messages()
	}
	f := p.scratch()
	var mu sync.Mutex
	p.observe.set(nil, func(d *diag.Diagnostic) {
		mu.Lock()
		defer mu.Unlock()
		if d.Severity == diag.Note && o.OnNote != nil {
			m := p.message(d)
			m.Strings(p.secrets.Mask)
			o.OnNote(m)
			return
		}
		f.problem(d)
	})
	r, err := f.token(ctx, action, id, params)
	p.observe.set(nil, nil)
	mu.Lock()
	defer mu.Unlock()
	if err != nil {
		f.problem(asDiagnostics(err)...)
	}
	return r, p.Messages()
}

func (f *file) token(ctx context.Context, action TokenAction, id string, params []TokenParam) (r TokenResult, err error) {
	binding, err := f.bindByName(ctx, id, params)
	if err != nil {
		return r, err
	}
	switch action {
	case LoginToken:
		r.Held, err = binding.Login(ctx)
	case RefreshToken:
		r.Held, err = binding.Refresh(ctx)
	case GetToken:
		r.Token, err = binding.Token(ctx)
		r.Held = binding.Held()
	case LogoutToken:
		r.Found, r.Revoked, err = binding.Logout(ctx)
		r.Held = binding.Held()
	default:
		r.Held = binding.Held()
	}
	return r, err
}

// bindByName binds what an @auth with an id and parameters would name. What the
// user types is the user's word, not the project's.
func (f *file) bindByName(ctx context.Context, id string, params []TokenParam) (*auth.Binding, error) {
	directive := &parser.Auth{ID: parser.Literal(nil, diag.Span{}, id)}
	c := f.configured(directive)
	if c.err != nil {
		return nil, c.err
	}
	lookup := &parameters{ctx: ctx, file: f}
	ref, err := f.authReference(ctx, c, f.static, unsent{f}, lookup)
	if err != nil {
		return nil, err
	}
	ref.Source = nil // there is no directive to point at
	for _, p := range params {
		source := diag.NewSource("the command line", []byte(p.Key+"="+p.Value))
		source.Private = true
		text := parser.NewText(source, diag.Span{Start: len(p.Key) + 1, End: len(source.Text())})
		x, err := f.secure(f.static).Expand(ctx, text, unsent{f})
		if err != nil {
			return nil, err
		}
		ref.Args = append(ref.Args, auth.Arg{
			Key: p.Key, Value: x.Text, Secret: x.Secret, Project: text.HasTemplate() && !fromCommandLine(text, f.static),
			Source: source, Span: diag.Span{End: len(source.Text())},
		})
	}
	binding, err := f.plan.auth.Bind(ref)
	if lookup.err != nil {
		return nil, lookup.err
	}
	return binding, f.otherEnvironment(err, id)
}

// scratch adds a file without requests to a plan: what a request file of the
// folder of the options would see.
func (p *Plan) scratch() *file {
	dir := p.options.Dir
	if dir == "" {
		dir = "."
	}
	s := p.newSuite("", dir, p.parse("", nil))
	p.add(s)
	f := s.file
	f.makeNames()
	f.makeSteps() // of which there are none; expressions need the names
	return f
}

// Tokens explains the tokens that are kept, without asking anybody.
func Tokens(o Options) ([]HeldToken, error) {
	if o.Tokens.Storage == "" || o.Tokens.Storage == InMemory {
		return nil, nil
	}
	return auth.HeldIn(o.Tokens.folder(nil))
}

// DropTokens removes all tokens that are kept, and returns how many there were.
// No vendor is told. It waits for processes that are getting one.
func DropTokens(ctx context.Context, o Options) (int, error) {
	n, err := tokenstore.NewFolder(o.Tokens.Dir, tokenstore.Options{}).Clear(ctx)
	if err != nil {
		return n, fmt.Errorf("the tokens cannot be removed: %w", err)
	}
	return n, nil
}
