package diag

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// DisplayWidth returns how many columns of a terminal a printable text takes.
func DisplayWidth(s string) int {
	width := 0
	var before rune
	for _, r := range s {
		width += runeWidth(r, before)
		before = r
	}
	return width
}

// Shorten returns a printable text cut to at most width columns, with an
// ellipsis in place of what is missing. A width below 1 leaves nothing.
func Shorten(s string, width int) string {
	if len(s) <= width {
		return s // no character is wider than its bytes are many
	}
	used, cut := 0, 0 // cut is the end of the longest start that leaves a column free
	var before rune
	for i, r := range s {
		if used < width {
			cut = i
		}
		used += runeWidth(r, before)
		if used > width {
			if width < 1 {
				return ""
			}
			return s[:cut] + "…"
		}
		before = r
	}
	return s
}

// runeWidth returns the columns that r takes after the character before it.
func runeWidth(r, before rune) int {
	const zeroWidthJoiner = '\u200d'
	switch {
	case r < 0x300:
		return 1 // printable text holds no controls
	case unicode.In(r, unicode.Mn, unicode.Me), r == '\u200c', r == zeroWidthJoiner,
		r >= 0x1160 && r <= 0x11ff: // Hangul vowels and finals join the initial before them
		return 0
	case unicode.Is(wide, r):
		if before == zeroWidthJoiner {
			return 0 // part of the emoji before it
		}
		return 2
	default:
		return 1
	}
}

// cell is a character of a source line as it is shown.
type cell struct {
	text  string
	width int // in columns
}

// tabWidth is the distance of tab stops in quoted source lines.
const tabWidth = 4

// cells returns the characters of a source line as they are shown: tabs
// expanded, characters that must not reach the terminal escaped. One cell
// stands for one character of the line, so columns index it.
func cells(line string) []cell {
	shown := make([]cell, 0, len(line))
	column := 0
	var before rune
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		var c cell
		if r == '\t' {
			n := tabWidth - column%tabWidth
			c = cell{text: indent(n), width: n}
		} else if e := escape(r, size, line[i]); e != "" {
			c = cell{text: e, width: len(e)}
		} else if commandAt(line, i) {
			const e = `\x23`
			c = cell{text: e, width: len(e)}
		} else {
			c = cell{text: line[i : i+size], width: runeWidth(r, before)}
		}
		shown = append(shown, c)
		column += c.width
		before = r
		i += size
	}
	return shown
}

func cellsWidth(cs []cell) int {
	width := 0
	for _, c := range cs {
		width += c.width
	}
	return width
}

func cellsText(cs []cell) string {
	var b strings.Builder
	for _, c := range cs {
		b.WriteString(c.text)
	}
	return b.String()
}

// wide is the characters that take two columns: East Asian Width W and F of
// UAX #11, unassigned gaps inside a block included.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1},
		{Lo: 0x231a, Hi: 0x231b, Stride: 1},
		{Lo: 0x2329, Hi: 0x232a, Stride: 1},
		{Lo: 0x23e9, Hi: 0x23ec, Stride: 1},
		{Lo: 0x23f0, Hi: 0x23f3, Stride: 3},
		{Lo: 0x25fd, Hi: 0x25fe, Stride: 1},
		{Lo: 0x2614, Hi: 0x2615, Stride: 1},
		{Lo: 0x2648, Hi: 0x2653, Stride: 1},
		{Lo: 0x267f, Hi: 0x267f, Stride: 1},
		{Lo: 0x2693, Hi: 0x2693, Stride: 1},
		{Lo: 0x26a1, Hi: 0x26a1, Stride: 1},
		{Lo: 0x26aa, Hi: 0x26ab, Stride: 1},
		{Lo: 0x26bd, Hi: 0x26be, Stride: 1},
		{Lo: 0x26c4, Hi: 0x26c5, Stride: 1},
		{Lo: 0x26ce, Hi: 0x26ce, Stride: 1},
		{Lo: 0x26d4, Hi: 0x26d4, Stride: 1},
		{Lo: 0x26ea, Hi: 0x26ea, Stride: 1},
		{Lo: 0x26f2, Hi: 0x26f3, Stride: 1},
		{Lo: 0x26f5, Hi: 0x26fa, Stride: 5},
		{Lo: 0x26fd, Hi: 0x26fd, Stride: 1},
		{Lo: 0x2705, Hi: 0x2705, Stride: 1},
		{Lo: 0x270a, Hi: 0x270b, Stride: 1},
		{Lo: 0x2728, Hi: 0x2728, Stride: 1},
		{Lo: 0x274c, Hi: 0x274e, Stride: 2},
		{Lo: 0x2753, Hi: 0x2755, Stride: 1},
		{Lo: 0x2757, Hi: 0x2757, Stride: 1},
		{Lo: 0x2795, Hi: 0x2797, Stride: 1},
		{Lo: 0x27b0, Hi: 0x27bf, Stride: 15},
		{Lo: 0x2b1b, Hi: 0x2b1c, Stride: 1},
		{Lo: 0x2b50, Hi: 0x2b55, Stride: 5},
		{Lo: 0x2e80, Hi: 0x303e, Stride: 1},
		{Lo: 0x3041, Hi: 0x4dbf, Stride: 1},
		{Lo: 0x4e00, Hi: 0xa4cf, Stride: 1},
		{Lo: 0xa960, Hi: 0xa97f, Stride: 1},
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1},
		{Lo: 0xf900, Hi: 0xfaff, Stride: 1},
		{Lo: 0xfe10, Hi: 0xfe19, Stride: 1},
		{Lo: 0xfe30, Hi: 0xfe6f, Stride: 1},
		{Lo: 0xff01, Hi: 0xff60, Stride: 1},
		{Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x16fe0, Hi: 0x18cff, Stride: 1},
		{Lo: 0x1aff0, Hi: 0x1b2ff, Stride: 1},
		{Lo: 0x1f004, Hi: 0x1f004, Stride: 1},
		{Lo: 0x1f0cf, Hi: 0x1f0cf, Stride: 1},
		{Lo: 0x1f18e, Hi: 0x1f18e, Stride: 1},
		{Lo: 0x1f191, Hi: 0x1f19a, Stride: 1},
		{Lo: 0x1f200, Hi: 0x1f320, Stride: 1},
		{Lo: 0x1f32d, Hi: 0x1f335, Stride: 1},
		{Lo: 0x1f337, Hi: 0x1f37c, Stride: 1},
		{Lo: 0x1f37e, Hi: 0x1f393, Stride: 1},
		{Lo: 0x1f3a0, Hi: 0x1f3ca, Stride: 1},
		{Lo: 0x1f3cf, Hi: 0x1f3d3, Stride: 1},
		{Lo: 0x1f3e0, Hi: 0x1f3f0, Stride: 1},
		{Lo: 0x1f3f4, Hi: 0x1f3f4, Stride: 1},
		{Lo: 0x1f3f8, Hi: 0x1f43e, Stride: 1},
		{Lo: 0x1f440, Hi: 0x1f440, Stride: 1},
		{Lo: 0x1f442, Hi: 0x1f4fc, Stride: 1},
		{Lo: 0x1f4ff, Hi: 0x1f53d, Stride: 1},
		{Lo: 0x1f54b, Hi: 0x1f54e, Stride: 1},
		{Lo: 0x1f550, Hi: 0x1f567, Stride: 1},
		{Lo: 0x1f57a, Hi: 0x1f57a, Stride: 1},
		{Lo: 0x1f595, Hi: 0x1f596, Stride: 1},
		{Lo: 0x1f5a4, Hi: 0x1f5a4, Stride: 1},
		{Lo: 0x1f5fb, Hi: 0x1f64f, Stride: 1},
		{Lo: 0x1f680, Hi: 0x1f6c5, Stride: 1},
		{Lo: 0x1f6cc, Hi: 0x1f6cc, Stride: 1},
		{Lo: 0x1f6d0, Hi: 0x1f6d2, Stride: 1},
		{Lo: 0x1f6d5, Hi: 0x1f6df, Stride: 1},
		{Lo: 0x1f6eb, Hi: 0x1f6ec, Stride: 1},
		{Lo: 0x1f6f4, Hi: 0x1f6fc, Stride: 1},
		{Lo: 0x1f7e0, Hi: 0x1f7f0, Stride: 1},
		{Lo: 0x1f90c, Hi: 0x1f93a, Stride: 1},
		{Lo: 0x1f93c, Hi: 0x1f945, Stride: 1},
		{Lo: 0x1f947, Hi: 0x1f9ff, Stride: 1},
		{Lo: 0x1fa70, Hi: 0x1faff, Stride: 1},
		{Lo: 0x20000, Hi: 0x3fffd, Stride: 1},
	},
}
