package parser

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// TestMaxSource protects that a file with more bytes than places can count is an
// error, and nothing of it is read as something else.
func TestMaxSource(t *testing.T) {
	const text = "GET http://h/\n"
	read := func(limit uint64) *File {
		return newParser("a.http", []byte(text), limit).parse(func() Dialect { return Neutral })
	}
	if f := read(uint64(len(text))); len(f.Diagnostics) != 0 || f.Blocks[0].Request == nil {
		t.Errorf("a file of just the limit: %v", f.Diagnostics)
	}
	f := read(uint64(len(text)) - 1)
	if len(f.Diagnostics) != 1 || !f.Diagnostics.HasErrors() || f.Diagnostics[0].Code != diag.CodeNoInput || f.Blocks[0].Request != nil {
		t.Errorf("a file over the limit: %v", f.Diagnostics)
	}
}

// TestTextFarBehind protects texts at places that a small one has no room for.
func TestTextFarBehind(t *testing.T) {
	if ^uint(0)>>32 == 0 {
		return // no text is that long
	}
	far := 1 << 16
	far <<= 17
	text := NewText(diag.NewSource("a.http", []byte("x")), diag.Span{Start: far, End: far + 5})
	if got := text.Span(); got.Start != far || got.End != far+5 || text.IsZero() {
		t.Errorf("the text stands at %v", got)
	}
	if got := text.Locate(1, 2); got.Start != far+1 || got.End != far+2 {
		t.Errorf("a part of it at %v", got)
	}
}

// TestTextCopies protects that what is made of a text does not change when more is
// added to another one.
func TestTextCopies(t *testing.T) {
	source := diag.NewSource("a.http", []byte("abcdefgh"))
	var whole Text
	for i := 0; i < 8; i += 2 {
		whole.extend(source, diag.Span{Start: i, End: i + 1})
	}
	part := whole.Slice(2, 4)
	joined := Join([]Text{whole, part}, "+")
	part.extend(source, diag.Span{Start: 7, End: 8})
	if got := strings.Join([]string{whole.String(), part.String(), joined.String()}, " "); got != "aceg egh aceg+eg" {
		t.Error(got)
	}
}
