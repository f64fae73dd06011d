package script

import (
	"context"
	"strings"
	"testing"
)

const twoLines = ` client.test("ok", () => client.assert(response.status === 200)); client.global.set("id", response.body.id) `

// What a script costs that most requests have.
func BenchmarkTwoLines(b *testing.B) {
	p := mustCompile(b, JetBrains, AfterResponse, twoLines)
	m := &made{response: jsonAnswer(`{"id": 12, "name": "first"}`)}
	b.ReportAllocs()
	for b.Loop() {
		m.changes = m.changes[:0]
		if result := new(Engine).Run(context.Background(), p, m); len(result.Checks) != 1 || !result.Checks[0].Passed || result.Err != nil {
			b.Fatal(outcome(result, m))
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mustCompile(b, JetBrains, AfterResponse, twoLines)
	}
}

// A body of 1 MB, of which one member is read.
func BenchmarkLargeBody(b *testing.B) {
	p := mustCompile(b, JetBrains, AfterResponse, ` client.test("n", () => client.assert(response.body.items.length === 10000)) `)
	body := `{"items":[` + strings.TrimSuffix(strings.Repeat(`{"id": 1234567890, "name": "a name of some length", "tags": ["one", "two"], "score": 1.5},`, 10000), ",") + `]}`
	m := &made{response: jsonAnswer(body)}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if result := new(Engine).Run(context.Background(), p, m); !result.Checks[0].Passed {
			b.Fatal(outcome(result, m))
		}
	}
}
