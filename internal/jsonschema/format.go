package jsonschema

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/value"
)

// format compiles `format`, which is asserted. A format that nobody knows means
// nothing (2020-12 validation §7.2.3).
func (k *keywords) format() {
	name, ok := k.text("format")
	if !ok || k.plain {
		return
	}
	holds := formatOf(name, k.dialect.draft)
	if holds == nil {
		return
	}
	where, expected := k.where("format"), "text of the format "+value.Format(name)
	k.add(func(r *run, in instance, _ *seen) bool {
		s, ok := in.v.(string)
		return !ok || holds(s) || r.fail(in, where, expected)
	})
}

// formatOf returns how to tell whether a text has a format; nil for one that is
// not known.
func formatOf(name string, d draft) func(s string) bool {
	switch name {
	case "date-time":
		return isDateTime
	case "date":
		return isDate
	case "time":
		return isTime
	case "duration":
		return isDuration
	case "email":
		return func(s string) bool { return isEmail(s, false) }
	case "idn-email":
		return func(s string) bool { return isEmail(s, true) }
	case "hostname":
		return func(s string) bool { return isHostname(s, hostGrammar{labels: d >= draft7}) }
	case "idn-hostname":
		return func(s string) bool { return isHostname(s, hostGrammar{labels: true, international: true}) }
	case "ipv4":
		return isIPv4
	case "ipv6":
		return isIPv6
	case "uri":
		return func(s string) bool { return isURI(s, uriGrammar{absolute: true}) }
	case "uri-reference":
		return func(s string) bool { return isURI(s, uriGrammar{}) }
	case "iri":
		return func(s string) bool { return isURI(s, uriGrammar{absolute: true, international: true}) }
	case "iri-reference":
		return func(s string) bool { return isURI(s, uriGrammar{international: true}) }
	case "uri-template":
		return isURITemplate
	case "uuid":
		return isUUID
	case "json-pointer":
		return isPointer
	case "relative-json-pointer":
		return isRelativePointer
	case "regex":
		return isPattern
	}
	return nil
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// isDate is full-date of RFC 3339.
func isDate(s string) bool {
	if len(s) != len(time.DateOnly) || !digits(s[:4]) {
		return false
	}
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// isDateTime is date-time of RFC 3339.
func isDateTime(s string) bool {
	const date = len(time.DateOnly)
	return len(s) > date && (s[date] == 'T' || s[date] == 't') && isDate(s[:date]) && isTime(s[date+1:])
}

// isTime is full-time of RFC 3339. A leap second is the last one of a day in UTC.
func isTime(s string) bool {
	clock := func(s string) (minutes int, ok bool) { // 15:04
		if len(s) != 5 || s[2] != ':' || !digits(s[:2]) || !digits(s[3:]) {
			return 0, false
		}
		hour, _ := strconv.Atoi(s[:2])
		minute, _ := strconv.Atoi(s[3:])
		return hour*60 + minute, hour < 24 && minute < 60
	}
	if len(s) < len("15:04:05Z") || s[5] != ':' || !digits(s[6:8]) {
		return false
	}
	minutes, ok := clock(s[:5])
	if !ok {
		return false
	}
	zone := s[8:]
	if strings.HasPrefix(zone, ".") {
		fraction := strings.TrimLeft(zone[1:], "0123456789")
		if len(fraction) == len(zone)-1 {
			return false
		}
		zone = fraction
	}
	offset := 0
	if zone != "Z" && zone != "z" {
		if zone == "" || zone[0] != '+' && zone[0] != '-' {
			return false
		}
		if offset, ok = clock(zone[1:]); !ok {
			return false
		}
		if zone[0] == '-' {
			offset = -offset
		}
	}
	const day = 24 * 60
	second, _ := strconv.Atoi(s[6:8])
	return second < 60 || second == 60 && (minutes-offset+2*day)%day == day-1
}

// isDuration is duration of RFC 3339, appendix A.
func isDuration(s string) bool {
	rest, ok := strings.CutPrefix(s, "P")
	if !ok || rest == "" {
		return false
	}
	if weeks, ok := strings.CutSuffix(rest, "W"); ok {
		return digits(weeks)
	}
	days, clock, hasClock := strings.Cut(rest, "T")
	return (days == "" || descending(days, "YMD")) && (days != "" || hasClock) && (!hasClock || descending(clock, "HMS"))
}

// descending reports whether s is numbers with units behind them, such as 1H30M:
// units in their order, and none left out between two others.
func descending(s, units string) bool {
	last := -1
	for s != "" {
		n := len(s) - len(strings.TrimLeft(s, "0123456789"))
		if n == 0 || n == len(s) {
			return false
		}
		unit := strings.IndexByte(units, s[n])
		if unit < 0 || last >= 0 && unit != last+1 {
			return false
		}
		last, s = unit, s[n+1:]
	}
	return last >= 0
}

func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

func isIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == "" && !strings.Contains(s, "%")
}

// isUUID is that of RFC 9562.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for _, i := range [...]int{8, 13, 18, 23} {
		if s[i] != '-' {
			return false
		}
	}
	bare := strings.ReplaceAll(s, "-", "")
	return len(bare) == 32 && isHex(bare)
}

// isPointer is a JSON pointer (RFC 6901).
func isPointer(s string) bool {
	if s != "" && s[0] != '/' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] == '~' && (i+1 == len(s) || s[i+1] != '0' && s[i+1] != '1') {
			return false
		}
	}
	return true
}

func isRelativePointer(s string) bool {
	rest := strings.TrimLeft(s, "0123456789")
	up := s[:len(s)-len(rest)]
	if up == "" || len(up) > 1 && up[0] == '0' {
		return false
	}
	return rest == "#" || isPointer(rest)
}
