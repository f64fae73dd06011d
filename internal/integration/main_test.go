//go:build integration

// Package integration tests the program against servers of others. Its tests
// need what the scripts in .ci/integration install, and run with
// `make integration`.
package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is postrider, built from this tree.
var program string

// TestMain builds the program. Called as `browse …`, the test binary is the
// browser of a person (see browser_test.go), for $BROWSER to name.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "browse" {
		os.Exit(browse(os.Args[2:]))
	}
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "postrider-integration")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "postrider")
	if err := os.Setenv("POSTRIDER_STATE_DIR", filepath.Join(dir, "state")); err != nil { // not that of who tests
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if out, err := exec.Command("go", "build", "-o", program, "../..").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// fromScript returns what a script in .ci/integration says by a variable.
func fromScript(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("there is no $%s: run `make integration`, which starts the servers", name)
	}
	return value
}
