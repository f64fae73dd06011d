package runner

import (
	"strings"
	"time"

	"github.com/postrider/postrider/internal/fake"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// defaultHeaders returns the header fields that kulala adds to the requests of an
// environment. Files of other tools know nothing of them.
func (f *file) defaultHeaders() []*scope.Variable {
	if f.env == nil || f.parsed.Dialect != parser.Neutral && f.parsed.Dialect != parser.Kulala {
		return nil
	}
	return f.env.DefaultHeaders()
}

// ofVSCode reports whether the file is one of REST Client alone. A file that has
// a directive of ours reads its variables our way.
func (f *file) ofVSCode() bool {
	return f.parsed.Dialect == parser.VSCode && !f.parsed.OwnDirectives()
}

// dynamics returns what dynamic variables are made from.
func (f *file) dynamics(random func(place string) *fake.Random) scope.Dynamics {
	d := scope.Dynamics{
		Environ: f.plan.options.environ,
		Root:    f.root,
		Random:  random,
		Millis:  f.parsed.Dialect == parser.HTTPYac || f.parsed.Dialect == parser.Kulala,
	}
	if f.plan.options.Check { // says the same of the same files at any time
		d.Now = func() time.Time { return time.Unix(0, 0).UTC() }
	}
	return d
}

// newScope returns the variables of a new session, whose random values are made
// from random.
func (f *file) newScope(random func(place string) *fake.Random) *scope.Scope {
	s := scope.New(f.vars, f.precedence, f.dynamics(random))
	if f.plan.options.AllowUnresolved {
		s.AllowUnresolved()
	}
	return s
}

// valueOf returns the text of a variable of the file. REST Client reads
// backslashes in it: \n, \r and \t, and any other character behind one as itself.
func (f *file) valueOf(v *parser.Variable) parser.Text {
	if !f.ofVSCode() || !strings.Contains(v.Value.String(), `\`) {
		return v.Value
	}
	var pieces []parser.Text
	for _, segment := range v.Value.Segments() {
		written := segment.Text.String()
		if segment.Template || !strings.Contains(written, `\`) {
			pieces = append(pieces, segment.Text)
			continue
		}
		pieces = append(pieces, parser.Literal(v.Value.Source(), segment.Text.Span(), readEscapes(written)))
	}
	return parser.Join(pieces, "")
}

// readEscapes reads backslashes. Those of \{\{ and \}\} stay: they make braces
// literal in every dialect.
func readEscapes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		if strings.HasPrefix(s[i:], `\{\{`) || strings.HasPrefix(s[i:], `\}\}`) {
			b.WriteString(s[i : i+4])
			i += 3
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
