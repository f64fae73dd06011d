package diag

import "strings"

// Nearest returns the candidate that name was probably meant to be, or "" if
// none is near enough. Case and the separators "-", "_" and "." count little.
func Nearest(name string, candidates []string) string {
	best, bestDistance := "", 3 // a distance of 3 is no longer a slip of the fingers
	if len(name) <= 3 {
		bestDistance = 2
	}
	for _, c := range candidates {
		if c == name || c == "" {
			continue
		}
		d := distance(fold(name), fold(c))
		if d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// DidYouMean returns a suggestion such as `did you mean "coro"?`, or "".
func DidYouMean(name string, candidates []string) string {
	if n := Nearest(name, candidates); n != "" {
		return "did you mean `" + n + "`?"
	}
	return ""
}

func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', '_', '.', ' ':
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// distance is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours each cost one.
func distance(a, b string) int {
	if abs(len(a)-len(b)) > 3 {
		return 4
	}
	x, y := []rune(a), []rune(b)
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
