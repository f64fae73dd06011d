package scope

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// oauth2Scheme is the scheme that the types OAuth2 and Mock of JetBrains are
// uses of.
const oauth2Scheme = "oauth2"

// oauth2Keys are the keys of JetBrains' entries, and those that kulala adds, with
// the parameters of the scheme that they are.
var oauth2Keys = map[string]string{
	"Grant Type": "grant", "Auth URL": "auth_url", "Token URL": "token_url", "Device Auth URL": "device_auth_url",
	"Redirect URL": "redirect_url", "Client ID": "client_id", "Client Secret": "client_secret",
	"Client Credentials": "client_auth", "Basic Encoding": "basic_encoding", "Username": "username", "Password": "password",
	"Scope": "scope", "State": "state", "Issuer": "issuer", "Issuer Required": "issuer_required", "Use ID Token": "use_id_token",
	"Acquire Automatically": "acquire_automatically", "Open Complete URI": "open_complete_uri",
	"Start Polling After Browser": "start_polling_after_browser",
	"Revoke URL":                  "revoke_url", "Expires In": "expires_in", "Response Type": "response_type",
}

// mockKeys are those of the type Mock.
var mockKeys = map[string]string{
	"Token": "token", "ID Token": "id_token", "Use ID Token": "use_id_token", "Acquire Automatically": "acquire_automatically",
}

// oauth2Structures are the keys whose values have parts.
var oauth2Structures = []string{"Type", "PKCE", "Custom Request Parameters", "Custom Headers", "Browser CMD"}

// beyond are keys of kulala that this version cannot do.
var beyond = []string{"Assertion", "JWT", "Private Key", "private_key"}

// AuthExtra is a further parameter of the requests of OAuth 2.0.
type AuthExtra struct {
	AuthParam
	Use string // "" for all requests, "auth", "token", or "header" for a header field of token requests
}

// uses are JetBrains' words for the requests that a parameter goes with.
var uses = map[string]string{"Everywhere": "", "In Auth Request": "auth", "In Token Request": "token"}

// oauth2 reads an entry of JetBrains as a use of the scheme oauth2.
func (r *entryReader) oauth2(entry *AuthEntry) {
	keys := oauth2Keys
	if entry.Type.String() == "Mock" {
		keys = mockKeys
	}
	entry.Provider = parser.Literal(entry.Type.Source(), entry.Type.Span(), oauth2Scheme)
	entry.Keys = map[string]string{"pkce": "PKCE", "code_verifier": "Code Verifier"}
	for key, param := range keys {
		entry.Keys[param] = key
	}
	for _, p := range r.parts {
		members, _ := p.at.node.value.([]member)
		for i, m := range members {
			if m.node.value == nil || slices.ContainsFunc(members[i+1:], func(later member) bool { return later.name == m.name }) {
				continue // of two members of one name the last counts
			}
			r.oauth2Key(p.file, m, keys, entry)
		}
	}
	if entry.Type.String() == "Mock" {
		entry.Params = append(entry.Params, AuthParam{Name: r.fixed(entry, "grant"), Value: r.fixed(entry, "mock")})
		return
	}
	if !entry.has("grant") && len(r.problems) == 0 {
		r.fail(r.parts[0].file, r.parts[0].at.span, "add `\"Grant Type\": \"Client Credentials\"`, for example", "there is no `Grant Type`")
	}
}

// fixed is a text that nobody has written, at the type of the entry.
func (r *entryReader) fixed(entry *AuthEntry, text string) parser.Text {
	return parser.Literal(entry.Type.Source(), entry.Type.Span(), text)
}

// has reports whether an entry gives a parameter.
func (e *AuthEntry) has(param string) bool {
	return slices.ContainsFunc(e.Params, func(p AuthParam) bool { return p.Name.String() == param })
}

// oauth2Key reads one key, which counts unless a stronger file has it.
func (r *entryReader) oauth2Key(file *envFile, m member, keys map[string]string, entry *AuthEntry) {
	param, known := keys[m.name]
	_, ofOther := oauth2Keys[m.name]
	mock := entry.Type.String() == "Mock"
	switch {
	case known:
		if text, ok := m.node.value.(string); ok && text == "" {
			return // as JetBrains' own template has them
		}
		r.oauth2Param(file, m, param, entry)
	case ofOther, mockKeys[m.name] != "", mock && slices.Contains(oauth2Structures, m.name):
		// Of the other type: an entry may be switched from one to the other.
	case slices.Contains(beyond, m.name):
		r.problems = append(r.problems, &diag.Diagnostic{
			Code: diag.CodeUnsupported, Severity: diag.Error,
			Summary: fmt.Sprintf("`Security.Auth.%s`: `%s` is not supported by this version: it cannot sign assertions (RFC 7523)", r.id, m.name),
			Source:  file.source, Subject: m.span,
			Suggestion: "use a `Client Secret`, or send the token request as a request of your own and capture the token",
		})
	case m.name == "PKCE":
		r.pkce(file, m, entry)
	case m.name == "Custom Request Parameters":
		r.extras(file, m, entry, "")
	case m.name == "Custom Headers":
		r.extras(file, m, entry, "header")
	case m.name == "Type", m.name == "Browser CMD": // a file of the project names no program to run
	default:
		names := slices.Concat(slices.Sorted(maps.Keys(keys)), oauth2Structures)
		r.fail(file, m.span, cmp.Or(diag.DidYouMean(m.name, names), "remove it"), "unknown key `%s`", m.name)
	}
}

// oauth2Param adds a parameter unless a stronger file has given it. What is
// secret is the scheme's to say: an address or a word of the format is not,
// though it may stand in a private file.
func (r *entryReader) oauth2Param(file *envFile, m member, param string, entry *AuthEntry) {
	if entry.has(param) {
		return
	}
	p := r.param(file, m)
	p.Name, p.Secret = parser.Literal(file.source, m.span, param), false
	entry.Params = append(entry.Params, p)
}

// pkce reads `true`, or an object with method and verifier.
func (r *entryReader) pkce(file *envFile, m member, entry *AuthEntry) {
	if entry.has("pkce") || entry.has("code_verifier") {
		return
	}
	members, isObject := m.node.value.([]member)
	if !isObject {
		r.oauth2Param(file, m, "pkce", entry)
		return
	}
	for _, inner := range members {
		switch inner.name {
		case "Code Challenge Method":
			r.oauth2Param(file, inner, "pkce", entry)
		case "Code Verifier":
			r.oauth2Param(file, inner, "code_verifier", entry)
		default:
			names := []string{"Code Challenge Method", "Code Verifier"}
			r.fail(file, inner.span, cmp.Or(diag.DidYouMean(inner.name, names), "use one of `"+strings.Join(names, "`, `")+"`"), "unknown key `%s` of `PKCE`", inner.name)
		}
	}
}

// extras reads the members of custom parameters or header fields: a text, an
// object {"Value", "Use"}, or a list of these. A member counts unless a
// stronger file has one of its name.
func (r *entryReader) extras(file *envFile, m member, entry *AuthEntry, use string) {
	members, ok := m.node.value.([]member)
	if !ok {
		r.fail(file, m.node.span, "", "`%s` must be an object", m.name)
		return
	}
	given := slices.Clone(entry.Extras)
	for i, inner := range members {
		again := slices.ContainsFunc(members[i+1:], func(later member) bool { return later.name == inner.name })
		stronger := slices.ContainsFunc(given, func(e AuthExtra) bool {
			return e.Name.String() == inner.name && (e.Use == "header") == (use == "header")
		})
		if !again && !stronger {
			r.extra(file, inner, inner.node, use, entry)
		}
	}
}

func (r *entryReader) extra(file *envFile, named member, n *node, use string, entry *AuthEntry) {
	switch v := n.value.(type) {
	case string, bool, int, value.Number:
		p := r.param(file, member{name: named.name, span: named.span, node: n})
		entry.Extras = append(entry.Extras, AuthExtra{AuthParam: p, Use: use})
	case []*node:
		for _, element := range v {
			r.extra(file, named, element, use, entry)
		}
	case []member:
		var inner *node
		for _, m := range v {
			switch text, _ := m.node.value.(string); {
			case m.name == "Value":
				inner = m.node
			case m.name == "Use" && use != "header":
				word, known := uses[text]
				if !known {
					names := slices.Sorted(maps.Keys(uses))
					r.fail(file, m.node.span, cmp.Or(diag.DidYouMean(text, names), "use one of `"+strings.Join(names, "`, `")+"`"), "`Use` cannot be %q", text)
				}
				use = word
			case m.name == "Use": // header fields stand in token requests alone
			default:
				r.fail(file, m.span, cmp.Or(diag.DidYouMean(m.name, []string{"Value", "Use"}), "use `Value` and `Use`"), "unknown key `%s`", m.name)
			}
		}
		if inner == nil {
			r.fail(file, n.span, "add `\"Value\"`", "`%s` has no `Value`", named.name)
			return
		}
		if _, nested := inner.value.([]member); nested {
			r.fail(file, inner.span, "", "`Value` must be a text or a list of texts")
			return
		}
		r.extra(file, named, inner, use, entry)
	default:
		r.fail(file, n.span, "", "the value of `%s` must be a text, an object with `Value` and `Use`, or a list of these", named.name)
	}
}
