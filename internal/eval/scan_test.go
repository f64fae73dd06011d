package eval

import (
	"testing"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// FuzzScan checks that scan, where it reads an expression at all, finds the
// tokens of expr's lexer.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`status == 200 and json("items.#") > 0 and body.items[0].id != ""`, `not in not x`, `1..5 1.5 1. 1.x .5 0x1F 1e5 1_000`, `a?.b ?? c?d:e`, `filter(x, #.id >= #index and ##a)`, `#1`,
		`b'x' b"y" 'a\'b' "é" é`, "`raw`", `a // b`, `a / b`, `a /* b */`, `a||b|c::d`, `&&&=**<=!=%^`, `"open`, `$env.x`, "\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		got, ok := scan(src)
		if !ok {
			return
		}
		want, err := lexer.Lex(file.NewSource(src))
		if err != nil {
			t.Fatalf("%q: %v", src, err)
		}
		want = want[:len(want)-1] // the end
		if len(got) != len(want) {
			t.Fatalf("%q: %d tokens, want %d", src, len(got), len(want))
		}
		for i := range got {
			special := func(k lexer.Kind) bool { return k == lexer.Number || k == lexer.Bracket }
			if got[i].Location != want[i].Location || special(got[i].Kind) != special(want[i].Kind) || special(got[i].Kind) && got[i] != want[i] {
				t.Fatalf("%q: %v, want %v", src, got[i], want[i])
			}
		}
	})
}

// The expressions that people write are read the quick way.
func TestScanIsUsed(t *testing.T) {
	for _, src := range []string{
		`status == 200`, `body.items[0].id != "" and duration < 2000`, `all(body.items, .price > 0.5)`, `json("items.#(a==1)#|#") in 1..5`, `(body?.a ?? 'x') not contains "y" ? -1 : 2 ** 3`,
	} {
		if _, ok := scan(src); !ok {
			t.Errorf("%s is read twice", src)
		}
	}
}
