package script

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
)

// Of an answer that was recorded, secrets are masked, and parts may be missing.
// What a script makes of such a value would be true, or false, by chance. It is
// given the mask, so that it goes on as far as it can; from then on nothing that it
// checks or sets is believed. There is one exception: a value that is handed on as
// it is, to a variable or to the log, decides nothing. Whoever reads the variable
// reads a mask.

// handing is a place of the text at which a value is handed on as it is.
type handing struct {
	span   diag.Span // in the source
	of     string    // the first name of what it is handed to
	prints bool      // to the log; otherwise to a variable
	export bool      // by way of the object that exports is
}

// hides reports whether a value holds something that the recording hides. Of
// objects the names count, too.
func (r *runtime) hides(v any) bool {
	if r.mask == "" {
		return false
	}
	switch v := v.(type) {
	case string:
		return strings.Contains(v, r.mask)
	case []any:
		return slices.ContainsFunc(v, r.hides)
	case map[string]any:
		for name, x := range v {
			if strings.Contains(name, r.mask) || r.hides(x) {
				return true
			}
		}
	}
	return false
}

func (r *runtime) hidesBytes(text []byte) bool {
	return r.mask != "" && bytes.Contains(text, []byte(r.mask))
}

// masked notes that the script reads a value that was masked.
func (r *runtime) masked(name string) {
	r.unseen(fmt.Sprintf("the value of `%s` was masked in the recording", name), "check it in a run that sends, or leave it out of the script")
}

// unseen notes that the script reads what a replay does not know.
func (r *runtime) unseen(summary, suggestion string) {
	r.masks++
	if r.result.Unseen != nil || r.quiet {
		return
	}
	switch h := r.handingAt(r.here()); {
	case h == nil:
		r.missing(summary, suggestion)
	case !h.prints:
		if r.handed == nil {
			r.handed = map[*handing]*diag.Diagnostic{}
		}
		r.handed[h] = r.notRecorded(summary, suggestion)
	}
}

// missing notes that the script wants what is not there, so that it cannot be handed
// on either.
func (r *runtime) missing(summary, suggestion string) {
	if r.result.Unseen == nil && !r.quiet {
		r.result.Unseen = r.notRecorded(summary, suggestion)
	}
}

func (r *runtime) notRecorded(summary, suggestion string) *diag.Diagnostic {
	d := r.diagnostic(r.orElse(r.here(), r.program.start()), diag.CodeNotRecorded, "%s", summary)
	d.Suggestion = suggestion
	return d
}

// handingAt returns where a value is handed on around a place; nil for nowhere.
func (r *runtime) handingAt(at Place) *handing {
	for _, u := range r.program.units {
		if u.source != at.Source {
			continue
		}
		for i := range u.handings {
			if h := &u.handings[i]; h.span.Start <= at.Span.Start && at.Span.End <= h.span.End {
				return h
			}
		}
	}
	return nil
}

// handOn returns what to keep of a value that the script sets at a place.
func (r *runtime) handOn(v Value, at Place) Value {
	if r.mask == "" {
		return v
	}
	if h := r.handingAt(at); h != nil {
		if d := r.handed[h]; d != nil && !r.hides(v.Data) && r.result.Unseen == nil {
			r.result.Unseen = d // it was a part of the value, or something about it
		}
		delete(r.handed, h)
	}
	if r.result.Unseen != nil && !r.hides(v.Data) {
		v.Data = r.mask
	}
	return v
}

// quietly lets the API itself read what the script has read.
func (r *runtime) quietly(f func()) {
	was := r.quiet
	r.quiet = true
	defer func() { r.quiet = was }()
	f()
}

// cover makes a member of a document, whose value was masked, tell when it is read.
// It can be changed like any other.
func (r *runtime) cover(o *goja.Object, name, path string, v goja.Value) {
	get := r.function(func(goja.FunctionCall) goja.Value {
		r.masked(path)
		return v
	})
	set := r.function(func(c goja.FunctionCall) goja.Value {
		_ = o.DefineDataProperty(name, c.Argument(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		return goja.Undefined()
	})
	_ = o.DefineAccessorProperty(name, get, set, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// unknown notes that the script reads a variable that is not there, although it may
// have been in the run that is replayed.
func (r *runtime) unknown(name string, v Value) {
	if v.Unknown {
		r.unseen(fmt.Sprintf("`%s` has no value here, and may have had one in the recorded run", name), "give it as the run had it: with `--env`, or with `--var`")
	}
}
