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

// encode returns a value as JSON on one line. What a terminal or a CI system would
// obey is escaped, which is the same text to a program.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return escapeObeyed(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// encodeIndented is encode for a document that people read too: it has many lines.
func encodeIndented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return escapeObeyed(b.Bytes()), nil
}

// escapeObeyed escapes in a JSON text what a terminal or a CI system would obey.
func escapeObeyed(document []byte) []byte {
	text := string(document)
	var out []byte
	written := 0 // of text
	for i, r := range text {
		if r != '#' && r < 0x7f || !diag.Obeyed(text, i) {
			continue // a control character stands in no JSON text but as its white space
		}
		out = append(out, text[written:i]...)
		for _, unit := range utf16.AppendRune(nil, r) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
		written = i + utf8.RuneLen(r)
	}
	if written == 0 {
		return document
	}
	return append(out, text[written:]...)
}

// encodePiece is how much of a long text is encoded at a time.
const encodePiece = 32 << 10

// writeString writes a long text as a JSON string, piece by piece.
func writeString(w io.Writer, text string) error {
	if _, err := io.WriteString(w, `"`); err != nil {
		return err
	}
	for len(text) > 0 {
		n := pieceOf(text)
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

// pieceOf returns the length of the piece that a text starts with. It ends between
// two characters, and not in what could be the start of a command to a CI system.
func pieceOf(text string) int {
	if len(text) <= encodePiece {
		return len(text)
	}
	const longestCommand = 256
	for n := encodePiece; n > encodePiece-longestCommand; n-- {
		if c := text[n-1]; c < utf8.RuneSelf && c != '#' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return n
		}
	}
	n := encodePiece
	for n > encodePiece-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
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
