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

// DidYouMean returns a suggestion such as "did you mean `acme`?", or "".
func DidYouMean(name string, candidates []string) string {
	if n := Nearest(name, candidates); n != "" {
		return "did you mean `" + n + "`?"
	}
	return ""
}

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
// alone set them apart are not compared.
func distance(x, y []rune) int {
	if abs(len(x)-len(y)) >= tooFar {
		return tooFar
	}
	var beforeLast []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], beforeLast[j-2]+1)
			}
		}
		beforeLast, last = last, row
	}
	return last[len(y)]
}

func abs(n int) int { return max(n, -n) }
