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
	withhold(e.Data)
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

// ending is a sink that is told of the end.
type ending struct {
	sink  Sink // nil once it has failed, and is closed
	seq   int  // of the last event
	told  bool
	knows int // how many of the failures
}

// end ends the sinks after drain: each is told the last events and, before the very
// last one, what has failed. Nothing of a report counts before it is closed: as long
// as sinks fail with their last events, those that can revise theirs are told again.
// The last sink is told when the others are closed. It returns what failed.
func (b *bus) end(last []EventData, finish func(failed int) *RunFinished) []error {
	var all []*ending
	for _, s := range b.sinks {
		all = append(all, &ending{sink: s, seq: b.seq})
	}
	tell := func(e *ending) (news bool) {
		if e.sink == nil || e.told && (e.knows == len(b.detached) || !revise(e.sink)) {
			return false
		}
		var events []EventData
		if e.told {
			e.seq-- // of the event that is taken back
		} else {
			events = append(events, last...)
		}
		for _, err := range b.detached[e.knows:] {
			events = append(events, &MessageEvent{Message: reportFailure(err)})
		}
		e.told, e.knows = true, len(b.detached)
		b.sinks, b.seq = []Sink{e.sink}, e.seq
		for _, data := range append(events, finish(e.knows)) {
			b.publish(&Event{Time: b.now(), Data: data})
		}
		if e.seq = b.seq; len(b.sinks) == 0 {
			e.sink = nil
		}
		return true
	}
	reports := all[:max(len(all)-1, 0)]
	for news := true; news; {
		news = false
		for _, e := range reports {
			news = tell(e) || news
		}
	}
	for _, e := range all {
		tell(e) // what could not be closed, and the last sink everything
		if e.sink == nil {
			continue
		}
		if err := e.sink.Close(); err != nil {
			b.detached = append(b.detached, err)
		}
	}
	return b.detached
}

// revise makes a sink take its last event back, if it can.
func revise(s Sink) bool {
	r, ok := s.(Reviser)
	return ok && r.Revise()
}

// reportFailure is the message for a sink that could not be served.
func reportFailure(err error) diag.Message {
	return diag.Message{
		Code: diag.CodeReport, Severity: diag.Error,
		Summary: fmt.Sprintf("a report could not be written: %v", err),
	}
}
