package auth

import "strings"

// hidden stands for what is not shown of a definition's own text.
const hidden = "…"

// shownURL is a URL, or a template for one, as it may be printed: with origin,
// path and the names of the query, but without the values of the query and what
// stands before an `@`. These may be secrets that whoever wrote the URL has not
// declared. A reference to a parameter is no value, and stays. What is no URL is
// returned as it is.
func shownURL(text string) string {
	scheme, rest, isURL := strings.Cut(text, "://")
	if !isURL {
		return text
	}
	end := len(rest)
	if at := strings.IndexAny(rest, "/?#"); at >= 0 {
		end = at
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		rest = hidden + rest[at:]
	}
	before, query, found := strings.Cut(rest, "?")
	if !found {
		before, _, found = strings.Cut(rest, "#")
		if found {
			before += "#" + hidden
		}
		return scheme + "://" + before
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, named := strings.Cut(pair, "=")
		switch {
		case onlyReferences(pair):
		case !named:
			pairs[i] = hidden
		case !onlyReferences(value):
			pairs[i] = name + "=" + hidden
		}
	}
	return scheme + "://" + before + "?" + strings.Join(pairs, "&")
}

// onlyReferences reports whether a template has no text of its own.
func onlyReferences(text string) bool {
	t, err := parseTemplate(text)
	if err != nil {
		return false
	}
	for _, p := range t.parts {
		if p.name == "" {
			return false
		}
	}
	return true
}
