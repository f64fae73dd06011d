package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"
)

// benchmark is a run of the whole.
type benchmark struct {
	dir    string
	runs   int
	server *serverProcess
	tools  []*tool
	least  int64 // bytes of memory that cannot be told apart from none
}

// sample is one process.
type sample struct {
	Wall, CPU time.Duration
	Peak      int64 // resident set, in bytes; 0 where the system does not say
}

// row is all runs of a tool on a workload.
type row struct {
	tool    *tool
	samples []sample
	note    string // why there are none
}

// control makes sure that every tool fails where a check is wrong: else it
// would be measured without its checks.
func (b *benchmark) control() error {
	w := control()
	for _, t := range b.tools {
		files, err := b.input(t, w)
		if err != nil {
			return err
		}
		cmd := t.command(b.dir, b.server.base, w, files)
		var exit *exec.ExitError
		if err := cmd.Run(); !errors.As(err, &exit) {
			return fmt.Errorf("%s does not fail where a check is wrong (%v)", t.name, err)
		}
		if err := b.server.check(w.expected()); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return nil
}

// measure runs a workload with every tool, in turn: A B A B, so that what else
// the machine does hits all of them alike. The first round only warms up.
func (b *benchmark) measure(w *workload) ([]*row, error) {
	tools := b.tools
	if w.size > 0 {
		tools = tools[:2] // the others read other formats, and list nothing
	}
	rows := make([]*row, len(tools))
	inputs := make([][]string, len(tools))
	for i, t := range tools {
		rows[i] = &row{tool: t, note: t.cannot[w.name]}
		var err error
		if inputs[i], err = b.input(t, w); err != nil {
			return nil, err
		}
	}
	rounds := b.runs * max(w.times, 1)
	for round := range 1 + rounds {
		for i, t := range tools {
			if rows[i].note != "" || t.once && round != 1 {
				continue
			}
			s, err := b.run(t, w, inputs[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", t.name, err)
			}
			if round > 0 {
				rows[i].samples = append(rows[i].samples, s)
			}
		}
	}
	return rows, nil
}

// input writes the input of a tool, into a folder of its own, and returns the
// names of the files.
func (b *benchmark) input(t *tool, w *workload) ([]string, error) {
	dir := t.dir(b.dir)
	if err := os.MkdirAll(dir, 0o700); err != nil || t.write == nil {
		return nil, err
	}
	return t.write(dir, b.server.base, w)
}

// run measures one process, and makes sure that it did what it should.
func (b *benchmark) run(t *tool, w *workload, files []string) (sample, error) {
	cmd := t.command(b.dir, b.server.base, w, files)
	launched := exec.Command(b.tools[1].path, append([]string{"-role", "launch", "--"}, cmd.Args...)...)
	launched.Dir, launched.Env = cmd.Dir, cmd.Env
	out, err := launched.Output()
	if err != nil {
		return sample{}, err
	}
	var l launch
	if err := json.Unmarshal(out, &l); err != nil {
		return sample{}, err
	}
	if l.Error != "" {
		return sample{}, errors.New(l.Error)
	}
	b.least = max(b.least, l.Least)
	return l.sample, b.server.check(w.expected())
}

// launch is the run of a program. It is made by a process of its own, which
// does nothing else: Linux counts the memory of the process that starts another
// as the other's, until that runs its program.
type launch struct {
	sample
	Least int64  // peak memory of the process that has started the program
	Error string // "" if the program has exited with 0
}

// launchRole runs a program and says how it went.
func launchRole(args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("nothing to launch")
	}
	log, err := os.CreateTemp("", "postrider-bench-*.log")
	if err != nil {
		return err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = log, log
	var l launch
	start := time.Now()
	err = cmd.Run()
	l.Wall = time.Since(start)
	if err != nil {
		_, _ = log.Seek(0, io.SeekStart)
		said, _ := io.ReadAll(io.LimitReader(log, 4<<10))
		l.Error = fmt.Sprintf("%v\n%s", err, said)
	} else {
		l.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		l.Peak, l.Least = peakMemory(cmd.ProcessState), ownPeak()
	}
	return json.NewEncoder(out).Encode(l)
}

// median of what f takes from the samples.
func median[T ~int64 | ~float64](values []T) T {
	if len(values) == 0 {
		return 0
	}
	values = slices.Sorted(slices.Values(values))
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}

func (r *row) median(f func(sample) int64) int64 {
	values := make([]int64, len(r.samples))
	for i, s := range r.samples {
		values[i] = f(s)
	}
	return median(values)
}

// ratio is the median of the ratios of the rounds: the two runs of a round
// stand next to each other, so that slow drift cancels out.
func (r *row) ratio(to *row, f func(sample) int64) float64 {
	n := min(len(r.samples), len(to.samples))
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(f(r.samples[i])) / float64(f(to.samples[i]))
	}
	return median(values)
}

func wallOf(s sample) int64 { return int64(s.Wall) }
func cpuOf(s sample) int64  { return int64(s.CPU) }
func peakOf(s sample) int64 { return s.Peak }
