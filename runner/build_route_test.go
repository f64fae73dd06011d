package runner

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// Whatever puts credentials onto a request, its file does not by itself have
// them sent through a proxy of its choice or to whoever answers for the server.
func TestRouteOfCredentials(t *testing.T) {
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer proxy.Close()
	const entry = `{"dev": {"Security": {"Auth": {"shop": {"Type": "Static", "Scheme": "Bearer", "Token": "the-token"}}}}}`
	requests := map[string]string{
		"@auth":               "# @auth basic username=u password=hush-hush\nGET http://h.invalid/\n",
		"a token in a text":   "GET http://h.invalid/?t={{$auth.token(\"shop\")}}\n",
		"a shorthand":         "GET http://h.invalid/\nAuthorization: {{scheme}} u hush-hush\n",
		"userinfo":            "GET http://u:hush-hush@h.invalid/\n",
		"userinfo known late": "GET http://{{$random.alphabetic(3)}}:hush-hush@h.invalid/\n",
	}
	for name, request := range requests {
		for directive, want := range map[string]string{
			"@proxy " + proxy.URL: "`@proxy` on a request that carries credentials",
			"@insecure":           "`@insecure` on a request that carries credentials",
		} {
			t.Run(name+" "+strings.Fields(directive)[0], func(t *testing.T) {
				dir := t.TempDir()
				for file, text := range map[string]string{
					"a.http":               "@scheme = Digest\n\n###\n# " + directive + "\n" + request,
					"http-client.env.json": entry,
				} {
					if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				plan := NewPlan(t.Context(), Options{
					Paths: []string{"a.http"}, Dir: dir, Environment: "dev", Environ: func(string) (string, bool) { return "", false },
				})
				defer plan.Close()
				s := new(story)
				plan.Run(t.Context(), s)
				told := strings.Join(s.errors, "\n")
				for _, m := range plan.Messages() {
					told += "\n" + m.Summary
				}
				if !strings.Contains(told, want) {
					t.Errorf("told %q, want %q", told, want)
				}
			})
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the proxy was asked %d times", n)
	}
}
