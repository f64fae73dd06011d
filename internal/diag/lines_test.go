package diag

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSourceLines protects that lines are counted right in texts of any line ends
// and of more than a few kilobytes, of which not every line start is kept.
func TestSourceLines(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, test := range []struct {
		alphabet string
		size     int
	}{
		{"a\n", 3 * stride}, {"a\n", 2*stride - 1}, {"a\r\n", 3 * stride}, {"\r", 2*stride + 1}, {"\n", stride},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 3*stride + 5}, {"a", 2*stride + 2}, {"a", 0}, {"\r\n", 3},
	} {
		t.Run(fmt.Sprintf("%q %d", test.alphabet, test.size), func(t *testing.T) {
			text := make([]byte, test.size)
			for i := range text {
				text[i] = test.alphabet[random.IntN(len(test.alphabet))]
			}
			starts := []int{0}
			for i, c := range text {
				if c == '\n' || c == '\r' && !bytes.HasPrefix(text[i+1:], []byte("\n")) {
					starts = append(starts, i+1)
				}
			}
			s := NewSource("a.http", text)
			for offset := 0; offset <= len(text); offset += 1 + offset%5 {
				line, exact := slices.BinarySearch(starts, offset)
				if exact {
					line++
				}
				if got, want := s.Position(offset), (Position{line, offset - starts[line-1] + 1}); got != want {
					t.Fatalf("offset %d is at %v, want %v", offset, got, want)
				}
			}
			for line := 0; line <= len(starts)+1; line += 1 + line%7 {
				span, ok := s.lineSpan(line)
				if line == 0 || line > len(starts) {
					if ok {
						t.Errorf("there is a line %d of %d: %v", line, len(starts), span)
					}
					continue
				}
				want := Span{starts[line-1], len(text)}
				if line < len(starts) {
					want.End = starts[line]
				}
				if span != want {
					t.Fatalf("line %d is %v, want %v", line, span, want)
				}
			}
		})
	}
}
