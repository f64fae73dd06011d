package runner

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// bodies records the body of the last answer of each request.
type bodies map[string]*Body

func (b bodies) Event(e *Event) error {
	if f, ok := e.Data.(*RequestFinished); ok && len(f.Hops) > 0 {
		b[f.Name] = f.Hops[len(f.Hops)-1].Body
	}
	return nil
}

func (b bodies) Close() error { return nil }

// TestKeep protects the checks from a body that was not kept: whatever reads
// the body of an answer, in its own request or in another, sees its end.
func TestKeep(t *testing.T) {
	const end = "the very end"
	document := fmt.Sprintf(`{"filler":%q,"end":%q}`, strings.Repeat("é", 150_000), end)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/fail" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		fmt.Fprint(w, document)
	}))
	defer server.Close()
	var file strings.Builder
	request := func(name, path string, directives ...string) {
		fmt.Fprintf(&file, "### %s\n# @name %s\n", name, name)
		for _, d := range directives {
			fmt.Fprintf(&file, "# %s\n", d)
		}
		fmt.Fprintf(&file, "GET %s%s\n\n", server.URL, path)
	}
	request("body", "/", `@assert body.end == "`+end+`"`)
	request("document", "/", `@assert len(body) == 2`)
	request("text", "/", `@assert text endsWith '"}'`)
	request("bytes", "/", fmt.Sprintf("@assert len(bytes) > 0 and size == %d", len(document)))
	request("json", "/", `@assert json("end") == "`+end+`"`)
	request("has", "/", `@assert has("end")`)
	request("jsonpath", "/", `@assert jsonpath("$.end") == "`+end+`"`)
	request("capture", "/", "@capture last = body.end")
	request("asked", "/", "@assert status == 200")
	request("asking", "/", `@assert asked.response.body.end == "`+end+`"`)
	request("named", "/")
	request("script", "/")
	fmt.Fprintf(&file, "> {%% client.assert(response.body.end === %q) %%}\n\n", end)
	request("naming", "/?end={{named.response.body.$.end}}")
	request("whole", "/")
	request("holding", "/", `@assert size > 0`, `@if whole.text endsWith "}"`)
	request("size", "/", fmt.Sprintf("@assert size == %d", len(document)), `@assert header("content-type") contains "json"`)
	request("failing", "/fail", "@assert status == 200")

	seen := bodies{}
	plan := NewPlan(t.Context(), Options{Paths: []string{"-"}, Stdin: strings.NewReader(file.String())})
	defer plan.Close()
	exit := plan.Run(t.Context(), seen, outcomes(func(name string, f *RequestFinished) {
		if want := map[bool]Outcome{true: Failed, false: Passed}[name == "failing"]; f.Outcome != want {
			t.Errorf("%s: %s, want %s: %v", name, f.Outcome, want, messages(f))
		}
	}))
	if exit != ExitFailed {
		t.Errorf("exit %d, want %d: %v", exit, ExitFailed, plan.Messages())
	}
	b := seen["failing"]
	if b == nil || b.Size != int64(len(document)) || b.Binary || !strings.HasPrefix(document, b.Preview) || len(b.Preview) < PreviewSize-4 {
		t.Errorf("the body of the failed request is not shown: %+v", b)
	}
}

// outcomes is a sink that is told how requests end.
type outcomes func(name string, f *RequestFinished)

func (o outcomes) Event(e *Event) error {
	if f, ok := e.Data.(*RequestFinished); ok {
		o(f.Name, f)
	}
	return nil
}

func (o outcomes) Close() error { return nil }

func messages(f *RequestFinished) []string {
	var all []string
	for _, m := range f.Problems {
		all = append(all, m.Summary)
	}
	for _, c := range f.Checks {
		if c.Message != nil {
			all = append(all, c.Message.Summary)
		}
	}
	return all
}
