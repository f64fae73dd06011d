package querytext

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"sync"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/registry"
	"github.com/theory/jsonpath/spec"
)

// Parse reads a query of RFC 9535. A pattern of its functions match and search
// that is written out and cannot be read is an error, rather than one that matches
// nothing.
func Parse(path string) (*jsonpath.Path, error) { return parser().Parse(path) }

var parser = sync.OnceValue(func() *jsonpath.Parser {
	functions := registry.New()
	for _, name := range []string{"match", "search"} {
		f := functions.Get(name)
		*f = *pattern(*f)
	}
	return jsonpath.NewParser(jsonpath.WithRegistry(functions))
})

// pattern makes a function of the library that matches a text false for what does
// not exist (RFC 9535 §2.4.6 and §2.4.7): the library's own panics.
func pattern(of spec.FuncExtension) *spec.FuncExtension {
	check := func(args []spec.FuncExprArg) error {
		if err := of.Validate(args); err != nil {
			return err
		}
		if literal, ok := args[1].(*spec.LiteralArg); ok {
			if written, ok := literal.Value().(string); ok {
				if _, err := syntax.Parse(written, syntax.Perl|syntax.DotNL); err != nil {
					return fmt.Errorf("the pattern `%s` cannot be read: %w", written, err)
				}
			}
		}
		return nil
	}
	return spec.Extension(of.Name(), of.ReturnType(), check, func(args []spec.PathValue) spec.PathValue {
		if slices.Contains(args, nil) {
			return spec.LogicalFalse
		}
		return of.Evaluate(args)
	})
}
