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
