package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// What a run keeps, its plan, is mostly small beside what it throws away, a request
// at a time. Collecting half as often as Go does by itself saves a tenth of the CPU
// time and costs a few megabytes (docs/benchmarks.md). The plan of tens of thousands
// of requests is large, and three times its size would be a waste: the larger the
// heap is, the less garbage may lie beside it, though never less than half of it, so
// that collecting does not take longer than the work.
const (
	smallPercent = 200
	largePercent = 50
	garbage      = 16 << 20 // bytes that may lie beside a heap between the two
)

// collectPercent returns GOGC for a heap of live bytes.
func collectPercent(live uint64) int {
	if live == 0 {
		return smallPercent
	}
	return int(min(max(garbage*100/live, largePercent), smallPercent))
}

// tuneCollector sets how often garbage is collected, after each collection anew. GOGC
// in the environment wins.
func tuneCollector() {
	if os.Getenv("GOGC") != "" {
		return
	}
	percent := smallPercent
	debug.SetGCPercent(percent)
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	type collected struct{ _ [16]byte }
	var after func(*collected)
	after = func(c *collected) { // what nothing refers to is finalized by each collection
		metrics.Read(sample)
		if next := collectPercent(sample[0].Value.Uint64()); next != percent {
			percent = next
			debug.SetGCPercent(percent)
		}
		runtime.SetFinalizer(c, after)
	}
	runtime.SetFinalizer(new(collected), after)
}
