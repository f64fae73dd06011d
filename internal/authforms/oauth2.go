package authforms

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// Names are what the templates of a file may name, and what that is defined as before
// anything is sent.
type Names struct {
	Defined map[string]bool
	Values  *scope.Scope
}

// oauth2Maker makes `@auth oauth2 …` of what other tools have in its place. The
// parameters are templates, so that all that holds for a directive holds for
// them.
type oauth2Maker struct {
	names   Names
	at      parser.Text // what is written, to point at
	params  []parser.AuthParam
	problem *diag.Diagnostic
}

// add gives a parameter, unless there is no text for it.
func (m *oauth2Maker) add(param, text string) {
	if text == "" {
		return
	}
	literal := func(s string) parser.Text { return parser.Literal(m.at.Source(), m.at.Span(), s) }
	m.params = append(m.params, parser.AuthParam{Key: literal(param), Value: literal(text)})
}

func (m *oauth2Maker) fail(code, summary, suggestion string) {
	if m.problem == nil {
		m.problem = (&diag.Diagnostic{Code: code, Severity: diag.Error, Summary: summary, Suggestion: suggestion}).At(m.at.Source(), m.at.Span())
	}
}

// directive returns what was made, and what is wrong with it; nil if nothing is.
func (m *oauth2Maker) directive() (*parser.Auth, *diag.Diagnostic) {
	return &parser.Auth{ID: parser.Literal(m.at.Source(), m.at.Span(), "oauth2"), Params: m.params}, m.problem
}

// variable returns a template for a variable, or what stands for it if there is
// none.
func (m *oauth2Maker) variable(name, otherwise string) string {
	if m.names.Defined[name] {
		return "{{" + name + "}}"
	}
	return otherwise
}

// azureClouds are the authorities of VS Code's names for clouds.
var azureClouds = map[string]string{
	"azurecloud": "https://login.microsoftonline.com", "azurechinacloud": "https://login.chinacloudapi.cn",
	"azureusgovernment": "https://login.microsoftonline.us", "ppe": "https://login.windows-ppe.net",
}

// Azure is $aadV2Token of VS Code REST Client, with the options of the template that is
// written at a place: client credentials with appOnly, else a device code. The client
// must be the user's own: the one that VS Code falls back to is registered for VS Code.
func Azure(at parser.Text, options map[string]string, names Names) (*parser.Auth, *diag.Diagnostic) {
	m := oauth2Maker{names: names, at: at}
	m.azure(options)
	return m.directive()
}

func (m *oauth2Maker) azure(options map[string]string) {
	cloud := "azurecloud"
	if written, ok := m.names.written("aadV2Cloud"); ok {
		cloud = strings.ToLower(written)
	}
	for name := range azureClouds {
		if _, given := options[name]; given {
			cloud = name
		}
	}
	authority, known := azureClouds[cloud]
	if !known {
		m.fail(diag.CodeValue, fmt.Sprintf("`aadV2Cloud` is %q, which is not a cloud that VS Code knows", cloud), "use AzureCloud, AzureChinaCloud, AzureUSGovernment or ppe")
		return
	}
	base := authority + "/" + cmp.Or(options["tenantid"], m.variable("aadV2TenantId", "common")) + "/oauth2/v2.0"
	client := cmp.Or(options["clientid"], m.variable("aadV2ClientId", ""))
	if client == "" {
		m.fail(diag.CodeVariable, "`$aadV2Token` needs a client", "register one, and add `clientId:ID` or the variable `aadV2ClientId`")
	}
	m.add("token_url", base+"/token")
	m.add("client_id", client)
	if _, appOnly := options["apponly"]; appOnly {
		m.add("grant", "client_credentials")
		m.add("client_auth", "body")
		m.add("client_secret", "{{aadV2ClientSecret}}")
		m.add("scope", "{{aadV2AppUri}}/.default")
		return
	}
	scopes := strings.FieldsFunc(options["scopes"], func(r rune) bool { return r == ',' })
	for _, scope := range []string{"openid", "profile"} {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	m.add("grant", "device_code")
	m.add("client_auth", "none")
	m.add("device_auth_url", base+"/devicecode")
	m.add("scope", strings.Join(scopes, " "))
}

// OpenIDConnect is $oidcAccessToken of VS Code REST Client, with the options of the
// template that is written at a place: an authorization code with PKCE. Endpoints are
// not discovered: a secret would follow what a document says.
func OpenIDConnect(at parser.Text, options map[string]string, names Names) (*parser.Auth, *diag.Diagnostic) {
	m := oauth2Maker{names: names, at: at}
	for _, name := range []string{"clientId", "authorizeEndpoint", "tokenEndpoint"} {
		if options[strings.ToLower(name)] == "" {
			m.fail(diag.CodeUnsupported, fmt.Sprintf("`$oidcAccessToken` needs `%s:`: endpoints are not discovered, and VS Code's own client is not ours", name),
				"add `clientId:ID authorizeEndpoint:URL tokenEndpoint:URL`")
		}
	}
	m.add("grant", "authorization_code")
	m.add("auth_url", options["authorizeendpoint"])
	m.add("token_url", options["tokenendpoint"])
	m.add("client_id", options["clientid"])
	m.add("issuer", options["issuer"])
	m.add("audience", options["audience"])
	m.add("scope", strings.ReplaceAll(options["scopes"], ",", " "))
	m.add("redirect_url", "http://"+cmp.Or(options["callbackdomain"], "localhost")+":"+cmp.Or(options["callbackport"], "7777")+"/callback")
	return m.directive()
}

// openIDFlows are the flows of httpYac's header field, with the grants that they
// are.
var openIDFlows = map[string]string{
	"client_credentials": "client_credentials", "client": "client_credentials", "password": "password",
	"authorization_code": "authorization_code", "code": "authorization_code", "device_code": "device_code", "device": "device_code",
	"implicit": "implicit", "hybrid": "hybrid",
}

// openIDVariables are the variables of httpYac that are parameters as they are.
var openIDVariables = [][2]string{
	{"tokenEndpoint", "token_url"}, {"authorizationEndpoint", "auth_url"}, {"deviceCodeEndpoint", "device_auth_url"},
	{"clientId", "client_id"}, {"clientSecret", "client_secret"}, {"username", "username"}, {"password", "password"},
	{"scope", "scope"}, {"audience", "audience"}, {"resource", "resource"}, {"usePkce", "pkce"},
}

// OpenIDByVariables reads httpYac's `Authorization: openid FLOW [PREFIX]`, which stands
// for credentials by the variables of that prefix. It returns nil for any other
// value.
func OpenIDByVariables(field parser.Text, names Names) (*parser.Auth, *diag.Diagnostic) {
	if field.HasTemplate() || ReadField(field.String()).Form != OpenID {
		return nil, nil
	}
	words := strings.Fields(field.String())
	grant := openIDFlows[strings.ToLower(words[1])]
	m := oauth2Maker{names: names, at: field}
	prefixes := []string{"oauth2"}
	if len(words) > 2 && words[2] != "token_exchange" {
		prefixes = []string{words[2], "oauth2"}
	}
	if slices.Contains(words, "token_exchange") {
		m.fail(diag.CodeUnsupported, "`token_exchange` (RFC 8693) is not supported by this version",
			"exchange the token in a request of your own, and capture it")
	}
	m.add("grant", grant)
	for _, v := range openIDVariables {
		name := names.openIDVariable(prefixes, v[0])
		if written, ok := names.written(name); ok && strings.HasPrefix(written, "[") {
			m.fail(diag.CodeUnsupported, fmt.Sprintf("`%s` is a list, which is not supported by this version", name),
				"configure `Custom Request Parameters` of an `OAuth2` entry in `Security.Auth`")
		}
		if name != "" {
			m.add(v[1], "{{"+name+"}}")
		}
	}
	if names.openIDVariable(prefixes, "tokenEndpoint") == "" {
		m.fail(diag.CodeVariable, fmt.Sprintf("no variable `%s_tokenEndpoint`, which `%s %s` needs", prefixes[0], words[0], words[1]), "define it in the environment")
	}
	// Without a header field the client's secret is in the body.
	if written, ok := names.written(names.openIDVariable(prefixes, "useAuthorizationHeader")); ok && written == "false" {
		m.add("client_auth", "body")
	}
	switch redirect := names.openIDVariable(prefixes, "redirectUri"); {
	case redirect != "":
		m.add("redirect_url", "{{"+redirect+"}}")
	case grant == "authorization_code":
		port := "3000"
		if name := names.openIDVariable(prefixes, "serverPort"); name != "" {
			port = "{{" + name + "}}"
		}
		m.add("redirect_url", "http://localhost:"+port+"/callback")
	}
	return m.directive()
}

// openIDVariable finds a variable as httpYac does: PREFIX_name, without regard to
// case, or a member of an object called PREFIX; "" if there is none.
func (n Names) openIDVariable(prefixes []string, name string) string {
	for _, prefix := range prefixes {
		if whole := prefix + "_" + name; n.Defined[whole] {
			return whole
		}
		for _, known := range n.Values.Names() {
			if strings.EqualFold(known, prefix+"_"+name) {
				return known
			}
		}
		if v, found, _ := n.Values.Lookup(prefix); found {
			if object, ok := v.Value.(map[string]any); ok && object[name] != nil {
				return prefix + "." + name
			}
		}
	}
	return ""
}

// written returns what a variable, or a member of one, is defined as.
func (n Names) written(name string) (string, bool) {
	v, found, _ := n.Values.Lookup(name)
	switch {
	case found && !v.Text.IsZero():
		return v.Text.String(), true
	case found:
		return value.Text(v.Value), true
	}
	head, member, isPath := strings.Cut(name, ".")
	if !isPath {
		return "", false
	}
	v, found, _ = n.Values.Lookup(head)
	if !found {
		return "", false
	}
	object, _ := v.Value.(map[string]any)
	return value.Text(object[member]), object[member] != nil
}
