package scope

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/fake"
	"github.com/postrider/postrider/internal/value"
)

// dynamic is a dynamic variable whose text has been read.
type dynamic struct {
	make    func(*maker) (string, error)
	secret  bool
	environ string // of $env.NAME: the name that must have a value
	token   *Token // of $auth.token: what is asked for
}

// maker is what dynamic variables are made from.
type maker struct {
	random  *fake.Random
	now     time.Time
	millis  bool // see Dynamics
	root    func() string
	environ func(name string) (string, bool)
	dotEnv  func(name string) (string, bool, error)
	value   func(name string) (string, error) // of a variable, for $processEnv %NAME
	token   func(*Token) (string, error)
}

// parseDynamic reads the text of a dynamic variable: a name, then arguments
// behind blanks, or, for $random.x, in parentheses (dialects: VS Code, Visual
// Studio, JetBrains, httpYac, kulala). The error has no position.
func parseDynamic(text string) (dynamic, *diag.Diagnostic) {
	name, rest := splitDynamic(text)
	problem := func(expected string) (dynamic, *diag.Diagnostic) {
		return dynamic{}, &diag.Diagnostic{
			Code: diag.CodeDynamic, Severity: diag.Error,
			Summary:    fmt.Sprintf("cannot read the arguments of `%s`", name),
			Detail:     fmt.Sprintf("expected %s, found `%s`", expected, text),
			Suggestion: "write " + expected,
		}
	}
	if t, problem := parseToken(name, rest); t != nil || problem != nil {
		return dynamic{secret: true, token: t, make: func(m *maker) (string, error) { return m.token(t) }}, problem
	}
	args, ok := arguments(rest)
	if !ok && !isPrompt(name) {
		return problem("quotes that are closed")
	}
	switch name {
	case "$uuid", "$guid", "$random.uuid":
		if len(args) > 0 && rest != "()" {
			return problem("`" + name + "`")
		}
		return dynamic{make: func(m *maker) (string, error) { return m.random.UUID(), nil }}, nil
	case "$projectRoot", "$historyFolder":
		if len(args) > 0 {
			return problem("`" + name + "`")
		}
		return dynamic{make: func(m *maker) (string, error) {
			if m.root == nil {
				return "", errors.New("there is no project")
			}
			if name == "$historyFolder" {
				return filepath.Join(m.root(), ".idea", "httpRequests"), nil // where JetBrains keeps answers
			}
			return m.root(), nil
		}}, nil
	case "$timestamp", "$isoTimestamp", "$date", "$datetime", "$localDatetime":
		format, expected := parseTime(name, args)
		if format == nil {
			return problem(expected)
		}
		return dynamic{make: func(m *maker) (string, error) {
			if m.millis && name == "$timestamp" && len(args) == 0 {
				return strconv.FormatInt(m.now.UnixMilli(), 10), nil
			}
			return format(m.now), nil
		}}, nil
	case "$randomInt", "$random.integer", "$random.float", "$random.alphabetic", "$random.alphanumeric", "$random.hexadecimal", "$random.email":
		generate, expected := parseRandom(name, rest, args)
		if generate == nil {
			return problem(expected)
		}
		return dynamic{make: func(m *maker) (string, error) { return generate(m.random), nil }}, nil
	case "$processEnv":
		if len(args) != 1 || strings.TrimPrefix(args[0], "%") == "" {
			return problem("`$processEnv NAME`, or `$processEnv %NAME` for the name that the variable NAME holds")
		}
		return dynamic{
			secret: LooksSecret(args[0]),
			make: func(m *maker) (string, error) {
				name, err := m.indirect(args[0])
				if err != nil {
					return "", err
				}
				found, _ := m.environ(name) // unset is empty, as in VS Code
				return found, nil
			},
		}, nil
	}
	switch {
	case isPrompt(name):
		prompt, _ := ParsePrompt(text)
		if !prompt.HasDefault {
			d := &diag.Diagnostic{
				Code: diag.CodeUnsupported, Severity: diag.Error,
				Summary:    fmt.Sprintf("`%s` would ask for a value, and there is nobody to ask", name),
				Suggestion: "write `{{name}}` in its place and pass it with `--var name=…`",
			}
			if !strings.HasPrefix(name, "$pick") {
				d.Suggestion += ", or give it a default, as in `{{$input Your name $value: me}}`"
			}
			return dynamic{}, d
		}
		return dynamic{secret: prompt.Secret, make: func(*maker) (string, error) { return prompt.Default, nil }}, nil
	case strings.EqualFold(name, "$dotenv"):
		if len(args) != 1 || strings.TrimPrefix(args[0], "%") == "" {
			return problem("`$dotenv NAME`, or `$dotenv %NAME` for the name that the variable NAME holds")
		}
		return dynamic{secret: LooksSecret(args[0]), make: func(m *maker) (string, error) { return m.fromDotEnv(args[0]) }}, nil
	case strings.HasPrefix(name, envRoot):
		name := strings.TrimPrefix(name, envRoot)
		if name == "" || rest != "" {
			return problem("`$env.NAME`")
		}
		return dynamic{
			secret: LooksSecret(name), environ: name,
			make: func(m *maker) (string, error) { return m.fromEnviron(name) },
		}, nil
	}
	if v := fake.Find(name); v != nil {
		args, ok := parenthesised(rest)
		generate := v.Read(args)
		if !ok || generate == nil {
			return problem(v.Expected())
		}
		return dynamic{make: func(m *maker) (string, error) {
			return generate(&fake.Maker{Random: m.random, Now: m.now}), nil
		}}, nil
	}
	return dynamic{}, unknownDynamic(name)
}

// splitDynamic splits the text of a dynamic variable behind its name.
func splitDynamic(text string) (name, rest string) {
	text = strings.TrimSpace(text)
	i := strings.IndexAny(text, " \t(")
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimSpace(text[i:])
}

// arguments splits at blanks; quotes keep blanks and are removed. It reports
// false if a quote is not closed.
func arguments(s string) ([]string, bool) {
	var args []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimLeft(s, " \t") {
		if s[0] == '"' || s[0] == '\'' {
			end := strings.IndexByte(s[1:], s[0])
			if end < 0 {
				return nil, false
			}
			args = append(args, s[1:end+1])
			s = s[end+2:]
			continue
		}
		end := strings.IndexAny(s, " \t")
		if end < 0 {
			end = len(s)
		}
		args = append(args, s[:end])
		s = s[end:]
	}
	return args, true
}

// indirect returns the name that an argument stands for: NAME itself, or for
// %NAME the value of the variable NAME.
func (m *maker) indirect(arg string) (string, error) {
	if name, ok := strings.CutPrefix(arg, "%"); ok {
		return m.value(name)
	}
	return arg, nil
}

func (m *maker) fromDotEnv(arg string) (string, error) {
	name, err := m.indirect(arg)
	if err != nil {
		return "", err
	}
	found, ok, err := m.dotEnv(name)
	if err == nil && !ok {
		err = &diag.Diagnostic{
			Code: diag.CodeUnset, Severity: diag.Error,
			Summary:    fmt.Sprintf("no .env file defines `%s`", name),
			Suggestion: fmt.Sprintf("add a line `%s=…` to .env", name),
		}
	}
	return found, err
}

func (m *maker) fromEnviron(name string) (string, error) {
	if found, ok := m.environ(name); ok {
		return found, nil
	}
	found, ok, err := m.dotEnv(name)
	if err == nil && !ok {
		err = unsetEnviron(name)
	}
	return found, err
}

// isUnset reports whether an error says that a variable of the process has no value.
func isUnset(err error) bool {
	d := asDiagnostic(err)
	return d != nil && d.Code == diag.CodeUnset
}

func unsetEnviron(name string) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: diag.CodeUnset, Severity: diag.Error,
		Summary:    fmt.Sprintf("the environment variable `%s` is not set, and no .env file defines it", name),
		Suggestion: fmt.Sprintf("export %s, or add a line `%s=…` to .env", name, name),
	}
}

// place is where a template stands: the index-th segment of a variable's value.
type place struct {
	variable *Variable
	index    int
}

// made is the text of a dynamic variable once it is made.
type made struct {
	text   string
	secret bool
}

// dynamic makes a dynamic variable, the index-th segment of the text e stands
// in. Inside a file variable it is made once in a session, but for a token,
// which ends.
func (e expander) dynamic(text string, index int) (string, bool, error) {
	if e.frame == nil || e.frame.variable.Tier != File || e.frame.variable.Lazy || IsToken(text) {
		return e.makeDynamic(text, e.random)
	}
	at := place{e.frame.variable, index}
	if m, ok := e.fixedAt(at, nil); ok {
		return m.text, m.secret, nil
	}
	// Made without the lock: it may read further variables.
	found, secret, err := e.makeDynamic(text, e.randomOf(fmt.Sprintf("@%s %d", at.variable.Name, index)))
	if err != nil {
		return "", false, err
	}
	m, _ := e.fixedAt(at, &made{found, secret})
	return m.text, m.secret, nil
}

// fixedAt returns what is fixed at a place. If nothing is, it fixes m there,
// unless that is nil.
func (s *session) fixedAt(at place, m *made) (made, bool) {
	s.fixedMu.Lock()
	defer s.fixedMu.Unlock()
	if found, ok := s.fixed[at]; ok {
		return found, true
	}
	if m == nil {
		return made{}, false
	}
	s.fixed[at] = *m
	return *m, true
}

func (e expander) makeDynamic(text string, random *fake.Random) (string, bool, error) {
	d, problem := parseDynamic(text)
	if problem != nil {
		return "", false, problem
	}
	secret := d.secret
	m := &maker{
		random: random, now: e.now(), millis: e.millis, root: e.root, environ: e.environ,
		dotEnv: func(name string) (string, bool, error) {
			v, ok := e.dotEnv(name)
			if !ok {
				return "", false, nil
			}
			found, s, err := e.variable(v)
			secret = secret || s
			return value.Text(found), true, err
		},
		value: func(name string) (string, error) {
			v, s, err := e.Value(e.context(), name, e.refs)
			secret = secret || s || LooksSecret(value.Text(v))
			return value.Text(v), err
		},
		token: func(t *Token) (string, error) { return e.token(t) },
	}
	made, err := d.make(m)
	if err != nil && asDiagnostic(err) == nil {
		err = &diag.Diagnostic{
			Code: diag.CodeValue, Severity: diag.Error,
			Summary:    fmt.Sprintf("cannot make `%s`: %v", text, err),
			Suggestion: "pass a value with `--var` instead",
		}
	}
	return made, secret, err
}
