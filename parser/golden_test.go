package parser

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// Each golden file shows what a request file is read as: its lines, its blocks
// and what is said about it.
func TestGolden(t *testing.T) {
	inputs, err := filepath.Glob(filepath.Join("testdata", "golden", "*.http"))
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no inputs: %v", err)
	}
	inputs = append(inputs, filepath.Join("testdata", "golden", "markdown.md"))
	for _, path := range inputs {
		t.Run(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), func(t *testing.T) {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f := Parse(filepath.Base(path), src)
			checkInvariants(t, f)
			got := dump(f)
			golden := strings.TrimSuffix(path, filepath.Ext(path)) + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
			for i := range min(len(gotLines), len(wantLines)) {
				if gotLines[i] != wantLines[i] {
					t.Fatalf("%s:%d: got\n%s\nwant\n%s", golden, i+1, gotLines[i], wantLines[i])
				}
			}
			if len(gotLines) != len(wantLines) {
				t.Errorf("%s: got %d lines, want %d", golden, len(gotLines), len(wantLines))
			}
		})
	}
}

// dump writes a file as people can check it.
func dump(f *File) string {
	var b strings.Builder
	fmt.Fprintf(&b, "dialect %v\n", f.Dialect)
	for i, l := range f.Lines {
		fmt.Fprintf(&b, "%3d %-12v %q\n", i+1, l.Kind, f.Source.Slice(l.Span()))
	}
	for _, block := range f.Blocks {
		b.WriteString("\n" + dumpBlock(block))
	}
	if len(f.Diagnostics) > 0 {
		b.WriteByte('\n')
	}
	for _, d := range f.Diagnostics {
		fmt.Fprintf(&b, "%v %s %v\n    %s\n", d.Severity, d.Code, d, d.Suggestion)
	}
	return b.String()
}

func dumpBlock(block *Block) string {
	var b strings.Builder
	b.WriteString("block")
	if !block.Title.IsZero() {
		fmt.Fprintf(&b, " %q", block.Title)
	}
	if !block.Name.IsZero() {
		fmt.Fprintf(&b, " called %q", block.Name)
	}
	if block.Disabled {
		b.WriteString(" disabled")
	}
	b.WriteByte('\n')
	for _, d := range block.Directives {
		fmt.Fprintf(&b, "  @%s (%s) %q", d.Name, d.Key, d.Args)
		if d.Node != nil {
			fmt.Fprintf(&b, " = %s", dumpNode(d.Node))
		}
		b.WriteByte('\n')
	}
	for _, v := range block.Variables {
		lazy := ""
		if v.Lazy {
			lazy = " lazy"
		}
		fmt.Fprintf(&b, "  variable %q = %q%s\n", v.Name, v.Value, lazy)
	}
	for _, s := range block.Scripts {
		fmt.Fprintf(&b, "  %v event %d for %v code %q path %q global %v\n", s, s.Event, s.API, s.Code, s.Path, s.Global)
	}
	for _, a := range block.Assertions {
		fmt.Fprintf(&b, "  %s assertion: %s %q not %v %s %q\n", a.Tool, a.Subject, a.Argument, a.Negated, a.Predicate, a.Expected)
	}
	for _, o := range block.Outputs {
		fmt.Fprintf(&b, "  output %q overwrite %v\n", o.Path, o.Overwrite)
	}
	for _, i := range block.Imports {
		fmt.Fprintf(&b, "  import run %v path %q name %q", i.Run, i.Path, i.Name)
		for _, v := range i.Vars {
			fmt.Fprintf(&b, " %q=%q", v.Name, v.Value)
		}
		b.WriteByte('\n')
	}
	for _, p := range block.Protos {
		fmt.Fprintf(&b, "  proto %q options %d\n", p.Path, len(p.Options))
	}
	if r := block.Request; r != nil {
		fmt.Fprintf(&b, "  request %q %q", r.Method, r.Target)
		if r.Protocol != HTTP {
			fmt.Fprintf(&b, " %v", r.Protocol)
		}
		if !r.Version.IsZero() {
			fmt.Fprintf(&b, " version %q", r.Version)
		}
		b.WriteByte('\n')
		for _, h := range r.Headers {
			fmt.Fprintf(&b, "    %q: %q\n", h.Name, h.Value)
		}
		if r.Body != nil {
			for _, part := range r.Body.Parts {
				b.WriteString("    " + dumpPart(part) + "\n")
			}
			if g := r.Body.GraphQL; g != nil {
				fmt.Fprintf(&b, "    operation %q\n", g.Operation)
				for _, part := range g.Query {
					b.WriteString("      query " + dumpPart(part) + "\n")
				}
				for _, part := range g.Variables {
					b.WriteString("      variables " + dumpPart(part) + "\n")
				}
			}
		}
	}
	return b.String()
}

func dumpPart(part BodyPart) string {
	var b strings.Builder
	if part.Path.IsZero() {
		fmt.Fprintf(&b, "text %q", part.Text)
	} else {
		fmt.Fprintf(&b, "file %q", part.Path)
		if part.Substitute {
			b.WriteString(" substitute")
		}
		if !part.Encoding.IsZero() {
			fmt.Fprintf(&b, " encoding %q", part.Encoding)
		}
	}
	if part.Newline {
		b.WriteString(" newline")
	}
	return b.String()
}

func dumpNode(node DirectiveNode) string {
	switch n := node.(type) {
	case *Assert:
		if n.None {
			return "assert none"
		}
		if !n.Message.IsZero() {
			return fmt.Sprintf("assert %q message %q", n.Expr, n.Message)
		}
		return fmt.Sprintf("assert %q", n.Expr)
	case *Capture:
		return fmt.Sprintf("capture %q from %q secret %v global %v", n.Name, n.Expr, n.Secret, n.Global)
	case *Auth:
		s := fmt.Sprintf("auth %q", n.ID)
		for _, param := range n.Params {
			s += fmt.Sprintf(" %q=%q", param.Key, param.Value)
		}
		return s
	case *Names:
		return fmt.Sprintf("names %q", n.Names)
	case *Duration:
		return fmt.Sprintf("duration %q", n.Value)
	case *Reason:
		return fmt.Sprintf("reason %q", n.Text)
	case *Condition:
		return fmt.Sprintf("condition %q", n.Expr)
	case *Retry:
		return fmt.Sprintf("retry %d every %q backoff %q until %q", n.Tries, n.Every, n.Backoff, n.Until)
	case *Loop:
		return fmt.Sprintf("loop count %q, %q of %q, while %q", n.Count, n.Var, n.Of, n.While)
	case *Value:
		return fmt.Sprintf("value %q", n.Text)
	case *Switch:
		return "switch"
	}
	return fmt.Sprintf("%T", node)
}
