package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// result is the rows of a workload; the second is the bare loop.
type result struct {
	workload *workload
	rows     []*row
}

// columns of the table. Ratios are to the bare loop.
var columns = []string{"", "time", "×", "CPU", "×", "memory"}

func write(w io.Writer, results []result, b *benchmark, markdown bool) error {
	out := bufio.NewWriter(w)
	if markdown {
		writeMarkdown(out, results)
	} else {
		writeText(out, results)
	}
	fmt.Fprintf(out, "\n%s, medians of %d runs", machine(), b.runs)
	for _, t := range b.tools[2:] {
		fmt.Fprintf(out, ", %s %s", t.name, t.version())
		if t.once {
			fmt.Fprintf(out, " (one run)")
		}
	}
	fmt.Fprintf(out, ".\n")
	if b.least > 0 {
		fmt.Fprintf(out, "Memory is the peak of the resident set; less than %s cannot be told apart.\n", size(b.least))
	}
	return out.Flush()
}

func writeText(w io.Writer, results []result) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, r := range results {
		fmt.Fprintf(w, "\n%s\n", r.workload.title)
		fmt.Fprintf(table, "%s\t\n", strings.Join(columns, "\t"))
		for _, line := range r.rows {
			fmt.Fprintf(table, "%s\t\n", strings.Join(line.cells(r.rows[1]), "\t"))
		}
		_ = table.Flush() // the bufio.Writer below keeps the error
	}
}

func writeMarkdown(w io.Writer, results []result) {
	fmt.Fprintf(w, "| workload | program%s |\n|---|---|%s\n", strings.Join(columns, " | "), strings.Repeat("--:|", len(columns)-1))
	for _, r := range results {
		title := r.workload.title
		for _, line := range r.rows {
			fmt.Fprintf(w, "| %s | %s |\n", title, strings.Join(line.cells(r.rows[1]), " | "))
			title = ""
		}
	}
}

// cells are the cells of a row of the table.
func (r *row) cells(bare *row) []string {
	if r.note != "" {
		return []string{r.tool.name, r.note, "", "", "", ""}
	}
	ratio := func(f func(sample) int64) string {
		if r == bare {
			return "1"
		}
		x := r.ratio(bare, f)
		if x >= 10 {
			return fmt.Sprintf("%.0f", x)
		}
		return fmt.Sprintf("%.2f", x)
	}
	return []string{
		r.tool.name,
		milliseconds(r.median(wallOf)), ratio(wallOf),
		milliseconds(r.median(cpuOf)), ratio(cpuOf),
		size(r.median(peakOf)),
	}
}

func milliseconds(ns int64) string {
	ms := float64(ns) / float64(time.Millisecond)
	if ms < 100 {
		return fmt.Sprintf("%.1f ms", ms)
	}
	return fmt.Sprintf("%.0f ms", ms)
}

func size(n int64) string {
	if n == 0 {
		return "?"
	}
	return fmt.Sprintf("%.0f MB", float64(n)/(1<<20))
}

// machine says on what kind of machine this is, without its name.
func machine() string {
	text := fmt.Sprintf("%s, %s/%s, %d cores", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	content, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return text
	}
	var kilobytes int64
	if _, err := fmt.Sscanf(string(content), "MemTotal: %d kB", &kilobytes); err == nil {
		text += fmt.Sprintf(", %d GB", (kilobytes+1<<19)>>20)
	}
	return text
}
