//go:build integration

package integration

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// oracleFile is a request file that both tools run.
type oracleFile struct {
	name        string // as exceptions call it
	path        string // of the copy that is run
	environment string
}

// ran is what came of a file.
type ran struct {
	sent     []recorded
	verdicts map[string]string // of its requests, by their names
	exit     int               // of postrider
	output   string
	erred    bool // the tool says that it could not do something
}

// marker is the host of the requests that tell where httpYac goes on to the next
// file, for one process runs many.
const marker = "marker.example"

// runHTTPYac runs files of one environment, which lie in a folder, with one
// process of httpYac.
func runHTTPYac(ctx context.Context, r *recorder, dir string, files []oracleFile) ([]ran, error) {
	markers, err := os.MkdirTemp(dir, "markers")
	if err != nil {
		return nil, err
	}
	ca := filepath.Join(markers, "ca.pem")
	if err := os.WriteFile(ca, r.ca.pem, 0o600); err != nil {
		return nil, err
	}
	args := []string{os.Getenv("HTTPYAC"), "send", "--all", "--json", "--output", "none"}
	if e := files[0].environment; e != "" {
		args = append(args, "--env", e, "--") // --env takes all words that follow
	}
	results := make([]ran, len(files))
	for i, file := range files {
		next := filepath.Join(markers, strconv.Itoa(i)+".http")
		if err := os.WriteFile(next, fmt.Appendf(nil, "GET http://%s/%d\n", marker, i), 0o600); err != nil {
			return nil, err
		}
		for _, path := range []string{file.path, next} {
			name, err := filepath.Rel(dir, path)
			if err != nil {
				return nil, err
			}
			args = append(args, name)
		}
		results[i].verdicts = make(map[string]string)
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "node", args...)
	command.Dir = dir
	_, port, _ := strings.Cut(r.addr, ":")
	command.Env = append(withoutProxies(), "NODE_OPTIONS=--require="+os.Getenv("HTTPYAC_LOOPBACK"), "ORACLE_PORT="+port, "NODE_EXTRA_CA_CERTS="+ca, "ORACLE_HOME=/home/oracle")
	// httpYac exits without waiting for a pipe, and a file needs no waiting.
	log, err := os.Create(filepath.Join(markers, "output.json"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	var stderr bytes.Buffer
	command.Stdout, command.Stderr = log, &stderr
	_ = command.Run() // the exit code is the one of the last file that has failed
	stdout, err := os.ReadFile(log.Name())
	if err != nil {
		return nil, err
	}

	at := 0
	for _, request := range r.requests() {
		if request.host == marker {
			if want := fmt.Sprintf("/%d", at); request.target != want {
				return nil, fmt.Errorf("httpYac went on to %s, want %s", request.target, want)
			}
			at++
			continue
		}
		if at < len(files) {
			results[at].sent = append(results[at].sent, request)
		}
	}
	if at != len(files) {
		return nil, fmt.Errorf("httpYac has run %d of %d files and broke off in %s:\n%s%s", at, len(files), files[at].name, tail(stderr.String()), tail(string(stdout)))
	}
	var said struct {
		Requests []struct {
			Name        string
			TestResults []struct{ Message, Status string }
		}
	}
	_, text, found := strings.Cut(string(stdout), "{\n")
	if err := json.Unmarshal([]byte("{"+text), &said); err != nil || !found {
		return nil, fmt.Errorf("httpYac writes no JSON: %v\n%s%s", err, tail(string(stdout)), tail(stderr.String()))
	}
	at = 0
	for _, request := range said.Requests {
		name := lineSuffix.ReplaceAllString(request.Name, "")
		if strings.HasPrefix(name, "GET http://"+marker) {
			at++
			continue
		}
		result := &results[min(at, len(results)-1)]
		verdict := "passed"
		for _, test := range request.TestResults {
			result.output += fmt.Sprintf("%s: %s %s\n", name, test.Status, test.Message)
			switch test.Status {
			case "FAILED", "ERROR":
				verdict = "failed"
				result.erred = result.erred || test.Status == "ERROR"
			case "SKIPPED":
				verdict = "skipped"
				result.erred = true
			}
		}
		// The passes of a loop are called name0, name1 and so on.
		if looped := strings.TrimRight(name, "0123456789"); looped != name && result.verdicts[looped] != "" {
			name = looped
		}
		result.verdict(name, verdict)
	}
	return results, nil
}

// verdict keeps the verdict of a request. One that runs several times has each
// that it got.
func (r *ran) verdict(name, verdict string) {
	if !strings.Contains(r.verdicts[name], verdict) {
		r.verdicts[name] = strings.TrimPrefix(r.verdicts[name]+" "+verdict, " ")
	}
}

var (
	// lineSuffix is how httpYac calls a request without a name.
	lineSuffix = regexp.MustCompile(` \(line: \d+\)$`)

	// outcome is the line of a request in postrider's output, without the number of
	// the pass of a loop.
	outcome = regexp.MustCompile(`(?m)^  ([✓✗○!]) (.+?)(?:\[\d+\])?(?:  .*)?$`)
)

// runPostrider runs one file.
func runPostrider(t *testing.T, file oracleFile) ran {
	t.Helper()
	r := newRecorder(t)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	write(t, ca, string(r.ca.pem))
	args := []string{"run", "--proxy", "http://" + r.addr, "--cacert", ca, "--no-color", "--no-auth-cache", "--timeout", "10s", file.path}
	if file.environment != "" {
		args = append(args, "--env", file.environment)
	}
	command := exec.CommandContext(t.Context(), program, args...)
	command.Dir = filepath.Dir(file.path)
	command.Env = append(withoutProxies(), "ORACLE_HOME=/home/oracle")
	out, _ := command.CombinedOutput() // the exit code says it
	result := ran{sent: r.requests(), output: string(out), exit: command.ProcessState.ExitCode(), verdicts: make(map[string]string)}
	result.erred = result.exit > 1
	body, wrong, _ := strings.Cut(result.output, "\nWhat is wrong:\n")
	for _, line := range outcome.FindAllStringSubmatch(body, -1) {
		result.verdict(line[2], map[string]string{"✓": "passed", "✗": "failed", "○": "skipped", "!": "broken"}[line[1]])
	}
	if wrong != "" {
		result.output, _, _ = strings.Cut(strings.ReplaceAll(wrong, filepath.Dir(file.path)+"/", ""), "\n\n")
	}
	return result
}

// withoutProxies is the environment of the tools: what the machine is set up with
// does not count.
func withoutProxies() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(strings.ToUpper(entry), "=")
		return strings.HasSuffix(name, "_PROXY") || strings.HasPrefix(name, "POSTRIDER_") || strings.HasPrefix(name, "NODE_") || name == "HTTPYAC_ENV"
	})
}

// runBoth runs all files with both tools, httpYac in a process for each
// environment.
func runBoth(t *testing.T, dir string, files []oracleFile, atMost int) (theirs, ours []ran) {
	fromScript(t, "HTTPYAC")
	fromScript(t, "HTTPYAC_LOOPBACK")
	theirs, ours = make([]ran, len(files)), make([]ran, len(files))
	slices.SortStableFunc(files, func(a, b oracleFile) int { return cmp.Compare(a.environment, b.environment) })
	var running sync.WaitGroup
	defer running.Wait()
	errs := make(chan error, len(files))
	free := make(chan struct{}, 2)
	for start := 0; start < len(files); {
		end := start + 1
		for end < len(files) && end-start < atMost && files[end].environment == files[start].environment {
			end++
		}
		r, batch, results := newRecorder(t), files[start:end], theirs[start:end]
		running.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			ran, err := runHTTPYac(t.Context(), r, dir, batch)
			copy(results, ran)
			if err != nil {
				errs <- err
			}
		})
		start = end
	}
	for i, file := range files {
		ours[i] = runPostrider(t, file)
	}
	running.Wait()
	close(errs)
	for err := range errs {
		t.Fatal(err)
	}
	return theirs, ours
}

// difference is something in which the tools are not alike.
type difference struct {
	file    string
	request string // METHOD URL, or its name for a verdict
	what    string // method, target, host, header NAME, body, verdict, only httpYac, only postrider
}

func (d difference) String() string {
	return d.file + "\t" + d.request + "\t" + d.what
}

// compareRuns returns what differs on the wire, with both sides of it. The
// requests are paired by their addresses, then by their places between such pairs.
func compareRuns(file string, theirs, ours ran) map[difference]string {
	differences := make(map[difference]string)
	for _, pair := range pairs(theirs.sent, ours.sent) {
		h, p := pair[0], pair[1]
		switch {
		case p == nil:
			differences[difference{file, h.method + " " + h.url(), "only httpYac"}] = ours.output
			continue
		case h == nil:
			differences[difference{file, p.method + " " + p.url(), "only postrider"}] = theirs.output
			continue
		}
		differ := func(what, theirs, ours string) {
			if theirs != ours {
				differences[difference{file, h.method + " " + h.url(), what}] = fmt.Sprintf("httpYac   %q\npostrider %q\n", theirs, ours)
			}
		}
		differ("method", h.method, p.method)
		differ("target", h.scheme+" "+h.target, p.scheme+" "+p.target)
		differ("host", h.host, p.host)
		differ("body", h.body, p.body)
		for _, name := range fieldNames(h, p) {
			differ("header "+name, fmt.Sprint(significant(h, name)), fmt.Sprint(significant(p, name)))
		}
	}
	return differences
}

func fieldNames(requests ...*recorded) []string {
	var names []string
	for _, r := range requests {
		for _, f := range r.fields {
			names = append(names, strings.ToLower(f.name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// own are the fields that a tool adds by itself, in the forms in which it does.
// Host and length are compared with the address and the body.
var own = regexp.MustCompile(`^(accept: \*/\*|user-agent: (httpyac|postrider/.*)|accept-encoding: (gzip, deflate, br|gzip|gzip, deflate)|connection: (close|keep-alive)|proxy-connection: .*|host: .*|content-length: .*|transfer-encoding: chunked)$`)

// significant returns the values of a field that the file asks for. What is random
// in a digest is left out, and its parameters stand in one order.
func significant(r *recorded, name string) []string {
	values := slices.DeleteFunc(r.values(name), func(value string) bool { return own.MatchString(name + ": " + value) })
	for i, value := range values {
		if parameters, ok := strings.CutPrefix(value, "Digest "); ok {
			list := slices.DeleteFunc(strings.Split(parameters, ", "), func(p string) bool {
				return strings.HasPrefix(p, "cnonce=") || strings.HasPrefix(p, "response=")
			})
			slices.Sort(list)
			values[i] = "Digest " + strings.Join(list, ", ")
		}
	}
	return values
}

// pairs puts together what belongs together in two lists of requests: first what
// is alike by method and address, in order, as a diff has it, then what stands
// between two such pairs, one after the other.
func pairs(theirs, ours []recorded) (all [][2]*recorded) {
	key := func(r *recorded) string { return r.method + " " + r.url() }
	common := make([][]int, len(theirs)+1) // the longest common subsequence of what is left
	for i := range common {
		common[i] = make([]int, len(ours)+1)
	}
	for i := len(theirs) - 1; i >= 0; i-- {
		for j := len(ours) - 1; j >= 0; j-- {
			if key(&theirs[i]) == key(&ours[j]) {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var loose [2][]*recorded
	flush := func() {
		for i := range max(len(loose[0]), len(loose[1])) {
			var pair [2]*recorded
			for side := range pair {
				if i < len(loose[side]) {
					pair[side] = loose[side][i]
				}
			}
			all = append(all, pair)
		}
		loose = [2][]*recorded{}
	}
	i, j := 0, 0
	for i < len(theirs) && j < len(ours) {
		switch {
		case key(&theirs[i]) == key(&ours[j]):
			flush()
			all = append(all, [2]*recorded{&theirs[i], &ours[j]})
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			loose[0] = append(loose[0], &theirs[i])
			i++
		default:
			loose[1] = append(loose[1], &ours[j])
			j++
		}
	}
	for ; i < len(theirs); i++ {
		loose[0] = append(loose[0], &theirs[i])
	}
	for ; j < len(ours); j++ {
		loose[1] = append(loose[1], &ours[j])
	}
	flush()
	return all
}

// TestOracle runs the files of testdata/oracle with httpYac and with postrider.
// What arrives at the server and which requests pass must be the same; what
// differs on purpose stands in a table with its reason, and what stands there must
// still differ.
func TestOracle(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "oracle"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil { // the root of the project for both
		t.Fatal(err)
	}
	var files []oracleFile
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !slices.Contains([]string{".http", ".md"}, filepath.Ext(path)) || strings.Contains(path, "imported") {
			return err
		}
		name, err := filepath.Rel(dir, path)
		file := oracleFile{name: filepath.ToSlash(name), path: path}
		// FILE.dev.http runs in the environment dev.
		file.environment = strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(path, filepath.Ext(path))), ".")
		files = append(files, file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	theirs, ours := runBoth(t, dir, files, len(files))
	found := make(map[difference]string)
	requests, verdicts := 0, 0
	for i, file := range files {
		h, p := theirs[i], ours[i]
		requests += len(h.sent)
		for d, detail := range compareRuns(file.name, h, p) {
			found[d] = detail
		}
		for _, name := range slices.Sorted(mapsKeys(h.verdicts, p.verdicts)) {
			verdicts++
			if h.verdicts[name] != p.verdicts[name] {
				found[difference{file.name, name, "verdict"}] = fmt.Sprintf("httpYac   %q\npostrider %q\n%s%s", h.verdicts[name], p.verdicts[name], about(h.output, name), about(p.output, name))
			}
		}
	}
	checkExceptions(t, ownExceptions, found)
	t.Logf("%d files, %d requests of httpYac, %d verdicts", len(files), requests, verdicts)
	if requests < 100 {
		t.Errorf("%d requests are compared, fewer than a hundred", requests)
	}
}

// about returns the lines that name a request.
func about(text, name string) (lines string) {
	for line := range strings.Lines(text) {
		if strings.Contains(line, name) {
			lines += line
		}
	}
	return lines
}

func tail(text string) string {
	if len(text) > 4000 {
		return "…" + text[len(text)-4000:]
	}
	return text
}
