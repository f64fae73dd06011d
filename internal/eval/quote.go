package eval

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/value"
)

// Everything that an expression has computed and that a message quotes is
// rendered here: whole, then masked, and only then shortened, because a mask
// does not know a piece of a secret.

// hidden stands for a value that is computed from a secret.
const hidden = "***"

const (
	shownBytes = 200 // of a value
	shownText  = 80  // of a text that is quoted by itself, and of each side of a difference
	shownName  = 40  // of the name of a member
)

// show renders the value of a part.
func (r *run) show(p *part, v any) string { return r.render(p, v, shownBytes) }

func (r *run) render(p *part, v any, limit int) string {
	if v, err := plain(v); v == nil && err == nil && !r.hides(p, v) {
		return "nil"
	}
	return r.shorten(p, v, limit)
}

// shorten renders the value of a part in at most limit bytes. Of binary data that has
// no room, a piece would say nothing.
func (r *run) shorten(p *part, v any, limit int) string {
	whole := r.whole(p, v)
	if s, ok := v.(string); ok && len(whole) > limit && whole != hidden && isBinary(s) {
		return binaryData(s)
	}
	return value.Shorten(whole, limit)
}

// isBinary reports whether a text is none: it is not UTF-8, or holds NUL.
func isBinary(s string) bool { return !utf8.ValidString(s) || strings.ContainsRune(s, 0) }

func binaryData(s string) string { return fmt.Sprintf("%d bytes of binary data", len(s)) }

// whole renders the value of a part as JSON, masked and not yet shortened.
func (r *run) whole(p *part, v any) string {
	if r.hides(p, v) {
		return hidden
	}
	v, err := plain(v)
	if err != nil {
		return r.mask(err.Error())
	}
	return r.mask(value.Format(r.maskTexts(v)))
}

// maskTexts returns a value with the secrets in its texts replaced: a text that
// is a document itself has them in a form that quoting it would escape again.
func (r *run) maskTexts(v any) any {
	switch v := v.(type) {
	case string:
		return r.mask(v)
	case []any:
		masked := make([]any, len(v))
		for i, e := range v {
			masked[i] = r.maskTexts(e)
		}
		return masked
	case map[string]any:
		masked := make(map[string]any, len(v))
		for name, e := range v {
			masked[name] = r.maskTexts(e)
		}
		return masked
	}
	return v
}

// quote renders a text without quotes around it.
func (r *run) quote(p *part, s string) string {
	if r.secret(p) {
		return hidden
	}
	return value.Shorten(r.mask(s), shownText)
}

// visible reports whether nothing in a text is hidden, so that a piece of it
// may be quoted.
func (r *run) visible(p *part, s string) bool { return !r.secret(p) && r.mask(s) == s }

func (r *run) mask(s string) string {
	if r.env == nil || r.env.Mask == nil {
		return s
	}
	return r.env.Mask(s)
}

// hides reports whether the value of a part must not be shown, because it is
// computed from a secret. What is true or false, and how long something is,
// says too little to hide it.
func (r *run) hides(p *part, v any) bool {
	if _, isBool := v.(bool); isBool || p.length && value.IsNumber(v) {
		return false
	}
	return r.secret(p)
}

// secret reports whether a part reads a secret variable, itself or through a
// local variable or the element of a predicate.
func (r *run) secret(p *part) bool {
	if r.env == nil || r.env.Secret == nil {
		return false
	}
	return p.reads(r.env.Secret, map[*part]bool{})
}

// reads reports whether the value of the part stems from a variable that holds.
func (p *part) reads(holds func(variable string) bool, seen map[*part]bool) bool {
	if p == nil || seen[p] { // what reduce has made so far stems from itself
		return false
	}
	seen[p] = true
	if p.variable != "" && holds(p.variable) {
		return true
	}
	for _, s := range p.sources {
		if s.reads(holds, seen) {
			return true
		}
	}
	return false
}

// place turns what went wrong in a part into an *Error about it, unless it is
// placed already.
func (r *run) place(err error, p *part) *Error {
	var e *Error
	if errors.As(err, &e) {
		if e.placed {
			return e
		}
		copied := *e
		e = &copied
		if x := e.excerpt; x != nil && r.visible(p, x.text) {
			e.Detail += x.near()
		}
	} else {
		e = r.explain(err, p)
		e.cause = err
	}
	r.nameElements(e, p)
	e.Start, e.End, e.placed = p.start, p.end, true
	return e
}

// explain renders an error that holds values.
func (r *run) explain(err error, p *part) *Error {
	var missing *Missing
	var mismatch *value.TypeError
	var key *keyError
	var syntax *value.SyntaxError
	switch {
	case errors.As(err, &missing):
		return r.missing(missing, p)
	case errors.As(err, &mismatch):
		v := mismatch.Culprit()
		return errorf("%s is not a number", kindOf(v)).detail("its value is `%s`", r.show(p, v))
	case errors.As(err, &key):
		return errorf("%s", key.describe(r.show(p, key.key)))
	case errors.As(err, &syntax) && r.secret(p):
		return errorf("invalid JSON")
	}
	return errorf("%s", r.mask(err.Error()))
}

// missing explains a member that does not exist. Its path may be computed, and
// then everything else is a piece of it.
func (r *run) missing(m *Missing, p *part) *Error {
	if !r.visible(p, m.Path) {
		return errorf("`%s` does not exist", p.text)
	}
	masked := *m
	masked.Member, masked.Names = r.mask(m.Member), nil
	for _, n := range m.Names[:min(len(m.Names), maxListedNames)] {
		masked.Names = append(masked.Names, value.Shorten(r.mask(n), shownName))
	}
	e := errorf("%s", masked.Error())
	e.Detail = masked.detail(len(m.Names) - len(masked.Names))
	masked.Names = m.Names
	e.Suggestion = r.mask(masked.Suggestion())
	return e
}

// unreadable is about a path that cannot be read. The reason quotes pieces of
// the path, so that it is told only if nothing in it is hidden.
func (r *run) unreadable(p *part, path string, reason *Error) *Error {
	if r.visible(p, path) {
		return reason
	}
	return errorf("the path `%s` cannot be read", r.quote(p, path))
}

// side renders a piece of a document, with nil as it is written there.
func (r *run) side(p *part, v any) string { return r.shorten(p, v, shownText) }

// notBoolean says that the value of a part is neither true nor false.
func (r *run) notBoolean(p *part, v any) *Error {
	v, _ = plain(v)
	e := errorf("expected true or false, found %s", kindOf(v))
	if v != nil {
		e.detail("its value is `%s`", r.show(p, v))
	}
	if s, isText := v.(string); isText && (s == "true" || s == "false") && r.visible(p, s) {
		written := p.text
		if !p.leaf {
			written = "(" + written + ")"
		}
		return e.suggest("write `%s == \"true\"`", written)
	}
	return e.suggest("compare it with something")
}

// keyError is a key that cannot name a member.
type keyError struct {
	object any
	key    any
	prefix string // the object as written
}

func (e *keyError) Error() string { return e.describe(value.Format(e.key)) }

func (e *keyError) describe(key string) string {
	return fmt.Sprintf("`%s` is %s, and %s `%s` names no member of it", e.prefix, kindOf(e.object), kindOf(e.key), key)
}

// excerpt is the text around the mistake in a document.
type excerpt struct {
	text   string
	offset int
}

// near quotes the text around the mistake. It cuts the text and so must be
// asked only if nothing in it is hidden.
func (x *excerpt) near() string {
	around := x.text[max(x.offset-20, 0):min(x.offset+20, len(x.text))]
	return ", near `" + strings.Join(strings.Fields(strings.ToValidUTF8(around, "")), " ") + "`"
}
