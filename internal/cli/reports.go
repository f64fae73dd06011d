package cli

import (
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

// reportSpecs reads the values of --report, in the order to write them in.
func (p *program) reportSpecs(c *cli.Context) ([]reportSpec, error) {
	var specs []reportSpec
	none, ownGithub := false, false
	taken := make(map[string]string)
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
		if path == "-" {
			path = ""
		}
		ownGithub = ownGithub || kind == "github"
		spec := reportSpec{kind: kind, path: path, log: kind == "github" && path == ""}
		key := "-"
		if path != "" {
			key = realPath(path)
		}
		if spec.log { // with others, to be sure, but not twice
			key = "github"
		}
		if other, twice := taken[key]; twice {
			where := "standard output"
			if path != "" {
				where = "`" + path + "`"
			}
			return nil, usage("name another file", "two reports for %s: %s and %s", where, other, kind)
		}
		taken[key] = kind
		if path != "" {
			if input := p.inputAt(c, path); input != "" {
				return nil, usage("name another file", "`--report %s` would overwrite %s", value, input)
			}
		}
		specs = append(specs, spec)
	}
	if v, _ := p.lookupEnv("GITHUB_ACTIONS"); v == "true" && !ownGithub && !none {
		specs = append(specs, reportSpec{kind: "github", log: true, auto: true})
	}
	slices.SortStableFunc(specs, func(a, b reportSpec) int { return report.Order(a.kind, b.kind) })
	return specs, nil
}

// realPath is a path in a form in which two names of a file are one: its folder
// may be reached by links, and it need not exist.
func realPath(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(folder, filepath.Base(path))
	}
	return path
}

// inputAt says what a report would be written over: an input of the run, or what
// others write; "" for nothing.
func (p *program) inputAt(c *cli.Context, path string) string {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".http", ".rest":
		return "a request file"
	}
	if base := strings.ToLower(filepath.Base(path)); strings.HasPrefix(base, ".env") || strings.HasSuffix(base, ".env.json") {
		return "an environment file"
	}
	if summary, _ := p.lookupEnv("GITHUB_STEP_SUMMARY"); summary != "" && realPath(summary) == realPath(path) {
		return "the summary of the step, which the report github adds to"
	}
	inputs := slices.Concat(c.Args().Slice(), c.StringSlice("var-file"))
	for _, flag := range []string{"data", "cert", "key", "cacert"} {
		inputs = append(inputs, c.String(flag))
	}
	for _, source := range append(c.StringSlice("secret"), "="+c.String("cert-pass")) {
		if _, from, _ := strings.Cut(source, "="); strings.HasPrefix(from, "@") {
			inputs = append(inputs, from[1:])
		}
	}
	real := realPath(path)
	for _, input := range inputs {
		if info, err := os.Stat(input); input != "" && err == nil && !info.IsDir() && realPath(input) == real {
			return "`" + input + "`, which the run reads"
		}
	}
	return ""
}

// openReports opens what --report asks for. It returns the sinks, where the
// console goes, which is people unless a report goes to standard output, and what
// gives the reports up that no run has ended.
func (p *program) openReports(specs []reportSpec, people io.Writer) (sinks []runner.Sink, console io.Writer, discard func(), err error) {
	console = people
	for _, s := range specs {
		if s.path == "" && !s.log {
			console = p.stderr
		}
	}
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
				return nil, nil, nil, &diag.Diagnostic{
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
			if target, err = report.FileTarget(s.path, report.Streams(s.kind)); err != nil {
				discard()
				return nil, nil, nil, &diag.Diagnostic{
					Code: diag.CodeReport, Severity: diag.Error,
					Summary: fmt.Sprintf("the report %s cannot be written: %v", s.kind, err),
				}
			}
		}
		targets = append(targets, target)
		sinks = append(sinks, report.New(s.kind, target, options))
	}
	return sinks, console, discard, nil
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
