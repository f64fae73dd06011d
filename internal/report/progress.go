package report

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// Times of the progress line. A run that is shorter than the delay never shows
// it.
const (
	progressDelay = 200 * time.Millisecond
	progressEvery = 100 * time.Millisecond
	rateDelay     = time.Second // before which a rate says nothing
)

// What erases and draws the progress line (ECMA-48, and DECAWM of the VT100).
// The cursor rests at its start: when a narrower terminal folds the line, what
// is below the cursor is all of it. Terminals do not agree on the width of every
// character, so they are told not to wrap besides the line being measured.
const (
	eraseProgress = "\r\x1b[J"
	startProgress = "\x1b[?7l"
	endProgress   = "\x1b[?7h\r"
)

const spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"

// narrow is the width below which the progress line leaves out words and the
// names of files.
const narrow = 60

// progress is a writer to a terminal that keeps a line below everything that is
// written: how far the run is and what is running. The line is redrawn by a
// timer, and with each text in the same write, so that it does not flicker.
// Texts must end with a line end.
type progress struct {
	w       io.Writer
	columns func() int // of the terminal now
	render  diag.Renderer

	mu     sync.Mutex // guards what is below: a timer draws while events arrive
	err    error
	timer  *time.Timer
	start  time.Time
	due    bool // the delay is over
	drawn  bool // the line is on the terminal
	ended  bool
	counts progressCounts

	files   map[runner.ID]string // names of the running ones
	running []progressRequest    // in the order of their start
}

type progressCounts struct{ requests, finished, failed, files, filesFinished int }

// progressRequest is a running request.
type progressRequest struct {
	id         runner.ID
	file, name string // printable, and not endless
}

func newProgress(w io.Writer, columns func() int, render diag.Renderer) *progress {
	return &progress{w: w, columns: columns, render: render, files: make(map[runner.ID]string)}
}

// Write writes a text in place of the line, and the line below it.
func (p *progress) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.put(text); p.err != nil {
		return 0, p.err
	}
	return len(text), nil
}

// put is Write for those who hold the lock. After an error it does nothing.
func (p *progress) put(text []byte) {
	var b []byte
	if p.drawn {
		b = append(b, eraseProgress...)
	}
	b = append(b, text...)
	if p.drawn = p.due && !p.ended; p.drawn {
		line := p.line(p.columns() - 1) // some terminals wrap at a full line, not behind it
		b = append(b, startProgress+line+endProgress...)
	}
	if p.err == nil && len(b) > 0 {
		_, p.err = p.w.Write(b)
	}
}

// event keeps what the line shows. The timer draws it.
func (p *progress) event(e *runner.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch data := e.Data.(type) {
	case *runner.RunStarted:
		p.counts.requests, p.counts.files = data.Requests*max(data.Repeat, 1), data.Files*max(data.Repeat, 1)
		p.start = time.Now()
		p.timer = time.AfterFunc(progressDelay, p.tick)
	case *runner.FileStarted:
		p.files[fileKey(e.ID)] = progressName(filepath.Base(data.Path))
	case *runner.RequestStarted:
		p.running = append(p.running, progressRequest{
			id: requestKey(e.ID), file: p.files[fileKey(e.ID)], name: progressName(requestName(e.ID, data.Name, data.Line)),
		})
	case *runner.RequestFinished:
		p.counts.finished++
		if data.Wrong() {
			p.counts.failed++
		}
		p.running = slices.DeleteFunc(p.running, func(r progressRequest) bool { return r.id == requestKey(e.ID) })
	case *runner.FileFinished:
		p.counts.filesFinished++
		delete(p.files, fileKey(e.ID))
	}
}

// progressName returns a foreign name printable and not longer than a terminal
// may be wide, since it is measured at every redraw.
func progressName(s string) string { return diag.Shorten(diag.Printable(s), 200) }

func (p *progress) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended || p.err != nil {
		return
	}
	p.due = true
	p.put(nil)
	p.timer.Reset(progressEvery)
}

// stop erases the line for good. What is written after it is written as it is.
func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true // the timer finds out
	p.put(nil)
}

// line returns the line in at most width columns:
//
//	⠙ 12/40 requests, 3/5 files, 2 failed, 4.1 s, 2.9/s — tickets.http: Close it
func (p *progress) line(width int) string {
	elapsed := time.Since(p.start)
	frames := []rune(spinner)
	c := p.counts
	head := fmt.Sprintf("%c %d/%d", frames[int(elapsed/progressEvery)%len(frames)], c.finished, max(c.requests, c.finished))
	if width >= narrow {
		head += fmt.Sprintf(" requests, %d/%d files", c.filesFinished, max(c.files, c.filesFinished))
	}
	failed := ""
	if c.failed > 0 {
		failed = fmt.Sprintf("%d failed", c.failed)
		head += ", "
	}
	tail := ", " + formatElapsed(elapsed)
	if width >= narrow && elapsed >= rateDelay && c.finished > 0 {
		tail += fmt.Sprintf(", %s/s", formatRate(float64(c.finished)/elapsed.Seconds()))
	}
	text := head + failed + tail
	if diag.DisplayWidth(text) > width {
		return diag.Shorten(text, width)
	}
	line := head + p.render.Paint(diag.Red, failed) + tail
	const dash = " — "
	if names := p.names(width-diag.DisplayWidth(text+dash), width < narrow); names != "" {
		line += dash + p.render.Paint(diag.Dim, names)
	}
	return line
}

// names returns the running requests that fit into width columns, the newest
// first. Of the first, as much is shown as there is room for.
func (p *progress) names(width int, short bool) string {
	names := ""
	for _, r := range slices.Backward(p.running) {
		name := r.file + ": " + r.name
		if short || r.file == "" {
			name = r.name
		}
		if names == "" {
			names = diag.Shorten(name, width)
			continue
		}
		more := names + ", " + name
		if diag.DisplayWidth(more) > width {
			break
		}
		names = more
	}
	return names
}

// formatElapsed is formatDuration in steps that change quietly.
func formatElapsed(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Truncate(100*time.Millisecond).Seconds())
	}
	return formatDuration(d)
}
