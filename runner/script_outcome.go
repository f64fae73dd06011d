package runner

import (
	"slices"

	"github.com/postrider/postrider/internal/script"
)

// scripted is what the scripts of a request have come to, beside their checks: those
// before it, and then those behind each answer.
type scripted struct {
	interrupted bool
	broken      bool          // one could not be carried out
	ended       script.Ending // one has ended the request
	asserted    bool          // one has really checked something
}

// outcome is what becomes of a request by its scripts and its checks. An exception of
// a script weighs more than checks, since nobody knows what it would have checked; and
// no request whose checks fail is left out.
func (s scripted) outcome(checks []Check) Outcome {
	byChecks := outcomeOfChecks(checks)
	switch {
	case s.interrupted || byChecks == Interrupted:
		return Interrupted
	case s.broken:
		return Broken
	case byChecks != Passed:
		return byChecks
	case s.ended == script.Aborted:
		return Failed
	case s.ended == script.Skipped:
		return Skipped
	default:
		return Passed
	}
}

// counts is the one rule for what a script sets, whatever it is and whenever the
// script runs: it counts if the script has come to its end, and it and its tests could
// be carried out. A test that fails takes nothing back. What is set behind an answer
// counts only if the status holds, besides: see loseAll.
func counts(result *script.Result) bool {
	return result.Err == nil && result.Ended == script.Goes && !slices.ContainsFunc(result.Checks, func(c script.Check) bool {
		return c.Unseen == nil && (c.Broken || !c.Test && !c.Passed)
	})
}

// loseAll takes back what scripts have set.
func loseAll(hosts []*scriptHost) {
	for _, h := range slices.Backward(hosts) {
		h.lose()
	}
}
