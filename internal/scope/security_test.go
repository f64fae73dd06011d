package scope

import (
	"fmt"
	"strings"
	"testing"
)

// auth renders an entry with where each of its parts stands.
func (a *AuthEntry) String() string {
	if a == nil {
		return "nothing"
	}
	at := func(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
	s := a.Type.String()
	if !a.Provider.IsZero() {
		s += " " + a.Provider.String()
	}
	if !a.Definition.IsZero() {
		s += " " + a.Definition.String() + "@" + at(a.Definition.Source().Name())
	}
	mark := map[bool]string{true: "!"}
	for _, p := range a.Params {
		s += fmt.Sprintf(" %s%s=%s", p.Name, mark[p.Secret], p.Value)
	}
	for _, e := range a.Extras {
		s += fmt.Sprintf(" %s:%s%s=%s", e.Use, e.Name, mark[e.Secret], e.Value)
	}
	return s
}

// Of an entry, each key counts from the strongest file and section that has it;
// parameters are put together one by one.
func TestAuthEntries(t *testing.T) {
	tree(t, map[string]string{
		"project/http-client.env.json": `{
			"dev": {"Security": {"Auth": {
				"use": {"Type": "Provider", "Provider": "far", "Params": {"a": "far", "b": "far"}},
				"twice": {"Type": "Mock", "Type": "Provider", "Provider": "p", "Params": {"a": "1", "a": "2"}},
				"theirs": {"Type": "OAuth2", "Grant Type": "Password", "Token URL": 7, "anything": null, "Client ID": ""}
			}}},
			"test": {"Security": {"Auth": {"elsewhere": {}}}},
			"other": {"Security": {"Auth": {"elsewhere": {}, "use": {}}}},
			"$shared": {"Security": {"Auth": {
				"use": {"Params": {"c": "shared"}},
				"shared": {"Type": "Provider", "Definition": {"title": "{{x}}"}}
			}}}
		}`,
		"project/api/http-client.env.json":         `{"dev": {"Security": {"Auth": {"use": {"Params": {"b": 2, "d": true, "e": 1.50}}}}, "Other": {}}}`,
		"project/api/http-client.private.env.json": `{"dev": {"Security": {"Auth": {"use": {"Provider": "near", "Params": {"b": "{{secret}}"}}}}}}`,
	})
	e, err := loader().Load("project/api", "dev")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"use":       "Provider near b!={{secret}} d=true e=1.50 a=far c=shared",
		"twice":     "Provider p a=2",
		"theirs":    "OAuth2 oauth2 grant=Password token_url=7",
		"shared":    `Provider {"title": "{{x}}"}@http-client.env.json`,
		"elsewhere": "nothing",
		"":          "nothing",
	} {
		entry, err := e.Auth(id)
		if err != nil || entry.String() != want {
			t.Errorf("%s: %s, %v\nwant %s", id, entry, err, want)
		}
	}
	if got := strings.Join(e.AuthIDs(), " "); got != "shared theirs twice use" {
		t.Errorf("ids are %s", got)
	}
	for id, want := range map[string]string{"elsewhere": "[other test]", "use": "[other]", "shared": "[]", "nothing": "[]"} {
		if got := fmt.Sprint(e.AuthElsewhere(id)); got != want {
			t.Errorf("%s is elsewhere in %s, want %s", id, got, want)
		}
	}
}

// A mistake is told with its place, when the entry is asked for.
func TestAuthEntryErrors(t *testing.T) {
	for content, want := range map[string]string{
		`{"Security": 1}`:             "PR203 http-client.env.json:1:22: `Security` must be an object | ",
		`{"Security": {"Auth": []}}`:  "PR203 http-client.env.json:1:31: `Security.Auth` must be an object | ",
		`{"Security": {"Auth": {}}}`:  "",
		`{"Security": {"Oauth": {}}}`: "",
		entryOf(`"x"`):                "PR203 http-client.env.json:1:38: `Security.Auth.id`: an entry must be an object, as in {\"Type\": \"Provider\", \"Provider\": \"…\"} | ",
		entryOf(`{}`):                 "PR203 http-client.env.json:1:32: `Security.Auth.id`: there is no `Type` | add `\"Type\": \"Provider\"`",
		entryOf(`{"Type": 1}`):        "PR203 http-client.env.json:1:47: `Security.Auth.id`: `Type` must be a text | ",
		entryOf(`{"Type": "Oauth2"}`): "PR203 http-client.env.json:1:47: `Security.Auth.id`: unknown type \"Oauth2\" | did you mean `OAuth2`?",
		entryOf(`{"Type": "Basic"}`):  "PR203 http-client.env.json:1:47: `Security.Auth.id`: unknown type \"Basic\" | use `Provider`",
		entryOf(`{"Type": "Mock"}`):   "",
		entryOf(`{"Type": "Provider"}`): "PR203 http-client.env.json:1:32: `Security.Auth.id`: no provider is named | " +
			"add `\"Provider\"` with the id of one, or `\"Definition\"` with one of your own",
		entryOf(`{"Type": "Provider", "Provider": ""}`):                       "PR203 http-client.env.json:1:71: `Security.Auth.id`: `Provider` must be a text | ",
		entryOf(`{"Type": "Provider", "Definition": "x"}`):                    "PR203 http-client.env.json:1:73: `Security.Auth.id`: `Definition` must be an object | ",
		entryOf(`{"Type": "Provider", "Definition": {}, "Provider": "p"}`):    "PR203 http-client.env.json:1:89: `Security.Auth.id` has both `Provider` and `Definition` | remove one of them",
		entryOf(`{"Type": "Provider", "Provider": "p", "params": {}}`):        "PR203 http-client.env.json:1:76: `Security.Auth.id`: unknown key `params` | did you mean `Params`?",
		entryOf(`{"Type": "Provider", "Provider": "p", "Params": "x"}`):       "PR203 http-client.env.json:1:86: `Security.Auth.id`: `Params` must be an object | ",
		entryOf(`{"Type": "Provider", "Provider": "p", "Params": {"a": {}}}`): "PR203 http-client.env.json:1:92: `Security.Auth.id`: the value of `a` must be a text, a number or a boolean | ",
	} {
		tree(t, map[string]string{"project/http-client.env.json": `{"dev": ` + content + "}"})
		t.Chdir("project")
		e, err := NewLoader(func(string) string { return "." }).Load(".", "dev")
		if err != nil {
			t.Fatalf("%s: %v", content, err)
		}
		_, err = e.Auth("id")
		got := ""
		if err != nil {
			got = message(err)
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", content, got, want)
		}
	}
}

// entryOf is an environment with an entry called id.
func entryOf(entry string) string { return `{"Security": {"Auth": {"id": ` + entry + `}}}` }
