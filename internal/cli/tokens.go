package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// The environment variables that say where tokens are kept.
const (
	cacheVariable    = "POSTRIDER_AUTH_CACHE"
	cacheDirVariable = "POSTRIDER_AUTH_CACHE_DIR"
)

// tokenCache returns where tokens are kept between runs. Nothing is read or made
// for it.
func (p *program) tokenCache(c *cli.Context) (runner.TokenCache, error) {
	cache := runner.TokenCache{Storage: runner.InFile, Renew: c.Bool("auth-refresh")}
	chosen, _ := p.lookupEnv(cacheVariable)
	switch chosen {
	case "", string(runner.InFile):
	case string(runner.InKeyring):
		cache.Storage = runner.InKeyring
	case "off", string(runner.InMemory):
		cache.Storage = runner.InMemory
	default:
		return cache, usage("set it to `file`, `keyring`, `memory` or `off`", "`%s` cannot be `%s`", cacheVariable, chosen)
	}
	if c.Bool("no-auth-cache") {
		if c.IsSet("auth-cache-dir") {
			return cache, usage("leave one of them out", "`--no-auth-cache` excludes `--auth-cache-dir`")
		}
		cache.Storage = runner.InMemory
	}
	if cache.Storage == runner.InMemory {
		return cache, nil
	}
	dir, _ := p.lookupEnv(cacheDirVariable)
	if dir = cmp.Or(c.String("auth-cache-dir"), dir); dir == "" {
		base, err := os.UserCacheDir()
		if err != nil && chosen == "" { // as in many containers; nobody has asked for a cache
			cache.Storage = runner.InMemory
			return cache, nil
		}
		if err != nil {
			return cache, usage("set `"+cacheDirVariable+"`", "there is no folder for the token cache: %v", err)
		}
		dir = filepath.Join(base, "postrider", "tokens")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return cache, usage("", "the folder of the token cache cannot be told: %v", err)
	}
	cache.Dir = dir
	return cache, nil
}

// tokenOptions turns the flags of the commands about tokens into options of the
// runner.
func (p *program) tokenOptions(c *cli.Context) (runner.Options, error) {
	o := runner.Options{
		Environment:  c.String("env"),
		Timeout:      time.Duration(get[duration](c, "timeout")),
		Insecure:     c.Bool("insecure"),
		AllowOrigins: p.allowedOrigins(c),
		OnSecret:     p.announceSecrets(),
		Interact:     p.interact(),
		Environ:      p.lookupEnv,
		Version:      version(),
	}
	var err error
	if o.Vars, err = p.vars(c); err != nil {
		return o, err
	}
	if o.RootCAs, o.Roots, err = p.authorities(c); err != nil {
		return o, err
	}
	if o.Certificate, err = p.certificate(c); err != nil {
		return o, err
	}
	o.Tokens, err = p.tokenCache(c)
	return o, err
}

// reference reads the arguments ID [KEY=VALUE...]. Messages do not quote values,
// which may be secrets.
func (p *program) reference(c *cli.Context) (id string, params []runner.TokenParam, err error) {
	id = c.Args().First()
	if id == "" {
		return "", nil, usage("name what a request would: `postrider "+p.invocation.command+" ID`; see `postrider auth providers`", "`postrider %s` needs an id", p.invocation.command)
	}
	if strings.Contains(id, "=") {
		return "", nil, usage("write the id first", "the id is missing before `%s=…`", id[:strings.Index(id, "=")])
	}
	for n, text := range c.Args().Tail() {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			return "", nil, usage("write KEY=VALUE, as behind `# @auth ID`", "argument %d is not a parameter", n+2)
		}
		params = append(params, runner.TokenParam{Key: key, Value: value})
	}
	return id, params, nil
}

// token runs one action on the token of a reference and prints what comes of
// it.
func (p *program) token(action runner.TokenAction) cli.ActionFunc {
	return func(c *cli.Context) error {
		id, params, err := p.reference(c)
		if err != nil {
			return err
		}
		o, err := p.tokenOptions(c)
		if err != nil {
			return err
		}
		if o.Tokens.Storage == runner.InMemory && (action == runner.LoginToken || action == runner.RefreshToken) {
			return usage("leave out what switches the cache off", "`postrider %s` has nowhere to keep the token", p.invocation.command)
		}
		o.OnNote = func(m diag.Message) {
			render := diag.Renderer{Color: p.useColor(p.stderr, c.Bool("no-color")), Width: terminalWidth(p.stderr)}
			_ = render.Render(p.stderr, m) // the action goes on whether it is read or not
		}
		ctx, stop := interruptible(c.Context, &p.left)
		defer stop()
		result, messages := runner.Token(ctx, o, action, id, params)
		if err := p.tell(c, ctx, messages); err != nil {
			return err
		}
		if login := action == runner.LoginToken || action == runner.RefreshToken; login && p.exit == exitOK && result.Held.Storage == runner.InMemory && result.Held.State != runner.TokenGiven {
			return usage("make the folder usable, or choose another with `--auth-cache-dir`", "there is a new token, but it is kept nowhere: the token cache cannot be used")
		}
		text := ""
		switch {
		case p.exit != exitOK && action != runner.LogoutToken:
			return nil
		case action == runner.GetToken:
			text = result.Token + "\n"
		case c.Bool("json"):
			if text, err = indentedJSON(tokenJSON(action, result)); err != nil {
				return err
			}
		case p.exit != exitOK:
			return nil
		default:
			text = tokenText(action, id, result, time.Now())
		}
		if action == runner.ShowToken && result.Held.State != runner.TokenValid && result.Held.State != runner.TokenGiven {
			p.exit = exitFailed
		}
		return write(p.stdout, text)
	}
}

// tell prints the messages of an action and sets the exit code.
func (p *program) tell(c *cli.Context, ctx context.Context, messages []diag.Message) error {
	render := diag.Renderer{Color: p.useColor(p.stderr, c.Bool("no-color")), Width: terminalWidth(p.stderr)}
	for _, m := range messages {
		if m.Severity == diag.Error && p.exit != exitUsage {
			p.exit = exitUsage
			if m.Code == diag.CodeAuthToken || strings.HasPrefix(m.Code, "PR5") {
				p.exit = exitBroken
			}
		}
		if err := render.Render(p.stderr, m); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		p.exit = exitInterrupted
	}
	return nil
}

// status is `postrider auth status [ID [KEY=VALUE...]]`.
func (p *program) status(c *cli.Context) error {
	if c.Args().Present() {
		return p.token(runner.ShowToken)(c)
	}
	o, err := p.tokenOptions(c)
	if err != nil {
		return err
	}
	held, err := runner.Tokens(o)
	if err != nil {
		return err
	}
	var text string
	switch {
	case c.Bool("json"):
		if held == nil {
			held = []runner.HeldToken{}
		}
		text, err = indentedJSON(held)
	case o.Tokens.Storage == runner.InMemory:
		text = "The token cache is off: tokens end with each run.\n"
	case len(held) == 0:
		text = "No tokens in " + diag.Printable(o.Tokens.Dir) + ".\n"
	default:
		text = "Tokens in " + diag.Printable(o.Tokens.Dir) + ":\n" + heldText(held, time.Now())
	}
	return errors.Join(err, write(p.stdout, text))
}

// logout is `postrider auth logout ID [KEY=VALUE...]` or `--all`.
func (p *program) logout(c *cli.Context) error {
	if !c.Bool("all") {
		return p.token(runner.LogoutToken)(c)
	}
	if c.Args().Present() {
		return usage("leave one of them out", "`--all` excludes an id")
	}
	o, err := p.tokenOptions(c)
	if err != nil {
		return err
	}
	removed := 0
	if o.Tokens.Storage != runner.InMemory {
		ctx, stop := interruptible(c.Context, &p.left)
		defer stop()
		if removed, err = runner.DropTokens(ctx, o); err != nil {
			return err
		}
	}
	if c.Bool("json") {
		text, err := indentedJSON(map[string]any{"removed": removed})
		return errors.Join(err, write(p.stdout, text))
	}
	text := fmt.Sprintf("%d tokens removed. No vendor was told: they stay valid to their end.\n", removed)
	switch removed {
	case 0:
		text = "There are no tokens.\n"
	case 1:
		text = "1 token removed. No vendor was told: it stays valid to its end.\n"
	}
	return write(p.stdout, text)
}

// tokenJSON is what an action prints for machines: never a token.
func tokenJSON(action runner.TokenAction, r runner.TokenResult) any {
	if action == runner.LogoutToken {
		return map[string]any{"id": r.Held.ID, "found": r.Found, "revoked": r.Revoked}
	}
	return r.Held
}

// tokenText is what an action prints for people: never a token.
func tokenText(action runner.TokenAction, id string, r runner.TokenResult, now time.Time) string {
	h, id := r.Held, diag.Printable(id)
	switch action {
	case runner.LogoutToken:
		switch {
		case !r.Found:
			return "There is no token of " + id + ".\n"
		case r.Revoked:
			return "The token of " + id + " is revoked and removed.\n"
		}
		return "The token of " + id + " is removed. Its definition has no `revoke`: it stays valid to its end.\n"
	case runner.ShowToken:
		return heldText([]runner.HeldToken{h}, now)
	}
	account := ""
	if h.Account != "" {
		account = " as " + diag.Printable(h.Account)
	}
	return fmt.Sprintf("Logged in to %s%s: %s, kept in %s.\n", id, account, stateText(h, now), storageText(h.Storage))
}

// heldText returns one line for each token.
func heldText(held []runner.HeldToken, now time.Time) string {
	rows := make([][]string, len(held))
	for i, h := range held {
		source := ""
		if h.Source != "" {
			source = "by " + diag.Printable(h.Source)
		}
		rows[i] = []string{
			cmp.Or(diag.Printable(h.ID), "?"), cmp.Or(diag.Printable(h.Account), "-"),
			stateText(h, now), cmp.Or(source, "-"), storageText(h.Storage),
		}
	}
	return columns("  ", rows)
}

func stateText(h runner.HeldToken, now time.Time) string {
	var text string
	switch h.State {
	case runner.TokenValid:
		text = "valid for " + lifeText(h.Expires.Sub(now))
	case runner.TokenExpired:
		text = "expired"
	case runner.TokenGiven:
		return "given by its parameters"
	case runner.TokenSealed:
		return "sealed with a key that is not at hand"
	default:
		return "no token"
	}
	if h.Refreshable {
		text += ", can be refreshed"
	}
	return text
}

func storageText(s runner.TokenStorage) string {
	switch s {
	case runner.InFile:
		return "a file"
	case runner.InKeyring:
		return "a file sealed by the keyring"
	default:
		return "memory"
	}
}

// lifeText writes a duration with its two largest units: "23h 59m".
func lifeText(d time.Duration) string {
	d = d.Round(time.Second)
	days, hours := d/(24*time.Hour), d%(24*time.Hour)/time.Hour
	minutes, seconds := d%time.Hour/time.Minute, d%time.Minute/time.Second
	switch {
	case days > 0:
		return fmt.Sprintf("%dd %dh", days, hours)
	case hours > 0:
		return fmt.Sprintf("%dh %dm", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%dm %ds", minutes, seconds)
	default:
		return fmt.Sprintf("%ds", seconds)
	}
}
