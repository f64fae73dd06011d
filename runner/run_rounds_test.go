package runner

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// roundEvents is a sink that keeps which requests ended in which repetition, and how
// often files were told of.
type roundEvents struct {
	ended    map[int][]string
	started  int
	finished int
	last     *RunFinished
	messages []string
	on       func(*Event)
}

func (r *roundEvents) Event(e *Event) error {
	if r.ended == nil {
		r.ended = make(map[int][]string)
	}
	switch d := e.Data.(type) {
	case *FileStarted:
		r.started++
	case *FileFinished:
		r.finished++
	case *RequestFinished:
		r.ended[e.ID.Repeat] = append(r.ended[e.ID.Repeat], fmt.Sprintf("%s[%d] %s", d.Name, e.ID.Row, d.Outcome))
	case *MessageEvent:
		r.messages = append(r.messages, d.Message.Summary)
	case *RunFinished:
		r.last = d
	}
	if r.on != nil {
		r.on(e)
	}
	return nil
}

func (r *roundEvents) Close() error { return nil }

// TestRepeat protects that a repetition is a run of its own: variables, captures and
// global variables do not pass from one to the next, rows are those of each, and
// events tell which one they are about.
func TestRepeat(t *testing.T) {
	var mu sync.Mutex
	var made int
	seen := make(map[string]int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.URL.Path == "/make" {
			made++
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"id":"n%d"}`, made)
			return
		}
		seen[r.URL.Path]++
	}))
	defer server.Close()
	tree(t, server.URL, map[string]string{
		"a.http":   "### make\n# @capture global key = body.id\nGET $/make\n",
		"b.http":   "# @data rows.csv\n\n### use\nGET $/use/{{n}}/{{key}}\n",
		"rows.csv": "n\n1\n2\n",
	})
	for _, jobs := range []int{1, 8} {
		mu.Lock()
		made, seen = 0, make(map[string]int)
		mu.Unlock()
		p := NewPlan(t.Context(), Options{Paths: []string{"."}, Repeat: 20, Jobs: jobs})
		var got roundEvents
		if exit := p.Run(t.Context(), &got); exit != ExitPassed {
			t.Fatalf("exit %d: %q", exit, got.messages)
		}
		p.Close()
		if len(got.ended) != 20 || got.started != 40 || got.finished != 40 || got.last.Counts.Files != 2 || got.last.Counts.Requests != 60 {
			t.Errorf("%d repetitions, %d files begun and %d ended, %+v", len(got.ended), got.started, got.finished, got.last.Counts)
		}
		for n := 1; n <= 20; n++ {
			slices.Sort(got.ended[n])
			if want := []string{"make[0] passed", "use[1] passed", "use[2] passed"}; !slices.Equal(got.ended[n], want) {
				t.Errorf("repetition %d: %q", n, got.ended[n])
			}
			for row := 1; row <= 2; row++ {
				if path := fmt.Sprintf("/use/%d/n%d", row, n); seen[path] != 1 {
					t.Errorf("%s was requested %d times: a global variable is that of another repetition", path, seen[path])
				}
			}
		}
	}
}

// TestOnce protects that a run that is not repeated says nothing of repetitions.
func TestOnce(t *testing.T) {
	api := newAPI(t)
	tree(t, api.URL, map[string]string{"a.http": "GET $/a\n"})
	for _, repeat := range []int{0, 1} {
		p := NewPlan(t.Context(), Options{Paths: []string{"."}, Repeat: repeat})
		got := roundEvents{on: func(e *Event) {
			if started, ok := e.Data.(*RunStarted); ok && started.Repeat != 0 || e.ID.Repeat != 0 {
				t.Errorf("%+v", e)
			}
		}}
		p.Run(t.Context(), &got)
		p.Close()
	}
}

// TestRepeatEnds protects that repetitions stop with the run, however many are left.
func TestRepeatEnds(t *testing.T) {
	var answered atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/fails" && answered.Add(1) == 5 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer server.Close()
	tree(t, server.URL, map[string]string{"a.http": "### a\nGET $/fails\n", "b.http": "### a\nGET $/b\n"})
	const many = 1 << 40
	t.Run("interruption", func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		p := NewPlan(ctx, Options{Paths: []string{"b.http"}, Repeat: many, Jobs: 4})
		defer p.Close()
		got := roundEvents{on: func(e *Event) {
			if e.ID.Repeat == 10 {
				interrupt()
			}
		}}
		if exit := p.Run(ctx, &got); exit != ExitInterrupted || !strings.Contains(strings.Join(got.messages, "\n"), "repetitions were begun") {
			t.Errorf("exit %d, %q", exit, got.messages)
		}
	})
	t.Run("--bail", func(t *testing.T) {
		p := NewPlan(t.Context(), Options{Paths: []string{"a.http"}, Repeat: many, Jobs: 1, Bail: true})
		defer p.Close()
		var got roundEvents
		if exit := p.Run(t.Context(), &got); exit != ExitFailed || len(got.ended) != 5 || answered.Load() != 5 {
			t.Errorf("exit %d, %d repetitions, %d requests", exit, len(got.ended), answered.Load())
		}
	})
	t.Run("--max-time", func(t *testing.T) {
		p := NewPlan(t.Context(), Options{Paths: []string{"b.http"}, Repeat: many, MaxTime: 100 * time.Millisecond})
		defer p.Close()
		var got roundEvents
		if exit := p.Run(t.Context(), &got); exit != ExitBroken {
			t.Errorf("exit %d", exit)
		}
	})
}

// TestRepeatShuffled protects that each repetition has an order of its own, and each
// time the same one.
func TestRepeatShuffled(t *testing.T) {
	api := newAPI(t)
	tree(t, api.URL, map[string]string{"a.http": "### a\nGET $/a\n\n### b\nGET $/b\n\n### c\nGET $/c\n"})
	var before map[int][]string
	for range 2 {
		p := NewPlan(t.Context(), Options{Paths: []string{"."}, Repeat: 30, Shuffle: new(uint64)})
		var got roundEvents
		p.Run(t.Context(), &got)
		p.Close()
		orders := make(map[string]bool)
		for n, lines := range got.ended {
			orders[strings.Join(lines, " ")] = true
			if before != nil && !slices.Equal(before[n], lines) {
				t.Errorf("repetition %d: %q, then %q", n, before[n], lines)
			}
		}
		if len(orders) < 5 {
			t.Errorf("%d orders in 30 repetitions", len(orders))
		}
		before = got.ended
	}
}

// TestRepeatRandom protects random values: each repetition has its own, the seed makes
// them again, and the first has those of a run that is not repeated. Requests without
// a name have values of their own, too.
func TestRepeatRandom(t *testing.T) {
	api := newAPI(t)
	tree(t, "$", map[string]string{"a.http": "### a\nGET {{base}}/{{$uuid}}\n\n###\nGET {{base}}/{{$uuid}}\n\n###\nGET {{base}}/{{$uuid}}\n"})
	sent := func(repeat int) []string {
		api.paths = nil
		if got, exit := play(t, Options{Paths: []string{"."}, Repeat: repeat, Seed: 7, Jobs: 1, Vars: []Var{{Name: "base", Value: api.URL}}}); exit != ExitPassed {
			t.Fatalf("exit %d, %q", exit, got.errors)
		}
		return api.paths
	}
	once, first, again := sent(1), sent(3), sent(3)
	different := slices.Compact(slices.Sorted(slices.Values(first)))
	if !slices.Equal(first[:3], once) || len(different) != 9 || !slices.Equal(first, again) {
		t.Errorf("once %q, then %q and %q", once, first, again)
	}
}
