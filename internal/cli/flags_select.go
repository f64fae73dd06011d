package cli

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/readiness"
	"github.com/postrider/postrider/parser"
	"github.com/postrider/postrider/runner"
)

// lines is the value of --line, which may be given several times.
type lines []runner.Line

func (l *lines) Set(text string) error {
	line, ok := runner.ParseLine(text)
	if !ok {
		return errors.New("expected a line such as `12` or `tickets.http:12`")
	}
	*l = append(*l, line)
	return nil
}

func (l *lines) String() string { return fmt.Sprint([]runner.Line(*l)) }

// shard is the value of --shard.
type shard runner.Shard

func (s *shard) Set(text string) error {
	index, count, _ := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, errCount := strconv.Atoi(count)
	if err != nil || errCount != nil || i < 1 || i > n {
		return errors.New("expected which of how many parts, such as `2/5`")
	}
	*s = shard{Index: i, Count: n}
	return nil
}

func (s *shard) String() string { return runner.Shard(*s).String() }

// order is the value of --shuffle, which may stand without one: then chance
// chooses it.
type order struct {
	chosen bool
	value  uint64
}

const byChance = "random"

func (s *order) Set(text string) error {
	value := uint64(rand.Uint32()) // short enough to be typed again
	if text != byChance {
		var err error
		if value, err = strconv.ParseUint(text, 10, 64); err != nil {
			return errors.New("expected a whole number, such as a run before has shown")
		}
	}
	*s = order{chosen: true, value: value}
	return nil
}

func (s *order) String() string { return strconv.FormatUint(s.value, 10) }

// absent implements optional.
func (*order) absent() string { return byChance }

// takes implements optional.
func (*order) takes(word string) bool { return strings.Trim(word, "0123456789") == "" }

func (s *order) option() *uint64 {
	if !s.chosen {
		return nil
	}
	return &s.value
}

// waits is the value of --wait-for, which may be given several times. How long to
// wait may be a word of its own.
type waits []readiness.Server

func (w *waits) Set(text string) error {
	wait, err := readiness.Parse(text)
	if err != nil {
		return err
	}
	*w = append(*w, wait)
	return nil
}

func (w *waits) String() string { return fmt.Sprint([]readiness.Server(*w)) }

// continues implements extended: 60s behind a URL.
func (*waits) continues(word string) bool {
	if word == "" || word[0] < '0' || word[0] > '9' || strings.Trim(word, "0123456789.") == "" {
		return false // a number without a unit may be a file
	}
	_, err := parser.ParseDuration(word, 0)
	return err == nil
}

// selected turns the flags that select into options of the runner.
func selected(c *cli.Context, o *runner.Options) error {
	o.Paths = c.Args().Slice()
	o.Names = c.StringSlice("name")
	o.Lines = get[lines](c, "line")
	o.Tags = splitTags(c.StringSlice("tag"))
	o.ExcludeTags = splitTags(c.StringSlice("exclude-tag"))
	o.Shard = runner.Shard(get[shard](c, "shard"))
	if len(o.Paths) > 0 {
		return nil
	}
	for _, l := range o.Lines { // which name the files then
		if l.File == "" {
			return usage(fmt.Sprintf("write `--line FILE:%d`", l.Number), "`--line %d` without a file", l.Number)
		}
		if !slices.Contains(o.Paths, l.File) {
			o.Paths = append(o.Paths, l.File)
		}
	}
	return nil
}

// controlled turns the flags that say how often, in which order and for how long
// to run into options of the runner.
func (p *program) controlled(c *cli.Context, o *runner.Options) error {
	o.Repeat = int(get[number](c, "repeat"))
	random := get[order](c, "shuffle")
	o.Shuffle = random.option()
	o.WaitFor = get[waits](c, "wait-for")
	o.MaxTime = time.Duration(get[duration](c, "max-time"))
	o.StateDir = project.StateDir(p.lookupEnv)
	o.RerunFailed = c.Bool("rerun-failed")
	if o.RerunFailed && o.Shard.Count > 0 {
		return usage("leave `--shard` out: each machine knows what failed in its own part",
			"`--rerun-failed` excludes `--shard`, since what is left would be dealt otherwise than before")
	}
	return nil
}
