package parser

import (
	"fmt"
	"strings"
	"testing"
)

// httpYac drops an assertion that it cannot read, or sends it as part of the
// body, and the run passes. Here each one is read or is an error.
func TestAssertions(t *testing.T) {
	tests := []struct{ in, want string }{
		{"?? status == 200", `status "" == "200"`},
		{"??status==200", `status "" == "200"`},
		{"?? status: 200", "error: an assertion without a predicate"},
		{"?? status ==200", `status "" == "200"`},
		{"?? STATUS Equals 200", `status "" == "200"`},
		{"?? status STARTSWITH 99", `status "" startsWith "99"`},
		{"?? status not == 200", `status "" not == "200"`},
		{"?? status foo == 200", "error: text between the subject and the predicate"},
		{"?? status == 200 == 200", `status "" == "200 == 200"`},
		{"?? status", "error: an assertion without a predicate"},
		{"?? status >=", "error: `>=` needs a value behind it"},
		{"?? status exists 1", "error: `exists` takes nothing behind it"},
		{"?? bogus line", "error: an assertion cannot be about `bogus`"},
		{"?? statu == 200", "error: an assertion cannot be about `statu`"},
		{"?? header content-type includes json", `header "content-type" contains "json"`},
		{"?? header == json", "error: `header` needs to be told which"},
		{"?? cookie session exists", `cookie "session" exists ""`},
		{"?? duration < 500", `duration "" < "500"`},
		{"?? duration firstByte <= 500", `duration "firstByte" <= "500"`},
		{"?? body == ", `body "" == ""`},
		{"?? body isString", `body "" isString ""`},
		{"?? body $.items[0].id == 7", `body "$.items[0].id" == "7"`},
		{"?? body a.b not exists", `body "a.b" not exists ""`},
		{`?? body == "a == b"`, `body "" == "\"a == b\""`},
		{"?? body sha256 abc=", `body "" sha256 "abc="`},
		{"?? js response.parsedBody.a == {{b}}", `js "response.parsedBody.a" == "{{b}}"`},
		{"?? js a == b == c", `js "a == b" == "c"`},
		{"?? js typeof a === undefined", `js "typeof a" == "undefined"`},
		{"?? js list.some(x => x > 1)", `js "list.some(x => x > 1)" isTrue ""`},
		{"?? js detail.includes('it matches nothing')", `js "detail.includes('it matches nothing')" isTrue ""`},
		{"?? js it's > 1", `js "it's" > "1"`},
		{"?? js", "error: an assertion without a predicate"},
		{"?? xpath //a[@b = 'c'] == d", `xpath "//a[@b = 'c']" == "d"`},
		{"?? body matches ^a.*$", `body "" matches "^a.*$"`},
		{"?? body startsWithout x", "error: an assertion without a predicate"},
	}
	for _, tt := range tests {
		for _, format := range []string{"%s\nGET http://h", "GET http://h\n%s\nX-A: b", "POST http://h\n\nbody\n\n%s"} {
			f := Parse("x.http", fmt.Appendf(nil, format, tt.in))
			checkInvariants(t, f)
			got := ""
			if len(f.Blocks[0].Assertions) == 1 {
				a := f.Blocks[0].Assertions[0]
				not := ""
				if a.Negated {
					not = "not "
				}
				got = fmt.Sprintf("%s %q %s%s %q", a.Subject, a.Argument, not, a.Predicate, a.Expected)
			}
			if f.Diagnostics.HasErrors() {
				got = "error: " + f.Diagnostics[0].Summary
			}
			if got != tt.want && !(strings.HasPrefix(tt.want, "error") && strings.HasPrefix(got, tt.want)) {
				t.Errorf("%q is read as %s, want %s", fmt.Sprintf(format, tt.in), got, tt.want)
			}
			if r := f.Blocks[0].Request; r == nil || r.Target.String() != "http://h" || (r.Body != nil && writtenBody(r.Body) != "body") {
				t.Errorf("%q changes the request", fmt.Sprintf(format, tt.in))
			}
		}
	}
}
