package scope

import (
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/fake"
)

// dynamicNames returns the dynamic variables that exist, as they are written, but
// for those that make something up.
func dynamicNames() []string {
	return []string{
		"$uuid", "$guid", "$random.uuid", "$timestamp", "$isoTimestamp", "$datetime", "$localDatetime", "$date",
		"$randomInt", "$random.integer", "$random.float", "$random.alphabetic", "$random.alphanumeric",
		"$random.hexadecimal", "$random.email", "$env.NAME", "$processEnv", "$dotenv", "$projectRoot", "$historyFolder",
		"$auth.token", "$auth.idToken", "$aadV2Token", "$oidcAccessToken",
	}
}

// DynamicNames returns all dynamic variables, as they are written.
func DynamicNames() []string {
	return slices.Concat(dynamicNames(), fake.Group("$random"), fake.Group("$random."))
}

// foreign is a dynamic variable of another tool that this version does not make:
// why, and what can be done.
type foreign struct{ name, why, suggestion string }

// ownValue is the suggestion where nothing better is known.
const ownValue = "define a variable with a value of your own, or pass it with `--var`"

// foreigners are the foreign dynamic variables. A name that ends with "."
// stands for all that start with it.
func foreigners() []foreign {
	return []foreign{
		{"$aadToken", "it is for endpoints of the past", "write `$aadV2Token appOnly`, or `{{$auth.token(\"ID\")}}` with an `OAuth2` entry in `Security.Auth`"},
		{"$exampleServer", "there is no server behind it outside of the IDE", "define a variable with the address of a server of your own, or pass it with `--var`"},
		{"$placeholder", "it marks a gap in a template of the IDE, which somebody fills in", "write the value in its place, or a variable that is passed with `--var`"},
		{"$random.locale.", "made-up data is in English only", "leave `locale` and the language out, as in `$random.name.firstName`"},
		{"$xpath", "which answer is the last one depends on what is selected", "name the request or the variable that holds the XML, as in `{{$xpath:login //token}}`"},
		{"$shared", "it is for the values of environments, in the file of the environments", "write `{{name}}` for the variable `name` of `$shared`, which every environment has"},
		{"$kulala.", "", ownValue},
	}
}

// unknownDynamic is the message for a name that is no dynamic variable of ours.
func unknownDynamic(name string) *diag.Diagnostic {
	d := &diag.Diagnostic{Code: diag.CodeDynamic, Severity: diag.Error}
	for _, f := range foreigners() {
		isPrefix := strings.HasSuffix(f.name, ".")
		if name != f.name && !(isPrefix && strings.HasPrefix(name, f.name)) {
			continue
		}
		d.Code = diag.CodeUnsupported
		d.Summary = fmt.Sprintf("the dynamic variable `%s` is not supported", name)
		if f.why != "" {
			d.Summary += ": " + f.why
		}
		d.Suggestion = f.suggestion
		return d
	}
	d.Summary = fmt.Sprintf("no dynamic variable `%s`", name)
	d.Suggestion = suggestDynamic(name)
	return d
}

// suggestDynamic says what was probably meant by a name.
func suggestDynamic(name string) string {
	rest, inGroup := strings.CutPrefix(name, "$random.")
	group, method, isMethod := strings.Cut(rest, ".")
	if !inGroup || !isMethod {
		alike := slices.DeleteFunc(DynamicNames(), func(known string) bool { // most are not, and need no closer look
			longer := len(known) - len(name)
			return longer < -4 || longer > 4
		})
		if suggestion := diag.DidYouMean(name, alike); suggestion != "" {
			return suggestion
		}
		return "`postrider help dynamic` lists all of them"
	}
	groups := fake.Groups()
	if !slices.Contains(groups, group) {
		nearest := diag.Nearest(group, groups)
		if nearest == "" {
			return "the groups of `$random` are " + strings.Join(groups, ", ")
		}
		group = nearest
	}
	names := fake.Group("$random." + group + ".")
	if suggestion := diag.DidYouMean("$random."+group+"."+method, names); suggestion != "" {
		return suggestion
	}
	if slices.Contains(names, "$random."+group+"."+method) { // only the group is misspelt
		return "did you mean `$random." + group + "." + method + "`?"
	}
	for i := range names {
		names[i] = strings.TrimPrefix(names[i], "$random."+group+".")
	}
	return fmt.Sprintf("`$random.%s` has %s", group, strings.Join(names, ", "))
}
