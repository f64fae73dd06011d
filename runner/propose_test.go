package runner

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/propose"
	"github.com/postrider/postrider/parser"
)

// proposals keeps what is proposed.
type proposals struct {
	got  []*Proposal
	line int
	errs []string
}

func (p *proposals) Event(e *Event) error {
	switch d := e.Data.(type) {
	case *RequestFinished:
		if d.Proposal != nil {
			p.got, p.line = append(p.got, d.Proposal), d.Line
		}
	case *MessageEvent:
		p.errs = append(p.errs, d.Message.Summary)
	}
	return nil
}

func (p *proposals) Close() error { return nil }

// newDocuments returns a server that answers with what a path says, or with the
// body of a request.
func newDocuments(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/missing":
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"error": "gone"}`)
		case "/echo":
			_, _ = io.Copy(w, r.Body)
		case "/headers":
			_, _ = io.WriteString(w, `{"authorization": "`+r.Header.Get("Authorization")+`", "said": "`+r.Header.Get("X-Said")+`", "row": "`+r.URL.RawQuery+`"}`)
		case "/large":
			_, _ = io.WriteString(w, "["+strings.Repeat(`{"id": 1, "text": "`+strings.Repeat("x", 100)+`"},`, 5000)+`{"id": 2, "text": ""}]`)
		case "/now":
			_, _ = io.WriteString(w, `{"at": "`+time.Now().Format(time.RFC3339Nano)+`"}`)
		default:
			_, _ = io.WriteString(w, `{"id": "t-17", "state": "open", "owner": {"id": 5, "token": "abc"}}`)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// TestHolding protects that what is proposed is evaluated first: nothing is kept that is
// false, fails, or reads a body that is not shown.
func TestHolding(t *testing.T) {
	env := &eval.Env{Answer: &eval.Answer{Status: 200, Content: []byte(`{"a": 1}`), Header: http.Header{"Content-Type": {"application/json"}}}}
	var all []propose.Candidate
	for _, expr := range []string{"status == 404", "status == 200", "body.a == 2", "body.a == 1", "body.b > 0", "body.", "size > 0"} {
		all = append(all, propose.Candidate{Expr: expr})
	}
	for noBody, want := range map[bool]string{false: "status == 200|body.a == 1|size > 0", true: "status == 200|size > 0"} {
		var got []string
		for _, c := range holding(all, nil, env, noBody) {
			got = append(got, c.Expr)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("without the body %v: %q, want %s", noBody, got, want)
		}
	}
	for range maxAsserts {
		all = append(all, propose.Candidate{Expr: "status < 300"})
	}
	if got := holding(all, nil, env, false); len(got) != maxAsserts {
		t.Errorf("%d are proposed", len(got))
	}
}

// TestPropose protects what is proposed for a request, that it holds when the file
// is run with it, and that no secret is in it.
func TestPropose(t *testing.T) {
	const unmaskable = "1 secret value(s) are too short or too common to be masked in the output"
	const opened = "@assert status == 200|@assert header(\"content-type\") startsWith \"application/json\"|"
	const ticket = opened + `@assert type(body.id) == "string"|@assert body.owner.id >= 0|@assert type(body.owner.token) == "string"|@assert body.state == "open"`
	tests := []struct {
		name, text, of string
		vars           []Var
		want           string // directives, separated by |
		errors         string
		exit           int
	}{
		{name: "an answer", text: "### a\nGET $/\n", want: ticket + "|@capture id = body.id"},
		{name: "what later requests read", text: "### a\nGET $/\n\n### b\nGET $/?x={{ownerId}}&y={{token}}&z={{no.such}}\n", want: ticket + "|@capture ownerId = body.owner.id|@capture secret token = body.owner.token|@capture id = body.id"},
		{name: "not what is defined", text: "@ownerId = 1\n\n### b\nGET $/?x={{ownerId}}\n\n### a\n# @capture id = body.id\nGET $/\n\n### c\nGET $/?x={{ownerId}}&y={{id}}\n", want: ticket},
		{name: "not what earlier requests read", text: "### b\nGET $/?x={{ownerId}}\n\n### a\nGET $/\n", want: ticket + "|@capture id = body.id"},
		{name: "not what is asserted", text: "# @assert header('content-type') != \"\"\n# @assert  body.state==\"open\"\n\n### a\n# @assert status < 300\nGET $/\n",
			want: `@assert header("content-type") startsWith "application/json"|@assert type(body.id) == "string"|@assert body.owner.id >= 0|@assert type(body.owner.token) == "string"|@capture id = body.id`},
		{name: "not an answer that its checks refuse", text: "### a\n# @assert body.state == \"closed\"\nGET $/\n", exit: 1},
		{name: "a refusal", text: "### a\nGET $/missing\n", want: "@assert status == 404", exit: 1},
		{name: "a refusal without what is captured", text: "### a\n# @capture id = body.id\nGET $/missing\n", exit: 1},
		{name: "a refusal with what is captured", text: "### a\n# @capture e = body.error\nGET $/missing\n", want: "@assert status == 404", exit: 1},
		{name: "a refusal that is expected", text: "### a\n# @assert status == 404\nGET $/missing\n", want: ""},
		{name: "what is needed is sent", text: "### a\n# @needs b\nGET $/\n\n### b\nGET $/missing\n", exit: 1},
		{name: "nothing of a body that is not shown", text: "### a\n# @no-log\nGET $/\n", want: strings.TrimSuffix(opened, "|")},
		{name: "secrets", text: "### a\nGET $/headers\nAuthorization: Bearer opensesame\nX-Said: {{said}} {{pin}}\n", vars: []Var{{Name: "said", Value: "swordfish", Secret: true}, {Name: "pin", Value: "17", Secret: true}},
			errors: unmaskable, want: opened + `@assert type(body.authorization) == "string"|@assert type(body.row) == "string"|@assert type(body.said) == "string"`},
		{name: "a short secret", text: "### a\nGET $/headers\nX-Said: {{pin}}\n", vars: []Var{{Name: "pin", Value: "yes", Secret: true}},
			errors: unmaskable, want: opened + `@assert type(body.authorization) == "string"|@assert type(body.row) == "string"|@assert type(body.said) == "string"`},
		{name: "a secret as a name", text: "### a\nPOST $/echo\n\n{\"{{said}}\": 1, \"b\": true}\n", vars: []Var{{Name: "said", Value: "swordfish", Secret: true}}, want: opened + "@assert body.b == true"},
		{name: "a secret that an assertion spells", text: "### a\nGET $/\n", vars: []Var{{Name: "said", Value: `.state == "op`, Secret: true}},
			want: strings.TrimSuffix(ticket, `|@assert body.state == "open"`) + "|@capture id = body.id"},
		{name: "parts of a secret", text: "### a\nPOST $/echo\n\n{\"mode\": \"{{said}}\"}\n", vars: []Var{{Name: "said", Value: `open", "user": "ada`, Secret: true}},
			want: opened + `@assert type(body.mode) == "string"`},
		{name: "a large answer", text: "### a\nGET $/large\n", want: opened + "@assert len(body) > 0"},
		{name: "no more than ten", text: "### a\nPOST $/echo\n\n{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1}\n",
			want: opened + "@assert body.a == 1|@assert body.b == 1|@assert body.c == 1|@assert body.d == 1|@assert body.e == 1|@assert body.f == 1|@assert body.g == 1|@assert body.h == 1"},
		{name: "a time", text: "### a\nGET $/now\n", want: opened + `@assert body.at matches "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"`},
		{name: "one of two", of: "a.http", text: "### a\nGET $/\n\n### b\nGET $/\n", exit: 2, errors: "this names 2 requests, and one is needed"},
		{name: "a call", of: "a.http:4", text: "### a\nGET $/\n\n### b\nrun #a\n", exit: 2, errors: "`b` has no answer of its own"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := newDocuments(t)
			tree(t, server.URL, map[string]string{"a.http": test.text})
			o := Options{Paths: []string{"a.http#a"}, Vars: test.vars, Propose: true, Environ: func(string) (string, bool) { return "", false }}
			if test.of != "" {
				o.Paths = []string{test.of}
			}
			plan := NewPlan(t.Context(), o)
			defer plan.Close()
			p := new(proposals)
			if exit := plan.Run(t.Context(), p); exit != test.exit {
				t.Errorf("exit %d, want %d", exit, test.exit)
			}
			if errors := strings.Join(p.errs, "\n"); errors != test.errors {
				t.Errorf("messages %q, want %q", errors, test.errors)
			}
			if len(p.got) == 0 {
				if test.want != "" {
					t.Errorf("nothing is proposed, want %s", test.want)
				}
				return
			}
			directives := p.got[0].Directives
			if got := strings.Join(directives, "|"); got != test.want {
				t.Errorf("proposed\n%s\nwant\n%s", strings.Join(directives, "\n"), strings.ReplaceAll(test.want, "|", "\n"))
			}
			for _, v := range test.vars {
				if slices.ContainsFunc(directives, func(d string) bool { return strings.Contains(d, v.Value) }) {
					t.Errorf("a secret is in %q", directives)
				}
			}
			text := strings.ReplaceAll(test.text, "$", server.URL)
			f := parser.Parse("a.http", []byte(text))
			with, err := parser.AddDirectives(f, f.RequestAt(p.line), directives)
			if err != nil {
				t.Fatal(err)
			}
			o.Propose, o.ReadFile = false, func(string) ([]byte, error) { return with, nil }
			again := NewPlan(t.Context(), o)
			defer again.Close()
			if exit := again.Run(t.Context(), new(proposals)); exit != 0 {
				t.Errorf("exit %d with what is proposed:\n%s", exit, with)
			}
		})
	}
}
