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
	const (
		few    = 200
		factor = 32
	)
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
	} {
		t.Run(name, func(t *testing.T) {
			measure := func(n int) time.Duration {
				var text strings.Builder
				for i := range n {
					text.WriteString(request(i+1) + "\n\n")
				}
				best := time.Hour
				for range 2 {
					start := cputime.Used()
					p := NewPlan(t.Context(), Options{Paths: []string{"-"}, Stdin: strings.NewReader(text.String())})
					p.Messages()
					best = min(best, cputime.Used()-start)
					p.Close()
				}
				return best
			}
			small := max(measure(few), time.Millisecond)
			if large := measure(factor * few); large > factor*factor/2*small {
				t.Errorf("%v for %d times what takes %v", large, factor, small)
			} else if testing.Verbose() {
				t.Logf("%v for %d times what takes %v", large, factor, small)
			}
		})
	}
}

// Finding what did not pass takes time in proportion to it, and so does keeping it.
func TestRerunIsLinear(t *testing.T) {
	const few, factor = 200, 32
	measure := func(n int) time.Duration {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "###\nGET http://h/%d\n\n", i)
		}
		tree(t, "", map[string]string{"a.http": text.String()})
		state, best := t.TempDir(), time.Hour
		for round := range 3 {
			start := cputime.Used()
			p := NewPlan(t.Context(), Options{Paths: []string{"a.http"}, StateDir: state, RerunFailed: round > 0})
			k := p.newKeeper()
			of := k.of(p.suites[0])
			of.begin(1)
			for _, st := range p.suites[0].file.steps {
				of.ended(st, 0, 0, Failed, false)
			}
			of.end()
			k.save()
			if round > 0 { // once something is known
				best = min(best, cputime.Used()-start)
			}
			if got := len(p.suites[0].order); got != n {
				t.Fatalf("%d of %d are run", got, n)
			}
			p.Close()
		}
		return best
	}
	small := max(measure(few), time.Millisecond)
	if large := measure(factor * few); large > factor*factor/2*small {
		t.Errorf("%v for %d times what takes %v", large, factor, small)
	} else if testing.Verbose() {
		t.Logf("%v for %d times what takes %v", large, factor, small)
	}
}
