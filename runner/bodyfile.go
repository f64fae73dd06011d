package runner

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/parser"
)

// files returns the access to the files that bodies may be read from.
func (f *file) files() (*project.Files, error) {
	return project.NewFiles(project.Root(f.dir), f.plan.options.AllowFiles)
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
		if p.Path.HasTemplate() {
			if p.Substitute { // its text may refer to any request
				for _, other := range f.steps {
					other.referred = other.referred || other.name != ""
				}
			}
			continue
		}
		files, err := f.files()
		if err != nil {
			f.problem(f.pointAt(err, p.Path)...)
			continue
		}
		if p.Substitute {
			var text parser.Text
			if text, err = f.bodyText(files, p, p.Path.String()); err == nil {
				if s.bodyFiles == nil {
					s.bodyFiles = make(map[int]parser.Text)
				}
				s.bodyFiles[i] = text
			}
		} else {
			_, err = files.Stat(f.dir, p.Path.String())
		}
		if err != nil {
			f.problem(f.pointAt(err, p.Path)...)
		}
		_ = files.Close() // only read from
	}
}

// bodyText reads a file whose templates are to be replaced.
func (f *file) bodyText(files *project.Files, p parser.BodyPart, path string) (parser.Text, error) {
	if encoding := strings.ToLower(p.Encoding.String()); encoding != "" && encoding != "utf-8" && encoding != "utf8" {
		return parser.Text{}, &diag.Diagnostic{
			Code: diag.CodeUnsupported, Severity: diag.Error,
			Summary:    fmt.Sprintf("the encoding `%s` is not supported by this version", p.Encoding),
			Suggestion: "save the file as UTF-8",
		}
	}
	opened, err := files.Open(f.dir, path)
	if err != nil {
		return parser.Text{}, err
	}
	defer opened.Close()
	content, err := io.ReadAll(opened)
	if err != nil {
		return parser.Text{}, err
	}
	return parser.NewText(diag.NewSource(path, content), diag.Span{End: len(content)}), nil
}

// bodyFile opens the file of a body part, or reads it if templates in it are to
// be replaced.
func (r *running) bodyFile(ctx context.Context, p parser.BodyPart) (bodySource, error) {
	f := r.step.file
	path, err := r.line(ctx, p.Path)
	if err != nil {
		return bodySource{}, err
	}
	files, err := r.session.bodyFiles()
	if err != nil {
		return bodySource{}, f.pointAt(err, p.Path)
	}
	if p.Substitute {
		text, err := f.bodyText(files, p, path)
		if err != nil {
			return bodySource{}, f.pointAt(err, p.Path)
		}
		parts, err := r.expand(ctx, text)
		if err != nil {
			return bodySource{}, err
		}
		return bodySource{bytes: []byte(joinParts(parts))}, nil
	}
	info, err := files.Stat(f.dir, path)
	if err != nil {
		return bodySource{}, f.pointAt(err, p.Path)
	}
	open := func() (io.ReadCloser, error) { return files.Open(f.dir, path) }
	return bodySource{open: open, size: info.Size()}, nil
}
