package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// tokens is an Authorizer with a token that Challenge replaces. It sends it to
// one origin only.
type tokens struct {
	origin     string
	number     int
	challenges int
	again      bool
}

func (a *tokens) authorizer() *authorizer {
	return &authorizer{
		apply: func(hop *http.Request, own func(string) bool) (bool, error) {
			if Origin(hop.URL) != a.origin || own("authorization") {
				return false, nil
			}
			hop.Header.Set("Authorization", fmt.Sprint("Bearer token-", a.number))
			return true, nil
		},
		challenge: func(answer *http.Response) (bool, error) {
			a.challenges++
			a.number++
			body, _ := io.ReadAll(answer.Body)
			if answer.StatusCode != 401 || string(body) != "who are you" || answer.Request == nil {
				return false, fmt.Errorf("challenged with %d %q", answer.StatusCode, body)
			}
			return a.again, nil
		},
	}
}

func TestUnauthorized(t *testing.T) {
	never, always := func(int) bool { return false }, func(int) bool { return true }
	tests := []struct {
		name       string
		accept     string // the token that the server accepts
		header     []Field
		repeat     func(int) bool
		again      bool
		statuses   []int
		challenges int
	}{
		{"accepted at once", "token-0", nil, nil, true, []int{200}, 0},
		{"repeated with the next token", "token-1", nil, nil, true, []int{401, 200}, 1},
		{"repeat asked for", "token-1", nil, always, true, []int{401, 200}, 1},
		{"stops after two", "none", nil, nil, true, []int{401, 401}, 1},
		{"not worth repeating", "token-1", nil, nil, false, []int{401}, 1},
		{"a check accepts the 401", "token-1", nil, never, true, []int{401}, 0},
		{"own header", "token-1", []Field{{"authorization", "Bearer mine"}}, nil, true, []int{401}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var bodies, tokensSeen []string
			server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				bodies = append(bodies, string(body))
				token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
				tokensSeen = append(tokensSeen, token)
				if token != test.accept {
					w.WriteHeader(401)
					io.WriteString(w, "who are you")
				}
			})
			auth := &tokens{origin: server.URL, again: test.again}
			x := do(t, newClient(t, Options{}), &Request{
				Method: "POST", URL: parseURL(t, server.URL), Body: Bytes(`{"same":"bytes"}`),
				Header: test.header, Auth: auth.authorizer(), Repeat: test.repeat,
			})
			var statuses []int
			for i, hop := range x.Hops {
				statuses = append(statuses, hop.Status)
				if bodies[i] != `{"same":"bytes"}` {
					t.Errorf("hop %d sent the body %q", i, bodies[i])
				}
				if hop.Applied != (len(test.header) == 0) {
					t.Errorf("hop %d: Applied = %v", i, hop.Applied)
				}
				if i > 0 && hop.Cause != CauseUnauthorized {
					t.Errorf("hop %d has the cause %q", i, hop.Cause)
				}
				for name, values := range hop.Sent {
					if strings.EqualFold(name, "Authorization") && values[0] != "Bearer "+tokensSeen[i] {
						t.Errorf("hop %d records another token than it sent", i)
					}
				}
			}
			if !slices.Equal(statuses, test.statuses) || auth.challenges != test.challenges || len(bodies) != len(statuses) {
				t.Errorf("statuses %v with %d challenges and %d requests, want %v with %d",
					statuses, auth.challenges, len(bodies), test.statuses, test.challenges)
			}
		})
	}
}

// A 403 may be about the credentials, too: whoever applied them knows. Whether a
// check accepts it is asked with the status that it is.
func TestForbidden(t *testing.T) {
	for _, test := range []struct {
		status, accepted int
		again            bool
		hops             int
	}{
		{403, 0, true, 2},
		{403, 0, false, 1},
		{403, 401, true, 2}, // a check accepts another status
		{403, 403, true, 1},
		{404, 0, true, 1},
		{400, 0, true, 1},
	} {
		server := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(test.status) })
		challenges := 0
		auth := &authorizer{
			apply:     func(*http.Request, func(string) bool) (bool, error) { return true, nil },
			challenge: func(*http.Response) (bool, error) { challenges++; return test.again, nil },
		}
		x := do(t, newClient(t, Options{}), &Request{
			Method: "GET", URL: parseURL(t, server.URL), Auth: auth,
			Repeat: func(status int) bool { return status != test.accepted },
		})
		if len(x.Hops) != test.hops {
			t.Errorf("%+v: %d hops, %d challenges", test, len(x.Hops), challenges)
		}
	}
}

// At each hop credentials are asked for again; those of the hop before do not
// travel.
func TestRedirectAsksAuthAgain(t *testing.T) {
	target := new(recorder)
	a := httptest.NewServer(target)
	defer a.Close()
	b := httptest.NewServer(target)
	defer b.Close()
	for _, test := range []struct{ trusted, want string }{{a.URL, ""}, {b.URL, "Bearer token-0"}} {
		auth := &tokens{origin: test.trusted}
		first := parseURL(t, a.URL+"/from?"+url.Values{"to": {b.URL + "/x"}, "status": {"302"}}.Encode())
		x := do(t, newClient(t, Options{}), &Request{Method: "GET", URL: first, Redirects: 1, Auth: auth.authorizer()})
		if got := target.take()[0].header.Get("Authorization"); got != test.want {
			t.Errorf("trusting %s: the target of the redirect got Authorization %q, want %q", test.trusted, got, test.want)
		}
		if x.Hops[0].Applied == x.Hops[1].Applied {
			t.Errorf("trusting %s: Applied is %v on both hops", test.trusted, x.Hops[0].Applied)
		}
	}
}

// One repeat an exchange, also when a redirect lies between two 401.
func TestRepeatOncePerExchange(t *testing.T) {
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" && r.Header.Get("Authorization") == "Bearer token-1" {
			http.Redirect(w, r, "/b", http.StatusFound)
			return
		}
		w.WriteHeader(401)
		io.WriteString(w, "who are you")
	})
	auth := &tokens{origin: server.URL, again: true}
	x := do(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, server.URL+"/a"), Auth: auth.authorizer(), Redirects: 5})
	if len(x.Hops) != 3 || auth.challenges != 1 {
		t.Errorf("%d hops and %d challenges, want 3 and 1", len(x.Hops), auth.challenges)
	}
}

func TestAuthErrors(t *testing.T) {
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(401) })
	ours := &diag.Diagnostic{Code: diag.CodeNetwork, Severity: diag.Error, Summary: "token endpoint is down", Suggestion: "wait"}
	apply := func(change func(*http.Request), err error) *authorizer {
		return &authorizer{apply: func(hop *http.Request, _ func(string) bool) (bool, error) {
			if change != nil {
				change(hop)
			}
			return true, err
		}}
	}
	tests := []struct {
		name, code, summary string
		auth                *authorizer
	}{
		{"a diagnostic is passed on", diag.CodeNetwork, "token endpoint is down", apply(nil, fmt.Errorf("wrapped: %w", ours))},
		{"another error", diag.CodeAuthToken, "no credentials for http://127.0.0.1:", apply(nil, errors.New("boom"))},
		{"line break in a credential", diag.CodeValue, `header "X-Key" has a line break`,
			apply(func(hop *http.Request) { hop.Header.Set("X-Key", "s3cret\r\nEvil: 1") }, nil)},
		{"line break in the query", diag.CodeValue, "line break",
			apply(func(hop *http.Request) { hop.URL.RawQuery = "key=s3cret\r\n" }, nil)},
		{"moved elsewhere", diag.CodeAuthOrigin, "another origin",
			apply(func(hop *http.Request) { hop.URL.Host = "127.0.0.1:1" }, nil)},
		{"challenge fails", diag.CodeAuthToken, "no credentials", &authorizer{
			apply:     func(*http.Request, func(string) bool) (bool, error) { return true, nil },
			challenge: func(*http.Response) (bool, error) { return false, errors.New("boom") }}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, d := fails(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, server.URL), Auth: test.auth}, test.code, test.summary)
			if strings.Contains(d.Summary+d.Detail, "s3cret") {
				t.Error("the message shows the credential")
			}
		})
	}
}

// What signs a request can read its body and see the header of the request,
// and what it replaces is not what the next hop starts from.
func TestApplySeesTheHop(t *testing.T) {
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s", body, r.Header.Get("X-Signature"), r.Host)
	})
	auth := &authorizer{apply: func(hop *http.Request, own func(string) bool) (bool, error) {
		body, err := hop.GetBody()
		if err != nil {
			return false, err
		}
		defer body.Close()
		content, _ := io.ReadAll(body)
		if !own("x-mine") || !own("HOST") || own("Accept") || own("User-Agent") || own("Authorization") {
			return false, errors.New("own is wrong")
		}
		hop.Header["X-Mine"] = append(hop.Header["X-Mine"], "changed")
		hop.Header.Set("X-Signature", strings.ToUpper(string(content)))
		return true, nil
	}}
	request := &Request{Method: "POST", URL: parseURL(t, server.URL), Body: Bytes("body"), Auth: auth,
		Header: []Field{{"X-Mine", "1"}, {"Host", "virtual.example"}}}
	for range 2 { // a request may be sent again
		x := do(t, newClient(t, Options{UserAgent: "x"}), request)
		if got := string(x.Final().Content); got != "body BODY virtual.example" {
			t.Errorf("got %q", got)
		}
		if got := x.Final().Sent["X-Mine"]; len(got) != 2 {
			t.Errorf("X-Mine = %q", got)
		}
	}
}

// Fetching a token does not count as time of the request.
func TestClockStopsForAuth(t *testing.T) {
	inMemory(t, func(conn net.Conn) {
		for readHeader(conn) != "" {
			time.Sleep(2 * time.Second)
			io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
		}
	}, func(t *testing.T, c *Client) {
		auth := &authorizer{apply: func(*http.Request, func(string) bool) (bool, error) {
			time.Sleep(4 * time.Second)
			return true, nil
		}}
		r := &Request{Method: "GET", URL: parseURL(t, "http://api.example.com/"), Auth: auth, Timeout: 3 * time.Second}
		if x := do(t, c, r); x.Duration() != 2*time.Second {
			t.Errorf("Duration = %s counts the credentials", x.Duration())
		}
		r.Redirects = 5
		start := time.Now()
		x, _ := fails(t, c, r, diag.CodeTimeout, "within 3s")
		if took := time.Since(start); took != 11*time.Second || len(x.Hops) != 1 {
			t.Errorf("%d hops in %s, want 1 in 4 + 2 + 4 + 1 s", len(x.Hops), took)
		}
	})
}

// Ctrl-C while a token is fetched ends the exchange as interrupted.
func TestCancelledInAuth(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	auth := &authorizer{apply: func(*http.Request, func(string) bool) (bool, error) {
		cancel()
		return false, ctx.Err()
	}}
	_, err := newClient(t, Options{}).Do(ctx, &Request{Method: "GET", URL: parseURL(t, "http://127.0.0.1:1/"), Auth: auth})
	if d := diagnostic(t, err); d.Code != diag.CodeCancelled {
		t.Errorf("code %s: %s", d.Code, d.Summary)
	}
}

// Cookies of the session go with each hop, those set by a redirect included;
// one that the request writes itself wins.
func TestCookies(t *testing.T) {
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "new", Path: "/"})
			http.SetCookie(w, &http.Cookie{Name: "theme", Value: "dark", Path: "/"})
			http.Redirect(w, r, "/home", http.StatusFound)
			return
		}
		io.WriteString(w, strings.Join(r.Header["Cookie"], "|"))
	})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(t, Options{})
	for _, test := range []struct {
		name, path, want string
		own              []Field
		jar              http.CookieJar
	}{
		{"no jar", "/login", "", nil, nil},
		{"set on the way", "/login", "session=new; theme=dark", nil, jar},
		{"kept", "/home", "session=new; theme=dark", nil, jar},
		{"own one wins", "/home", "session=mine; theme=dark", []Field{{"Cookie", "session=mine"}}, jar},
	} {
		x := do(t, client, &Request{Method: "GET", URL: parseURL(t, server.URL+test.path), Header: test.own, Cookies: test.jar, Redirects: 3})
		if got := string(x.Final().Content); got != test.want {
			t.Errorf("%s: Cookie %q, want %q", test.name, got, test.want)
		}
	}
}
