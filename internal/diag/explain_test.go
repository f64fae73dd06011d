package diag

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// declaredCodes returns the codes of codes.go in the order of writing.
func declaredCodes(t *testing.T) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			code, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, code)
		}
		return true
	})
	return codes
}

// Every code has one explanation, and every explanation what the manual and the
// reports need of it.
func TestExplanations(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	names := make(map[string]string)
	var codes []string
	for _, e := range Explanations() {
		codes = append(codes, e.Code)
		if other := names[e.Name]; other != "" {
			t.Errorf("%s and %s are both called %s", other, e.Code, e.Name)
		}
		names[e.Name] = e.Code
		if !kebab.MatchString(e.Name) {
			t.Errorf("%s: the name %q is not in kebab-case", e.Code, e.Name)
		}
		if e.Severity < Error || e.Severity > Note || !strings.HasSuffix(e.Text, ".") {
			t.Errorf("%s: severity %v, text %q", e.Code, e.Severity, e.Text)
		}
		if (e.Wrong == "") != (e.Right == "") {
			t.Errorf("%s: only one of the two samples", e.Code)
		}
		for line := range strings.Lines(e.String()) {
			if e.Wrong == "" && DisplayWidth(strings.TrimSuffix(line, "\n")) > explanationWidth {
				t.Errorf("%s: a line that is too long: %s", e.Code, line)
			}
		}
		if found, ok := Explain(strings.ToLower(e.Code)); !ok || found.Name != e.Name {
			t.Errorf("%s is not found in small letters", e.Code)
		}
	}
	if got, want := strings.Join(codes, " "), strings.Join(declaredCodes(t), " "); got != want {
		t.Errorf("explained are\n%s\nthere are\n%s", got, want)
	}
	if _, ok := Explain("PR999"); ok {
		t.Error("PR999 is explained")
	}
}

// docs/diagnostics.md is made from the table. Its diff shows when a code changes
// its meaning, which it must not.
func TestDiagnosticsManual(t *testing.T) {
	const path = "../../docs/diagnostics.md"
	got := manual()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the table says: run go test ./internal/diag -update", path)
	}
}

func manual() string {
	var b strings.Builder
	b.WriteString(`# Diagnostics

Every message ends in a code, such as [PR201]. This page says more about each; ` + "`postrider help PR201`" + ` prints the same. A code is never given to another
mistake. Errors keep a file from being run, warnings do not, and notes are shown by ` + "`postrider check`" + ` only. For codes with samples, ` + "`check`" + ` finds the
mistake in the first and nothing in the second.

This page is generated from internal/diag; do not edit it.
`)
	sections := map[byte]string{
		'0': "The text of a file", '1': "The plan", '2': "Variables and environments", '3': "Expressions and checks", '4': "Credentials",
		'5': "The network", '6': "What other tools read otherwise", '7': "What is probably not meant", '9': "The command line",
	}
	var hundred byte
	for _, e := range Explanations() {
		if h := e.Code[2]; h != hundred {
			hundred = h
			b.WriteString("\n## " + sections[h] + "\n")
		}
		b.WriteString("\n" + e.Markdown())
	}
	return b.String()
}
