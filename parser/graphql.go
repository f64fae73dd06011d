package parser

import (
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// isGraphQLFile reports whether a line is httpYac's gql Name < path.
func isGraphQLFile(line []byte) bool {
	word, rest := cutWord(line)
	if string(word) != "gql" {
		return false
	}
	if len(rest) > 0 && rest[0] != '<' {
		_, rest = cutWord(rest)
	}
	return len(rest) > 2 && rest[0] == '<' && isSpace(rest[1])
}

// graphQLPart reads a line such as gql Repositories < ./repositories.gql.
func (b *bodyReader) graphQLPart(i int) (part BodyPart, operation Text) {
	whole := b.trimmed(i)
	_, rest := b.cutSpan(whole)
	if b.src[rest.Start] != '<' {
		var name diag.Span
		name, rest = b.cutSpan(rest)
		operation = b.text(name)
	}
	return BodyPart{Line: b.text(whole), Path: b.text(b.trim(diag.Span{Start: rest.Start + 1, End: rest.End}))}, operation
}

// graphQL takes the body of a GraphQL request apart, if the request is one: its
// method, a header, a directive or a line of the body says so, and in httpYac
// also a body that starts like an operation.
func (b *bodyReader) graphQL(operation Text) {
	req := b.req
	if req.Protocol == HTTP && (!operation.IsZero() || b.isGraphQL()) {
		req.Protocol = GraphQL
	}
	if req.Protocol != GraphQL || req.Body == nil {
		return
	}
	g := &GraphQLBody{Operation: operation}
	scan := operationScanner{}
	for i, part := range req.Body.Parts {
		if g.Variables != nil {
			g.Variables = append(g.Variables, part)
			continue
		}
		if !part.Path.IsZero() {
			if scan.complete && strings.HasSuffix(strings.ToLower(part.Path.String()), ".json") {
				g.Variables = append(g.Variables, part)
				continue
			}
			scan.complete = true
			g.Query = append(g.Query, part)
			continue
		}
		text := part.Text.String()
		at := scan.variables(text)
		if at < 0 {
			g.Query = append(g.Query, part)
			continue
		}
		if head := part.Text.Slice(0, at).TrimSpace(); at > 0 && head.String() != "" {
			g.Query = append(g.Query, BodyPart{Text: head, Newline: true})
		}
		rest := req.Body.Parts[i]
		rest.Text = part.Text.Slice(at, len(text))
		g.Variables = append(g.Variables, rest)
	}
	for _, parts := range [][]BodyPart{g.Query, g.Variables} {
		if len(parts) > 0 {
			parts[len(parts)-1].Newline = false
		}
	}
	if g.Operation.IsZero() {
		g.Operation = operationName(g.Query)
	}
	req.Body.GraphQL = g
}

// isGraphQL reports whether something other than the method says that a request
// is one of GraphQL.
func (b *bodyReader) isGraphQL() bool {
	for _, h := range b.req.Headers {
		if strings.EqualFold(h.Name.String(), "X-Request-Type") && strings.EqualFold(h.Value.String(), "GraphQL") {
			return true
		}
	}
	plain := false
	for _, d := range b.block.Directives {
		switch d.Key {
		case "graphql":
			return true
		case "noGqlParsing":
			plain = true
		}
	}
	if plain || b.file.Dialect != HTTPYac || b.req.Body == nil || b.req.Body.Parts[0].Text.IsZero() {
		return false
	}
	keyword, rest := operationKeyword(b.req.Body.Parts[0].Text.String())
	return keyword && strings.Contains(rest, "{")
}

// operationKeyword reports whether a text starts with the keyword of an
// operation, and returns what follows it.
func operationKeyword(text string) (bool, string) {
	text = strings.TrimLeft(text, blanks)
	for _, word := range [...]string{"query", "mutation", "subscription"} {
		if rest, found := strings.CutPrefix(text, word); found && (rest == "" || strings.IndexByte(" \t\r\n({", rest[0]) >= 0) {
			return true, rest
		}
	}
	return false, ""
}

// operationScanner follows the braces of a GraphQL document.
type operationScanner struct {
	depth    int
	complete bool // an operation or a fragment has been closed, and nothing begun since
}

// variables returns the offset at which a text that continues the document goes
// over to the variables: a line that starts with { behind a complete operation;
// -1 if all of it is of the document.
func (s *operationScanner) variables(text string) int {
	for at := 0; at < len(text); {
		line, _, _ := strings.Cut(text[at:], "\n")
		trimmed := strings.TrimLeft(line, blanks)
		if s.depth == 0 && trimmed != "" {
			if s.complete && trimmed[0] == '{' {
				return at + len(line) - len(trimmed)
			}
			s.complete = false
		}
		at += s.line(text[at:], len(line))
	}
	return -1
}

// line counts the braces of the line of length n that text starts with, and
// returns the bytes read: more than the line where a block string goes on.
func (s *operationScanner) line(text string, n int) int {
	i := 0
	for i < n {
		switch {
		case text[i] == '#':
			return n + 1
		case strings.HasPrefix(text[i:], `"""`):
			end := strings.Index(text[i+3:], `"""`)
			if end < 0 {
				return len(text)
			}
			i += 3 + end + 3
			if i > n {
				if rest := strings.IndexByte(text[i:], '\n'); rest >= 0 {
					n = i + rest
				} else {
					n = len(text)
				}
			}
			continue
		case text[i] == '"':
			for i++; i < n && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case text[i] == '{':
			s.depth++
		case text[i] == '}':
			s.depth = max(s.depth-1, 0)
			s.complete = s.depth == 0
		}
		i++
	}
	return max(i, n) + 1
}

// operationName returns the name of the first operation of a document; zero if
// it has none.
func operationName(query []BodyPart) Text {
	for _, part := range query {
		if part.Text.IsZero() {
			continue
		}
		text := part.Text.String()
		for at := 0; at < len(text); {
			line, _, _ := strings.Cut(text[at:], "\n")
			if keyword, rest := operationKeyword(line); keyword {
				start := at + len(line) - len(strings.TrimLeft(rest, blanks))
				end := start
				for end < at+len(line) && isWord(text[end]) {
					end++
				}
				if end > start {
					return part.Text.Slice(start, end)
				}
				return Text{}
			}
			at += len(line) + 1
		}
	}
	return Text{}
}
