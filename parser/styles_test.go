package parser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// shape writes what a file is read as, a line for each block that holds
// something, for tables: compact, yet with everything that a reading can get
// wrong.
func shape(f *File) string {
	var lines []string
	for _, b := range f.Blocks {
		if line := blockShape(b); line != "" {
			lines = append(lines, line)
		}
	}
	for _, d := range f.Diagnostics {
		if d.Severity != diag.Note {
			lines = append(lines, fmt.Sprintf("! %v %s line %d", d.Severity, d.Code, f.Source.Position(d.Subject.Start).Line))
		}
	}
	return strings.Join(lines, "\n")
}

func blockShape(b *Block) string {
	var parts []string
	add := func(format string, args ...any) {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf(format, args...)))
	}
	if r := b.Request; r != nil {
		line := fmt.Sprintf("%s %s", r.Method, r.Target)
		if r.Method.IsZero() {
			line = r.Target.String()
		}
		if !r.Version.IsZero() {
			line += " v" + r.Version.String()
		}
		if r.Protocol != HTTP {
			line += " (" + r.Protocol.String() + ")"
		}
		parts = append(parts, line)
		for _, h := range r.Headers {
			if h.Spread {
				add("...%s", h.Value)
			} else {
				add("%s: %s", h.Name, h.Value)
			}
		}
		if r.Body != nil {
			add("%q", writtenBody(r.Body))
			if g := r.Body.GraphQL; g != nil {
				variables := ""
				for _, part := range g.Variables {
					variables += part.Text.String() + part.Path.String()
				}
				add("op %s vars %s", g.Operation, variables)
			}
		}
	}
	for _, d := range b.Directives {
		add("@%s %s", d.Key, d.Args)
	}
	for _, v := range b.Variables {
		equals := "="
		if v.Lazy {
			equals = ":="
		}
		add("%s%s%s", v.Name, equals, v.Value)
	}
	for _, s := range b.Scripts {
		where := [...]string{"before", "after", "streaming", "end", "logging"}[s.Event]
		if s.Global {
			where += " all"
		}
		if s.Path.IsZero() {
			add("%s %v{%s}", where, s.API, strings.TrimSpace(s.Code.String()))
		} else {
			add("%s %s", where, s.Path)
		}
	}
	for _, a := range b.Assertions {
		add("check %s", a.Text)
	}
	for _, o := range b.Outputs {
		add("to %s%s", o.Path, map[bool]string{true: "!"}[o.Overwrite])
	}
	for _, i := range b.Imports {
		what := "import"
		if i.Run {
			what = "run"
		}
		line := what + " " + i.Path.String()
		if !i.Name.IsZero() {
			line = what + " #" + i.Name.String()
		}
		for _, v := range i.Vars {
			line += fmt.Sprintf(" %s=%s", v.Name, v.Value)
		}
		parts = append(parts, line)
	}
	for _, p := range b.Protos {
		line := "proto " + p.Path.String()
		for _, o := range p.Options {
			line += fmt.Sprintf(" %s=%s", o.Name, o.Value)
		}
		parts = append(parts, line)
	}
	for _, t := range b.Foreign {
		add("%s %s %q", t.Tool, t.What, t.Text)
	}
	line := strings.Join(parts, " | ")
	if name := b.RequestName(); name != "" && line != "" {
		line = "[" + name + "] " + line
	}
	if b.Disabled {
		line = strings.TrimSpace("disabled " + line)
	}
	return line
}

// The files of testdata/styles hold request files in the style of each tool's
// documentation, each with what it must be read as:
//
//	%%%% name
//	GET http://example.com
//	%%%% =>
//	GET http://example.com
func TestStyles(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "styles", "*.txt"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no styles: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var rewritten strings.Builder
		for _, entry := range strings.Split("\n"+string(text), "\n%%%% ")[1:] {
			name, body, _ := strings.Cut(entry, "\n")
			if name == "=>" {
				continue // read with the input
			}
			fmt.Fprintf(&rewritten, "%%%%%%%% %s\n%s\n%%%%%%%% =>\n", name, body)
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txt")+"/"+name, func(t *testing.T) {
				_, want, found := strings.Cut("\n"+string(text), "\n%%%% "+entry+"\n%%%% =>\n")
				if !found {
					t.Fatalf("no reading behind %q", name)
				}
				want, _, _ = strings.Cut("\n"+want, "\n%%%% ")
				f := Parse("x.http", []byte(body))
				checkInvariants(t, f)
				got := shape(f)
				fmt.Fprintf(&rewritten, "%s\n", got)
				if want = strings.TrimSpace(want); !*update && got != want {
					t.Errorf("%s\nis read as\n%s\nwant\n%s", body, got, want)
				}
			})
		}
		if *update {
			if err := os.WriteFile(path, []byte(rewritten.String()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}
