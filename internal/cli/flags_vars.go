package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/joho/godotenv"
	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// varPrefix starts the environment variables that stand for --var.
const varPrefix = "POSTRIDER_VAR_"

// vars gathers the variables of the command line, the weakest first: the
// environment, files, --var and --secret.
func (p *program) vars(c *cli.Context) ([]runner.Var, error) {
	all := p.environmentVars()
	for _, file := range c.StringSlice("var-file") {
		p.inputs = append(p.inputs, file)
		vars, err := varFile(file)
		if err != nil {
			return nil, err
		}
		all = append(all, vars...)
	}
	given := make(map[string]string) // by which flag
	for _, text := range c.StringSlice("var") {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, usage("write `--var NAME=VALUE`", "`--var %s` is not a name and a value", text)
		}
		given[name] = "--var"
		all = append(all, runner.Var{Name: name, Value: value, Where: "--var"})
	}
	stdinFor := ""
	if slices.Contains(c.Args().Slice(), "-") {
		stdinFor = "the requests"
	}
	for _, text := range c.StringSlice("secret") {
		// What is behind the "=" may be a secret written by mistake; no message
		// quotes it.
		name, from, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, usage("write `--secret NAME=@FILE`, `NAME=env:NAME` or `NAME=-`", "`--secret` without a name and a source")
		}
		if flag, twice := given[name]; twice {
			return nil, usage("", "`%s` is given by `%s` and again by `--secret`", name, flag)
		}
		given[name] = "--secret"
		if from == "-" {
			if stdinFor != "" {
				return nil, usage("", "standard input is read for %s already, and cannot be the secret `%s` too", stdinFor, name)
			}
			stdinFor = "the secret `" + name + "`"
		}
		value, err := p.readSecret("the secret `"+name+"`", fmt.Sprintf("write `--secret %s=@FILE`, `%[1]s=env:NAME` or `%[1]s=-`", name), from)
		if err != nil {
			return nil, err
		}
		all = append(all, runner.Var{Name: name, Value: value, Secret: true, Where: "--secret"})
	}
	return all, nil
}

// environmentVars returns the variables POSTRIDER_VAR_x, in the order of their
// names.
func (p *program) environmentVars() []runner.Var {
	var vars []runner.Var
	for _, entry := range p.environ() {
		key, value, _ := strings.Cut(entry, "=")
		if name, ok := strings.CutPrefix(key, varPrefix); ok && name != "" {
			vars = append(vars, runner.Var{Name: name, Value: value, Where: key})
		}
	}
	slices.SortFunc(vars, func(a, b runner.Var) int { return strings.Compare(a.Name, b.Name) })
	return vars
}

// readSecret reads a secret from a file, the environment or standard input. One
// line end at its end is not part of it. Messages call it what, and suggest the
// ways to give it.
func (p *program) readSecret(what, ways, from string) (string, error) {
	var value string
	switch {
	case from == "-":
		content, err := io.ReadAll(p.stdin)
		if err != nil {
			return "", usage("", "%s cannot be read from standard input: %v", what, err)
		}
		value = string(content)
	case strings.HasPrefix(from, "@"):
		p.inputs = append(p.inputs, from[1:])
		content, err := os.ReadFile(from[1:])
		if err != nil {
			return "", usage("", "%s cannot be read from `%s`: %v", what, from[1:], cause(err))
		}
		value = string(content)
	case strings.HasPrefix(from, "env:"):
		found := false
		value, found = p.lookupEnv(from[len("env:"):])
		if !found {
			return "", usage("", "%s cannot be read: the environment has no `%s`", what, from[len("env:"):])
		}
	default:
		return "", usage(
			ways+"; a value here could be read by every process",
			"%s is not read from a file, the environment or standard input", what)
	}
	value = strings.TrimSuffix(strings.TrimSuffix(value, "\n"), "\r")
	if value == "" {
		return "", usage("", "%s is empty", what)
	}
	return value, nil
}

// varFile reads a --var-file: a JSON object, or NAME=VALUE lines as in a .env
// file. The names are in alphabetical order.
func varFile(path string) ([]runner.Var, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("", "`--var-file %s` cannot be read: %v", path, cause(err))
	}
	source := diag.NewSource(path, content)
	source.Private = true // it may hold secrets
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	var values map[string]string
	if filepath.Ext(path) == ".json" || bytes.HasPrefix(bytes.TrimSpace(content), []byte("{")) {
		values, err = jsonVars(source, content)
	} else {
		values, err = dotEnvVars(source, content)
	}
	if err != nil {
		return nil, err
	}
	vars := make([]runner.Var, 0, len(values))
	for name, value := range values {
		vars = append(vars, runner.Var{Name: name, Value: value, Where: path})
	}
	slices.SortFunc(vars, func(a, b runner.Var) int { return strings.Compare(a.Name, b.Name) })
	return vars, nil
}

// jsonVars reads a JSON object of texts, numbers and booleans; numbers keep
// their digits.
func jsonVars(source *diag.Source, content []byte) (map[string]string, error) {
	bom := len(source.Text()) - len(content)
	malformed := func(offset int64, what string) error {
		at := bom + int(offset)
		return &diag.Diagnostic{
			Code: diag.CodeUsage, Severity: diag.Error, Summary: what,
			Source: source, Subject: diag.Span{Start: at, End: at + 1},
			Suggestion: "write one JSON object, such as {\"host\": \"https://example.com\"}",
		}
	}
	var object map[string]any
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	if err := d.Decode(&object); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, malformed(max(syntax.Offset-1, 0), "this is not JSON: "+syntax.Error())
		}
		if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return nil, malformed(0, "expected a JSON object, found "+kind.Value)
		}
		return nil, malformed(int64(len(content)), "the JSON ends too early")
	}
	if object == nil {
		return nil, malformed(0, "expected a JSON object, found null")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, malformed(d.InputOffset(), "more text behind the JSON object")
	}
	values := make(map[string]string, len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		switch v := object[name].(type) {
		case string:
			values[name] = v
		case json.Number:
			values[name] = v.String()
		case bool:
			values[name] = fmt.Sprint(v)
		default:
			return nil, usage("", "`%s`: the value of `%s` is not a text, a number or a boolean", source.Name(), name)
		}
	}
	return values, nil
}

// dotEnvVars reads NAME=VALUE lines.
func dotEnvVars(source *diag.Source, content []byte) (map[string]string, error) {
	text := string(content)
	values, err := godotenv.Unmarshal(text)
	if err != nil { // its message has no position, and may quote a secret
		at := source.Text()
		lines := strings.SplitAfter(text, "\n")
		offset := len(at) - len(text)
		for n := len(lines) - 1; n >= 0; n-- { // the line behind the longest start that can be read
			start := strings.Join(lines[:n], "")
			if _, err := godotenv.Unmarshal(start); err == nil {
				offset += len(start)
				break
			}
		}
		return nil, &diag.Diagnostic{
			Code: diag.CodeUsage, Severity: diag.Error, Summary: "this is not a NAME=VALUE line",
			Source: source, Subject: diag.Span{Start: offset, End: offset + 1},
			Suggestion: "write NAME=VALUE, or NAME='VALUE' if the value holds blanks, quotes or `$`",
		}
	}
	// The reader expands $NAME, and what it makes of a password depends on the
	// letters of the password. A value that holds a $ is taken as written or not
	// at all.
	const stand = "\ue000"
	literal, err := godotenv.Unmarshal(strings.ReplaceAll(text, "$", stand))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err != nil || strings.ReplaceAll(literal[name], stand, "$") != values[name] {
			return nil, usage("put it in single quotes", "`%s`: a `$` in the value of `%s` would be expanded", source.Name(), name)
		}
	}
	return values, nil
}

// cause returns what is wrong with a file without repeating its path.
func cause(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}
