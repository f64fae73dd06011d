package cli

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// interruptible returns a context that the first SIGINT, SIGTERM or SIGHUP ends, so
// that what runs can clean up. The second removes the leftovers and ends the process
// at once. Meanwhile a reader that goes away makes writing to it fail, which does not
// end the process. Stop gives the signals back.
func interruptible(ctx context.Context, left *leftovers) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	pipes := make(chan os.Signal, 1) // nobody reads them: write(2) fails with EPIPE besides
	signal.Notify(pipes, syscall.SIGPIPE)
	done := make(chan struct{})
	go func() {
		for interrupted := false; ; interrupted = true {
			select {
			case <-signals:
				if interrupted {
					left.remove()
					os.Exit(exitInterrupted)
				}
				cancel()
			case <-done:
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		signal.Stop(pipes)
		close(done)
		cancel()
	}
}

// leftovers are temporary files that a process must not leave behind when it ends at
// once. Its methods may be called from any goroutine.
type leftovers struct {
	mu    sync.Mutex
	paths []string
}

func (l *leftovers) add(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paths = append(l.paths, path)
}

func (l *leftovers) remove() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, path := range l.paths {
		_ = os.Remove(path) // it may have got its name
	}
}
