package markdown

import (
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// word is what stands between two blanks, or a line of such: its text with SGR
// sequences, and the columns that it takes.
type word struct {
	text  string
	width int
}

// words returns the words of a line of Markdown: code, bold and slanted text in
// their styles, links as their texts.
func (r Renderer) words(text string) []word {
	w := &wordReader{Renderer: r}
	w.read(strings.TrimSpace(text))
	w.end()
	return w.all
}

type wordReader struct {
	Renderer
	all    []word
	word   word            // that is being read
	piece  strings.Builder // of the word, in one style
	bold   bool
	slant  bool
	inCode bool
}

// read reads the text of a line or of a link.
func (w *wordReader) read(s string) {
	for i := 0; i < len(s); {
		rest := s[i:]
		switch {
		case rest[0] == ' ' || rest[0] == '\t':
			w.end()
			i++
		case rest[0] == '\\' && len(rest) > 1 && strings.ContainsRune("\\`*[]|#_<>", rune(rest[1])):
			w.piece.WriteByte(rest[1])
			i += 2
		case rest[0] == '`':
			i += w.code(rest)
		case strings.HasPrefix(rest, "**"):
			w.flush()
			w.bold = !w.bold
			i += 2
		case rest[0] == '*' && (w.slant || len(rest) > 1 && rest[1] != ' ' && strings.Contains(rest[1:], "*")):
			w.flush()
			w.slant = !w.slant
			i++
		case rest[0] == '[':
			if text, n := link(rest); n > 0 {
				w.read(text)
				i += n
				continue
			}
			fallthrough
		default:
			_, n := utf8.DecodeRuneInString(rest)
			w.piece.WriteString(rest[:n])
			i += n
		}
	}
}

// code reads the code that s starts with, and returns how long it is. Without
// colours it keeps its backquotes.
func (w *wordReader) code(s string) int {
	mark := s[:len(s)-len(strings.TrimLeft(s, "`"))]
	text, _, closed := strings.Cut(s[len(mark):], mark)
	if !closed {
		w.piece.WriteString(mark)
		return len(mark)
	}
	shown := strings.TrimSpace(text)
	if !w.Color {
		shown = mark + text + mark
	}
	w.flush()
	w.inCode = true
	for i, part := range strings.Split(shown, " ") {
		if i > 0 {
			w.end()
		}
		w.piece.WriteString(part)
	}
	w.flush()
	w.inCode = false
	return 2*len(mark) + len(text)
}

// link returns the text of the link that s starts with, and how long the link
// is, or 0.
func link(s string) (text string, length int) {
	end := strings.Index(s, "](")
	if end < 0 || strings.ContainsRune(s[1:end], '[') {
		return "", 0
	}
	target := strings.IndexByte(s[end:], ')')
	if target < 0 {
		return "", 0
	}
	return s[1:end], end + target + 1
}

// flush ends the piece that is being read.
func (w *wordReader) flush() {
	text := w.piece.String()
	w.piece.Reset()
	style := diag.Plain
	switch {
	case w.inCode:
		style = diag.Cyan
	case w.bold, w.slant:
		style = diag.Bold
	}
	w.word.width += diag.DisplayWidth(text)
	w.word.text += w.paint(style, text)
}

// end ends the word that is being read, if there is one.
func (w *wordReader) end() {
	w.flush()
	if w.word.text != "" {
		w.all = append(w.all, w.word)
	}
	w.word = word{}
}

// fill returns words as lines of at most width columns. The first line starts
// with first, and the others with rest, which are blanks or ASCII.
func (r Renderer) fill(words []word, width int, first, rest string) []word {
	var lines []word
	line, empty := word{first, len(first)}, true
	for _, w := range words {
		if !empty && line.width+1+w.width > width {
			lines = append(lines, line)
			line, empty = word{rest, len(rest)}, true
		}
		if !empty {
			line.text += " "
			line.width++
		}
		line.text += w.text
		line.width += w.width
		empty = false
	}
	return append(lines, line)
}
