package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// stateDirVariable names the folder of what a run leaves for the next one.
const stateDirVariable = "POSTRIDER_STATE_DIR"

// TestMain lets scripts run postrider: the test binary is the program.
func TestMain(m *testing.M) {
	testscript.Main(anywhere{m}, map[string]func(){
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

// anywhere runs tests that do not see what the machine is set up with: colours, a
// proxy, a CI system, and what postrider itself is told by the environment.
type anywhere struct{ *testing.M }

// Run runs the tests, but no program of a script, which its script tells.
func (a anywhere) Run() int {
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if telling.MatchString(name) && !strings.HasPrefix(name, "POSTRIDER_TEST_") {
			os.Unsetenv(name)
		}
	}
	// No test may touch the tokens of whoever runs it, nor what their runs have left.
	// Those that need a cache name a folder of their own; in the others, it cannot be
	// made.
	os.Setenv(cacheDirVariable, filepath.Join(os.Args[0], "tokens"))
	os.Setenv(stateDirVariable, filepath.Join(os.Args[0], "state"))
	return a.M.Run()
}

// telling are the names of the variables that postrider reads.
var telling = regexp.MustCompile(`^(POSTRIDER_.*|(CORO|CORTI|COTALKER|COBUILDER|C1)_.*|CI|GITHUB_.*|NO_COLOR|FORCE_COLOR|TERM|(?i:(HTTPS?|ALL|NO)_PROXY))$`)

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
