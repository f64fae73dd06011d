package auth

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/transport"
)

const cotalkerAPI = "https://www.cotalker.com/api/v2/users"

// The token of the vendor's document, whose life of a day ended in 2016.
const cotalkerSample = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2V4YW1wbGUuYXV0aDAuY29tLyIsImF1ZCI6Imh0dHBzOi8vYXBpLmV4YW1wbGUuY29tL2NhbGFuZGFyL3YxLyIsInN1YiI6InVzcl8xMjMiLCJpYXQiOjE0NTg3ODU3OTYsImV4cCI6MTQ1ODg3MjE5Nn0.CA7eaHjIHz5NxeIJoFK9krqaeZrPLwmMmgI_XiQiIkQ"

// The request and the answer of the vendor's document. The token's only clock
// are its own claims, and its life counts from when it was received: a naive
// reading takes it for ended and logs in before every request.
func TestCotalker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, seen := testManager(t, func(_ context.Context, request *transport.Request) (*transport.Hop, error) {
			if got := request.Method + " " + request.URL.String(); got != "POST https://www.cotalker.com/auth/local" {
				t.Errorf("sent %s", got)
			}
			if got := field(request, "Accept-Charset"); got != "utf-8" { // required by the document
				t.Errorf("Accept-Charset: %q", got)
			}
			if got := field(request, "Content-Type"); got != "application/json" {
				t.Errorf("Content-Type: %q", got)
			}
			if got := body(t, request); got != `{"email":"name@company.com","password":"thisIsMyPassword!"}` {
				t.Errorf("body %s", got)
			}
			return answer(200, "{\n\"token\": \""+cotalkerSample+"\"\n}"), nil
		})
		b := bind(t, m, Reference{ID: "cotalker", Lookup: environment("COTALKER_EMAIL", "name@company.com", "COTALKER_PASSWORD", "thisIsMyPassword!")})
		for range 3 {
			hop := apply(t, b, cotalkerAPI)
			if hop.Header.Get("Authorization") != "Bearer "+cotalkerSample || len(hop.Header) != 1 {
				t.Errorf("header %v", hop.Header)
			}
		}
		if seen.count(Fetched) != 1 || seen.all[0].Life != 24*time.Hour || seen.all[0].Source != "jwt" || seen.all[0].Account != "name@company.com" {
			t.Errorf("events %+v", seen.all)
		}
		time.Sleep(24*time.Hour - 2*time.Minute)
		if apply(t, b, cotalkerAPI); seen.count(Fetched) != 1 {
			t.Error("a living token was replaced")
		}
		time.Sleep(time.Minute + time.Second)
		if apply(t, b, cotalkerAPI); seen.count(Fetched) != 2 {
			t.Error("the token outlived its life")
		}
	})
}

// A token that tells nothing about its life is not for ever.
func TestCotalkerOpaqueToken(t *testing.T) {
	m, seen := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
		return answer(200, `{"token":"opaque"}`), nil
	})
	apply(t, bind(t, m, cotalkerRef), cotalkerAPI)
	if e := seen.all[0]; e.Life != 15*time.Minute || e.Source != "default" {
		t.Errorf("event %+v", e)
	}
}

// Admin is for requests that ask for it, and those share the token of the others.
func TestCotalkerAdmin(t *testing.T) {
	m, seen := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
		return answer(200, `{"token":"`+cotalkerSample+`"}`), nil
	})
	for _, test := range []struct{ arg, env, want string }{
		{"", "", ""}, {"true", "", "true"}, {"false", "", ""}, {"", "true", "true"}, {"false", "true", ""},
	} {
		ref := cotalkerRef
		ref.Lookup = func(name string) (Found, bool) {
			if name == "COTALKER_ADMIN" {
				return Found{Value: test.env}, test.env != ""
			}
			return cotalkerRef.Lookup(name)
		}
		if test.arg != "" {
			ref.Args = []Arg{{Key: "admin", Value: test.arg}}
		}
		if got := apply(t, bind(t, m, ref), cotalkerAPI).Header.Get("Admin"); got != test.want {
			t.Errorf("argument %q, environment %q: Admin %q", test.arg, test.env, got)
		}
	}
	if seen.count(Fetched) != 1 {
		t.Errorf("%d log-ins", seen.count(Fetched))
	}
	ref := cotalkerRef
	ref.Args = []Arg{{Key: "admin", Value: "yes"}}
	if _, err := m.Bind(ref); !strings.Contains(explain(err), "use one of `false` and `true`") {
		t.Errorf("got %s", explain(err))
	}
	for status, want := range map[int]string{401: "# @auth cotalker admin=true", 403: "# @auth cotalker admin=true"} {
		if got := explain(bind(t, m, cotalkerRef).Rejected(answer(status, ""))); !strings.Contains(got, want) {
			t.Errorf("%d: %s", status, got)
		}
		ref.Args = []Arg{{Key: "admin", Value: "true"}}
		if d := bind(t, m, ref).Rejected(answer(status, "")); d != nil && strings.Contains(explain(d), want) {
			t.Errorf("%d: advice that has been followed: %s", status, explain(d))
		}
	}
}

// A permanent token needs no login, is no reason to try one, and is masked.
func TestCotalkerPermanentToken(t *testing.T) {
	m, seen := testManager(t, nil)
	b := bind(t, m, Reference{ID: "cotalker", Lookup: environment("COTALKER_API_TOKEN", "permanent-token"), Args: []Arg{{Key: "admin", Value: "true"}}})
	hop := apply(t, b, cotalkerAPI)
	if hop.Header.Get("Authorization") != "Bearer permanent-token" || hop.Header.Get("Admin") != "true" {
		t.Errorf("header %v", hop.Header)
	}
	if again, err := b.Challenge(t.Context(), unauthorized(hop)); again || err != nil {
		t.Errorf("a permanent token cannot be replaced: %v, %v", again, err)
	}
	if len(seen.all) != 0 {
		t.Errorf("events %+v", seen.all)
	}
	if got := m.config.Secrets.Mask("permanent-token"); got != "***" {
		t.Errorf("got %s", got)
	}
}

// An account of the free trial logs in at a host of its own, which a project
// may choose.
func TestCotalkerTrial(t *testing.T) {
	for _, test := range []struct{ name, value string }{{"COTALKER_TRIAL", "true"}, {"COTALKER_BASE_URL", "https://demo.cotalker.com"}} {
		m, _ := testManager(t, nil)
		b, err := m.Bind(Reference{ID: "cotalker", Lookup: func(name string) (Found, bool) {
			if name == test.name {
				return Found{Value: test.value, From: ".env:1:1", File: ".env", Project: true}, true
			}
			return cotalkerRef.Lookup(name)
		}})
		if err != nil {
			t.Fatalf("%s: %s", test.name, explain(err))
		}
		if got := b.issuer.login.URL.String(); got != "https://demo.cotalker.com/auth/local" {
			t.Errorf("%s: %s", test.name, got)
		}
	}
}
