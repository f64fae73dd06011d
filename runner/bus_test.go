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
	failed := b.close(func(failed []error) []EventData {
		if len(failed) != 1 {
			t.Errorf("before the last event, %d sinks have failed, want 1", len(failed))
		}
		return []EventData{&RunFinished{}}
	})
	if len(failed) != 1 || failed[0].Error() != "disk full" {
		t.Errorf("failed = %v", failed)
	}
	if len(good.seqs) != 401 || !slices.IsSorted(good.seqs) || good.seqs[400] != 401 {
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
