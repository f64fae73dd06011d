package value

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func mustDecode(t *testing.T, src string) any {
	t.Helper()
	v, _, err := Decode([]byte(src))
	if err != nil {
		t.Fatalf("Decode(%s): %v", src, err)
	}
	return v
}

// Numbers must stay what they are: no float64 in between, no wrap-around.
func TestDecodeNumbers(t *testing.T) {
	for src, want := range map[string]any{
		"0": 0, "-7": -7, "2147483647": math.MaxInt32,
		"9223372036854775808": Number("9223372036854775808"),
		"9007199254740993.0":  Number("9007199254740993.0"),
		"1.0":                 Number("1.0"),
		"1e400":               Number("1e400"),
		"1e999999999":         Number("1e999999999"),
	} {
		if got := mustDecode(t, src); got != want {
			t.Errorf("Decode(%s) = %#v, want %#v", src, got, want)
		}
	}
}

// The offset is what a person needs to find the mistake.
func TestDecodeErrors(t *testing.T) {
	for _, test := range []struct {
		src    string
		offset int64
		msg    string
	}{
		{``, 0, "unexpected end where a value should be"},
		{`{"a":1`, 6, "unexpected end where `,` or `}` should be"},
		{`{"a":tru}`, 8, "unexpected '}' in the word `true`"},
		{`{"a" 1}`, 5, "unexpected '1' where `:` should be"},
		{`{"a":01}`, 6, "a number has a leading zero"},
		{`{"a":1}}garbage`, 7, "unexpected '}' after the document"},
		{`{"a":1,}`, 7, "unexpected '}' where a member name should be"},
		{`[1,]`, 3, "unexpected ']' where a value should be"},
		{`<html>`, 0, "unexpected '<' where a value should be"},
		{`{a:1}`, 1, "unexpected 'a' where a member name should be"},
		{"[\"a\nb\"]", 3, `unexpected '\n' in a text`},
		{`["\x"]`, 3, "unexpected 'x' behind a backslash"},
		{`["\u12g4"]`, 6, "unexpected 'g' where a hexadecimal digit should be"},
		{`[1.]`, 3, "unexpected ']' where a digit should be"},
		{`[-]`, 2, "unexpected ']' where a digit should be"},
		{`[1e]`, 3, "unexpected ']' where a digit should be"},
		{`["abc`, 5, "unexpected end in a text"},
		{`NaN`, 0, "unexpected 'N' where a value should be"},
		{"[\"a\xe9\"]", 3, "byte 0xE9 means nothing in UTF-8"},
		{"[\"\\n\xc3\"]", 4, "byte 0xC3 means nothing in UTF-8"},
		{"{\"\xed\xa0\xbd\":1}", 2, "byte 0xED means nothing in UTF-8"},
		{"[\xff]", 1, "unexpected byte 0xFF where a value should be"},
		{`["a\ud83d"]`, 3, "`\\ud83d` is half of a surrogate pair"},
		{`["\uD83Dx"]`, 2, "`\\uD83D` is half of a surrogate pair"},
		{`["\ud83d\u0041"]`, 2, "`\\ud83d` is half of a surrogate pair"},
		{`["\ud83d\ud83d\ude00"]`, 2, "`\\ud83d` is half of a surrogate pair"},
		{`["\ude00\ud83d"]`, 2, "`\\ude00` is half of a surrogate pair"},
		{`["\ud83d\n"]`, 2, "`\\ud83d` is half of a surrogate pair"},
		{`1e99999999999999999999`, 0, "a number has an exponent of more than 17 digits"},
		{strings.Repeat("[", 10_001), 10_000, "nested deeper than 10000 levels"},
	} {
		_, _, err := Decode([]byte(test.src))
		var e *SyntaxError
		if !errors.As(err, &e) || e.Offset != test.offset || e.Msg != test.msg {
			t.Errorf("Decode(%.30s): %v, want offset %d: %s", test.src, err, test.offset, test.msg)
		}
		if _, checkErr := Check([]byte(test.src)); fmt.Sprint(checkErr) != fmt.Sprint(err) {
			t.Errorf("Check(%.30s): %v, and Decode: %v", test.src, checkErr, err)
		}
	}
}

func TestDecodeText(t *testing.T) {
	for src, want := range map[string]string{
		`"a\"\\\/\b\f\n\r\tz"`:  "a\"\\/\b\f\n\r\tz",
		`"\u00e9é\ud83d\ude00"`: "éé😀",
		`"\uD83D\uDE00\ufffd"`:  "😀\ufffd",
		"\ufeff\"bom\"":         "bom",
	} {
		if got := mustDecode(t, src); got != want {
			t.Errorf("Decode(%s) = %q, want %q", src, got, want)
		}
	}
}

// A duplicate is reported by its path, and the last one counts.
func TestDecodeDuplicates(t *testing.T) {
	v, duplicates, err := Decode([]byte(`{"a":[{"b":1,"b":2}],"c d":{"x":1,"x":1},"a":[{"b":3}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(duplicates, " "), `.a[0].b ["c d"].x .a`; got != want {
		t.Errorf("duplicates %s, want %s", got, want)
	}
	if got, want := Format(v), `{"a":[{"b":3}],"c d":{"x":1}}`; got != want {
		t.Errorf("value %s, want %s", got, want)
	}
}

func TestEqual(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"1", "1.0", true}, {"1", "1e0", true}, {"100", "1e2", true}, {"0.1", "1e-1", true}, {"0", "-0.0", true},
		{"9007199254740993", "9007199254740992", false},
		{"9007199254740993", "9007199254740993.0", true},
		{"9223372036854775808", "9223372036854775808.00", true},
		{"0.1", "0.1000000000000000055511151231257827", false},
		{"1e400", "10e399", true}, {"1e400", "1e401", false},
		{"1e999999999", "1e999999998", false}, {"1e999999999", "10e999999998", true},
		{"null", "null", true}, {"null", "0", false}, {"null", `""`, false},
		{`{"a":1,"b":[1.0,null]}`, `{"b":[1,null],"a":1e0}`, true},
		{`{"a":1}`, `{"a":1,"b":2}`, false}, {`{"a":null}`, `{"b":null}`, false},
		{`[1,2]`, `[2,1]`, false}, {`[]`, `{}`, false},
		{`{"a":"1"}`, `{"a":1}`, false}, // inside documents types are just unequal
	} {
		got, err := Equal(mustDecode(t, test.a), mustDecode(t, test.b))
		if err != nil || got != test.want {
			t.Errorf("Equal(%s, %s) = %v, %v", test.a, test.b, got, err)
		}
	}
	if ok, err := Equal(0.1, Number("0.1")); !ok || err != nil {
		t.Error("a float64 stands for its shortest decimal")
	}
	if ok, err := Equal(uint64(math.MaxUint64), Number("18446744073709551615")); !ok || err != nil {
		t.Error("unsigned integers are exact")
	}
}

// Text against a number is a mistake to be told, not an inequality.
func TestTypeErrors(t *testing.T) {
	for _, test := range []struct {
		a, b                any
		message, suggestion string
	}{
		{"200", 200, "text `\"200\"` cannot be compared with number `200`", "compare numbers with numbers: write `200`, not `\"200\"`"},
		{200, "OK", "number `200` cannot be compared with text `\"OK\"`", "compare text with text: write `\"200\"`, not `200`"},
		{true, "true", "boolean `true` cannot be compared with text `\"true\"`", "compare booleans with booleans: write `true`, not `\"true\"`"},
		{1, true, "number `1` cannot be compared with boolean `true`", ""},
	} {
		_, err := Equal(test.a, test.b)
		var e *TypeError
		if !errors.As(err, &e) || e.Error() != test.message || e.Suggestion() != test.suggestion {
			t.Errorf("Equal(%#v, %#v): %v", test.a, test.b, err)
		}
	}
	long := &TypeError{Left: strings.Repeat("s3cret", 100), Right: 1}
	if !strings.Contains(long.Error(), Format(long.Left)) {
		t.Errorf("a value is cut, which may be a secret that is not masked yet: %v", long)
	}
	for want, e := range map[any]*TypeError{"x": {Left: 1, Right: "x"}, "y": {Left: "y", Right: "x"}} {
		if got := e.Culprit(); got != want {
			t.Errorf("Culprit of %v is %v", e, got)
		}
	}
	for _, pair := range [][2]any{{nil, 1}, {"a", 1}, {[]any{}, []any{}}, {true, false}, {map[string]any{}, 1}} {
		if _, err := Compare(pair[0], pair[1]); err == nil {
			t.Errorf("Compare(%v, %v) has no error", pair[0], pair[1])
		}
	}
}

func TestCompare(t *testing.T) {
	ascending := []string{
		"-1e999999999", "-1e400", "-9223372036854775809", "-2", "-1.5", "-1e-400", "0", "1e-400", "0.1", "0.12", "0.123", "1",
		"9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808", "1e400", "1e999999999",
	}
	for i, a := range ascending {
		for j, b := range ascending {
			got, err := Compare(mustDecode(t, a), mustDecode(t, b))
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if err != nil || got != want {
				t.Errorf("Compare(%s, %s) = %d, %v, want %d", a, b, got, err, want)
			}
		}
	}
}

func TestArithmetic(t *testing.T) {
	ops := map[string]func(a, b any) (any, error){"+": Add, "-": Sub, "*": Mul, "/": Div, "%": Mod, "^": Pow}
	for _, test := range []struct{ a, op, b, want string }{
		{"0.1", "+", "0.2", "0.3"},
		{"9223372036854775807", "+", "1", "9223372036854775808"},
		{"-9223372036854775808", "-", "1", "-9223372036854775809"},
		{"9223372036854775808", "-", "1", "9223372036854775807"},
		{"9007199254740993", "*", "9007199254740993", "81129638414606699710187514626049"},
		{"10", "/", "2", "5"}, {"1", "/", "4", "0.25"}, {"1", "/", "3", "0.3333333333333333333333333333333333"},
		{"2", "/", "3", "0.6666666666666666666666666666666667"}, {"-2", "/", "3", "-0.6666666666666666666666666666666667"},
		{"1", "/", "1024", "0.0009765625"}, {"1e400", "/", "1e399", "10"}, {"1", "/", "3e5", "0.000003333333333333333333333333333333333"},
		{"7", "%", "3", "1"}, {"-7", "%", "3", "-1"}, {"7.5", "%", "2", "1.5"},
		{"1e400", "+", "0", "1e400"}, {"1e-10", "*", "1", "1e-10"}, {"5", "-", "5.0", "0"},
		{"2", "^", "10", "1024"}, {"2", "^", "-2", "0.25"}, {"2", "^", "100", "1267650600228229401496703205376"}, {"0", "^", "0", "1"},
		{"4", "^", "0.5", "2"},
		// What would fill the memory is refused.
		{"1e999999999", "+", "1", "error"}, {"10", "^", "999999999", "error"}, {"1.5", "^", "100000", "error"},
		{"2", "^", "1e30", "error"}, {"1e99999999999999999", "*", "1e99999999999999999", "error"},
		{"1", "/", "0", "error"}, {"1", "%", "0", "error"}, {"0", "^", "-1", "error"}, {"-4", "^", "0.5", "error"},
		{`"1"`, "+", "1", "error"}, {"1", "+", "null", "error"},
	} {
		got, err := ops[test.op](mustDecode(t, test.a), mustDecode(t, test.b))
		text := "error"
		if err == nil {
			text = Format(got)
		}
		if text != test.want {
			t.Errorf("%s %s %s = %s, %v, want %s", test.a, test.op, test.b, text, err, test.want)
		}
	}
	if _, ok := any(must(Div(10, 2))).(int); !ok {
		t.Error("10 / 2 is no int")
	}
}

func must(v any, err error) any {
	if err != nil {
		panic(err)
	}
	return v
}

func TestRound(t *testing.T) {
	for _, test := range []struct{ v, nearest, down, up, truncated string }{
		{"1.5", "2", "1", "2", "1"}, {"-1.5", "-2", "-2", "-1", "-1"}, {"0.4", "0", "0", "1", "0"}, {"-0.04", "0", "-1", "0", "0"},
		{"2.0", "2", "2", "2", "2"}, {"9007199254740993.5", "9007199254740994", "9007199254740993", "9007199254740994", "9007199254740993"},
		{"1e400", "1e400", "1e400", "1e400", "1e400"},
	} {
		for how, want := range []string{Nearest: test.nearest, Down: test.down, Up: test.up, Truncate: test.truncated} {
			if got := Format(must(Round(mustDecode(t, test.v), Rounding(how)))); got != want {
				t.Errorf("Round(%s, %d) = %s, want %s", test.v, how, got, want)
			}
		}
	}
}

func TestFormat(t *testing.T) {
	v := mustDecode(t, `{"b":[1.0,1e400,null,true],"a":"<é\u0001\"\n>"}`)
	if got, want := Format(v), `{"a":"<é\u0001\"\n>","b":[1.0,1e400,null,true]}`; got != want {
		t.Errorf("Format = %s, want %s", got, want)
	}
	for want, v := range map[string]any{"plain": "plain", "1.50": Number("1.50"), "null": nil, "[1]": []any{1}, "0.1": 0.1} {
		if got := Text(v); got != want {
			t.Errorf("Text(%v) = %s, want %s", v, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	s := strings.Repeat("é", 500) + "end"
	for limit := range 300 {
		got := Shorten(s, limit)
		if len(got) > limit || !utf8.ValidString(got) {
			t.Fatalf("Shorten(%d) = %q, %d bytes", limit, got, len(got))
		}
	}
	if got := Shorten(s, 40); !strings.HasPrefix(got, "éé") || !strings.HasSuffix(got, "end") || !strings.Contains(got, " … ") {
		t.Errorf("Shorten loses an end: %q", got)
	}
	if got := Shorten("short", 5); got != "short" {
		t.Errorf("Shorten(short) = %q", got)
	}
}

func TestDiff(t *testing.T) {
	want := mustDecode(t, `{"id":1,"items":[{"id":1},{"id":2}],"a b":true,"gone":null}`)
	got := mustDecode(t, `{"id":1.0,"items":[{"id":1},{"id":3},5],"a b":"x","new":[1]}`)
	var lines []string
	for _, d := range Diff(want, got) {
		lines = append(lines, d.String())
	}
	expected := strings.Join([]string{
		`["a b"]: expected true, found "x"`,
		`.gone: missing, expected null`,
		`.items[1].id: expected 2, found 3`,
		`.items[2]: not expected, found 5`,
		`.new: not expected, found [1]`,
	}, "\n")
	if got := strings.Join(lines, "\n"); got != expected {
		t.Errorf("Diff:\n%s\nwant:\n%s", got, expected)
	}
	if d := Diff(1, 2); len(d) != 1 || d[0].String() != "expected 1, found 2" {
		t.Errorf("Diff of scalars: %v", d)
	}
	secret := strings.Repeat("s3cret", 100)
	if d := Diff(secret, nil); d[0].String() != "expected "+Format(secret)+", found null" {
		t.Errorf("a value is cut, which may be a secret that is not masked yet: %s", d[0])
	}
	mask := func(any) string { return "***" }
	if got := Diff(1, 2)[0].Describe(Format, mask); got != "expected 1, found ***" {
		t.Errorf("Describe: %s", got)
	}
	long := make([]any, 1000)
	if d := Diff(long, []any{}); len(d) != maxDifferences {
		t.Errorf("%d differences are listed", len(d))
	}
}

// Includes and DiffSubset must agree.
func TestIncludes(t *testing.T) {
	for _, test := range []struct {
		actual, subset string
		want           bool
	}{
		{`{"a":1,"b":2}`, `{"a":1.0}`, true}, {`{"a":1}`, `{"a":1,"b":2}`, false}, {`{"a":{"b":1,"c":2}}`, `{"a":{"b":1}}`, true},
		{`[1,2,3]`, `[3,1]`, true}, {`[1,2]`, `[4]`, false}, {`[{"id":1,"x":2}]`, `[{"id":1}]`, true}, {`[]`, `[]`, true}, {`1`, `{"a":1}`, false},
	} {
		actual, subset := mustDecode(t, test.actual), mustDecode(t, test.subset)
		if got := Includes(actual, subset); got != test.want {
			t.Errorf("Includes(%s, %s) = %v", test.actual, test.subset, got)
		}
		if d := DiffSubset(subset, actual); (len(d) == 0) != test.want {
			t.Errorf("DiffSubset(%s, %s) = %v", test.subset, test.actual, d)
		}
	}
}

// FuzzDecode checks that Decode never panics, and that what it reads survives
// being written and read again.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1,1.5e3,"\u00e9",null,true]}`, `1e400`, `"\ud83d`, `["\ud83d\ude00\ud83d"]`, "\"\xe9\"", `[[[`, `{"a":1,"a":2}`, `{"a":{"b":[{"c":1,"\\u0063":2}]},"a":1}`, "\ufeff0", `-0.0e-1`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, duplicates, err := Decode(data)
		found, checkErr := Check(data)
		if fmt.Sprint(checkErr) != fmt.Sprint(err) || err == nil && !slices.Equal(found, duplicates) {
			t.Fatalf("Check(%q) = %q, %v; Decode: %q, %v", data, found, checkErr, duplicates, err)
		}
		if err == nil && len(duplicates) == 0 {
			checkFind(t, data, v)
		}
		var e *SyntaxError
		if err != nil {
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(len(data)) {
				t.Fatalf("Decode(%q): %v", data, err)
			}
			return
		}
		again, _, err := Decode([]byte(Format(v)))
		if err != nil || !equal(v, again) || len(Diff(v, again)) > 0 {
			t.Fatalf("%q reads as %s, which reads as %s: %v", data, Format(v), Format(again), err)
		}
	})
}

// checkFind compares what Find finds in a document with its value.
func checkFind(t *testing.T, data []byte, v any, path ...any) {
	t.Helper()
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if raw, ok := Find(data, path...); ok {
		if found, _, err := Decode(raw); err != nil || !equal(found, v) {
			t.Fatalf("Find(%q, %q) = %q, %v; want %s", data, path, raw, err, Format(v))
		}
	} else if utf8.Valid(data) && bytes.IndexByte(data, '\\') < 0 {
		t.Fatalf("Find(%q, %q) finds nothing", data, path)
	}
	path = slices.Clip(path)
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			checkFind(t, data, e, append(path, i)...)
		}
		path = append(path, len(v))
	case map[string]any:
		for name, m := range v {
			checkFind(t, data, m, append(path, name)...)
		}
		path = append(path, 0)
	default:
		path = append(path, "0")
	}
	if raw, ok := Find(data, path...); ok {
		t.Fatalf("Find(%q, %q) = %q, which is not there", data, path, raw)
	}
}

func BenchmarkFind(b *testing.B) {
	data := []byte(`[` + strings.Repeat(`{"id":12345,"name":"a name","price":12.50,"tags":["x","y"]},`, 1000) + `null]`)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if raw, ok := Find(data, 999, "tags", 1); !ok || string(raw) != `"y"` {
			b.Fatalf("%s, %t", raw, ok)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	data := []byte(`[` + strings.Repeat(`{"id":12345,"name":"a name","price":12.50,"tags":["x","y"]},`, 1000) + `null]`)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Check(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	data := []byte(`[` + strings.Repeat(`{"id":12345,"name":"a name","price":12.50,"tags":["x","y"]},`, 1000) + `null]`)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, _, err := Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}
