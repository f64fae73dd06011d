package report

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// ciCommands returns the lines of a log that the runner of a CI system would take
// for a command. The rules are those of ActionCommand.TryParseV2 and TryParse of
// GitHub's runner, and of Command.TryParse of the agent of Azure Pipelines.
func ciCommands(log string) []string {
	var found []string
	for line := range strings.Lines(log) {
		start := strings.TrimLeftFunc(line, unicode.IsSpace)
		if strings.HasPrefix(start, "::") && strings.Contains(start[2:], "::") ||
			strings.Contains(line, "##[") || strings.Contains(strings.ToLower(line), "##vso[") {
			found = append(found, line)
		}
	}
	return found
}

// commandTexts are texts that a server or a file name would command with.
var commandTexts = []string{
	"##[set-output name=tok]evil", "##vso[task.complete result=Succeeded;]DONE", "::set-output name=x::y", " \u00a0::error::x",
	"a\n::stop-commands::x\n\t::error::y", "name ##", "##", "#", "##[", `{"message": "##vso[task.complete result=Succeeded;]DONE", "##[error]": ["##[x]"]}`,
	strings.Repeat("word ", 9) + "::error::x ##[error]y ##vso[a]",
}

// TestNoCommands protects that nothing of what files and servers say is obeyed by
// the CI system that reads the log, wherever it stands and however the log is laid
// out.
func TestNoCommands(t *testing.T) {
	complain := func(what string, out string) {
		for i, line := range ciCommands(out) {
			if i < 3 {
				t.Errorf("%s: a command: %q", what, line)
			}
		}
	}
	for _, evil := range commandTexts {
		for _, o := range []ConsoleOptions{{}, {Verbose: true}, {Verbose: true, Bodies: true}, {Width: 40}, {Width: 80, Verbose: true, Bodies: true, Color: true}} {
			events := hostileRun(evil)
			for _, e := range events {
				e.ID.Row = 3
				if data, ok := e.Data.(*runner.RequestFinished); ok {
					for i := range data.Hops {
						data.Hops[i].Body.Size, data.Hops[i].SentBody.Size = int64(len(evil)), int64(len(evil))
					}
				}
			}
			complain(fmt.Sprintf("console %+v of %q", o, evil), log(t, o, events))
		}
		for _, kind := range Kinds() {
			out := reportOf(t, kind, Options{}, hostileRun(evil))
			if kind == "github" { // of which each line is one, as ours
				out = strings.ReplaceAll("\n"+out, "\n::", "\n")
			}
			complain(kind+" of "+evil, out)
		}
		for _, format := range []string{"text", "json", "sarif"} {
			m := diag.Message{Code: evil, Severity: diag.Error, Summary: evil, Detail: evil, File: evil, Line: 1, Column: 1, Width: 1, Text: evil, Marker: evil, Suggestion: evil}
			unplaced := m
			unplaced.Line, unplaced.Column = 0, 0
			complain(format+" of "+evil, written(t, format, &Findings{Messages: []diag.Message{m, unplaced}}))
		}
	}
}

// TestNoCommandsBetweenPieces protects that a long body is not cut into pieces that
// are no commands, but make one.
func TestNoCommandsBetweenPieces(t *testing.T) {
	for shift := range 12 {
		var b strings.Builder
		body := strings.Repeat(" ", encodePiece-shift) + "##vso[x]" + strings.Repeat(" ", encodePiece)
		if err := writeString(&b, body); err != nil || len(ciCommands(b.String())) > 0 {
			t.Errorf("shifted by %d, the pieces make a command (%v)", shift, err)
		}
	}
}
