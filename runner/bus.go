package runner

import (
	"fmt"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/secret"
)

// busCapacity is how many events may wait for the sinks before the run waits
// for them.
const busCapacity = 64

// bus hands events to the sinks, in order, from one goroutine. It numbers and
// masks them on the way, so that no sink ever sees a secret.
type bus struct {
	events  chan Event
	done    chan struct{}
	secrets *secret.Set
	sinks   []Sink
	now     func() time.Time

	// written by the goroutine, read after close
	seq      int
	detached []error
}

func newBus(secrets *secret.Set, sinks []Sink) *bus {
	b := &bus{
		events:  make(chan Event, busCapacity),
		done:    make(chan struct{}),
		secrets: secrets,
		sinks:   sinks,
		now:     time.Now,
	}
	go b.deliver()
	return b
}

// emit publishes what happened. It waits while the sinks are behind. It must
// not be called after close.
func (b *bus) emit(id ID, data EventData) {
	b.events <- Event{Time: b.now(), ID: id, Data: data}
}

func (b *bus) deliver() {
	defer close(b.done)
	for e := range b.events {
		b.publish(&e)
	}
}

func (b *bus) publish(e *Event) {
	b.seq++
	e.Seq = b.seq
	maskEvent(e.Data, b.secrets)
	attached := b.sinks[:0:0]
	for _, s := range b.sinks {
		if err := s.Event(e); err != nil {
			b.detached = append(b.detached, err)
			_ = s.Close() // it has already told what is wrong with it
			continue
		}
		attached = append(attached, s)
	}
	b.sinks = attached
}

// close waits for the events on their way, publishes last, which may depend on
// whether a sink has failed, and closes the sinks. It returns what failed.
func (b *bus) close(last func(failed []error) []EventData) []error {
	close(b.events)
	<-b.done
	for _, data := range last(b.detached) {
		b.publish(&Event{Time: b.now(), Data: data})
	}
	for _, s := range b.sinks {
		if err := s.Close(); err != nil {
			b.detached = append(b.detached, err)
		}
	}
	return b.detached
}

// reportFailure is the message for a sink that could not be served.
func reportFailure(err error) diag.Message {
	return diag.Message{
		Code: diag.CodeReport, Severity: diag.Error,
		Summary: fmt.Sprintf("a report could not be written: %v", err),
	}
}
