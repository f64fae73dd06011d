// Command bench measures whole runs of postrider against a bare loop over
// net/http that sends the same requests and makes the same checks with gjson,
// and against other tools that are on PATH. Every figure is of a process: its
// time, the time of its CPU and its peak memory. See docs/benchmarks.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// defaultRuns is how often each program runs each workload.
const defaultRuns = 7

func main() {
	role := flag.String("role", "", "what this process does for another bench: server, launch or bare")
	base := flag.String("base", "", "URL of the server, for -role bare")
	only := flag.String("workload", "", "measure only this workload")
	keep := flag.String("keep", "", "write the request files and the programs into this folder, and leave them there")
	markdown := flag.Bool("markdown", false, "write the table for docs/benchmarks.md")
	flag.Parse()

	var err error
	switch *role {
	case "server":
		err = serve(os.Stdin, os.Stdout)
	case "launch":
		err = launchRole(flag.Args(), os.Stdout)
	case "bare":
		err = bare(*base, *only, flag.Args())
	case "":
		err = bench(*only, *keep, *markdown)
	default:
		err = fmt.Errorf("no role %q", *role)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench measures the workloads, or the one that is named.
func bench(only, dir string, markdown bool) error {
	runs := defaultRuns
	if text := os.Getenv("BENCH_RUNS"); text != "" {
		var err error
		if runs, err = strconv.Atoi(text); err != nil || runs < 1 {
			return fmt.Errorf("BENCH_RUNS=%q is no number of runs", text)
		}
	}
	selected := workloads()
	if only != "" {
		w, err := workloadNamed(only)
		if err != nil {
			return err
		}
		selected = []*workload{w}
	}
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "postrider-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	tools, err := buildTools(dir)
	if err != nil {
		return err
	}
	server, err := startServer(tools[1].path)
	if err != nil {
		return err
	}
	defer server.stop()

	b := &benchmark{dir: dir, runs: runs, server: server, tools: tools}
	if err := b.control(); err != nil {
		return err
	}
	var results []result
	for _, w := range selected {
		fmt.Fprintf(os.Stderr, "%s …\n", w.name)
		rows, err := b.measure(w)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		results = append(results, result{w, rows})
	}
	return write(os.Stdout, results, b, markdown)
}

// buildTools builds postrider and this program alike, and looks for the other
// tools. The first tool is postrider, the second the bare loop.
func buildTools(dir string) ([]*tool, error) {
	build := func(name, pkg string) (string, error) {
		path := filepath.Join(dir, name)
		args := []string{"build", "-tags", "urfave_cli_no_docs", "-trimpath", "-ldflags", "-s -w"} // as in Makefile
		cmd := exec.Command("go", append(args, "-o", path, pkg)...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
		}
		return path, nil
	}
	const module = "github.com/postrider/postrider"
	ours, err := build("postrider", module)
	if err != nil {
		return nil, err
	}
	loop, err := build("bench", module+"/internal/bench")
	if err != nil {
		return nil, err
	}
	tools := []*tool{postriderTool(ours), bareTool(loop)}
	for _, peer := range []*tool{hurlTool(), httpyacTool(), newmanTool()} {
		path, err := exec.LookPath(peer.name)
		if errors.Is(err, exec.ErrNotFound) {
			fmt.Fprintf(os.Stderr, "%s is not on PATH: no row for it\n", peer.name)
			continue
		}
		if err != nil {
			return nil, err
		}
		peer.path = path
		tools = append(tools, peer)
	}
	return tools, nil
}

// version returns the first word with a digit of what a tool says about itself.
func (t *tool) version() string {
	out, _ := exec.Command(t.path, "--version").Output() // a tool need not tell
	for _, word := range strings.Fields(string(out)) {
		if strings.ContainsAny(word[:1], "0123456789") {
			return word
		}
	}
	return "of unknown version"
}
