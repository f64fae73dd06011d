package runner

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/postrider/postrider/parser"
)

// distinct returns a file of n requests of which each has its own name, URL, checks,
// capture and body.
func distinct(base string, from, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "@host = %s\n\n", base)
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, "### request number %d\n# @name req%d\n# @assert status == 200\n# @assert body.id == %d\n# @capture val%d = body.token\n", i, i, i, i)
		fmt.Fprintf(&b, "POST {{host}}/items/%d?page=%d\nContent-Type: application/json\n\n{\"id\": %d, \"name\": \"item %d\"}\n\n", i, i%7, i, i)
	}
	return b.String()
}

// TestPlanMemory protects plans of many requests: what a request takes once it is
// planned, and what planning it throws away.
func TestPlanMemory(t *testing.T) {
	const n = 10_000
	files := func(perFile int) string {
		dir := t.TempDir()
		for i := 0; i < n; i += perFile {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%05d.http", i)), []byte(distinct("http://h", i, perFile)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	for _, test := range []struct {
		name            string
		perFile         int
		kept, allocated uint64 // bytes a request, its text included
	}{
		{"one file", n, 2200, 11_500}, {"files of ten", 10, 2700, 12_500},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := files(test.perFile)
			var before, planned, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			p := NewPlan(t.Context(), Options{Paths: []string{dir}})
			defer p.Close()
			runtime.ReadMemStats(&planned)
			runtime.GC()
			runtime.ReadMemStats(&after)
			if messages := p.Messages(); len(messages) > 0 {
				t.Fatal(messages[0])
			}
			kept, allocated := (after.HeapAlloc-before.HeapAlloc)/n, (planned.TotalAlloc-before.TotalAlloc)/n
			if kept > test.kept || allocated > test.allocated {
				t.Errorf("a request takes %d bytes of %d, at most %d of %d may be", kept, allocated, test.kept, test.allocated)
			}
			t.Logf("a request takes %d bytes of %d", kept, allocated)
			runtime.KeepAlive(p)
		})
	}
}

// TestManyExpressions protects that the checks and captures of a long file are made
// and explained alike, whether what they are compiled into was kept or not.
func TestManyExpressions(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id": %s, "token": "t"}`, strings.TrimPrefix(r.URL.Path, "/items/"))
	}))
	defer server.Close()
	const n = maxCompiled + 500
	text := distinct(server.URL, 0, n)
	text += strings.Replace(strings.TrimPrefix(distinct(server.URL, n, 1), "@host"), "body.id == ", "body.id == 1 and body.token != val7 and body.id != ", 1)
	text = strings.Replace(text, " = "+server.URL+"\n\n### request number "+fmt.Sprint(n), "### wrong", 1)
	path := filepath.Join(t.TempDir(), "a.http")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var told story
	got := counter{}
	p := NewPlan(t.Context(), Options{Paths: []string{path}})
	defer p.Close()
	if exit := p.Run(t.Context(), got, &told); exit != ExitFailed || got[Passed] != n || got[Failed] != 1 {
		t.Errorf("exit %d: %v, %q", exit, got, told.errors)
	}
	if len(told.errors) != 1 || !strings.Contains(told.errors[0], "assertion failed") {
		t.Errorf("%q", told.errors)
	}
}

// TestSharedStaysEmpty protects that nothing is written into what many steps share.
func TestSharedStaysEmpty(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.http": `# @timeout 5s
# @no-log

### a
# @tag x
# @skip
# @sleep 1ms
# @if 1 == 1
# @retry 2 every 1ms until status == 200
# @ratelimit 5/s
# @proxy http://h
# @cert c
# @key k
# @no-redirect
# @insecure
# @no-cookie-jar
GET http://h/

### b
# @needs a
# @loop for 2
# @post-delay 1
GET http://h/{{$token acme}}
ClientCert: cert: a key: b

### c
# @unknowable
?? status == 200
GET http://h/

### d
run #a

### e
GET http://h/
`})
	p := NewPlan(t.Context(), Options{Paths: []string{dir}})
	defer p.Close()
	if len(p.suites) != 1 || len(p.suites[0].file.steps) < 4 {
		t.Fatalf("the file is not planned: %v", p.Messages())
	}
	if !reflect.ValueOf(&p.noSettings).Elem().IsZero() || !reflect.DeepEqual(p.noBlock, parser.Block{}) {
		t.Errorf("%+v, %+v", p.noSettings, p.noBlock)
	}
}
