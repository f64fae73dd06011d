package script

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// wildScript is a script of a file that somebody wrote.
type wildScript struct {
	file string
	wild bool // the repository is none of a tool
	unit Unit
}

// corpusScripts returns the scripts of the files kept beside the repository.
func corpusScripts(t *testing.T) []wildScript {
	dir := filepath.Join("..", "..", "..", "shared", "corpus")
	index, err := os.ReadFile(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Skipf("no corpus: this test reads files kept outside the repository: %v", err)
	}
	apis := map[parser.Dialect]API{parser.JetBrains: JetBrains, parser.HTTPYac: HTTPYac, parser.Kulala: Kulala}
	var all []wildScript
	for line := range strings.Lines(string(index)) {
		columns := strings.Split(strings.TrimRight(line, "\n"), "\t")
		text, err := os.ReadFile(filepath.Join(dir, "files", filepath.FromSlash(columns[0])))
		if err != nil {
			continue // the head of the table, and files that are not kept
		}
		file := parser.Parse(columns[0], text)
		for _, b := range file.Blocks {
			for _, s := range b.Scripts {
				if s.Code.IsZero() {
					continue
				}
				all = append(all, wildScript{columns[0], columns[5] == "0", Unit{
					Source: file.Source, Span: s.Code.Span(), API: apis[s.API], Event: Event(s.Event),
				}})
			}
		}
	}
	return all
}

// permissive is a body that has every member and every method.
const permissive = `(function make() {
	return new Proxy(function() {}, {
		get(t, k) {
			if (k === Symbol.toPrimitive) return () => "1";
			if (k === Symbol.iterator) return function*() { yield make() };
			if (k === "length") return 1;
			if (k === "then") return undefined;
			return make();
		},
		apply(t, self, args) { for (const a of args) if (typeof a === "function") a(make(), 0, [make()]); return make() },
		has() { return true },
	});
})()`

// What people have written compiles, but for what needs Node and what asserts
// nothing, and uses nothing of the API that does not exist.
func TestCorpus(t *testing.T) {
	scripts := corpusScripts(t)
	exceptions := map[string]string{
		"3dollar-in-my-pocket+3dollars-in-my-pocket-backend/threedollar-api-user-service__http__user__user.http": "which is always true",                              // `response.status === 200 || 409`
		"alextanhongpin+http-request/rest__auth_input.http":                                                      "the module `node:fs/promises` does not exist here", // writes a file
		"lima1909+resty.nvim/example__example.http":                                                              "scripts in Lua",
		"rest-nvim+rest.nvim/spec__examples__script__post_request_script.http":                                   "scripts in Lua",
	}
	seen := map[string]bool{}
	ran, checks := 0, 0
	for _, s := range scripts {
		p, problems := Compile(s.unit)
		if problems.HasErrors() {
			if reason := exceptions[s.file]; reason == "" || !strings.Contains(problems[0].Summary, reason) {
				t.Errorf("%v", problems[0])
			}
			seen[s.file] = true
			continue
		}
		if !s.wild {
			continue
		}
		ran++
		for _, body := range []string{permissive, "{}", "[]"} {
			result := runWild(t, s, p, body)
			checks += len(result.Checks)
			messages := diag.List{result.Err}
			for _, c := range result.Checks {
				messages = append(messages, c.Diagnostic)
			}
			for _, d := range messages {
				if d != nil && ofTheAPI.MatchString(d.Summary) {
					t.Errorf("%s: %s\n%s", s.file, message(d), s.unit.Source.Slice(s.unit.Span))
				}
			}
		}
	}
	for file := range exceptions {
		if !seen[file] {
			t.Errorf("%s compiles, and is no exception", file)
		}
	}
	if ran == 0 || checks < ran {
		t.Errorf("%d scripts ran, with %d checks", ran, checks)
	}
	t.Logf("%d scripts compile, %d ran, with %d checks", len(scripts), ran, checks)
}

// ofTheAPI matches messages about the API, and not about a body.
var ofTheAPI = regexp.MustCompile("` has no member|is not defined|cannot be changed|nothing to check|second argument|has no function|not supported|needs a name")

// theBody matches the body of the answer in a script.
var theBody = regexp.MustCompile(`response\s*\??\.\s*(body|parsedBody)\b`)

// runWild runs a script with an expression in the place of the body.
func runWild(t *testing.T, s wildScript, p *Program, body string) *Result {
	host := &made{response: jsonAnswer("{}"), variables: vars(Anywhere)}
	for _, n := range p.Facts().Reads {
		if n.Free { // a variable of httpYac, which another request would have set
			host.variables[Anywhere][n.Name] = Value{Data: "v"}
		}
	}
	if s.unit.Event == BeforeRequest {
		host.response = nil
	}
	code := "var $body = (" + body + ");" + theBody.ReplaceAllLiteralString(s.unit.Source.Slice(s.unit.Span), "$body")
	unit := s.unit
	unit.Source, unit.Span = diag.NewSource(s.file, []byte(code)), diag.Span{End: len(code)}
	changed, problems := Compile(unit)
	if problems.HasErrors() {
		t.Fatalf("%s: %v", s.file, problems)
	}
	return new(Engine).Run(context.Background(), changed, host)
}

// What the scripts of the corpus make of an answer that is a failure, with an
// ordinary body. The request of one that ends green without a check fails by its
// status. One that is green with checks is listed, with what its author checks.
func TestCorpusAgainstAFailure(t *testing.T) {
	const withoutCheck = 64
	listed := map[string]string{
		"ice09+smart-contract-api-driven-testing/src__test__http__should_fail_with_delegate_but_not_trusted.http":       "expects 500",
		"ice09+smart-contract-api-driven-testing/src__test__http__should_fail_with_no_trust.http":                       "expects 500",
		"ice09+smart-contract-api-driven-testing/src__test__http__should_fail_with_only_owner_mint_member_token.http":   "expects 500",
		"ice09+smart-contract-api-driven-testing/src__test__http__should_fail_with_only_trusted_mint_member_token.http": "expects 500",
		"ice09+smart-contract-api-driven-testing/src__test__http__should_run_with_delegate_trust.http":                  "expects 500",
		"openmeterio+openmeter/e2e__http__features__feature_archived_excluded_from_list.http":                           "expects that nothing is listed",
		"openmeterio+openmeter/e2e__http__features__feature_list_combined_filters.http":                                 "expects that nothing is listed",
	}
	silent, seen := 0, map[string]bool{}
	for _, s := range corpusScripts(t) {
		p, problems := Compile(s.unit)
		if problems.HasErrors() || s.unit.Event == BeforeRequest {
			continue
		}
		response := jsonAnswer(`{"ok": false, "error": {"code": 17, "message": "it failed"}, "id": 1, "items": []}`)
		response.Status, response.StatusText = 500, "Internal Server Error"
		host := &made{response: response, variables: vars(Anywhere)}
		for _, n := range p.Facts().Reads {
			if n.Free {
				host.variables[Anywhere][n.Name] = Value{Data: "v"}
			}
		}
		result := new(Engine).Run(context.Background(), p, host)
		switch failed := func(c Check) bool { return !c.Passed }; {
		case result.Err != nil || slices.ContainsFunc(result.Checks, failed):
		case len(result.Checks) == 0:
			silent++
		default:
			seen[s.file] = true
			if listed[s.file] == "" {
				t.Errorf("%s is green though the answer is a failure:\n%s", s.file, s.unit.Source.Slice(s.unit.Span))
			}
		}
	}
	for file := range listed {
		if !seen[file] {
			t.Errorf("%s is listed, and not green", file)
		}
	}
	if silent > withoutCheck {
		t.Errorf("%d scripts end green without a check; it was %d", silent, withoutCheck)
	}
	t.Logf("%d scripts end green without a check, and those of %d files with checks", silent, len(seen))
}
