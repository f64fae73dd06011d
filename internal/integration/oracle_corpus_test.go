//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What of a file that somebody wrote is not run, and why. httpYac runs JavaScript
// out of such files, asks people, opens other protocols and writes files.
var notRun = []struct {
	why  string
	what *regexp.Regexp
}{
	{"scripts", regexp.MustCompile(`(?m)[<>]\s*\{%|%\}|^\s*>\s+\S+\.(js|ts|lua)|^\s*\{\{[^}]*$|\{\{\s*(process|require|exports|global)\b|^\s*\?\?\s*js\b`)},
	{"people", regexp.MustCompile(`\$(prompt|input|password|pick|aad|oidc|auth)|(?m)^\s*(#+|//+)\s*@(prompt|note|kulala-prompt)\b`)},
	{"other protocols", regexp.MustCompile(`(?mi)^\s*(GRPC|WS|WSS|WEBSOCKET|SSE|EVENTSOURCE|MQTTS?|AMQP|RABBITMQ)\s|\b(wss?|mqtts?|amqp|grpcs?)://|text/event-stream`)},
	{"random numbers and words", regexp.MustCompile(`\{\{\s*\$(?:[^ugtild]|date\b|dotenv)|\$random`)},
	{"other requests and output", regexp.MustCompile(`(?m)^\s*>>!?\s|^\s*(import|run)\s|^\s*(#+|//+)\s*@import\b|^\s*gql\b.*<|^\s*proto\s*<`)},
	{"waiting", regexp.MustCompile(`(?m)^\s*(#+|//+)\s*@(sleep|ratelimit|keepStreaming|keep-streaming|loop|verbose|debug|(no-?)?proxy)\b`)},
	{"cookies, of which httpYac has one jar for all files", regexp.MustCompile(`(?mi)^\s*cookie\s*:`)},
	{"tags of other tools", regexp.MustCompile(`<%=|\{\{=`)},
}

var (
	template    = regexp.MustCompile(`\{\{\s*(.*?)\s*\}\}`)
	plainName   = regexp.MustCompile(`^%?([\w-]+)((\.[\w-]+|\[\d+\])*)$`)
	definition  = regexp.MustCompile(`(?m)^\s*@([^\s=:]+)`)
	requestName = regexp.MustCompile(`(?m)^\s*(?:#+|//+)\s*@name\s*=?\s*(\S+)`)
	bodyFile    = regexp.MustCompile(`(?m)^<@?\w*[ \t]+(\S.*?)[ \t\r]*$`)
	reference   = regexp.MustCompile(`^\.(response|request)\b`)
)

// passing is what is another value each time: identifiers and times.
var passing = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|\d{4}-\d\d-\d\d(?:T[\d:.+-]+Z?)?|1[789]\d{8}(?:\d{3})?`)

// forget puts the same in the place of all that matches.
func (r *recorded) forget(what *regexp.Regexp) {
	r.target, r.body = what.ReplaceAllString(r.target, "…"), what.ReplaceAllString(r.body, "…")
	for i := range r.fields {
		r.fields[i].value = what.ReplaceAllString(r.fields[i].value, "…")
	}
}

// wildFile prepares a file that somebody wrote: what it takes from an environment
// that is not there gets values that are as like them as their names tell.
func wildFile(dir, name string, src []byte) (file oracleFile, why string, err error) {
	text := string(src)
	for _, kind := range notRun {
		if kind.what.MatchString(text) {
			return file, kind.why, nil
		}
	}
	has := make(map[string]bool)
	for _, pattern := range []*regexp.Regexp{definition, requestName} {
		for _, match := range pattern.FindAllStringSubmatch(text, -1) {
			has[match[1]] = true
		}
	}
	values := make(map[string]any)
	for _, match := range template.FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(match[1], "$") {
			continue
		}
		words := plainName.FindStringSubmatch(match[1])
		if words == nil {
			return file, "expressions", nil
		}
		name, path := words[1], words[2]
		if reference.MatchString(path) || has[name] {
			continue
		}
		value := any(name + "-value")
		lower := strings.ToLower(name)
		switch {
		case strings.Contains(lower, "port"):
			value = "8080"
		case strings.Contains(text, "://{{"+name) || strings.Contains(text, "://{{ "+name):
			value = strings.ToLower(strings.ReplaceAll(name, "_", "-")) + ".example"
		case regexp.MustCompile(`(?m)^\s*([A-Z]+\s+)?\{\{\s*` + regexp.QuoteMeta(match[1]) + `\s*\}\}`).MatchString(text):
			value = "http://" + strings.ToLower(strings.ReplaceAll(name, "_", "-")) + ".example"
		}
		members := strings.FieldsFunc(path, func(r rune) bool { return r == '.' })
		slices.Reverse(members)
		for _, member := range members {
			value = map[string]any{member: value}
		}
		if _, ok := values[name]; !ok {
			values[name] = value
		}
	}
	file = oracleFile{name: name, path: filepath.Join(dir, filepath.Base(name)), environment: "oracle"}
	environment, err := json.Marshal(map[string]any{"oracle": values})
	if err != nil {
		return file, "", err
	}
	if err := os.MkdirAll(filepath.Join(dir, ".git"), 0o755); err != nil {
		return file, "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "http-client.env.json"), environment, 0o600); err != nil {
		return file, "", err
	}
	for _, match := range bodyFile.FindAllStringSubmatch(text, -1) {
		path := filepath.Join(dir, filepath.FromSlash(match[1]))
		if !filepath.IsLocal(match[1]) || strings.Contains(match[1], "{{") {
			return file, "files elsewhere", nil
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return file, "", err
		}
		if err := os.WriteFile(path, []byte("the content of "+match[1]+"\n"), 0o600); err != nil {
			return file, "", err
		}
	}
	return file, "", os.WriteFile(file.path, src, 0o600)
}

// TestOracleCorpus runs the files that people wrote, which lie beside the
// repository, with both tools. What both of them send must be the same, but for
// what stands in a table with its reason. What one of them refuses, saying why, is
// not compared but counted.
func TestOracleCorpus(t *testing.T) {
	corpus := filepath.Join("..", "..", "..", "shared", "corpus", "files")
	if _, err := os.Stat(corpus); err != nil {
		t.Logf("NOT COMPARED, for there is no %s", corpus)
		return
	}
	dir := t.TempDir()
	var files []oracleFile
	left := make(map[string]int)
	err := filepath.WalkDir(corpus, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(corpus, path)
		if err != nil {
			return err
		}
		file, why, err := wildFile(filepath.Join(dir, fmt.Sprint(len(files))), filepath.ToSlash(name), src)
		if why != "" {
			left[why]++
		} else {
			files = append(files, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	theirs, ours := runBoth(t, dir, files, 100)
	found := make(map[difference]string)
	for _, runs := range [][]ran{theirs, ours} {
		for i := range runs {
			for j := range runs[i].sent {
				runs[i].sent[j].forget(passing)
			}
		}
	}
	requests, same, refused, failed := 0, 0, 0, 0
	for i, file := range files {
		h, p := theirs[i], ours[i]
		requests += len(h.sent)
		for _, pair := range pairs(h.sent, p.sent) {
			if pair[0] != nil && pair[1] != nil {
				same++
			}
		}
		for d, detail := range compareRuns(file.name, h, p) {
			switch {
			case d.what == "only httpYac" && p.erred:
				refused++
			case d.what == "only postrider" && h.erred:
				failed++
			default:
				found[d] = detail
			}
		}
	}
	checkExceptions(t, corpusExceptions, found)
	t.Logf("%d files run by both; left out: %v", len(files), left)
	t.Logf("%d requests of httpYac, %d of both; refused with an error: %d by postrider, %d by httpYac", requests, same, refused, failed)
	if 10*same < 9*requests {
		t.Errorf("postrider sends %d of %d requests, fewer than nine of ten", same, requests)
	}
}
