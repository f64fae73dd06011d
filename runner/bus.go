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
	events  chan delivery
	done    chan struct{}
	secrets *secret.Set
	sinks   []Sink
	now     func() time.Time

	// written by the goroutine, read after drain
	seq      int
	detached []error
}

// delivery is an event on its way. A nil told means that nobody waits for it.
type delivery struct {
	Event
	told chan struct{} // closed when the sinks have been told
}

func newBus(secrets *secret.Set, sinks []Sink) *bus {
	b := &bus{
		events:  make(chan delivery, busCapacity),
		done:    make(chan struct{}),
		secrets: secrets,
		sinks:   sinks,
		now:     time.Now,
	}
	go b.deliver()
	return b
}

// emit publishes what happened. It waits while the sinks are behind, and with a
// recorded body until they have been told of it: what waits in the channel is
// small. It must not be called after drain.
func (b *bus) emit(id ID, data EventData) {
	d := delivery{Event: Event{Time: b.now(), ID: id, Data: data}}
	if recordedIn(data) != nil {
		d.told = make(chan struct{})
	}
	b.events <- d
	if d.told != nil {
		<-d.told
	}
}

func (b *bus) deliver() {
	defer close(b.done)
	for d := range b.events {
		b.publish(&d.Event)
		if d.told != nil {
			close(d.told)
		}
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

// drain waits for the events on their way. Nothing may be emitted any more.
func (b *bus) drain() {
	close(b.events)
	<-b.done
}

// end ends the sinks after drain, one after the other: each is told the last
// events, which depend on what has failed until then, and is closed. It returns
// what failed.
func (b *bus) end(last func(failed []error) []EventData) []error {
	attached, seq := b.sinks, b.seq
	for _, s := range attached {
		b.sinks, b.seq = []Sink{s}, seq
		for _, data := range last(b.detached) {
			b.publish(&Event{Time: b.now(), Data: data})
		}
		if len(b.sinks) == 0 {
			continue // it has failed, and is closed
		}
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
