package curl

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// Word writes a text as one word of a POSIX shell.
func Word(s string) string { return word(Literal(s)) }

// word writes a text as one word of a POSIX shell (POSIX.1-2024, Shell &
// Utilities section 2.2). What is literal stands in single quotes, in which an
// interactive shell does not look for `!` either.
func word(t Text) string {
	var b strings.Builder
	for _, p := range merged(t) {
		if p.Shell != "" {
			b.WriteString(`"` + p.Shell + `"`)
		} else {
			b.WriteString(literal(p.Literal))
		}
	}
	if b.Len() == 0 {
		return "''"
	}
	return b.String()
}

// literal writes a text for the shell. A line feed may stand in quotes, but
// nobody can paste other control characters, or see what is invisible: printf
// makes those. It cannot make the line ends at the end, which the shell removes,
// nor a NUL, which no word can hold.
func literal(s string) string {
	switch rest := strings.TrimRight(s, "\n"); {
	case s == "":
		return ""
	case plain(s):
		return s
	case pasteable(s):
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	default:
		made := `"$(printf ` + format(rest) + `)"`
		if rest == s {
			return made
		}
		return made + "'" + s[len(rest):] + "'"
	}
}

// plain reports whether a text means itself to every shell.
func plain(s string) bool {
	if s == "" || strings.IndexByte("=-", s[0]) >= 0 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if ('a' > c || c > 'z') && ('A' > c || c > 'Z') && ('0' > c || c > '9') && strings.IndexByte("%+,-./:=@_", c) < 0 {
			return false
		}
	}
	return true
}

// pasteable reports whether a text holds nothing that a terminal would obey, hide
// or not take.
func pasteable(s string) bool {
	for line := range strings.SplitSeq(s, "\n") {
		if diag.Printable(line) != line {
			return false
		}
	}
	return true
}

// format writes a text as the format of printf, in a line for each of its own.
func format(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		char := s[i : i+size]
		i += size
		switch {
		case r == '\n' && i < len(s):
			b.WriteString("\\n'\\\n'")
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\\':
			b.WriteString(`\\`)
		case r == '%':
			b.WriteString("%%")
		case r == '\'', r == '#', diag.Printable(char) != char, r == '-' && i == size: // a # may start a command to a CI system, and a format is no option
			for _, c := range []byte(char) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		default:
			b.WriteString(char)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// inlineLimit is the longest body that is written as a word. Systems bound the
// length of an argument.
const inlineLimit = 64 << 10

// body writes the body: as a word, as the name of its file, or as what other
// commands pipe in.
func (c *command) body(r *Request) {
	pieces := merged(r.Body)
	switch {
	case r.Body == nil:
		return
	case len(pieces) == 1 && pieces[0].File != "":
		c.option("--data-binary", Literal("@"+path(pieces[0].File)))
		return
	case inline(pieces):
		c.option("--data-raw", pieces)
		if len(pieces) == 0 {
			c.last = append(c.last, "''")
		}
		return
	}
	var commands []string
	var guards []string
	for _, p := range pieces {
		switch {
		case p.File != "":
			commands = append(commands, "cat "+word(Literal(path(p.File))))
		case p.Shell != "":
			commands = append(commands, `printf '%s' "`+p.Shell+`"`)
			if strings.HasPrefix(p.Shell, "${") { // else only the pipe would end with it
				guards = append(guards, `"`+p.Shell+`"`)
			}
		default:
			commands = append(commands, "printf "+format(p.Literal))
		}
	}
	if len(guards) > 0 {
		c.before = ": " + strings.Join(guards, " ") + " &&\n"
	}
	if len(commands) == 1 {
		c.before += commands[0] + " | "
	} else {
		c.before += "{\n" + strings.Join(commands, "\n") + "\n} | "
	}
	c.option("--data-binary", Literal("@-"))
}

// path is a path that no program takes for an option or for standard input.
func path(name string) string {
	if strings.HasPrefix(name, "-") {
		return "./" + name
	}
	return name
}

// merged joins the pieces that are literal.
func merged(pieces []Piece) []Piece {
	var all []Piece
	for _, p := range pieces {
		isLiteral := p.Shell == "" && p.File == ""
		if isLiteral && p.Literal == "" {
			continue
		}
		if n := len(all); isLiteral && n > 0 && all[n-1].Shell == "" && all[n-1].File == "" {
			all[n-1].Literal += p.Literal
			continue
		}
		all = append(all, p)
	}
	return all
}

// inline reports whether a body can be a word.
func inline(pieces []Piece) bool {
	length := 0
	for _, p := range pieces {
		if p.File != "" || !pasteable(p.Literal) {
			return false
		}
		length += len(p.Literal)
	}
	return length <= inlineLimit
}

// size is the length of a body as far as it is known.
func size(pieces []Piece) int64 {
	var n int64
	for _, p := range pieces {
		if p.File != "" {
			n += p.Size
			continue
		}
		n += int64(len(p.Literal))
	}
	return n
}
