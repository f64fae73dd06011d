package scope

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

func dotEnvSource(s string) *diag.Source { return diag.NewSource(".env", []byte(s)) }

func TestDotEnv(t *testing.T) {
	tests := []struct{ content, name, want string }{
		{"A=1", "A", "1"},
		{"\ufeffA=1", "A", "1"}, // godotenv: unexpected character "»"
		{"A=1\r\nB=2\r\n", "B", "2"},
		{"A=\r\nB=2", "A", ""},
		{"A=", "A", ""},
		{"export A = x y ", "A", "x y"},
		{"A: yaml", "A", "yaml"},
		{"a.b_1=x", "a.b_1", "x"},
		{"# c\n\n  A=x # comment", "A", "x"},
		{"A=x#y", "A", "x#y"},
		{"A=#fff", "A", "#fff"},
		{"A='x # y' # c", "A", "x # y"},
		{`A='$12345$vrim'`, "A", "$12345$vrim"},
		{`A='a"b'`, "A", `a"b`},
		{`A="a\nb\"c\\d\$E"`, "A", "a\nb\"c\\d$E"},
		{"A=\"two\r\nlines\"\nB=1", "A", "two\nlines"},
		{"A=\"two\nlines\"\nB=1", "B", "1"},
		{"A=p@ss$word1", "A", "p@ss$word1"}, // small letters are left alone by all readers
		{"A=100$", "A", "100$"},
		{"A=$(pass show x)", "A", "$(pass show x)"},
		{`A=a\$B`, "A", "a$B"},
		{"H=h\nA=http://${H}/$H", "A", "http://h/h"},
		{"H=h\nA='${H}'", "A", "${H}"},
		{"A=1\nB=$A\nA=2", "B", "1"},
		{"A=1\nA=2", "A", "2"},
		{"A={{x}}", "A", "{{x}}"},
		{"A=`x`", "A", "`x`"},
	}
	for _, tt := range tests {
		f, problems := parseDotEnv(dotEnvSource(tt.content), ".env")
		if problems != nil {
			t.Errorf("%q: %v", tt.content, problems)
			continue
		}
		scope := newScope(f.variables...)
		got, err := scope.Expand(t.Context(), text("t.http", "{{"+tt.name+"}}"), nil)
		if err != nil || got.Text != tt.want {
			t.Errorf("%q: %s = %q, %v; want %q", tt.content, tt.name, got.Text, err, tt.want)
		}
	}
}

// A value that the .env rules would silently change is an error where it is
// used, and nowhere else: other tools may have written the file.
func TestDotEnvDoubtful(t *testing.T) {
	for _, content := range []string{
		`A=$12345$vrim`, // godotenv: "$vrim"
		`A=a$1b`,        // "ab"
		`A="pa$SWORD"`,  // "pa"
		`A=$FROM_OS`,    // the process environment is not asked
		`A=${X:-default}`,
		"X=1\nA=${X:-default}",
		`A=$(HOME)`,
		"B=b\nA=$Bc", // "bc", by part of a name
		"B=b\nA=$B}", // the brace is eaten
		"b=x\nA=${b}",
		`A="C:\dir"`,
		`A="a\tb"`,
		`A="say \"hi\""`, // the last quote is trimmed too
		`A="\\$HOME"`,
		`A=x # c # d`, // only the last comment is cut
		"B=$NOPE\nA=$B",
	} {
		f, problems := parseDotEnv(dotEnvSource("OK=1\n"+content), ".env")
		if problems != nil {
			t.Errorf("%q: %v", content, problems)
			continue
		}
		scope := newScope(f.variables...)
		if x, err := scope.Expand(t.Context(), text("t.http", "{{OK}}"), nil); err != nil || x.Text != "1" {
			t.Errorf("%q: a good variable beside it: %v", content, err)
		}
		_, err := scope.Expand(t.Context(), text("t.http", "{{A}}"), nil)
		if got := message(err); !strings.HasPrefix(got, "PR204 .env:") || !strings.Contains(got, "single quotes") || strings.Contains(got, "vrim") {
			t.Errorf("%q: %s", content, got)
		}
		if _, err := scope.Expand(t.Context(), text("t.http", "{{$dotenv A}}"), nil); !strings.HasPrefix(message(err), "PR204 ") {
			t.Errorf("%q with $dotenv: %v", content, err)
		}
	}
}

// A line that cannot be read has its number, and no value in the message.
func TestDotEnvErrors(t *testing.T) {
	const line = "not a line of a .env file: expected NAME=value, where the name is made of letters, digits, `_` and `.` | write NAME=value, or start the line with `#`"
	for content, want := range map[string][]string{
		"A=1\nhush hush\nB=2": {"PR204 .env:2:1: " + line},
		"A=1\n  my-key=hush":  {"PR204 .env:2:3: " + line},
		"=hush":               {"PR204 .env:1:1: " + line},
		"A":                   {"PR204 .env:1:1: " + line}, // godotenv: a variable without a name
		"A B=hush":            {"PR204 .env:1:1: " + line},
		"export =hush":        {"PR204 .env:1:1: " + line},
		"x\n\ny":              {"PR204 .env:1:1: " + line, "PR204 .env:3:1: " + line},
		"A=1\nB=\"hush\nC=1":  {"PR204 .env:2:3: the quote of the value of `B` is not closed | close it with `\"`"},
		"A='hush":             {"PR204 .env:1:3: the quote of the value of `A` is not closed | close it with `'`"},
		"A='x' hush":          {"PR204 .env:1:7: text behind the closing quote of `A` | put the whole value in quotes"},
		`A="x"hush`:           {"PR204 .env:1:6: text behind the closing quote of `A` | put the whole value in quotes"},
		"A=1\nB='C:\\dir\\'\nC='x'": { // godotenv reads on to the next quote
			"PR204 .env:2:3: a value that readers of .env files do not agree on | do not end a quoted value in a backslash"},
		"A=\"hush\\\\\"\n": {"PR204 .env:1:3: a value that readers of .env files do not agree on | do not end a quoted value in a backslash"},
	} {
		f, problems := parseDotEnv(dotEnvSource(content), ".env")
		var got []string
		for _, d := range problems {
			got = append(got, message(d))
		}
		if f != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%q\n got %s\nwant %s", content, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
		if strings.Contains(strings.Join(got, ""), "hush") {
			t.Errorf("%q: a value is in a message", content)
		}
	}
}

func TestDotEnvVariables(t *testing.T) {
	source := dotEnvSource("HOST=h\nAPI_KEY='k' # c\nHOST=h2\n")
	f, problems := parseDotEnv(source, ".env.dev")
	if problems != nil || len(f.variables) != 2 {
		t.Fatal(problems, f)
	}
	host, key := f.variables[0], f.variables[1]
	if host.Secret || !key.Secret || key.Tier != DotEnv || key.origin() != ".env:2:9 (.env.dev)" || source.Slice(key.Span) != "'k'" || source.Slice(host.Span) != "h2" {
		t.Errorf("%+v\n%+v", host, key)
	}
	if len(f.warnings) != 1 || message(f.warnings[0]) != "PR209 .env:3:1: `HOST` is given twice, and the last one counts | the first is on line 1 | remove one of them" {
		t.Errorf("%v", f.warnings)
	}
}

// Whatever is in the file, a value that can be used is what is written there.
func FuzzDotEnv(f *testing.F) {
	for _, seed := range []string{"A=1", "A='x'\nB=\"$A\"", "export A: b # c", "A=\"\\n\\\"\"", "A=$B${C", "\ufeffA=\r\n", "A='\\'\nB='", "A", "a-b=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		source := dotEnvSource(content)
		file, problems := parseDotEnv(source, ".env")
		if (file == nil) != problems.HasErrors() {
			t.Fatal("neither or both")
		}
		for _, d := range problems {
			if d.Subject.End > len(content) || d.Subject.Start > d.Subject.End {
				t.Errorf("points outside: %v", d.Subject)
			}
		}
		if file == nil {
			return
		}
		for _, v := range file.variables {
			written := source.Slice(v.Span)
			if v.problem == nil && !strings.ContainsAny(written, "\\$\"'") && v.Value != written {
				t.Errorf("%s: %q is read as %q", v.Name, written, v.Value)
			}
		}
	})
}
