package runner

import (
	"context"
	"io"
	"os"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// output is where the body of an answer is kept on its way to the files of >>.
// It does not pass through memory.
type output struct {
	spool *os.File
	paths []string // expanded, by redirection
	began bool     // an answer has come
}

// openOutput expands the paths of the redirections of a request, and makes a
// temporary file for the body.
func (r *running) openOutput(ctx context.Context) (*output, error) {
	o := new(output)
	for _, to := range r.step.block.Outputs {
		path, err := r.outputPath(ctx, to)
		if err != nil {
			return nil, err
		}
		o.paths = append(o.paths, path)
	}
	spool, err := os.CreateTemp("", "postrider-*")
	if err != nil {
		return nil, saveProblem(err).At(r.step.file.parsed.Source, r.step.request.Line)
	}
	_ = os.Remove(spool.Name()) // now, where a file can live without a name: a killed process leaves none
	o.spool = spool
	return o, nil
}

// outputPath expands the path of a redirection and finds out whether it may be
// written.
func (r *running) outputPath(ctx context.Context, to *parser.Output) (string, error) {
	path, err := r.line(ctx, to.Path)
	if err != nil || r.session.dry.Holds(path) {
		return path, err
	}
	files, err := r.session.bodyFiles()
	if err == nil {
		err = files.CheckOutput(r.step.file.dir, path)
	}
	if err != nil {
		return "", r.step.file.pointAt(err, to.Path)
	}
	return path, nil
}

// begin is transport.Request.Save: the body of a new hop takes the place of
// that of the hop before.
func (o *output) begin() (io.Writer, error) {
	o.began = true
	if err := o.spool.Truncate(0); err != nil {
		return nil, saveProblem(err)
	}
	if _, err := o.spool.Seek(0, io.SeekStart); err != nil {
		return nil, saveProblem(err)
	}
	return o, nil
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	n, err := o.spool.Write(p)
	if err != nil {
		return n, saveProblem(err)
	}
	return n, nil
}

func (o *output) discard() {
	name := o.spool.Name()
	_ = o.spool.Close() // nobody wants it any more
	_ = os.Remove(name)
}

func saveProblem(err error) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: diag.CodeOutput, Severity: diag.Error, Summary: "the answer cannot be saved: " + err.Error(),
		Suggestion: "make room in the folder for temporary files, or name another one with TMPDIR",
	}
}

// saveOutput writes the files of >>. An answer is saved whether its checks hold
// or not, but not one that broke off.
func (r *running) saveOutput(done *RequestFinished) {
	if r.output == nil || !r.output.began || done.Outcome != Passed && done.Outcome != Failed {
		return
	}
	for i, to := range r.step.block.Outputs {
		files, err := r.session.bodyFiles()
		name := ""
		if err == nil {
			name, err = files.Save(r.step.file.dir, r.output.paths[i], to.Overwrite, func(f *os.File) error {
				if _, err := r.output.spool.Seek(0, io.SeekStart); err != nil {
					return saveProblem(err)
				}
				if _, err := io.Copy(f, r.output.spool); err != nil {
					return saveProblem(err)
				}
				return nil
			})
		}
		if err != nil {
			r.fail(done, r.step.file.pointAt(err, to.Path)...)
			continue
		}
		done.Saved = append(done.Saved, name)
		r.session.suite.lookups.wrote(r.step.file.dir, name)
	}
}

// checkOutputs finds out before anything is sent whether the files of >> may be
// written, as far as their names are known by then.
func (f *file) checkOutputs(s *step) {
	for _, to := range s.block.Outputs {
		if to.Path.HasTemplate() {
			continue
		}
		if err := f.checkOutput(to.Path); err != nil {
			f.problem(f.pointAt(err, to.Path)...)
		}
	}
}

func (f *file) checkOutput(path parser.Text) error {
	files, err := f.files()
	if err != nil {
		return err
	}
	defer files.Close() // only asked
	return files.CheckOutput(f.dir, path.String())
}
