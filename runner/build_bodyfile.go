package runner

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/charset"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/standin"
	"github.com/postrider/postrider/parser"
)

// files returns the access to the files that bodies may be read from.
func (f *file) files() (*project.Files, error) {
	files, err := project.NewFiles(f.root(), f.plan.options.AllowFiles)
	if err == nil {
		files.Observe(f.suite.lookups.add)
	}
	return files, err
}

// substitution is what happens to the templates in the file of a body.
type substitution uint8

const (
	substituteNone  substitution = iota // the file is sent as it is
	substituteKnown                     // those whose names are known; the rest stays as it is
	substituteAll                       // each; one that cannot be resolved is an error
)

// maxKnown bounds the files in which known templates are looked for.
const maxKnown = 1 << 20

// substitution decides for the i-th part of the body, by what the tool does that
// the file is written for. `<@` asks for it outright.
func (s *step) substitution(i int) substitution {
	p := s.request.Body.Parts[i]
	switch {
	case p.Substitute || s.inject:
		return substituteAll
	case p.Line.String() != "" && p.Line.String()[0] != '<': // of curl, or gql
		return substituteNone
	case s.isBinaryPart(i):
		return substituteNone
	}
	switch s.file.parsed.Dialect {
	case parser.JetBrains, parser.Kulala:
		return substituteAll
	case parser.VSCode, parser.HTTPYac:
		return substituteNone
	default:
		return substituteKnown
	}
}

// isBinaryPart reports whether a part stands in a part of a multipart body whose
// type is not one of text.
func (s *step) isBinaryPart(i int) bool {
	if i == 0 || s.request.Body.Parts[i-1].Text.IsZero() {
		return false
	}
	inHead := false
	kind := ""
	for line := range strings.SplitSeq(s.request.Body.Parts[i-1].Text.String(), "\n") {
		name, value, isField := strings.Cut(line, ":")
		switch {
		case strings.HasPrefix(line, "--"):
			inHead, kind = true, ""
		case strings.TrimSpace(line) == "":
			inHead = false
		case inHead && isField && strings.EqualFold(strings.TrimSpace(name), "content-type"):
			kind = strings.TrimSpace(value)
		}
	}
	return kind != "" && !charset.MediaOf(kind).IsText()
}

// readBodyFiles finds out before anything is sent whether the files of a body
// are there, and reads those whose templates are to be replaced, as far as
// their names are known by then.
func (f *file) readBodyFiles(s *step) {
	if s.request.Body == nil {
		return
	}
	for i, p := range s.request.Body.Parts {
		if p.Path.IsZero() {
			continue
		}
		if !charset.Known(p.Encoding.String()) {
			f.problem(f.pointAt(unknownEncoding(p.Encoding.String()), p.Encoding)...)
			continue
		}
		if p.Path.HasTemplate() {
			if s.substitution(i) != substituteNone { // its text may refer to any request
				for _, other := range f.steps {
					other.referred = other.referred || other.name != ""
				}
				f.pinAll()
			}
			continue
		}
		files, err := f.files()
		if err != nil {
			f.problem(f.pointAt(err, p.Path)...)
			continue
		}
		text, substitutes, err := f.bodyText(files, s, i, p.Path.String())
		if err != nil {
			f.problem(f.pointAt(err, p.Path)...)
		} else if substitutes {
			if s.bodyFiles == nil {
				s.own().bodyFiles = make(map[int]parser.Text)
			}
			s.own().bodyFiles[i] = text
		}
		_ = files.Close() // only read from
	}
}

// bodyText reads the file of the i-th part of a body if templates in it are to
// be replaced, or if it is not in UTF-8. It reports false for a file that is sent
// as it is, which need not be read for that.
func (f *file) bodyText(files *project.Files, s *step, i int, path string) (parser.Text, bool, error) {
	p := s.request.Body.Parts[i]
	mode := s.substitution(i)
	info, err := files.Stat(f.dir, path)
	if err != nil || mode == substituteNone || mode == substituteKnown && info.Size() > maxKnown {
		return parser.Text{}, false, err
	}
	if !p.Substitute { // `<` must not need memory for a large file without templates
		if found, err := f.holdsTemplate(files, path); err != nil || !found {
			return parser.Text{}, false, err
		}
	}
	opened, err := files.Open(f.dir, path)
	if err != nil {
		return parser.Text{}, false, err
	}
	defer opened.Close()
	content, err := io.ReadAll(opened)
	if err != nil {
		return parser.Text{}, false, err
	}
	if !p.Substitute && !utf8.Valid(content) {
		return parser.Text{}, false, nil
	}
	if !p.Encoding.IsZero() {
		var known bool
		if content, known = charset.Decode(p.Encoding.String(), content); !known {
			return parser.Text{}, false, unknownEncoding(p.Encoding.String())
		}
	}
	text := parser.NewText(diag.NewSource(path, content), diag.Span{End: len(content)})
	if mode == substituteKnown {
		text, known := s.knownOnly(text)
		return text, known, nil
	}
	return text, true, nil
}

func unknownEncoding(name string) error {
	return &diag.Diagnostic{
		Code: diag.CodeUnsupported, Severity: diag.Error,
		Summary:    fmt.Sprintf("unknown encoding `%s`", name),
		Suggestion: "name one such as `latin1`, `windows-1252`, `utf-16le` or `shift_jis`, or save the file as UTF-8",
	}
}

// holdsTemplate reports whether a file is text and holds two opening braces.
func (f *file) holdsTemplate(files *project.Files, path string) (bool, error) {
	opened, err := files.Open(f.dir, path)
	if err != nil {
		return false, err
	}
	defer opened.Close()
	found := false
	buffer := make([]byte, 1+64<<10) // the first byte is the last one of the piece before
	for {
		n, err := opened.Read(buffer[1:])
		piece := buffer[:1+n]
		if bytes.IndexByte(piece[1:], 0) >= 0 {
			return false, nil
		}
		found = found || bytes.Contains(piece, []byte("{{"))
		buffer[0] = piece[n]
		if buffer[0] == 0 {
			buffer[0] = ' '
		}
		if err == io.EOF {
			return found, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// knownOnly returns a text in which all templates that mean nothing here are
// literal, and whether others are left.
func (s *step) knownOnly(text parser.Text) (parser.Text, bool) {
	known := false
	var pieces []parser.Text
	for _, segment := range text.Segments() {
		written := segment.Text.String()
		if segment.Template && !s.knows(segment.Expr.String()) {
			literal := `\{\{` + strings.TrimSuffix(strings.TrimPrefix(written, "{{"), "}}") + `\}\}`
			pieces = append(pieces, parser.Literal(text.Source(), segment.Text.Span(), literal))
			continue
		}
		known = known || segment.Template
		pieces = append(pieces, segment.Text)
	}
	return parser.Join(pieces, ""), known
}

// knows reports whether a template means a value here: a variable, also one that
// is yet to be captured or comes with a row or a call, or a request.
func (s *step) knows(expr string) bool {
	if s.file.static.Knows(expr) {
		return true
	}
	if class := scope.Classify(expr); class == scope.Dynamic || class == scope.Expression {
		return false
	}
	if _, _, ok := s.file.splitReference(expr); ok {
		return true
	}
	_, _, ok := scope.Split(expr, knownNames{s.file, s}.Captured)
	return ok
}

// partIndex returns which part of the body a part with a file is.
func (s *step) partIndex(p parser.BodyPart) int {
	return slices.IndexFunc(s.request.Body.Parts, func(o parser.BodyPart) bool {
		return !o.Path.IsZero() && o.Path.Span() == p.Path.Span()
	})
}

// withoutLineEnds returns the content of a file as curl's -d sends it.
func withoutLineEnds(content []byte) []byte {
	return slices.DeleteFunc(content, func(c byte) bool { return c == '\r' || c == '\n' || c == 0 })
}

// bodyFile opens the file of the i-th part of the body, or expands the templates
// in it if they are to be replaced.
func (r *running) bodyFile(ctx context.Context, i int) (bodySource, error) {
	f, p := r.step.file, r.step.request.Body.Parts[i]
	expanded := func(text parser.Text) (bodySource, error) {
		parts, err := r.expand(ctx, text)
		return bodySource{bytes: []byte(scope.Join(parts)), file: true}, err
	}
	if text, isPlanned := r.step.bodyFiles[i]; isPlanned {
		return expanded(text)
	}
	path, err := r.line(ctx, p.Path)
	if err != nil {
		return bodySource{}, err
	}
	if dry := r.session.dry; dry.Holds(path) {
		return bodySource{bytes: []byte(dry.Make(standin.Value{Shown: "{{< " + dry.Show(path) + "}}", From: dry.From(path)})), file: true}, nil
	}
	files, err := r.session.bodyFiles()
	if err != nil {
		return bodySource{}, f.pointAt(err, p.Path)
	}
	if p.Path.HasTemplate() { // otherwise planning has decided
		text, substitutes, err := f.bodyText(files, r.step, i, path)
		if err != nil {
			return bodySource{}, f.pointAt(err, p.Path)
		}
		if substitutes {
			return expanded(text)
		}
	}
	info, err := files.Stat(f.dir, path)
	if err != nil {
		return bodySource{}, f.pointAt(err, p.Path)
	}
	open := func() (io.ReadCloser, error) { return files.Open(f.dir, path) }
	if p.Stripped {
		opened, err := open()
		if err != nil {
			return bodySource{}, f.pointAt(err, p.Path)
		}
		defer opened.Close()
		content, err := io.ReadAll(opened)
		return bodySource{bytes: withoutLineEnds(content), file: true}, err
	}
	at := filepath.FromSlash(path)
	if !filepath.IsAbs(at) {
		at = filepath.Join(f.dir, at)
	}
	return bodySource{open: open, size: info.Size(), path: at}, nil
}
