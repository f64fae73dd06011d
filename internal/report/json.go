package report

import (
	"io"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// ReportVersion is the version of the document that a json report is. Members are
// added without a new one.
const ReportVersion = 1

// jsonBody is the most that a json report shows of a body, in bytes.
const jsonBody = 16 << 10

// jsonReport writes a run as one JSON document, a line a request. Files run in
// parallel, so the requests of each are kept until it ends.
// docs/report.schema.json describes the document.
type jsonReport struct {
	writer
	files    map[runner.ID]*jsonFile // that are running
	written  int                     // files
	messages spool
	said     int // messages
}

// jsonFile is a file that is running.
type jsonFile struct {
	head     fileHead
	requests spool
	n        int
}

type (
	jsonRun struct {
		Version     int       `json:"version"`
		Postrider   string    `json:"postrider"`
		Started     time.Time `json:"started"`
		Environment string    `json:"environment,omitempty"`
		Sandbox     bool      `json:"sandbox,omitempty"`
		Insecure    bool      `json:"insecure,omitempty"`
		Repeat      int       `json:"repeat,omitempty"`
		Shard       string    `json:"shard,omitempty"`
		Shuffle     string    `json:"shuffle,omitempty"`
		Replay      string    `json:"replay,omitempty"`
		Seed        uint64    `json:"seed"`
		Planned     int       `json:"planned"`
	}
	fileHead struct {
		Path       string    `json:"path"`
		Repetition int       `json:"repetition,omitempty"`
		Started    time.Time `json:"started"`
	}
	fileTail struct {
		Duration float64       `json:"durationMs"`
		Counts   runner.Counts `json:"counts"`
	}
	jsonRequest struct {
		Name      string            `json:"name"`
		Path      string            `json:"path,omitempty"`
		Line      int               `json:"line"`
		Row       int               `json:"row,omitempty"`
		Iteration int               `json:"iteration,omitempty"`
		Tries     int               `json:"tries"`
		NeededBy  string            `json:"neededBy,omitempty"`
		Outcome   runner.Outcome    `json:"outcome"`
		Reason    string            `json:"reason,omitempty"`
		Duration  float64           `json:"durationMs"`
		Checks    []jsonCheck       `json:"checks"`
		Captures  []runner.Captured `json:"captures"`
		Log       []runner.Log      `json:"log,omitempty"`
		Problems  []jsonMessage     `json:"problems"`
		Saved     []string          `json:"saved,omitempty"`
		NoLog     bool              `json:"noLog,omitempty"`
		Hops      []jsonHop         `json:"hops"`
	}
	jsonCheck struct {
		Kind    runner.CheckKind `json:"kind"`
		Text    string           `json:"text"`
		Note    string           `json:"note,omitempty"`
		Line    int              `json:"line"`
		Passed  bool             `json:"passed"`
		Took    float64          `json:"durationMs,omitempty"`
		Unknown bool             `json:"unknown,omitempty"`
		Message *jsonMessage     `json:"message,omitempty"`
	}
	jsonMessage struct {
		finding
		Source   string       `json:"source,omitempty"` // the line
		Marker   string       `json:"marker,omitempty"`
		Expanded string       `json:"expanded,omitempty"`
		Values   []diag.Value `json:"values,omitempty"`
	}
	jsonHop struct {
		Cause      string         `json:"cause,omitempty"`
		Method     string         `json:"method"`
		URL        string         `json:"url"`
		Sent       []runner.Field `json:"sent"`
		SentBody   *jsonContent   `json:"sentBody,omitempty"`
		Status     int            `json:"status"`
		StatusText string         `json:"statusText,omitempty"`
		Proto      string         `json:"proto,omitempty"`
		Header     []runner.Field `json:"header"`
		Body       *jsonContent   `json:"body,omitempty"`
		TTFB       float64        `json:"ttfbMs"`
		Total      float64        `json:"totalMs"`
	}
	jsonContent struct {
		Size   int64  `json:"size"`
		Type   string `json:"type,omitempty"`
		Text   string `json:"text,omitempty"`
		Binary bool   `json:"binary,omitempty"`
		Cut    bool   `json:"cut,omitempty"`
	}
	jsonEnd struct {
		Counts   runner.Counts `json:"counts"`
		Duration float64       `json:"durationMs"`
		Exit     int           `json:"exit"`
	}
)

// Event implements runner.Sink.
func (j *jsonReport) Event(e *runner.Event) error {
	switch data := e.Data.(type) {
	case *runner.RunStarted:
		j.open(j.out, jsonRun{
			Version: ReportVersion, Postrider: data.Version, Started: e.Time, Environment: data.Environment,
			Sandbox: data.Sandbox, Insecure: data.Insecure, Repeat: data.Repeat, Shard: data.Shard, Shuffle: data.Shuffle, Replay: data.Replay,
			Seed: data.Seed, Planned: data.Requests,
		})
		j.print(`,"files":[`)
	case *runner.MessageEvent:
		j.item(&j.messages, &j.said, messageJSON(data.Message))
	case *runner.FileStarted:
		j.files[fileKey(e.ID)] = &jsonFile{head: fileHead{Path: data.Path, Repetition: e.ID.Repeat, Started: e.Time}}
	case *runner.RequestFinished:
		if f := j.files[fileKey(e.ID)]; f != nil {
			j.item(&f.requests, &f.n, requestJSON(e.ID, data))
		}
	case *runner.FileFinished:
		if f := j.files[fileKey(e.ID)]; f != nil {
			delete(j.files, fileKey(e.ID))
			j.file(f, data)
		}
	case *runner.RunFinished:
		j.begin()
		j.print("\n],\"messages\":[")
		j.take(j.messages.copyTo(j.out))
		j.print("\n]")
		j.rest(j.out, jsonEnd{Counts: data.Counts, Duration: milliseconds(data.Duration), Exit: data.Exit})
		j.print("\n")
		return j.finish()
	}
	return j.err
}

// Close implements runner.Sink.
func (j *jsonReport) Close() error {
	for _, f := range j.files {
		f.requests.discard()
	}
	j.messages.discard()
	return j.writer.Close()
}

// file writes a file that has ended.
func (j *jsonReport) file(f *jsonFile, e *runner.FileFinished) {
	if j.written++; j.written > 1 {
		j.print(",")
	}
	j.print("\n")
	j.open(j.out, f.head)
	j.print(`,"requests":[`)
	j.take(f.requests.copyTo(j.out))
	f.requests.discard()
	j.print("\n]")
	j.rest(j.out, fileTail{Duration: milliseconds(e.Duration), Counts: e.Counts})
}

// item writes an element of an array that has n elements, on a line of its own.
func (j *jsonReport) item(w io.Writer, n *int, v any) {
	text, err := encode(v)
	if err == nil {
		separator := "\n"
		if *n++; *n > 1 {
			separator = ",\n"
		}
		_, err = w.Write(append([]byte(separator), text...))
	}
	j.take(err)
}

// open writes an object without its end, and rest one without its start.
func (j *jsonReport) open(w io.Writer, v any) {
	text, err := encode(v)
	if err == nil {
		_, err = w.Write(text[:len(text)-1])
	}
	j.take(err)
}

func (j *jsonReport) rest(w io.Writer, v any) {
	text, err := encode(v)
	if err == nil {
		text[0] = ','
		_, err = w.Write(text)
	}
	j.take(err)
}

func requestJSON(id runner.ID, e *runner.RequestFinished) jsonRequest {
	r := jsonRequest{
		Name: e.Name, Path: e.Path, Line: e.Line, Row: id.Row, Iteration: id.Iteration, Tries: max(id.Try, 1),
		NeededBy: e.NeededBy, Outcome: e.Outcome, Reason: e.Reason, Duration: milliseconds(e.Duration), Saved: e.Saved, NoLog: e.NoLog,
		Checks: []jsonCheck{}, Captures: append([]runner.Captured{}, e.Captures...), Log: e.Log, Problems: []jsonMessage{}, Hops: []jsonHop{},
	}
	for _, c := range e.Checks {
		check := jsonCheck{
			Kind: c.Kind, Text: c.Text, Note: c.Note, Line: c.Line, Passed: c.Passed, Took: milliseconds(c.Duration), Unknown: c.Unknown,
		}
		if c.Message != nil {
			m := messageJSON(*c.Message)
			check.Message = &m
		}
		r.Checks = append(r.Checks, check)
	}
	for _, m := range e.Problems {
		r.Problems = append(r.Problems, messageJSON(m))
	}
	for i := range e.Hops {
		h := &e.Hops[i]
		r.Hops = append(r.Hops, jsonHop{
			Cause: h.Cause, Method: h.Method, URL: h.URL, Sent: fieldsJSON(h.Sent), SentBody: contentJSON(h.SentBody),
			Status: h.Status, StatusText: h.StatusText, Proto: h.Proto, Header: fieldsJSON(h.Header), Body: contentJSON(h.Body),
			TTFB: milliseconds(h.TTFB), Total: milliseconds(h.Total),
		})
	}
	return r
}

// fieldsJSON makes no fields an empty array.
func fieldsJSON(fields []runner.Field) []runner.Field {
	if fields == nil {
		return []runner.Field{}
	}
	return fields
}

func contentJSON(b *runner.Body) *jsonContent {
	if b == nil {
		return nil
	}
	c := &jsonContent{Size: b.Size, Type: b.Type, Text: b.Preview, Binary: b.Binary, Cut: !b.Binary && b.Size > runner.PreviewSize}
	if len(c.Text) > jsonBody {
		c.Text, c.Cut = cutText(c.Text, jsonBody), true
	}
	return c
}

func messageJSON(m diag.Message) jsonMessage {
	return jsonMessage{
		finding: findingOf(m), Source: m.Text, Marker: m.Marker, Expanded: m.Expanded, Values: m.Values,
	}
}
