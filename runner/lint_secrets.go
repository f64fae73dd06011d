package runner

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"

	"github.com/postrider/postrider/internal/authforms"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// secrets looks for credentials that stand in the file itself: values with a
// mark of their issuer, values that are handed over as credentials, and values
// that look random under a name that says they are secret. Each is told once a
// file and masked in every message.
func (l *linter) secrets() {
	told := make(map[string]bool)
	report := func(s found) {
		l.file.plan.secrets.Add(s.text)
		if told[s.text] {
			return
		}
		told[s.text] = true
		l.report(diag.Warning, diag.CodeSecretLiteral, s.span, s.what+" is written into the file",
			"whoever can read the file, or its history, has it",
			"put it into .env or http-client.private.env.json, or pass it with `--secret`, and write a variable here")
	}
	for _, b := range l.file.parsed.Blocks {
		for _, v := range b.Variables {
			l.value(v.Name.String(), v.Value, report)
		}
		for _, d := range b.Directives {
			if a, ok := d.Node.(*parser.Auth); ok {
				for _, p := range a.Params {
					l.value(p.Key.String(), p.Value, report)
				}
			}
		}
		if b.Request == nil {
			continue
		}
		l.query(b.Request.Target, report)
		for _, h := range b.Request.Headers {
			l.header(h, report)
		}
		if b.Request.Body != nil {
			for _, p := range b.Request.Body.Parts {
				l.body(p.Text, report)
			}
		}
	}
}

// found is a secret in a text: what it is, for people, and where.
type found struct {
	what, text string
	span       diag.Span
}

// value looks at a value under a name.
func (l *linter) value(name string, value parser.Text, report func(found)) {
	if l.marked(value, report) || value.HasTemplate() {
		return
	}
	text := strings.Trim(value.String(), `"'`)
	if scope.LooksSecret(name) && looksRandom(text) {
		report(found{secretOf(name), text, value.Span()})
	}
}

// part looks at a piece of a text, from an offset on, under a name. The text has
// been looked at for marks.
func (l *linter) part(name string, t parser.Text, at int, piece string, report func(found)) {
	if scope.LooksSecret(name) && looksRandom(piece) {
		report(found{secretOf(name), piece, t.Locate(at, at+len(piece))})
	}
}

func secretOf(name string) string { return fmt.Sprintf("the secret value of `%s`", name) }

// query looks at the parameters of a URL.
func (l *linter) query(target parser.Text, report func(found)) {
	l.marked(target, report)
	if at := strings.IndexByte(target.String(), '?') + 1; at > 0 {
		l.fields(target, at, report)
	}
}

// fields looks at name=value pairs from an offset of a text on.
func (l *linter) fields(t parser.Text, at int, report func(found)) {
	for p := range strings.SplitSeq(t.String()[at:], "&") {
		if name, value, ok := strings.Cut(p, "="); ok {
			l.part(name, t, at+len(name)+1, value, report)
		}
		at += len(p) + 1
	}
}

// body looks at the text of a body: at the members of a JSON object and at the
// fields of a form.
func (l *linter) body(t parser.Text, report func(found)) {
	text := t.String()
	l.marked(t, report)
	if trimmed := strings.TrimSpace(text); !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
		if !strings.ContainsAny(trimmed, "<>\n") {
			l.fields(t, 0, report)
		}
		return
	}
	name, colon := "", false
	for at := 0; at < len(text); at++ {
		switch c := text[at]; c {
		case '"':
			end := at + 1
			for end < len(text) && text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end, len(text))
			if colon {
				l.part(name, t, at+1, text[at+1:end], report)
			}
			name, colon = text[at+1:end], false
			at = end
		case ':':
			colon = name != ""
		case ' ', '\t', '\n', '\r':
		default:
			name, colon = "", false
		}
	}
}

// header looks at the value of a field.
func (l *linter) header(h *parser.Header, report func(found)) {
	name := h.Name.String()
	if l.marked(h.Value, report) || h.Value.HasTemplate() {
		return
	}
	text := h.Value.String()
	v := authforms.ReadField(text)
	if v.Rest == "" || !strings.HasSuffix(strings.ToLower(name), "authorization") {
		l.value(name, h.Value, report)
		return
	}
	if v.Form != authforms.AsWritten {
		return
	}
	credentials := v.Rest
	start := strings.LastIndex(text, credentials)
	span := h.Value.Locate(start, start+len(credentials))
	switch v.Scheme {
	case "bearer", "token", "apikey":
		if looksRandom(credentials) {
			report(found{"a token", credentials, span})
		}
	case "basic":
		if decoded, err := base64.StdEncoding.DecodeString(credentials); err == nil {
			_, password, pair := strings.Cut(string(decoded), ":")
			if pair && looksRandom(password) {
				report(found{"a password in Base64", credentials, span})
			}
		}
	}
}

// issuerMarks start the secrets of well-known issuers. Length is how many
// characters must follow at least.
var issuerMarks = [...]struct {
	prefix, what string
	length       int
}{
	{"ghp_", "a GitHub token", 30}, {"gho_", "a GitHub token", 30}, {"ghs_", "a GitHub token", 30}, {"github_pat_", "a GitHub token", 30},
	{"glpat-", "a GitLab token", 16},
	{"xoxb-", "a Slack token", 16}, {"xoxp-", "a Slack token", 16}, {"xapp-", "a Slack token", 16},
	{"sk_live_", "a Stripe key", 16}, {"rk_live_", "a Stripe key", 16},
	{"AKIA", "an AWS access key", 16}, {"ASIA", "an AWS access key", 16},
	{"AIza", "a Google API key", 30}, {"ya29.", "a Google token", 30},
	{"SG.", "a SendGrid key", 40}, {"npm_", "an npm token", 30}, {"sk-ant-", "an API key", 20}, {"sk-proj-", "an API key", 20},
	{"eyJ", "a signed token (JWT)", 40},
}

// marked looks for secrets that start with a mark of their issuer anywhere in a
// text, and reports whether there are some.
func (l *linter) marked(t parser.Text, report func(found)) bool {
	text, any := t.String(), false
	for at := 0; at < len(text); at++ {
		if at > 0 && isNameByte(text[at-1]) || !isNameByte(text[at]) {
			continue // not at the start of a word
		}
		for _, m := range issuerMarks {
			if !strings.HasPrefix(text[at:], m.prefix) {
				continue
			}
			end := at + len(m.prefix)
			for end < len(text) && isSecretByte(text[end]) {
				end++
			}
			word := text[at:end]
			if len(word) < len(m.prefix)+m.length || !varied(word[len(m.prefix):]) || m.prefix == "eyJ" && strings.Count(word, ".") != 2 {
				continue
			}
			any = true
			report(found{m.what, word, t.Locate(at, end)})
			at = end - 1
			break
		}
	}
	return any
}

// isSecretByte reports whether c may stand in a token.
func isSecretByte(c byte) bool { return isNameByte(c) && c < 0x80 || c == '.' || c == '+' || c == '/' }

// minRandom is the length of the shortest text that is taken for random. What
// people make up for a test is shorter, or made of words.
const minRandom = 16

// looksRandom reports whether a text is probably made by a machine to be
// secret: long, of one piece, with letters and digits in no order.
func looksRandom(s string) bool {
	if len(s) < minRandom || strings.ContainsAny(s, " \t{}<>$") || strings.Contains(s, "://") {
		return false
	}
	lower := strings.ToLower(s)
	for _, filler := range [...]string{"your", "example", "placeholder", "changeme", "xxx", "***", "...", "secret", "password", "token", "insert", "replace", "1234567", "abcdef", "test", "demo"} {
		if strings.Contains(lower, filler) {
			return false
		}
	}
	return varied(s)
}

// varied reports whether a text has letters, digits and enough entropy for its
// length: 3 bits a character at least, which words do not reach with digits
// among them.
func varied(s string) bool {
	var counts [256]int
	letters, digits := 0, 0
	for i := 0; i < len(s); i++ {
		counts[s[i]]++
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			letters++
		}
	}
	if letters == 0 || digits < 2 {
		return false
	}
	bits := 0.0
	for _, n := range counts {
		if n > 0 {
			share := float64(n) / float64(len(s))
			bits -= share * math.Log2(share)
		}
	}
	return bits >= 3
}
