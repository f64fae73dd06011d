package main

import (
	"errors"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/runner"
)

// measured are the workloads that are quick enough for a test.
var measured = []string{"scripts", "start", "files", "json"}

// TestSameWork protects the comparison: the bare loop and postrider send the
// same requests, as many as the workload says, and both notice a wrong answer.
func TestSameWork(t *testing.T) {
	seen := &counter{counts: make(map[string]int)}
	server := httptest.NewServer(handler(seen))
	defer server.Close()
	programs := map[string]func(t *testing.T, w *workload) bool{
		"bare": func(_ *testing.T, w *workload) bool { return bare(server.URL, w.name, nil) == nil },
		"postrider": func(t *testing.T, w *workload) bool {
			dir := t.TempDir()
			paths, err := postriderTool("").write(dir, server.URL, w)
			if err != nil {
				t.Fatal(err)
			}
			for i := range paths {
				paths[i] = filepath.Join(dir, paths[i])
			}
			plan := runner.NewPlan(t.Context(), runner.Options{Paths: paths, Jobs: w.jobs, Environ: environ(server.URL)})
			defer plan.Close()
			return plan.Run(t.Context()) == runner.ExitPassed
		},
	}
	for program, run := range programs {
		for _, name := range append(measured, controlName) {
			t.Run(program+"/"+name, func(t *testing.T) {
				w, err := workloadNamed(name)
				if err != nil {
					t.Fatal(err)
				}
				if passed := run(t, w); passed != (name != controlName) {
					t.Errorf("passed: %t", passed)
				}
				if got, want := seen.take(), w.expected(); !maps.Equal(got, want) {
					t.Errorf("the server answered %v, expected %v", got, want)
				}
			})
		}
	}
}

// TestListed protects the workloads that read a file: postrider finds the requests
// that were written, and no mistake in them.
func TestListed(t *testing.T) {
	path := filepath.Join(t.TempDir(), listed)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := writeListed(f, 1<<16)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	plan := runner.NewPlan(t.Context(), runner.Options{Paths: []string{path}})
	defer plan.Close()
	if m := plan.Messages(); len(m) > 0 {
		t.Errorf("%d messages, the first %q", len(m), m[0].Summary)
	}
	if got := len(plan.Files()[0].Requests); got != n || n < 50 {
		t.Errorf("%d requests, expected %d, and some", got, n)
	}
	lines, err := countLines(path)
	if err != nil || lines < 20*n {
		t.Errorf("%d lines and %v, expected more than %d", lines, err, 20*n)
	}
}

func environ(base string) func(string) (string, bool) {
	set := make(map[string]string)
	for _, v := range environment(base) {
		name, value, _ := strings.Cut(v, "=")
		set[name] = value
	}
	return func(name string) (string, bool) { v, ok := set[name]; return v, ok }
}

// TestRatio protects the figures: a ratio is taken within a round, so that a
// machine that gets slower does not show as a difference.
func TestRatio(t *testing.T) {
	samples := func(walls ...time.Duration) *row {
		r := &row{}
		for _, w := range walls {
			r.samples = append(r.samples, sample{Wall: w})
		}
		return r
	}
	ours, bare := samples(20, 40, 90), samples(10, 20, 30)
	if got := ours.ratio(bare, wallOf); got != 2 {
		t.Errorf("ratio %v, expected 2", got)
	}
	if got := ours.median(wallOf); got != 40 {
		t.Errorf("median %v, expected 40", got)
	}
}
