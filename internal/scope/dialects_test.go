package scope

import (
	"regexp"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/fake"
)

// TestDialects goes through the dynamic variables of all tools, row by row: a
// value of each has its form, or its error says what to write in its place.
func TestDialects(t *testing.T) {
	const (
		jetBrains    = "JetBrains"
		vsCode       = "VS Code"
		visualStudio = "Visual Studio"
		httpYac      = "httpYac"
		kulala       = "kulala"
		postman      = "Postman"

		uuid    = `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`
		iso     = `2026-01-02T11:04:05\.678Z`
		upTo999 = `\d{1,3}`
	)
	for _, tt := range []struct {
		text string
		of   []string
		form string // of its values
		code string // of its error
	}{
		{"$uuid", []string{jetBrains, visualStudio, httpYac, kulala}, uuid, ""},
		{"$random.uuid", []string{jetBrains, httpYac, kulala}, uuid, ""},
		{"$guid", []string{vsCode, visualStudio, httpYac, postman}, uuid, ""},
		{"$timestamp", []string{jetBrains, vsCode, visualStudio, postman}, `1767351845`, ""},
		{"$timestamp -1 d", []string{vsCode, visualStudio, httpYac}, `1767265445`, ""},
		{"$timestamp +2 ms", []string{vsCode, visualStudio, httpYac}, `1767351845`, ""},
		{"$isoTimestamp", []string{jetBrains, httpYac, kulala, postman}, iso, ""},
		{"$datetime", []string{visualStudio}, iso, ""},
		{"$datetime rfc1123", []string{vsCode, visualStudio, httpYac}, `Fri, 02 Jan 2026 11:04:05 GMT`, ""},
		{"$datetime iso8601 1 y", []string{vsCode, visualStudio, httpYac}, `2027-01-02T11:04:05\.678Z`, ""},
		{`$datetime "YYYY-MM-DD"`, []string{vsCode, httpYac}, `2026-01-02`, ""},
		{`$datetime 'yyyy-MM-dd' -1 d`, []string{visualStudio}, `2026-01-01`, ""},
		{"$localDatetime rfc1123", []string{vsCode, visualStudio, httpYac}, `Fri, 02 Jan 2026 12:04:05 \+0100`, ""},
		{"$date", []string{kulala}, `2026-01-02`, ""},
		{"$randomInt", []string{jetBrains, visualStudio, httpYac, kulala, postman}, upTo999 + `|1000`, ""},
		{"$randomInt 5 7", []string{vsCode, visualStudio, httpYac}, `[56]`, ""},
		{"$random.integer(5,7)", []string{jetBrains, httpYac}, `[56]`, ""},
		{"$random.integer(7)", []string{jetBrains}, `[0-6]`, ""},
		{"$random.integer()", []string{jetBrains}, upTo999, ""},
		{"$random.float(5,7)", []string{jetBrains, httpYac}, `[56](\.\d+)?`, ""},
		{"$random.float(7)", []string{jetBrains}, `[0-6](\.\d+)?`, ""},
		{"$random.float()", []string{jetBrains}, upTo999 + `(\.\d+)?`, ""},
		{"$random.alphabetic(9)", []string{jetBrains, httpYac}, `[A-Za-z]{9}`, ""},
		{"$random.alphanumeric(9)", []string{jetBrains, httpYac}, `\w{9}`, ""},
		{"$random.hexadecimal(9)", []string{jetBrains, httpYac}, `[0-9A-F]{9}`, ""},
		{"$random.email", []string{jetBrains, httpYac}, `[a-z]+@example\.com`, ""},
		{"$random.address.city", []string{jetBrains}, `[A-Z][A-Za-z ]+`, ""},
		{"$random.beer.hop", []string{jetBrains}, `.+`, ""},
		{"$random.bool.bool", []string{jetBrains}, `true|false`, ""},
		{"$random.business.creditCardType", []string{jetBrains}, `[a-z_]+`, ""},
		{"$random.ChuckNorris.fact", []string{jetBrains}, `.+`, ""},
		{"$random.code.isbn13(true)", []string{jetBrains}, `97[89]-[\d-]{13}`, ""},
		{"$random.color.hex", []string{jetBrains}, `#[0-9a-f]{6}`, ""},
		{"$random.commerce.price(1, 2)", []string{jetBrains}, `[12]\.\d\d`, ""},
		{"$random.company.name", []string{jetBrains}, `[A-Z].+`, ""},
		{"$random.crypto.sha256", []string{jetBrains}, `[0-9a-f]{64}`, ""},
		{"$random.educator.course", []string{jetBrains}, `[A-Z].+`, ""},
		{"$random.finance.iban(\"DE\")", []string{jetBrains}, `DE\d{20}`, ""},
		{"$random.hacker.abbreviation", []string{jetBrains}, `[A-Z]+`, ""},
		{"$random.idNumber.valid", []string{jetBrains}, `\d{3}-\d\d-\d{4}`, ""},
		{"$random.internet.emailAddress", []string{jetBrains}, `\S+@\S+\.example\.(com|net|org)`, ""},
		{"$random.lorem.sentence(3)", []string{jetBrains}, `[A-Z][a-z ]+\.`, ""},
		{"$random.name.firstName", []string{jetBrains}, `[A-Z][a-z]+`, ""},
		{"$random.number.randomDigit", []string{jetBrains}, `\d`, ""},
		{"$random.phoneNumber.cellPhone", []string{jetBrains}, `[\d(). -]+`, ""},
		{"$random.shakespeare.hamletQuote", []string{jetBrains}, `[A-Z].+`, ""},
		{"$random.superhero.power", []string{jetBrains}, `[A-Z].+`, ""},
		{"$random.team.sport", []string{jetBrains}, `[a-z ]+`, ""},
		{"$random.university.name", []string{jetBrains}, `[A-Z].+`, ""},
		{"$random.locale.name.name(\"zh_CN\")", []string{jetBrains}, "", diag.CodeUnsupported},
		{"$env.HOME_URL", []string{jetBrains, kulala}, `http://home`, ""},
		{"$env.UNSET", []string{jetBrains, kulala}, "", diag.CodeUnset},
		{"$processEnv HOME_URL", []string{vsCode, visualStudio, httpYac}, `http://home`, ""},
		{"$processEnv UNSET", []string{vsCode, visualStudio, httpYac}, ``, ""},
		{"$processEnv %which", []string{vsCode}, `http://home`, ""},
		{"$dotenv KEY", []string{vsCode, visualStudio, httpYac}, `value`, ""},
		{"$dotEnv %dot", []string{vsCode}, `value`, ""},
		{"$exampleServer", []string{jetBrains}, "", diag.CodeUnsupported},
		{"$placeholder", []string{jetBrains}, "", diag.CodeUnsupported},
		{"$projectRoot", []string{jetBrains, httpYac}, `/project`, ""},
		{"$historyFolder", []string{jetBrains, httpYac}, `.project.\.idea.httpRequests`, ""},
		{`$auth.token("id")`, []string{jetBrains, httpYac, kulala}, "", diag.CodeVariable}, // needs a request
		{`$auth.idToken("id")`, []string{jetBrains}, "", diag.CodeVariable},
		{"$aadToken new public", []string{vsCode}, "", diag.CodeUnsupported},
		{"$aadV2Token appOnly scopes:a,b", []string{vsCode}, "", diag.CodeVariable}, // needs a request
		{"$oidcAccessToken clientId:c", []string{vsCode}, "", diag.CodeVariable},    // likewise
		{"$prompt Name $value: me", []string{httpYac}, `me`, ""},
		{"$input-askonce Name $value: me", []string{httpYac}, `me`, ""},
		{"$password Pin", []string{httpYac}, "", diag.CodeUnsupported}, // nobody to ask here
		{"$pick Colour $value: a,b", []string{httpYac}, "", diag.CodeUnsupported},
		{"$xpath //a", []string{httpYac}, "", diag.CodeUnsupported},
		{"$global.x", []string{httpYac}, "", diag.CodeVariable},
		{"process.env.HOME_URL", []string{httpYac}, `http://home`, ""},
		{`process.env["HOME_URL"]`, []string{httpYac}, `http://home`, ""},
		{" process.env[ 'KEY' ] ", []string{httpYac}, `value`, ""}, // of .env, as $env.KEY
		{"process.env.UNSET", []string{httpYac}, "", diag.CodeUnset},
		{`process.env["UNSET"]`, []string{httpYac}, "", diag.CodeUnset},
		{`process.env.UNSET || "none"`, []string{httpYac}, `none`, ""},
		{`process.env.UNSET ?? 'none'`, []string{httpYac}, `none`, ""},
		{`process.env["HOME_URL"] || "none"`, []string{httpYac}, `http://home`, ""},
		{`process.env.EMPTY || "none"`, []string{httpYac}, `none`, ""},
		{`process.env.EMPTY ?? "none"`, []string{httpYac}, ``, ""},
		{`process.env.UNSET || none`, []string{httpYac}, "", diag.CodeVariable},
		{"process.env", []string{httpYac}, "", diag.CodeVariable},
		{"process.pid", []string{httpYac}, "", diag.CodeVariable},
		{"process.env.HOME_URL.length", []string{httpYac}, "", diag.CodeVariable},
		{"$randomDateFuture", []string{postman}, `\w{3} \w{3} \d\d 202[67] \d\d:\d\d:\d\d GMT\+0100 \(CET\)`, ""},
		{"$randomFullName", []string{postman}, `.*[A-Z][a-z]+ [A-Z][a-z]+.*`, ""},
	} {
		d := dynamics()
		d.Root = func() string { return "/project" }
		for seed := range 20 {
			d.Random = func(place string) *fake.Random { return fake.Seed(seed).Stream(place) }
			scope := New([]*Variable{given(DotEnv, "KEY", "value"), given(DotEnv, "EMPTY", ""), file("which", "HOME_URL"), file("dot", "KEY")}, EnvironmentFirst, d)
			x, err := scope.Expand(t.Context(), text("t.http", "{{"+tt.text+"}}"), nil)
			switch problem := asDiagnostic(err); {
			case tt.code != "" && (problem == nil || problem.Code != tt.code || problem.Suggestion == ""):
				t.Fatalf("%s (%v): %v, want an error %s that suggests something", tt.text, tt.of, err, tt.code)
			case tt.code == "" && (err != nil || !regexp.MustCompile("^(?:"+tt.form+")$").MatchString(x.Text)):
				t.Fatalf("%s (%v) is %q, %v", tt.text, tt.of, x.Text, err)
			}
		}
	}
}
