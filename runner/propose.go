package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/propose"
	"github.com/postrider/postrider/internal/redaction"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/internal/value"
)

// Proposal is what could be written above a request to expect of the next answer
// what this one was. Every line holds for this one, and none shows a secret.
type Proposal struct {
	Status     string   `json:"status"`               // of the answer, such as "404 Not Found"
	Directives []string `json:"directives,omitempty"` // without a comment mark: "@assert status == 200"
}

// How much is proposed for one request.
const (
	maxAsserts  = 10
	maxCaptures = 3
	maxIDs      = 2 // of the captures, those that no other request asks for
)

// selectTarget finds the one request that directives are to be proposed for.
func (p *Plan) selectTarget() {
	if !p.options.Propose {
		return
	}
	var targets []*step
	for _, s := range p.suites {
		for _, st := range s.file.steps {
			if len(st.picks) > 0 {
				targets = append(targets, st)
			}
		}
	}
	if len(targets) == 1 && targets[0].request != nil {
		targets[0].proposes, targets[0].readsBody = true, true
		return
	}
	if len(targets) == 0 {
		return // which another message tells
	}
	d := &diag.Diagnostic{Code: diag.CodeUsage, Severity: diag.Error}
	if first := targets[0]; len(targets) == 1 {
		d.Summary = fmt.Sprintf("`%s` has no answer of its own", first.label())
		d.Suggestion = "name the request that it runs"
	} else {
		d.Summary = fmt.Sprintf("this names %d requests, and one is needed", len(targets))
		d.Suggestion = fmt.Sprintf("name one by its line, such as `%s:%d`", first.file.path, first.line)
	}
	p.misselect(d)
}

// propose returns what could be written above the request. It is nil if a check
// that it has fails, except for that of the status: what is added would not help.
func (r *running) propose(ctx context.Context, x *transport.Exchange, answer *eval.Answer, done *RequestFinished) *Proposal {
	env := r.env(ctx, answer)
	for _, c := range done.Checks {
		if !c.Passed && (c.Kind == CheckAssert || c.Kind == CheckTest) {
			return nil
		}
	}
	for _, c := range r.step.captures { // none is made where the status is refused
		if _, err := c.program.Eval(env); err != nil {
			return nil
		}
	}
	p := &Proposal{Status: statusLine(x.Final())}
	for _, expr := range r.proposeAsserts(env, answer) {
		p.add(r, "@assert "+expr)
	}
	if answer.Status < 400 && !r.step.noLog {
		for _, c := range r.proposeCaptures(env, answer) {
			p.add(r, "@capture "+c)
		}
	}
	return p
}

// add adds a directive unless something in it is secret.
func (p *Proposal) add(r *running, directive string) {
	if r.session.plan.secrets.Mask(directive) == directive {
		p.Directives = append(p.Directives, directive)
	}
}

// proposeAsserts returns the expressions that say most of the answer, without
// those that the request has.
func (r *running) proposeAsserts(env *eval.Env, answer *eval.Answer) []string {
	facts := &propose.Answer{
		Status: answer.Status, ContentType: answer.Header.Get("Content-Type"), Location: answer.Header.Get("Location") != "",
		Size: int64(len(answer.Content)) + answer.Rest, JSON: eval.IsJSON(answer.Header.Get("Content-Type")),
	}
	if body, err := answer.Document(); err == nil {
		_, isText := body.(string)
		facts.Body, facts.JSON = body, facts.JSON || !isText
	} else {
		facts.JSON = false
	}
	has := make(map[string]bool)
	for _, a := range r.step.asserts {
		has[withoutBlanks(a.text.String())] = true
	}
	candidates := propose.Assertions(facts, propose.Rules{Secret: secretMember, Hidden: r.hides(answer)})
	chosen := holding(candidates, r.step.names, env, r.step.noLog) // also what is there already: the others are not told in its place
	slices.SortFunc(chosen, func(a, b propose.Candidate) int { return a.Order - b.Order })
	var all []string
	for _, c := range chosen {
		if aboutStatus := strings.HasPrefix(c.Expr, "status "); !has[withoutBlanks(c.Expr)] && !(aboutStatus && (r.step.readsStatus || r.scripted.asserted)) {
			all = append(all, c.Expr)
		}
	}
	return all
}

// holding returns the first candidates that hold; if noBody, of those that do not read
// the body.
func holding(candidates []propose.Candidate, names eval.Names, env *eval.Env, noBody bool) []propose.Candidate {
	var chosen []propose.Candidate
	for _, c := range candidates {
		if len(chosen) == maxAsserts {
			break
		}
		program, err := eval.Compile(c.Expr, eval.Condition, names)
		if err != nil || program.ReadsBody() && noBody {
			continue
		}
		if holds, err := program.Eval(env); err == nil && holds == true {
			chosen = append(chosen, c)
		}
	}
	return chosen
}

// proposeCaptures returns captures: of what later requests of the file read and
// nothing defines, and of a few ids.
func (r *running) proposeCaptures(env *eval.Env, answer *eval.Answer) []string {
	body, err := answer.Document()
	if err != nil {
		return nil
	}
	hidden := r.hides(answer)
	has := make(map[string]bool)
	for _, c := range r.step.captures {
		has[withoutBlanks(c.text.String())] = true
	}
	var all []string
	capture := func(name string, m propose.Member) {
		program, err := eval.Compile(m.Path, eval.Value, r.step.names)
		if err != nil || has[withoutBlanks(m.Path)] || len(all) == maxCaptures {
			return
		}
		if _, err := program.Eval(env); err != nil {
			return
		}
		has[withoutBlanks(m.Path)] = true
		secret := ""
		if scope.LooksSecret(name) || secretMember(m.Name) || hidden(value.Text(m.Value)) {
			secret = "secret "
		}
		all = append(all, secret+name+" = "+m.Path)
	}
	members := propose.Members(body)
	for _, name := range r.step.wantedLater() {
		for _, m := range members {
			if m.Means(name, r.step.name) {
				capture(name, m)
				break
			}
		}
	}
	ids := 0
	for _, m := range members {
		if m.Depth == 0 && m.IsID() && ids < maxIDs && r.step.file.isFree(m.Name) {
			capture(m.Name, m)
			ids++
		}
	}
	return all
}

// wantedLater returns the names that later requests of the file read and that
// nothing defines, in the order of reading.
func (s *step) wantedLater() []string {
	var names []string
	for _, other := range s.file.steps {
		if other.index <= s.index {
			continue
		}
		for _, text := range other.texts() {
			for seg := range text.Templates() {
				name := seg.Expr.String()
				if scope.Classify(name) == scope.Name && s.file.isFree(name) && !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// isFree reports whether a capture may take a name: nothing else is called so.
func (f *file) isFree(name string) bool {
	if name == "" || eval.Reserved(name) || f.names.Variable(name) || f.names.Request(name) {
		return false
	}
	for i, c := range name {
		if c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// hides returns what finds secrets in a text of the answer, and pieces of them.
func (r *running) hides(answer *eval.Answer) func(text string) bool {
	return func(text string) bool {
		return r.session.plan.secrets.Holds(text) || r.cutsSecret(answer, text)
	}
}

// secretMember reports whether the value of a member is secret by its name.
func secretMember(name string) bool {
	return redaction.SecretField(name) || redaction.SecretParameter(name)
}

// withoutBlanks returns an expression without the blanks that mean nothing.
func withoutBlanks(expr string) string {
	var b strings.Builder
	var quote rune
	for _, c := range expr {
		switch {
		case quote == 0 && (c == ' ' || c == '\t'):
			continue
		case quote == c:
			quote = 0
		case quote == 0 && (c == '"' || c == '\'' || c == '`'):
			quote = c
		}
		b.WriteRune(c)
	}
	return b.String()
}
