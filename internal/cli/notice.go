package cli

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// notice tells people once why a run that they have interrupted goes on: its
// @teardown does. Its methods may be called from any goroutine.
type notice struct {
	ctx    context.Context // ends with the interruption
	w      io.Writer
	render diag.Renderer

	mu           sync.Mutex
	stopProgress func()
	told         bool
}

func (p *program) newNotice(ctx context.Context, noColor bool) *notice {
	render := diag.Renderer{Color: p.useColor(p.stderr, noColor), Width: terminalWidth(p.stderr)}
	return &notice{ctx: ctx, w: p.stderr, render: render}
}

// beside says how the progress line is erased that may be where the notice is written.
func (n *notice) beside(stopProgress func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.stopProgress = stopProgress
}

// teardown implements the hook of [runner.Options].
func (n *notice) teardown() (ended func()) {
	if n.ctx.Err() != nil {
		n.tell()
		return func() {}
	}
	stop := context.AfterFunc(n.ctx, n.tell)
	return func() { stop() }
}

func (n *notice) tell() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.told {
		return
	}
	n.told = true
	n.stopProgress()
	_ = n.render.Render(n.w, diag.Message{ // who cannot be told waits
		Severity: diag.Note,
		Summary:  fmt.Sprintf("interrupted; running @teardown, at most %g s; Ctrl-C again ends at once", runner.TeardownLimit.Seconds()),
	})
}

// close keeps the notice from being told any more.
func (n *notice) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.told = true
}
