package scope

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/fake"
	"github.com/postrider/postrider/parser"
)

func expandOne(t *testing.T, s *Scope, template string) string {
	t.Helper()
	x, err := s.Expand(t.Context(), text("t.http", template), nil)
	if err != nil {
		t.Fatalf("%s: %s", template, message(err))
	}
	return x.Text
}

func TestDynamicTimes(t *testing.T) {
	scope := newScope()
	for template, want := range map[string]string{
		"$timestamp":             "1767351845",
		"$timestamp -1 d":        "1767265445",
		"$timestamp +2 h":        "1767359045",
		"$timestamp 1500 ms":     "1767351847",
		"$isoTimestamp":          "2026-01-02T11:04:05.678Z",
		"$datetime":              "2026-01-02T11:04:05.678Z",
		"$datetime iso8601":      "2026-01-02T11:04:05.678Z",
		"$datetime rfc1123":      "Fri, 02 Jan 2026 11:04:05 GMT",
		"$datetime iso8601 -1 y": "2025-01-02T11:04:05.678Z",
		"$datetime iso8601 2 Q":  "2026-07-02T11:04:05.678Z",
		"$datetime iso8601 -1 w": "2025-12-26T11:04:05.678Z",
		"$datetime -1 d":         "2026-01-01T11:04:05.678Z",
		"$localDatetime iso8601": "2026-01-02T12:04:05+01:00",
		"$localDatetime rfc1123": "Fri, 02 Jan 2026 12:04:05 +0100",
		"$date":                  "2026-01-02",

		`$datetime "YYYY-MM-DD"`:                   "2026-01-02",
		`$datetime "yyyy-MM-dd"`:                   "2026-01-02",
		`$datetime 'YYYY-MM-DDTHH:mm:ss.SSS[Z]'`:   "2026-01-02T11:04:05.678Z",
		`$datetime "yyyy-MM-ddTHH:mm:ss.fffZ"`:     "2026-01-02T11:04:05.678Z",
		`$datetime "yyyy-MM-dd'T'HH:mm:ss.fffffK"`: "2026-01-02T11:04:05.67800Z",
		`$datetime "dddd, D MMMM YY h:mm a"`:       "Friday, 2 January 26 11:04 am",
		`$datetime "dddd, d MMMM yy h:m tt"`:       "Friday, 2 January 26 11:4 AM",
		`$datetime "ddd DD MMM YYYY HH:mm ZZ"`:     "Fri 02 Jan 2026 11:04 +0000",
		`$datetime "dd D d A"`:                     "Fr 2 5 AM",
		`$datetime "d/M/yyyy H:mm:ss zzz"`:         "2/1/2026 11:04:05 +00:00",
		`$datetime "HH:mm"`:                        "11:04",
		`$datetime "[YYYY] YYYY"`:                  "YYYY 2026",
		`$datetime "YYYYMMDDHHmmss" -1 M`:          "20251202110405",
		`$datetime "yyyy\yMM"`:                     "2026y01",
		`$localDatetime "HH:mm Z"`:                 "12:04 +01:00",
		`$datetime "ö YYYY"`:                       "ö 2026",
	} {
		if got := expandOne(t, scope, "{{"+template+"}}"); got != want {
			t.Errorf("%s = %q, want %q", template, got, want)
		}
	}
}

// A month later than January 31 is the end of February, as in the other tools.
func TestAddMonths(t *testing.T) {
	for _, tt := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-02-29", 12, "2025-02-28"}, {"2026-03-31", -1, "2026-02-28"},
		{"2026-12-31", 2, "2027-02-28"}, {"2026-05-15", -5, "2025-12-15"}, {"2026-08-31", 1, "2026-09-30"},
	} {
		from, _ := time.Parse(time.DateOnly, tt.from)
		if got := addMonths(from, tt.months).Format(time.DateOnly); got != tt.want {
			t.Errorf("%s %+d months = %s, want %s", tt.from, tt.months, got, tt.want)
		}
	}
}

func TestDynamicRandom(t *testing.T) {
	scope := newScope()
	for template, want := range map[string]string{
		"$uuid":                    `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`,
		"$guid":                    `[0-9a-f-]{36}`,
		"$random.uuid":             `[0-9a-f-]{36}`,
		"$randomInt":               `\d{1,3}`,
		"$randomInt 5 6":           `5`,
		"$randomInt -3 -2":         `-3`,
		"$random.integer(7, 8)":    `7`,
		"$random.integer(1)":       `0`,
		"$random.integer()":        `\d{1,3}`,
		"$random.integer":          `\d{1,3}`,
		"$random.float(1.5, 1.75)": `1\.[567]\d*`,
		"$random.alphabetic(20)":   `[A-Za-z]{20}`,
		"$random.alphanumeric(9)":  `\w{9}`,
		"$random.hexadecimal(8)":   `[0-9A-F]{8}`,
		"$random.email":            `[a-z]{12}@example\.com`,
	} {
		if got := expandOne(t, scope, "{{"+template+"}}"); !regexp.MustCompile("^" + want + "$").MatchString(got) {
			t.Errorf("%s = %q", template, got)
		}
	}
	if pair := strings.Fields(expandOne(t, scope, "{{$uuid}} {{$uuid}}")); pair[0] == pair[1] {
		t.Error("a $uuid in a text must be new at each use")
	}
	seen := map[string]bool{}
	for range 200 {
		seen[expandOne(t, scope, "{{$randomInt 1 4}}")] = true
	}
	if len(seen) != 3 || !seen["1"] || !seen["2"] || !seen["3"] {
		t.Errorf("$randomInt 1 4 gave %v", seen)
	}
}

// The random values of a place depend on nothing but the place: not on what other
// places do, nor on which of them is the first to use a variable of the file.
func TestDynamicPlaces(t *testing.T) {
	d := dynamics()
	d.Random = func(place string) *fake.Random { return fake.Seed(7).Stream("session", place) }
	made := func(places ...string) map[string]string {
		scope := New([]*Variable{file("id", "{{$uuid}}"), file("both", "{{$uuid}} {{$uuid}}")}, EnvironmentFirst, d)
		values := make(map[string]string)
		for _, place := range places {
			values[place] = expandOne(t, scope.Random(place), "{{$uuid}} {{id}} {{$randomFirstName}} {{both}} {{$randomInt}}")
		}
		return values
	}
	all, last := made("one", "two", "three"), made("three")
	if all["three"] != last["three"] {
		t.Errorf("alone, a place has %s, and behind others %s", last["three"], all["three"])
	}
	words := func(place string) []string { return strings.Fields(all[place]) }
	if words("one")[0] == words("two")[0] || words("one")[1] != words("two")[1] || words("one")[3] == words("one")[4] || words("one")[1] == words("one")[3] {
		t.Errorf("places share what is theirs, or not what is the file's: %v", all)
	}
	scope := New(nil, EnvironmentFirst, d).Random("one")
	if a, b := expandOne(t, scope.Secure(), "{{$uuid}}"), expandOne(t, scope.Secure(), "{{$uuid}}"); a == b || a == words("one")[0] {
		t.Error("what is secure is made again")
	}
}

func TestDynamicEnvironment(t *testing.T) {
	scope := newScope(
		given(DotEnv, "FROM_FILE", "file"), given(DotEnv, "HOME_URL", "hidden by the process"),
		&Variable{Name: "DB_PASSWORD", Value: "p", Tier: DotEnv, Secret: true},
		&Variable{Name: "MARKED", Value: "m", Tier: DotEnv, Secret: true}, // secret in spite of its name
		file("which", "API_KEY"), file("dot", "FROM_FILE"),
	)
	for _, tt := range []struct {
		template, want string
		secret         bool
	}{
		{"$env.HOME_URL", "http://home", false},
		{"$env.FROM_FILE", "file", false},
		{"$env.DB_PASSWORD", "p", true},
		{"$processEnv HOME_URL", "http://home", false},
		{"$processEnv FROM_FILE", "", false}, // the process alone; unset is empty
		{"$processEnv %which", "k-123", true},
		{"$dotenv FROM_FILE", "file", false},
		{"$dotEnv HOME_URL", "hidden by the process", false},
		{"$dotenv %dot", "file", false},
		{"$dotenv DB_PASSWORD", "p", true},
		{"$dotenv MARKED", "m", true},
		{"$env.MARKED", "m", true},
	} {
		x, err := scope.Expand(t.Context(), text("t.http", "{{"+tt.template+"}}"), nil)
		if err != nil || x.Text != tt.want || x.Secret != tt.secret {
			t.Errorf("%s = %+v, %v", tt.template, x, err)
		}
	}
}

func TestDynamicErrors(t *testing.T) {
	for template, want := range map[string]string{
		"$uid":                               "PR208 t.http:1:1: no dynamic variable `$uid` | did you mean `$uuid`?",
		"$timestmap":                         "PR208 t.http:1:1: no dynamic variable `$timestmap` | did you mean `$timestamp`?",
		"$randomFristName":                   "PR208 t.http:1:1: no dynamic variable `$randomFristName` | did you mean `$randomFirstName`?",
		"$randomMacAddress":                  "PR208 t.http:1:1: no dynamic variable `$randomMacAddress` | did you mean `$randomMACAddress`?",
		"$randomZipCode":                     "PR208 t.http:1:1: no dynamic variable `$randomZipCode` | `postrider help dynamic` lists all of them",
		"$random.company.nme":                "PR208 t.http:1:1: no dynamic variable `$random.company.nme` | did you mean `$random.company.name`?",
		"$random.compny.name":                "PR208 t.http:1:1: no dynamic variable `$random.compny.name` | did you mean `$random.company.name`?",
		"$random.bool.either":                "PR208 t.http:1:1: no dynamic variable `$random.bool.either` | `$random.bool` has bool",
		"$random.cheese.name":                "PR208 t.http:1:1: no dynamic variable `$random.cheese.name` | the groups of `$random` are ChuckNorris, address, beer, bool, business, code, color, commerce, company, crypto, educator, finance, hacker, idNumber, internet, lorem, name, number, phoneNumber, shakespeare, superhero, team, university",
		`$random.locale.name.name("zh_CN")`:  "PR009 t.http:1:1: the dynamic variable `$random.locale.name.name` is not supported: made-up data is in English only | leave `locale` and the language out, as in `$random.name.firstName`",
		"$exampleServer":                     "PR009 t.http:1:1: the dynamic variable `$exampleServer` is not supported: there is no server behind it outside of the IDE | define a variable with the address of a server of your own, or pass it with `--var`",
		"$placeholder":                       "PR009 t.http:1:1: the dynamic variable `$placeholder` is not supported: it marks a gap in a template of the IDE, which somebody fills in | write the value in its place, or a variable that is passed with `--var`",
		"$randomFirstName 3":                 "PR208 t.http:1:1: cannot read the arguments of `$randomFirstName` | expected `$randomFirstName`, found `$randomFirstName 3` | write `$randomFirstName`",
		"$randomFirstName(3)":                "PR208 t.http:1:1: cannot read the arguments of `$randomFirstName` | expected `$randomFirstName`, found `$randomFirstName(3)` | write `$randomFirstName`",
		"$random.lorem.words(0)":             "PR208 t.http:1:1: cannot read the arguments of `$random.lorem.words` | expected `$random.lorem.words` or `$random.lorem.words(n)` with n from 1 to 65536, found `$random.lorem.words(0)` | write `$random.lorem.words` or `$random.lorem.words(n)` with n from 1 to 65536",
		"$random.number.numberBetween(2, 1)": "PR208 ",
		"$random.finance.iban(US)":           "PR208 ",
		"$random.commerce.price(1,)":         "PR208 ",
		"$random.commerce.price(,1)":         "PR208 ",
		`$random.internet.macAddress("a"b)`:  "PR208 ",
		`$auth.token("x")`:                   "PR201 t.http:1:1: the token of `x` cannot be used here | use it in the target, a header field or the body of a request",
		`$auth.token(x)`:                     "PR208 t.http:1:1: cannot read the arguments of `$auth.token` | expected the id of an entry of `Security.Auth` in quotes, found `$auth.token(x)` | write `{{$auth.token(\"ID\")}}`",
		`$aadV2Token tenant:x`:               "PR208 t.http:1:1: cannot read the arguments of `$aadV2Token` | expected options such as `clientId:ID`, found `tenant:x` | did you mean `tenantid`?",
		`$aadToken public`:                   "PR009 t.http:1:1: the dynamic variable `$aadToken` is not supported: it is for endpoints of the past | write `$aadV2Token appOnly`, or `{{$auth.token(\"ID\")}}` with an `OAuth2` entry in `Security.Auth`",
		`$auth.tokens("x")`:                  "PR208 t.http:1:1: no dynamic variable `$auth.tokens` | did you mean `$auth.token`?",
		"$prompt-askonce Who?":               "PR009 t.http:1:1: `$prompt-askonce` would ask for a value, and there is nobody to ask | write `{{name}}` in its place and pass it with `--var name=…`, or give it a default, as in `{{$input Your name $value: me}}`",
		"$randomInt 5":                       "PR208 t.http:1:1: cannot read the arguments of `$randomInt` | expected `$randomInt`, or `$randomInt min max` with integers, min below max, found `$randomInt 5` | write `$randomInt`, or `$randomInt min max` with integers, min below max",
		"$randomInt 6 5":                     "PR208 ",
		"$randomInt a b":                     "PR208 ",
		"$random.integer(1,2,3)":             "PR208 ",
		"$random.integer 1 2":                "PR208 ",
		"$random.float(0, NaN)":              "PR208 ",
		"$random.alphabetic(0)":              "PR208 ",
		"$random.alphabetic":                 "PR208 ",
		"$random.alphabetic(9999999)":        "PR208 ",
		"$uuid 4":                            "PR208 ",
		"$timestamp 1":                       "PR208 ",
		"$timestamp 1 day":                   "PR208 ",
		"$timestamp 99999999999999 d":        "PR208 ",
		`$datetime "YYYY`:                    "PR208 ",
		`$datetime "yyyy-MM-DD"`:             "PR208 t.http:1:1: cannot read the arguments of `$datetime` | expected a format in quotes for `$datetime`, all in Day.js tokens (`YYYY-MM-DD`) or all in .NET tokens (`yyyy-MM-dd`), found `$datetime \"yyyy-MM-DD\"` | write a format in quotes for `$datetime`, all in Day.js tokens (`YYYY-MM-DD`) or all in .NET tokens (`yyyy-MM-dd`)",
		`$datetime "YYYY-MM-dd"`:             "PR208 ",
		"$processEnv":                        "PR208 ",
		"$processEnv %":                      "PR208 ",
		"$env.":                              "PR208 ",
		"$":                                  "PR208 ",
	} {
		_, err := newScope().Expand(t.Context(), text("t.http", "{{"+template+"}}"), nil)
		if got := message(err); got != want && (len(want) > 6 || !strings.HasPrefix(got, want)) {
			t.Errorf("%s\n got %s\nwant %s", template, got, want)
		}
	}
}

// All times of one request agree, although the clock goes on.
func TestAt(t *testing.T) {
	now := noon
	scope := New(nil, EnvironmentFirst, Dynamics{Now: func() time.Time { now = now.Add(time.Second); return now }})
	if a, b := expandOne(t, scope, "{{$timestamp}}"), expandOne(t, scope, "{{$timestamp}}"); a == b {
		t.Fatal("the clock of the test stands still")
	}
	request := scope.At(noon)
	if got := expandOne(t, request, "{{$timestamp}} {{$isoTimestamp}} {{$datetime rfc1123}} {{$timestamp}}"); got !=
		"1767351845 2026-01-02T11:04:05.678Z Fri, 02 Jan 2026 11:04:05 GMT 1767351845" {
		t.Errorf("got %s", got)
	}
}

// A file variable is made once a session; the parts of it that are not dynamic
// stay up to date, and other tiers are made anew.
func TestFixedAtFirstUse(t *testing.T) {
	lazy := file("lazy", "{{$uuid}}")
	lazy.Lazy = true
	env := file("env", "{{$uuid}}")
	env.Tier = Environment
	scope := newScope(file("id", "{{$uuid}}"), file("pair", "{{id}}/{{$uuid}}/{{n}}"), lazy, env, file("n", "1"),
		file("indirect", "{{$processEnv %id}}"))
	use := func(name string) string { return expandOne(t, scope, "{{"+name+"}}") }
	for name, fixed := range map[string]bool{"id": true, "pair": true, "lazy": false, "env": false} {
		if first, second := use(name), use(name); (first == second) != fixed {
			t.Errorf("%s is %s, then %s", name, first, second)
		}
	}
	if !strings.HasPrefix(use("pair"), use("id")+"/") {
		t.Error("a variable that another one uses is made twice")
	}
	before := use("pair")
	scope.Capture(&Variable{Name: "n", Value: 2})
	if after := use("pair"); after != strings.TrimSuffix(before, "1")+"2" {
		t.Errorf("%s became %s", before, after)
	}
	if use("indirect") != "" { // reads a second fixed variable while it is made
		t.Error("an unset variable has a value")
	}
	other := newScope(file("id", "{{$uuid}}"))
	if expandOne(t, other, "{{id}}") == use("id") {
		t.Error("two sessions share a value")
	}
}

func FuzzDynamic(f *testing.F) {
	for _, seed := range []string{
		"$timestamp -1 d", `$datetime "YYYY-[x]" 1 y`, `$datetime 'yyyy\'`, "$randomInt 1 2", "$random.float(1,2)",
		"$random.integer(", "$random.alphabetic(3)", "$random.lorem.sentence(3, 2)", `$random.internet.macAddress("00:1a")`, `$random.finance.iban('DE')`, "$random.name.", "$randomDateFuture", "$env.X", "$processEnv %X", "$ (", `$datetime "`, "$datetime 2147483647 y",
	} {
		f.Add(seed)
	}
	scope := newScope(file("X", "Y"))
	f.Fuzz(func(t *testing.T, s string) {
		d, problem := parseDynamic(s)
		if (d.make == nil) == (problem == nil) {
			t.Fatalf("%q: neither or both", s)
		}
		if problem != nil && (problem.Summary == "" || problem.Suggestion == "") {
			t.Errorf("%q: a message without a mend", s)
		}
		x, err := scope.Expand(t.Context(), parser.Literal(nil, text("f", "").Span(), "{{"+s+"}}"), nil)
		if err == nil && len(x.Text) > maxText {
			t.Errorf("%q is too long", s)
		}
	})
}

func TestLooksSecret(t *testing.T) {
	for name, want := range map[string]bool{
		"API_KEY": true, "apiKey": true, "APIKEY": true, "DB_PASSWORD": true, "dbPass": true, "PASS": true, "TOKEN": true,
		"accessToken": true, "CLIENT_SECRET": true, "aws.credentials": true, "x-pwd": true,
		"jwt": true, "userJwt": true, "JWT_ADMIN": true, "bearer": true, "bearer_admin": true, "authorization": true, "X-Authorization": true,
		"session": true, "X-Session": true, "sid": true, "sessionId": true, "X-Session-Id": true, "JSESSIONID": true, "PHPSESSID": true,
		"jwt_issuer": false, "JWT_AUDIENCE": false, "bearer_format": false, "forbearer": false, "auth": false, "author": false, "authorization_url": false,
		"authorizations": false, "session_count": false, "sessions": false, "training_session": false, "side": false, "account_sid": false, "x": false,
		"MONKEY": false, "KEYBOARD": false, "COMPASS": false, "PASSENGER_ID": false, "HOST": false, "": false,
	} {
		if got := LooksSecret(name); got != want {
			t.Errorf("LooksSecret(%q) = %v", name, got)
		}
	}
}
