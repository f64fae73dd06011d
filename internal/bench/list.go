package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// listed is the input of a workload in which requests are read and listed, and
// none is sent.
const listed = "requests.http"

// writeListed writes a file of at least size bytes and returns how many requests
// it holds. They are such as people write: a title, a name, a target with
// templates, a few headers, and a body in JSON of a dozen lines or a few.
func writeListed(w io.Writer, size int) (n int, err error) {
	out := bufio.NewWriter(w)
	at, _ := fmt.Fprintf(out, "@base = https://api.example.com\n@token = t\n@customer = c\n@price = 12.50\n\n")
	print := func(format string, args ...any) {
		written, _ := fmt.Fprintf(out, format, args...) // the bufio.Writer keeps the error
		at += written
	}
	for ; at < size; n++ {
		print("### Create order %d\n# @name createOrder%d\n", n, n)
		print("POST {{base}}/v1/customers/{{customer}}/orders?dryRun=false&page=%d HTTP/1.1\n", n%50)
		print("Content-Type: application/json\nAccept: application/json\nAuthorization: Bearer {{token}}\nX-Request-Id: req-%d\n\n", n)
		print("{\n  \"reference\": \"order-%d\",\n  \"items\": [\n", n)
		for i := range 1 + n%5 {
			print("    {\n      \"sku\": \"sku-%d-%d\",\n      \"quantity\": %d,\n      \"price\": {{price}}\n    },\n", n, i, i+1)
		}
		print("    { \"sku\": \"gift\", \"quantity\": 1 }\n  ],\n")
		print("  \"address\": {\n    \"street\": \"12 Long Street\",\n    \"city\": \"Zürich\",\n    \"country\": \"CH\"\n  },\n")
		print("  \"note\": \"leave it at the door, please\"\n}\n\n")
	}
	return n, out.Flush()
}

// writeListedFile writes the input of a workload into dir.
func writeListedFile(dir string, w *workload) (names []string, err error) {
	f, err := os.Create(filepath.Join(dir, listed))
	if err != nil {
		return nil, err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	_, err = writeListed(f, w.size)
	return []string{listed}, err
}

// countLines reads a file and finds its lines, which is the least that reading
// requests takes.
func countLines(path string) (n int, err error) {
	text, err := os.ReadFile(path)
	for len(text) > 0 {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			end = len(text) - 1
		}
		text = text[end+1:]
		n++
	}
	return n, err
}
