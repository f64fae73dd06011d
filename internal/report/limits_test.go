package report

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// TestReportsLetGo protects that a report which is given up keeps no temporary file
// open, neither of files that have ended nor of those that are running.
func TestReportsLetGo(t *testing.T) {
	all := manyFailures(300)
	for _, events := range [][]*runner.Event{all[:len(all)-2], all[:len(all)-1]} {
		for _, kind := range []string{"junit", "json", "tap"} {
			sink := New(kind, StreamTarget(kind, new(strings.Builder)), Options{})
			for _, e := range events {
				if err := sink.Event(e); err != nil {
					t.Fatal(err)
				}
			}
			var kept []*spool
			switch r := sink.(type) {
			case *junit:
				kept = append(kept, &r.whole, &r.run.cases)
				for _, s := range r.suites {
					kept = append(kept, &s.cases)
				}
			case *jsonReport:
				kept = append(kept, &r.messages)
				for _, f := range r.files {
					kept = append(kept, &f.requests)
				}
			case *tap:
				for _, f := range r.files {
					kept = append(kept, &f.text)
				}
			}
			used := false
			for _, s := range kept {
				used = used || s.file != nil
			}
			if !used && (len(events) < len(all)-1 || kind == "junit") {
				t.Fatalf("%s has no temporary file of %d events", kind, len(events))
			}
			if err := sink.Close(); err != nil {
				t.Fatal(err)
			}
			for _, s := range kept {
				if s.file != nil {
					t.Errorf("%s keeps %s", kind, s.file.Name())
				}
			}
		}
	}
}

// TestCutTexts protects the limits of what reports hold of one text, and that what
// was cut is said to be.
func TestCutTexts(t *testing.T) {
	long := strings.Repeat("é", jsonBody)
	for _, test := range []struct {
		body *runner.Body
		cut  bool
	}{
		{&runner.Body{Size: jsonBody, Preview: long[:jsonBody]}, false},
		{&runner.Body{Size: int64(len(long)), Preview: long}, true},
		{&runner.Body{Size: jsonBody + 1, Preview: "x" + long[:jsonBody]}, true},
		{&runner.Body{Size: runner.PreviewSize + 1, Preview: "masked"}, true}, // by the run
		{&runner.Body{Size: runner.PreviewSize + 1, Binary: true}, false},
	} {
		c := contentJSON(test.body)
		if c.Cut != test.cut || len(c.Text) > jsonBody || !strings.HasPrefix(test.body.Preview, c.Text) || len(c.Text) < min(len(test.body.Preview), jsonBody-1) {
			t.Errorf("of %d bytes and a preview of %d, %d are there; cut %v, want %v", test.body.Size, len(test.body.Preview), len(c.Text), c.Cut, test.cut)
		}
	}
	if name := tapName(strings.Repeat("name ", 1000)); diag.DisplayWidth(name) > 400 || !strings.HasSuffix(name, "…") {
		t.Errorf("a test point with %d columns", diag.DisplayWidth(name))
	}
	if block := markdownBlock(strings.Repeat("<", 2*failureLimit)); strings.Count(block, "&lt;") > failureLimit || !strings.HasSuffix(block, "\n…\n</pre>\n\n") {
		t.Errorf("a block of %d bytes", len(block))
	}
	if block := markdownBlock("short"); block != "<pre>\nshort\n</pre>\n\n" {
		t.Errorf("a short block is %q", block)
	}
}

// TestOmittedMessages protects that a page counts every failure that it leaves out,
// also a message that is behind those requests.
func TestOmittedMessages(t *testing.T) {
	omitted := func(messages int) int {
		events := manyFailures(2000)
		end := events[len(events)-1]
		events = events[:len(events)-1]
		for range messages {
			events = append(events, ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{Severity: diag.Error, Summary: "much too late"}}))
		}
		page := reportOf(t, "markdown", Options{}, append(events, end))
		if strings.Contains(page, "much too late") {
			t.Error("what comes behind the limit is shown, and what came before is not")
		}
		match := regexp.MustCompile(`… and (\d+) more\n`).FindStringSubmatch(page)
		if match == nil {
			t.Fatal("nothing is left out")
		}
		n, _ := strconv.Atoi(match[1])
		return n
	}
	if with, without := omitted(3), omitted(0); with != without+3 {
		t.Errorf("%d are left out of the failures of requests, and %d with three messages", without, with)
	}
}

// TestFailedCommit protects that a report which cannot be put in its place fails,
// leaves what was there, and nothing beside it.
func TestFailedCommit(t *testing.T) {
	for name, spoil := range map[string]func(*Target){
		"the file cannot be closed": func(target *Target) { _ = target.file.Close() },
		"the place is taken": func(target *Target) {
			if err := os.Remove(target.path); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Join(target.path, "sub"), 0o700); err != nil {
				t.Fatal(err)
			}
		},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "r.xml")
		if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
		target, err := FileTarget(t.Context(), path, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := target.Write([]byte("after")); err != nil {
			t.Fatal(err)
		}
		if err := target.Flush(); err != nil {
			t.Fatal(err)
		}
		spoil(target)
		if err := target.Commit(); err == nil || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: %v", name, err)
		}
		if text, err := os.ReadFile(path); err == nil && string(text) != "before" {
			t.Errorf("%s: the report is %q", name, text)
		}
		if left := entries(t, dir); left != "r.xml" {
			t.Errorf("%s: left behind: %s", name, left)
		}
	}
}
