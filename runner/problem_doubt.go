package runner

import (
	"sort"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/parser"
)

// settleDoubts makes errors of what the parser doubts and what can be read as a check:
// a run that leaves out a check that was meant must not pass. Prose stays what it is.
func settleDoubts(f *parser.File) {
	if len(f.Doubts) == 0 {
		return
	}
	for _, doubt := range f.Doubts {
		if !isCheck(doubt.Text) || commentedOut(f, doubt.Problem.Subject) {
			continue
		}
		doubt.Problem.Severity = diag.Error
		if !doubt.Told {
			f.Diagnostics = append(f.Diagnostics, doubt.Problem)
		}
	}
	f.Diagnostics.Sort()
}

// isCheck reports whether a text can be read as a condition that says something of an
// answer, or compares. A single word is none: # @test login.
func isCheck(text string) bool {
	text = strings.TrimSpace(strings.NewReplacer("{{", "", "}}", "").Replace(text)) // as people write variables elsewhere
	if len(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t.()[]=<>!", r) })) < 2 {
		return false
	}
	program, err := eval.Compile(text, eval.Condition, anyNames{})
	if err != nil {
		return false
	}
	return program.ReadsStatus() || program.ReadsAnswer() || strings.ContainsAny(text, "=<>")
}

// commentedOut reports whether a place is in a block whose request is commented out.
func commentedOut(f *parser.File, at diag.Span) bool {
	i := sort.Search(len(f.Blocks), func(i int) bool { return f.Blocks[i].Span.End > at.Start })
	return i < len(f.Blocks) && f.Blocks[i].Disabled && f.Blocks[i].Request == nil
}

// anyNames are the names of expressions of which only the grammar matters.
type anyNames struct{}

var _ eval.Names = anyNames{}

// Variable implements eval.Names.
func (anyNames) Variable(string) bool { return true }

// Request implements eval.Names.
func (anyNames) Request(string) bool { return false }

// Nearest implements eval.Names.
func (anyNames) Nearest(string) string { return "" }

// Elsewhere implements eval.Names.
func (anyNames) Elsewhere(string) (where, suggestion string) { return "", "" }

// Files implements eval.Names.
func (anyNames) Files() eval.Files { return nil }
