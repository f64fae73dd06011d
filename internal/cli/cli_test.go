package cli

import (
	"bytes"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/docs"
	"github.com/postrider/postrider/internal/readiness"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/runner"
)

// execute runs a command line in this process, as main does.
func execute(words ...string) (exit int, stdout, stderr string) {
	var out, errs bytes.Buffer
	exit = Main(append([]string{"postrider"}, words...), strings.NewReader(""), &out, &errs)
	return exit, out.String(), errs.String()
}

// optionsOf returns the options of the runner that a command line means.
func optionsOf(t *testing.T, env map[string]string, stdin string, words ...string) (runner.Options, error) {
	t.Helper()
	p := &program{
		stdin: strings.NewReader(stdin), stdout: io.Discard, stderr: io.Discard,
		lookupEnv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		environ: func() []string {
			var all []string
			for k, v := range env {
				all = append(all, k+"="+v)
			}
			return all
		},
	}
	var got runner.Options
	commands := p.commands()
	commands[0].Action = func(c *cli.Context) (err error) {
		got, err = p.options(c)
		return err
	}
	return got, p.runCommands(words, commands)
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOptions(t *testing.T) {
	base := func(change func(*runner.Options)) runner.Options {
		o := runner.Options{
			Paths: []string{"a.http"}, Version: version(), StateDir: "/state",
			Tokens: runner.TokenCache{Storage: runner.InFile, Dir: absolute(t, "/tokens")},
		}
		change(&o)
		return o
	}
	tests := []struct {
		line string
		want func(*runner.Options)
	}{
		{"a.http", func(o *runner.Options) {}},
		{"a.http b --env staging", func(o *runner.Options) { o.Paths, o.Environment = []string{"a.http", "b"}, "staging" }},
		{"--name a,b --name c a.http", func(o *runner.Options) { o.Names = []string{"a,b", "c"} }},
		{"--tag a,b --tag c a.http", func(o *runner.Options) { o.Tags = []string{"a", "b", "c"} }},
		{"--exclude-tag a,b a.http", func(o *runner.Options) { o.ExcludeTags = []string{"a", "b"} }},
		{"-j 3 --bail a.http", func(o *runner.Options) { o.Jobs, o.Bail = 3, true }},
		{"--timeout 5 a.http", func(o *runner.Options) { o.Timeout = 5 * time.Second }},
		{"--timeout 0.5 a.http", func(o *runner.Options) { o.Timeout = 500 * time.Millisecond }},
		{"--timeout 1m30s a.http", func(o *runner.Options) { o.Timeout = 90 * time.Second }},
		{"--max-body-size 10 a.http", func(o *runner.Options) { o.MaxBody = 10 }},
		{"--max-body-size 2k a.http", func(o *runner.Options) { o.MaxBody = 2048 }},
		{"--max-body-size 3M a.http", func(o *runner.Options) { o.MaxBody = 3 << 20 }},
		{"--max-body-size 1G a.http", func(o *runner.Options) { o.MaxBody = 1 << 30 }},
		{"--status-check off a.http", func(o *runner.Options) { o.NoStatusCheck = true }},
		{"--status-check=on a.http", func(o *runner.Options) {}},
		{"--allow-empty -k a.http", func(o *runner.Options) { o.AllowEmpty, o.Insecure = true, true }},
		{"--allow-origin https://a --allow-origin https://b a.http", func(o *runner.Options) { o.AllowOrigins = []string{"https://a", "https://b"} }},
		{"--allow-file ../x,y a.http", func(o *runner.Options) { o.AllowFiles = []string{"../x,y"} }},
		{"--auth-refresh a.http", func(o *runner.Options) { o.Tokens.Renew = true }},
		{"--auth-cache-dir /elsewhere a.http", func(o *runner.Options) { o.Tokens.Dir = absolute(t, "/elsewhere") }},
		{"--no-auth-cache a.http", func(o *runner.Options) { o.Tokens = runner.TokenCache{Storage: runner.InMemory} }},
		{"--line 3 --line b.http:4:5 a.http", func(o *runner.Options) { o.Lines = []runner.Line{{Number: 3}, {File: "b.http", Number: 4}} }},
		{"--line a.http:3 --line a.http:9", func(o *runner.Options) {
			o.Lines = []runner.Line{{File: "a.http", Number: 3}, {File: "a.http", Number: 9}}
		}},
		{"--repeat 3 --max-time 2m a.http", func(o *runner.Options) { o.Repeat, o.MaxTime = 3, 2*time.Minute }},
		{"--shard 2/5 a.http", func(o *runner.Options) { o.Shard = runner.Shard{Index: 2, Count: 5} }},
		{"--shuffle 7 a.http", func(o *runner.Options) { o.Shuffle = new(uint64(7)) }},
		{"--shuffle=18446744073709551615 a.http", func(o *runner.Options) { o.Shuffle = new(uint64(math.MaxUint64)) }},
		{"--rerun-failed a.http", func(o *runner.Options) { o.RerunFailed = true }},
		{"--wait-for http://a 5s --wait-for tcp://b:1 a.http", func(o *runner.Options) {
			o.WaitFor = []readiness.Server{
				{URL: &url.URL{Scheme: "http", Host: "a"}, For: 5 * time.Second}, {URL: &url.URL{Scheme: "tcp", Host: "b:1"}, For: readiness.DefaultLimit},
			}
		}},
		{"--verbose a.http", func(o *runner.Options) { o.Headers = true }},
		{"-vv a.http", func(o *runner.Options) { o.Headers, o.Bodies = true, true }},
		{"-v a.http -v", func(o *runner.Options) { o.Headers, o.Bodies = true, true }},
		{"--verbose --verbose a.http", func(o *runner.Options) { o.Headers, o.Bodies = true, true }},
		{"a.http --var a=1,2 --var b=c=d --var e=", func(o *runner.Options) {
			o.Vars = []runner.Var{{Name: "a", Value: "1,2", Where: "--var"}, {Name: "b", Value: "c=d", Where: "--var"}, {Name: "e", Where: "--var"}}
		}},
	}
	if o, err := optionsOf(t, nil, "", "--shuffle", "a.http"); err != nil || o.Shuffle == nil || *o.Shuffle > math.MaxUint32 {
		t.Errorf("--shuffle by chance: %v, %v", o.Shuffle, err)
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			got, err := optionsOf(t, map[string]string{"POSTRIDER_AUTH_CACHE_DIR": "/tokens", stateDirVariable: "/state"}, "", strings.Split(tt.line, " ")...)
			if err != nil {
				t.Fatal(err)
			}
			got.Stdin, got.Environ = nil, nil
			for _, empty := range []*[]string{&got.Names, &got.Tags, &got.ExcludeTags, &got.AllowOrigins, &got.AllowFiles} {
				if len(*empty) == 0 {
					*empty = nil
				}
			}
			if want := base(tt.want); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestOptionErrors(t *testing.T) {
	dir := t.TempDir()
	notPEM := filepath.Join(dir, "not.pem")
	if err := os.WriteFile(notPEM, []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"--sandbox --env x a":                  "`--sandbox` chooses the environment `sandbox`, and excludes `--env`",
		"--sandbox-ttl 5s a":                   "`--sandbox-ttl` without `--sandbox` has no effect",
		"--timeout 0 a":                        `invalid value "0" for flag --timeout`,
		"--timeout -1s a":                      `invalid value "-1s" for flag --timeout`,
		"--timeout x a":                        `invalid value "x" for flag --timeout`,
		"--jobs 0 a":                           `invalid value "0" for flag --jobs`,
		"--jobs 1.5 a":                         `invalid value "1.5" for flag --jobs`,
		"--max-body-size 0 a":                  `invalid value "0"`,
		"--max-body-size M a":                  `invalid value "M"`,
		"--max-body-size 9000000000000G a":     `invalid value "9000000000000G"`,
		"--status-check yes a":                 `invalid value "yes" for flag --status-check: expected ` + "`on` or `off`",
		"--no-auth-cache --auth-cache-dir x a": "`--no-auth-cache` excludes `--auth-cache-dir`",
		"--var a a":                            "`--var a` is not a name and a value",
		"--var =a a":                           "`--var =a` is not a name and a value",
		"--cacert " + notPEM + " a":            "`--cacert` holds no certificate",
		"--cacert " + dir + "/none a":          "`--cacert`: `" + dir + "/none` cannot be read: no such file",
	} {
		t.Run(line, func(t *testing.T) {
			_, err := optionsOf(t, nil, "", strings.Split(line, " ")...)
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error is %v, want %s", err, want)
			}
		})
	}
}

func TestEnvironment(t *testing.T) {
	got, err := optionsOf(t, map[string]string{
		"POSTRIDER_ALLOW_ORIGINS": "https://b, https://c\thttps://d",
		"POSTRIDER_VAR_y":         "2", "POSTRIDER_VAR_x": "1=1", "POSTRIDER_VAR_": "3", "OTHER": "4",
	}, "", "a", "--allow-origin", "https://a", "--var", "x=5")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"https://a", "https://b", "https://c", "https://d"}; !reflect.DeepEqual(got.AllowOrigins, want) {
		t.Errorf("origins are %q, want %q", got.AllowOrigins, want)
	}
	want := []runner.Var{ // the last of a name wins
		{Name: "x", Value: "1=1", Where: "POSTRIDER_VAR_x"},
		{Name: "y", Value: "2", Where: "POSTRIDER_VAR_y"},
		{Name: "x", Value: "5", Where: "--var"},
	}
	if !reflect.DeepEqual(got.Vars, want) {
		t.Errorf("variables are %+v, want %+v", got.Vars, want)
	}
	if _, err := optionsOf(t, map[string]string{"POSTRIDER_CACERT": "-----BEGIN nonsense"}, "", "a"); err == nil ||
		!strings.Contains(err.Error(), "`POSTRIDER_CACERT` holds no certificate") {
		t.Errorf("error is %v", err)
	}
}

// What the library does by default, and we do not want (each was observed).
func TestLibraryTraps(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"h", "help", "a.http"} {
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("flags behind arguments are flags", func(t *testing.T) {
		o, err := optionsOf(t, nil, "", "run", "a.http", "--bail", "b.http", "--env", "x")
		if err != nil || !o.Bail || o.Environment != "x" || !reflect.DeepEqual(o.Paths, []string{"a.http", "b.http"}) {
			t.Errorf("options are %+v, error is %v", o, err)
		}
		if exit, out, _ := execute("run", "a.http", "--help"); exit != 0 || out != runHelp {
			t.Errorf("exit %d, output %q", exit, out)
		}
	})
	t.Run("flags before the command are flags of the command", func(t *testing.T) {
		if o, err := optionsOf(t, nil, "", "--bail", "run", "a.http"); err != nil || !o.Bail {
			t.Errorf("options are %+v, error is %v", o, err)
		}
	})
	t.Run("values are not split at commas", func(t *testing.T) {
		o, err := optionsOf(t, nil, "", "a.http", "--var", "a=1,2")
		if err != nil || len(o.Vars) != 1 || o.Vars[0].Value != "1,2" {
			t.Errorf("options are %+v, error is %v", o, err)
		}
	})
	t.Run("-v is not the version and does not panic", func(t *testing.T) {
		if o, err := optionsOf(t, nil, "", "-vv", "a.http"); err != nil || !o.Bodies {
			t.Errorf("options are %+v, error is %v", o, err)
		}
	})
	t.Run("usage errors are short, on stderr, exit 2", func(t *testing.T) {
		for _, line := range []string{"run --nonsense a", "run --jobs x a", "run --bail=x a", "run", "rnu a", "version x", "list", "sandbox x", "help help help", "auth", "auth prviders", "auth providers a b", "help auth x"} {
			exit, out, errs := execute(strings.Split(line, " ")...)
			if exit != 2 || out != "" || strings.Count(errs, "\n") != 2 || !strings.HasPrefix(errs, "error: ") || !strings.Contains(errs, "\n  = help: ") {
				t.Errorf("%s: exit %d, stdout %q, stderr:\n%s", line, exit, out, errs)
			}
		}
	})
	t.Run("nonsense has no empty suggestion", func(t *testing.T) {
		if _, _, errs := execute("qqqqqqqq"); strings.Contains(errs, "did you mean") {
			t.Errorf("stderr: %s", errs)
		}
	})
	t.Run("files called like commands of the library are files", func(t *testing.T) {
		for _, name := range []string{"h", "./help"} {
			o, err := optionsOf(t, nil, "", "run", name)
			if err != nil || !reflect.DeepEqual(o.Paths, []string{name}) {
				t.Errorf("options are %+v, error is %v", o, err)
			}
		}
	})
	t.Run("an empty value does not count as set", func(t *testing.T) {
		if _, err := optionsOf(t, nil, "", "--env=", "a.http"); err == nil {
			t.Error("--env= is accepted")
		}
	})
	t.Run("a duration needs no unit", func(t *testing.T) {
		if o, err := optionsOf(t, nil, "", "--timeout", "5", "a.http"); err != nil || o.Timeout != 5*time.Second {
			t.Errorf("timeout is %v, error is %v", o.Timeout, err)
		}
	})
	t.Run("long flags have two dashes", func(t *testing.T) {
		if _, err := optionsOf(t, nil, "", "-env", "x", "a.http"); err == nil {
			t.Error("-env is accepted")
		}
	})
	t.Run("the hidden flag of shell completion is unknown", func(t *testing.T) {
		if exit, out, _ := execute("run", "--generate-bash-completion"); exit != 2 || out != "" {
			t.Errorf("exit %d, output %q", exit, out)
		}
	})
}

// A command line without anything executes nothing, which is never a success.
func TestNoArguments(t *testing.T) {
	if exit, out, errs := execute(); exit != 2 || out != "" || errs != generalHelp {
		t.Errorf("exit %d, stdout %q, stderr %q", exit, out, errs)
	}
}

// Every flag has its place in the help of its command, and every line fits a
// terminal of 80 columns.
func TestHelpIsComplete(t *testing.T) {
	for name, text := range helpTexts() {
		for line := range strings.Lines(text) {
			if n := len(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("help of %q: a line of %d columns: %s", name, n, line)
			}
		}
	}
	for name, c := range commandsOf(new(program).commands()) {
		text := helpTexts()[name]
		if text == "" {
			t.Errorf("no help for %s", name)
		}
		for _, f := range c.Flags {
			for _, flag := range f.Names() {
				dashes := "--"
				if len(flag) == 1 {
					dashes = "-"
				}
				if !strings.Contains(text, " "+dashes+flag+" ") && !strings.Contains(text, " "+dashes+flag+",") {
					t.Errorf("help of %s does not name %s%s", name, dashes, flag)
				}
			}
		}
		if name != "help" && !strings.Contains(generalHelp, "postrider "+name) && name != "run" {
			t.Errorf("the general help does not name %s", name)
		}
	}
}

// The general help names every chapter of the manual, and each is shown, also as
// the help of commands names it.
func TestHelpNamesChapters(t *testing.T) {
	for _, name := range docs.Chapters() {
		if !regexp.MustCompile(`[ /]` + name + `(,|\.md|\n)`).MatchString(generalHelp) {
			t.Errorf("the general help does not name %s", name)
		}
		text, _ := docs.Chapter(name)
		title, _, _ := strings.Cut(strings.TrimPrefix(text, "# "), "\n")
		for _, words := range [][]string{{"docs/" + name + ".md"}, {name}, strings.Split(name, "-")} {
			topic := strings.Join(words, " ")
			if _, command := helpTexts()[topic]; command {
				continue // which has the name first
			}
			exit, out, errs := execute(append([]string{"help"}, words...)...)
			if exit != 0 || errs != "" || !strings.HasPrefix(out, title+"\n\n  ") {
				t.Errorf("help %s: exit %d, output %.40q, errors %q", topic, exit, out, errs)
			}
		}
	}
	for _, text := range helpTexts() {
		for _, m := range regexp.MustCompile(`docs/([a-z-]+)\.md`).FindAllStringSubmatch(text, -1) {
			if _, ok := docs.Chapter(m[1]); !ok {
				t.Errorf("a help names %s, which does not exist", m[0])
			}
		}
	}
}

// A topic that is not there suggests the nearest command or chapter.
func TestHelpSuggestsTopics(t *testing.T) {
	for topic, want := range map[string]string{
		"chekcs": "there is no command and no chapter `chekcs` [PR901]\n  = help: did you mean `checks`?",
		"rnu":    "did you mean `run`?",
		"qqqqqq": "see `postrider help`",
	} {
		if exit, out, errs := execute("help", topic); exit != 2 || out != "" || !strings.Contains(errs, want) {
			t.Errorf("help %s: exit %d, output %q, errors %s", topic, exit, out, errs)
		}
	}
}

// The chapter about dynamic variables names all of them.
func TestHelpNamesDynamicVariables(t *testing.T) {
	_, page, _ := execute("help", "dynamic")
	for _, name := range scope.DynamicNames() {
		name = strings.Replace(name, ".NAME", ".HOME", 1)
		if !regexp.MustCompile(regexp.QuoteMeta(name) + `[^A-Za-z0-9.]`).MatchString(page) {
			t.Errorf("%s is not named", name)
		}
	}
}

func TestColor(t *testing.T) {
	tests := []struct {
		env  map[string]string
		off  bool
		want bool
	}{
		{nil, false, false}, // not a terminal
		{map[string]string{"FORCE_COLOR": "1"}, false, true},
		{map[string]string{"FORCE_COLOR": "1", "TERM": "dumb"}, false, true},
		{map[string]string{"FORCE_COLOR": "1", "NO_COLOR": "1"}, false, false},
		{map[string]string{"FORCE_COLOR": "1", "NO_COLOR": ""}, false, true},
		{map[string]string{"FORCE_COLOR": "0"}, false, false},
		{map[string]string{"FORCE_COLOR": "1"}, true, false},
		{map[string]string{"FORCE_COLOR": "", "NO_COLOR": "1"}, false, false},
	}
	for _, tt := range tests {
		p := &program{lookupEnv: func(name string) (string, bool) { v, ok := tt.env[name]; return v, ok }}
		if got := p.useColor(io.Discard, tt.off); got != tt.want {
			t.Errorf("%v, --no-color %v: color is %v", tt.env, tt.off, got)
		}
	}
}

// The exit code of the runner is the exit code of the process.
func TestExitCodes(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	defer server.Close()
	for content, want := range map[string]int{
		"# @assert status == 204\nGET " + server.URL + "\n": 0,
		"# @assert status == 200\nGET " + server.URL + "\n": 1,
		"GET {{nothing}}/\n":        2,
		"GET http://127.0.0.1:1/\n": 3,
	} {
		if exit, out, errs := execute("run", writeFile(t, "a.http", content)); exit != want || errs != "" {
			t.Errorf("%q: exit %d, want %d; stderr %q, stdout:\n%s", content, exit, want, errs, out)
		}
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// Output that cannot be written is an error, not a success.
func TestOutputErrors(t *testing.T) {
	var errs bytes.Buffer
	if exit := Main([]string{"postrider", "version"}, nil, closed{}, &errs); exit != 2 || !strings.Contains(errs.String(), "output cannot be written") {
		t.Errorf("exit %d, stderr %q", exit, errs.String())
	}
}
