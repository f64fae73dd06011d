package runner

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/cputime"
)

// Planning takes time in proportion to the requests of a file, whatever is wrong
// with them: each test makes a request, numbered from 1, that once made planning
// compare it with all others.
func TestPlanIsLinear(t *testing.T) {
	for name, request := range map[string]func(i int) string{
		"unknown variables": func(i int) string { return fmt.Sprintf("### r%d\nGET http://h/{{token}}/{{secret%d}}/{{a.b.c}}", i, i) },
		"unknown names":     func(i int) string { return fmt.Sprintf("### r%d\n# @needs x%d\n# @assert y%d\nGET http://h", i, i, i) },
		"captures": func(i int) string {
			return fmt.Sprintf("### r%d\n# @needs r%d\n# @capture v%d = body\nGET http://h/{{v%d}}", i, max(i-1, 1), i, i-1)
		},
		"one name": func(int) string { return "### r\n# @name r\n# @needs r\nGET http://h/{{r.response.body.x}}" },
		"variables": func(i int) string {
			return fmt.Sprintf("###\n@v%d = {{$uuid}}\n# @name r%d\nGET http://h/{{v%d}}", i, i, i)
		},
		"captures of one name": func(i int) string {
			return fmt.Sprintf("### r%d\n# @capture id = body\nGET http://h/{{id}}", i)
		},
	} {
		t.Run(name, func(t *testing.T) {
			linear(t, func(n int) func() {
				text := requests(n, request)
				return func() {
					p := NewPlan(t.Context(), Options{Paths: []string{"-"}, Stdin: strings.NewReader(text)})
					p.Messages()
					p.Close()
				}
			})
		})
	}
}

// Selecting some requests of a file, each of which takes others for granted, and
// shuffling them takes time in proportion to their number, too.
func TestOrderIsLinear(t *testing.T) {
	planned := func(t *testing.T, text string, o Options) *suite {
		o.Paths, o.Stdin = []string{"-"}, strings.NewReader(text)
		p := NewPlan(t.Context(), o)
		t.Cleanup(p.Close)
		return p.suites[0]
	}
	for name, request := range map[string]func(i int) string{
		"alone": func(i int) string { return fmt.Sprintf("### r%d\nGET http://h/", i) },
		"needs": func(i int) string { return fmt.Sprintf("### r%d\n# @needs r%d\nGET http://h/", i, i-1) },
		"captures": func(i int) string {
			return fmt.Sprintf("### r%d\n# @capture v%d = body\nGET http://h/{{v%d}}", i, i, i-1)
		},
		"forced": func(i int) string { return fmt.Sprintf("### r%d\n# @forceRef r0\nGET http://h/", i) },
	} {
		t.Run("shuffle "+name, func(t *testing.T) {
			linear(t, func(n int) func() {
				s := planned(t, "### r0\n# @capture v0 = body\nGET http://h/\n\n"+requests(n, request), Options{})
				return func() { s.shuffled(1, 0) }
			})
		})
	}
	t.Run("selection", func(t *testing.T) {
		linear(t, func(n int) func() {
			text := requests(n, func(i int) string {
				return fmt.Sprintf("### r%d\n# @tag t\n# @capture id = body\nGET http://h/{{id}}", i)
			}) + "### other\nGET http://h/\n"
			return func() { planned(t, text, Options{Tags: []string{"t"}}) }
		})
	})
}

// requests is a file of n requests, numbered from 1.
func requests(n int, request func(i int) string) string {
	var text strings.Builder
	for i := range n {
		text.WriteString(request(i+1) + "\n\n")
	}
	return text.String()
}

// linear checks that work takes time in proportion to its size. The work is made
// for a size, and then done.
func linear(t *testing.T, work func(n int) func()) {
	t.Helper()
	const (
		few    = 200
		factor = 32
	)
	measure := func(n int) time.Duration {
		do := work(n)
		best := time.Hour
		for range 2 {
			start := cputime.Used()
			do()
			best = min(best, cputime.Used()-start)
		}
		return best
	}
	small := max(measure(few), time.Millisecond)
	if large := measure(factor * few); large > factor*factor/4*small {
		t.Errorf("%v for %d times what takes %v", large, factor, small)
	} else if testing.Verbose() {
		t.Logf("%v for %d times what takes %v", large, factor, small)
	}
}
