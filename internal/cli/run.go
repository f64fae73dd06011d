package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/sandbox"
	"github.com/postrider/postrider/runner"
)

// run is `postrider run`.
func (p *program) run(c *cli.Context) error {
	if err := checkWatch(c); err != nil {
		return err
	}
	if err := p.checkPaths(c); err != nil {
		return err
	}
	o, err := p.options(c)
	if err != nil {
		return err
	}
	specs, err := p.reports(c, &o)
	if err != nil {
		return err
	}
	if err := checkPrinted(c, specs); err != nil {
		return err
	}
	ctx, stop := interruptible(c.Context, &p.left)
	defer stop()
	vendors, err := simulated(ctx, c, &o)
	if err != nil {
		return err
	}
	defer vendors()
	if c.Bool("watch") {
		ticker := time.NewTicker(watchInterval)
		defer ticker.Stop()
		interrupted := p.newNotice(ctx, c.Bool("no-color"))
		defer interrupted.close()
		o.OnTeardown = interrupted.teardown
		w := &watching{
			program: p, options: o, sink: func() (runner.Sink, func()) { return p.watchedSink(ctx, c, interrupted) }, ticks: ticker.C,
			shown: diag.Renderer{Color: p.useColor(p.stdout, c.Bool("no-color"))},
		}
		p.exit, err = w.run(ctx)
		return err
	}
	return p.execute(ctx, c, o, specs, p.consoleOutput(c))
}

// execute plans a run, carries it out and tells people and reports of it.
func (p *program) execute(ctx context.Context, c *cli.Context, o runner.Options, specs []reportSpec, people io.Writer) error {
	out := p.besideReports(specs, people)
	console, sink := p.console(c, out, p.progressBeside(specs, out))
	if o.Print != nil {
		o.Print.To = p.printer(console)
	}
	interrupted := p.newNotice(ctx, c.Bool("no-color"))
	interrupted.beside(console.StopProgress)
	defer interrupted.close()
	o.OnTeardown = interrupted.teardown
	plan := runner.NewPlan(ctx, o)
	defer plan.Close()
	if err := p.checkTargets(specs, plan); err != nil {
		return err
	}
	reports, discard, err := p.openReports(ctx, specs, out)
	if err != nil {
		return err
	}
	defer discard()
	if o.DryRun {
		shown := &witness{Sink: p.dryRunSink(c)}
		p.exit = plan.Run(ctx, shown)
		return shown.unsaid()
	}
	defer console.StopProgress() // whatever happens
	// The second interruption ends the process at once: nothing erases the line then.
	defer context.AfterFunc(ctx, console.StopProgress)()
	shown := &witness{Sink: sink}
	p.exit = plan.Run(ctx, append(reports, shown)...) // which tells people what is wrong with the reports
	if out != p.stdout {
		return nil // the other stream is not for people
	}
	return shown.unsaid()
}

// watchedSink returns what shows people one of the runs of --watch, and what is to be
// called after it.
func (p *program) watchedSink(ctx context.Context, c *cli.Context, interrupted *notice) (sink runner.Sink, end func()) {
	if c.Bool("dry-run") {
		return p.dryRunSink(c), func() {}
	}
	console, sink := p.console(c, p.stdout, p.progressColumns(p.stdout))
	interrupted.beside(console.StopProgress)
	stop := context.AfterFunc(ctx, console.StopProgress)
	return sink, func() { stop() }
}

// checkPaths finds what is wrong with the arguments before anything is read.
func (p *program) checkPaths(c *cli.Context) error {
	paths := c.Args().Slice()
	if len(paths) == 0 && slices.Contains(c.FlagNames(), "line") {
		return nil // whose files these are
	}
	if len(paths) == 0 {
		return usage(fmt.Sprintf("name files or folders, such as `postrider %s requests`", p.invocation.command), "no files to %s", p.invocation.command)
	}
	if slices.Contains(paths, "") {
		return usage("", "a path is empty")
	}
	if err := p.checkBehindReports(paths); err != nil {
		return err
	}
	if p.invocation.implied {
		return checkWord(paths[0], p.commands())
	}
	return nil
}

// checkWord finds out whether the first word of a command line without a
// command is a path at all, or a command that was mistyped.
func checkWord(word string, commands []*cli.Command) error {
	if word == "-" || strings.ContainsAny(word, "*?[") {
		return nil
	}
	if _, err := os.Stat(word); err == nil {
		return nil
	}
	if file := runner.FileOf(word); file != word {
		return checkWord(file, commands)
	}
	dir, base := filepath.Split(word)
	entries, _ := os.ReadDir(filepath.Clean(dir)) // a folder that cannot be read has nothing to suggest
	var known []string
	for _, e := range entries {
		known = append(known, e.Name())
	}
	if dir != "" {
		suggestion := "see `postrider help`"
		if nearest := diag.Nearest(base, known); nearest != "" {
			suggestion = "did you mean `" + dir + nearest + "`?"
		}
		return usage(suggestion, "there is no file `%s`", word)
	}
	var names []string
	for _, c := range commands {
		names = append(names, c.Name)
	}
	suggestion := cmp.Or(diag.DidYouMean(word, slices.Concat(names, known)),
		"name a file, or a command: "+strings.Join(names, ", "))
	return usage(suggestion, "`%s` is neither a command nor a file", word)
}

// options turns the flags of run into options of the runner.
func (p *program) options(c *cli.Context) (runner.Options, error) {
	o := runner.Options{
		Stdin:           p.stdin,
		Environment:     c.String("env"),
		Data:            c.String("data"),
		Dialect:         c.String("dialect"),
		Jobs:            int(get[number](c, "jobs")),
		Bail:            c.Bool("bail"),
		Timeout:         time.Duration(get[duration](c, "timeout")),
		MaxBody:         int64(get[size](c, "max-body-size")),
		NoStatusCheck:   !bool(get[onOff](c, "status-check")),
		AllowEmpty:      c.Bool("allow-empty"),
		AllowUnresolved: c.Bool("allow-unresolved"),
		Insecure:        c.Bool("insecure"),
		AllowOrigins:    p.allowedOrigins(c),
		AllowFiles:      c.StringSlice("allow-file"),
		Environ:         p.lookupEnv,
		Proxy:           c.String("proxy"),
		ShowSecrets:     c.Bool("show-secrets"),
		OnSecret:        p.announceSecrets(),
		Ask:             p.asker(c.Args().Slice()),
		Interact:        p.interact(),
		Headers:         c.Count("verbose") > 0,
		Bodies:          c.Count("verbose") > 1,
		Version:         version(),
	}
	if err := selected(c, &o); err != nil {
		return o, err
	}
	if err := p.controlled(c, &o); err != nil {
		return o, err
	}
	if c.Bool("sandbox") && c.IsSet("env") {
		return o, usage("leave one of them out", "`--sandbox` chooses the environment `sandbox`, and excludes `--env`")
	}
	if c.IsSet("sandbox-ttl") && !c.Bool("sandbox") {
		return o, usage("add `--sandbox`", "`--sandbox-ttl` without `--sandbox` has no effect")
	}
	if err := p.shown(c, &o); err != nil {
		return o, err
	}
	if o.ShowSecrets && !(isTerminal(p.stdout) && isTerminal(p.consoleOutput(c))) {
		return o, usage("leave `--show-secrets` out: a file or a log would keep the secrets", "`--show-secrets` is for a terminal only")
	}
	if c.IsSet("proxy") && c.Bool("sandbox") {
		return o, usage("leave one of them out", "`--sandbox` reaches this machine alone, and excludes `--proxy`")
	}
	var err error
	if o.Seed, err = p.seed(c); err != nil {
		return o, err
	}
	if o.Vars, err = p.vars(c); err != nil {
		return o, err
	}
	if o.RootCAs, o.Roots, err = p.authorities(c); err != nil {
		return o, err
	}
	if o.Certificate, err = p.certificate(c); err != nil {
		return o, err
	}
	if err = p.dryRun(c, &o); err != nil {
		return o, err
	}
	o.Tokens, err = p.tokenCache(c)
	return o, err
}

// seed returns the seed of --seed or POSTRIDER_SEED; 0 if there is none.
func (p *program) seed(c *cli.Context) (uint64, error) {
	if text, _ := p.lookupEnv("POSTRIDER_SEED"); text != "" && !c.IsSet("seed") {
		var given seed
		if err := given.Set(text); err != nil {
			return 0, usage("give the number that a run has told, or unset it", "`POSTRIDER_SEED` is `%s`: %v", text, err)
		}
		return uint64(given), nil
	}
	return uint64(get[seed](c, "seed")), nil
}

// allowedOrigins returns the origins of --allow-origin and
// POSTRIDER_ALLOW_ORIGINS.
func (p *program) allowedOrigins(c *cli.Context) []string {
	origins, _ := p.lookupEnv("POSTRIDER_ALLOW_ORIGINS")
	return append(c.StringSlice("allow-origin"), strings.FieldsFunc(origins, func(r rune) bool {
		return r == ',' || r == ' ' || r == '\t' || r == '\n'
	})...)
}

// splitTags reads `--tag a,b --tag c`. A tag holds no comma.
func splitTags(values []string) []string {
	var tags []string
	for _, v := range values {
		for tag := range strings.SplitSeq(v, ",") {
			if tag = strings.TrimSpace(tag); tag != "" {
				tags = append(tags, tag)
			}
		}
	}
	return tags
}

// certificate returns the client certificate of --cert and --key, or of
// POSTRIDER_CERT and POSTRIDER_KEY, which are PEM text or the path of a file.
func (p *program) certificate(c *cli.Context) (runner.KeyFiles, error) {
	fromEnvironment := func(name string) string {
		v, _ := p.lookupEnv(name)
		return v
	}
	files := runner.KeyFiles{Cert: c.String("cert"), Key: c.String("key"), Passphrase: fromEnvironment("POSTRIDER_CERT_PASS")}
	if files.Cert == "" && files.Key == "" { // of one place, or they would not fit
		files.Cert, files.Key = fromEnvironment("POSTRIDER_CERT"), fromEnvironment("POSTRIDER_KEY")
	}
	for _, pem := range []string{files.Cert, files.Key} {
		if pem != "" && !strings.Contains(pem, "-----BEGIN") {
			p.inputs = append(p.inputs, pem)
		}
	}
	if files.Key != "" && files.Cert == "" {
		return files, usage("name the certificate with `--cert FILE`", "`--key` without `--cert`")
	}
	if !c.IsSet("cert-pass") {
		return files, nil
	}
	from := c.String("cert-pass")
	const ways = "write `--cert-pass @FILE` or `--cert-pass env:NAME`"
	if from == "-" {
		return files, usage(ways, "`--cert-pass` is not read from standard input")
	}
	var err error
	files.Passphrase, err = p.readSecret("`--cert-pass`", ways, from)
	return files, err
}

// authorities returns the system's certificate authorities with those of
// --cacert or POSTRIDER_CACERT, which are PEM text or the path of a file of it;
// nil if there are none. The text tells them from others.
func (p *program) authorities(c *cli.Context) (*x509.CertPool, string, error) {
	value, from := c.String("cacert"), "`--cacert`"
	if value == "" {
		value, _ = p.lookupEnv("POSTRIDER_CACERT")
		from = "`POSTRIDER_CACERT`"
	}
	if value == "" {
		return nil, "", nil
	}
	pem := []byte(value)
	if !strings.Contains(value, "-----BEGIN") {
		p.inputs = append(p.inputs, value)
		var err error
		if pem, err = os.ReadFile(value); err != nil {
			return nil, "", usage("", "%s: `%s` cannot be read: %v", from, value, cause(err))
		}
	}
	pool := x509.NewCertPool()
	if !c.Bool("sandbox") { // which reaches nothing that the system's would be good for
		system, err := x509.SystemCertPool()
		if err != nil {
			return nil, "", usage("", "the system's certificate authorities cannot be read: %v", err)
		}
		pool = system
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, "", usage("give a PEM file, with lines such as -----BEGIN CERTIFICATE-----", "%s holds no certificate", from)
	}
	digest := sha256.Sum256(pem)
	return pool, hex.EncodeToString(digest[:]), nil
}

// simulated starts the vendors of --sandbox, if that is given, and makes a run talk
// to them. End stops them; there is always one.
func simulated(ctx context.Context, c *cli.Context, o *runner.Options) (end func(), err error) {
	if !c.Bool("sandbox") {
		return func() {}, nil
	}
	// The vendors outlive an interruption: what is on its way still needs them.
	s, err := startSandbox(context.WithoutCancel(ctx), c)
	if err != nil {
		return nil, err
	}
	if err := useSandbox(o, s); err != nil {
		s.Close()
		return nil, err
	}
	return func() { s.Close() }, nil
}

// useSandbox makes a run talk to the simulated vendors.
func useSandbox(o *runner.Options, s *sandbox.Sandbox) error {
	o.Sandbox = s.Environ()
	if o.RootCAs == nil {
		o.RootCAs = x509.NewCertPool()
	}
	if !o.RootCAs.AppendCertsFromPEM(s.CA()) {
		return errors.New("the certificate authority of the sandbox cannot be read")
	}
	return nil
}
