package runner

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/curl"
	"github.com/postrider/postrider/internal/redaction"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/standin"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// commander writes the command for a request. What is not known, or not to be
// shown, is a variable of the shell.
type commander struct {
	*running
	variables []PlannedValue
}

// describeCommand adds to a planned request the command that sends it.
func (r *running) describeCommand(req *transport.Request, hop *transport.Hop, proxy *url.URL, e *RequestPlanned) {
	if r.step.noLog {
		e.Notes = append(e.Notes, "there is no command: `@no-log` hides the request")
		return
	}
	c := &commander{running: r}
	o := &r.session.plan.options
	out := &curl.Request{
		Method: hop.Method, URL: c.url(hop.URL), Proto: req.Proto, Redirects: req.Redirects,
		Insecure: o.Insecure || req.Insecure, Cert: r.keyFiles[0], Key: r.keyFiles[1],
		Brackets: strings.ContainsAny(hop.URL.String(), "[]"), NoProxy: proxy == nil && (req.NoProxy || r.session.plan.namesProxy()),
	}
	if hop.URL.Path == "*" {
		out.URL, out.Target = c.text(hop.URL.Scheme+"://"+hop.URL.Host, "URL"), "*"
	}
	if req.Timeout != DefaultTimeout {
		out.Timeout = req.Timeout
	}
	if req.Connect != DefaultConnect {
		out.ConnectTimeout = req.Connect
	}
	if proxy != nil {
		out.Proxy = c.text(strings.Replace(proxy.String(), "socks5://", "socks5h://", 1), "PROXY")
	}
	if !out.Insecure {
		out.Authorities = o.RootsFile
	}
	if out.Cert != "" && o.Certificate.Passphrase != "" {
		out.Passphrase = c.hidden("POSTRIDER_CERT_PASS", o.Certificate.Passphrase, "the passphrase of the key")
	}
	out.Body = c.body(hop)
	c.header(out, hop)
	for _, p := range r.previews {
		if p.Digest != nil && out.User == nil {
			out.User = &curl.User{Name: c.text(p.Digest.User, "USER"), Password: c.password(p.Digest.Password), Digest: true}
		}
	}
	if name := c.forwarded(out); name != "" && out.Redirects > 0 {
		out.Redirects = 0
		e.Notes = append(e.Notes, fmt.Sprintf("the command follows no redirects: curl would take `%s` along to other origins", name))
	}
	if r.auth != nil && r.auth.binding != nil {
		if pair, err := r.auth.binding.Certificate(hop.URL); err == nil && pair != nil {
			e.Notes = append(e.Notes, "the command lacks the client certificate of the provider: add `--cert FILE --key FILE`")
		}
	}
	e.Command, e.Values = out.Command(), c.variables
	if c.session.plan.secrets.Mask(e.Command) != e.Command { // such as the name of a file
		e.Notes = append(e.Notes, "the command does not work as it is: `"+secretMask+"` stands for a secret in it")
	}
}

// namesProxy reports whether the environment names a proxy, which curl would take
// for what we send directly.
func (p *Plan) namesProxy() bool {
	return slices.ContainsFunc([]string{"http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}, func(name string) bool {
		v, _ := p.options.environ(name)
		return v != ""
	})
}

// header adds the fields that are sent.
func (c *commander) header(out *curl.Request, hop *transport.Hop) {
	for _, name := range slices.Sorted(maps.Keys(hop.Sent)) {
		for _, v := range hop.Sent[name] {
			v = strings.Trim(v, " \t") // as net/http sends it
			switch {
			case name == "Content-Length":
				continue
			case name == "Host" && (c.noOrigin || v == hostOf(hop.URL)):
				continue
			case name == "Authorization" && len(hop.Sent[name]) == 1:
				if user, password, ok := basicPair(v); ok {
					out.User = &curl.User{Name: c.text(user, "USER"), Password: c.password(password)}
					continue
				}
			}
			out.Header = append(out.Header, curl.Field{Name: name, Value: c.field(name, v)})
		}
	}
}

// hostOf is the field Host that curl makes of a URL.
func hostOf(u *url.URL) string {
	host := u.Host
	if port := u.Port(); u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return host
}

// body returns the body in pieces; nil for none.
func (c *commander) body(hop *transport.Hop) []curl.Piece {
	pieces, _ := hop.Body.(body)
	if hop.Body == nil || pieces.Size() == 0 {
		if hop.Sent.Get("Content-Length") != "" || hop.Sent.Get("Transfer-Encoding") != "" {
			return []curl.Piece{{}}
		}
		return nil
	}
	var all []curl.Piece
	for _, p := range pieces {
		if p.open != nil {
			all = append(all, curl.Piece{File: p.path, Size: p.size})
			continue
		}
		all = append(all, c.text(string(p.bytes), "BODY")...)
	}
	return all
}

// forwarded returns the name of a field with a value that is not shown, which
// curl would send on to another origin; "" if there is none. It knows of
// Authorization and Cookie by itself.
func (c *commander) forwarded(out *curl.Request) string {
	for _, f := range out.Header {
		if http.CanonicalHeaderKey(f.Name) == "Authorization" || http.CanonicalHeaderKey(f.Name) == "Cookie" {
			continue
		}
		if redaction.SecretField(f.Name) || slices.ContainsFunc(f.Value, func(p curl.Piece) bool { return p.Shell != "" }) {
			return f.Name
		}
	}
	return ""
}

// text returns a text with variables in place of what is not known or not shown.
// Place is where it stands, for the names of secrets that have none.
func (c *commander) text(text, place string) curl.Text {
	var all curl.Text
	for _, p := range c.session.dry.Cut(text) {
		if p.Value != nil {
			all = append(all, c.stands(p.Value))
			continue
		}
		for _, piece := range c.session.plan.secrets.Cut(p.Literal) {
			if !piece.Secret {
				all = append(all, curl.Piece{Literal: piece.Text})
			} else if named, ok := c.variable(piece.Text); ok {
				all = append(all, named...)
			} else {
				all = append(all, c.hidden(curl.VariableName(curl.SecretPrefix, strings.ToUpper(place)), piece.Text, "a secret in `"+strings.ToLower(place)+"`")...)
			}
		}
	}
	return all
}

func (c *commander) stands(s *standin.Value) curl.Piece {
	if !s.Token || strings.HasPrefix(s.Shell, "${") {
		c.tell(s.Shell, s.From)
	}
	return curl.Piece{Shell: s.Shell}
}

// field is text for the value of a header field, of which everything is a secret
// that its name says.
func (c *commander) field(name, text string) curl.Text {
	if !redaction.SecretField(name) || text == "" || c.session.plan.options.ShowSecrets {
		return c.text(text, name)
	}
	scheme, credentials := redaction.Credentials(name, text)
	if whole, ok := c.variable(text); ok {
		return whole
	}
	return append(curl.Literal(scheme), c.secret(credentials, name, "the value of the field `"+name+"`")...)
}

// secret returns a text that is secret as a whole.
func (c *commander) secret(text, name, from string) curl.Text {
	if whole, ok := c.variable(text); ok {
		return whole
	}
	if c.session.dry.Is(text) || c.session.plan.options.ShowSecrets {
		return c.text(text, name)
	}
	return c.hidden(curl.VariableName(curl.SecretPrefix, strings.ToUpper(name)), text, from)
}

func (c *commander) password(text string) curl.Text {
	if text == "" {
		return nil
	}
	return c.secret(text, "PASSWORD", "the password")
}

// url returns the URL, of whose query parameters some are secret by their names.
func (c *commander) url(u *url.URL) curl.Text {
	address := u.String()
	if c.noOrigin {
		address = strings.TrimPrefix(address, "http://")
	}
	if !strings.Contains(address, "?") || c.session.plan.options.ShowSecrets {
		return c.text(address, "URL")
	}
	before, parameters := c.parameters(address)
	all := c.text(before, "URL")
	for i, p := range parameters {
		if i > 0 {
			all = append(all, curl.Piece{Literal: "&"})
		}
		name, text, _ := strings.Cut(p, "=")
		if plain, err := url.QueryUnescape(name); err == nil && text != "" && redaction.SecretParameter(plain) {
			all = append(all, curl.Piece{Literal: name + "="})
			all = append(all, c.secret(text, plain, "the query parameter `"+plain+"`, percent-encoded")...)
			continue
		}
		all = append(all, c.text(p, "URL")...)
	}
	return all
}

// parameters cuts an address behind its first "?", and what follows at each "&". Where
// these are parts of a secret they cut nothing.
func (c *commander) parameters(address string) (before string, all []string) {
	for _, piece := range c.session.plan.secrets.Cut(address) {
		text := piece.Text
		if all == nil {
			if at := strings.IndexByte(text, '?'); at >= 0 && !piece.Secret {
				before, text, all = before+text[:at+1], text[at+1:], []string{""}
			} else {
				before += text
				continue
			}
		}
		parts := []string{text}
		if !piece.Secret {
			parts = strings.Split(text, "&")
		}
		all[len(all)-1] += parts[0]
		all = append(all, parts[1:]...)
	}
	return before, all
}

// variable returns the variable that a secret comes from; false if none is known
// for just this text.
func (c *commander) variable(text string) (curl.Text, bool) {
	v, ok := c.known[text]
	if !ok || c.session.plan.options.ShowSecrets {
		return nil, false
	}
	c.tell(v.Text, v.From)
	return curl.Text{{Shell: v.Text}}, true
}

// hidden returns a variable for a secret that has no name of its own. Equal ones
// have the same.
func (c *commander) hidden(name, text, from string) curl.Text {
	if c.session.plan.options.ShowSecrets {
		return curl.Literal(text)
	}
	free := name
	for n := 2; c.tells(free) || c.isKnown(free); n++ {
		free = fmt.Sprintf("%s_%d", name, n)
	}
	shell := curl.Expansion(free)
	c.knowAs(text, shell, from)
	c.tell(shell, from)
	return curl.Text{{Shell: shell}}
}

// tell explains a variable once.
func (c *commander) tell(shell, from string) {
	if name := curl.ExpandedName(shell); !c.tells(name) {
		c.variables = append(c.variables, PlannedValue{Text: name, From: from})
	}
}

func (c *commander) tells(name string) bool {
	return slices.ContainsFunc(c.variables, func(v PlannedValue) bool { return v.Text == name })
}

// nameOf is the variable of the shell that stands for what a template gives: that
// of the environment if it is the template's, or else the one that stands for
// `--var` in ours.
func nameOf(vars *scope.Scope, expr string) (name, from string) {
	for range 8 { // a variable that is another one by itself, which ends
		if name, ok := environmentName(expr); ok {
			return name, "from the environment"
		}
		v, found, err := vars.Lookup(expr)
		if err != nil || !found {
			break
		}
		segments := v.Text.Segments()
		if v.Text.IsZero() || len(segments) != 1 || !segments[0].Template || segments[0].Escape {
			break
		}
		expr = segments[0].Expr.String()
	}
	return curl.VariableName(curl.VariablePrefix, expr), "the value of `{{" + expr + "}}`"
}

// environmentName returns the variable of the environment that a template names.
func environmentName(expr string) (string, bool) {
	for _, prefix := range []string{"$env.", "$processEnv ", "$dotenv "} {
		if name, ok := strings.CutPrefix(expr, prefix); ok && curl.IsVariableName(name) {
			return name, true
		}
	}
	return "", false
}

// know notes which variable of the shell stands for what a template has given,
// should that turn out to be secret.
func (r *running) know(vars *scope.Scope, p scope.Part) {
	if dry := r.session.dry; dry == nil || dry.Holds(p.Text) || !p.Segment.Template || p.Segment.Escape {
		return
	}
	name, from := nameOf(vars, p.Segment.Expr.String())
	r.knowValue(p.Text, name, from)
}

// knowParameters is know for what credentials are made of.
func (r *running) knowParameters(ctx context.Context, c *credentials) {
	if c == nil {
		return
	}
	know := func(vars *scope.Scope, refs scope.References, texts []parser.Text) {
		for _, t := range texts {
			parts, _ := vars.ExpandParts(ctx, t, refs) // whose mistakes have been told
			for _, p := range parts {
				r.know(vars, p)
			}
		}
	}
	know(r.scope, r, c.texts())
	know(r.step.file.entries, entryRefs{r.step.file, r}, c.entryTexts())
}

// knowValue notes which variable of the shell stands for a secret.
func (r *running) knowValue(text, name, from string) { r.knowAs(text, curl.Expansion(name), from) }

// isKnown reports whether a variable of the shell stands for some secret already.
func (r *running) isKnown(name string) bool {
	for _, v := range r.known {
		if curl.ExpandedName(v.Text) == name {
			return true
		}
	}
	return false
}

func (r *running) knowAs(text, shell, from string) {
	if r.known == nil {
		r.known = make(map[string]PlannedValue)
	}
	if _, is := r.known[text]; !is && text != "" {
		r.known[text] = PlannedValue{Text: shell, From: from}
	}
}

// tokenCommand has the shell ask for the token of a provider, as the request
// would. A token whose parameters are secret, or of simulated vendors, is a
// variable.
func (r *running) tokenCommand(ctx context.Context, c *credentials, p auth.Preview) string {
	o := &r.session.plan.options
	byHand := curl.Expansion(curl.VariableName(curl.TokenPrefix, p.ID))
	if c == nil || o.Sandbox != nil || c.directive.ID.IsZero() {
		return byHand
	}
	words := []string{"postrider", "auth", "token"}
	if o.Environment != "" {
		words = append(words, "--env", curl.Word(o.Environment))
	}
	words = append(words, curl.Word(p.ID))
	for _, param := range c.directive.Params {
		x, err := r.scope.Expand(ctx, param.Value, r)
		if err != nil || x.Secret || r.session.dry.Holds(x.Text) || len(r.session.plan.secrets.Cut(x.Text)) > 1 {
			return byHand
		}
		words = append(words, curl.Word(param.Key.String()+"="+x.Text))
	}
	command := strings.Join(words, " ")
	if dir := filepath.Clean(cmp.Or(r.step.file.dir, ".")); dir != "." {
		command = "cd " + curl.Word(dir) + " && " + command
	}
	if strings.ContainsAny(command, "!\n\"") { // which means something to an interactive shell, even here
		return byHand
	}
	return "$(" + command + ")"
}
