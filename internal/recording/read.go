package recording

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// maxLine is the longest line that is read: that of a body of 10 MiB, each byte of
// which may be escaped as six characters, and of what else a line holds.
const maxLine = 128 << 20

const howToRecord = "record a run with `--report ndjson=FILE`"

// maxErrors is how many errors are told of a run that ran nothing.
const maxErrors = 10

// line is what every line has. Of what may be large, it holds nothing.
type line struct {
	Type    string    `json:"type"`
	Seq     int       `json:"seq"`
	Format  string    `json:"format"`
	Version *int      `json:"version"`
	Time    time.Time `json:"time"`
	ID      runner.ID `json:"id"`
	Data    content   `json:"data"`
	Body    present   `json:"body"`
}

// present is whether a member is there, whatever it holds.
type present bool

// UnmarshalJSON implements json.Unmarshaler.
func (p *present) UnmarshalJSON([]byte) error { *p = true; return nil }

// content is JSON in the buffer of its line.
type content struct{ raw []byte }

// UnmarshalJSON implements json.Unmarshaler. The bytes are not copied: they are looked
// at before the next line is read.
func (c *content) UnmarshalJSON(b []byte) error { c.raw = b; return nil }

// finished is what the index needs of the end of a request, or of a try.
type finished struct {
	Name     string         `json:"name"`
	Path     string         `json:"path"`
	Line     int            `json:"line"`
	NeededBy string         `json:"neededBy"`
	Outcome  runner.Outcome `json:"outcome"`
	Reason   string         `json:"reason"`
	Hops     []struct{}     `json:"hops"`
	Problems []struct{}     `json:"problems"`
}

// indexer makes the index of a recording.
type indexer struct {
	*Recording
	files    map[int]*File
	requests map[[2]int]*runner.RecordedRequest // by file and index
	pending  map[runID][]extent                 // tries of requests that have not ended
	seq      int                                // of the last event; 0 if it has none
	ended    bool
	counts   runner.Counts // at the end
}

// Read makes the index of a recording. Text is its lines from the first one, and at
// the same lines for reading them again.
func Read(name string, text io.Reader, at io.ReaderAt) (*Recording, error) {
	x := &indexer{
		Recording: &Recording{Name: name, lines: at, byKey: make(map[string]*File), byID: make(map[runID][]int)},
		files:     make(map[int]*File), requests: make(map[[2]int]*runner.RecordedRequest), pending: make(map[runID][]extent),
	}
	lines := bufio.NewReaderSize(text, 64<<10)
	var buffer []byte
	var offset int64
	n := 0
	for {
		var err error
		buffer, err = readLine(lines, buffer[:0])
		if err != nil && err != io.EOF {
			return nil, problem(fmt.Sprintf("`%s:%d`: the recording cannot be read: %v", name, n+1, err), howToRecord)
		}
		if len(buffer) == 0 && err == io.EOF {
			break
		}
		n++
		here := extent{offset: offset, length: len(buffer), line: n}
		offset += int64(len(buffer))
		if problem := x.line(buffer, here, err == io.EOF); problem != nil {
			return nil, problem
		}
		if err == io.EOF {
			break
		}
	}
	if n == 0 {
		return nil, problem(fmt.Sprintf("the recording `%s` is empty", name), "wait until the run has ended, or "+howToRecord)
	}
	if !x.ended && x.lost == "" {
		x.loses(n, "the recording ends before its run did: what came after is not in it")
	}
	x.measureLoss()
	return x.finish()
}

// readLine reads a line with its end into a buffer.
func readLine(from *bufio.Reader, buffer []byte) ([]byte, error) {
	for {
		piece, err := from.ReadSlice('\n')
		buffer = append(buffer, piece...)
		if len(buffer) > maxLine {
			return nil, fmt.Errorf("the line is longer than %d MiB, as no line of a recording is", maxLine>>20)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return buffer, err
		}
	}
}

// loses notes where something is missing. The first place says the most.
func (x *indexer) loses(line int, what string) {
	if x.lost == "" {
		x.lost = fmt.Sprintf("`%s:%d`: %s", x.Name, line, what)
	}
}

// measureLoss tells what is missing: what the recorded run has done is in its last
// event, and what it was about to do in the first one.
func (x *indexer) measureLoss() {
	files, requests := x.Started.Files, x.Started.Requests*max(x.Started.Repeat, 1)
	if x.ended {
		files, requests = x.counts.Files, x.counts.Requests
	}
	if x.lost == "" && (len(x.files) < files || len(x.runs) < requests) {
		x.lost = fmt.Sprintf("`%s`: events are missing", x.Name)
	}
	if x.lost == "" {
		return
	}
	x.Lost = problem(x.lost, "if the run is still going on, wait for its end; else record it again")
	if len(x.runs) < requests {
		x.Lost.Detail = x.lost
		x.Lost.Summary = fmt.Sprintf("the recording does not answer everything: %d of %d requests, %d of %d files", len(x.runs), requests, len(x.files), files)
	}
}

// line takes a line into the index.
func (x *indexer) line(text []byte, at extent, last bool) error {
	if at.line > 1 && len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	wrong := func(format string, args ...any) error {
		return problem(fmt.Sprintf("`%s:%d`: ", x.Name, at.line)+fmt.Sprintf(format, args...), howToRecord+"; the lines must stand as they were written")
	}
	var l line
	err := json.Unmarshal(text, &l)
	switch {
	case at.line == 1:
		return x.header(text, &l, err)
	case err != nil && last:
		x.loses(at.line, "the recording is cut off in this line: what came after is not in it")
		return nil
	case err != nil:
		return wrong("this is no line of a recording: %v", err)
	case l.Type == "header":
		return problem(fmt.Sprintf("`%s:%d`: a second recording begins here", x.Name, at.line), "replay one recording at a time")
	}
	if l.Seq > 0 {
		if l.Seq != x.seq+1 {
			x.loses(at.line, fmt.Sprintf("event %d stands behind event %d: what was between them is not in the recording", l.Seq, x.seq))
		}
		x.seq = l.Seq
	}
	switch l.Type {
	case "runStarted":
		x.Time = l.Time
		err = json.Unmarshal(l.Data.raw, &x.Started)
	case "fileStarted":
		var data runner.FileStarted
		if err = json.Unmarshal(l.Data.raw, &data); err == nil && x.files[l.ID.File] == nil {
			f := &File{Key: strconv.Itoa(l.ID.File), Path: data.Path, ProjectPath: data.ProjectPath, Rows: data.Rows}
			x.files[l.ID.File] = f
			x.byKey[f.Key] = f
		}
	case "tryFailed":
		var data finished
		if err = json.Unmarshal(l.Data.raw, &data); err == nil && len(data.Hops)+len(data.Problems) > 0 {
			id := idOf(l.ID)
			x.pending[id] = append(x.pending[id], at)
		}
	case "requestFinished":
		var data finished
		if err = json.Unmarshal(l.Data.raw, &data); err == nil {
			x.request(&l, &data, at)
		}
	case "message":
		var data runner.MessageEvent
		if err = json.Unmarshal(l.Data.raw, &data); err == nil && data.Message.Severity == diag.Error {
			x.Errors = append(x.Errors, data.Message)
		}
	case "runFinished":
		var data runner.RunFinished
		err = json.Unmarshal(l.Data.raw, &data)
		x.ended, x.counts, x.Exit = true, data.Counts, data.Exit
	}
	if err != nil {
		return wrong("the event `%s` cannot be read: %v", l.Type, err)
	}
	return nil
}

// header checks the first line.
func (x *indexer) header(text []byte, l *line, err error) error {
	switch {
	case bytes.HasPrefix(text, []byte(`{"version":`)) && bytes.Contains(text, []byte(`"postrider":`)):
		return problem(fmt.Sprintf("`%s` is a report of the kind json, which has no whole answers", x.Name), howToRecord)
	case err != nil || l.Type != "header" || l.Format != "postrider events":
		return problem(fmt.Sprintf("`%s:1`: this is no recording: it does not begin with the header of one", x.Name), howToRecord)
	case l.Version == nil || *l.Version < Version:
		return problem(fmt.Sprintf("`%s:1`: the recording is of a version before %d, which cannot be read", x.Name, Version), "record the run again")
	case *l.Version > Version:
		return problem(fmt.Sprintf("`%s:1`: the recording is of version %d, and this postrider reads version %d", x.Name, *l.Version, Version), "replay it with the postrider that has recorded it, or a newer one")
	}
	return nil
}

func idOf(id runner.ID) runID {
	return runID{id.File, id.Repeat, id.Row, id.Request, id.Iteration}
}

// request takes the end of a request into the index.
func (x *indexer) request(l *line, data *finished, at extent) {
	id := idOf(l.ID)
	tries := x.pending[id]
	delete(x.pending, id)
	answered := len(data.Hops) > 0 || len(data.Problems) > 0
	switch data.Outcome {
	case runner.Skipped:
		answered = false
	case runner.Interrupted: // perhaps before there was an answer
		answered = bool(l.Body)
	}
	if answered {
		tries = append(tries, at)
	}
	x.byID[id] = append(x.byID[id], len(x.runs))
	x.runs = append(x.runs, run{time: l.Time, outcome: data.Outcome, reason: data.Reason, tries: slices.Clip(tries)})
	key := [2]int{l.ID.File, l.ID.Request}
	known := x.requests[key]
	if known == nil {
		known = &runner.RecordedRequest{Index: l.ID.Request, Name: data.Name, Path: data.Path, Line: data.Line, Needed: true}
		x.requests[key] = known
	}
	known.Needed = known.Needed && data.NeededBy != ""
}

// finish puts files and requests in order.
func (x *indexer) finish() (*Recording, error) {
	for key, request := range x.requests {
		f := x.files[key[0]]
		if f == nil {
			return nil, problem(fmt.Sprintf("`%s`: the file of the request `%s` is not in the recording", x.Name, request.Name), howToRecord)
		}
		if request.Path != "" {
			request.Path = relative(f.Path, request.Path)
		}
		f.requests = append(f.requests, *request)
	}
	for _, f := range x.files {
		slices.SortFunc(f.requests, func(a, b runner.RecordedRequest) int { return a.Index - b.Index })
		x.Files = append(x.Files, f)
	}
	slices.SortFunc(x.Files, func(a, b *File) int {
		return cmp.Or(cmp.Compare(len(a.Key), len(b.Key)), cmp.Compare(a.Key, b.Key))
	})
	if len(x.Files) == 0 {
		d := problem(fmt.Sprintf("nothing was run in the recording `%s`", x.Name), "mend that, and record the run again")
		for _, m := range x.Errors[:min(len(x.Errors), maxErrors)] {
			d.Detail += "\n" + runner.ErrorOfRecorded(x.Exit, m)
		}
		d.Detail = strings.TrimPrefix(d.Detail, "\n")
		return nil, d
	}
	return x.Recording, nil
}

// relative is the path of an imported file from the folder of the one that was run,
// with slashes.
func relative(from, to string) string {
	from, to = Clean(from), Clean(to)
	rel, err := filepath.Rel(filepath.FromSlash(path.Dir(from)), filepath.FromSlash(to))
	if err != nil {
		return to
	}
	return filepath.ToSlash(rel)
}
