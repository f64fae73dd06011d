package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// junit writes a run as JUnit XML, in the grammar of Jenkins (junit-10.xsd): a
// suite a file, a test case a request. A request that was run several times has
// several test cases. Messages that belong to no request are test cases of the
// suite messagesSuite, so that a run that ends with another code than 0 has a
// failure or an error here, whatever the reason.
type junit struct {
	writer
	started runner.RunStarted
	suites  map[runner.ID]*junitSuite // that are running
	whole   spool                     // suites that have ended
	total   junitCounts
	run     junitSuite // of messages
	layout  layout
}

// messagesSuite is the suite of what belongs to no request.
const messagesSuite = "postrider"

type junitCounts struct{ tests, failures, errors, skipped int }

func (c *junitCounts) plus(o junitCounts) {
	c.tests += o.tests
	c.failures += o.failures
	c.errors += o.errors
	c.skipped += o.skipped
}

// junitSuite is a suite whose counts are not known yet.
type junitSuite struct {
	name, path string
	start      time.Time
	counts     junitCounts
	names      names
	cases      spool
	notes      strings.Builder // warnings
}

// Event implements runner.Sink.
func (j *junit) Event(e *runner.Event) error {
	switch data := e.Data.(type) {
	case *runner.RunStarted:
		j.started = *data
		j.run.name, j.run.start = messagesSuite, e.Time
		j.layout = newLayout(ConsoleOptions{})
	case *runner.MessageEvent:
		j.message(data.Message)
	case *runner.FileStarted:
		j.suites[fileKey(e.ID)] = &junitSuite{name: suiteName(e.ID, data.Path), path: data.Path, start: e.Time}
	case *runner.RequestFinished:
		if s := j.suites[fileKey(e.ID)]; s != nil {
			j.request(s, e.ID, data)
		}
	case *runner.FileFinished:
		if s := j.suites[fileKey(e.ID)]; s != nil {
			delete(j.suites, fileKey(e.ID))
			j.total.plus(s.counts)
			j.take(j.suite(&j.whole, s, data.Duration))
			s.cases.discard()
		}
	case *runner.RunFinished:
		return j.end(data)
	}
	return j.err
}

// message is a test case for an error, and a line of the suite's output for
// anything else.
func (j *junit) message(m diag.Message) {
	if m.Severity != diag.Error {
		if j.run.notes.Len() < spoolMemory {
			j.run.notes.WriteString(j.layout.rendered(m))
		}
		return
	}
	j.run.counts.tests++
	j.run.counts.errors++
	at := place(m, "", 0)
	if at == "" {
		at = "the run"
	}
	name := diag.Printable(at + ": " + m.Summary)
	fmt.Fprintf(&j.run.cases, "    <testcase name=\"%s\" classname=\"%s\" time=\"0.000\">\n", xmlAttribute(j.run.names.unique(name)), messagesSuite)
	fmt.Fprintf(&j.run.cases, "      <error type=\"%s\" message=\"%s\">%s</error>\n    </testcase>\n",
		xmlAttribute(m.Code), xmlAttribute(diag.Printable(m.Summary)), xmlText(j.layout.rendered(m)))
}

func (j *junit) request(s *junitSuite, id runner.ID, e *runner.RequestFinished) {
	s.counts.tests++
	f := failureOf(id, s.path, "", e)
	name := requestName(id, e.Name, e.Line)
	w := &s.cases
	fmt.Fprintf(w, "    <testcase name=\"%s\" classname=\"%s\" time=\"%s\">\n",
		xmlAttribute(s.names.unique(name)), xmlAttribute(s.name), seconds(e.Duration))
	switch e.Outcome {
	case runner.Passed:
	case runner.Skipped:
		s.counts.skipped++
		fmt.Fprintf(w, "      <skipped message=\"%s\"/>\n", xmlAttribute(diag.Printable(e.Reason)))
	case runner.Failed:
		s.counts.failures++
		fmt.Fprintf(w, "      <failure type=\"%s\" message=\"%s\">%s</failure>\n",
			e.Outcome, xmlAttribute(reason(f, e)), xmlText(j.layout.explained(s.path, unprinted(e))))
	default:
		s.counts.errors++
		fmt.Fprintf(w, "      <error type=\"%s\" message=\"%s\">%s</error>\n",
			xmlAttribute(string(e.Outcome)), xmlAttribute(reason(f, e)), xmlText(j.layout.explained(s.path, unprinted(e))))
	}
	fmt.Fprintf(w, "      <system-out>%s</system-out>\n    </testcase>\n", xmlText(whereAndWhat(s.path, id, e)+printedText(e)))
	j.take(w.err)
}

// whereAndWhat is the place of a request, and the exchange in a line: the grammar
// has no attribute for them.
func whereAndWhat(path string, id runner.ID, e *runner.RequestFinished) string {
	var b strings.Builder
	b.WriteString(diag.Printable(fmt.Sprintf("%s:%d", placed(path, e), e.Line)) + "\n")
	if len(e.Hops) > 0 {
		last := &e.Hops[len(e.Hops)-1]
		fmt.Fprintf(&b, "%s %s: %s\n", diag.Printable(last.Method), diag.Printable(last.URL), diag.Printable(statusLine(last)))
	}
	if more := remarks(id, &runner.RequestFinished{Outcome: runner.Passed, NeededBy: e.NeededBy}); more != "" {
		b.WriteString(diag.Printable(more) + "\n")
	}
	return b.String()
}

// unprinted is a request without what its scripts have printed, which stands
// elsewhere.
func unprinted(e *runner.RequestFinished) *runner.RequestFinished {
	if len(e.Log) == 0 {
		return e
	}
	without := *e
	without.Log = nil
	return &without
}

// printedText is what the scripts of a request have printed.
func printedText(e *runner.RequestFinished) string {
	var b strings.Builder
	for _, l := range e.Log {
		for _, line := range logLines(l) {
			b.WriteString(diag.Printable(line) + "\n")
		}
	}
	return b.String()
}

// suite writes a suite that has ended.
func (j *junit) suite(to io.Writer, s *junitSuite, d time.Duration) error {
	c, w := s.counts, bufio.NewWriter(to)
	fmt.Fprintf(w, "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%s\" timestamp=\"%s\"",
		xmlAttribute(s.name), c.tests, c.failures, c.errors, c.skipped, seconds(d), s.start.UTC().Format("2006-01-02T15:04:05"))
	if s.path != "" {
		fmt.Fprintf(w, " file=\"%s\"", xmlAttribute(diag.Printable(s.path)))
	}
	fmt.Fprint(w, ">\n    <properties>\n")
	for _, p := range properties(&j.started) {
		fmt.Fprintf(w, "      <property name=\"%s\" value=\"%s\"/>\n", p.Name, xmlAttribute(diag.Printable(p.Text)))
	}
	fmt.Fprint(w, "    </properties>\n")
	if err := s.cases.copyTo(w); err != nil {
		return err
	}
	if s.notes.Len() > 0 {
		fmt.Fprintf(w, "    <system-out>%s</system-out>\n", xmlText(s.notes.String()))
	}
	fmt.Fprint(w, "  </testsuite>\n")
	return w.Flush()
}

// properties are what a run is to be known by.
func properties(e *runner.RunStarted) []diag.Value {
	all := []diag.Value{{Name: "version", Text: e.Version}}
	for _, p := range []diag.Value{
		{Name: "environment", Text: e.Environment}, {Name: "shard", Text: e.Shard}, {Name: "shuffle", Text: e.Shuffle}, {Name: "replay", Text: e.Replay},
	} {
		if p.Text != "" {
			all = append(all, p)
		}
	}
	if e.Sandbox {
		all = append(all, diag.Value{Name: "sandbox", Text: sandboxNotice})
	}
	if e.Insecure {
		all = append(all, diag.Value{Name: "insecure", Text: "true"})
	}
	return append(all, diag.Value{Name: "seed", Text: fmt.Sprint(e.Seed)})
}

func (j *junit) end(e *runner.RunFinished) error {
	j.begin()
	if e.Exit != 0 && j.total.failures+j.total.errors+j.run.counts.errors == 0 {
		word, _ := verdict(e)
		j.message(diag.Message{Severity: diag.Error, Summary: word}) // which is still true if the event is told again
	}
	c := j.total
	c.plus(j.run.counts)
	j.print(`<?xml version="1.0" encoding="UTF-8"?>`+"\n", fmt.Sprintf(
		"<testsuites name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"%s\">\n",
		messagesSuite, c.tests, c.failures, c.errors, seconds(e.Duration)))
	j.take(j.whole.copyTo(j.out))
	if j.run.counts.tests > 0 || j.run.notes.Len() > 0 {
		j.take(j.suite(j.out, &j.run, e.Duration))
	}
	j.print("</testsuites>\n")
	return j.finish()
}

// Close implements runner.Sink.
func (j *junit) Close() error {
	for _, s := range j.suites {
		s.cases.discard()
	}
	j.run.cases.discard()
	j.whole.discard()
	return j.writer.Close()
}

// seconds is a duration as JUnit has it.
func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// xmlAttribute escapes the value of an attribute.
func xmlAttribute(s string) string { return xmlEscape(s, true) }

// xmlText escapes text between tags. A section CDATA would end at the first ]]>.
func xmlText(s string) string { return xmlEscape(s, false) }

func xmlEscape(s string, attribute bool) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"' && attribute:
			b.WriteString("&quot;")
		case (r == '\n' || r == '\t') && !attribute, r >= ' ' && r != 0xfffe && r != 0xffff:
			b.WriteRune(r)
		default: // no character of XML 1.0, or one that an attribute cannot keep
			b.WriteRune('\ufffd')
		}
	}
	return b.String()
}
