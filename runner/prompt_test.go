package runner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const prompting = `@h = %s

### first
# @prompt who whom to greet
# @secret code
GET {{h}}/{{who}}/{{code}}/{{$pick Colour $value: red, blue}}

### second
# @prompt who
GET {{h}}/again/{{who}}

### third
# @prompt other
GET {{h}}/{{other}}
`

// askingRun runs the file above and returns the labels it asked for.
func askingRun(t *testing.T, api *apiServer, o Options, answers map[string]string) (asked []string, s *story, exit int) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("p.http", strings.Replace(prompting, "%s", api.URL, 1))
	write("rows.csv", "row\n1\n2\n")
	o.Paths, o.Dir, o.Environ = []string{"p.http"}, dir, func(string) (string, bool) { return "", false }
	o.Ask = func(_ context.Context, q Question) (string, error) {
		label := q.Label
		if q.Secret {
			label += "!"
		}
		asked = append(asked, label)
		if answer, ok := answers[q.key]; ok {
			return answer, nil
		}
		return "", errors.New("the input ended")
	}
	s = new(story)
	plan := NewPlan(t.Context(), o)
	defer plan.Close()
	return asked, s, plan.Run(t.Context(), s)
}

// A question is asked once, and only for requests that run and values that
// nothing else gives.
func TestPrompts(t *testing.T) {
	answers := map[string]string{"who": "Ann", "code": "s3cretword", "$pick Colour $value: red, blue": "blue", "other": "x"}
	for _, tt := range []struct {
		name        string
		options     Options
		asked, sent []string
	}{
		{"all", Options{}, []string{"who (whom to greet)", "code!", "Colour", "other"}, []string{"/Ann/s3cretword/blue", "/again/Ann", "/x"}},
		{"one request", Options{Names: []string{"second"}}, []string{"who (whom to greet)"}, []string{"/again/Ann"}},
		{"another source", Options{Names: []string{"second"}, Vars: []Var{{Name: "who", Value: "Bob"}}}, nil, []string{"/again/Bob"}},
		{"rows", Options{Names: []string{"third"}, Data: "rows.csv", Jobs: 1}, []string{"other"}, []string{"/x", "/x"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			api := newAPI(t)
			asked, s, exit := askingRun(t, api, tt.options, answers)
			if exit != ExitPassed || !slices.Equal(asked, tt.asked) || !slices.Equal(api.paths, tt.sent) {
				t.Errorf("exit %d, asked %q, sent %q, want %q, %q: %v", exit, asked, api.paths, tt.asked, tt.sent, s.errors)
			}
		})
	}
}

// Without an answer nothing of the file is sent.
func TestPromptWithoutAnswer(t *testing.T) {
	api := newAPI(t)
	_, s, exit := askingRun(t, api, Options{}, map[string]string{"who": "Ann"})
	if want := []string{"`code` has no value: the input ended"}; exit != ExitInvalid || len(api.paths) != 0 || !slices.Equal(s.errors, want) {
		t.Errorf("exit %d, sent %q, errors %q", exit, api.paths, s.errors)
	}
}

// Who ends the run at a question has interrupted no request: there was none.
func TestPromptInterrupted(t *testing.T) {
	api := newAPI(t)
	tree(t, api.URL, map[string]string{"a.http": "# @prompt who\nGET $/{{who}}\n"})
	ctx, interrupt := context.WithCancel(t.Context())
	plan := NewPlan(ctx, Options{Paths: []string{"a.http"}, Ask: func(context.Context, Question) (string, error) {
		interrupt()
		return "", ctx.Err()
	}})
	defer plan.Close()
	var got roundEvents
	if exit := plan.Run(ctx, &got); exit != ExitInterrupted || got.last.Exit != exit || got.last.Counts != (Counts{}) || len(got.messages) > 0 {
		t.Errorf("exit %d, %+v, %q", exit, got.last, got.messages)
	}
}

// What is typed for a secret is hidden like any other one.
func TestPromptForSecretIsMasked(t *testing.T) {
	api := newAPI(t)
	var text strings.Builder
	answers := map[string]string{"who": "Ann", "code": "s3cretword", "$pick Colour $value: red, blue": "blue", "other": "x"}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "p.http"), []byte(strings.Replace(prompting, "%s", api.URL, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	plan := NewPlan(t.Context(), Options{Paths: []string{"p.http"}, Dir: dir, Headers: true, Bodies: true, Ask: func(_ context.Context, q Question) (string, error) {
		return answers[q.key], nil
	}})
	defer plan.Close()
	plan.Run(t.Context(), outcomes(func(_ string, f *RequestFinished) {
		for _, hop := range f.Hops {
			text.WriteString(hop.URL + hop.Body.Preview + "\n")
		}
	}))
	if shown := text.String(); strings.Contains(shown, "s3cretword") || !strings.Contains(shown, "/Ann/"+secretMask+"/blue") {
		t.Errorf("%s", shown)
	}
}

// TestPromptForSecret protects that what is typed for a name that sounds of a secret is
// hidden, and that where nobody can be asked no message suggests to pass it in clear.
func TestPromptForSecret(t *testing.T) {
	api := newAPI(t)
	tree(t, api.URL, map[string]string{"a.http": "### a\n# @prompt password\n# @prompt user\nGET $/{{password}}/{{user}}\n"})
	hidden := make(map[string]bool)
	_, exit := play(t, Options{Paths: []string{"a.http"}, Ask: func(_ context.Context, q Question) (string, error) {
		hidden[q.key] = q.Secret
		return "typed", nil
	}})
	if exit != ExitPassed || len(hidden) != 2 || !hidden["password"] || hidden["user"] {
		t.Errorf("exit %d, hidden: %v", exit, hidden)
	}
	p := NewPlan(t.Context(), Options{Paths: []string{"a.http"}})
	defer p.Close()
	var got []string
	for _, m := range p.Messages() {
		got = append(got, m.Suggestion)
	}
	slices.Sort(got)
	if want := []string{"pass it with `--secret password=env:NAME`", "pass it with `--var user=…`"}; !slices.Equal(got, want) {
		t.Errorf("suggested %q, want %q", got, want)
	}
}
