package runner

import (
	"context"
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/urltext"
	"github.com/postrider/postrider/internal/value"
)

// parseTarget makes a URL of the target of a step, with @no-auto-encoding as it is
// written.
func (s *step) parseTarget(target, hostHeader string) (*url.URL, error) {
	s.file.plan.keepTarget(target)
	if s.verbatim {
		return urltext.ParseVerbatim(target, hostHeader)
	}
	return urltext.Parse(target, hostHeader)
}

// targetError points a mistake in a URL at its place.
func (s *step) targetError(err error, expanded string) *diag.Diagnostic {
	d := &diag.Diagnostic{
		Code: diag.CodeURL, Severity: diag.Error,
		Summary: err.Error(), Source: s.file.parsed.Source, Subject: s.request.Target.Span(),
		Suggestion: "write an absolute URL, such as `https://example.com/path`",
	}
	switch written := s.request.Target.String(); {
	case strings.HasPrefix(expanded, s.method()+" /"):
		d.Suggestion += ", or add a `Host` header"
	case strings.HasPrefix(expanded, s.method()+` "`):
		d.Suggestion = "leave out the quotes round the URL, or round the value of the variable"
	case strings.Contains(written, "<%"), strings.Contains(written, "[["), strings.Contains(written, "${"), strings.Contains(written, "%s"):
		d.Suggestion = "write a variable as `{{name}}`: this looks like a template of another tool"
	}
	if s.request.Target.HasTemplate() {
		d.Expanded = expanded
	}
	return d
}

// checkTarget finds out before anything is sent whether the target is a URL,
// if it is known by then.
func (f *file) checkTarget(ctx context.Context, s *step, target *scope.Expansion) {
	f.checkCut(ctx, s, target)
	host, known := f.staticHost(ctx, s)
	if target == nil || !known || f.complainsIn(s.request.Line) {
		return
	}
	u, err := s.parseTarget(target.Text, host)
	if err != nil {
		f.problem(s.targetError(err, s.method()+" "+target.Text))
		return
	}
	s.userinfo = u.User != nil
}

// staticHost returns what stands for the host of a path-only target: the Host
// header, or else the variable `host`. It reports false if that is known only
// when the request runs.
func (f *file) staticHost(ctx context.Context, s *step) (host string, known bool) {
	for _, h := range s.request.Headers {
		if !strings.EqualFold(h.Name.String(), "host") {
			continue
		}
		if !f.isStatic(h.Value) {
			return "", false
		}
		if x, err := f.static.Expand(ctx, h.Value, unsent{f}); err == nil {
			return x.Text, true
		}
		return "", false
	}
	v, found, _ := f.static.Lookup("host")
	switch {
	case len(f.capturers("host")) > 0, f.isArgument("host", s), !found && f.open["host"], found && !f.isStatic(v.Text):
		return "", false
	case found:
		v, _, err := f.static.Value(ctx, "host", unsent{f})
		if err != nil {
			return "", false
		}
		host = value.Text(v)
	}
	return host, true
}
