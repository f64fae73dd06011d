package runner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// checkVars warns of a variable of the command line that no file reads and that
// is called nearly like one of theirs: what it should replace stands.
func (p *Plan) checkVars() {
	for _, v := range p.options.Vars {
		if !strings.HasPrefix(v.Where, "--") { // others may be there for more than this run
			continue
		}
		near, read := "", false
		for _, s := range p.suites {
			if s.file.env == nil { // the rest would only follow from that
				return
			}
			texts, known := s.readingTexts()
			if read = !known || isRead(texts, v.Name); read {
				break
			}
			if near == "" {
				near = s.file.templateSpelling.Nearest(v.Name)
			}
		}
		given := func(v Var) bool { return v.Name == near }
		if read || near == "" || slices.ContainsFunc(p.options.Vars, given) {
			continue
		}
		p.problems = append(p.problems, &diag.Diagnostic{
			Code: diag.CodeUnusedVariable, Severity: diag.Warning,
			Summary:    fmt.Sprintf("nothing reads the variable `%s` of `%s`", v.Name, v.Where),
			Suggestion: "did you mean `" + near + "`?",
		})
	}
}
