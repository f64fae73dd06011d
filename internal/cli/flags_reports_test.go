package cli

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/jsonschema"
	"github.com/postrider/postrider/internal/report"
	"github.com/postrider/postrider/internal/value"
)

// schema compiles a schema of the manual.
func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	file := filepath.Join("../../docs", name)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document, _, err := value.Decode(content)
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := jsonschema.Compile(jsonschema.Source{URI: "file:///" + name, Name: file, Value: document}, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func obeys(t *testing.T, s *jsonschema.Schema, text string) {
	t.Helper()
	document, _, err := value.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	violations, err := s.Validate(t.Context(), document)
	if err != nil || len(violations) > 0 {
		t.Errorf("%v, %v in %.2000s", err, violations, text)
	}
}

// TestReportsOfRealRuns protects that the schemas describe what runs really say:
// members that only the runner knows to fill are in them.
func TestReportsOfRealRuns(t *testing.T) {
	whole, line := schema(t, "report.schema.json"), schema(t, "events.schema.json")
	written := func(exit int, args ...string) string {
		t.Helper()
		dir := t.TempDir()
		all := append([]string{"postrider"}, args...)
		for _, kind := range report.Kinds() {
			all = append(all, "--report", kind+"="+filepath.Join(dir, kind))
		}
		var out, errs strings.Builder
		if code := Main(all, nil, &out, &errs); code != exit {
			t.Fatalf("exit %d\n%s%s", code, errs.String(), out.String())
		}
		read := func(kind string) string {
			text, err := os.ReadFile(filepath.Join(dir, kind))
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		obeys(t, whole, read("json"))
		events := read("ndjson")
		for text := range strings.Lines(events) {
			obeys(t, line, text)
		}
		if err := xml.Unmarshal([]byte(read("junit")), new(struct{})); err != nil {
			t.Error(err)
		}
		if !strings.HasSuffix(events, "\n") || !strings.Contains(events, `{"type":"runFinished",`) {
			t.Errorf("the last event is missing in %.2000s", events)
		}
		return events
	}
	run := func(exit int, args ...string) string {
		t.Helper()
		events := written(exit, append([]string{"run"}, args...)...)
		recording := filepath.Join(t.TempDir(), "run.ndjson")
		if err := os.WriteFile(recording, []byte(events), 0o600); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(events, `"type":"fileStarted"`) { // and so do replays of them
			written(exit, "replay", recording)
		}
		return events
	}
	events := run(0, "--sandbox", collection)
	for _, want := range []string{`"tls":{"version":"TLS 1.3",`, `"body":{"size":`, `"type":"token"`, `"captures":[{`} {
		if !strings.Contains(events, want) {
			t.Errorf("no event has %s", want)
		}
	}
	run(0, "--sandbox", "--verbose", "--repeat", "2", "--jobs", "1", "--shuffle", "1", collection) // two at once change the same user

	dir := t.TempDir()
	wrong := filepath.Join(dir, "a.http")
	const text = `### a
# @retry 2 every 1ms
# @no-log
GET http://127.0.0.1:1/

### b
# @assert status == 201
GET http://127.0.0.1:1/{{$nope}}

### c
# @needs a
GET http://127.0.0.1:1/
`
	if err := os.WriteFile(wrong, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run(2, wrong)
	if err := os.WriteFile(wrong, []byte(strings.ReplaceAll(text, "{{$nope}}", "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if events = run(3, wrong); !strings.Contains(events, `"type":"tryFailed"`) || !strings.Contains(events, `"blocked":true`) {
		t.Errorf("not what was to be run: %s", events)
	}
	run(2, dir+"/nothing.http")
}

// A file behind a report is easily written without the = between them.
func TestPathBehindReport(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a.http", []byte("GET http://127.0.0.1:9/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{
		"run a.http --report junit out.xml", "--report=junit out.xml a.http", "run --report junit out.xml", "replay r.ndjson --report junit out.xml",
	} {
		exit, _, errs := execute(strings.Fields(words)...)
		want := "error: no such file or folder: out.xml [PR101]\n  = help: if it is the file of the report, write `--report junit=out.xml`\n"
		if exit != exitUsage || errs != want {
			t.Errorf("%s: exit %d, standard error %q", words, exit, errs)
		}
	}
	for _, words := range []string{"run --report junit a.http", "run --report junit=x.xml out.xml", "run --report junit -q out.xml", "run --report junit -- out.xml"} {
		if _, _, errs := execute(strings.Fields(words)...); strings.Contains(errs, "--report junit=out.xml") {
			t.Errorf("%s: standard error %q", words, errs)
		}
	}
}
