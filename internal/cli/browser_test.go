package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/runner"
)

// The URL reaches the browser as one argument, whatever stands in it, and no
// shell is asked.
func TestBrowser(t *testing.T) {
	const url = "https://a.example/?x=1&y=$(touch z) %s"
	for _, test := range []struct {
		system, environ string
		want            []string
	}{
		{"linux", "", nil},
		{"linux", "DISPLAY=:0", []string{"xdg-open", url}},
		{"freebsd", "WAYLAND_DISPLAY=wayland-0", []string{"xdg-open", url}},
		{"darwin", "", []string{"open", url}},
		{"windows", "", []string{"rundll32", "url.dll,FileProtocolHandler", url}},
		{"linux", "BROWSER=firefox --private-window", []string{"firefox", "--private-window", url}},
		{"darwin", "BROWSER=my --url=%s --new", []string{"my", "--url=" + url, "--new"}},
		{"linux", "BROWSER= ", nil},
	} {
		name, value, _ := strings.Cut(test.environ, "=")
		environ := func(asked string) (string, bool) { return value, asked == name && name != "" }
		lookup := func(asked string) (string, bool) {
			if v, ok := environ(asked); ok {
				return v, true
			}
			return "", false
		}
		if got := browser(test.system, lookup, url); !slices.Equal(got, test.want) {
			t.Errorf("%s %s: %q, want %q", test.system, test.environ, got, test.want)
		}
	}
}

// The browser sees what it needs, and no secret, whatever its name is.
func TestBrowserEnvironment(t *testing.T) {
	needed := []string{
		"PATH=/bin", "HOME=/home/a", "USER=a", "DISPLAY=:0", "WAYLAND_DISPLAY=wayland-0", "XDG_RUNTIME_DIR=/run/user/1", "DBUS_SESSION_BUS_ADDRESS=unix:x",
		"LANG=C", "LC_ALL=C", "TERM=xterm", "XAUTHORITY=/x", "SystemRoot=C:\\Windows", "ProgramFiles(x86)=C:\\P", "LOCALAPPDATA=l", "APPDATA=a",
		"TMP=t", "TEMP=t", "TMPDIR=/tmp", "BROWSER=firefox", "Path=C:\\",
	}
	others := []string{
		"ACME_CLIENT_SECRET=1", "acme_token=2", "POSTRIDER_VAR_x=3", "DB_PASSWORD=4", "C1_KEY_PASSPHRASE=5", "C1_CLIENT_KEY=-----BEGIN", "DB_PASS=6",
		"MYPW=7", "HTTPS_PROXY=http://u:p@h", "HOME_PW=8", "MYPATH=9", "=C:=C:\\", "nothing", "",
	}
	if got := ofBrowser(slices.Concat(others, needed, others)); !slices.Equal(got, needed) {
		t.Errorf("%q, want %q", got, needed)
	}
}

// What a server says cannot control the terminal.
func TestPromptText(t *testing.T) {
	prompt := runner.Prompt{ID: "shop", URL: "https://a.example/device", Code: "AB\x1b]0;x\a-CD", End: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	got := promptText(prompt, false)
	for _, want := range []string{"Log in for shop. Open this page in a browser:\n\n    https://a.example/device\n", "-CD\n", "until 03:04:05"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if strings.ContainsAny(got, "\x1b\a") {
		t.Errorf("control characters in %q", got)
	}
	prompt.For = "https://api.example\x1b[2J"
	if got := promptText(prompt, false); !strings.Contains(got, "Log in for shop. The token goes to https://api.example") || strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
	if got := promptText(prompt, true); !strings.Contains(got, "A browser opens this page") {
		t.Errorf("%q", got)
	}
}

// Without a terminal there is nobody to ask.
func TestInteractWithoutTerminal(t *testing.T) {
	p := &program{stderr: new(bytes.Buffer), lookupEnv: func(string) (string, bool) { return "", false }}
	if p.interact() != nil {
		t.Error("somebody is asked")
	}
}
