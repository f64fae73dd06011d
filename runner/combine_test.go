package runner

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/readiness"
)

// endings is a sink that keeps how each request ended, with everything that tells
// it from the others.
type endings struct {
	paths map[int]string
	all   []string
	exit  int
}

func (o *endings) Event(e *Event) error {
	switch d := e.Data.(type) {
	case *FileStarted:
		if o.paths == nil {
			o.paths = make(map[int]string)
		}
		o.paths[e.ID.File] = d.Path
	case *RequestFinished:
		reason := d.Reason
		if d.Blocked {
			reason += " (blocked)"
		}
		o.all = append(o.all, fmt.Sprintf("%s #%d %s[%d][%d] %s %s", o.paths[e.ID.File], e.ID.Repeat, d.Name, e.ID.Row, e.ID.Iteration, d.Outcome, reason))
	case *RunFinished:
		o.exit = d.Exit
	}
	return nil
}

func (o *endings) Close() error { return nil }

func endingsOf(t *testing.T, o Options) *endings {
	t.Helper()
	o.Environ = func(string) (string, bool) { return "", false }
	p := NewPlan(t.Context(), o)
	defer p.Close()
	got := new(endings)
	p.Run(t.Context(), got)
	slices.Sort(got.all)
	return got
}

// TestCombinations protects what holds of any options together: nothing depends on
// the number of jobs or on the order by chance, shards are what they are parts of,
// a repetition is a run, and a limit of time that is not reached changes nothing.
func TestCombinations(t *testing.T) {
	server := newFailing(t)
	server.fail("/bad", "/row/2")
	tree(t, server.URL, map[string]string{
		"login.http": "### login\n# @tag fast\n# @capture global token = body.id\nGET $/login\n",
		"a.http":     "### up\n# @setup\n# @capture key = body.id\nGET $/up\n\n### make\n# @tag write\n# @capture id = body.id\nGET $/make?{{key}}&{{token}}\n\n### look\nGET $/look\n\n### read\n# @tag fast\nGET $/read/{{id}}\n\n### down\n# @teardown\nGET $/down/{{id}}\n",
		"b.http":     "### bad\n# @tag fast\nGET $/bad\n\n### after\n# @needs bad\nGET $/after\n\n### fine\nGET $/fine\n",
		"c.http":     "# @data rows.csv\n\n### row\n# @tag fast\nGET $/row/{{n}}\n\n### cell\n# @data cells.csv\nGET $/cell/{{n}}/{{x}}\n",
		"d.http":     "### skipped\n# @skip\n# @tag fast\nGET $/skipped\n\n### calls\nrun #called\nGET $/calls\n\n### called\nGET $/called\n",
		"rows.csv":   "n\n1\n2\n3\n", "cells.csv": "x\na\nb\n",
	})
	selections := map[string]func(*Options){
		"everything":    func(*Options) {},
		"a tag":         func(o *Options) { o.Tags = []string{"fast"} },
		"without a tag": func(o *Options) { o.ExcludeTags = []string{"write"} },
		"names":         func(o *Options) { o.Names = []string{"read", "row[2]", "cell[3][1]", "login"} },
		"a line":        func(o *Options) { o.Paths = []string{"b.http"}; o.Lines = []Line{{Number: 7}} },
		"addresses":     func(o *Options) { o.Paths = []string{"b.http#after", "c.http#cell[1]", "d.http:6"} },
		"--var":         func(o *Options) { o.Vars = []Var{{Name: "n", Value: "9"}} },
	}
	for name, choose := range selections {
		t.Run(name, func(t *testing.T) {
			base := Options{Paths: []string{"."}, Jobs: 1}
			choose(&base)
			want := endingsOf(t, base)
			if len(want.all) == 0 {
				t.Fatal("nothing is run")
			}
			same := func(what string, got *endings) {
				t.Helper()
				if !slices.Equal(got.all, want.all) || got.exit != want.exit {
					t.Errorf("%s: exit %d\n%s\nwant exit %d\n%s", what, got.exit, strings.Join(got.all, "\n"), want.exit, strings.Join(want.all, "\n"))
				}
			}
			with := func(change func(*Options)) *endings {
				o := base
				change(&o)
				return endingsOf(t, o)
			}
			same("--jobs 8", with(func(o *Options) { o.Jobs = 8 }))
			same("--max-time", with(func(o *Options) { o.MaxTime = time.Hour }))
			same("--wait-for", with(func(o *Options) { o.WaitFor = []readiness.Server{mustWait(t, server.URL+"/fine")} }))
			for seed := range uint64(5) {
				got := with(func(o *Options) { o.Shuffle, o.Jobs = &seed, int(seed%2)*7+1 })
				if got.exit != want.exit || len(got.all) != len(want.all) {
					t.Errorf("--shuffle %d: exit %d\n%s", seed, got.exit, strings.Join(got.all, "\n"))
				}
			}
			for n := 1; n <= 4; n++ {
				union := new(endings)
				for i := 1; i <= n; i++ {
					got := with(func(o *Options) { o.Shard = Shard{i, n} })
					union.all = append(union.all, got.all...)
					union.exit = max(union.exit, got.exit)
				}
				slices.Sort(union.all)
				same(fmt.Sprintf("%d shards", n), union)
			}
			repeated := with(func(o *Options) { o.Repeat, o.Jobs = 3, 4 })
			for n := 1; n <= 3; n++ {
				once := &endings{exit: repeated.exit}
				for _, line := range repeated.all {
					if strings.Contains(line, fmt.Sprintf(" #%d ", n)) {
						once.all = append(once.all, strings.Replace(line, fmt.Sprintf(" #%d ", n), " #0 ", 1))
					}
				}
				same(fmt.Sprintf("repetition %d", n), once)
			}
			state := t.TempDir()
			same("leaving a record", with(func(o *Options) { o.StateDir = state }))
			again := with(func(o *Options) { o.StateDir, o.RerunFailed = state, true })
			bad := func(o *endings) []string {
				return slices.DeleteFunc(slices.Clone(o.all), func(line string) bool {
					return strings.Contains(line, " passed ") || strings.Contains(line, " skipped ") && !strings.Contains(line, "(blocked)")
				})
			}
			if !slices.Equal(bad(again), bad(want)) || again.exit != want.exit {
				t.Errorf("run again: exit %d, want %d\n%s\nwant\n%s", again.exit, want.exit, strings.Join(bad(again), "\n"), strings.Join(bad(want), "\n"))
			}
		})
	}
}

// TestBailCombined protects that --bail ends a run in any order, part and number of
// repetitions, and that what was not run is run again.
func TestBailCombined(t *testing.T) {
	server := newFailing(t)
	server.fail("/1")
	files := make(map[string]string)
	for i := range 6 {
		files[fmt.Sprintf("f%d.http", i)] = fmt.Sprintf("### r%d\nGET $/%d\n", i, i)
	}
	tree(t, server.URL, files)
	state := t.TempDir()
	for seed := range uint64(6) {
		got := endingsOf(t, Options{Paths: []string{"."}, Bail: true, Jobs: 1, Shuffle: &seed, Repeat: 3, StateDir: state})
		skipped := 0
		for _, line := range got.all {
			if strings.Contains(line, "--bail: another request did not pass (blocked)") {
				skipped++
			}
		}
		if got.exit != ExitFailed || len(got.all) != 6 {
			t.Errorf("seed %d: exit %d\n%s", seed, got.exit, strings.Join(got.all, "\n"))
		}
		again := endingsOf(t, Options{Paths: []string{"."}, StateDir: state, RerunFailed: true})
		if len(again.all) != skipped+1 {
			t.Errorf("seed %d: %d requests are run again, want %d", seed, len(again.all), skipped+1)
		}
	}
}
