package auth

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/transport"
)

func TestProviders(t *testing.T) {
	m, err := NewManager(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Providers(); !slices.Equal(got, []string{"cobuilder", "comodo-one", "coro", "corti", "cotalker"}) {
		t.Errorf("got %v", got)
	}
}

// directive returns a reference as it stands in a file, with its arguments.
func directive(text string, more ...string) Reference {
	source := diag.NewSource("a.http", []byte(text))
	words := strings.Fields(strings.TrimPrefix(text, "# @auth "))
	ref := Reference{ID: words[0], Source: source, Lookup: environment(more...)}
	at := strings.Index(text, words[0])
	ref.Span = diag.Span{Start: at, End: at + len(words[0])}
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		at := strings.Index(text, " "+word) + 1
		ref.Args = append(ref.Args, Arg{Key: key, Value: value, Span: diag.Span{Start: at, End: at + len(word)}})
	}
	return ref
}

// Every mistake in a reference is found before anything is sent, and shown at
// its place.
func TestBindErrors(t *testing.T) {
	secrets := []string{"CORO_CLIENT_ID", "id", "CORO_CLIENT_SECRET", "coro-secret", "CORO_WORKSPACE", "ws_1"}
	tests := []struct {
		name string
		ref  Reference
		want []string
	}{
		{"unknown id", directive("# @auth corro"), []string{"PR401 a.http:1:9: nothing is called `corro`",
			"`apikey`, `aws`, `basic`, `bearer`, `digest`, `oauth2` and `none`", "did you mean `coro`?"}},
		{"later", directive("# @auth ntlm username=a"), []string{"PR009 a.http:1:9: auth scheme `ntlm` is not supported by this version"}},
		{"all missing parameters at once", directive("# @auth coro"), []string{"PR407 a.http:1:9: `coro` needs CORO_CLIENT_ID, CORO_CLIENT_SECRET and CORO_WORKSPACE",
			"set them in the environment", "Coro console: Control Panel > Connectors > API Credentials"}},
		{"one missing parameter", directive("# @auth coro", append(secrets[:2:2], "CORO_WORKSPACE", "ws_1")...), []string{"`coro` needs CORO_CLIENT_SECRET", "set it in"}},
		{"empty is missing", directive("# @auth coro", "CORO_CLIENT_ID", "", "CORO_CLIENT_SECRET", "coro-secret", "CORO_WORKSPACE", "ws_1"), []string{"`coro` needs CORO_CLIENT_ID"}},
		{"unknown argument", directive("# @auth coro workspce=x", secrets...), []string{"a.http:1:14: `coro` has no parameter `workspce`", "did you mean `workspace`?"}},
		{"two mistakes", directive("# @auth coro regio=eu region=moon", secrets...), []string{"`coro` has no parameter `regio`",
			"a.http:1:23: `region` cannot be \"moon\"", "use one of `ca`, `eu` and `us`"}},
		{"given twice", directive("# @auth coro region=eu region=us", secrets...), []string{"`region` is given twice"}},
		{"environment value", directive("# @auth coro", append(secrets, "CORO_REGION", "uk")...), []string{"CORO_REGION (from environment) cannot be \"uk\"", "did you mean `us`?"}},
		{"pattern", directive("# @auth regional region=evil.com/#", "REGIONAL_SECRET", "regional-secret"),
			[]string{"a.http:1:18: `region` cannot be \"evil.com/#\": it must match"}},
		{"pattern is the whole value", directive("# @auth regional region=eu.evil", "REGIONAL_SECRET", "regional-secret"),
			[]string{"`region` cannot be"}},
		{"enum", directive("# @auth corti environment=evil.com/#", "CORTI_CLIENT_ID", "id", "CORTI_CLIENT_SECRET", "corti-secret"),
			[]string{"a.http:1:15: `environment` cannot be \"evil.com/#\"", "use one of `eu`, `us` and `beta-eu`"}},
		{"login or a permanent token", directive("# @auth cotalker"), []string{"`cotalker` needs COTALKER_EMAIL and COTALKER_PASSWORD",
			"set them in the environment, or COTALKER_API_TOKEN alone"}},
		{"clear text", directive("# @auth coro base_url=http://api.secure.coro.net", secrets...), []string{"PR403", "in clear text", "use an https URL"}},
		{"userinfo", directive("# @auth coro base_url=https://api.secure.coro.net@evil.example", secrets...), []string{"`base_url`: a base URL has no user name"}},
		{"header", Reference{ID: "coro", Lookup: environment(secrets...), Args: []Arg{{Key: "workspace", Value: "a\r\nAdmin: true"}}}, []string{"cannot hold the control character"}},
		{"basic", directive("# @auth basic"), []string{"PR407 a.http:1:9: `basic` needs username= and password=", "write `# @auth basic username=… password=…`"}},
		{"basic colon", directive("# @auth basic username=a:b password=p"), []string{"cannot hold `:`"}},
		{"bearer", directive("# @auth bearer"), []string{"`bearer` needs token="}},
		{"bearer value", Reference{ID: "bearer", Args: []Arg{{Key: "token", Value: "a b"}}}, []string{"what should be the token holds ' '"}},
		{"apikey", directive("# @auth apikey in=body"), []string{"`in` cannot be \"body\""}},
		{"apikey name", directive("# @auth apikey name=X:Y value=v"), []string{"\"X:Y\" is not the name of a header field"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, _ := testManager(t, nil)
			_, err := m.Bind(test.ref)
			got := explain(err)
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s\nlacks %q", got, want)
				}
			}
			if strings.Contains(got, "coro-secret") {
				t.Errorf("the secret is shown: %s", got)
			}
		})
	}
}

func TestPrecedence(t *testing.T) {
	m, _ := testManager(t, nil)
	b := bind(t, m, directive("# @auth coro region=ca audience=", "CORO_CLIENT_ID", "id", "CORO_CLIENT_SECRET", "coro-secret",
		"CORO_REGION", "eu", "region", "us", "CORO_WORKSPACE", "ws", "workspace", "bare"))
	for name, want := range map[string]string{
		"region": "ca", "base_url": "https://api.secure-ca.coro.net", // the argument wins
		"workspace": "ws", // the environment name, never the bare name
		"audience":  "",   // an empty argument unsets
	} {
		if got := b.settings[name].value; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := body(t, b.issuer.login); strings.Contains(got, "audience") {
		t.Errorf("what is unset is sent: %s", got)
	}
}

// A secret must be masked before the first message that could quote it.
func TestSecretsAreRegistered(t *testing.T) {
	set := new(secret.Set)
	m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
		return answer(200, `{"accessToken":"access-value","refreshToken":"refresh-value"}`), nil
	}, func(c *Config) { c.Secrets = set })
	ref := comodoRef(t)
	ref.Args = []Arg{{Key: "username", Value: "computed-user", Secret: true}}
	b := bind(t, m, ref)
	hop := apply(t, b, comodoAPI)
	apply(t, bind(t, m, directive("# @auth basic username=Aladdin password=sesame-open")), comodoAPI)
	for _, text := range []string{
		"client-secret", "user-password", "computed-user", "access-value", "refresh-value", hop.Header.Get("Authorization")[len("Bearer "):],
		"Y2xpZW50LTE6Y2xpZW50LXNlY3JldA==", "sesame-open", "QWxhZGRpbjpzZXNhbWUtb3Blbg==",
	} {
		if got := set.Mask("x " + text + " y"); strings.Contains(got, text) {
			t.Errorf("%q is not masked", text)
		}
	}
	if got := set.Mask("client-1"); got != "client-1" {
		t.Errorf("what is no secret is masked: %q", got)
	}
	// A refused value is registered too, although there is no binding.
	_, _ = m.Bind(Reference{ID: "coro", Args: []Arg{{Key: "region", Value: "computed-region", Secret: true}}})
	if got := set.Mask("computed-region"); strings.Contains(got, "region") {
		t.Errorf("got %q", got)
	}
}

// What the request sets itself wins, the rest is still applied, and a 401 is
// then not about our token.
func TestOwnHeaders(t *testing.T) {
	requests := 0
	m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
		requests++
		return answer(200, `{"access_token":"T"}`), nil
	})
	b := bind(t, m, coroRef)

	hop := hopTo(t, coroAPI, "Authorization", "Bearer mine")
	applied, err := b.Apply(t.Context(), hop, owns("authorization"))
	if err != nil || applied || hop.Header.Get("Authorization") != "Bearer mine" || hop.Header.Get("Workspace") != "ws_1" {
		t.Errorf("own Authorization: %v, %v, %v", applied, err, hop.Header)
	}
	if requests != 0 {
		t.Error("a token that is not needed was fetched")
	}

	hop = hopTo(t, coroAPI, "workspace", "child")
	applied, err = b.Apply(t.Context(), hop, owns("workspace"))
	if err != nil || !applied || hop.Header.Get("Authorization") != "Bearer T" || hop.Header.Get("Workspace") != "child" {
		t.Errorf("own Workspace: %v, %v, %v", applied, err, hop.Header)
	}

	// What something else has put there is replaced; if_absent yields to it.
	hop = hopTo(t, coroAPI, "Authorization", "Basic jar", "Workspace", "default")
	if _, err = b.Apply(t.Context(), hop, nil); err != nil || hop.Header.Get("Authorization") != "Bearer T" || hop.Header.Get("Workspace") != "default" {
		t.Errorf("%v, %v", err, hop.Header)
	}

	b = bind(t, m, comodoRef(t, "C1_TOKEN_HEADER", "c1_access_token"))
	hop = hopTo(t, comodoAPI)
	hop.Header["C1_ACCESS_TOKEN"] = []string{"mine"}
	applied, err = b.Apply(t.Context(), hop, owns("c1_access_token"))
	if err != nil || applied || len(exact(hop.Header, "c1_access_token")) != 0 || hop.Header.Get("Authorization") == "" {
		t.Errorf("own c1_access_token: %v, %v, %v", applied, err, hop.Header)
	}
}

func TestSchemes(t *testing.T) {
	const target = "http://api.example.com:8080/x?q=1"
	tests := []struct{ directive, place, want string }{
		{"# @auth basic username=Aladdin password=sesame", "Authorization", "Basic QWxhZGRpbjpzZXNhbWU="},
		{"# @auth basic username=Aladdin password=", "Authorization", "Basic QWxhZGRpbjo="},
		{"# @auth bearer token=abc.def", "Authorization", "Bearer abc.def"},
		{"# @auth apikey name=X-Api-Key value=k1", "X-Api-Key", "k1"},
		{"# @auth apikey name=key value=k&1 in=query", "query", "q=1&key=k%261"},
		{"# @auth apikey name=key value=k1 in=cookie", "Cookie", "key=k1"},
	}
	for _, test := range tests {
		m, _ := testManager(t, nil)
		b := bind(t, m, directive(test.directive))
		u := hopTo(t, target).URL
		if hop := apply(t, b, target); len(hop.Header) != 0 || hop.URL.RawQuery != "q=1" {
			t.Errorf("%s: applied to an origin that nobody named", test.directive)
		}
		if err := b.CheckURL(u); err != nil {
			t.Fatalf("%s: %v", test.directive, err)
		}
		hop := hopTo(t, target)
		before := hop.URL
		applied, err := b.Apply(t.Context(), hop, owns())
		got := hop.Header.Get(test.place)
		if test.place == "query" {
			got = hop.URL.RawQuery
		}
		if err != nil || !applied || got != test.want {
			t.Errorf("%s: got %q, %v, %v", test.directive, got, applied, err)
		}
		if before.RawQuery != "q=1" {
			t.Errorf("%s: the request's URL was changed", test.directive)
		}
		if again, err := b.Challenge(t.Context(), unauthorized(hop)); again || err != nil {
			t.Errorf("%s: %v, %v", test.directive, again, err)
		}
		// The same place, taken by the request itself.
		taken := hopTo(t, "http://api.example.com:8080/x?key=mine", test.place, "mine", "Cookie", "key=mine")
		if applied, err = b.Apply(t.Context(), taken, owns(test.place, "Cookie")); applied || err != nil {
			t.Errorf("%s: %v, %v: %v", test.directive, applied, err, taken.Header)
		}
		// A redirect leads elsewhere.
		if hop := apply(t, b, "http://api.example.com/x"); len(hop.Header) != 0 || hop.URL.RawQuery != "" {
			t.Errorf("%s: applied to another port", test.directive)
		}
	}
}

// Credentials are bound to the provider's origins.
func TestOrigins(t *testing.T) {
	tests := []struct {
		target string
		own    bool
	}{
		{"https://api.secure.coro.net/v1/tickets", true},
		{"https://api.secure.coro.net:443/v1", true},
		{"HTTPS://API.Secure.Coro.NET/v1", true},
		{"https://api.secure.coro.net./v1", true}, // the same host, fully qualified
		{"https://api.secure.coro.net//evil.example/x", true},
		{"https://user@api.secure.coro.net/", true},

		{"https://evil.example/", false},
		{"https://api.secure.coro.net@evil.example/", false},
		{"https://api.secure.coro.net%40evil.example/", false},
		{"https://api.secure.coro.net:8443/", false},
		{"http://api.secure.coro.net/", false},
		{"https://api.secure.coro.net.evil.example/", false},
		{"https://secure.coro.net/", false},
		{"https://x.api.secure.coro.net/", false},
		{"https://api.secure.cörο.net/", false},
		{"https://api.secure-eu.coro.net/", false},
		{"//evil.example/", false},
		{"/v1/tickets", false},
		{"ftp://api.secure.coro.net/", false},
		{"https:api.secure.coro.net", false},
	}
	m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
		return answer(200, `{"access_token":"T"}`), nil
	})
	b := bind(t, m, coroRef)
	for _, test := range tests {
		u, err := url.Parse(test.target)
		if err != nil {
			continue // what is no URL is not sent
		}
		if err := b.CheckURL(u); (err == nil) != test.own || err != nil && !strings.HasPrefix(explain(err), "PR403") {
			t.Errorf("%s: CheckURL %s", test.target, explain(err))
		}
		// A redirect there gets nothing, silently.
		if hop := apply(t, b, test.target); (len(hop.Header) != 0) != test.own {
			t.Errorf("%s: applied %v", test.target, hop.Header)
		}
	}
	err := b.CheckURL(hopTo(t, "https://evil.example/").URL)
	for _, want := range []string{"`coro`: credentials do not go to https://evil.example", "`https://api.secure.coro.net`", "CORO_BASE_URL", "`# @auth none`"} {
		if got := explain(err); !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %q", got, want)
		}
	}
}

// A file of the project cannot send secrets that are not its own elsewhere.
func TestRouting(t *testing.T) {
	type from struct {
		file    string
		project bool
	}
	var (
		shell   = from{}
		env     = from{"http-client.env.json", true}
		private = from{"http-client.private.env.json", true}
		user    = from{"/home/user/.config/env.json", false}
	)
	type value struct {
		name, value string
		from        from
	}
	id := value{"CORO_CLIENT_ID", "id", shell}
	key := value{"CORO_CLIENT_SECRET", "coro-secret", shell}
	privateKey := value{"CORO_CLIENT_SECRET", "coro-secret", private}
	evil := "https://evil.example"
	tests := []struct {
		name    string
		values  []value
		args    []Arg
		allowed []string
		refused bool
	}{
		{"nothing is routed", []value{id, key}, nil, nil, false},
		{"the project leads elsewhere", []value{id, key, {"CORO_BASE_URL", evil, env}}, nil, nil, true},
		{"with a secret of another file", []value{id, privateKey, {"CORO_BASE_URL", evil, env}}, nil, nil, true},
		{"with a secret of its own", []value{id, privateKey, {"CORO_BASE_URL", evil, private}}, nil, nil, false},
		{"the user leads elsewhere", []value{id, key, {"CORO_BASE_URL", evil, shell}}, nil, nil, false},
		{"the user's own file", []value{id, key, {"CORO_BASE_URL", evil, user}}, nil, nil, false},
		{"the origin is allowed", []value{id, key, {"CORO_BASE_URL", evil + "/x", env}}, nil, []string{"https://EVIL.example:443/"}, false},
		{"another origin is allowed", []value{id, key, {"CORO_BASE_URL", evil, env}}, nil, []string{"https://evil.example:8443"}, true},
		{"the project says the default", []value{id, key, {"CORO_BASE_URL", "https://api.secure.coro.net/", env}}, nil, nil, false},
		{"the project says another literal", []value{id, key, {"CORO_BASE_URL", "https://api.secure-eu.coro.net", env}}, nil, nil, false},
		{"the project chooses a literal", []value{id, key, {"CORO_REGION", "eu", env}}, nil, nil, false},
		{"the project takes over a user's route", []value{id, key, {"CORO_BASE_URL", "https://mine.example", shell}}, []Arg{{Key: "base_url", Value: evil, Project: true}}, nil, true},
		{"the project repeats a user's route", []value{id, key, {"CORO_BASE_URL", "https://mine.example", shell}}, []Arg{{Key: "base_url", Value: "https://mine.example", Project: true}}, nil, false},
		{"the directive leads elsewhere", []value{id, key}, []Arg{{Key: "base_url", Value: evil, Project: true}}, nil, true},
		{"the directive with its own secret", []value{id}, []Arg{{Key: "base_url", Value: evil, Project: true}, {Key: "client_secret", Value: "s3cret", Project: true}}, nil, false},
		{"the directive with the user's value", []value{id, key}, []Arg{{Key: "base_url", Value: evil}}, nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, _ := testManager(t, nil, func(c *Config) { c.AllowedOrigins = test.allowed })
			_, err := m.Bind(Reference{
				ID: "coro", Args: test.args, Source: diag.NewSource("a.http", []byte("# @auth coro")),
				Lookup: func(name string) (Found, bool) {
					for _, v := range append(test.values, value{"CORO_WORKSPACE", "ws_1", shell}) {
						if v.name == name {
							return Found{Value: v.value, From: v.from.file + ":4:5", File: v.from.file, Project: v.from.project}, true
						}
					}
					return Found{}, false
				},
			})
			if (err != nil) != test.refused {
				t.Fatalf("got %s", explain(err))
			}
			if test.refused {
				got := explain(err)
				for _, want := range []string{"PR403", "a file of the project sends `coro` credentials to https://evil.example", "--allow-origin https://evil.example", "`base_url` comes from "} {
					if !strings.Contains(got, want) {
						t.Errorf("%s\nlacks %q", got, want)
					}
				}
			}
		})
	}
}

// A private key is a secret of the user, whichever parameter holds it.
func TestRoutingOfKeys(t *testing.T) {
	both := testCertificate(t, 1)
	cert, key, _ := strings.Cut(both, "-----BEGIN PRIVATE KEY")
	key = "-----BEGIN PRIVATE KEY" + key
	tests := []struct {
		name    string
		user    []string // the rest is in the project's file, with the URL
		refused bool
	}{
		{"certificate with its key", []string{"C1_CLIENT_CERT", both}, true},
		{"key", []string{"C1_CLIENT_KEY", key}, true},
		{"neither", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, _ := testManager(t, nil)
			project := environment("C1_BASE_URL", "https://evil.example", "C1_CLIENT_ID", "client-1", "C1_CLIENT_SECRET", "client-secret",
				"C1_USERNAME", "user-1", "C1_PASSWORD", "user-password", "C1_CLIENT_CERT", cert, "C1_CLIENT_KEY", key)
			_, err := m.Bind(Reference{ID: "comodo-one", Lookup: func(name string) (Found, bool) {
				if found, ok := environment(test.user...)(name); ok {
					return found, true
				}
				if name == "C1_CLIENT_KEY" && len(test.user) > 0 {
					return Found{}, false
				}
				found, ok := project(name)
				found.From, found.File, found.Project = "env.json:1:1", "env.json", true
				return found, ok
			}})
			if got := explain(err); (err != nil) != test.refused || test.refused && !strings.Contains(got, "sends `comodo-one` credentials to https://evil.example") {
				t.Errorf("got %s", got)
			}
		})
	}
}

// A parameter that is constrained only by a pattern is not one of the
// definition's literals, whereas one in the path leads nowhere else.
func TestRoutingByParts(t *testing.T) {
	m, _ := testManager(t, nil)
	for _, test := range []struct {
		arg     Arg
		refused bool
	}{
		{Arg{Key: "tenant", Value: "mine", Project: true}, false},
		{Arg{Key: "region", Value: "eu", Project: true}, false},
		{Arg{Key: "region", Value: "staging", Project: true}, true},
		{Arg{Key: "region", Value: "staging"}, false},
	} {
		_, err := m.Bind(Reference{ID: "regional", Args: []Arg{test.arg}, Lookup: environment("REGIONAL_SECRET", "regional-secret")})
		if (err != nil) != test.refused {
			t.Errorf("%s=%s: %s", test.arg.Key, test.arg.Value, explain(err))
		}
	}
}

// What only the project sets must not decide a host, but may stand in a path,
// and may be one of the definition's own words.
func TestRoutingWithoutDefaults(t *testing.T) {
	m, err := newManager(Config{}, fstest.MapFS{"providers/acme.json": &fstest.MapFile{Data: []byte(`{
		"params": {
			"key": {"env": "ACME_KEY", "secret": true},
			"tenant": {"env": "ACME_TENANT"},
			"zone": {"env": "ACME_ZONE"},
			"region": {"env": "ACME_REGION", "enum": ["eu", "us"], "default": "eu"}
		},
		"token": {
			"request": {"url": "https://{{region}}.{{zone}}.example.com/{{tenant}}/token", "json": {"key": "{{key}}"}},
			"response": {"token": "token", "default_ttl": "1h"}
		},
		"apply": [{"header": "Authorization", "value": "Bearer {{token}}"}],
		"origins": ["https://api.example.com"]
	}`)}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	tests := []struct {
		project map[string]string
		refused bool
	}{
		{map[string]string{"ACME_TENANT": "mine"}, false},
		{map[string]string{"ACME_TENANT": "mine", "ACME_REGION": "us"}, false},
		{map[string]string{"ACME_TENANT": "mine", "ACME_ZONE": "evil"}, true},
	}
	for _, test := range tests {
		_, err := m.Bind(Reference{ID: "acme", Lookup: func(name string) (Found, bool) {
			if value, ok := test.project[name]; ok {
				return Found{Value: value, From: "env.json:1:1", File: "env.json", Project: true}, true
			}
			return environment("ACME_KEY", "acme-secret", "ACME_ZONE", "z")(name)
		}})
		if (err != nil) != test.refused || err != nil && !strings.HasPrefix(explain(err), "PR403") {
			t.Errorf("%v: %s", test.project, explain(err))
		}
	}
	// The project alone sets the zone.
	_, err = m.Bind(Reference{ID: "acme", Lookup: func(name string) (Found, bool) {
		if name == "ACME_ZONE" {
			return Found{Value: "evil", File: "env.json", Project: true}, true
		}
		return environment("ACME_KEY", "acme-secret", "ACME_TENANT", "mine")(name)
	}})
	if !strings.HasPrefix(explain(err), "PR403") {
		t.Errorf("got %s", explain(err))
	}
}

func TestAllowedOriginsAreRead(t *testing.T) {
	for _, text := range []string{"evil.example", "https://a.example/path", "https://a@b.example", "https://", "*", ""} {
		if _, err := NewManager(Config{AllowedOrigins: []string{text}}); err == nil || !strings.HasPrefix(explain(err), "PR901") {
			t.Errorf("%q: %s", text, explain(err))
		}
	}
}

func TestRejected(t *testing.T) {
	m, _ := testManager(t, nil)
	hop := answer(401, `{"message":"workspace\u001b is not yours"}`, "WWW-Authenticate", `Bearer error="invalid_token", x="coro-secret"`, "X-Coro-Trace-Id", "abc")
	d := bind(t, m, coroRef).Rejected(hop)
	got := explain(d)
	for _, want := range []string{
		"PR406", "`coro`: token accepted by issuer, rejected by API: 401 Unauthorized", `WWW-Authenticate: Bearer error="invalid_token", x="***"`,
		"Coro says `workspace\\x1b is not yours`", "X-Coro-Trace-Id: abc",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %q", got, want)
		}
	}
	if got := explain(bind(t, m, directive("# @auth bearer token=abc")).Rejected(hop)); !strings.Contains(got, "`bearer`: the credentials are rejected: 401") {
		t.Errorf("got %s", got)
	}
}

// The whole way, with the transport's own loop: a token that the API no longer
// accepts is replaced once, and a redirect to another origin gets nothing.
func TestOverTransport(t *testing.T) {
	var issued, calls int
	var other *httptest.Server
	vendor := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/oauth/token":
			issued++
			fmt.Fprintf(w, `{"access_token":"T%d","expires_in":86400}`, issued)
		case "/elsewhere":
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		default:
			calls++
			if r.Header.Get("Authorization") != "Bearer T2" || r.Header.Get("Workspace") != "corodevonmicrosoftcom_TX7T_u" {
				w.WriteHeader(http.StatusUnauthorized)
			}
		}
	}))
	defer vendor.Close()
	leaked := make(http.Header)
	other = httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { leaked = r.Header }))
	defer other.Close()
	pool := x509.NewCertPool()
	pool.AddCert(vendor.Certificate())
	pool.AddCert(other.Certificate())
	client := transport.New(transport.Options{RootCAs: pool})
	defer client.Close()

	m, seen := testManager(t, nil, func(c *Config) { c.Send = client.Do })
	b := bind(t, m, coroAt(vendor.URL))
	get := func(path string) *transport.Exchange {
		exchange, err := client.Do(t.Context(), &transport.Request{Method: "GET", URL: hopTo(t, vendor.URL+path).URL, Auth: b, Redirects: 5})
		if err != nil {
			t.Fatal(explain(err))
		}
		return exchange
	}
	if x := get("/v1/tickets"); x.Final().Status != 200 || len(x.Hops) != 2 || x.Final().Cause != transport.CauseUnauthorized {
		t.Errorf("%d hops, %+v", len(x.Hops), x.Final())
	}
	get("/v1/tickets")
	if issued != 2 || calls != 3 || seen.count(Fetched) != 2 {
		t.Errorf("%d tokens, %d calls", issued, calls)
	}
	if x := get("/elsewhere"); x.Final().Status != 200 || len(leaked) == 0 {
		t.Fatalf("the redirect was not followed: %+v", x.Final())
	}
	if leaked.Get("Authorization") != "" || leaked.Get("Workspace") != "" {
		t.Errorf("credentials went to another origin: %v", leaked)
	}
}

// A vendor that answers 403 to a token that is not valid, and to one that
// permits too little: only the former costs another token.
func TestForbiddenOverTransport(t *testing.T) {
	var issued, calls int
	base, trust := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/token") {
			issued++
			fmt.Fprintf(w, `{"access_token":"T%d","expires_in":300}`, issued)
			return
		}
		switch calls++; {
		case r.Header.Get("Authorization") == "Bearer T1":
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			w.WriteHeader(http.StatusForbidden)
		case r.URL.Path == "/others":
			w.WriteHeader(http.StatusForbidden)
		}
	})
	m, _ := testManager(t, nil, trust)
	b := bind(t, m, Reference{ID: "corti", Lookup: environment("CORTI_CLIENT_ID", "id", "CORTI_CLIENT_SECRET", "corti-secret",
		"CORTI_AUTH_URL", base, "CORTI_BASE_URL", base)})
	get := func(path string) *transport.Exchange {
		exchange, err := m.config.Send(t.Context(), &transport.Request{Method: "GET", URL: hopTo(t, base+path).URL, Auth: b})
		if err != nil {
			t.Fatal(explain(err))
		}
		return exchange
	}
	if x := get("/mine"); x.Final().Status != 200 || len(x.Hops) != 2 || x.Final().Cause != transport.CauseUnauthorized {
		t.Errorf("%d hops, %+v", len(x.Hops), x.Final())
	}
	if x := get("/others"); x.Final().Status != 403 || len(x.Hops) != 1 {
		t.Errorf("%d hops, %+v", len(x.Hops), x.Final())
	}
	if issued != 2 || calls != 3 {
		t.Errorf("%d tokens, %d calls", issued, calls)
	}
}
