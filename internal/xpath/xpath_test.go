package xpath

import (
	"fmt"
	"strings"
	"testing"
)

const library1 = `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE r>
<!--before-->
<r xmlns:p="urn:p" xml:lang="en-GB"><a id="1">x<b>1</b></a><a id="2">y<b>2</b><b>3</b></a><p:c n="5" p:m="6">z</p:c><!--hi--><?go on?><d/><e><![CDATA[1 < ]]>2</e></r>`

// show writes a value as the tests expect it: the texts of nodes in brackets.
func show(v any, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	s, ok := v.(*Selection)
	if !ok {
		return fmt.Sprintf("%#v", v)
	}
	var texts []string
	for i := range s.Len() {
		t, err := s.Text(i)
		if err != nil {
			return "error: " + err.Error()
		}
		texts = append(texts, t)
	}
	return fmt.Sprintf("%q", texts)
}

func evaluate(t *testing.T, d *Document, src string, namespaces map[string]string) string {
	t.Helper()
	e, err := Compile(src)
	if err != nil {
		return fmt.Sprintf("%d-%d: %s", err.Start, err.End, strings.TrimSuffix(err.Summary+"; "+err.Suggestion, "; "))
	}
	return show(e.Evaluate(t.Context(), d, namespaces))
}

func mustParse(t testing.TB, src string) *Document {
	t.Helper()
	d, err := ParseXML(t.Context(), []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestEvaluate protects the meaning of expressions: that of XPath 1.0, but for
// the names of elements.
func TestEvaluate(t *testing.T) {
	d := mustParse(t, library1)
	for _, test := range []struct{ src, want string }{
		// Paths.
		{"/", `["x1y23z1 < 2"]`},
		{"/r/a/b", `["1" "2" "3"]`},
		{"//b", `["1" "2" "3"]`},
		{"r", `["x1y23z1 < 2"]`},
		{"a", `[]`},
		{"//b[1]", `["1" "2"]`},
		{"(//b)[1]", `["1"]`},
		{"/descendant::b[2]", `["2"]`},
		{"//b[last()]", `["1" "3"]`},
		{"//a[last()-1]/b", `["1"]`},
		{"//a[position()=2]/@id", `["2"]`},
		{"//b[position() mod 2 = 1]", `["1" "2"]`},
		{"//a[b>1]/@id", `["2"]`},
		{"//a[@id='1'][b]/b", `["1"]`},
		{"//a[1][1]/b", `["1"]`},
		{"//a[1.5]", `[]`},
		{"//a[0]", `[]`},
		{"//b/..", `["x1" "y23"]`},
		{"//b/../@id", `["1" "2"]`},
		{"//@id/..", `["x1" "y23"]`},
		{"//b/ancestor::*[1]/@id", `["1" "2"]`},
		{"count(//b/ancestor::*)", `3`},
		{"//b[. = 3]/preceding::b", `["1" "2"]`},
		{"//b[. = 3]/preceding::b[1]", `["2"]`},
		{"//b[. = 3]/preceding-sibling::node()", `["y" "2"]`},
		{"//b[. = 3]/preceding-sibling::node()[1]", `["2"]`},
		{"//b[. = 1]/following::b", `["2" "3"]`},
		{"//a[1]/@id/following::b", `["1" "2" "3"]`},
		{"//a[1]/following-sibling::*[1]/@id", `["2"]`},
		{"//@id/following-sibling::node()", `[]`},
		{"//a[2]/descendant-or-self::*", `["y23" "2" "3"]`},
		{"//b[1]/self::b | //a/text()", `["x" "1" "y" "2"]`},
		{"//d | //a", `["x1" "y23" ""]`},
		{"(//a | //d)[last()]", `[""]`},
		{"(//a)[2]/b", `["2" "3"]`},
		{"//text()", `["x" "1" "y" "2" "3" "z" "1 < 2"]`},
		{"//comment()", `["before" "hi"]`},
		{"//processing-instruction()", `["on"]`},
		{"//processing-instruction('go')", `["on"]`},
		{"//processing-instruction('stop')", `[]`},
		{"count(//node())", `19`},
		{"count(//@*)", `5`},
		{"//a/attribute::id", `["1" "2"]`},
		{"child::r/child::a", `["x1" "y23"]`},
		{"..", `[]`},
		{"self::node()", `["x1y23z1 < 2"]`},
		{" // a [ 1 ] / b ", `["1"]`},
		// Names.
		{"//c", `["z"]`},
		{"//p:c", `["z"]`},
		{"//p:*", `["z"]`},
		{"//@m", `[]`},
		{"//@p:m", `["6"]`},
		{"//q:c", "error: the prefix `q` is declared nowhere in the document"},
		{"//bound:c", `["z"]`},
		{"//@xml:lang", `["en-GB"]`},
		{"name(//*[3])", `"p:c"`},
		{"name(//c)", `"p:c"`},
		{"local-name(//c)", `"c"`},
		{"namespace-uri(//c)", `"urn:p"`},
		{"name(//zz)", `""`},
		{"name(//comment())", `""`},
		{"//*[local-name()='c']/@n", `["5"]`},
		{"div", `[]`},
		{"count(//b) div count(//a)", `1.5`},
		// Numbers.
		{"count(//b)", `3`},
		{"sum(//b)", `6`},
		{"sum(//a)", `NaN`},
		{"1 div 0", `+Inf`}, {"-1 div 0", `-Inf`}, {"0 div 0", `NaN`},
		{"7 mod -3", `1`}, {"-7 mod 3", `-1`}, {"5 mod 1.5", `0.5`},
		{"1 - -1", `2`}, {"--1", `1`}, {"-(-1)", `1`}, {"---1", `-1`},
		{"1 + 2 * 3", `7`}, {"(1 + 2) * 3", `9`}, {"10 - 2 - 3", `5`}, {"* * *", `NaN`},
		{"6.", `6`}, {".5", `0.5`},
		{"number('  -12.50 ')", `-12.5`}, {"number('1e3')", `NaN`}, {"number('+1')", `NaN`}, {"number('1.2.3')", `NaN`}, {"number('')", `NaN`}, {"number('.')", `NaN`}, {"number('0x1')", `NaN`}, {"number('Inf')", `NaN`},
		{"number(true())", `1`}, {"number(//b)", `1`},
		{"floor(-1.5)", `-2`}, {"ceiling(-1.5)", `-1`}, {"round(2.5)", `3`}, {"round(-2.5)", `-2`}, {"round(number('x'))", `NaN`},
		{"string-length('äöü')", `3`},
		{"string(1000000)", `"1000000"`}, {"string(1 div 3)", `"0.3333333333333333"`}, {"string(-0)", `"0"`}, {"string(1 div 0)", `"Infinity"`}, {"string(-1 div 0)", `"-Infinity"`}, {"string(0 div 0)", `"NaN"`},
		// Texts.
		{"string(//a)", `"x1"`}, {"string(//zz)", `""`}, {"string(//e)", `"1 < 2"`}, {"string(true())", `"true"`},
		{"concat('a', 1, true())", `"a1true"`},
		{"starts-with('abc', 'ab')", `true`}, {"contains('abc', 'bd')", `false`}, {"contains(//a, 'x')", `true`},
		{"substring-before('1999/04', '/')", `"1999"`}, {"substring-after('1999/04', '/')", `"04"`}, {"substring-before('a', 'x')", `""`},
		{"substring('12345', 2, 3)", `"234"`}, {"substring('12345', 1.5, 2.6)", `"234"`}, {"substring('12345', 0, 3)", `"12"`}, {"substring('12345', 0 div 0, 3)", `""`},
		{"substring('12345', -42, 1 div 0)", `"12345"`}, {"substring('12345', -1 div 0, 1 div 0)", `""`}, {"substring('äöü', 2)", `"öü"`},
		{"normalize-space(' a  b\n ')", `"a b"`}, {"translate('bar', 'abc', 'AB')", `"BAr"`}, {"translate('--aaa--', 'abc-', 'ABC')", `"AAA"`}, {"translate('a', 'aa', 'xy')", `"x"`},
		// Conditions.
		{"1 = 1 = true()", `true`}, {"2 > 1 > 0", `true`}, {"3 > 2 > 1", `false`}, {"'a' < 'b'", `false`}, {"'2' < '10'", `true`},
		{"//b = 2", `true`}, {"//b != 2", `true`}, {"//b > 3", `false`}, {"3 <= //b", `true`}, {"//b = //a/b", `true`}, {"//b = //@id", `true`}, {"//zz = //zz", `false`}, {"//zz != 'a'", `false`}, {"not(//zz = 'a')", `true`},
		{"//zz = false()", `true`}, {"//b = true()", `true`}, {"'false' = true()", `true`}, {"//a[@id = 1] = 'x1'", `true`},
		{"boolean(//zz)", `false`}, {"boolean('false')", `true`}, {"boolean(0 div 0)", `false`}, {"not(//a)", `false`},
		{"true() or //a and false()", `true`}, {"//a and //zz", `false`},
		{"count(//b[lang('en')])", `3`}, {"boolean(//@id[lang('EN-gb')])", `true`}, {"boolean(//b[lang('e')])", `false`},
	} {
		if got := evaluate(t, d, test.src, map[string]string{"bound": "urn:p"}); got != test.want {
			t.Errorf("%s is %s, want %s", test.src, got, test.want)
		}
	}
}

// TestCompile protects that a misspelt expression is found before anything is
// sent, at its place.
func TestCompile(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"", "0-0: the expression is empty; write a path, such as `//token`"},
		{"//a]", "3-4: `]` closes nothing"},
		{"//a)", "3-4: `)` closes nothing"},
		{"//a[", "4-4: expected a name, found the end"},
		{"//a[1", "3-4: `[` is never closed; add a `]`"},
		{"//a[]", "3-4: the predicate is empty; write a condition or a position in it"},
		{"//a[@id='1'", "3-4: `[` is never closed; add a `]`"},
		{"//a[@id='1]", "8-11: the text is not closed; add a `'` behind it"},
		{"//a[@id == 1]", "8-10: XPath has no `==`; write `=`"},
		{"a && b", "2-4: XPath has no `&&`; write `and`"},
		{"a || b", "2-4: XPath has no `||`; write `or`"},
		{"!a", "0-1: XPath has no `!`; write `not(…)`"},
		{"a b", "2-3: `b` cannot follow here"},
		{"//a,//b", "3-4: `,` cannot follow here"},
		{"//a/", "4-4: expected a name, found the end"},
		{"//a//", "5-5: expected a name, found the end"},
		{"//a/@", "5-5: expected a name, found the end"},
		{"//", "2-2: expected a name, found the end"},
		{"/ 5", "2-3: expected a name behind `/`, found `5`"},
		{"1 +", "3-3: expected a name, found the end"},
		{"(1", "2-2: expected `)` to close the bracket, found the end"},
		{"count(", "5-6: `(` is never closed; add a `)`"},
		{"count(//a", "5-6: `(` is never closed; add a `)`"},
		{"count(//a //b)", ""},
		{"count()", "0-7: count() takes 1 argument, found 0"},
		{"count(//a, //b)", "0-15: count() takes 1 argument, found 2"},
		{"count('a')", "6-9: count() takes a set of nodes, and this is text"},
		{"sum(1 + 2)", "4-9: sum() takes a set of nodes, and this is a number"},
		{"concat('a')", "0-11: concat() takes 2 or more arguments, found 1"},
		{"conut(//a)", "0-5: XPath 1.0 has no function `conut`; did you mean `count`?"},
		{"lower-case(//a)", "0-10: XPath 1.0 has no function `lower-case`; write `translate(…, 'ABC', 'abc')` with the letters that occur"},
		{"id('x')", "0-2: XPath 1.0 has no function `id`; write `//*[@id='…']`"},
		{"//a/string()", "4-10: `string()` cannot be a step of a path; write `string(…)` around the path"},
		{"'a'/b", "0-3: `/` leads on from nodes, and this is text"},
		{"count(//a)[1]", "0-10: `[` chooses of a set of nodes, and this is a number"},
		{"//a | 1", "6-7: `|` joins sets of nodes, and this is a number"},
		{"chlid::a", "0-5: unknown axis `chlid`; did you mean `child`?"},
		{"namespace::*", "0-9: namespaces are no nodes here; write `namespace-uri()`"},
		{"$.token", "0-7: this is JSONPath, not XPath; write the steps with slashes, such as `//token`"},
		{"$x", "0-2: XPath has no variables here; join the expression from texts"},
		{".[1]", "1-2: a predicate cannot follow `.` or `..`; write `self::node()[…]`"},
		{"//a#", "3-4: the character \"#\" means nothing here"},
		{"//a[. = 9007199254740993]", "8-24: XPath compares only 15 digits of a number, and `9007199254740993` has more; compare it as text: '9007199254740993'"},
		{"text(1)", "5-6: expected `)` behind `text(`, found `1`"},
		{"1 to 3", "2-4: `to` cannot follow here"},
		{strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200), "101-102: brackets are nested more than 100 deep"},
		{strings.Repeat("a", maxSource+1), "0-32769: the expression is longer than 32768 bytes"},
	} {
		_, err := Compile(test.src)
		got := ""
		if err != nil {
			got = fmt.Sprintf("%d-%d: %s", err.Start, err.End, strings.TrimSuffix(err.Summary+"; "+err.Suggestion, "; "))
		}
		if got != test.want {
			t.Errorf("%.40s:\n got %s\nwant %s", test.src, got, test.want)
		}
	}
}

// TestTypes protects that the type of an expression is known beforehand.
func TestTypes(t *testing.T) {
	for src, want := range map[string]Type{
		"//a": Nodes, "(//a)[1]": Nodes, "//a | //b": Nodes, "(//a)/b": Nodes, "1": Number, "-//a": Number, "count(//a) + 1": Number,
		"'a'": Text, "string(//a)": Text, "//a = 1": Boolean, "//a or //b": Boolean, "not(1)": Boolean,
	} {
		e, err := Compile(src)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		if e.Type() != want {
			t.Errorf("%s is %s, want %s", src, e.Type(), want)
		}
	}
}
