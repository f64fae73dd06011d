package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// encode returns a value as JSON on one line. What a terminal would obey is
// escaped, which is the same text to a program.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return escapeDeceptive(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// escapeDeceptive escapes in a JSON text the characters that a terminal would obey.
func escapeDeceptive(text []byte) []byte {
	clean := 0
	for clean < len(text) && text[clean] < 0x7f {
		clean++
	}
	if clean == len(text) {
		return text
	}
	out := bytes.Clone(text[:clean])
	for rest := text[clean:]; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r < 0x7f || r != 0x7f && diag.Printable(string(rest[:size])) == string(rest[:size]) {
			out = append(out, rest[:size]...)
		} else {
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
		rest = rest[size:]
	}
	return out
}

// encodePiece is how much of a long text is encoded at a time.
const encodePiece = 32 << 10

// writeString writes a long text as a JSON string, piece by piece.
func writeString(w io.Writer, text string) error {
	if _, err := io.WriteString(w, `"`); err != nil {
		return err
	}
	for len(text) > 0 {
		n := min(len(text), encodePiece)
		for n < len(text) && n > encodePiece-utf8.UTFMax && !utf8.RuneStart(text[n]) {
			n--
		}
		piece, err := encode(text[:n])
		if err != nil {
			return err
		}
		if _, err := w.Write(piece[1 : len(piece)-1]); err != nil {
			return err
		}
		text = text[n:]
	}
	_, err := io.WriteString(w, `"`)
	return err
}

// writeBase64 writes bytes as a JSON string in Base64, piece by piece.
func writeBase64(w io.Writer, content string) error {
	if _, err := io.WriteString(w, `"`); err != nil {
		return err
	}
	e := base64.NewEncoder(base64.StdEncoding, w)
	for len(content) > 0 {
		n := min(len(content), encodePiece)
		if _, err := io.WriteString(e, content[:n]); err != nil {
			return err
		}
		content = content[n:]
	}
	if err := e.Close(); err != nil {
		return err
	}
	_, err := io.WriteString(w, `"`)
	return err
}
