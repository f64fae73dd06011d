package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/report"
	"github.com/postrider/postrider/runner"
)

// reportSpec is a value of --report.
type reportSpec struct {
	kind string
	path string // "" for standard output
	log  bool   // it goes where the console goes
	auto bool   // nobody asked for it
}

// noReport is the kind that stands for none, not even the one that is chosen by
// itself.
const noReport = "none"

// reports returns the reports of a run, and asks the runner for what they need.
func (p *program) reports(c *cli.Context, o *runner.Options) ([]reportSpec, error) {
	if o.DryRun && c.IsSet("report") {
		return nil, usage("leave one of them out: nothing is sent that could be reported", "`--dry-run` excludes `--report`")
	}
	if o.ShowSecrets && c.IsSet("report") {
		return nil, usage("leave one of them out: a report would keep the secrets", "`--show-secrets` excludes `--report`")
	}
	specs, err := p.reportSpecs(c)
	if err != nil || o.DryRun || o.ShowSecrets { // which the report that is chosen by itself gives way to
		return nil, err
	}
	for _, s := range specs {
		o.Record = o.Record || s.kind == "ndjson"
		o.Headers = o.Headers || s.kind == "ndjson" || s.kind == "json" // which hold every exchange
	}
	return specs, nil
}

// checkBehindReports finds a path that is no input, but was meant for the file of the
// report before it.
func (p *program) checkBehindReports(paths []string) error {
	for _, path := range paths {
		kind := p.invocation.behindReports[path]
		if kind == "" || path == "-" || strings.ContainsAny(path, "*?[") || exists(path) || exists(runner.FileOf(path)) {
			continue
		}
		return &diag.Diagnostic{
			Code: diag.CodeNoInput, Severity: diag.Error, Summary: "no such file or folder: " + path,
			Suggestion: fmt.Sprintf("if it is the file of the report, write `--report %s=%s`", kind, path),
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// reportSpecs reads the values of --report, in the order to write them in.
func (p *program) reportSpecs(c *cli.Context) ([]reportSpec, error) {
	var specs []reportSpec
	none, ownGithub := false, false
	for _, value := range c.StringSlice("report") {
		kind, path, named := strings.Cut(value, "=")
		if kind == noReport && !named {
			none = true
			continue
		}
		if !slices.Contains(report.Kinds(), kind) {
			known := append(report.Kinds(), noReport)
			suggestion := diag.DidYouMean(kind, known)
			if suggestion == "" {
				suggestion = "there are " + strings.Join(known, ", ")
			}
			return nil, usage(suggestion, "`--report %s`: there is no report `%s`", value, kind)
		}
		if named && path == "" {
			return nil, usage(fmt.Sprintf("write `--report %s=FILE`, or `--report %[1]s` for standard output", kind), "`--report %s`: the file has no name", value)
		}
		if path == "-" || p.isOutput(path) {
			path = ""
		}
		ownGithub = ownGithub || kind == "github"
		spec := reportSpec{kind: kind, path: path, log: kind == "github" && path == ""}
		for _, other := range specs {
			if !other.meets(spec) {
				continue
			}
			where := "standard output"
			if path != "" {
				where = "`" + path + "`"
			}
			return nil, usage("name another file", "two reports for %s: %s and %s", where, other.kind, kind)
		}
		if summary, _ := p.lookupEnv("GITHUB_STEP_SUMMARY"); path != "" && summary != "" && sameFile(path, summary) {
			return nil, usage("name another file", "`--report %s` would overwrite the summary of the step, which the report github adds to", value)
		}
		specs = append(specs, spec)
	}
	if v, _ := p.lookupEnv("GITHUB_ACTIONS"); v == "true" && !ownGithub && !none {
		specs = append(specs, reportSpec{kind: "github", log: true, auto: true})
	}
	slices.SortStableFunc(specs, func(a, b reportSpec) int {
		if a.stream() != b.stream() { // what is out cannot be taken back when another report fails
			if a.stream() {
				return 1
			}
			return -1
		}
		return report.Order(a.kind, b.kind)
	})
	return specs, nil
}

// stream reports whether a report goes to a stream.
func (s reportSpec) stream() bool { return s.path == "" }

// meets reports whether two reports are for the same place. The annotations stand
// beside others, to be sure, but not twice.
func (s reportSpec) meets(other reportSpec) bool {
	if s.stream() || other.stream() {
		return s.stream() && other.stream() && s.log == other.log
	}
	return sameFile(s.path, other.path)
}

// isOutput reports whether a name, such as /dev/stdout, is one of standard output.
// What is written to os.DevNull does not meet there.
func (p *program) isOutput(name string) bool {
	out, ok := p.stdout.(interface{ Stat() (os.FileInfo, error) })
	if !ok || name == "" || sameFile(name, os.DevNull) {
		return false
	}
	stdout, err := out.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(name)
	return err == nil && os.SameFile(named, stdout)
}

// sameFile reports whether two names are of one file, which need not exist yet.
func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y)
	}
	return errX != nil && errY != nil && report.Resolve(a) == report.Resolve(b)
}

// checkTargets finds reports that would be written over what the run reads or writes
// itself.
func (p *program) checkTargets(specs []reportSpec, plan *runner.Plan) error {
	if !slices.ContainsFunc(specs, func(s reportSpec) bool { return !s.stream() }) {
		return nil
	}
	saves := plan.Saves()
	for _, s := range specs {
		if !s.stream() && slices.ContainsFunc(saves, func(path string) bool { return sameFile(s.path, path) }) {
			return usage("name another file", "`--report %s=%s` would overwrite the answer that a request saves there", s.kind, s.path)
		}
	}
	inputs := p.inputs
	for _, reads := range plan.Reads() {
		inputs = append(inputs, reads.Files...)
	}
	for _, s := range specs {
		for _, input := range inputs {
			if s.stream() || !sameFile(s.path, input) {
				continue
			}
			if dir, err := os.Getwd(); err == nil && filepath.IsAbs(input) {
				if relative, err := filepath.Rel(dir, input); err == nil && filepath.IsLocal(relative) {
					input = relative
				}
			}
			return usage("name another file", "`--report %s=%s` would overwrite `%s`, which the run reads", s.kind, s.path, input)
		}
	}
	return nil
}

// besideReports returns where the console goes: to people, unless a report goes to
// standard output.
func (p *program) besideReports(specs []reportSpec, people io.Writer) io.Writer {
	if slices.ContainsFunc(specs, func(s reportSpec) bool { return s.stream() && !s.log }) {
		return p.stderr
	}
	return people
}

// openReports opens what --report asks for. It returns the sinks, and what gives the
// reports up that no run has ended. Annotations go to the console.
func (p *program) openReports(ctx context.Context, specs []reportSpec, console io.Writer) (sinks []runner.Sink, discard func(), err error) {
	var targets []*report.Target
	discard = func() {
		for _, t := range targets {
			t.Discard()
		}
	}
	options := p.reportOptions()
	for _, s := range specs {
		var target *report.Target
		if s.kind == "github" && options.Summary != "" {
			if err := appendable(options.Summary); err != nil && !s.auto {
				discard()
				return nil, nil, &diag.Diagnostic{
					Code: diag.CodeReport, Severity: diag.Error,
					Summary:    fmt.Sprintf("the summary of the step cannot be written: `%s`: %v", options.Summary, cause(err)),
					Suggestion: "set `GITHUB_STEP_SUMMARY` to a file that can be written, or unset it",
				}
			} else if err != nil { // as in a container that it is not handed to
				options.Summary = ""
			}
		}
		switch {
		case s.log:
			target = report.StreamTarget("annotations", console)
		case s.path == "":
			target = report.StreamTarget("standard output", p.stdout)
		default:
			if target, err = openTarget(ctx, s); err != nil {
				discard()
				if ctx.Err() != nil {
					return nil, nil, err
				}
				return nil, nil, &diag.Diagnostic{
					Code: diag.CodeReport, Severity: diag.Error,
					Summary: fmt.Sprintf("the report %s cannot be written: %v", s.kind, err),
				}
			}
		}
		if temp := target.Temp(); temp != "" {
			p.left.add(temp)
		}
		targets = append(targets, target)
		sinks = append(sinks, report.New(s.kind, target, options))
	}
	return sinks, discard, nil
}

// openTarget opens the file of a report, or waits for the reader of a FIFO until ctx
// ends.
func openTarget(ctx context.Context, s reportSpec) (*report.Target, error) {
	target, err := report.FileTarget(ctx, s.path, report.Streams(s.kind))
	if err != nil && errors.Is(err, ctx.Err()) {
		return nil, &diag.Diagnostic{
			Code: diag.CodeCancelled, Severity: diag.Error,
			Summary: fmt.Sprintf("the run was interrupted before anybody read `%s`", s.path),
		}
	}
	return target, err
}

// progressBeside is progressColumns for a run with reports: one that is written to
// the same screen would get into the line.
func (p *program) progressBeside(specs []reportSpec, console io.Writer) func() int {
	if isTerminal(p.stdout) && slices.ContainsFunc(specs, func(s reportSpec) bool { return s.path == "" }) {
		return nil
	}
	return p.progressColumns(console)
}

// reportOptions are what GitHub Actions says about itself.
func (p *program) reportOptions() report.Options {
	var o report.Options
	o.Root, _ = p.lookupEnv("GITHUB_WORKSPACE")
	o.Summary, _ = p.lookupEnv("GITHUB_STEP_SUMMARY")
	if dir, err := os.Getwd(); err == nil {
		o.Dir = dir
	} else {
		o.Root = ""
	}
	return o
}

// appendable finds out whether a file can be appended to.
func appendable(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	return f.Close()
}
