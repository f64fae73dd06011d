package auth

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/postrider/postrider/internal/transport"
)

func TestReadChallenges(t *testing.T) {
	for field, want := range map[string]string{
		``:                                   `[]`,
		`Basic realm="a, b=c"`:               `[{basic map[realm:a, b=c]}]`,
		`Digest realm="a\"b",nonce=x`:        `[{digest map[nonce:x realm:a\"b]}]`,
		`Basic realm="x", Digest qop=auth`:   `[{basic map[realm:x]} {digest map[qop:auth]}]`,
		`Negotiate, Digest nonce="n" , NTLM`: `[{negotiate map[]} {digest map[nonce:n]} {ntlm map[]}]`,
		`Negotiate abc==, Basic realm="x"`:   `[{negotiate map[]} {basic map[realm:x]}]`,
		`Digest a = "b" , c= d`:              `[{digest map[a:b c:d]}]`,
		`Digest a="unclosed`:                 `[{digest map[]}]`,
		`, ,Basic`:                           `[{basic map[]}]`,
		`"Basic"`:                            `[]`,
	} {
		if got := fmt.Sprint(readChallenges(field)); got != want {
			t.Errorf("%s is read as %s, want %s", field, got, want)
		}
	}
}

// A server can send whatever it likes; reading it ends, and what is read is in
// the field.
func FuzzChallenges(f *testing.F) {
	f.Add(`Digest realm="a, b", qop="auth, auth-int", nonce=x, Basic`)
	f.Add(`Negotiate abc==, Basic realm="\"`)
	f.Fuzz(func(t *testing.T, field string) {
		for _, c := range readChallenges(field) {
			if !strings.Contains(strings.ToLower(field), c.scheme) {
				t.Errorf("%q has no %q", field, c.scheme)
			}
			for name, value := range c.params {
				if !strings.Contains(field, value) || !strings.Contains(strings.ToLower(field), name) {
					t.Errorf("%q has no %s=%q", field, name, value)
				}
			}
			if d, _, ok := readDigest(c.params); ok {
				hop := &http.Request{Method: "GET", URL: &url.URL{Path: "/"}}
				if _, err := newDigest("u", "p").answerTo(&d, 1, hop); err != nil {
					t.Errorf("%q: %v", field, err)
				}
			}
		}
	})
}

func newDigest(username, password string) *digest {
	d := new(digests).get(username, password)
	return d
}

// The examples of RFC 7616 section 3.9 and RFC 2617 section 3.5. That of section
// 3.9.2 is taken as its erratum 4897 has it: the RFC itself has cut SHA-512 short
// where SHA-512/256 is meant.
func TestDigestVectors(t *testing.T) {
	const of3_9_1 = `realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	tests := []struct {
		name, challenge, user, password, cnonce, target, want string
	}{
		{"RFC 7616 3.9.1, MD5", `Digest algorithm=MD5, ` + of3_9_1, "Mufasa", "Circle of Life",
			"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "http://www.example.org/dir/index.html",
			`Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=MD5, ` +
				`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, ` +
				`response="8ca523f5e9506fed4657c9700eebdbec", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`},
		{"RFC 7616 3.9.1, SHA-256", `Digest algorithm=SHA-256, ` + of3_9_1, "Mufasa", "Circle of Life",
			"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "http://www.example.org/dir/index.html",
			`response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"`},
		{"RFC 7616 3.9.2, user name", `Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true`,
			"Jäsøn Doe", "Secret, or not?", "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", "http://api.example.org/doe.json",
			`username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"`},
		{"RFC 7616 3.9.2, response", `Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true`,
			"Jäsøn Doe", "Secret, or not?", "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", "http://api.example.org/doe.json",
			`response="3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"`},
		{"RFC 2617 3.5", `Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
			"Mufasa", "Circle Of Life", "0a4f113b", "http://www.nowhere.org/dir/index.html", `response="6629fae49393a05397450978507c4ef1"`},
		{"a name outside of ASCII", `Digest realm="r", qop="auth", algorithm=SHA-256, nonce="n", charset=UTF-8`, "Jäsøn Doe", "p", "c", "http://a/",
			`Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, realm`},
		{"quotes in a name", `Digest realm="r", nonce="n"`, `a"b\c`, "p", "c", "http://a/", `Digest username="a\"b\\c", realm`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, ok := strongest(readChallenges(test.challenge))
			if !ok {
				t.Fatal("the challenge cannot be answered")
			}
			d := newDigest(test.user, test.password)
			d.newNonce = func() string { return test.cnonce }
			u, _ := url.Parse(test.target)
			got, err := d.answerTo(&c, 1, &http.Request{Method: "GET", URL: u})
			if err != nil || !strings.Contains(got, test.want) {
				t.Errorf("got  %s, %v\nwant %s", got, err, test.want)
			}
		})
	}
}

// Of several challenges the strongest that can be answered counts, wherever it
// stands; one that cannot be does not.
func TestStrongestChallenge(t *testing.T) {
	for _, test := range []struct {
		fields []string
		want   string // algorithm, qop
	}{
		{[]string{`Digest nonce=a, algorithm=MD5`, `Digest nonce=b, algorithm=SHA-256`, `Basic realm=x`}, "SHA-256 "},
		{[]string{`Digest nonce=a, algorithm=SHA-256, Digest nonce=b, algorithm=SHA-512-256-sess, qop=auth`}, "SHA-512-256-sess auth"},
		{[]string{`Digest nonce=a, algorithm=SHA3-256, qop=auth, Digest nonce=b, qop="auth-int"`}, " auth-int"},
		{[]string{`Digest nonce=a, algorithm=SHA-256, qop="later", Digest nonce=b, algorithm=md5, qop="AUTH-INT,auth"`}, "md5 auth"},
		{[]string{`Digest algorithm=SHA-256`, `Basic realm=x`}, "none"},
		{nil, "none"},
	} {
		got := "none"
		if c, ok := strongest(challenges(http.Header{"Www-Authenticate": test.fields})); ok {
			got = c.algorithm + " " + c.qop
		}
		if got != test.want {
			t.Errorf("%q: %q, want %q", test.fields, got, test.want)
		}
	}
}

// digestServer is a server that computes what it expects in its own way: from
// the fields of RFC 7616, not from what the client does.
type digestServer struct {
	challenge string // without nonce
	algorithm string
	password  string
	uses      int  // how often a nonce is good; 0 means for ever
	silent    bool // say not that a nonce is stale

	mu     sync.Mutex
	nonce  int
	used   map[string]int // the highest nc, by nonce
	hits   []string       // what became of each request
	bodies []string
}

func (s *digestServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	s.bodies = append(s.bodies, string(body))
	verdict := s.judge(r, body)
	s.hits = append(s.hits, verdict)
	if verdict == "ok" {
		fmt.Fprint(w, "welcome")
		return
	}
	s.nonce++
	stale := ""
	if verdict == "stale" && !s.silent {
		stale = ", stale=TRUE"
	}
	w.Header().Add("WWW-Authenticate", `Basic realm="r"`)
	w.Header().Add("WWW-Authenticate", fmt.Sprintf(`Digest %s, nonce="n%d"%s`, s.challenge, s.nonce, stale))
	w.WriteHeader(http.StatusUnauthorized)
}

func (s *digestServer) judge(r *http.Request, body []byte) string {
	all := readChallenges(r.Header.Get("Authorization"))
	if len(all) == 0 {
		return "none"
	}
	p := all[0].params
	sums := map[string]func() hash.Hash{"MD5": md5.New, "SHA-256": sha256.New, "SHA-512-256": sha512.New512_256}
	h := func(text string) string {
		sum := sums[strings.TrimSuffix(s.algorithm, "-sess")]()
		io.WriteString(sum, text)
		return fmt.Sprintf("%x", sum.Sum(nil))
	}
	ha1 := h("me:r:" + s.password)
	if strings.HasSuffix(s.algorithm, "-sess") {
		ha1 = h(ha1 + ":" + p["nonce"] + ":" + p["cnonce"])
	}
	ha2 := h(r.Method + ":" + r.RequestURI)
	if p["qop"] == "auth-int" {
		ha2 = h(r.Method + ":" + r.RequestURI + ":" + h(string(body)))
	}
	want := h(ha1 + ":" + p["nonce"] + ":" + p["nc"] + ":" + p["cnonce"] + ":" + p["qop"] + ":" + ha2)
	if p["qop"] == "" {
		want = h(ha1 + ":" + p["nonce"] + ":" + ha2)
	}
	var nc int
	fmt.Sscanf(p["nc"], "%x", &nc)
	name := "me"
	if strings.Contains(s.challenge, "userhash=true") {
		name = h("me:r")
	}
	if s.used == nil {
		s.used = make(map[string]int)
	}
	nonce := p["nonce"]
	switch {
	case p["response"] != want || p["uri"] != r.RequestURI || p["username"] != name:
		return "wrong"
	case p["qop"] != "" && (len(p["nc"]) != 8 || nc != s.used[nonce]+1):
		return "miscounted"
	case s.uses > 0 && s.used[nonce] >= s.uses:
		return "stale"
	case !strings.HasPrefix(nonce, "n"):
		return "stale"
	}
	s.used[nonce] = nc
	return "ok"
}

// Every algorithm and quality of protection is accepted by a server that checks
// them, a nonce is used again with a count of its own, one that has ended is
// replaced, and a wrong password is sent once.
func TestDigest(t *testing.T) {
	tests := []struct {
		name     string
		server   digestServer
		password string
		requests int
		hits     string
	}{
		{"without qop", digestServer{challenge: `realm="r"`, algorithm: "MD5"}, "hush-hush", 2, "none ok ok"},
		{"MD5", digestServer{challenge: `realm="r", qop="auth"`, algorithm: "MD5"}, "hush-hush", 3, "none ok ok ok"},
		{"MD5-sess", digestServer{challenge: `realm="r", qop="auth", algorithm=MD5-sess`, algorithm: "MD5-sess"}, "hush-hush", 2, "none ok ok"},
		{"SHA-256", digestServer{challenge: `realm="r", qop="auth", algorithm=SHA-256, opaque=""`, algorithm: "SHA-256"}, "hush-hush", 2, "none ok ok"},
		{"SHA-256-sess", digestServer{challenge: `realm="r", qop="auth-int", algorithm=SHA-256-sess`, algorithm: "SHA-256-sess"}, "hush-hush", 2, "none ok ok"},
		{"SHA-512-256", digestServer{challenge: `realm="r", qop="auth", algorithm=SHA-512-256, userhash=true`, algorithm: "SHA-512-256"}, "hush-hush", 2, "none ok ok"},
		{"auth-int", digestServer{challenge: `realm="r", qop="auth-int"`, algorithm: "MD5"}, "hush-hush", 2, "none ok ok"},
		{"a nonce for two", digestServer{challenge: `realm="r", qop="auth"`, algorithm: "MD5", uses: 2}, "hush-hush", 5, "none ok ok stale ok ok stale ok"},
		{"a nonce for two, silently", digestServer{challenge: `realm="r", qop="auth"`, algorithm: "MD5", uses: 2, silent: true}, "hush-hush", 4, "none ok ok stale ok ok"},
		{"a check accepts the 401", digestServer{challenge: `realm="r", qop="auth"`, algorithm: "MD5"}, "wrong-one", 1, "none wrong"},
		{"wrong password", digestServer{challenge: `realm="r", qop="auth"`, algorithm: "MD5"}, "wrong-one", 1, "none wrong"},
		{"wrong password, many requests", digestServer{challenge: `realm="r", qop="auth"`, algorithm: "MD5"}, "wrong-one", 4, "none wrong none none none"},
		{"wrong password without qop", digestServer{challenge: `realm="r"`, algorithm: "MD5"}, "wrong-one", 3, "none wrong none none"},
		{"an unknown algorithm", digestServer{challenge: `realm="r", algorithm=SHA3-256`, algorithm: "MD5"}, "hush-hush", 1, "none"},
	}
	for i := range tests {
		test := &tests[i]
		t.Run(test.name, func(t *testing.T) {
			test.server.password = "hush-hush"
			server := httptest.NewServer(&test.server)
			defer server.Close()
			client := transport.New(transport.Options{})
			defer client.Close()
			m, _ := testManager(t, nil)
			var last *transport.Exchange
			for range test.requests {
				u, _ := url.Parse(server.URL + "/a%20b/c?d=e,f")
				b := bind(t, m, Reference{ID: "digest", Args: []Arg{{Key: "username", Value: "me"}, {Key: "password", Value: test.password}}})
				if err := b.CheckURL(u); err != nil {
					t.Fatal(err)
				}
				x, err := client.Do(t.Context(), &transport.Request{Method: "POST", URL: u, Body: transport.Bytes("the body"), Auth: b,
					Repeat: func(int) bool { return test.name != "a check accepts the 401" }})
				if err != nil {
					t.Fatal(err)
				}
				last = x
			}
			if got := strings.Join(test.server.hits, " "); got != test.hits {
				t.Errorf("the server saw %s, want %s", got, test.hits)
			}
			for _, body := range test.server.bodies {
				if body != "the body" {
					t.Errorf("body %q", body)
				}
			}
			if strings.HasSuffix(test.hits, "ok") != (last.Final().Status == 200) {
				t.Errorf("status %d", last.Final().Status)
			}
		})
	}
}

// What is known of a password holds for one realm of one server, and for no other
// password; an answer that accepts it corrects what was known.
func TestDigestRefusal(t *testing.T) {
	all := new(digests)
	d := all.get("me", "wrong-one")
	challenge := func(realm, nonce string) []string {
		return []string{`Digest realm="` + realm + `", nonce="` + nonce + `", qop=auth`}
	}
	hop := func(d *digest, target string) *http.Request {
		h := hopTo(t, target)
		if err := d.apply(h); err != nil {
			t.Fatal(err)
		}
		return h
	}
	answers := func(d *digest, h *http.Request, status int, fields []string) bool {
		a := &http.Response{StatusCode: status, Header: http.Header{"Www-Authenticate": fields}, Request: h}
		d.learn(a)
		return d.answers(a, true)
	}
	const here, there = "http://a.example/", "http://b.example/"
	if !answers(d, hop(d, here), 401, challenge("r", "n1")) {
		t.Fatal("the challenge is not answered")
	}
	first, second := hop(d, here), hop(d, here)
	if answers(d, first, 401, challenge("r", "n2")) {
		t.Error("a refused password is sent again")
	}
	for name, test := range map[string]struct {
		digest *digest
		target string
		realm  string
		want   bool
	}{
		"the same":         {d, here, "r", false},
		"another realm":    {d, here, "s", true},
		"another server":   {d, there, "r", true},
		"another password": {all.get("me", "right-one"), here, "r", true},
	} {
		h := hopTo(t, test.target)
		if got := answers(test.digest, h, 401, challenge(test.realm, "n3")); got != test.want {
			t.Errorf("%s: answered %v, want %v", name, got, test.want)
		}
	}
	u, _ := url.Parse(here)
	if header := (http.Header{"Www-Authenticate": challenge("r", "n4")}); !d.refuses(u, header) {
		t.Error("the refusal is not remembered")
	}
	answers(d, second, 200, nil) // it was in the air
	if !answers(d, hopTo(t, here), 401, challenge("r", "n5")) {
		t.Error("a password that was accepted is not sent")
	}
}

// A refusal that is remembered is told as one.
func TestDigestKnownRefusal(t *testing.T) {
	served := &digestServer{challenge: `realm="r", qop="auth"`, algorithm: "MD5", password: "hush-hush"}
	server := httptest.NewServer(served)
	defer server.Close()
	client := transport.New(transport.Options{})
	defer client.Close()
	m, _ := testManager(t, nil)
	u, _ := url.Parse(server.URL)
	for _, want := range []string{"the credentials are rejected: 401", "the server has refused the credentials before, and they are not sent again: 401"} {
		b := bind(t, m, Reference{ID: "digest", Args: []Arg{{Key: "username", Value: "me"}, {Key: "password", Value: "wrong-one"}}})
		if err := b.CheckURL(u); err != nil {
			t.Fatal(err)
		}
		x, err := client.Do(t.Context(), &transport.Request{Method: "GET", URL: u, Auth: b})
		if err != nil {
			t.Fatal(err)
		}
		if got := explain(b.Rejected(x.Final())); !strings.Contains(got, want) || !strings.Contains(got, "check their value") {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
}

// Requests at the same time use one nonce, each with a count of its own.
func TestDigestCountsUnderLoad(t *testing.T) {
	d := newDigest("me", "p")
	u, _ := url.Parse("http://a.example/")
	answer := &http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {`Digest realm=r, nonce=n, qop=auth`}},
		Request: &http.Request{Method: "GET", URL: u, Header: http.Header{}}}
	if !d.answers(answer, true) {
		t.Fatal("the challenge is not answered")
	}
	var mu sync.Mutex
	counts := make(map[string]bool)
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			hop := &http.Request{Method: "GET", URL: u, Header: http.Header{}}
			if err := d.apply(hop); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			counts[readChallenges(hop.Header.Get("Authorization"))[0].params["nc"]] = true
		})
	}
	wait.Wait()
	if len(counts) != 50 || !counts["00000032"] {
		t.Errorf("%d counts for 50 requests", len(counts))
	}
}

// The answer to one server's challenge does not go to another.
func TestDigestStaysWithItsOrigin(t *testing.T) {
	d := newDigest("me", "p")
	u, _ := url.Parse("http://a.example/")
	d.answers(&http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {`Digest realm=r, nonce=n`}},
		Request: &http.Request{Method: "GET", URL: u, Header: http.Header{}}}, true)
	for address, want := range map[string]bool{"http://a.example/x": true, "http://a.example:8080/": false, "https://a.example/": false, "http://b.example/": false} {
		hop := &http.Request{Method: "GET", Header: http.Header{}}
		hop.URL, _ = url.Parse(address)
		if err := d.apply(hop); err != nil {
			t.Fatal(err)
		}
		if got := hop.Header.Get("Authorization") != ""; got != want {
			t.Errorf("%s: credentials %v, want %v", address, got, want)
		}
	}
	if !reflect.DeepEqual(sortedKeys(d.sessions), []string{"http://a.example"}) {
		t.Errorf("sessions with %v", sortedKeys(d.sessions))
	}
}
