package scope

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// isoTime is ISO 8601 in UTC with milliseconds, as JavaScript writes it.
const isoTime = "2006-01-02T15:04:05.000Z"

// parseTime reads the arguments of a dynamic variable that is a time. If it
// cannot, it returns what was expected instead.
func parseTime(name string, args []string) (format func(time.Time) string, expected string) {
	switch name {
	case "$isoTimestamp":
		if len(args) > 0 {
			return nil, "`$isoTimestamp`"
		}
		return func(t time.Time) string { return t.UTC().Format(isoTime) }, ""
	case "$date": // kulala: the local day
		if len(args) > 0 {
			return nil, "`$date`"
		}
		return func(t time.Time) string { return t.Format(time.DateOnly) }, ""
	case "$timestamp":
		move, ok := parseOffset(args)
		if !ok {
			return nil, "`$timestamp`, or `$timestamp -3 d` with a unit of " + timeUnits
		}
		return func(t time.Time) string { return strconv.FormatInt(move(t).Unix(), 10) }, ""
	}
	local := name == "$localDatetime"
	expected = fmt.Sprintf("`%s iso8601`, `rfc1123` or a format in quotes, then an offset such as `-3 d` with a unit of %s", name, timeUnits)
	layout := "iso8601"
	if len(args)%2 == 1 {
		layout, args = args[0], args[1:]
	}
	move, ok := parseOffset(args)
	if !ok {
		return nil, expected
	}
	write, ok := parseLayout(layout, local)
	if !ok {
		return nil, fmt.Sprintf("a format in quotes for `%s`, all in Day.js tokens (`YYYY-MM-DD`) or all in .NET tokens (`yyyy-MM-dd`)", name)
	}
	return func(t time.Time) string {
		if !local {
			t = t.UTC()
		}
		return write(move(t))
	}, ""
}

// parseLayout reads a time format: a known name or tokens. It reports false if
// the tokens are of two kinds.
func parseLayout(layout string, local bool) (func(time.Time) string, bool) {
	goLayout := ""
	switch {
	case layout == "iso8601" && local:
		goLayout = "2006-01-02T15:04:05-07:00"
	case layout == "iso8601":
		goLayout = isoTime
	case layout == "rfc1123" && local:
		goLayout = "Mon, 02 Jan 2006 15:04:05 -0700"
	case layout == "rfc1123":
		goLayout = "Mon, 02 Jan 2006 15:04:05 GMT"
	default:
		return parseTokens(layout)
	}
	return func(t time.Time) string { return t.Format(goLayout) }, true
}

// timeUnits are the units of offsets, for messages.
const timeUnits = "y, Q, M, w, d, h, m, s, ms"

// parseOffset reads nothing, or a number and a unit.
func parseOffset(args []string) (func(time.Time) time.Time, bool) {
	if len(args) == 0 {
		return func(t time.Time) time.Time { return t }, true
	}
	if len(args) != 2 {
		return nil, false
	}
	n, err := strconv.Atoi(args[0])
	// Times of five-digit years help nobody, and overflow is near.
	if err != nil || n > math.MaxInt32 || n < math.MinInt32 {
		return nil, false
	}
	unit := time.Duration(0)
	switch args[1] {
	case "y":
		return func(t time.Time) time.Time { return addMonths(t, 12*n) }, true
	case "Q":
		return func(t time.Time) time.Time { return addMonths(t, 3*n) }, true
	case "M":
		return func(t time.Time) time.Time { return addMonths(t, n) }, true
	case "w":
		return func(t time.Time) time.Time { return t.AddDate(0, 0, 7*n) }, true
	case "d":
		return func(t time.Time) time.Time { return t.AddDate(0, 0, n) }, true
	case "h":
		unit = time.Hour
	case "m":
		unit = time.Minute
	case "s":
		unit = time.Second
	case "ms":
		unit = time.Millisecond
	default:
		return nil, false
	}
	if time.Duration(n) > math.MaxInt64/unit || time.Duration(n) < math.MinInt64/unit {
		return nil, false
	}
	return func(t time.Time) time.Time { return t.Add(time.Duration(n) * unit) }, true
}

// addMonths moves t by months and keeps to the last day of a shorter month, as
// Day.js and .NET do: one month after January 31 is February 28.
func addMonths(t time.Time, months int) time.Time {
	moved := t.AddDate(0, months, 0)
	if moved.Day() != t.Day() {
		moved = moved.AddDate(0, 0, -moved.Day())
	}
	return moved
}

// token is a piece of a time format. Its Go layout is a reference time, except
// for the kinds that Go has no layout for.
type token struct {
	text   string
	layout string
	write  func(time.Time) string
}

func (k token) format(t time.Time) string {
	if k.write != nil {
		return k.write(t)
	}
	// Behind a separator Go takes ".000" only for a fraction.
	return strings.TrimPrefix(t.Format(k.layout), ".")
}

// commonTokens mean the same in Day.js and in .NET. Longer ones come first.
func commonTokens() []token {
	return []token{
		{text: "MMMM", layout: "January"}, {text: "MMM", layout: "Jan"}, {text: "MM", layout: "01"}, {text: "M", layout: "1"},
		{text: "dddd", layout: "Monday"}, {text: "ddd", layout: "Mon"},
		{text: "HH", layout: "15"}, {text: "H", write: func(t time.Time) string { return strconv.Itoa(t.Hour()) }},
		{text: "hh", layout: "03"}, {text: "h", layout: "3"},
		{text: "mm", layout: "04"}, {text: "m", layout: "4"},
		{text: "ss", layout: "05"}, {text: "s", layout: "5"},
	}
}

// dayjsTokens are those of https://day.js.org/docs/en/display/format.
func dayjsTokens() []token {
	return append([]token{
		{text: "YYYY", layout: "2006"}, {text: "YY", layout: "06"},
		{text: "DD", layout: "02"}, {text: "D", layout: "2"},
		{text: "SSS", layout: ".000"},
		{text: "ZZ", layout: "-0700"}, {text: "Z", layout: "-07:00"},
		{text: "A", layout: "PM"}, {text: "a", layout: "pm"},
	}, append(commonTokens(),
		token{text: "dd", write: func(t time.Time) string { return t.Format("Mon")[:2] }},
		token{text: "d", write: func(t time.Time) string { return strconv.Itoa(int(t.Weekday())) }},
	)...)
}

// netTokens are .NET's custom format specifiers.
func netTokens() []token {
	tokens := []token{
		{text: "yyyy", layout: "2006"}, {text: "yy", layout: "06"},
		{text: "y", write: func(t time.Time) string { return strconv.Itoa(t.Year() % 100) }},
		{text: "tt", layout: "PM"}, {text: "t", write: func(t time.Time) string { return t.Format("PM")[:1] }},
		{text: "zzz", layout: "-07:00"}, {text: "zz", layout: "-07"},
		{text: "K", layout: "Z07:00"},
	}
	for n := 7; n > 0; n-- {
		tokens = append(tokens, token{text: strings.Repeat("f", n), layout: "." + strings.Repeat("0", n)})
	}
	return append(append(tokens, commonTokens()...), token{text: "dd", layout: "02"}, token{text: "d", layout: "2"})
}

// parseTokens reads a format in tokens of Day.js or .NET. Capital Y, D and S
// mark the one; small yy, and dd without a D, mark the other; a format without
// marks is .NET if it has letters that mean nothing or little in Day.js. Marks
// of both are refused: each tool would keep letters of the other as text.
func parseTokens(format string) (func(time.Time) string, bool) {
	plain := withoutQuoted(format)
	dayjs := strings.ContainsAny(plain, "YDS")
	net := strings.Contains(plain, "yy") || hasNetDay(plain)
	if dayjs && net {
		return nil, false
	}
	net = net || !dayjs && strings.ContainsAny(plain, "dyftzK")
	tokens := dayjsTokens()
	if net {
		tokens = netTokens()
	}
	var pieces []token
	for rest := format; rest != ""; {
		literal, n := quotedPiece(rest, net)
		if n == 0 {
			piece, ok := firstToken(rest, tokens)
			if ok {
				pieces = append(pieces, piece)
				rest = rest[len(piece.text):]
				continue
			}
			literal, n = rest[:1], 1
		}
		pieces = append(pieces, token{write: func(time.Time) string { return literal }})
		rest = rest[n:]
	}
	return func(t time.Time) string {
		var b strings.Builder
		for _, piece := range pieces {
			b.WriteString(piece.format(t))
		}
		return b.String()
	}, true
}

// hasNetDay reports whether a format has the day of the month as .NET writes
// it: dd, where Day.js would write a weekday of two letters.
func hasNetDay(format string) bool {
	if strings.Contains(format, "D") {
		return false
	}
	for rest := format; rest != ""; {
		after := strings.TrimLeft(rest, "d")
		if len(rest)-len(after) == 2 {
			return true
		}
		if after == "" {
			return false
		}
		rest = after[1:]
	}
	return false
}

func firstToken(s string, tokens []token) (token, bool) {
	for _, k := range tokens {
		if strings.HasPrefix(s, k.text) {
			return k, true
		}
	}
	return token{}, false
}

// quotedPiece reads the text that s starts with and that is no token: [text]
// in Day.js; 'text', "text" and \c in .NET.
func quotedPiece(s string, net bool) (literal string, length int) {
	closing := byte(0)
	switch {
	case !net && s[0] == '[':
		closing = ']'
	case net && (s[0] == '\'' || s[0] == '"'):
		closing = s[0]
	case net && s[0] == '\\' && len(s) > 1:
		return s[1:2], 2
	default:
		return "", 0
	}
	end := strings.IndexByte(s[1:], closing)
	if end < 0 {
		return "", 0
	}
	return s[1 : end+1], end + 2
}

// withoutQuoted removes the quoted text of both kinds of format.
func withoutQuoted(format string) string {
	var b strings.Builder
	for rest := format; rest != ""; {
		_, n := quotedPiece(rest, true)
		if n == 0 {
			_, n = quotedPiece(rest, false)
		}
		if n == 0 {
			b.WriteByte(rest[0])
			n = 1
		}
		rest = rest[n:]
	}
	return b.String()
}
