package diag

import (
	"slices"
	"strings"
)

// Explanation is what there is to say about a code, whatever the file. It is
// what `postrider help CODE` and docs/diagnostics.md show.
type Explanation struct {
	Code     string
	Name     string   // what configuration and reports call it, in kebab-case
	Severity Severity // as a rule; some mistakes weigh less in some places
	Text     string   // one paragraph: what it means and what to do

	// Wrong is a request file in which `postrider check` finds this mistake and
	// no other error, and Right is the same without it. Further files follow
	// behind a line "-- NAME --". Both are empty for what only a run finds.
	Wrong, Right string
	// Flags are those that `postrider check` needs to find it.
	Flags []string
}

// Explanations returns what there is to say about each code, in their order. It
// is made anew at each call: most commands need none of it.
func Explanations() []Explanation {
	return slices.Concat(
		explainText(), explainPlan(), explainVariables(), explainExpressions(), explainAuth(),
		explainNetwork(), explainTools(), explainLint(), explainScripts(), explainCommand(),
	)
}

// Explain returns what there is to say about a code, in any case.
func Explain(code string) (Explanation, bool) {
	for _, e := range Explanations() {
		if strings.EqualFold(e.Code, code) {
			return e, true
		}
	}
	return Explanation{}, false
}

// explanationWidth is where the text for a terminal is wrapped.
const explanationWidth = 79

// String returns the explanation for a terminal.
func (e Explanation) String() string {
	var b strings.Builder
	b.WriteString(e.Code + " " + e.Name + " (" + e.Severity.String() + ")\n\n" + wrap(e.Text, explanationWidth))
	for _, sample := range []struct{ title, text string }{{"Wrong", e.Wrong}, {"Right", e.Right}} {
		if sample.text == "" {
			continue
		}
		b.WriteString("\n" + sample.title + flagsText(e.Flags) + "\n")
		for line := range strings.Lines(strings.ToValidUTF8(sample.text, "\ufffd")) {
			b.WriteString(strings.TrimRight("  "+line, " \n") + "\n")
		}
	}
	return b.String()
}

func flagsText(flags []string) string {
	if len(flags) == 0 {
		return ""
	}
	return ", with " + strings.Join(flags, " ")
}

// Markdown returns the explanation as a section of a manual.
func (e Explanation) Markdown() string {
	var b strings.Builder
	b.WriteString("### " + e.Code + " " + e.Name + "\n\n*" + e.Severity.String() + ".* " + e.Text + "\n")
	for _, sample := range []struct{ title, text string }{{"Wrong", e.Wrong}, {"Right", e.Right}} {
		if sample.text != "" {
			b.WriteString("\n" + sample.title + flagsText(e.Flags) + ":\n\n```http\n" + strings.ToValidUTF8(sample.text, "\ufffd") + "```\n")
		}
	}
	return b.String()
}

// wrap breaks a text at its blanks, so that no line is longer than width unless
// it is one word.
func wrap(text string, width int) string {
	var b strings.Builder
	used := 0
	for _, word := range strings.Fields(text) {
		switch {
		case used == 0:
		case used+1+DisplayWidth(word) > width:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += DisplayWidth(word)
	}
	b.WriteByte('\n')
	return b.String()
}
