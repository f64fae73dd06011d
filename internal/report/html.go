package report

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/postrider/postrider/runner"
)

// isHTML reports whether a body is a page for people.
func isHTML(body *runner.Body) bool {
	switch body.Type {
	case "text/html", "application/xhtml+xml":
		return true
	case "":
		start := strings.ToLower(strings.TrimSpace(body.Preview[:min(len(body.Preview), 200)]))
		return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html")
	}
	return false
}

// pageText returns what people would read of an HTML page: its title, and its
// text, a paragraph a line.
func pageText(page string) (title, text string) {
	var b, line strings.Builder
	flush := func() {
		if l := strings.Join(strings.Fields(line.String()), " "); l != "" {
			b.WriteString(l + "\n")
		}
		line.Reset()
	}
	hidden := atom.Atom(0) // the element whose text nobody sees
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			flush()
			return title, b.String()
		case html.TextToken:
			// As it is written: masking has seen the usual entities, and no others.
			switch raw := entities.Replace(string(z.Raw())); hidden {
			case 0:
				line.WriteString(raw)
			case atom.Title:
				title += strings.Join(strings.Fields(raw), " ")
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); a {
			case atom.Script, atom.Style, atom.Title, atom.Template, atom.Textarea, atom.Noscript:
				hidden = a
			default:
				breakAt(a, flush, &line)
			}
		case html.CommentToken:
			line.WriteByte(' ')
		case html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			if a == hidden {
				hidden = 0
			}
			breakAt(a, flush, &line)
		}
	}
}

// breakAt ends a line of text at a tag, unless that stands inside lines: there it
// leaves a blank. What a tag divides is no secret for the masking, which has seen the
// page, and must not become one here.
func breakAt(a atom.Atom, flush func(), line *strings.Builder) {
	switch a {
	case atom.A, atom.Abbr, atom.B, atom.Code, atom.Em, atom.Font, atom.I, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.Tt, atom.U,
		atom.Td, atom.Th:
		line.WriteByte(' ')
	default:
		flush()
	}
}

// entities are the character references that masking knows.
var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#34;", `"`, "&#39;", "'", "&apos;", "'", "&nbsp;", " ", "&amp;", "&")
