package eval

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// Error is what is wrong with an expression, at compile time or at run time.
type Error struct {
	Start, End int    // bytes of the source that it is about
	Code       string // of the diagnostic, if it is about something other than the expression; else empty
	Summary    string // a terse lower-case clause without a full stop
	Detail     string // what was expected and found, if the summary does not say it
	Suggestion string // what to do, as an imperative clause

	placed  bool     // Start and End are set
	cause   error    // such as *Missing
	excerpt *excerpt // of the document, for the detail; nil for none
}

// Error returns the summary.
func (e *Error) Error() string { return e.Summary }

// Unwrap returns what caused the error, such as a [*Missing].
func (e *Error) Unwrap() error { return e.cause }

// errorf makes an error that is placed later, by the part it comes from.
func errorf(format string, args ...any) *Error {
	return &Error{Summary: fmt.Sprintf(format, args...)}
}

// ended is what the end of a context makes of an evaluation.
func ended(err error) *Error {
	e := errorf("the run was ended before this had a value")
	e.Code, e.cause = diag.CodeCancelled, err
	return e
}

func (e *Error) detail(format string, args ...any) *Error {
	e.Detail = fmt.Sprintf(format, args...)
	return e
}

func (e *Error) suggest(format string, args ...any) *Error {
	e.Suggestion = fmt.Sprintf(format, args...)
	return e
}

// place says that a mistake in the source is about the bytes [start, end),
// unless it is placed already. Errors of an evaluation are placed by their run.
func place(err error, start, end int) *Error {
	var e *Error
	if errors.As(err, &e) {
		if e.placed {
			return e
		}
		copied := *e
		e = &copied
	} else {
		e = &Error{Summary: err.Error(), cause: err}
	}
	e.Start, e.End, e.placed = start, end, true
	return e
}

// Missing is a member that does not exist.
type Missing struct {
	Path   string   // what was asked for, as written
	Prefix string   // the longest part of it that exists; empty if nothing does
	Member string   // what that part does not have
	Value  any      // of the prefix
	Names  []string // the members that it does have
	Where  string   // what no element of the prefix fulfils, if that is what is missing
}

// Error says what has no such member.
func (m *Missing) Error() string {
	prefix := "`" + m.Prefix + "`"
	if m.Prefix == "" {
		prefix = "the document"
	}
	if m.Where != "" {
		return fmt.Sprintf("%s has no element for which `%s` holds", prefix, m.Where)
	}
	index, err := strconv.Atoi(m.Member)
	switch v := m.Value.(type) {
	case nil:
		return fmt.Sprintf("%s is nil and has no member `%s`", prefix, m.Member)
	case []any:
		if err != nil {
			return fmt.Sprintf("%s is a list and has no member `%s`", prefix, m.Member)
		}
		return fmt.Sprintf("%s has no element %d: its length is %d", prefix, index, len(v))
	case nodes:
		return fmt.Sprintf("%s has no `%s`", prefix, m.Member)
	case map[string]any, object:
		return fmt.Sprintf("%s has no member `%s`", prefix, m.Member)
	default:
		return fmt.Sprintf("%s is %s and has no member `%s`", prefix, article(value.Kind(v)), m.Member)
	}
}

func article(kind string) string {
	switch kind {
	case "text":
		return kind
	case "object":
		return "an " + kind
	}
	return "a " + kind
}

// maxListedNames is how many members a message lists.
const maxListedNames = 12

// Detail lists the members that there are. It does not shorten their names.
func (m *Missing) Detail() string {
	listed := *m
	listed.Names = m.Names[:min(len(m.Names), maxListedNames)]
	return listed.detail(len(m.Names) - len(listed.Names))
}

// detail lists the names, and says how many there are besides.
func (m *Missing) detail(besides int) string {
	if len(m.Names) == 0 {
		if _, ok := m.Value.(map[string]any); ok {
			return "it is empty"
		}
		return ""
	}
	more := ""
	if besides > 0 {
		more = fmt.Sprintf(" and %d more", besides)
	}
	quoted := make([]string, len(m.Names))
	for i, n := range m.Names {
		quoted[i] = "`" + n + "`"
	}
	return "it has " + strings.Join(quoted, ", ") + more
}

// Suggestion names the nearest member, or is empty.
func (m *Missing) Suggestion() string {
	if _, ok := m.Value.(nodes); ok { // the name in the step //name[1]
		name := strings.TrimLeft(m.Member, "/")
		if end := strings.IndexAny(name, "[( "); end >= 0 {
			name = name[:end]
		}
		return diag.DidYouMean(name, m.Names)
	}
	if _, ok := m.Value.([]any); ok {
		switch m.Member {
		case "length", "size", "count", "len":
			return fmt.Sprintf("write `len(%s)`", m.Prefix)
		}
		return ""
	}
	return diag.DidYouMean(m.Member, m.Names)
}
