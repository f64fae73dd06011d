package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// stateDirVariable names the folder of what a run leaves for the next one.
const stateDirVariable = "POSTRIDER_STATE_DIR"

// TestMain lets scripts run postrider: the test binary is the program.
func TestMain(m *testing.M) {
	// No test may touch the tokens of whoever runs it. Those that need a cache
	// name a folder of their own; in the others, it cannot be made.
	if _, set := os.LookupEnv(cacheDirVariable); !set {
		os.Setenv(cacheDirVariable, filepath.Join(os.Args[0], "tokens"))
	}
	if _, set := os.LookupEnv(stateDirVariable); !set { // nor what their runs have left
		os.Setenv(stateDirVariable, filepath.Join(os.Args[0], "state"))
	}
	testscript.Main(m, map[string]func(){
		"postrider": func() { os.Exit(Main(os.Args, os.Stdin, os.Stdout, os.Stderr)) },
		"stubborn": func() { // does not end when it is asked to
			left := new(leftovers)
			left.add(os.Getenv("LEFTOVER"))
			ctx, _ := interruptible(context.Background(), left)
			fmt.Println("ready")
			<-ctx.Done()
			fmt.Println("asked")
			select {}
		},
	})
}

// TestScripts runs testdata/script/*.txtar: the program as its users see it.
// $HTTPBIN, $VENDOR, $ACME, $OAUTH, $MTLS and $PROXY are servers for requests to
// talk to (see vendor_test.go, acme_test.go, oauth_test.go and route_test.go). The user's configuration is $WORK/config, the
// token cache $WORK/tokens; it is off unless a script unsets POSTRIDER_AUTH_CACHE.
// What a run leaves for the next one is in $WORK/state.
// To rewrite the expected output in the scripts, set UPDATE_SCRIPTS=1.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		ContinueOnError:     true,
		Cmds:                scriptCommands(),
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=10") // a program built with -race waits for a second at its end
			env.Setenv("POSTRIDER_CONFIG_DIR", filepath.Join(env.WorkDir, "config"))
			env.Setenv(cacheDirVariable, filepath.Join(env.WorkDir, "tokens"))
			env.Setenv(cacheVariable, "memory")
			env.Setenv(stateDirVariable, filepath.Join(env.WorkDir, "state"))
			setupAcme(env)
			setupOAuth(env)
			setupFlaky(env)
			if err := setupStress(env); err != nil {
				return err
			}
			if err := setupVendor(env); err != nil {
				return err
			}
			return setupRoute(env)
		},
	})
}
