package diag

import "strings"

// Nearest returns the candidate that name was probably meant to be, or "" if
// none is near enough; of two that are equally near, the first. Case and the
// separators "-", "_" and "." do not count.
func Nearest(name string, candidates []string) string {
	wanted := fold(name)
	// Two slips of the fingers are forgiven, but never half of a short name.
	best, bestDistance := "", min(2, len(wanted)/2)+1
	for _, c := range candidates {
		if c == name {
			continue
		}
		folded := fold(c)
		if len(folded) == 0 {
			continue
		}
		if d := distance(wanted, folded); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// Slips returns how many slips of the fingers lie between two names; of more than
// three it does not say how many. It reads names as [Nearest] does.
func Slips(name, meant string) int { return distance(fold(name), fold(meant)) }

// DidYouMean returns a suggestion such as "did you mean `acme`?", or "".
func DidYouMean(name string, candidates []string) string {
	return didYouMean(Nearest(name, candidates))
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return "did you mean `" + name + "`?"
}

// Speller suggests names like [Nearest], in a text that may be full of mistakes:
// it looks once for each name, and for no more than maxSpelled of them. To search
// thousands of names for each of thousands of mistakes would take minutes, for
// suggestions that nobody reads any more.
type Speller struct {
	candidates func() []string
	names      []string
	meant      map[string]string // nil before the first question
}

const maxSpelled = 100

// NewSpeller returns a speller of the names that candidates returns. It is called
// when the first suggestion is asked for.
func NewSpeller(candidates func() []string) *Speller { return &Speller{candidates: candidates} }

// Nearest returns the candidate that name was probably meant to be, or "".
func (s *Speller) Nearest(name string) string {
	if s.meant == nil {
		s.meant, s.names = make(map[string]string), s.candidates()
	}
	meant, known := s.meant[name]
	if !known && len(s.meant) < maxSpelled {
		meant = Nearest(name, s.names)
		s.meant[name] = meant
	}
	return meant
}

// DidYouMean returns a suggestion such as "did you mean `acme`?", or "".
func (s *Speller) DidYouMean(name string) string { return didYouMean(s.Nearest(name)) }

func fold(s string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		switch r {
		case '-', '_', '.', ' ':
			return -1
		}
		return r
	}, strings.ToLower(s)))
}

// tooFar is a distance that no suggestion survives.
const tooFar = 4

// distance is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours each cost one. Texts whose lengths
// alone set them apart are not compared, and others no further than they need
// to be.
func distance(x, y []rune) int {
	if abs(len(x)-len(y)) >= tooFar {
		return tooFar
	}
	var beforeLast []int
	least := 0 // of the last row
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		leastBefore := least
		least = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], beforeLast[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least >= tooFar && leastBefore >= tooFar-1 { // a swap leads past one row
			return tooFar
		}
		beforeLast, last = last, row
	}
	return last[len(y)]
}

func abs(n int) int { return max(n, -n) }
