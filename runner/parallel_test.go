package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// TestPlanInParallel protects that a plan is the same however many files are planned
// at a time: what they share is an environment, an import, a script, a definition of
// credentials and a global variable, and each has mistakes of its own.
func TestPlanInParallel(t *testing.T) {
	const n = 60
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("http-client.env.json", `{"dev": {"host": "https://api.example.com", "Security": {"Auth": {
		"own": {"Type": "OAuth2", "Grant Type": "Client Credentials", "Token URL": "https://id.example.com/token", "Client ID": "c", "Client Secret": "hidden-secret"}}}}}`)
	write("shared.http", "# @name login\nGET {{host}}/login\n")
	write("check.js", `client.test("ok", function () { client.assert(response.status === 200) });`)
	write("setter.http", "# @name set\n# @capture global session = body.id\nGET {{host}}/set\n")
	for i := range n {
		write(fmt.Sprintf("f%02d.http", i), fmt.Sprintf(`# @import ./shared.http
@own%[1]d = {{host}}/{{unknown%[1]d}}

### one
# @auth own
# @needs login
# @assert status == 200 and body.items[%[1]d].id == %[1]d
GET {{host}}/{{session}}/%[1]d

> check.js

### two
# @auth missing%[1]d
# @assert status ==
GET {{own%[1]d}}

### three
# @needs nobody%[1]d
GET {{host}}/{{login.response.body.$.id}}
`, i))
	}
	plan := func() ([]diag.Message, []PlannedFile) {
		p := NewPlan(t.Context(), Options{Paths: []string{dir}, Environment: "dev"})
		defer p.Close()
		return p.Messages(), p.Files()
	}
	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	said, listed := plan()
	if len(said) < 4*n || len(listed) != n+2 {
		t.Fatalf("%d messages, %d files: %+v", len(said), len(listed), said[:min(len(said), 10)])
	}
	runtime.GOMAXPROCS(8)
	for range 5 {
		again, files := plan()
		if !reflect.DeepEqual(said, again) || !reflect.DeepEqual(listed, files) {
			t.Fatalf("another plan:\n%+v\n%+v", said, again)
		}
	}
}
