package parser

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// requests returns a file of at least size bytes and how many requests it
// holds. They are such as people write: a title, a name of their own, a target
// with a template, a few headers, and mostly a body in JSON of a few lines or a
// few dozen with templates here and there.
func requests(size int) (src []byte, n int) {
	var b bytes.Buffer
	b.WriteString("@base = https://api.example.com\n@tenant = acme\n@token = t\n@customerId = c\n@price = 12.50\n\n")
	for ; b.Len() < size; n++ {
		fmt.Fprintf(&b, "### Create order %d\n# @name createOrder%d\n", n, n)
		fmt.Fprintf(&b, "POST {{base}}/v1/tenants/{{tenant}}/orders?dryRun=false&page=%d HTTP/1.1\n", n%50)
		b.WriteString("Content-Type: application/json\nAccept: application/json\nAuthorization: Bearer {{token}}\n")
		if n%2 == 0 {
			fmt.Fprintf(&b, "X-Request-Id: req-%d\n", n)
		}
		if n%3 == 0 {
			b.WriteString("Cache-Control: no-cache\n")
		}
		fmt.Fprintf(&b, "\n{\n  \"customer\": \"{{customerId}}\",\n  \"reference\": \"order-%d\",\n  \"items\": [\n", n)
		for i := range 1 + n%5 {
			fmt.Fprintf(&b, "    {\n      \"sku\": \"sku-%d-%d\",\n      \"quantity\": %d,\n      \"price\": {{price}}\n    },\n", n, i, i+1)
		}
		b.WriteString("    { \"sku\": \"gift\", \"quantity\": 1 }\n  ],\n")
		b.WriteString("  \"address\": {\n    \"street\": \"12 Long Street\",\n    \"city\": \"Zürich\",\n    \"country\": \"CH\"\n  },\n")
		b.WriteString("  \"note\": \"leave it at the door, please\"\n}\n\n")
	}
	return b.Bytes(), n
}

// BenchmarkParse reads one file of each kind. The figure to look at is MB/s; that
// of requests must not depend on the size of the file.
func BenchmarkParse(b *testing.B) {
	large := func(size int) func(b *testing.B) {
		return func(b *testing.B) {
			src, n := requests(size)
			benchmarkParse(b, n, src)
		}
	}
	b.Run("requests/20MB", large(20<<20))
	b.Run("requests/100MB", large(100<<20))

	// A name and a body of one line each: as many constructs as bytes allow.
	b.Run("short", func(b *testing.B) {
		var src bytes.Buffer
		n := 0
		for ; src.Len() < 4<<20; n++ {
			fmt.Fprintf(&src, "### Request\n# @name r%d\nPOST https://example.com/{{x}}\nContent-Type: application/json\n\n{\"a\": \"{{b}}\"}\n\n", n)
		}
		benchmarkParse(b, n, src.Bytes())
	})
	for name, newline := range map[string]string{"body": "\n", "body/crlf": "\r\n"} {
		b.Run(name, func(b *testing.B) {
			line := "    {\"a\": \"{{b}}\", \"c\": [1, 2, 3]}," + newline
			benchmarkParse(b, 1, []byte("POST https://example.com"+newline+newline+strings.Repeat(line, 4<<20/len(line))))
		})
	}

	b.Run("corpus", func(b *testing.B) {
		files, _ := corpusFiles(b)
		sources := slices.Collect(maps.Values(files))
		benchmarkParse(b, len(sources), sources...)
	})
}

// benchmarkParse parses sources of n units in all. Beside the wall clock it gives
// the throughput by CPU time, the garbage collector's included, which other work on
// the machine changes less.
func benchmarkParse(b *testing.B, n int, sources ...[]byte) {
	size := 0
	for _, src := range sources {
		size += len(src)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	start := cpuTime()
	for b.Loop() {
		for _, src := range sources {
			Parse("x.http", src)
		}
	}
	if spent := cpuTime() - start; spent > 0 {
		b.ReportMetric(float64(size)*float64(b.N)/1e6/spent.Seconds(), "MB/cpu-s")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/unit")
}
