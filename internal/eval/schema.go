package eval

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/jsonschema"
	"github.com/postrider/postrider/internal/value"
)

// prepareSchema compiles a schema that is written out or named outright, so that
// a mistake in it is told before anything is sent. schema(s) is about the body,
// schema(v, s) about v.
func prepareSchema(c *compiler, p *part) *Error {
	c.readsFiles = true
	schema := p.operands[len(p.operands)-1]
	if ofBody := len(p.operands) == 1; ofBody {
		c.readsAnswer, c.readsBody = true, true
	}
	if first := p.operands[0]; first != schema && first.kind == text && first.constant && !schema.constant {
		return place(errorf("`%s` is a text that is written out, which no schema need check", first.text).
			suggest("write what is checked first and the schema behind it: `schema(%s, %s)`", schema.text, first.text), first.start, first.end)
	}
	if k := schema.kind; k != anything && k != text && k != objects && k != boolean {
		return place(noSchema(schema, k), schema.start, schema.end)
	}
	if v, ok := schema.constantValue(); ok {
		compiled, err := compileSchema(c.files(), v)
		if err != nil {
			return place(err, schema.start, schema.end)
		}
		p.schema = compiled
	}
	p.leaf = false // that it is false is what the message says already
	p.operands = p.operands[:len(p.operands)-1]
	args := p.sources
	p.culprit = func(r *run) string { return r.violations(p, args) }
	return nil
}

func noSchema(p *part, k kind) *Error {
	return errorf("`%s` is %s, not a schema", p.text, k).suggest("name a file: write `schema(\"answer.schema.json\")`")
}

// constantValue returns the value of a part that is written out: a literal, or a
// list or an object of them.
func (p *part) constantValue() (any, bool) {
	if p.constant {
		return p.literal, true
	}
	if !p.composed || slices.ContainsFunc(p.operands, func(o *part) bool { _, ok := o.constantValue(); return !ok }) {
		return nil, false
	}
	v, err := p.value(&run{env: &Env{}, budget: budget})
	return v, err == nil
}

func callSchema(r *run, args []any) (any, error) {
	found, err := r.validate(r.call, args)
	return len(found) == 0, err
}

// validate checks what a call of schema() is about.
func (r *run) validate(call *part, args []any) ([]jsonschema.Violation, error) {
	schema := call.schema
	if schema == nil {
		v, err := plain(args[len(args)-1])
		if err != nil {
			return nil, err
		}
		written := call.sources[len(args)-1]
		if k := kindOf(v); k != text && k != objects && k != boolean {
			return nil, r.place(noSchema(written, k), written)
		}
		var problem *Error
		if schema, problem = compileSchema(r.files, v); problem != nil {
			return nil, r.place(r.schemaProblem(written, v, problem), written)
		}
	}
	subject := args[0]
	if len(args) == 1 {
		a, err := r.answer()
		if err != nil {
			return nil, err
		}
		d, err := a.jsonBody()
		if err != nil {
			return nil, err
		}
		subject = d.value()
	}
	subject, err := plain(subject)
	if err != nil {
		return nil, err
	}
	if err := r.spendValue(subject); err != nil {
		return nil, err
	}
	found, err := schema.Validate(r.env.context(), subject)
	if end := r.env.context().Err(); err != nil && errors.Is(err, end) {
		return nil, ended(err)
	}
	if err != nil {
		return nil, errorf("%v", err)
	}
	return found, nil
}

// schemaProblem hides what is wrong with a schema if a secret is in it: the
// message quotes pieces of it.
func (r *run) schemaProblem(p *part, schema any, problem *Error) *Error {
	if r.visible(p, value.Text(schema)) {
		return problem
	}
	e := errorf("the schema `%s` cannot be used", p.text)
	e.Code = problem.Code
	return e
}

// shownViolations is how many violations a message lists.
const shownViolations = 12

// violations says what is wrong with a value, a violation a line.
func (r *run) violations(call *part, written []*part) string {
	args := make([]any, len(written))
	for i, a := range written {
		v, err := a.value(r)
		if err != nil {
			return ""
		}
		args[i] = v
	}
	found, err := r.validate(call, args)
	if err != nil {
		return ""
	}
	schema, subject := written[len(written)-1], &part{}
	if len(written) > 1 {
		subject = written[0]
	}
	var lines []string
	for _, v := range found {
		switch {
		case r.secret(subject): // its path may hold names that only the secret has
			v.Path, v.Name = "", false
		case r.secret(schema) && v.Change == value.Missing:
			continue
		}
		v.Path = r.mask(v.Path)
		if r.secret(schema) && v.Expected != "" {
			v.Expected = hidden
		}
		v.Expected = value.Shorten(r.mask(v.Expected), shownBytes)
		line := v.Describe(func(found any) string { return r.side(subject, found) })
		if !slices.Contains(lines, line) {
			if lines = append(lines, line); len(lines) > 2*shownViolations {
				break
			}
		}
	}
	if len(lines) > shownViolations {
		more := fmt.Sprintf("and %d more", len(found)-shownViolations)
		lines = append(lines[:shownViolations], more)
	}
	return strings.Join(lines, "\n")
}

// compileSchema compiles a schema: a document, the text of one, or the path of a
// file that holds one, with a fragment for a part of it.
func compileSchema(files Files, v any) (*jsonschema.Schema, *Error) {
	source := jsonschema.Source{Name: "schema", Value: v}
	fragment := ""
	if s, ok := v.(string); ok {
		if trimmed := strings.TrimSpace(s); strings.HasPrefix(trimmed, "{") || trimmed == "true" || trimmed == "false" {
			document, _, err := value.Decode([]byte(s))
			if err != nil {
				return nil, schemaError("the schema is not JSON", err)
			}
			source.Value = document
		} else {
			var name string
			var problem *Error
			name, fragment, _ = strings.Cut(s, "#")
			if source, problem = schemaFile(files, name); problem != nil {
				return nil, problem
			}
		}
	}
	if source.URI == "" {
		source.URI = "file:///schema"
		if files != nil {
			source.URI = fileURI(filepath.Join(files.Dir(), "schema"))
		}
	}
	schema, err := jsonschema.Compile(source, fragment, func(uri string) (jsonschema.Source, error) {
		path, ok := filePath(uri)
		if !ok {
			return jsonschema.Source{}, remoteSchema(uri)
		}
		loaded, problem := schemaFile(files, path)
		if problem != nil { // not a nil *Error in an error
			return loaded, problem
		}
		loaded.URI = uri
		return loaded, nil
	})
	if err != nil {
		return nil, unusable(source.Name, err)
	}
	return schema, nil
}

// schemaFile reads a file that holds a schema. Messages call it by its path from
// the folder of the request file.
func schemaFile(files Files, name string) (jsonschema.Source, *Error) {
	if files != nil && filepath.IsAbs(name) {
		if short, err := filepath.Rel(files.Dir(), name); err == nil {
			name = short
		}
	}
	content, path, problem := readFile(files, name)
	if problem != nil {
		return jsonschema.Source{}, problem
	}
	name = filepath.ToSlash(filepath.Clean(name))
	document, _, err := value.Decode(content)
	if err != nil {
		return jsonschema.Source{}, schemaError(fmt.Sprintf("`%s` is not JSON", name), err)
	}
	return jsonschema.Source{URI: fileURI(path), Name: name, Value: document}, nil
}

func schemaError(summary string, err error) *Error {
	e := errorf("%s", summary)
	e.Code, e.cause, e.Detail = diag.CodeSchema, err, strings.TrimPrefix(err.Error(), "invalid JSON ")
	return e.suggest("correct the JSON at this place")
}

// remoteSchema is about a reference that leads out of the project.
func remoteSchema(uri string) *Error {
	return errorf("nothing in the schema is called `%s`, and schemas are not fetched over the network", value.Shorten(uri, shownBytes)).
		suggest("keep the file in the project, and refer to it by its path")
}

// unusable says why a schema cannot be compiled.
func unusable(name string, err error) *Error {
	e := errorf("the schema `%s` cannot be used", name)
	if name == "schema" {
		e.Summary = "the schema cannot be used"
	}
	e.Code, e.cause, e.Detail = diag.CodeSchema, err, err.Error()
	var mistake *jsonschema.Error
	if !errors.As(err, &mistake) {
		return e
	}
	e.Suggestion = mistake.Suggestion
	for i, v := range mistake.Violations {
		if i == shownViolations {
			e.Detail += fmt.Sprintf("\nand %d more", len(mistake.Violations)-i)
			break
		}
		e.Detail += "\n" + value.Shorten(v.Describe(func(v any) string { return value.Shorten(value.Format(v), shownText) }), 2*shownBytes)
	}
	var file *Error
	if errors.As(mistake.Cause, &file) {
		if file.Detail != "" {
			e.Detail += "\n" + file.Detail
		}
		if e.Suggestion == "" {
			e.Suggestion = file.Suggestion
		}
	}
	if e.Suggestion == "" {
		e.suggest("correct the schema at this place")
	}
	return e
}
