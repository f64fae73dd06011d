package syntaxjson

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/parser"
)

// Options says which files to write, and how to read them.
type Options struct {
	Paths   []string // files, folders, patterns, "-" for Stdin
	Stdin   io.Reader
	Dialect string // the name of the dialect of all files; "" for each its own
}

// WriteFiles writes the files that o names, one after the other, a document each.
// Every document is out before the next file is read. Report gets what is wrong
// with a file once its document is written, and every path that leads to no file;
// of the messages in a document only errors. The error is that of w or report, or
// says that there is no such dialect; then nothing has been written.
func WriteFiles(w io.Writer, o Options, report func(*diag.Diagnostic) error) error {
	parse := parser.Parse
	if o.Dialect != "" {
		dialect, ok := parser.ParseDialect(o.Dialect)
		if !ok {
			return &diag.Diagnostic{
				Code: diag.CodeUsage, Severity: diag.Error, Summary: fmt.Sprintf("--dialect: unknown dialect `%s`", o.Dialect),
				Suggestion: "give one of " + strings.Join(parser.DialectNames(), ", "),
			}
		}
		parse = func(name string, src []byte) *parser.File { return parser.ParseAs(dialect, name, src) }
	}
	inputs, problems := project.Find(o.Paths, "")
	for _, in := range inputs {
		src, err := read(in, o.Stdin)
		if err != nil {
			problems = append(problems, &diag.Diagnostic{
				Code: diag.CodeNoInput, Severity: diag.Error,
				Summary: fmt.Sprintf("`%s` cannot be read: %v", in.Name, err), Suggestion: "make it readable, or leave it out",
			})
			continue
		}
		f := parse(in.Name, src)
		if err := Write(w, f); err != nil {
			return fmt.Errorf("output cannot be written: %w", err)
		}
		for _, d := range f.Diagnostics {
			if d.Severity != diag.Error {
				continue
			}
			if err := report(d); err != nil {
				return err
			}
		}
	}
	for _, d := range problems {
		if err := report(d); err != nil {
			return err
		}
	}
	return nil
}

// read returns the content of an input. The error is the cause, without the
// path.
func read(in project.Input, stdin io.Reader) ([]byte, error) {
	if in.Stdin {
		return io.ReadAll(stdin)
	}
	src, err := os.ReadFile(in.Path)
	if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
		err = wrapped.Err
	}
	return src, err
}
