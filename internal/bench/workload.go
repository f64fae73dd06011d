package main

import (
	"fmt"
	"strings"
)

// workload is what every program is given to do.
type workload struct {
	name, title string
	files       []file
	jobs        int    // files at a time
	times       int    // how many more runs than the others, because it is short
	deep        string // how postrider reads a value: through `body`, by `json` or in a script
	size        int    // of the file to list, in bytes; 0 for a workload that sends requests
}

// file is one request file.
type file struct {
	account  string // logs in first; "" for none
	requests []request
}

// request is one GET. Its first path segment says what the server does.
type request struct {
	path string
	want []value // found in the answer, besides the status 200
}

// value is a text in a JSON document. A step of its path is a string or an
// int.
type value struct {
	path []any
	text string
}

// Sizes of the workloads.
const (
	chainRequests = 2000
	manyFiles     = 200
	fileRequests  = 5
	bigAnswers    = 20
	bigItems      = 7000 // about one megabyte
	downloadSize  = 500 << 20
	slowFiles     = 100
	slowJobs      = 10
	defaultJobs   = 8 // of postrider
	listSize      = 20 << 20
	longListSize  = 100 << 20
)

// workloads returns everything that is measured, in the order of the table.
func workloads() []*workload {
	return []*workload{
		{
			name: "start", title: "start-up: one request", times: 4, jobs: defaultJobs,
			files: []file{{requests: []request{item("open", 1)}}},
		},
		{
			name: "chain", title: fmt.Sprintf("chain: login and %d requests in one file", chainRequests), jobs: defaultJobs,
			files: []file{{account: "bench", requests: items("private", chainRequests)}},
		},
		{
			name: "open", title: fmt.Sprintf("open: %d requests, each with two assertions", chainRequests), jobs: defaultJobs,
			files: []file{{requests: items("open", chainRequests)}},
		},
		{
			name: "scripts", title: "scripts: the same, by a script of two lines each", jobs: defaultJobs, deep: "script",
			files: []file{{requests: items("open", chainRequests)}},
		},
		{
			name: "files", title: fmt.Sprintf("files: %d files of login and %d requests", manyFiles, fileRequests), jobs: defaultJobs,
			files: filesOf(manyFiles, func(i int) file {
				return file{account: fmt.Sprintf("bench-%d", i), requests: items("private", fileRequests)}
			}),
		},
		{
			name: "json", title: fmt.Sprintf(`json: %d answers of 1 MB, a deep check by json("…")`, bigAnswers), jobs: defaultJobs, deep: "json",
			files: []file{{requests: bigRequests()}},
		},
		{
			name: "body", title: "body: the same by body.…", jobs: defaultJobs,
			files: []file{{requests: bigRequests()}},
		},
		{
			name: "download", title: fmt.Sprintf("download: one answer of %d MB", downloadSize>>20), jobs: defaultJobs,
			files: []file{{requests: []request{{path: "download/1"}}}},
		},
		{
			name: "slow", title: fmt.Sprintf("slow: %d requests of %s, %d at a time", slowFiles, slowAnswer, slowJobs), jobs: slowJobs,
			files: filesOf(slowFiles, func(i int) file { return file{requests: []request{item("slow", i)}} }),
		},
		{name: "list", title: fmt.Sprintf("list: the requests of a file of %d MB", listSize>>20), size: listSize},
		{name: "longlist", title: fmt.Sprintf("longlist: the same of %d MB", longListSize>>20), size: longListSize},
	}
}

// controlName is the workload whose check is wrong: every program must fail.
const controlName = "control"

func control() *workload {
	wrong := item("open", 1)
	wrong.want[0].text = "something-else"
	return &workload{name: controlName, jobs: 1, files: []file{{requests: []request{wrong}}}}
}

func workloadNamed(name string) (*workload, error) {
	for _, w := range append(workloads(), control()) {
		if w.name == name {
			return w, nil
		}
	}
	return nil, fmt.Errorf("no workload %q", name)
}

func item(kind string, i int) request {
	return request{
		path: fmt.Sprintf("%s/%d", kind, i),
		want: []value{{[]any{"items", 0, "id"}, fmt.Sprintf("t-%d", i)}},
	}
}

func items(kind string, n int) []request {
	requests := make([]request, n)
	for i := range requests {
		requests[i] = item(kind, i)
	}
	return requests
}

func filesOf(n int, of func(i int) file) []file {
	files := make([]file, n)
	for i := range files {
		files[i] = of(i)
	}
	return files
}

func bigRequests() []request {
	requests := make([]request, bigAnswers)
	for i := range requests {
		requests[i] = request{
			path: fmt.Sprintf("big/%d", i),
			want: []value{{[]any{"items", bigItems - 1, "id"}, fmt.Sprintf("t-%d", bigItems-1)}},
		}
	}
	return requests
}

// kind is the first segment of a path, by which the server counts.
func kind(path string) string {
	k, _, _ := strings.Cut(path, "/")
	return k
}

// expected is how many requests of each kind the server must have answered.
func (w *workload) expected() map[string]int {
	counts := make(map[string]int)
	for _, f := range w.files {
		if f.account != "" {
			counts[loginKind]++
		}
		for _, r := range f.requests {
			counts[kind(r.path)]++
		}
	}
	return counts
}
