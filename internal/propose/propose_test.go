package propose_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/propose"
	"github.com/postrider/postrider/internal/value"
)

// rules hide what the tests call secret.
var rules = propose.Rules{
	Secret: func(name string) bool { return strings.Contains(name, "token") },
	Hidden: func(text string) bool { return strings.Contains(text, "hunter2") || text == "4711" },
}

func describe(t testing.TB, contentType, body string) (*propose.Answer, *eval.Env) {
	t.Helper()
	answer := &eval.Answer{Status: 200, Header: http.Header{"Content-Type": {contentType}}, Content: []byte(body)}
	document, err := answer.Document()
	if err != nil {
		return nil, nil
	}
	a := &propose.Answer{Status: 200, ContentType: contentType, Size: int64(len(body)), JSON: eval.IsJSON(contentType), Body: document}
	return a, &eval.Env{Answer: answer}
}

// TestAssertions protects what is told of a value: the stable exactly, what changes
// by its form, and nothing of a secret.
func TestAssertions(t *testing.T) {
	tests := []struct{ body, want string }{
		{`{"name": "Ada"}`, `body.name == "Ada"`},
		{`{"a name": "x"}`, `body["a name"] == "x"`},
		{`{"ok": false}`, `body.ok == false`},
		{`{"page": 0}`, `body.page == 0`},
		{`{"price": 9.99}`, `body.price == 9.99`},
		{`{"lat": 52.123456}`, `body.lat >= 0`},
		{`{"delta": -1.23456}`, `type(body.delta) in ["int", "float"]`},
		{`{"big": 1732250000}`, `body.big >= 0`},
		{`{"total": 7}`, `body.total >= 0`},
		{`{"id": 7}`, `body.id >= 0`},
		{`{"id": "t-1"}`, `type(body.id) == "string"`},
		{`{"ticketId": "9"}`, `body.ticketId matches "^[0-9]+$"`},
		{`{"id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8"}`, `body.id matches "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"`},
		{`{"day": "2024-05-01"}`, `body.day matches "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`},
		{`{"createdAt": "2024-05-01T10:00:00Z"}`, `body.createdAt matches "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"`},
		{`{"self": "https://example.com/a?sig=x"}`, `body.self matches "^https?://"`},
		{`{"ref": "AbCdEfGhIjKlMnOpQrStUv"}`, `type(body.ref) == "string"`},
		{`{"address": "::1"}`, `type(body.address) == "string"`},
		{`{"text": "a\u001bb"}`, `type(body.text) == "string"`},
		{`{"text": ""}`, `type(body.text) == "string"`},
		{`{"token": "abc"}`, `type(body.token) == "string"`},
		{`{"token": 123}`, `body.token >= 0`},
		{`{"pin": 4711}`, `body.pin >= 0`},
		{`{"token": true}`, `type(body.token) == "bool"`},
		{`{"token": {"user": "Ada"}}`, `type(body.token.user) == "string"`},
		{`{"greeting": "hello hunter2"}`, `type(body.greeting) == "string"`},
		{`{"hunter2": 1}`, ``},
		{`{"6ba7b810": 1}`, ``},
		{`{"next": null}`, ``},
		{`{"in": {"not": "x"}}`, `body.in.not == "x"`},
		{`["a", "b"]`, `len(body) > 0 and all(body, type(#) == "string")`},
		{`[1, "b"]`, `len(body) > 0`},
		{`[1, -2]`, `len(body) > 0`},
		{`[]`, `type(body) == "array"`},
		{`{"items": [{"b": true, "id": "x", "c": 1, "d": ""}, {"b": false, "id": "y", "c": 1, "d": null}]}`,
			`len(body.items) > 0 and all(body.items, type(.id) == "string" and type(.b) == "bool" and .c >= 0)`},
		{`[{"a b": 1}]`, `len(body) > 0`},
		{`"text"`, `body == "text"`},
		{`{"a": {"b": {"c": {"d": {"e": 1}}}}}`, ``},
	}
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			a, env := describe(t, "application/json", test.body)
			var got []string
			for _, c := range propose.Assertions(a, rules)[2:] { // the status and the type of the body
				got = append(got, c.Expr)
				holds(t, c.Expr, env)
			}
			if text := strings.Join(got, "\n"); text != test.want {
				t.Errorf("proposed\n%s\nwant\n%s", text, test.want)
			}
		})
	}
}

// TestAssertionsOther protects what is told of answers that are no documents.
func TestAssertionsOther(t *testing.T) {
	tests := []struct{ contentType, body, want string }{
		{"text/plain; charset=utf-8", "pong", `status == 200, header("content-type") startsWith "text/plain", body == "pong"`},
		{"text/plain", "hello hunter2", `status == 200, header("content-type") startsWith "text/plain", size > 0`},
		{"text/html", "<html>\n</html>", `status == 200, header("content-type") startsWith "text/html", size > 0`},
		{"", "", `status == 200, size == 0`},
		{"x/hunter2", "a", `status == 200, body == "a"`},
	}
	for _, test := range tests {
		a, env := describe(t, test.contentType, test.body)
		var got []string
		for _, c := range propose.Assertions(a, rules) {
			got = append(got, c.Expr)
			holds(t, c.Expr, env)
		}
		if text := strings.Join(got, ", "); text != test.want {
			t.Errorf("%s: proposed\n%s\nwant\n%s", test.body, text, test.want)
		}
	}
	refused := propose.Assertions(&propose.Answer{Status: 404, ContentType: "application/json", JSON: true, Body: map[string]any{"a": "b"}}, rules)
	if len(refused) != 1 || refused[0].Expr != "status == 404" {
		t.Errorf("proposed of a 404: %v", refused)
	}
}

// The most telling come first: lists and ids before numbers, the top before what is
// deep inside.
func TestAssertionsOrder(t *testing.T) {
	a, _ := describe(t, "application/json", `{"a": 1, "b": {"name": "x", "l": [1]}, "items": [{"x": null}], "tags": ["x"], "uuid": "u", "z": true}`)
	var got []string
	for _, c := range propose.Assertions(a, rules)[2:] {
		got = append(got, strings.TrimPrefix(strings.Fields(c.Expr)[0], "len"))
	}
	if text := strings.Join(got, " "); text != `(body.items) type(body.uuid) body.z body.a (body.tags) body.b.name (body.b.l)` {
		t.Errorf("in the order %s", text)
	}
}

// Of a document with thousands of members, the first ones tell enough.
func TestAssertionsOfMany(t *testing.T) {
	members := make(map[string]any)
	for i := range 26 * 26 * 26 {
		members[string([]byte{'m', byte('a' + i/26/26), byte('a' + i/26%26), byte('a' + i%26)})] = true
	}
	a := &propose.Answer{Status: 200, JSON: true, Size: 1, Body: map[string]any{"a": members, "b": members}}
	if n := len(propose.Assertions(a, rules)); n < 1000 || n > 2001 {
		t.Errorf("%d assertions of %d members", n, 2*len(members))
	}
}

func holds(t *testing.T, expr string, env *eval.Env) {
	t.Helper()
	program, problem := eval.Compile(expr, eval.Condition, nil)
	if problem != nil {
		t.Errorf("%s: %v", expr, problem)
		return
	}
	if v, err := program.Eval(env); err != nil || v != true {
		t.Errorf("%s: %v, %v", expr, v, err)
	}
}

// TestMeans protects which variables a member is taken to stand for.
func TestMeans(t *testing.T) {
	document, _, err := value.Decode([]byte(`{"id": 1, "token": "x", "owner": {"id": 2}, "tickets": [{"id": "t", "state": "open"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	members := propose.Members(document)
	tests := []struct{ variable, request, want string }{
		{"id", "", "body.id"},
		{"token", "", "body.token"},
		{"owner_id", "", "body.owner.id"},
		{"OWNER-ID", "", "body.owner.id"},
		{"ticketId", "", "body.tickets[0].id"},
		{"ticket", "", "body.tickets[0].id"},
		{"ticketState", "", "body.tickets[0].state"},
		{"orderId", "orders", "body.id"},
		{"order", "order", "body.id"},
		{"nothing", "order", ""},
		{"", "order", ""},
	}
	for _, test := range tests {
		got := ""
		if i := slices.IndexFunc(members, func(m propose.Member) bool { return m.Means(test.variable, test.request) }); i >= 0 {
			got = members[i].Path
		}
		if got != test.want {
			t.Errorf("%s of request %q is %s, want %s", test.variable, test.request, got, test.want)
		}
	}
}

// FuzzAssertions protects the promise that everything that is proposed holds,
// whatever a server answers, and that the text of a secret is not in it.
func FuzzAssertions(f *testing.F) {
	for _, seed := range []string{`{"a": [1, {"b": null}], "id": "x"}`, `[{"in": 1}, {"in": -0.5}]`, `{"a\"b": "\\\u0000", "$x": 1e400}`, `"hunter2"`, `{"let": {"nil": true}}`, `[[1], [2]]`, `{"a": "{{x}} -- y"}`, "pong"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, contentType := range []string{"application/json", "text/plain"} {
			a, env := describe(t, contentType, body)
			if a == nil {
				continue
			}
			for _, c := range propose.Assertions(a, rules) {
				holds(t, c.Expr, env)
				if strings.Contains(c.Expr, "hunter2") {
					t.Errorf("%s shows a secret", c.Expr)
				}
			}
			for _, m := range propose.Members(a.Body) {
				if _, problem := eval.Compile(m.Path, eval.Value, nil); problem != nil {
					t.Errorf("%s: %v", m.Path, problem)
				}
			}
		}
	})
}
