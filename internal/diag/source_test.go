package diag

import (
	"strings"
	"sync"
	"testing"
)

// Columns count characters as a reader does, whatever bytes, line ends and
// byte order marks the file has.
func TestPosition(t *testing.T) {
	tests := []struct {
		name   string
		text   string
		offset int
		want   Position
	}{
		{"empty text", "", 0, Position{1, 1}},
		{"start", "ab\ncd", 0, Position{1, 1}},
		{"line end belongs to its line", "ab\ncd", 2, Position{1, 3}},
		{"second line", "ab\ncd", 3, Position{2, 1}},
		{"end", "ab\ncd", 5, Position{2, 3}},
		{"behind the end", "ab\ncd", 99, Position{2, 3}},
		{"before the start", "ab\ncd", -7, Position{1, 1}},
		{"text ends with a line end", "ab\n", 3, Position{2, 1}},
		{"CRLF is one line end", "ab\r\ncd", 4, Position{2, 1}},
		{"lone CR is a line end", "ab\rcd", 3, Position{2, 1}},
		{"two CRs and an LF", "a\r\r\nb", 4, Position{3, 1}},
		{"characters, not bytes", "äöx", 4, Position{1, 3}},
		{"inside a character", "a€b", 2, Position{1, 2}},
		{"inside a long character", "a😀b", 4, Position{1, 2}},
		{"bytes that are no characters count each", "\x80\x80x", 2, Position{1, 3}},
		{"tab is one character", "\tx", 1, Position{1, 2}},
		{"byte order mark", "\ufeffab", 3, Position{1, 1}},
		{"behind a byte order mark", "\ufeffab", 4, Position{1, 2}},
		{"inside a byte order mark", "\ufeffab", 1, Position{1, 1}},
		{"line after a byte order mark", "\ufeffab\ncd", 7, Position{2, 2}},
		{"a second byte order mark is a character", "a\n\ufeffb", 5, Position{2, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := NewSource("x", []byte(tt.text)).Position(tt.offset); got != tt.want {
				t.Errorf("Position(%d) in %q = %v, want %v", tt.offset, tt.text, got, tt.want)
			}
		})
	}
}

func TestLine(t *testing.T) {
	s := NewSource("x", []byte("\ufeffone\r\ntwo\rthree\n\n\ufefffive"))
	want := []string{"", "one", "two", "three", "", "\ufefffive", ""}
	for i, w := range want {
		if got := s.Line(i); got != w {
			t.Errorf("Line(%d) = %q, want %q", i, got, w)
		}
	}
}

// A position and the line it is on must agree: the rest of the line, from the
// column on, is the rest of the text.
func FuzzPositionMatchesLine(f *testing.F) {
	f.Add("\ufeffa€b\r\nc\rd\n", 7)
	f.Add("\x80\xe2\x82", 2)
	f.Fuzz(func(t *testing.T, text string, offset int) {
		s := NewSource("x", []byte(text))
		p := s.Position(offset)
		if !p.IsValid() || p.Column < 1 {
			t.Fatalf("Position(%d) in %q = %v", offset, text, p)
		}
		line := []rune(s.Line(p.Line))
		if p.Column > len(line)+2 { // the end of a CRLF is two characters behind the line
			t.Fatalf("Position(%d) in %q = %v, but the line is %q", offset, text, p, string(line))
		}
		if offset >= 0 && offset < len(text) && p.Column <= len(line) {
			if c := line[p.Column-1]; !strings.HasPrefix(text[s.runeStart(offset):], string(c)) && c != '\ufffd' && offset > 2 {
				t.Fatalf("Position(%d) in %q = %v points at %q", offset, text, p, c)
			}
		}
	})
}

// Runs share sources between goroutines; the index is made once.
func TestSourceIsConcurrent(t *testing.T) {
	s := NewSource("x", []byte(strings.Repeat("line\n", 1000)))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := s.Position(5 * 500); got != (Position{501, 1}) {
				t.Errorf("Position = %v", got)
			}
		})
	}
	wg.Wait()
}

func TestSlice(t *testing.T) {
	s := NewSource("x", []byte("hello"))
	for _, tt := range []struct {
		span Span
		want string
	}{
		{Span{1, 3}, "el"}, {Span{-5, 2}, "he"}, {Span{3, 99}, "lo"}, {Span{4, 2}, ""}, {Span{9, 12}, ""},
	} {
		if got := s.Slice(tt.span); got != tt.want {
			t.Errorf("Slice(%v) = %q, want %q", tt.span, got, tt.want)
		}
	}
	if got := (Span{1, 3}).Union(Span{2, 7}); got != (Span{1, 7}) {
		t.Errorf("Union = %v", got)
	}
}
