package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree writes files below a new folder and makes it the working directory. $ in
// them stands for the server.
func tree(t *testing.T, server string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "$", server)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, marked := files[".git/HEAD"]; !marked {
		if err := os.Mkdir(filepath.Join(dir, ".git"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return dir
}

// play plans and runs, and returns what happened.
func play(t *testing.T, o Options) (*story, int) {
	t.Helper()
	if o.Environ == nil {
		o.Environ = func(string) (string, bool) { return "", false }
	}
	p := NewPlan(t.Context(), o)
	defer p.Close()
	got := new(story)
	exit := p.Run(t.Context(), got)
	return got, exit
}

const selectable = `@base = $

### one
# @capture id = body.id
GET {{base}}/one

### two
# @name second
# @needs three
GET {{base}}/two/{{id}}

### three
GET {{base}}/three

### second
GET {{base}}/again
`

// TestSelect protects what a selection runs: the requests asked for, what they need,
// and the requests that capture what they read; and that a mistake in it runs
// nothing.
func TestSelect(t *testing.T) {
	rows := "# @data rows.csv\n\n### plain\nGET $/plain/{{n}}\n\n### both\n# @data own.csv\nGET $/both/{{n}}/{{x}}\n\n### list\n# @needs both\nGET $/list/{{n}}\n"
	files := map[string]string{
		"a.http": selectable, "b.http": "GET $/b\n", "d.http": rows, "odd:7": "GET $/odd\n", "odd.http#x": "GET $/hash\n",
		"rows.csv": "n\n1\n2\n3\n", "own.csv": "x\na\nb\n", "sub/a.http": "### sub\nGET $/sub\n",
		"own.http":     "### own\n# @data own.csv\n# @capture v = body.path\nGET $/own/{{x}}\n\n### reads\nGET $/reads/{{v[0]}}\n",
		"loop.http":    "### turn\n# @loop for 3\nGET $/turn\n",
		"frame.http":   "### up\n# @setup\n# @capture key = body.id\nGET $/up\n\n### use\n# @capture made = body.id\nGET $/use/{{key}}\n\n### look\nGET $/look\n\n### down\n# @teardown\nGET $/down/{{key}}\n\n### drop\n# @teardown\nGET $/drop/{{made}}\n",
		"preset.http":  "@id = none\n\n### makes\n# @capture id = body.id\nGET $/makes\n\n### reads\nGET $/reads/{{id}}\n",
		"bracket.http": "### a[2]\nGET $/bracket\n\n### a\nGET $/plain\n",
		"broken.http":  "### ok\nGET $/ok\n\n### wrong\nGET $/{{nope}}\n",
		"chain.http":   "### a\n# @capture x = body.id\nGET $/a\n\n### b\n# @capture y = body.id\nGET $/b/{{x}}\n\n### c\nGET $/c\n\n### d\nGET $/d/{{y}}\n\n### e\n# @capture y = body.id\nGET $/e\n",
	}
	tests := []struct {
		name   string
		o      Options
		sent   string // paths in order, of one session after the other
		errors string // all messages
		exit   int
	}{
		{name: "the line of the request", o: Options{Paths: []string{"a.http:13"}}, sent: "/three"},
		{name: "its separator", o: Options{Paths: []string{"a.http:12"}}, sent: "/three"},
		{name: "the blank line behind it", o: Options{Paths: []string{"a.http:14"}}, sent: "/three"},
		{name: "the last line", o: Options{Paths: []string{"a.http:16"}}, sent: "/again"},
		{name: "with a column, as messages have", o: Options{Paths: []string{"a.http:13:3"}}, sent: "/three"},
		{name: "with what it needs and reads, in the order of the file", o: Options{Paths: []string{"a.http:10"}}, sent: "/one /three /two/t-1"},
		{name: "several lines of a file", o: Options{Paths: []string{"a.http:16", "a.http:13"}}, sent: "/three /again"},
		{name: "an address beside the file as a whole", o: Options{Paths: []string{"b.http", "b.http:1"}}, sent: "/b"},
		{name: "an address and another file", o: Options{Paths: []string{"a.http:13", "b.http"}, Jobs: 1}, sent: "/b /three"},
		{name: "--line with one file", o: Options{Paths: []string{"a.http"}, Lines: []Line{{Number: 13}}}, sent: "/three"},
		{name: "--line of one of several files", o: Options{Paths: []string{"."}, Lines: []Line{{File: "./a.http", Number: 13}}}, sent: "/three"},
		{name: "a file of that very name wins", o: Options{Paths: []string{"odd:7", "odd.http#x"}, Jobs: 1}, sent: "/odd /hash"},
		{name: "a name", o: Options{Paths: []string{"a.http#three"}}, sent: "/three"},
		{name: "a name of two", o: Options{Paths: []string{"a.http#second"}}, sent: "/one /three /two/t-1 /again"},
		{name: "which of two", o: Options{Paths: []string{"a.http#second#2"}}, sent: "/again"},
		{name: "an address narrowed by a name", o: Options{Paths: []string{"a.http:13", "a.http:16"}, Names: []string{"second"}}, sent: "/again"},

		{name: "a row of the file", o: Options{Paths: []string{"d.http#plain[2]"}}, sent: "/plain/2"},
		{name: "a row by --name", o: Options{Paths: []string{"d.http"}, Names: []string{"plain[3]", "plain[1]"}, Jobs: 1}, sent: "/plain/1 /plain/3"},
		{name: "different rows of different requests", o: Options{Paths: []string{"d.http"}, Names: []string{"plain[1]", "both[2][2]"}, Jobs: 1}, sent: "/plain/1 /both/2/b"},
		{name: "all rows of its own in a row of the file", o: Options{Paths: []string{"d.http#both[3]"}}, sent: "/both/3/a /both/3/b"},
		{name: "what needs it needs all of its rows", o: Options{Paths: []string{"d.http#list[1]", "d.http#both[1][2]"}}, sent: "/both/1/a /both/1/b /list/1"},
		{name: "a row of its own", o: Options{Paths: []string{"own.http#own[2]"}}, sent: "/own/b"},
		{name: "not where another reads the list", o: Options{Paths: []string{"own.http#own[2]", "own.http#reads"}}, sent: "/own/a /own/b /reads//own/a"},
		{name: "a name that ends like a row", o: Options{Paths: []string{"bracket.http#a[2]"}}, sent: "/bracket"},

		{name: "@setup and @teardown run too", o: Options{Paths: []string{"frame.http#use"}}, sent: "/up /use/t-1 /drop/t-1 /down/t-1"},
		{name: "without what was not made", o: Options{Paths: []string{"frame.http#look"}}, sent: "/up /look /down/t-1"},
		{name: "a variable with a value needs no request", o: Options{Paths: []string{"preset.http#reads"}}, sent: "/reads/none"},
		{name: "captures that read captures", o: Options{Paths: []string{"chain.http#d"}}, sent: "/a /b/t-1 /d/t-1"},

		{name: "no such line", o: Options{Paths: []string{"a.http:99"}}, exit: 2, errors: "`a.http:99`: there is no line 99: the file has 16"},
		{name: "a line of the preamble", o: Options{Paths: []string{"a.http:1"}}, exit: 2, errors: "`a.http:1`: there is no request at line 1"},
		{name: "no such name", o: Options{Paths: []string{"a.http#tree"}}, exit: 2, errors: "`a.http#tree`: no request is called `tree`"},
		{name: "no such row", o: Options{Paths: []string{"d.http#plain[4]"}}, exit: 2, errors: "`d.http#plain[4]`: there is no row 4: the data of the file has 3 rows"},
		{name: "no such row of its own", o: Options{Paths: []string{"own.http#own[3]"}}, exit: 2, errors: "`own.http#own[3]`: there is no row 3: the data of `own` has 2 rows"},
		{name: "no rows at all", o: Options{Paths: []string{"a.http#three[1]"}}, exit: 2, errors: "`a.http#three[1]`: `three` has no data, and so no rows"},
		{name: "two rows of one", o: Options{Paths: []string{"d.http#plain[1][1]"}}, exit: 2, errors: "`d.http#plain[1][1]`: `plain` has rows of one kind only"},
		{name: "a round of a loop", o: Options{Paths: []string{"loop.http#turn[2]"}}, exit: 2, errors: "`loop.http#turn[2]`: `turn` is repeated by @loop, whose rounds depend on each other"},
		{name: "a line of several files", o: Options{Paths: []string{"a.http", "b.http"}, Lines: []Line{{Number: 1}}}, exit: 2, errors: "--line 1: in which of 2 files?"},
		{name: "a line of another file", o: Options{Paths: []string{"a.http"}, Lines: []Line{{File: "b.http", Number: 1}}}, exit: 2, errors: "--line b.http:1: this is none of the files that are run"},
		{name: "an address of a folder", o: Options{Paths: []string{"sub:1"}}, exit: 2, errors: "`sub:1` names a request of a folder"},
		{name: "a name in a file that is not there", o: Options{Paths: []string{"c.http#x"}}, exit: 2, errors: "no such file or folder: c.http"},
		{name: "one wrong address runs nothing", o: Options{Paths: []string{"a.http:13", "a.http#nope"}}, exit: 2, errors: "`a.http#nope`: no request is called `nope`"},
		{name: "what is not selected may be wrong", o: Options{Paths: []string{"broken.http:2"}}, sent: "/ok"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := newAPI(t)
			tree(t, api.URL, files)
			got, exit := play(t, test.o)
			if exit != test.exit {
				t.Errorf("exit %d, want %d", exit, test.exit)
			}
			if sent := strings.Join(api.paths, " "); sent != test.sent {
				t.Errorf("sent %s\nwant %s", sent, test.sent)
			}
			if errors := strings.Join(got.errors, "\n"); errors != test.errors {
				t.Errorf("messages\n%s\nwant\n%s", errors, test.errors)
			}
		})
	}
}

// TestPicks protects the intersection of selections.
func TestPicks(t *testing.T) {
	row := func(row, own int) pick { return pick{row, own} }
	tests := []struct{ a, b, want picks }{
		{all, all, all},
		{nil, all, nil},
		{all, picks{row(2, 0)}, picks{row(2, 0)}},
		{picks{row(2, 0)}, picks{row(0, 3)}, picks{row(2, 3)}},
		{picks{row(2, 0)}, picks{row(3, 0)}, nil},
		{picks{row(1, 0), row(2, 0)}, picks{row(2, 1), row(2, 2)}, picks{row(2, 1), row(2, 2)}},
		{picks{row(1, 0), row(0, 1)}, picks{row(1, 1)}, picks{row(1, 1)}},
	}
	for _, test := range tests {
		for _, got := range []picks{test.a.and(test.b), test.b.and(test.a)} {
			slices.SortFunc(got, func(x, y pick) int { return x.row - y.row + x.own - y.own })
			if !slices.Equal(got, test.want) {
				t.Errorf("%v and %v: %v, want %v", test.a, test.b, got, test.want)
			}
		}
	}
}

// FuzzAddress protects the reading of paths, which are whatever users write: it
// ends, and loses nothing.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"a.http", "a.http:12", "a.http:12:3", "a.http#b[3]", "-:3", "-#x", "a.http:", ":3", "#", "12", "a#b.http#c", "a.http:99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a := new(Options).addressOf(text)
		if a == nil {
			return
		}
		if (a.line > 0) == (a.name != "") || a.path == "" {
			t.Errorf("%q: %+v", text, a)
		}
		if !strings.HasPrefix(text, a.path) || !strings.HasSuffix(text, a.name) {
			t.Errorf("%q is read as %+v", text, a)
		}
		name, rows := cutRows(a.name)
		for _, row := range rows {
			if row < 1 {
				t.Errorf("%q: row %d", text, row)
			}
			name += fmt.Sprintf("[%d]", row)
		}
		if len(name) > len(a.name) {
			t.Errorf("%q has become %q", a.name, name)
		}
	})
}
