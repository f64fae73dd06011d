package report

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

// formatDuration writes a duration with three significant digits or so:
// "12 ms", "1.24 s", "2m05s", "24h".
func formatDuration(d time.Duration) string {
	switch {
	case d > 0 && d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.2f s", d.Truncate(10*time.Millisecond).Seconds())
	case d < time.Hour:
		return join(d, time.Minute, "m", time.Second, "s")
	default:
		return join(d, time.Hour, "h", time.Minute, "m")
	}
}

// formatRate writes how often something happens in a second: "2.9", "340".
func formatRate(perSecond float64) string {
	if perSecond < 10 {
		return fmt.Sprintf("%.1f", perSecond)
	}
	return fmt.Sprintf("%.0f", perSecond)
}

// join writes a duration in two units, the smaller one only if it is not zero.
func join(d, big time.Duration, bigName string, small time.Duration, smallName string) string {
	s := fmt.Sprintf("%d%s", d/big, bigName)
	if rest := d % big / small; rest > 0 {
		s += fmt.Sprintf("%02d%s", rest, smallName)
	}
	return s
}

// formatSize writes a number of bytes: "812 B", "1.2 KiB".
func formatSize(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	size, unit := float64(n)/1024, 0
	units := []string{"KiB", "MiB", "GiB", "TiB"}
	for size >= 1024 && unit < len(units)-1 {
		size, unit = size/1024, unit+1
	}
	return fmt.Sprintf("%.1f %s", size, units[unit])
}

func count(n int, what string) string { return fmt.Sprintf("%d %s", n, plural(n, what)) }

func plural(n int, what string) string {
	if n == 1 {
		return what
	}
	return what + "s"
}

func itoa(n int) string { return strconv.Itoa(n) }

// milliseconds is a duration in milliseconds, to the microsecond.
func milliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond)) / float64(time.Millisecond)
}

// cutText returns the start of a text, at most n bytes, without half a character.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
