package xpath

import (
	"fmt"
	"strings"
	"testing"
)

// catalogue is a document of n items, about 100 bytes each.
func catalogue(n int) []byte {
	var b strings.Builder
	b.WriteString(`<catalogue xmlns="urn:shop">`)
	for i := range n {
		fmt.Fprintf(&b, `<item id="i-%d" state="new"><name>Thing %d</name><price cur="EUR">%d.50</price></item>`, i, i, i%100)
	}
	b.WriteString("</catalogue>")
	return []byte(b.String())
}

func BenchmarkParseXML(b *testing.B) {
	src := catalogue(10_000)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseXML(b.Context(), src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	d, err := ParseXML(b.Context(), catalogue(10_000))
	if err != nil {
		b.Fatal(err)
	}
	for _, src := range []string{"//item[price > 98]/@id", "count(//item[@state = 'new'])", "//item[last()]/name", "/catalogue/item[5000]/name"} {
		e, mistake := Compile(src)
		if mistake != nil {
			b.Fatal(mistake)
		}
		b.Run(src, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Evaluate(b.Context(), d, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("compile", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Compile("//item[price > 98]/@id"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
