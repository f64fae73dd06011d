package report

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/postrider/postrider/runner"
)

// EventsVersion is the version of the lines that an ndjson report has. Members and
// types are added without a new one.
const EventsVersion = 1

// ndjson writes each event as a JSON object on a line of its own, as it happens.
// docs/events.schema.json describes the lines.
type ndjson struct {
	writer
	begun bool
}

// eventLine is a line, without the body of the answer.
type eventLine struct {
	Type string           `json:"type"`
	Seq  int              `json:"seq"`
	Time time.Time        `json:"time"`
	ID   runner.ID        `json:"id"`
	Data runner.EventData `json:"data"`
}

// eventsHeader is the first line.
type eventsHeader struct {
	Type    string `json:"type"`
	Format  string `json:"format"`
	Version int    `json:"version"`
}

// Event implements runner.Sink. A line is handed to the target at once.
func (n *ndjson) Event(e *runner.Event) error {
	if !n.begun {
		n.begun = true
		n.json(eventsHeader{Type: "header", Format: "postrider events", Version: EventsVersion})
		n.print("\n")
	}
	_, last := e.Data.(*runner.RunFinished)
	if last {
		n.begin()
	}
	var recorded *runner.Recorded
	switch d := e.Data.(type) {
	case *runner.RequestFinished:
		recorded = d.Recorded
	case *runner.TryFailed:
		recorded = d.Recorded
	}
	line, err := encode(eventLine{Type: eventType(e.Data), Seq: e.Seq, Time: e.Time, ID: e.ID, Data: e.Data})
	n.take(err)
	if recorded != nil && err == nil {
		n.print(string(line[:len(line)-1]))
		if recorded.Sent != nil {
			n.print(`,"sentBody":`)
			n.json(recorded.Sent)
		}
		n.print(`,"body":`)
		n.recorded(recorded)
		n.print("}\n")
	} else {
		n.print(string(line), "\n")
	}
	if n.err == nil {
		n.err = n.out.Flush()
	}
	if last {
		return n.finish()
	}
	return n.err
}

// recorded writes the body of an answer.
func (n *ndjson) recorded(k *runner.Recorded) {
	n.print(fmt.Sprintf(`{"size":%d`, k.Size))
	if k.Cut {
		n.print(`,"cut":true`)
	}
	switch {
	case k.Withheld != "":
		n.print(`,"withheld":`)
		n.json(k.Withheld)
	case n.err != nil:
	case k.Binary:
		n.print(`,"base64":`)
		n.take(writeBase64(n.out, k.Content))
	default:
		n.print(`,"text":`)
		n.take(writeString(n.out, k.Content))
	}
	n.print("}")
}

func (n *ndjson) json(v any) {
	text, err := encode(v)
	n.take(err)
	n.print(string(text))
}

// eventType is the name of an event's type: that of its Go type, without the word
// Event, and with a small letter at its start.
func eventType(data runner.EventData) string {
	name := strings.TrimSuffix(reflect.TypeOf(data).Elem().Name(), "Event")
	return strings.ToLower(name[:1]) + name[1:]
}
