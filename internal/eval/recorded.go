package eval

import (
	"bytes"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// Of an answer that was recorded, secrets are masked and parts may be missing. What
// computes with such a value would be false, or true, by chance: it is an error with
// the code [diag.CodeNotRecorded] instead. A value may be handed on as it is: that a
// masked token exists can be said, and that it is not empty.

// Recorded is what an answer that comes from a recording has besides, or instead of
// what its other fields say.
type Recorded struct {
	Size      int64       // of the whole body, in bytes, before it was masked
	NoBody    string      // why Content is not the body; "" if it is
	NoHeader  string      // why nothing but the status is known; "" if the header is
	NoCookies bool        // the cookies are masked, names and all
	TLS       *Connection // nil without TLS
}

// Connection is how a recorded connection was secured.
type Connection struct {
	Version, Cipher string
	Subject, Issuer string // of the certificate of the server; empty without one
	Expiry          time.Time
	Names           []string
}

func (c *Connection) view() any {
	if c == nil {
		return nil
	}
	state := connection{"version": c.Version, "cipher": c.Cipher}
	if c.Subject != "" || c.Issuer != "" || !c.Expiry.IsZero() {
		names := make([]any, len(c.Names))
		for i, n := range c.Names {
			names[i] = n
		}
		state["subject"], state["issuer"], state["expiry"], state["names"] = c.Subject, c.Issuer, c.Expiry, names
	}
	return state
}

// NotRecorded says what a recording lacks.
func NotRecorded(format string, args ...any) *Error {
	e := errorf(format, args...).suggest("check it in a run that sends, or leave it out of this check")
	e.Code = diag.CodeNotRecorded
	return e
}

// MaskedNumber stands in a recorded document for a number that was masked: a mask
// alone is no JSON.
func MaskedNumber(mask string) string { return mask + "(number)" }

// header returns the header, which a recording may lack.
func (a *Answer) header() error {
	if a.Recorded != nil && a.Recorded.NoHeader != "" {
		return NotRecorded("the header of the answer is not in the recording: %s", a.Recorded.NoHeader)
	}
	return nil
}

func (a *Answer) cookieError() error {
	if a.Recorded != nil && a.Recorded.NoCookies {
		return NotRecorded("the cookies of the answer were masked in the recording")
	}
	return a.header()
}

// masks reports whether a value holds something that a recording hides. Of objects
// the names count, too.
func (e *Env) masks(v any) bool {
	if e == nil || e.Masked == "" {
		return false
	}
	switch v := v.(type) {
	case string:
		return strings.Contains(v, e.Masked)
	case []any:
		for _, x := range v {
			if e.masks(x) {
				return true
			}
		}
	case map[string]any:
		for name, x := range v {
			if strings.Contains(name, e.Masked) || e.masks(x) {
				return true
			}
		}
	case object:
		p, err := v.plain()
		return err == nil && e.masks(p)
	}
	return false
}

// Masks reports whether a value holds something that the recording it comes from
// hides.
func (e *Env) Masks(v any) bool { return e.masks(v) }

// MaskedError says that a value, called name, is hidden by the recording.
func MaskedError(name string) *Error {
	return NotRecorded("the value of `%s` was masked in the recording", name)
}

// replays reports whether what is read was recorded.
func (r *run) replays() bool { return r.env != nil && r.env.Masked != "" }

// masked is the error for a part whose value is hidden; nil if it is not.
func (r *run) masked(p *part, v any) error {
	if !r.env.masks(v) {
		return nil
	}
	return r.place(MaskedError(r.name(p)), p)
}

// maskedNames is the error for a member that is looked for among names of which one
// is hidden; nil if there is none.
func (r *run) maskedNames(p *part, v any) error {
	if !r.replays() {
		return nil
	}
	if s, ok := v.(string); ok {
		return r.masked(p, s)
	}
	for _, name := range memberNames(v) {
		if strings.Contains(name, r.env.Masked) {
			return r.place(NotRecorded("a name in `%s` was masked in the recording", r.name(p)), p)
		}
	}
	return nil
}

// operate applies an operator to two values, unless a recording hides what decides.
func (r *run) operate(name string, op operator, left, right *part, a, b any) (any, error) {
	hidesLeft, hidesRight := r.env.masks(a), r.env.masks(b)
	if !hidesLeft && !hidesRight {
		return op(r, left, right, a, b)
	}
	hidden := func() error {
		if hidesLeft {
			return r.masked(left, a)
		}
		return r.masked(right, b)
	}
	switch name {
	case "==", "!=":
		other := b
		if hidesRight {
			other = a
		}
		if other == nil || other == "" && !hidesRight && r.isMaskedText(a) || other == "" && !hidesLeft && r.isMaskedText(b) {
			return name == "!=", nil
		}
	case "contains", "startsWith", "endsWith": // what is found in the rest is there
		needle, isText := b.(string)
		if _, alsoText := a.(string); isText && alsoText && !hidesRight && !strings.ContainsAny(needle, r.env.Masked) {
			if v, err := op(r, left, right, a, b); err != nil || v == true {
				return v, err
			}
		}
	case "in":
		if !hidesLeft {
			if v, err := op(r, left, right, a, b); err == nil && v == true {
				return v, nil
			}
		}
	case "+":
		_, isText := a.(string)
		_, alsoText := b.(string)
		if isText && alsoText {
			return op(r, left, right, a, b)
		}
	}
	return nil, hidden()
}

// isMaskedText reports whether a hidden value is known to be text.
func (r *run) isMaskedText(v any) bool {
	s, ok := v.(string)
	return ok && !strings.Contains(s, MaskedNumber(r.env.Masked))
}

// handsOn are the functions that hand masked values on, or do not look at them.
func handsOn(f string, v any) bool {
	switch f {
	case "first", "last", "get", "take", "keys", "values", "toPairs", "fromPairs", "reverse", "concat", "flatten", "toJSON":
		return true
	case "len":
		return kindOf(v) != text
	}
	return false
}

// takes is the error for an argument that a recording hides and that a function
// computes with; nil if it may be called.
func (r *run) takes(f *function, p *part, v any) error {
	if !r.replays() || handsOn(f.name, v) || f.name == "includes" {
		return nil
	}
	return r.masked(p, v)
}

// decides is the error for a result of a function that what is hidden may have
// decided; nil if it stands.
func (r *run) decides(f *function, args []*part, values []any, v any) error {
	if !r.replays() || f.name != "includes" || v == true && !r.env.masks(values[1]) {
		return nil
	}
	for i, a := range args {
		if err := r.masked(a, values[i]); err != nil {
			return err
		}
	}
	return nil
}

// queries is the error for a path into a body that looks at values which are hidden,
// or that finds nothing where names are; nil if what it gives can be relied on.
func (r *run) queries(path, special string, found bool) error {
	a := r.env.Answer
	if !r.replays() || a == nil || !bytes.Contains(a.Content, []byte(r.env.Masked)) {
		return nil
	}
	if strings.ContainsAny(path, special) {
		return NotRecorded("`%s` looks at values of the body, of which some were masked in the recording", path)
	}
	if d := a.document(); !found && (!d.json || hidesNames(d.value(), r.env.Masked)) {
		return NotRecorded("what `%s` looks for may have been masked in the recording", path)
	}
	return nil
}

func hidesNames(v any, mask string) bool {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			if hidesNames(x, mask) {
				return true
			}
		}
	case map[string]any:
		for name, x := range v {
			if strings.Contains(name, mask) || hidesNames(x, mask) {
				return true
			}
		}
	}
	return false
}

// UnmaskNumbers returns a JSON document in which masks that stand for numbers, or for
// pieces of them, are texts, so that it can be read. What is no JSON then is returned
// as it is.
func UnmaskNumbers(content []byte, mask string) []byte {
	if !bytes.Contains(content, []byte(mask)) {
		return content
	}
	if _, err := value.Check(content); err == nil {
		return content
	}
	var out bytes.Buffer
	for i := 0; i < len(content); {
		switch c := content[i]; {
		case c == '"':
			end := i + 1
			for end < len(content) && content[end] != '"' {
				if content[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end+1, len(content))
			out.Write(content[i:end])
			i = end
		case bytes.IndexByte([]byte("{}[]:, \t\r\n"), c) >= 0:
			out.WriteByte(c)
			i++
		default:
			end := i
			for end < len(content) && bytes.IndexByte([]byte("{}[]:,\" \t\r\n"), content[end]) < 0 {
				end++
			}
			if token := content[i:end]; bytes.Contains(token, []byte(mask)) {
				out.WriteString(value.Format(MaskedNumber(mask)))
			} else {
				out.Write(token)
			}
			i = end
		}
	}
	if _, err := value.Check(out.Bytes()); err != nil {
		return content
	}
	return out.Bytes()
}
