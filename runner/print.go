package runner

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
)

// Print asks a run for one value besides its events. It is handed over when
// everything has run, before the last event, exactly as it is.
type Print struct {
	To func(value io.Reader) error // called once, or not at all if there is nothing to print

	// Capture is the name of a captured value, of the last repetition, file and
	// row that have it. "" asks for the body of an answer: of the last request of the last file
	// and row that is neither @setup nor @teardown.
	Capture string

	Reveal bool // print it even if it holds a secret
}

// printer keeps what a run is to print. Sessions hand it over as they end. A nil
// printer prints nothing.
type printer struct {
	Print
	plan *Plan

	mu     sync.Mutex
	at     ID // the file and the row of what is kept
	found  *scope.Variable
	body   *printedBody
	reason string // why there is no body
}

// printedBody is the body of an answer that may be printed.
type printedBody struct {
	spool  *output
	label  string // of its request
	secret bool   // @no-log
}

// newPrinter returns the printer of the options.
func newPrinter(p *Plan) *printer {
	if p.options.Print == nil || p.options.DryRun {
		return nil
	}
	return &printer{Print: *p.options.Print, plan: p, reason: "no request has run"}
}

// keepsBody reports whether the answer to a step may be the one to print.
func (s *session) keepsBody(st *step) bool {
	to := s.plan.printer
	return to != nil && to.Capture == "" && s.suite.last() && st.request != nil && !st.setup && !st.teardown
}

// last reports whether the suite is the last one of which anything is to run, be
// it that its mistakes prevent that.
func (s *suite) last() bool {
	for _, other := range s.plan.suites[s.index:] {
		if len(other.order) > 0 && len(other.sessionRows()) > 0 {
			return false
		}
	}
	return true
}

// keepBody keeps the body of an answer to be printed, in the place of the one
// before. A request without an answer leaves nothing to print.
func (r *running) keepBody(done *RequestFinished) {
	s := r.session
	if !s.keepsBody(r.step) {
		return
	}
	if s.body != nil && s.body.spool != nil {
		s.body.spool.discard()
	}
	s.body = &printedBody{label: done.Name, secret: r.step.noLog}
	answered := done.Outcome == Passed || done.Outcome == Failed
	if r.output != nil && r.output.began && answered {
		s.body.spool = r.output
	} else {
		if r.output != nil {
			r.output.discard()
		}
		s.noBody = fmt.Sprintf("`%s` %s", done.Name, done.Outcome.verb())
	}
}

// handOver gives the printer what the session has for it.
func (s *session) handOver() {
	to := s.plan.printer
	if to == nil {
		return
	}
	to.mu.Lock()
	defer to.mu.Unlock()
	at := ID{File: s.suite.index, Repeat: s.repeat, Row: s.row}
	later := cmp.Or(at.Repeat-to.at.Repeat, at.File-to.at.File, at.Row-to.at.Row) >= 0
	if to.Capture != "" {
		for _, f := range s.suite.files {
			v := s.scopeOf(f).Captured(to.Capture)
			if v != nil && s.lost[keptName{f, to.Capture}] == nil && later {
				to.at, to.found = at, v
				return
			}
		}
		return
	}
	if s.body == nil {
		return
	}
	old := s.body
	if later {
		to.at, to.body, old = at, s.body, to.body
		to.reason = s.noBody
	}
	if old != nil && old.spool != nil {
		old.spool.discard()
	}
}

// planPrint makes the printer, and finds out before anything is sent whether there can be something to
// print.
func (p *Plan) planPrint() {
	p.printer = newPrinter(p)
	to := p.printer
	if to == nil || to.Capture == "" {
		return
	}
	var names []string
	found, open := false, false
	for _, s := range p.suites {
		for _, st := range s.order {
			for c := range st.setting {
				names = append(names, c.name)
				if c.name == to.Capture {
					found = true
					open = open || !c.secret && !scope.LooksSecret(c.name) && !st.noLog
				}
			}
		}
	}
	switch {
	case !found && len(names) > 0:
		p.misprinted(fmt.Sprintf("--get: no request that is run captures `%s`", to.Capture),
			cmp.Or(diag.DidYouMean(to.Capture, names), "captured are "+listed(names)))
	case !found:
		p.misprinted(fmt.Sprintf("--get: no request that is run captures `%s`", to.Capture), fmt.Sprintf("write `# @capture %s = …` above the request", to.Capture))
	case !open && !to.reveals():
		p.misprinted(fmt.Sprintf("--get: `%s` is a secret", to.Capture), "add `--reveal` to print it all the same")
	}
}

// listed names some of many names, each once.
func listed(names []string) string {
	const most = 12
	slices.Sort(names)
	names = slices.Compact(names)
	text := "`" + strings.Join(names[:min(most, len(names))], "`, `") + "`"
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func (p *Plan) misprinted(summary, suggestion string) {
	p.misselected = true
	p.problems = append(p.problems, &diag.Diagnostic{
		Code: diag.CodeUnknownName, Severity: diag.Error, Summary: summary, Suggestion: suggestion,
	})
}

func (to *printer) reveals() bool { return to.Reveal || to.plan.options.ShowSecrets }

// print writes what the run was asked for. What keeps it from that is a warning
// if the run has not passed, which says more, and an error otherwise.
func (to *printer) print(passed bool) *diag.Diagnostic {
	if to == nil || to.plan.misselected {
		return nil
	}
	defer func() {
		if to.body != nil && to.body.spool != nil {
			to.body.spool.discard()
		}
	}()
	d := to.write()
	if d != nil && !passed && d.Code == diag.CodeNoRequest {
		d.Severity = diag.Warning
	}
	return d
}

func (to *printer) write() *diag.Diagnostic {
	nothing := func(format string, args ...any) *diag.Diagnostic {
		return &diag.Diagnostic{Code: diag.CodeNoRequest, Severity: diag.Error, Summary: "nothing is printed: " + fmt.Sprintf(format, args...)}
	}
	refused := func(format string, args ...any) *diag.Diagnostic {
		return &diag.Diagnostic{
			Code: diag.CodeReport, Severity: diag.Error, Summary: "nothing is printed: " + fmt.Sprintf(format, args...),
			Suggestion: "add `--reveal` to print it all the same",
		}
	}
	var err error
	if to.Capture != "" {
		if to.found == nil {
			return nothing("`%s` was not captured", to.Capture)
		}
		text := value.Text(to.found.Value)
		if !to.reveals() && (to.found.Secret || to.plan.secrets.Mask(text) != text) {
			return refused("`%s` is a secret, or holds one", to.Capture)
		}
		err = to.To(strings.NewReader(text + "\n"))
	} else {
		if to.body == nil || to.body.spool == nil {
			return nothing("there is no answer: %s", to.reason)
		}
		if !to.reveals() && to.body.secret {
			return refused("`%s` is marked @no-log", to.body.label)
		}
		spool := to.body.spool.spool
		held := false
		if !to.reveals() {
			held, err = to.holdsSecret(spool)
		}
		if held {
			return refused("the answer to `%s` holds a secret", to.body.label)
		}
		if err == nil {
			_, err = spool.Seek(0, io.SeekStart)
		}
		if err == nil {
			err = to.To(spool)
		}
	}
	if err != nil {
		return &diag.Diagnostic{Code: diag.CodeReport, Severity: diag.Error, Summary: fmt.Sprintf("what was asked for cannot be printed: %v", err)}
	}
	return nil
}

// Sizes of what is looked at at once for secrets, and of what is looked at again
// with what follows it: no secret is longer.
const (
	scanSize    = 1 << 20
	scanOverlap = 64 << 10
)

// holdsSecret reports whether a body holds anything that masking would replace.
func (to *printer) holdsSecret(body *os.File) (bool, error) {
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	chunk := make([]byte, scanSize)
	tail := ""
	for {
		n, err := io.ReadFull(body, chunk)
		text := tail + string(chunk[:n])
		if to.plan.secrets.Mask(text) != text || strings.ContainsRune(text, 0) && to.holdsWide(text) {
			return true, nil
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return false, nil
		default:
			return false, err
		}
		tail = text[max(len(text)-scanOverlap, 0):]
	}
}

// holdsWide reports whether a text holds a secret in UTF-16.
func (to *printer) holdsWide(text string) bool {
	narrow := strings.ReplaceAll(text, "\x00", "")
	return to.plan.secrets.Mask(narrow) != narrow
}
