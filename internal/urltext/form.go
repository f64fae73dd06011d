package urltext

import (
	"strings"

	"github.com/postrider/postrider/internal/scope"
)

// EncodeForm joins a form body that is written over several lines: blanks round
// = and & are dropped, and what may not stand in a form is percent-encoded,
// what is encoded already stays (JetBrains, VS Code, httpYac).
func EncodeForm(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	fields := strings.Split(strings.Join(lines, ""), "&")
	for i, f := range fields {
		name, value, found := strings.Cut(f, "=")
		fields[i] = EncodePart(strings.TrimSpace(name))
		if found {
			fields[i] += "=" + EncodePart(strings.TrimSpace(value))
		}
	}
	return strings.Join(fields, "&")
}

// EncodeFormParts is EncodeForm for the text of a request, which the parser has laid
// out: what the values of templates begin and end with is theirs.
func EncodeFormParts(parts []scope.Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Segment.Template {
			b.WriteString(EncodePart(p.Text))
			continue
		}
		lines := strings.Split(p.Text, "\n")
		for i := 1; i < len(lines); i++ {
			lines[i-1], lines[i] = strings.TrimRight(lines[i-1], " \t\r"), strings.TrimLeft(lines[i], " \t")
		}
		b.WriteString(EncodePart(strings.Join(lines, "")))
	}
	return b.String()
}

// EncodePart encodes as a URL is encoded, and # besides.
func EncodePart(s string) string {
	return strings.ReplaceAll(EncodeUnsafe(s), "#", "%23")
}
