package runner

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// planned is a sink that keeps the requests of a dry run.
type planned struct{ requests []*RequestPlanned }

func (p *planned) Event(e *Event) error {
	if r, ok := e.Data.(*RequestPlanned); ok {
		p.requests = append(p.requests, r)
	}
	return nil
}

func (p *planned) Close() error { return nil }

// TestDryRunShowsWhatIsSent protects that a dry run is the run up to sending: over
// all cases of the dialects, the requests that it shows are those that a run puts
// on the wire, and nothing arrives.
func TestDryRunShowsWhatIsSent(t *testing.T) {
	compared := 0
	for _, c := range goldenCases() {
		t.Run(c.name, func(t *testing.T) {
			w := newWire(t)
			_, o := c.setUp(t, w)
			plan := NewPlan(t.Context(), o)
			plan.Run(t.Context())
			plan.Close()
			sent := w.requests()

			w = newWire(t)
			_, o = c.setUp(t, w)
			o.DryRun, o.ShowSecrets = true, true
			plan = NewPlan(t.Context(), o)
			defer plan.Close()
			var dry planned
			exit := plan.Run(t.Context(), &dry)
			if got := w.requests(); len(got) > 0 {
				t.Fatalf("the dry run sends %q", got)
			}
			want := ExitPassed
			if c.exit == ExitInvalid {
				want = ExitInvalid
			}
			if exit != want {
				t.Errorf("exit %d, and %d of a run", exit, c.exit)
			}
			if c.like != nil || len(dry.requests) != len(sent) { // random, or answers decide
				return
			}
			for i, r := range dry.requests {
				if len(r.Values) > 0 || len(r.Unsure) > 0 || r.Sent.Body != nil && r.Sent.Body.Binary {
					return
				}
				if got := strings.ReplaceAll(onWire(r), w.addr, "ADDR"); got != sent[i] {
					t.Errorf("shown\n%q\nsent\n%q", got, sent[i])
				}
				compared++
			}
		})
	}
	if compared < 40 {
		t.Errorf("%d requests are compared", compared)
	}
}

// onWire writes a planned request as wire.requests has it.
func onWire(r *RequestPlanned) string {
	target := r.Sent.URL
	if i := strings.Index(target, "://"); i >= 0 {
		target = target[i+len("://"):]
	}
	if i := strings.IndexAny(target, "/?"); i >= 0 {
		target = target[i:]
	} else {
		target = "/"
	}
	if strings.HasPrefix(target, "?") {
		target = "/" + target
	}
	if target == "/*" && r.Sent.Method == "OPTIONS" {
		target = "*"
	}
	lines := []string{r.Sent.Method + " " + target + " HTTP/1.1"}
	var own, framing []string
	for _, f := range r.Sent.Header {
		line := f.Name + ": " + f.Value
		switch {
		case f.Name == "Host" || line == "Accept: */*" || strings.HasPrefix(line, "User-Agent: postrider/"):
		case f.Name == "User-Agent", f.Name == "Content-Length", f.Name == "Transfer-Encoding": // where net/http puts them
			framing = append(framing, line)
		default:
			own = append(own, line)
		}
	}
	slices.SortFunc(framing, func(a, b string) int { return strings.Compare(b, a) })
	slices.SortStableFunc(own, func(a, b string) int {
		x, _, _ := strings.Cut(a, ":")
		y, _, _ := strings.Cut(b, ":")
		return strings.Compare(x, y)
	})
	lines = slices.Concat(lines, framing, own)
	text := strings.Join(lines, "\n")
	if b := r.Sent.Body; b != nil && b.Preview != "" {
		text += "\n\n" + strings.ReplaceAll(b.Preview, "\r\n", "^M\n")
	}
	return text
}

// TestDryRunWaitsForNothing protects that time does not pass in a dry run, that
// nothing is written, and that each step is told once, teardown too.
func TestDryRunWaitsForNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.http")
	text := `### a
# @sleep 1h
# @ratelimit max 1 expire 1h
GET http://192.0.2.1/a

>> saved.txt

### b
# @needs a
# @ratelimit max 1 expire 1h
# @retry 3 every 1h
GET http://192.0.2.1/b

### c
# @teardown
GET http://192.0.2.1/c
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		plan := NewPlan(t.Context(), Options{Paths: []string{path}, DryRun: true})
		defer plan.Close()
		var dry planned
		if exit := plan.Run(t.Context(), &dry); exit != ExitPassed {
			t.Errorf("exit %d", exit)
		}
		var names []string
		for _, r := range dry.requests {
			names = append(names, r.Name+r.Role)
		}
		if !slices.Equal(names, []string{"a", "b", "cteardown"}) {
			t.Errorf("planned %q", names)
		}
		if passed := time.Since(start); passed > 0 {
			t.Errorf("%s have passed", passed)
		}
	})
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("there are %d files", len(files))
	}
}

// TestDryRunStandIns protects values that are not known: whatever the request does
// with them, they are shown as they are written, and no stand-in is left.
func TestDryRunStandIns(t *testing.T) {
	const login = `### login
# @name login
# @capture id = body.id
# @capture list = body.list
POST http://h.example/login

`
	for _, c := range []struct{ name, text, want string }{
		{"path, query and port", "GET http://h.example:{{id}}/{{id}}?a={{%id}}", "http://h.example:{{id}}/{{id}}?a={{id}}"},
		{"host", "GET https://{{id}}/a", "https://{{id}}/a"},
		{"origin", "GET {{id}}/a?b", "{{id}}/a?b"},
		{"origin of credentials", "# @auth bearer token=abcdef\nGET {{id}}/a", "{{id}}/a"},
		{"through a variable", "@u = http://h.example/{{id}}\nGET {{u}}/x", "http://h.example/{{id}}/x"},
		{"member", "GET http://h.example/{{id.a[0].b}}", "http://h.example/{{id.a[0].b}}"},
		{"expression", `GET http://h.example/{{string(id) + "x"}}`, `http://h.example/{{string(id) + "x"}}`},
		{"of the answer", "GET http://h.example/{{login.response.headers.Location}}", "http://h.example/{{login.response.headers.Location}}"},
		{"member of the answer", "GET http://h.example/{{login.id}}", "http://h.example/{{login.id}}"},
		{"secret query", "GET http://h.example/?token={{id}}&key=x{{id}}", "http://h.example/?token={{id}}&key=***"},
		{"form", "POST http://h.example/\nContent-Type: application/x-www-form-urlencoded\n\na={{id}}&\nb=ä", "a={{id}}&b=%C3%A4"},
		{"JSON", "POST http://h.example/\nContent-Type: application/json\n\n{\"a\": {{id}}, \"b\": \"{{id}}\", \"c\": [{{list}}]}", `{"a": {{id}}, "b": "{{id}}", "c": [{{list}}]}`},
		{"GraphQL", "GRAPHQL http://h.example/\n\n{ a(id: \"{{id}}\") }\n\n{\"v\": {{id}}}", `{"query":"{ a(id: \"{{id}}\") }","variables":{"v":{{id}}}}`},
		{"file", "POST http://h.example/\n\n< ./{{id}}.json", "{{< ./{{id}}.json}}"},
		{"header", "GET http://h.example/\nAuthorization: Bearer {{id}}", "Bearer {{id}}"},
		{"credentials", "# @auth bearer token={{id}}\nGET http://h.example/", "Bearer {{id}}"},
		{"proxy", "# @proxy http://{{id}}:80\nGET http://h.example/", "http://{{id}}"},
		{"certificate", "# @cert {{id}}.pem\nGET http://h.example/", "how it is sent depends on"},
		{"time", "# @timeout {{id}}\n# @sleep {{id}}\nGET http://h.example/", "the time `{{id}}` depends on"},
		{"loop", "# @loop for item of list\nGET http://h.example/{{item}}", "http://h.example/{{item}}"},
		{"values of a path", "GET http://h.example/{{list[*].a}}", "http://h.example/{{list[*].a}}"},
		{"count", "# @loop for id\nGET http://h.example/{{$index}}", "as often as `id` says"},
		{"condition", "# @if login.status == 200\nGET http://h.example/", "sent only if `login.status == 200`"},
		{"call", "", "http://h.example/{{id}}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.http")
			text := login + "### last\n# @needs login\n" + c.text + "\n"
			if c.name == "call" {
				text = "@x = 1\n\n### called\n# @name called\n# @needs login\nGET http://h.example/{{x}}\n\n" + login + "### last\n# @needs login\nrun #called (@x={{id}})\n"
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			plan := NewPlan(t.Context(), Options{Paths: []string{path}, DryRun: true, Commands: true, Environ: func(string) (string, bool) { return "", false }})
			defer plan.Close()
			var dry planned
			var said sayings
			if exit := plan.Run(t.Context(), &dry, &said); exit != ExitPassed || len(dry.requests) < 2 {
				t.Fatalf("exit %d: %q", exit, said.errors)
			}
			var all strings.Builder
			for _, r := range dry.requests {
				content, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				var back RequestPlanned
				if err := json.Unmarshal(content, &back); err != nil {
					t.Fatal(err)
				}
				for _, f := range back.Sent.Header {
					all.WriteString(f.Value + "\n")
				}
				if b := back.Sent.Body; b != nil {
					all.WriteString(b.Preview + "\n")
				}
				all.WriteString(strings.Join(slices.Concat([]string{back.Sent.URL, back.Sent.Proxy, back.Repeated, back.Command}, back.Unsure, back.Notes), "\n"))
			}
			if !strings.Contains(all.String(), c.want) {
				t.Errorf("no %q in\n%s", c.want, all.String())
			}
			for digits := 0; digits < all.Len(); digits++ {
				if n := len(all.String()[digits:]) - len(strings.TrimLeft(all.String()[digits:], "0123456789")); n > 12 {
					t.Fatalf("a stand-in is left in\n%s", all.String())
				}
			}
		})
	}
}

// TestDryRunHasNoFailures protects what the exit code of a dry run says: what is wrong
// without anything being sent is wrong in the input, also where a run says that a
// check failed.
func TestDryRunHasNoFailures(t *testing.T) {
	api := newAPI(t)
	tree(t, api.URL, map[string]string{"a.http": "@word = x\n\n### a\n# @if int(word) > 1\nGET $/a\n"})
	for dry, want := range map[bool]struct {
		line string
		exit int
	}{false: {"a failed", ExitFailed}, true: {"a invalid", ExitInvalid}} {
		got, exit := play(t, Options{Paths: []string{"a.http"}, DryRun: dry})
		if exit != want.exit || len(got.lines) != 1 || got.lines[0] != want.line {
			t.Errorf("dry run %v: exit %d, %q, %q", dry, exit, got.lines, got.errors)
		}
	}
}

// TestDryRunOfSpreadHeaders protects header fields that only a script makes: a dry run
// knows that there are some, and a run sends them.
func TestDryRunOfSpreadHeaders(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.http")
	text := "{{+\n  exports.more = {\"X-Y\": \"1\"};\n}}\n### a\nGET http://192.0.2.1/a\n...more\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	plan := NewPlan(t.Context(), Options{Paths: []string{path}, DryRun: true})
	defer plan.Close()
	var dry planned
	if exit := plan.Run(t.Context(), &dry); exit != ExitPassed || len(dry.requests) != 1 {
		t.Fatalf("exit %d, %d requests: %+v", exit, len(dry.requests), plan.Messages())
	}
	if got := strings.Join(dry.requests[0].Unsure, "; "); !strings.HasPrefix(got, "`...more` depends on the httpYac script of `a` (") {
		t.Errorf("not sure of %q", got)
	}
}
