package runner

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/redaction"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/standin"
	"github.com/postrider/postrider/internal/transport"
)

// plan builds a request, tells what would be sent, and goes on as if it had
// passed.
func (r *running) plan(ctx context.Context, done *RequestFinished) Outcome {
	s, st := r.session, r.step
	s.began = true
	e := &RequestPlanned{
		Name: done.Name, Path: done.Path, Line: done.Line, NeededBy: done.NeededBy, NoLog: st.noLog, Repeated: s.repeated[st],
	}
	switch {
	case st.setup:
		e.Role = "setup"
	case st.teardown:
		e.Role = "teardown"
	}
	if err := r.describe(ctx, e); err != nil {
		r.fail(done, asDiagnostics(err)...)
		return r.finish(done)
	}
	r.captureLater()
	if by := s.headersBy; by != nil {
		r.unsure = append(r.unsure, fmt.Sprintf("header fields that a script of `%s` (%s:%d) sets for all later requests", by.label(), by.file.path, by.line))
	}
	if slices.Contains(st.unnamed, headersName) {
		s.headersBy = st
	}
	e.Unsure = r.unsure
	s.outcomes[st] = Passed
	s.counts.Requests++
	s.counts.Planned++
	s.bus.emit(r.id(), e)
	return Passed
}

// describe builds the request as a run does, and fills the event with it. It
// finds every mistake that a run would find before sending.
func (r *running) describe(ctx context.Context, e *RequestPlanned) error {
	st := r.step
	note := func(format string, args ...any) { e.Notes = append(e.Notes, fmt.Sprintf(format, args...)) }
	for i, waits := range [][]wait{st.before, st.after} {
		for _, w := range waits {
			d, problem := r.durationIn(ctx, w.text, 0, w.unit)
			if problem != nil {
				return problem
			}
			if d > 0 {
				note("a run waits for %s %s it", d, []string{"before", "after"}[i])
			}
		}
	}
	if st.rateLimit != nil {
		note("a run waits as `@ratelimit %s` says", st.rateLimit.at)
	}
	r.foreseeScripts(note)
	req, err := r.build(ctx)
	if err != nil {
		return err
	}
	if err := r.describeRetry(ctx, note); err != nil {
		return err
	}
	for _, to := range st.block.Outputs {
		path, err := r.outputPath(ctx, to)
		if err != nil {
			return err
		}
		note("the answer is written to `%s`", r.session.dry.Show(path))
	}
	hop, proxy, err := r.session.plan.client.Preview(ctx, req)
	if err != nil {
		var problems diag.List
		for _, d := range asDiagnostics(err) {
			problems = append(problems, d.At(st.file.parsed.Source, st.request.Line))
		}
		return problems
	}
	e.Sent = r.sent(req, hop, proxy)
	r.explain(hop, e, note)
	if r.session.plan.options.Commands {
		r.describeCommand(req, hop, proxy, e)
	}
	return nil
}

// describeRetry tells of @retry and reads its values.
func (r *running) describeRetry(ctx context.Context, note func(string, ...any)) error {
	re := r.step.retry
	if re == nil {
		return nil
	}
	delay, problem := r.duration(ctx, re.every, defaultRetryDelay)
	if problem != nil {
		return problem
	}
	if _, err := r.factor(ctx, re.backoff); err != nil && !r.unsureAny(ctx, "`backoff`", re.backoff) {
		return err
	}
	until := "the checks hold"
	if re.until != nil {
		until = "`" + re.until.text.String() + "` holds"
	}
	note("tried up to %d times, %s apart, until %s", re.tries, delay, until)
	return nil
}

// sent returns the first hop of a request as an event shows it.
func (r *running) sent(req *transport.Request, hop *transport.Hop, proxy *url.URL) Planned {
	p, dry := r.session.plan, r.session.dry
	awaited := false // whether the length of the body is known
	planned := Planned{Method: hop.Method, URL: r.shownURL(hop.URL), Proto: req.Proto}
	if proxy != nil {
		planned.Proxy = dry.Show(transport.Origin(proxy))
	}
	if hop.Body != nil && hop.Body.Size() > 0 {
		content := head(hop.Body, PreviewSize+previewMargin)
		awaited = dry.Holds(string(content))
		planned.Body = newBody(content, hop.Body.Size(), hop.Sent.Get("Content-Type"))
		planned.Body.Type, planned.Body.Preview = dry.Show(planned.Body.Type), dry.Show(planned.Body.Preview)
	}
	for _, f := range p.fields(hop.Sent) {
		switch {
		case f.Name == "Content-Length" && awaited, f.Name == "Host" && r.noOrigin:
			continue
		}
		planned.Header = append(planned.Header, Field{Name: f.Name, Value: dry.Show(f.Value)})
	}
	for i, f := range planned.Header {
		if values := hop.Sent[f.Name]; len(values) == 1 && dry.Holds(values[0]) && redaction.SecretField(f.Name) && !p.options.ShowSecrets {
			planned.Header[i].Value = dry.Show(r.hideKnown(f.Name, values[0]))
		}
	}
	return planned
}

// hideKnown is redaction.HideField for a field that holds values which are not known, and so
// no secrets yet.
func (r *running) hideKnown(name, text string) string {
	dry := r.session.dry
	if strings.EqualFold(name, "cookie") {
		pairs := strings.Split(text, "; ")
		for i, pair := range pairs {
			if name, value, found := strings.Cut(pair, "="); found && !dry.Is(value) {
				pairs[i] = name + "=" + secretMask
			} else if !found && !dry.Is(pair) {
				pairs[i] = secretMask
			}
		}
		return strings.Join(pairs, "; ")
	}
	if scheme, credentials := redaction.Credentials(name, text); dry.Is(credentials) {
		return scheme + credentials
	}
	return redaction.HideField(name, text)
}

// shownURL is the URL with the templates that are not known.
func (r *running) shownURL(u *url.URL) string {
	dry := r.session.dry
	text := r.session.plan.hide(func(address string) string {
		var masked strings.Builder // as hideAddress does, but what is not known
		for _, piece := range r.session.plan.secrets.Cut(address) {
			if piece.Secret && !dry.Holds(piece.Text) {
				piece.Text = secretMask
			}
			masked.WriteString(piece.Text)
		}
		return redaction.HideQueryBut(masked.String(), dry.Is)
	}, u.String())
	if r.noOrigin {
		text = strings.TrimPrefix(text, "http://")
	}
	return dry.Show(text)
}

// explain tells where what is not known comes from, and what the credentials are.
func (r *running) explain(hop *transport.Hop, e *RequestPlanned, note func(string, ...any)) {
	dry := r.session.dry
	told := make(map[string]bool)
	look := func(text string) {
		for _, p := range dry.Cut(text) {
			if s := p.Value; s != nil && !s.Token && !told[s.Shown] {
				told[s.Shown] = true
				e.Values = append(e.Values, PlannedValue{Text: s.Shown, From: s.From})
			}
		}
	}
	look(hop.URL.String())
	for _, values := range hop.Sent {
		for _, v := range values {
			look(v)
			if user, password, ok := basicPair(v); ok {
				look(user)
				look(password)
			}
		}
	}
	if hop.Body != nil {
		look(string(head(hop.Body, PreviewSize)))
	}
	slices.SortFunc(e.Values, func(a, b PlannedValue) int { return strings.Compare(a.Text, b.Text) })
	for _, p := range r.previews {
		note("%s", credentialsNote(p, hop.Applied))
	}
	for _, text := range r.step.texts() {
		for seg := range text.Templates() {
			if expr := seg.Expr.String(); scope.Classify(expr) == scope.Dynamic && !told[expr] && isFresh(expr) {
				told[expr] = true
				note("`{{%s}}` has another value in each run", expr)
			}
		}
	}
}

// isFresh reports whether a dynamic variable is made anew by each run.
func isFresh(expr string) bool {
	name, _, _ := strings.Cut(expr, " ")
	return !scope.IsToken(expr) && !strings.HasPrefix(name, "$env") && !slices.Contains([]string{"$processEnv", "$dotenv", "$index", "$projectRoot", "$historyFolder"}, name)
}

// credentialsNote says which credentials a request carries.
func credentialsNote(p auth.Preview, applied bool) string {
	what := "credentials of the provider"
	if p.IsScheme {
		what = "credentials of the scheme"
	}
	text := fmt.Sprintf("%s `%s`", what, p.ID)
	if p.ID != p.Provider {
		text += fmt.Sprintf(" (`%s`)", p.Provider)
	}
	switch {
	case p.Endpoint != "" && p.Person:
		text += ": a token that somebody logs in for at " + p.Endpoint + ", unless one is kept"
	case p.Endpoint != "":
		text += ": a token from " + p.Endpoint + ", unless one is kept"
	case p.Digest != nil:
		text += ": they answer the challenge of the server, and the first request goes without them"
	case p.Signed:
		text += ": a signature, made anew by each run"
	case !applied:
		text += ": none, since the request has its own"
	}
	return text
}

// foreseen is the iterations of a loop, in a dry run: all of them if it is known
// how many they are, or else the first, and how often it is repeated.
func (s *session) foreseen(st *step, next func(int) ([]*scope.Variable, bool, error)) func(int) ([]*scope.Variable, bool, error) {
	l := st.loop
	var all [][]*scope.Variable
	say := func(format string, args ...any) {
		if s.repeated == nil {
			s.repeated = make(map[*step]string)
		}
		s.repeated[st] = fmt.Sprintf(format, args...)
	}
	foresee := func() (known bool, err error) {
		for {
			vars, again, err := next(len(all))
			awaits, isAwaited := errors.AsType[*awaitedError](err)
			switch {
			case isAwaited:
				say("as often as `%s` says, which depends on %s", l.text(), awaits.from)
				all = append(all, l.unknown(s.dry, awaits.from))
				return false, nil
			case err != nil || !again:
				return true, err
			}
			all = append(all, vars)
			if l.while != nil { // what it reads may be captured each time
				say("as long as `%s`", l.text())
				return false, nil
			}
		}
	}
	known := false
	return func(i int) ([]*scope.Variable, bool, error) {
		if i == 0 {
			var err error
			if known, err = foresee(); err != nil {
				return nil, false, err
			}
		}
		if i == len(all) {
			return nil, false, nil
		}
		if known {
			say("%d of %d", i+1, len(all))
		}
		return all[i], true, nil
	}
}

// unknown returns the variables of the first iteration of a loop, where how often
// it is carried out, and with which items, depends on an answer.
func (l *loop) unknown(dry *standin.Set, from string) []*scope.Variable {
	vars := []*scope.Variable{indexVariable(0)}
	item := func(name string) {
		vars = append(vars, &scope.Variable{Name: name, Tier: scope.Row, Where: "@loop", Pending: func(expr string) string {
			return dry.Make(standin.Value{Shown: "{{" + expr + "}}", From: fmt.Sprintf("each of `%s`, by %s", l.text(), from)})
		}})
	}
	for _, q := range l.queries {
		item(q.String())
	}
	if l.directive != nil && !l.directive.Var.IsZero() {
		item(l.directive.Var.String())
	}
	return vars
}

// preview returns a binding that gets no token, and notes what the credentials
// are. In a run that sends, it is the binding itself.
func (r *running) preview(ctx context.Context, c *credentials, b *auth.Binding) *auth.Binding {
	if r.session.dry == nil {
		return b
	}
	r.knowParameters(ctx, c)
	shown, p := b.Preview(func(p auth.Preview) string {
		return r.session.dry.Make(standin.Value{Shown: secretMask, From: "the token of `" + p.ID + "`", Shell: r.tokenCommand(ctx, c, p), Token: true})
	})
	for value, name := range p.Environment {
		r.knowValue(value, name, "from the environment")
	}
	if !slices.ContainsFunc(r.previews, func(o auth.Preview) bool { return o.ID == p.ID && o.Endpoint == p.Endpoint }) {
		r.previews = append(r.previews, p)
	}
	return shown
}

// basicPair takes the value of an Authorization field of HTTP Basic
// authentication apart (RFC 7617).
func basicPair(value string) (user, password string, ok bool) {
	encoded, ok := strings.CutPrefix(value, "Basic ")
	if !ok {
		return "", "", false
	}
	plain, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || base64.StdEncoding.EncodeToString(plain) != encoded {
		return "", "", false
	}
	return strings.Cut(string(plain), ":")
}
