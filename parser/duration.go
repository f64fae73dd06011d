package parser

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// ParseDuration reads the duration of a directive: "300ms", "2s", "2 s", "1m",
// "1m30s", or a bare number, which counts bare units. The error is a
// *diag.Diagnostic without a place.
func ParseDuration(text string, bare time.Duration) (time.Duration, error) {
	compact := strings.Join(strings.Fields(text), "")
	invalid := &diag.Diagnostic{
		Code:       diag.CodeValue,
		Severity:   diag.Error,
		Summary:    fmt.Sprintf("%q is not a duration", text),
		Suggestion: "write a number and a unit, such as `300ms`, `2s` or `1m`",
	}
	if strings.HasPrefix(compact, "-") {
		invalid.Summary = fmt.Sprintf("%q is a negative duration", text)
		return 0, invalid
	}
	if strings.Trim(compact, "0123456789.") == "" {
		n, err := strconv.ParseFloat(compact, 64)
		if err != nil {
			return 0, invalid
		}
		d := n * float64(bare)
		if d >= math.MaxInt64 {
			invalid.Summary = fmt.Sprintf("%q is too long a duration", text)
			return 0, invalid
		}
		return time.Duration(d), nil
	}
	d, err := time.ParseDuration(compact)
	if err != nil {
		return 0, invalid
	}
	return d, nil
}
