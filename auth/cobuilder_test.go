package auth

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/transport"
)

const cobuilderAPI = "https://api.cobuilder.com/products/api/v2/products"

func cobuilderRef(more ...string) Reference {
	return Reference{ID: "cobuilder", Lookup: environment(append(more, "COBUILDER_CLIENT_ID", "id", "COBUILDER_CLIENT_SECRET", "cobuilder-secret")...)}
}

// The path says OAuth 2, but the body is JSON in camelCase without a grant, and
// the token is the whole answer, as JSON text or plain. The media type is sent
// although the document calls it optional.
func TestCobuilder(t *testing.T) {
	sample := jwt(`{"exp":2000003600,"iat":2000000000}`)
	for _, test := range []struct {
		text, source string
		life         time.Duration
		token        string
	}{
		{`"` + sample + `"`, "jwt", time.Hour, sample},
		{sample, "jwt", time.Hour, sample},
		{sample + "\r\n", "jwt", time.Hour, sample},
		{"\ufeff\"" + sample + `"`, "jwt", time.Hour, sample},
		{`"string"`, "default", 15 * time.Minute, "string"}, // the document's sample
		{"string", "default", 15 * time.Minute, "string"},
	} {
		var sent *transport.Request
		m, seen := testManager(t, func(_ context.Context, request *transport.Request) (*transport.Hop, error) {
			sent = request
			return answer(200, test.text), nil
		})
		hop := apply(t, bind(t, m, cobuilderRef("COBUILDER_AUDIENCE_URL", "https://a.example/x?y=1&z")), cobuilderAPI)
		if got := hop.Header.Get("Authorization"); got != "Bearer "+test.token || len(hop.Header) != 1 {
			t.Errorf("%q: header %v", test.text, hop.Header)
		}
		if e := seen.all[0]; e.Life != test.life || e.Source != test.source || e.Account != "id" {
			t.Errorf("%q: %+v", test.text, e)
		}
		if got := sent.Method + " " + sent.URL.String(); got != "POST https://api.cobuilder.com/authentication/api/v1/oauth2/token" {
			t.Errorf("sent %s", got)
		}
		if got := body(t, sent); got != `{"clientId":"id","clientSecret":"cobuilder-secret","audienceUrl":"https://a.example/x?y=1&z"}` {
			t.Errorf("body %s", got)
		}
		if field(sent, "Content-Type") != "application/json" || field(sent, "Accept") != "application/json, text/plain;q=0.5, application/problem+json" {
			t.Errorf("Content-Type %q, Accept %q", field(sent, "Content-Type"), field(sent, "Accept"))
		}
	}
}

// An audience that is not set is left out, not sent empty.
func TestCobuilderWithoutAudience(t *testing.T) {
	m, _ := testManager(t, nil)
	if got := body(t, bind(t, m, cobuilderRef()).issuer.login); got != `{"clientId":"id","clientSecret":"cobuilder-secret"}` {
		t.Errorf("body %s", got)
	}
}

// Everything that is not a token is refused, in the words of the answer: the
// API's ProblemDetails, the gateway's own body, a page.
func TestCobuilderRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer *transport.Hop
		want   []string
	}{
		{"problem", answer(401, `{"type":"about:blank","title":"Unauthorized","status":401,"detail":"Invalid client credentials.","instance":"/x","extensions":{}}`,
			"Content-Type", "application/problem+json"), []string{"answered 401 Unauthorized: `Invalid client credentials.: Unauthorized`", "check COBUILDER_CLIENT_ID"}},
		{"the document's problem", answer(400, `{"type":"string","title":"string","status":0,"detail":"string","instance":"string","extensions":{}}`), []string{"answered 400 Bad Request: `string`"}},
		{"without detail", answer(400, `{"title":"Bad Request","detail":null}`), []string{"`Bad Request`"}},
		{"gateway", answer(401, `{"statusCode":401,"message":"Access denied"}`), []string{"answered 401 Unauthorized: `Access denied`"}},
		{"object in place of the token", answer(200, `{"access_token":"T"}`), []string{"expected the token at `@this` to be text"}},
		{"error object with 200", answer(200, `{"statusCode":500,"message":"failed"}`), []string{"answered 200 OK: `failed`"}},
		{"page", answer(200, "<html><title>Sign in</title></html>"), []string{"HTML, title `Sign in`", "no token does"}},
		{"words", answer(200, "please sign in"), []string{"holds ' '"}},
		{"nothing", answer(200, ""), []string{"no token in the answer"}},
		{"empty text", answer(200, `""`), []string{"no token in the answer"}},
		{"null", answer(200, "null"), []string{"no token in the answer"}},
		{"too long", answer(200, `"`+strings.Repeat("a", 65<<10)+`"`), []string{"at most 64 KiB"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) { return test.answer, nil })
			_, err := bind(t, m, cobuilderRef()).Apply(t.Context(), hopTo(t, cobuilderAPI), owns())
			for _, want := range test.want {
				if got := explain(err); !strings.Contains(got, want) {
					t.Errorf("%s\nlacks %q", got, want)
				}
			}
		})
	}
}
