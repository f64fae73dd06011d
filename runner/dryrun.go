package runner

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"sync"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// dryRun is what the sessions of a dry run share: the values that only answers
// have. A nil dryRun is a run that sends.
//
// Requests are built in a dry run as in any other. What is not known yet has a
// stand-in meanwhile: a long number that no other text holds, since digits may
// stand where the value may, be it in a path, for a port or in JSON. Whatever is
// shown has the template again in its place.
type dryRun struct {
	prefix string // of all stand-ins

	mu     sync.Mutex
	made   map[stand]string // stand-ins by what they stand for
	stands []stand          // by their numbers
	shell  map[string]stand // by their variables of the shell
}

// stand is what a stand-in stands for.
type stand struct {
	shown string // as it is written, such as {{ticket}}
	from  string // where the value will come from, for people
	shell string // what has a shell put the value in; "" until it is made
	token bool   // of a provider
}

// standDigits is the length of the number of a stand-in behind the prefix.
const standDigits = 6

func newDryRun() *dryRun {
	n, _ := rand.Int(rand.Reader, big.NewInt(1e14)) // rand.Reader never fails
	return &dryRun{prefix: fmt.Sprintf("9%014d", n), made: make(map[stand]string), shell: make(map[string]stand)}
}

// stand returns the stand-in for a value. The same value has the same one.
func (d *dryRun) stand(s stand) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if text, ok := d.made[s]; ok {
		return text
	}
	text := fmt.Sprintf("%s%0*d", d.prefix, standDigits, len(d.stands))
	d.made[s] = text
	if s.shell == "" {
		name := shellName(variablePrefix, strings.Trim(s.shown, "{}% "))
		for n := 2; ; n++ {
			if _, taken := d.shell[name]; !taken {
				break
			}
			name = fmt.Sprintf("%s_%d", strings.TrimSuffix(name, fmt.Sprintf("_%d", n-1)), n)
		}
		d.shell[name] = s
		s.shell = expansion(name)
	}
	d.stands = append(d.stands, s)
	return text
}

// standPiece is a piece of a text: a stand-in, or what is literal.
type standPiece struct {
	literal string
	stand   *stand // nil for a literal piece
}

// cut returns a text in pieces.
func (d *dryRun) cut(text string) []standPiece {
	if d == nil {
		return []standPiece{{literal: text}}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var pieces []standPiece
	add := func(literal string) {
		if literal != "" {
			pieces = append(pieces, standPiece{literal: literal})
		}
	}
	for {
		at := strings.Index(text, d.prefix)
		end := at + len(d.prefix) + standDigits
		if at < 0 || end > len(text) {
			add(text)
			return pieces
		}
		n := -1
		_, _ = fmt.Sscanf(text[at+len(d.prefix):end], "%d", &n) // anything else is no stand-in
		if n < 0 || n >= len(d.stands) {
			add(text)
			return pieces
		}
		add(text[:at])
		pieces = append(pieces, standPiece{stand: &d.stands[n]})
		text = text[end:]
	}
}

// show returns a text with the templates in the places of their stand-ins.
func (d *dryRun) show(text string) string {
	if !d.holds(text) {
		return text
	}
	var b strings.Builder
	for _, p := range d.cut(text) {
		if p.stand != nil {
			b.WriteString(p.stand.shown)
		} else {
			b.WriteString(p.literal)
		}
	}
	return b.String()
}

// holds reports whether there is a stand-in in a text.
func (d *dryRun) holds(text string) bool { return d != nil && strings.Contains(text, d.prefix) }

// is reports whether a text is stand-ins and nothing else.
func (d *dryRun) is(text string) bool {
	if !d.holds(text) {
		return false
	}
	for _, p := range d.cut(text) {
		if p.stand == nil {
			return false
		}
	}
	return true
}

// from says where the first value that is not known in a text will come from.
func (d *dryRun) from(text string) string {
	for _, p := range d.cut(text) {
		if p.stand != nil {
			return p.stand.from
		}
	}
	return ""
}

// awaitedError ends what reads a value that is not known yet.
type awaitedError struct{ from string }

func (*awaitedError) Error() string { return "it depends on an answer" }

// awaits reports whether a value that an expression reads is not known yet, and
// notes that it was read.
func (r *running) awaits(v any) bool {
	dry := r.session.dry
	if dry == nil {
		return false
	}
	text := value.Text(v)
	if !dry.holds(text) {
		return false
	}
	r.awaited = append(r.awaited, dry.from(text))
	return true
}

// awaitedSince returns what the values that were read since a mark wait for. It
// forgets them.
func (r *running) awaitedSince(mark int) (from string, awaits bool) {
	if len(r.awaited) == mark {
		return "", false
	}
	from = r.awaited[mark]
	r.awaited = r.awaited[:mark]
	return from, true
}

// answerOf says where a value will come from that is a part of the answer of a
// step.
func (*dryRun) answerOf(st *step) string {
	return fmt.Sprintf("the answer of `%s` (%s:%d)", st.label(), st.file.path, st.line)
}

// unsureOf notes that a text of the request depends on an answer, if it does:
// expanding it is all that can be done with it.
func (r *running) unsureOf(what, text string) bool {
	if !r.session.dry.holds(text) {
		return false
	}
	r.unsure = append(r.unsure, fmt.Sprintf("%s depends on %s", what, r.session.dry.from(text)))
	return true
}

// unsureAny is unsureOf for texts that are yet to be expanded.
func (r *running) unsureAny(ctx context.Context, what string, texts ...parser.Text) bool {
	if r.session.dry == nil {
		return false
	}
	for _, t := range texts {
		if x, err := r.scope.Expand(ctx, t, r); err == nil && r.unsureOf(what, x.Text) {
			return true
		}
	}
	return false
}

// checkURL makes sure that credentials may go where the request goes, as far as
// that is known.
func (r *running) checkURL(b *auth.Binding, u *url.URL) error {
	err := b.CheckURL(u)
	if err != nil && r.unsureOf("where the request goes", u.Host) {
		return nil
	}
	return err
}

// stand returns what stands for a template whose value is not known.
func (r *running) stand(expr, from string) string {
	return r.session.dry.stand(stand{shown: "{{" + expr + "}}", from: from})
}

// pending is what stands for a variable that a request sets by a script, or by a
// @capture if that is nil.
func (r *running) pending(name string, at parser.Text, by *handler) *scope.Variable {
	from := fmt.Sprintf("the capture `%s` of `%s` (%s:%d)", name, r.step.label(), r.step.file.path, at.Source().Position(at.Span().Start).Line)
	if by != nil {
		from = fmt.Sprintf("the %s of `%s` (%s:%d)", by.node, r.step.label(), by.file.path, by.line())
	}
	return &scope.Variable{
		Name: name, Tier: scope.Captured, Source: at.Source(), Span: at.Span(), Where: from,
		Pending: func(expr string) string { return r.stand(expr, from) },
	}
}

// captureLater keeps what stands for the captures of a request that is not sent.
func (r *running) captureLater() {
	for c := range r.step.setting {
		r.keep(c, r.pending(c.name, c.at, c.by))
	}
}
