package runner

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestShuffleFindsEveryOrder protects that requests that have nothing to do with each
// other come in every order, and that a seed stands for one of them.
func TestShuffleFindsEveryOrder(t *testing.T) {
	api := newAPI(t)
	tree(t, api.URL, map[string]string{"a.http": "### a\nGET $/a\n\n### b\nGET $/b\n\n### c\nGET $/c\n"})
	seen := make(map[string]bool)
	for seed := range uint64(60) {
		var orders []string
		for _, jobs := range []int{1, 4} {
			got, exit := play(t, Options{Paths: []string{"."}, Shuffle: &seed, Jobs: jobs})
			if exit != ExitPassed {
				t.Fatalf("exit %d: %q", exit, got.errors)
			}
			orders = append(orders, strings.Join(got.lines, ", "))
		}
		if orders[0] != orders[1] {
			t.Errorf("seed %d depends on the number of jobs: %q", seed, orders)
		}
		seen[orders[0]] = true
	}
	if len(seen) != 6 {
		t.Errorf("%d of 6 orders are found", len(seen))
	}
}

// TestShuffleKeepsWhatIsDeclared protects the values of variables: in any order each
// request sends what it sends in the order of the file. Files are made by chance,
// with captures that overwrite each other, needs, calls and repeated needs.
func TestShuffleKeepsWhatIsDeclared(t *testing.T) {
	api := newAPI(t)
	chance := rand.New(rand.NewPCG(1, 2))
	for n := range 30 {
		var text strings.Builder
		text.WriteString("@u = none\n@v = none\n@w = none\n\n### up\n# @setup\n# @capture u = body.path\nGET $/up\n\n")
		const requests = 8
		for i := range requests {
			fmt.Fprintf(&text, "### r%d\n", i)
			if i > 0 && chance.IntN(4) == 0 {
				fmt.Fprintf(&text, "# @%s r%d\n", []string{"needs", "forceRef"}[chance.IntN(2)], chance.IntN(i))
			}
			if chance.IntN(3) == 0 {
				fmt.Fprintf(&text, "# @capture %c = body.path\n", "uvw"[chance.IntN(3)])
			}
			if i > 0 && chance.IntN(8) == 0 {
				fmt.Fprintf(&text, "run #r%d\n", chance.IntN(i))
			}
			fmt.Fprintf(&text, "GET $/r%d", i)
			if chance.IntN(2) == 0 {
				fmt.Fprintf(&text, "?{{%c}}", "uvw"[chance.IntN(3)])
			}
			text.WriteString("\n\n")
		}
		text.WriteString("### down\n# @teardown\nGET $/down\n")
		tree(t, api.URL, map[string]string{"a.http": text.String()})
		sentBy := func(shuffle *uint64) []string {
			api.mu.Lock()
			api.paths = nil
			api.mu.Unlock()
			got, exit := play(t, Options{Paths: []string{"a.http"}, Shuffle: shuffle})
			if exit != ExitPassed {
				t.Fatalf("exit %d: %q\n%s", exit, got.errors, text.String())
			}
			return slices.Clone(api.paths)
		}
		want := sentBy(nil)
		for seed := range uint64(8) {
			got := sentBy(&seed)
			if got[0] != "/up" || got[len(got)-1] != "/down" {
				t.Errorf("file %d, seed %d: @setup and @teardown stand elsewhere: %q", n, seed, got)
			}
			slices.Sort(got)
			sorted := slices.Sorted(slices.Values(want))
			if !slices.Equal(got, sorted) {
				t.Errorf("file %d, seed %d sends\n%q, in its own order\n%q\n%s", n, seed, got, sorted, text.String())
			}
		}
	}
}

// TestShuffleIsReproducible protects that a seed stands for one order where requests
// wait for several others.
func TestShuffleIsReproducible(t *testing.T) {
	var text strings.Builder
	text.WriteString("@a = 0\n@b = 0\n@c = 0\n\n")
	for i := range 40 {
		fmt.Fprintf(&text, "###\n# @capture %c = body\nGET http://h/{{a}}{{b}}{{c}}\n\n", "abc"[i%3])
		fmt.Fprintf(&text, "###\nGET http://h/{{a}}{{b}}\n\n###\nGET http://h/{{b}}{{c}}\n\n")
	}
	order := func() string {
		p := NewPlan(t.Context(), Options{Paths: []string{"-"}, Stdin: strings.NewReader(text.String())})
		defer p.Close()
		var lines []string
		for _, st := range p.suites[0].shuffled(1, 0) {
			lines = append(lines, fmt.Sprint(st.line))
		}
		return strings.Join(lines, " ")
	}
	want := order()
	for range 20 {
		if got := order(); got != want {
			t.Fatalf("the same seed gives\n%s and\n%s", want, got)
		}
	}
}

// TestShuffleEnds protects that an order is never looked for in vain: what contradicts
// itself is a mistake of ours, which must be seen.
func TestShuffleEnds(t *testing.T) {
	a, b := new(step), new(step)
	o := ordering{kept: map[*step][]*step{a: {b}, b: {a}}, done: make(map[*step]bool), taken: make(map[*step]bool)}
	defer func() {
		if recover() == nil {
			t.Error("no order is found, and nothing says so")
		}
	}()
	o.arrange([]*step{a, b}, rand.New(rand.NewPCG(1, 2)))
}

// TestShuffleFiles protects that files come in other orders too, and never before a
// file that they wait for.
func TestShuffleFiles(t *testing.T) {
	api := newAPI(t)
	tree(t, api.URL, map[string]string{
		"a.http": "### a\nGET $/a?{{token}}\n", "b.http": "### b\nGET $/b\n", "c.http": "### c\n# @capture global token = body.id\nGET $/c\n", "d.http": "### d\nGET $/d\n",
	})
	seen := make(map[string]bool)
	for seed := range uint64(80) {
		got, exit := play(t, Options{Paths: []string{"."}, Shuffle: &seed, Jobs: 1})
		if exit != ExitPassed || slices.Index(got.lines, "c passed") > slices.Index(got.lines, "a passed") {
			t.Errorf("exit %d, %q, %q", exit, got.lines, got.errors)
		}
		seen[strings.Join(got.lines, " ")] = true
	}
	if len(seen) != 12 {
		t.Errorf("%d of 12 orders are found", len(seen))
	}
}

// BenchmarkShuffle protects against an order that takes longer than the run: a chain
// of captures leaves one choice at each step.
func BenchmarkShuffle(b *testing.B) {
	s := &suite{file: new(file)}
	s.file.suite = s
	for i := range 2000 {
		st := &step{file: s.file, index: i + 1, selected: true, settings: new(settings), captures: []*capture{{set: set{name: fmt.Sprint("v", i)}}}}
		if i > 0 {
			st.reads = []reading{{name: fmt.Sprint("v", i-1)}}
		}
		s.file.steps = append(s.file.steps, st)
	}
	for b.Loop() {
		if got := s.shuffled(1, 0); !slices.Equal(got, s.file.steps) {
			b.Fatal("a chain has one order")
		}
	}
}

// TestShuffleRepetitions protects that each repetition has an order of its own, of the
// files and of the requests in them.
func TestShuffleRepetitions(t *testing.T) {
	files := make(map[string]string)
	for i := range 6 {
		files[fmt.Sprintf("%d.http", i)] = "### a\nGET http://h/\n\n### b\nGET http://h/\n\n### c\nGET http://h/\n\n### d\nGET http://h/\n"
	}
	tree(t, "", files)
	p := NewPlan(t.Context(), Options{Paths: []string{"."}})
	defer p.Close()
	ofFiles, ofRequests := make(map[string]bool), make(map[string]bool)
	for repeat := 1; repeat <= 10; repeat++ {
		var order strings.Builder
		for _, s := range shuffled(p.suites, 1, repeat) {
			order.WriteString(s.file.path + " ")
		}
		ofFiles[order.String()] = true
		order.Reset()
		for _, st := range p.suites[0].shuffled(1, repeat) {
			order.WriteString(st.name)
		}
		ofRequests[order.String()] = true
	}
	if len(ofFiles) < 8 || len(ofRequests) < 5 {
		t.Errorf("10 repetitions have %d orders of files and %d of requests", len(ofFiles), len(ofRequests))
	}
}
