package parser

import "testing"

// TestNamespace protects httpYac's @xpath_ns, which is a directive also where it
// stands in no comment, and is never a variable then.
func TestNamespace(t *testing.T) {
	for _, test := range []struct{ line, args string }{
		{"# @xpath_ns p=urn:a", "p=urn:a"},
		{"@xpath_ns p=urn:a", "p=urn:a"},
		{"@xpath_ns   p = \"urn:a\" ", "p = \"urn:a\""},
		{"@xpathNs p=urn:a", "p=urn:a"},
		{"@xpath_ns = p", ""},
		{"@xpath_nso p=urn:a", ""},
	} {
		for _, end := range []string{"", "\n?? status == 200"} { // which makes it a file of httpYac
			f := Parse("a.http", []byte(test.line+"\nGET http://h/"+end))
			got := ""
			for _, d := range f.Blocks[0].Directives {
				if d.Key == "xpath-ns" {
					got = d.Args.String()
				}
			}
			if got != test.args {
				t.Errorf("%q has the arguments %q, want %q", test.line, got, test.args)
			}
			if len(f.Blocks[0].Variables) > 0 && test.args != "" {
				t.Errorf("%q is a variable", test.line)
			}
		}
	}
}
