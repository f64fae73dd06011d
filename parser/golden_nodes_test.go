package parser

import (
	"fmt"
	"strings"
	"testing"
)

// foreignNodes writes the constructs of other tools in a file, one a line.
func foreignNodes(f *File) string {
	var lines []string
	for _, b := range f.Blocks {
		for _, s := range b.Scripts {
			lines = append(lines, fmt.Sprintf("%v %q", s, strings.TrimSpace(s.Code.String())))
		}
		for _, i := range b.Imports {
			line := fmt.Sprintf("import run=%v path=%q name=%q", i.Run, i.Path, i.Name)
			for _, v := range i.Vars {
				line += fmt.Sprintf(" %s=%s", v.Name, v.Value)
			}
			lines = append(lines, line)
		}
		for _, d := range b.Directives {
			lines = append(lines, fmt.Sprintf("@%s %T %s", d.Key, d.Node, d.Args))
		}
		for _, o := range b.Outputs {
			lines = append(lines, fmt.Sprintf("output %s overwrite=%v", o.Path, o.Overwrite))
		}
	}
	return strings.Join(lines, "\n")
}

// The cases of the comparison that are read and not yet carried out: what the
// parser makes of each. Those of assertions are in TestAssertions.
func TestForeignNodes(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"47 test", "GET http://h\n\n> {% client.test(\"t\", () => client.assert(false,\"m\")) %}", `response script "client.test(\"t\", () => client.assert(false,\"m\"))"`},
		{"48 throw", "GET http://h\n\n> {% throw 1 %}", `response script "throw 1"`},
		{"49 before the request", "< {%\n  client.global.headers.set(\"X\",\"1\")\n%}\nGET http://h", `pre-request script "client.global.headers.set(\"X\",\"1\")"`},
		{"50 run", "run #A (@h=x, @i={{j}})\nGET http://h", `import run=true path="" name="A" h=x i={{j}}`},
		{"52 loop", "# @loop for 3\nGET http://h", `@loop *parser.Loop for 3`},
		{"53 output", "GET http://h\n\n>> out.json\n>>! {{dir}}/o.json", "output out.json overwrite=false\noutput {{dir}}/o.json overwrite=true"},
		{"53 on the request line", "GET http://h >> out.json", "output out.json overwrite=false"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := Parse("x.http", []byte(test.in))
			checkInvariants(t, f)
			if got := foreignNodes(f); got != test.want || f.Diagnostics.HasErrors() {
				t.Errorf("%q is read as\n%s\nwant\n%s\n%v", test.in, got, test.want, f.Diagnostics)
			}
		})
	}
}
