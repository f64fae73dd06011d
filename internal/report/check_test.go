package report

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// hostileText is what a file of somebody else may hold: escapes of terminals, line
// ends, workflow commands.
const hostileText = "a\x1b[31m\u009b31m\u202e\U000e0041%0A\r\n::error::b,c:d"

func hostileFindings() *Findings {
	return &Findings{
		Files: 3, Requests: 7, Version: "1.2.3", Dir: "/project",
		Messages: []diag.Message{
			{Severity: diag.Error, Code: diag.CodeNoInput, Summary: hostileText},
			{Severity: diag.Error, Code: diag.CodeVariable, Summary: "no variable `x`", Suggestion: "define it", File: "a b/ä,%:.http",
				Line: 2, Column: 5, Width: 3, EndLine: 2, EndColumn: 8, Text: "GET {x}"},
			{Severity: diag.Warning, Code: diag.CodeHeader, Summary: "two lines", Detail: hostileText, File: hostileText, Line: 1, Column: 1, Width: 4, EndLine: 2, EndColumn: 3, Text: "abcd"},
			{Severity: diag.Note, Summary: "without a code", File: "/project/sub/c.http", Line: 1, Column: 1, Width: 1, EndLine: 1, EndColumn: 1},
			{Severity: diag.Note, Code: diag.CodeStripped, Summary: "elsewhere", File: "/other/c.http"},
		},
	}
}

func written(t *testing.T, format string, f *Findings) string {
	t.Helper()
	var b strings.Builder
	if err := WriteFindings(&b, format, f, diag.Renderer{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var ruleIndex = regexp.MustCompile(`"ruleIndex": [0-9]+`)

// The formats are what other programs read: the golden files show each change.
func TestFindingsGolden(t *testing.T) {
	for _, format := range CheckFormats() {
		t.Run(format, func(t *testing.T) {
			got := written(t, format, hostileFindings())
			if format == "sarif" { // the table of rules has tests of its own, and grows
				start, end := strings.Index(got, `"rules": [`), strings.Index(got, `"columnKind"`)
				got = ruleIndex.ReplaceAllString(got[:start]+"…"+got[end:], `"ruleIndex": …`)
			}
			path := filepath.Join("testdata", "check."+format+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// Whatever a file is called and holds, it adds no line to the output for people
// and no command to the output for GitHub.
func TestFindingsAreHarmless(t *testing.T) {
	f := hostileFindings()
	for _, format := range CheckFormats() {
		got := written(t, format, f)
		if diag.PrintableLines(got) != got {
			t.Errorf("%s: control characters in %q", format, got)
		}
		for i, line := range strings.Split(strings.TrimSuffix(got, "\n"), "\n") {
			switch {
			case format == "text" && strings.HasPrefix(line, "::"):
				t.Errorf("text: a command %q", line)
			case format == "github" && i < len(f.Messages) && !strings.HasPrefix(line, "::"):
				t.Errorf("github: line %d is no command: %q", i+1, line)
			case format == "github" && i > len(f.Messages):
				t.Errorf("github: one line too many: %q", line)
			}
		}
	}
}

// What is escaped in JSON is the same text to a program.
func TestFindingsJSONIsExact(t *testing.T) {
	f := hostileFindings()
	var document struct {
		Diagnostics []struct{ File, Summary, Detail string }
	}
	if err := json.Unmarshal([]byte(written(t, "json", f)), &document); err != nil {
		t.Fatal(err)
	}
	for i, m := range f.Messages {
		if d := document.Diagnostics[i]; d.File != m.File || d.Summary != m.Summary || d.Detail != m.Detail {
			t.Errorf("%+v became %+v", m, d)
		}
	}
}

func TestFindingsSummary(t *testing.T) {
	message := func(s diag.Severity) diag.Message { return diag.Message{Severity: s} }
	for _, test := range []struct {
		messages []diag.Message
		want     string
	}{
		{nil, "1 file, 2 requests: no mistakes"},
		{[]diag.Message{message(diag.Note)}, "1 file, 2 requests: no mistakes, 1 note"},
		{[]diag.Message{message(diag.Warning), message(diag.Warning)}, "2 warnings in 1 file"},
		{[]diag.Message{message(diag.Error), message(diag.Warning), message(diag.Note)}, "1 error, 1 warning, 1 note in 1 file"},
	} {
		f := &Findings{Files: 1, Requests: 2, Messages: test.messages}
		if got := f.Summary(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

// TestSARIF checks what SARIF 2.1.0 requires of the members that are written
// (sections 3.13 to 3.30), since a log that lacks one is refused as a whole.
func TestSARIF(t *testing.T) {
	for _, f := range []*Findings{hostileFindings(), {Version: "1"}} {
		var log any
		if err := json.Unmarshal([]byte(written(t, "sarif", f)), &log); err != nil {
			t.Fatal(err)
		}
		v := sarifValidator{t}
		root := v.object(log, "$")
		if v.text(root, "version", "$") != "2.1.0" || !strings.Contains(v.text(root, "$schema", "$"), "sarif-2.1.0") {
			t.Error("no version 2.1.0")
		}
		runs := v.list(root, "runs", "$")
		if len(runs) != 1 {
			t.Fatalf("%d runs", len(runs))
		}
		run := v.object(runs[0], "run")
		if kind := v.text(run, "columnKind", "run"); kind != "unicodeCodePoints" {
			t.Errorf("columnKind %s", kind)
		}
		driver := v.object(v.object(run["tool"], "tool")["driver"], "driver")
		v.text(driver, "name", "driver")
		rules := v.list(driver, "rules", "driver")
		var ids []string
		for i, r := range rules {
			at := fmt.Sprintf("rules[%d]", i)
			rule := v.object(r, at)
			ids = append(ids, v.text(rule, "id", at))
			v.text(rule, "name", at)
			for _, member := range []string{"shortDescription", "fullDescription", "help"} {
				v.text(v.object(rule[member], at+"."+member), "text", at+"."+member)
			}
			v.level(v.object(rule["defaultConfiguration"], at), at)
		}
		if len(ids) != len(diag.Explanations()) || len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(ids) {
			t.Errorf("the rules are %v", ids)
		}
		results := v.list(run, "results", "run")
		if len(results) != len(f.Messages) {
			t.Errorf("%d results of %d messages", len(results), len(f.Messages))
		}
		for i, r := range results {
			at := fmt.Sprintf("results[%d]", i)
			result := v.object(r, at)
			v.level(result, at)
			v.text(v.object(result["message"], at), "text", at)
			if index, ok := result["ruleIndex"]; ok && ids[int(index.(float64))] != v.text(result, "ruleId", at) {
				t.Errorf("%s: ruleIndex %v is not of %v", at, index, result["ruleId"])
			}
			for _, l := range v.list(result, "locations", at) {
				physical := v.object(v.object(l, at)["physicalLocation"], at)
				uri := v.text(v.object(physical["artifactLocation"], at), "uri", at)
				if u, err := url.Parse(uri); err != nil || strings.ContainsAny(uri, " \r\n\\") || u.Scheme != "" && u.Scheme != "file" {
					t.Errorf("%s: uri %q", at, uri)
				}
				if region, ok := physical["region"]; ok {
					v.region(v.object(region, at), at)
				}
			}
		}
	}
}

type sarifValidator struct{ t *testing.T }

func (v sarifValidator) object(value any, at string) map[string]any {
	v.t.Helper()
	o, ok := value.(map[string]any)
	if !ok {
		v.t.Fatalf("%s is no object: %v", at, value)
	}
	return o
}

func (v sarifValidator) text(o map[string]any, member, at string) string {
	v.t.Helper()
	s, ok := o[member].(string)
	if !ok || s == "" {
		v.t.Errorf("%s.%s is no text: %v", at, member, o[member])
	}
	return s
}

func (v sarifValidator) list(o map[string]any, member, at string) []any {
	v.t.Helper()
	l, ok := o[member].([]any)
	if !ok {
		v.t.Errorf("%s.%s is no list: %v", at, member, o[member])
	}
	return l
}

func (v sarifValidator) level(o map[string]any, at string) {
	v.t.Helper()
	if level := v.text(o, "level", at); !slices.Contains([]string{"none", "note", "warning", "error"}, level) {
		v.t.Errorf("%s: level %q", at, level)
	}
}

// region checks that a region has lines and columns from 1 and does not end
// before it starts.
func (v sarifValidator) region(o map[string]any, at string) {
	v.t.Helper()
	number := func(member string) int {
		n, ok := o[member].(float64)
		if !ok || n < 1 || n != float64(int(n)) {
			v.t.Errorf("%s: %s is %v", at, member, o[member])
		}
		return int(n)
	}
	startLine, startColumn := number("startLine"), number("startColumn")
	endLine, endColumn := number("endLine"), number("endColumn")
	if endLine < startLine || endLine == startLine && endColumn < startColumn {
		v.t.Errorf("%s: the region %v ends before it starts", at, o)
	}
}
