package runner

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/postrider/postrider/internal/secret"
)

// recorder keeps what it is told, and fails when fail is reached.
type recorder struct {
	seqs   []int
	texts  []string
	fail   int
	closed int
}

func (r *recorder) Event(e *Event) error {
	if r.closed > 0 {
		return errors.New("told after Close")
	}
	r.seqs = append(r.seqs, e.Seq)
	if f, ok := e.Data.(*RequestFinished); ok {
		r.texts = append(r.texts, f.Reason)
	}
	if e.Seq == r.fail {
		return errors.New("disk full")
	}
	return nil
}

func (r *recorder) Close() error { r.closed++; return nil }

// TestBus protects the contract of sinks: every event once, in order, masked;
// a sink that fails is told no more while the others go on; each is closed once.
func TestBus(t *testing.T) {
	var secrets secret.Set
	secrets.Add("hunter2-hunter2")
	good, bad := &recorder{}, &recorder{fail: 3}
	b := newBus(&secrets, []Sink{bad, good})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				b.emit(ID{}, &RequestFinished{Reason: "because of hunter2-hunter2"})
			}
		})
	}
	wg.Wait()
	b.drain()
	failed := b.end(nil, func(failed int) *RunFinished {
		if failed != 1 {
			t.Errorf("before the last event, %d sinks have failed, want 1", failed)
		}
		return &RunFinished{}
	})
	if len(failed) != 1 || failed[0].Error() != "disk full" {
		t.Errorf("failed = %v", failed)
	}
	if len(good.seqs) != 402 || !slices.IsSorted(good.seqs) || good.seqs[401] != 402 {
		t.Errorf("a good sink was told %d events", len(good.seqs))
	}
	if len(bad.seqs) != 3 {
		t.Errorf("a sink that failed at the third event was told %d", len(bad.seqs))
	}
	if good.closed != 1 || bad.closed != 1 {
		t.Errorf("closed %d and %d times, want once each", good.closed, bad.closed)
	}
	for _, text := range good.texts {
		if strings.Contains(text, "hunter2") {
			t.Fatalf("a sink saw %q", text)
		}
	}
}

// TestPreviewMasksAtItsEnd protects a secret that lies across the end of a
// preview: no part of it is shown.
func TestPreviewMasksAtItsEnd(t *testing.T) {
	const value = "a-very-secret-value-of-some-length"
	var secrets secret.Set
	secrets.Add(value)
	for shift := range len(value) + 2 {
		content := strings.Repeat("x", PreviewSize-shift) + value + strings.Repeat("y", PreviewSize)
		done := &RequestFinished{Hops: []Hop{{Body: newBody([]byte(content), int64(len(content)), "text/plain")}}}
		maskEvent(done, &secrets)
		preview := done.Hops[0].Body.Preview
		if len(preview) > PreviewSize {
			t.Fatalf("the preview has %d bytes", len(preview))
		}
		if rest := strings.TrimLeft(preview, "x"); strings.Contains(rest, "a-") {
			t.Fatalf("shift %d: the preview ends with %q", shift, rest)
		}
	}

	// What is read beyond the preview may be shown, too, where masks are much shorter
	// than what they stand for; or less of the body may be there.
	whole := strings.Repeat(value+"\n", (PreviewSize+previewMargin)/len(value)+1)
	for shift := range len(value) + 2 {
		for _, content := range []string{strings.Repeat("x", shift) + whole, "x" + value[:shift%len(value)]} {
			body := newBody([]byte(content), PreviewSize+previewMargin+1, "text/plain")
			maskBody(body, &secrets)
			if strings.Contains(body.Preview, "a") {
				t.Fatalf("shift %d: the preview ends with %q", shift, body.Preview[max(0, len(body.Preview)-40):])
			}
		}
	}
}

func TestNewBody(t *testing.T) {
	long := strings.Repeat("é", PreviewSize)
	tests := []struct {
		content, contentType string
		binary               bool
		mediaType            string
	}{
		{`{"a":1}`, "Application/JSON; charset=utf-8", false, "application/json"},
		{"\xff\xfd", "text/plain", true, "text/plain"},
		{"a\x00b", "", true, ""},
		{long, "text/plain", false, "text/plain"},
	}
	for _, test := range tests {
		b := newBody([]byte(test.content), int64(len(test.content)), test.contentType)
		maskBody(b, new(secret.Set))
		if b.Binary != test.binary || b.Type != test.mediaType || b.Size != int64(len(test.content)) {
			t.Errorf("newBody(%.10q) = %+.40v", test.content, *b)
		}
		if !test.binary && !strings.HasPrefix(test.content, b.Preview) {
			t.Errorf("newBody(%.10q): the preview is not its start", test.content)
		}
	}
	if b := newBody([]byte("\xe9"), 1, "text/plain; charset=latin1"); b.Binary || b.Preview != "é" || b.Size != 1 {
		t.Errorf("Latin-1 is shown as %+v", *b)
	}
}

// TestMediaTypeIsMasked protects a secret in a Content-Type, whatever of it is shown.
func TestMediaTypeIsMasked(t *testing.T) {
	for _, test := range []struct{ value, contentType, want string }{
		{"Text/Secret-One", "Text/Secret-One", "***"},
		{"Secret-One", "Text/Secret-One; a=b", "text/***"},
		{"Secret-One;a", "Text/Secret-One;a=b", "text/***=b"},
	} {
		var secrets secret.Set
		secrets.Add(test.value)
		b := newBody(nil, 0, test.contentType)
		if maskBody(b, &secrets); b.Type != test.want {
			t.Errorf("%q with the secret %q: %q, want %q", test.contentType, test.value, b.Type, test.want)
		}
	}
}

// TestExit protects the order of exit codes: the first of 130, 2, 3, 1 that
// happened wins.
func TestExit(t *testing.T) {
	tests := []struct {
		counts Counts
		want   int
	}{
		{Counts{Passed: 1}, 0},
		{Counts{Passed: 1, Failed: 1}, 1},
		{Counts{Failed: 1, Broken: 1}, 3},
		{Counts{Failed: 1, Broken: 1, Invalid: 1}, 2},
		{Counts{Broken: 1, Errors: 1}, 2},
		{Counts{Failed: 1, Broken: 1, Invalid: 1, Interrupted: 1}, 130},
		{Counts{Skipped: 1, Warnings: 1}, 0},
	}
	for _, test := range tests {
		if got := test.counts.exit(); got != test.want {
			t.Errorf("%+v exits with %d, want %d", test.counts, got, test.want)
		}
	}
}

// closer fails when it is closed, as a report does that cannot be put in its
// place, or with the last event, as one does for which the disk is full.
type closer struct {
	recorder
	last, end bool
	exits     []int
	messages  []string
}

func (c *closer) Event(e *Event) error {
	switch data := e.Data.(type) {
	case *MessageEvent:
		c.messages = append(c.messages, data.Message.Summary)
	case *RunFinished:
		c.exits = append(c.exits, data.Exit)
		if c.last {
			return errors.New("no space")
		}
	}
	return c.recorder.Event(e)
}

func (c *closer) Close() error {
	c.closed++
	if c.end {
		return errors.New("not renamed")
	}
	return nil
}

// TestLateFailure protects that a report which fails at its very end fails the
// run, and is told to the sinks behind it: the last one is what people read.
func TestLateFailure(t *testing.T) {
	for _, first := range []*closer{{last: true}, {end: true}} {
		console := &closer{}
		b := newBus(new(secret.Set), []Sink{first, console})
		b.emit(ID{}, &RunStarted{})
		b.drain()
		failed := b.end(nil, func(failed int) *RunFinished { return &RunFinished{Exit: 2 * failed} })
		if len(failed) != 1 || first.closed != 1 || console.closed != 1 {
			t.Errorf("failed = %v, closed %d and %d times", failed, first.closed, console.closed)
		}
		if len(console.exits) != 1 || console.exits[0] != 2 || len(console.messages) != 1 || !strings.Contains(console.messages[0], failed[0].Error()) {
			t.Errorf("the sink behind was told %v, %q", console.exits, console.messages)
		}
		if !slices.Equal(console.seqs, []int{1, 2, 3}) || !slices.Equal(first.seqs, []int{1, 2}[:2-bit(first.last)]) {
			t.Errorf("numbers of events: %v, %v", console.seqs, first.seqs)
		}
	}
}

// reviser takes its last event back.
type reviser struct {
	closer
	revised int
}

func (r *reviser) Revise() bool {
	if r.closed > 0 {
		return false
	}
	r.revised++
	r.seqs = r.seqs[:len(r.seqs)-1]
	return true
}

// TestFailureBehind protects that a report says how the run ended, also if another
// one fails behind it: with its last event or when it is put in its place.
func TestFailureBehind(t *testing.T) {
	for _, failing := range []*closer{{last: true}, {end: true}} {
		first, second, console := &reviser{}, &reviser{}, &closer{}
		sinks := []Sink{first, second, failing, console}
		if failing.end { // what is closed already cannot be told
			sinks = []Sink{failing, first, second, console}
		}
		b := newBus(new(secret.Set), sinks)
		b.emit(ID{}, &RunStarted{})
		b.drain()
		failed := b.end([]EventData{&MessageEvent{}}, func(failed int) *RunFinished { return &RunFinished{Exit: 2 * failed} })
		if len(failed) != 1 || failing.closed != 1 {
			t.Errorf("failed = %v, closed %d times", failed, failing.closed)
		}
		for _, r := range []*reviser{first, second} {
			if !slices.Equal(r.exits, []int{0, 2}) || r.revised != 1 || r.closed != 1 || len(r.messages) != 2 || !slices.Equal(r.seqs, []int{1, 2, 3, 4}) {
				t.Errorf("a report was told %v, %q with the numbers %v, revised %d times and closed %d times", r.exits, r.messages, r.seqs, r.revised, r.closed)
			}
		}
		if !slices.Equal(console.exits, []int{2}) || console.closed != 1 {
			t.Errorf("the last sink was told %v", console.exits)
		}
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestRecordedBodiesWait protects that bodies do not queue up: with one, emit
// returns only when the sinks have been told.
func TestRecordedBodiesWait(t *testing.T) {
	sink := &recorder{}
	b := newBus(new(secret.Set), []Sink{sink})
	for n := range 10 {
		b.emit(ID{}, &RequestFinished{Recorded: &Recorded{Size: 1, content: []byte("x")}})
		if len(sink.seqs) != n+1 {
			t.Fatalf("after %d events, the sink was told %d", n+1, len(sink.seqs))
		}
	}
	b.drain()
}

// TestRecorded protects what a recorded body is: masked byte for byte, cut at its
// limit, and withheld where a secret cannot be masked.
func TestRecorded(t *testing.T) {
	const value = "a-very-secret-value"
	var secrets secret.Set
	secrets.Add(value)
	wide := func(s string) string {
		var b strings.Builder
		for _, c := range s {
			b.WriteString("\x00" + string(c))
		}
		return b.String()
	}
	tests := []struct {
		name, content string
		more          int64 // behind content, which the transport did not keep
		want          Recorded
	}{
		{"nothing", "", 0, Recorded{}},
		{"text", "x" + value + "é", 0, Recorded{Content: "x***é"}},
		{"binary", "\xff" + value, 0, Recorded{Content: "\xff***", Binary: true}},
		{"an unfinished character", "a\xc3", 0, Recorded{Content: "a\xc3", Binary: true}},
		{"UTF-16", wide("hello"), 0, Recorded{Content: wide("hello"), Binary: true}},
		{"a secret in UTF-16", wide(value), 0, Recorded{Binary: true, Withheld: "it holds a secret in an encoding in which that cannot be masked"}},
		{"cut", "ab" + value[:5] + "\xc3", 9, Recorded{Content: "ab***", Cut: true}},
		{"long", strings.Repeat("é", RecordSize/2) + "é", 0, Recorded{Content: strings.Repeat("é", RecordSize/2), Cut: true}},
		{"a secret at the limit", strings.Repeat("x", RecordSize-4) + value, 0, Recorded{Content: strings.Repeat("x", RecordSize-4) + "***"}},
	}
	for _, test := range tests {
		test.want.Size = int64(len(test.content)) + test.more
		got := Recorded{Size: test.want.Size, content: []byte(test.content)}
		got.mask(&secrets)
		if got.content != nil {
			t.Fatalf("%s: the body as it came is still there", test.name)
		}
		if got.Content != test.want.Content || got.Binary != test.want.Binary || got.Cut != test.want.Cut || got.Withheld != test.want.Withheld {
			t.Errorf("%s: %.60q, binary %v, cut %v, withheld %q", test.name, got.Content, got.Binary, got.Cut, got.Withheld)
		}
	}
}
