package cli

import (
	"net/http/httptest"
	"os"
	"testing"

	"github.com/mccutchen/go-httpbin/v2/httpbin"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run postrider: the test binary is the program.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"postrider": func() { os.Exit(Main(os.Args, os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs testdata/script/*.txtar: the program as its users see it.
// $HTTPBIN is a server for requests to talk to. To rewrite the expected output
// in the scripts, set UPDATE_SCRIPTS=1.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			server := httptest.NewServer(httpbin.New())
			env.Defer(server.Close)
			env.Setenv("HTTPBIN", server.URL)
			return nil
		},
	})
}
