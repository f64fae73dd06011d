package script

import "testing"

// TestRandom protects $random and the variables beside it: what they give, and
// that they stay within bounds.
func TestRandom(t *testing.T) {
	runSnippets(t, []snippet{
		{`var all = Array.from({length: 200}, () => $random.integer(5, 8)); [Math.min(...all), Math.max(...all)].join()`, "5,7"},
		{`var n = $random.integer(); Number.isInteger(n) && n >= 0 && n < 1000`, "true"},
		{`var n = $random.integer(3); n >= 0 && n < 3`, "true"},
		{`var n = $random.float(0.5, 0.75); n >= 0.5 && n < 0.75`, "true"},
		{`/^[A-Za-z]{12}$/.test($random.alphabetic(12))`, "true"},
		{`/^\w{12}$/.test($random.alphanumeric(12))`, "true"},
		{`/^[0-9A-F]{12}$/.test($random.hexadecimal(12))`, "true"},
		{`/^[a-z]{12}@example\.com$/.test($random.email)`, "true"},
		{`$random.uuid !== $random.uuid && typeof $random.uuid`, "string"},
		{`$random.alphabetic(1e9)`, "`$random.alphabetic`: expected a whole number from 1 to 65536 for `length`, found the number 1000000000"},
		{`$random.alphabetic(0)`, "expected a whole number"},
		{`$random.alphabetic("5")`, "found the string \"5\""},
		{`$random.alphabetic()`, "`length` is missing"},
		{`$random.integer(5, 5)`, "`$random.integer`: expected `from` below `to`, found (5, 5)"},
		{`$random.integer(1.5, 2)`, "expected a whole number"},
		{`$random.float(NaN)`, "expected a number for `to`, found the number NaN"},
		{`typeof $random.name.firstName()`, "string"},
		{`/^\w+$/.test(` + "`${$random.name.firstName}`" + `)`, "true"},
		{`var c = $random.address.city; c + "" === c + "" && c.length === String(c).length && c.toUpperCase() === String(c).toUpperCase()`, "true"},
		{`typeof JSON.parse(JSON.stringify({c: $random.address.city})).c`, "string"},
		{`var n = +$random.number.numberBetween(5, 7); n >= 5 && n < 7`, "true"},
		{`$random.number.numberBetween(7, 5)`, "`$random.number.numberBetween`: expected `$random.number.numberBetween(min, max)` with max a number, min a number, found (7, 5)"},
		{`$random.lorem.words(4).split(" ").length`, "4"},
		{`$random.lorem.words(1e9)`, "n from 1 to 65536"},
		{`btoa($random.name.firstName).length > 0`, "true"},
		{`/^[0-9a-f-]{36}$/.test($uuid) && $uuid !== $uuid`, "true"},
		{`$timestamp`, "1767323045"},
		{`$isoTimestamp`, "2026-01-02T03:04:05.678Z"},
		{`$randomInt >= 0 && $randomInt <= 1000`, "true"},
		{`$timestamp = 1`, "`$timestamp` cannot be changed"},
	})
}

// TestRandomIsSeeded protects that a run with a seed can be repeated.
func TestRandomIsSeeded(t *testing.T) {
	const src = `[$random.integer(), $random.uuid, $random.address.city, $uuid, crypto.randomUUID()].join()`
	if a, b := newTestLibrary(t).run(src), newTestLibrary(t).run(src); a != b {
		t.Errorf("%s and then %s", a, b)
	}
}
