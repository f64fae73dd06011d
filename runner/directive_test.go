package runner

import (
	"testing"

	"github.com/postrider/postrider/parser"
)

// TestForeignDirectives protects what becomes of every directive that another
// tool knows: it means the same here, or it changes nothing, or the request is
// refused. None is lost in silence.
func TestForeignDirectives(t *testing.T) {
	const (
		runs    = ""
		refused = "refused"
	)
	for _, c := range []struct {
		directive string
		want      string // runs, refused, or the error
		warned    string
	}{
		// The same here, by its own name or another.
		{directive: "name a", want: runs}, {directive: "name = a", want: runs},
		{directive: "no-redirect", want: runs}, {directive: "no-log", want: runs}, {directive: "no-cookie-jar", want: runs},
		{directive: "no-auto-encoding", want: runs}, {directive: "noAutoEncoding", want: runs},
		{directive: "timeout 5", want: runs}, {directive: "timeout 5000 ms", want: runs}, {directive: "connection-timeout 5 s", want: runs},
		{directive: "curl-max-time 5", want: runs}, {directive: "kulala-curl--connect-timeout 5", want: runs},
		{directive: "timeout soon", want: "`@timeout`: \"soon\" is not a duration"},
		{directive: "curl-max-time soon", want: "`@curl-max-time`: \"soon\" is not a duration"},
		{directive: "sleep 1ms", want: runs}, {directive: "delay 1", want: runs}, {directive: "pre-delay 1", want: runs}, {directive: "post-delay 1", want: runs},
		{directive: "delay soon", want: "`@delay`: \"soon\" is not a duration"},
		{directive: "tag a, b", want: runs}, {directive: "title A title", want: runs}, {directive: "description What it is", want: runs},
		{directive: "no-reject-unauthorized", want: runs}, {directive: "curl-insecure", want: runs}, {directive: "kulala-curl--insecure", want: runs},
		{directive: "injectVariables", want: runs},
		{directive: "import ./a.http", want: "no file `./a.http`"}, {directive: "ref other", want: runs}, {directive: "dependsOn other", want: runs},
		{directive: "if other.response.status 200", want: runs}, {directive: "if-not other.response.status 404", want: runs},
		{directive: "if other.response.body.$.a.b x y", want: runs}, {directive: "if-not other.response.body.$.none.b x", want: runs},
		{directive: "if-not other", want: "`@if-not` cannot be read"},
		{directive: "kulala-expect-status-code 200, 201", want: runs},
		{directive: "kulala-expect-status-code 404", want: "assertion failed"},
		{directive: "kulala-expect-status-code ok", want: "`ok` is no status code"},
		{directive: "ratelimit minIdleTime 1", want: runs}, {directive: "ratelimit slot: a minIdleTime: 1 max: 5 expire: 10", want: runs}, {directive: "ratelimit max 5 expire 1s", want: runs},
		{directive: "ratelimit max 5", want: "`@ratelimit`: `max` needs `expire`, the time in which so many may be sent"},
		{directive: "ratelimit often", want: "`@ratelimit`: nothing behind `often`"},
		{directive: "ratelimit per 5", want: "`@ratelimit`: expected `slot`, `minIdleTime`, `max` or `expire`, found `per`"},
		{directive: "graphql", want: runs}, {directive: "forceRegionDelimiter", want: runs}, {directive: "noGqlParsing", want: runs},
		{directive: "prompt unused what for", want: runs}, {directive: "secret unused", want: runs}, {directive: `kulala-prompt "A label" unused`, want: runs},
		{directive: "prompt", want: "`@prompt`: the name of the variable is missing"},

		// What changes nothing here.
		{directive: "note Are you sure?", want: runs}, {directive: "jwt access_token", want: runs}, {directive: "language json", want: runs},
		{directive: "no-client-cert", want: runs}, {directive: "no-proxy", want: runs}, {directive: "postRedirectGet", want: runs},
		{directive: "grpc-reflection", want: runs}, {directive: "grpc-plaintext", want: runs}, {directive: "keepStreaming", want: runs}, {directive: "no-streaming-log", want: runs},
		{directive: "no-response-view", want: runs}, {directive: "debug", want: runs}, {directive: "verbose", want: runs}, {directive: "responseRef ./a.json", want: runs},
		{directive: "save", want: runs}, {directive: "openWith pdf", want: runs}, {directive: "extension .png", want: runs}, {directive: "accept chunked", want: runs},
		{directive: "kulala-vscode-restclient-compat", want: runs}, {directive: "attach-cookie-jar", want: runs},
		{directive: "curl-location", want: runs}, {directive: "curl-compressed", want: runs}, {directive: "curl-global-compressed", want: runs}, {directive: "kulala-curl--silent", want: runs},

		{directive: "loop for 1", want: runs}, {directive: "loop for x of [1]", want: runs},

		// What is not carried out.
		{directive: "use-os-credentials", want: refused},
		{directive: "jq .a", want: refused}, {directive: "kulala-jq .a", want: refused},
		{directive: "kulala-file-contents-to-variable A ./a", want: refused}, {directive: "file-to-variable A ./a", want: refused},
		{directive: "kulala-openapi-spec ./a.yaml", want: refused},
		{directive: "env-stdin-cmd A jq .a", want: refused}, {directive: "env-stdin-cmd-pre A date", want: refused}, {directive: "stdin-cmd jq", want: refused},
		{directive: "stdin-cmd-pre jq", want: refused}, {directive: "env-json-key A a.b", want: refused}, {directive: "env-header-key A b", want: refused},
		{directive: "proxy ftp://p", want: "`@proxy`: expected a proxy of the scheme http, https, socks5 or socks5h, found \"ftp\""},
		{directive: "curl-proxy ftp://p", want: "`@proxy`: expected a proxy of the scheme http, https, socks5 or socks5h, found \"ftp\""},
		{directive: "curl-cert a.pem", want: "no file `a.pem`"}, {directive: "curl-key a.key", want: "`@key` without `@cert`"},
		{directive: "curl-cacert a.pem", want: refused}, {directive: "curl-user a:b", want: refused}, {directive: "curl-http2", want: refused}, {directive: "curl-data a", want: refused},
		{directive: "curl-global-max-time 1", want: refused},

		// Skipped, and shown so.
		{directive: "nobody-knows", want: runs, warned: "4: unknown directive `@nobody-knows`"},
	} {
		file := goldenFile{
			text: "### other\nGET http://h/other\n###\n# @" + c.directive + "\nGET http://h/\n",
			like: []string{"GET /other HTTP/1.1", "GET / HTTP/1.1"},
		}
		if c.warned != "" {
			file.warned = []string{c.warned}
		}
		switch c.want {
		case runs:
		case refused:
			file.exit, file.errors, file.like = 2, []string{"4: not supported by this version: `@" + refusedName(c.directive) + "`"}, file.like[:1]
		case "assertion failed":
			file.exit, file.errors = 1, []string{"4: assertion failed"}
		default:
			file.exit, file.errors, file.like = 2, []string{"4: " + c.want}, []string{}
		}
		t.Run(c.directive, file.run)
	}
}

// refusedName is how a directive is called in the message: those that have one
// of ours by its name here.
func refusedName(directive string) string {
	name := ""
	for _, d := range parser.Parse("x.http", []byte("# @"+directive+"\nGET http://h")).Blocks[0].Directives {
		name = d.Name.String()
		if d.Node != nil {
			name = d.Key
		}
	}
	return name
}

// TestForeignDirectivesAct protects that directives of other tools do what they
// mean there.
func TestForeignDirectivesAct(t *testing.T) {
	login := "### login\nGET http://h/login\n###\n"
	sent := func(paths ...string) (all []string) {
		for _, p := range paths {
			all = append(all, "GET "+p+" HTTP/1.1")
		}
		return all
	}
	for _, c := range []goldenFile{
		{name: "a condition that does not hold", text: login + "# @if login.response.status 404\nGET http://h/", sent: sent("/login"), skipped: "`login.response.status == 404` is false"},
		{name: "a condition that must not hold", text: login + "# @if-not login.response.status 200\nGET http://h/", sent: sent("/login"), skipped: "`not (login.response.status == 200)` is false"},
		{name: "a request that runs anew", text: login + "# @forceRef login\nGET http://h/", sent: sent("/login", "/login", "/")},
		{name: "all conditions must hold", text: login + "# @if login.response.status 404\n# @if login.response.status 200\nGET http://h/", sent: sent("/login"), skipped: "`login.response.status == 404` is false"},
		{name: "about a member", text: login + "# @if login.response.body.$.token t-2\nGET http://h/", sent: sent("/login"), skipped: "`string(login.response.body?.token) == \"t-2\"` is false"},
		{name: "an expected status is the check of the status", text: "# @kulala-expect-status-code 404,410\nGET http://h/status/404", sent: sent("/status/404")},
		{name: "a title names", text: "# @title The login\nGET http://h/login\n\n###\n# @needs The login\nGET http://h/", sent: sent("/login", "/")},
		{name: "@name before @title", text: "# @title The login\n# @name a\nGET http://h/login\n\n###\n# @needs a\nGET http://h/", sent: sent("/login", "/")},
		{name: "a prompt without an answer", text: "# @prompt user the account\nGET http://h/{{user}}", exit: 2, errors: []string{"1: `user` has no value: `@prompt` would ask for it, and there is nobody to ask"}},
		{name: "nor in an expression", text: "# @secret pin\n# @assert pin != \"\"\nGET http://h/", exit: 2, errors: []string{"1: `pin` has no value: `@secret` would ask for it, and there is nobody to ask"}},
		{name: "with one", text: "# @prompt user the account\nGET http://h/{{user}}", vars: []Var{{Name: "user", Value: "me"}}, sent: sent("/me")},
		{name: "with one from .env", text: "# @secret user\nGET http://h/{{user}}", files: map[string]string{".env": "user=me"}, sent: sent("/me")},
		{name: "with one from the file", text: "@user=me\n# @prompt user\nGET http://h/{{user}}", sent: sent("/me")},
		{name: "a proxy to be passed by", text: "# @no-proxy\nGET http://h/", environ: map[string]string{"HTTP_PROXY": "http://127.0.0.1:1"}, sent: sent("/")},
		{name: "@no-auto-encoding", text: "# @no-auto-encoding\nGET http://h/%zz?a=b|c{d}\"é%", exit: 2, errors: []string{"2: the path `/%zz` cannot be sent without percent-encoding"}},
		{name: "@no-auto-encoding in a query", text: "# @no-auto-encoding\nGET http://h/a?a=b|c{d}\"%", sent: sent("/a?a=b|c{d}\"%")},
		{name: "@no-auto-encoding and a blank", text: "# @no-auto-encoding\nGET http://h/a?a=b c", exit: 2, errors: []string{"2: `http://ADDR/a?a=b c` holds a blank, which `@no-auto-encoding` leaves unencoded"}},
		{name: "in the preamble", text: "# @no-auto-encoding\n\n###\nGET http://h/a?a=|", sent: sent("/a?a=|")},
	} {
		t.Run(c.name, c.run)
	}
}

// TestSecretPrompt protects that what @secret asks for is masked.
func TestSecretPrompt(t *testing.T) {
	plan := emptyPlan(Options{Vars: []Var{{Name: "pin", Value: "123456"}}})
	defer plan.Close()
	f := &file{plan: plan, dir: t.TempDir(), parsed: plan.parse("x.http", []byte("# @secret pin\nGET http://h/{{pin}}"))}
	f.loadVariables()
	if masked := plan.secrets.Mask("/123456"); masked != "/"+secretMask {
		t.Errorf("shown as %q", masked)
	}
}
