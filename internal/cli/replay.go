package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/recording"
	"github.com/postrider/postrider/runner"
)

// replayFlags are those of run that matter where nothing is sent.
func replayFlags() []cli.Flag {
	taken := []string{
		"env", "var", "secret", "var-file", "data", "dialect", "name", "line", "tag", "exclude-tag",
		"jobs", "max-time", "bail", "status-check", "allow-empty", "allow-file",
		"report", "verbose", "quiet", "no-response", "no-color",
	}
	flags := slices.DeleteFunc(runFlags(), func(f cli.Flag) bool { return !slices.Contains(taken, f.Names()[0]) })
	return append(flags, &cli.StringSliceFlag{Name: "map"})
}

// replay is `postrider replay`: it judges the answers of a recorded run again, with
// the files as they are now.
func (p *program) replay(c *cli.Context) error {
	args := c.Args().Slice()
	if len(args) == 0 {
		return usage("write `postrider replay run.ndjson`, with what `--report ndjson=run.ndjson` has written", "no recording to replay")
	}
	if slices.Contains(args, "") {
		return usage("", "a path is empty")
	}
	if slices.Contains(args[1:], "-") {
		return usage("name a file", "a request file to replay is not read from standard input")
	}
	if err := p.checkBehindReports(args); err != nil {
		return err
	}
	o := runner.Options{
		Stdin: p.stdin, Environ: p.lookupEnv, Environment: c.String("env"), Data: c.String("data"), Dialect: c.String("dialect"),
		Jobs: int(get[number](c, "jobs")), Bail: c.Bool("bail"), MaxTime: time.Duration(get[duration](c, "max-time")),
		NoStatusCheck: !bool(get[onOff](c, "status-check")), AllowEmpty: c.Bool("allow-empty"), AllowFiles: c.StringSlice("allow-file"),
		OnSecret: p.announceSecrets(), Headers: c.Count("verbose") > 0, Bodies: c.Count("verbose") > 1, Version: version(),
		Names: c.StringSlice("name"), Lines: get[lines](c, "line"),
		Tags: splitTags(c.StringSlice("tag")), ExcludeTags: splitTags(c.StringSlice("exclude-tag")),
	}
	if err := p.shown(c, &o); err != nil {
		return err
	}
	var err error
	if o.Vars, err = p.vars(c); err != nil {
		return err
	}
	specs, err := p.reports(c, &o)
	if err != nil {
		return err
	}
	rec, err := recording.Open(args[0], p.stdin)
	if err != nil {
		return err
	}
	defer rec.Close() // only read from
	if err := useRecording(c, rec, args[1:], &o); err != nil {
		return err
	}
	ctx, stop := interruptible(c.Context, &p.left)
	defer stop()
	p.inputs = append(p.inputs, args[0])
	return p.execute(ctx, c, o, specs, p.stdout)
}

// useRecording makes a run one of the recorded answers, of the files that are given or
// of all that the recording has.
func useRecording(c *cli.Context, rec *recording.Recording, files []string, o *runner.Options) error {
	o.Replay = &runner.Replay{
		Recording: rec, Name: rec.Name, Lost: rec.Lost, Errors: rec.Errors, Exit: rec.Exit, Part: len(files) > 0, Narrowed: rec.Started.Narrowed,
		Sandbox: rec.Started.Sandbox, Files: make(map[string]runner.RecordedFile),
	}
	if !c.IsSet("env") && rec.Started.Environment != "" {
		o.Environment, o.Replay.Environment = rec.Started.Environment, true
	}
	o.Repeat = rec.Repeats()
	if rec.Started.Seed <= runner.MaxSeed {
		o.Seed = rec.Started.Seed
	}
	if rec.Started.Shuffle != "" {
		var order order
		if err := order.Set(rec.Started.Shuffle); err == nil {
			o.Shuffle = order.option()
		}
	}
	placed, err := mapped(rec, c.StringSlice("map"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		for _, f := range rec.Files {
			path, err := placeOf(rec, f, placed)
			if err != nil {
				return err
			}
			o.Paths = append(o.Paths, path)
			o.Replay.Files[filepath.Clean(path)] = runner.RecordedFile{Key: f.Key, Rows: f.Rows}
		}
		return nil
	}
	for _, given := range files {
		path := runner.FileOf(given)
		f, err := recordedFile(rec, path, placed)
		if err != nil {
			return err
		}
		o.Paths = append(o.Paths, given)
		if f == nil {
			continue
		}
		o.Replay.Files[filepath.Clean(path)] = runner.RecordedFile{Key: f.Key, Rows: f.Rows}
	}
	return nil
}

// mapped reads the values of --map: where files of the recording are now.
func mapped(rec *recording.Recording, values []string) (map[*recording.File]string, error) {
	placed := make(map[*recording.File]string)
	for _, value := range values {
		from, to, ok := strings.Cut(value, "=")
		if !ok || from == "" || to == "" {
			return nil, usage("write `--map RECORDED=FILE`", "`--map %s`: expected a path of the recording and a file", value)
		}
		f := rec.Find(recording.Clean(from), from)
		if f == nil {
			return nil, usage(diag.DidYouMean(from, recordedPaths(rec)), "`--map %s`: the recording has no file `%s`", value, from)
		}
		for other, path := range placed {
			if other != f && filepath.Clean(path) == filepath.Clean(to) {
				return nil, usage("name each file once", "`--map %s`: `%s` is another file of the recording already", value, to)
			}
		}
		placed[f] = to
	}
	return placed, nil
}

// recordedPaths are the paths of the files of a recording, for people.
func recordedPaths(rec *recording.Recording) []string {
	var paths []string
	for _, f := range rec.Files {
		paths = append(paths, pathOf(f))
	}
	return paths
}

// pathOf is how a file of a recording is called.
func pathOf(f *recording.File) string {
	if f.ProjectPath != "" {
		return f.ProjectPath
	}
	return f.Path
}

// placeOf finds a file of a recording on this machine: as it was named, if that is the
// same file of its project, or else from the root of the project around the working
// directory. An absolute path, which may lead to another copy of the project, comes
// second.
func placeOf(rec *recording.Recording, f *recording.File, placed map[*recording.File]string) (string, error) {
	if path, ok := placed[f]; ok {
		return path, nil
	}
	written := filepath.FromSlash(recording.Clean(f.Path))
	asWritten := isFile(written) && (f.ProjectPath == "" || projectPath(written) == f.ProjectPath)
	twins := 0 // in other projects of the same run
	for _, other := range rec.Files {
		if other.ProjectPath == f.ProjectPath {
			twins++
		}
	}
	if asWritten && (!filepath.IsAbs(written) || twins > 1) {
		return written, nil
	}
	if dir, err := os.Getwd(); err == nil && f.ProjectPath != "" {
		path := filepath.Join(project.Root(dir), filepath.FromSlash(f.ProjectPath))
		if rel, err := filepath.Rel(dir, path); err == nil {
			path = rel
		}
		if isFile(path) {
			return path, nil
		}
	}
	if asWritten {
		return written, nil
	}
	return "", &diag.Diagnostic{
		Code: diag.CodeRecording, Severity: diag.Error,
		Summary:    fmt.Sprintf("`%s`, a file of the recording, is not here", pathOf(f)),
		Suggestion: fmt.Sprintf("replay it in the project that was recorded, or say where the file is: `--map %s=FILE`", pathOf(f)),
	}
}

// recordedFile finds what the recording has of a file: nil without an error for one
// that the recorded run was told of and could not run.
func recordedFile(rec *recording.Recording, path string, placed map[*recording.File]string) (*recording.File, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, &diag.Diagnostic{
			Code: diag.CodeNoInput, Severity: diag.Error, Summary: fmt.Sprintf("`%s` is a folder", path),
			Suggestion: "name its files, or none to replay all that the recording has",
		}
	}
	if !isFile(path) {
		return nil, &diag.Diagnostic{
			Code: diag.CodeNoInput, Severity: diag.Error, Summary: fmt.Sprintf("there is no file `%s`", path),
			Suggestion: diag.DidYouMean(path, recordedPaths(rec)),
		}
	}
	for f, at := range placed {
		if filepath.Clean(at) == filepath.Clean(path) {
			return f, nil
		}
	}
	if f := rec.Find(projectPath(path), path); f != nil && placed[f] == "" {
		return f, nil
	}
	for _, m := range rec.Errors {
		if m.File != "" && recording.Clean(m.File) == recording.Clean(path) {
			return nil, nil
		}
	}
	return nil, &diag.Diagnostic{
		Code: diag.CodeRecording, Severity: diag.Error,
		Summary:    fmt.Sprintf("the recording has no answers of `%s`", path),
		Detail:     "it has those of `" + strings.Join(recordedPaths(rec), "`, `") + "`",
		Suggestion: fmt.Sprintf("say which of them it was with `--map RECORDED=%s`", path),
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// projectPath is the path of a file from the root of its project, with slashes; "" if
// that cannot be told.
func projectPath(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	rel, err := filepath.Rel(project.Root(filepath.Dir(abs)), abs)
	if err != nil {
		return ""
	}
	return filepath.ToSlash(rel)
}
