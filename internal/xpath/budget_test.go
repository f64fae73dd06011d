package xpath

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

const tooMany = "error: the XPath visits too many nodes of this document"

// wide is a document whose root has many attributes, and many children.
func wide(t *testing.T, attributes, children int) *Document {
	t.Helper()
	var b strings.Builder
	b.WriteString("<r")
	for i := range attributes {
		fmt.Fprintf(&b, ` a%d=""`, i)
	}
	b.WriteString(">" + strings.Repeat("<e/>", children) + "</r>")
	return mustParse(t, b.String())
}

// TestWork protects that all that an expression looks at counts, and that no
// axis but their own looks at attributes: each of these would pass a hundred
// million of them, or ancestors.
func TestWork(t *testing.T) {
	d := wide(t, 50_000, 2000)
	deep := mustParse(t, strings.Repeat("<a>", 20_000)+strings.Repeat("</a>", 20_000))
	long := strings.Repeat("x", 30_000)
	for _, test := range []struct {
		d         *Document
		src, want string
		most      int // that it spends; 0 if it is too much
	}{
		{d, "count(//e[/r/e])", "2000", 5_000_000},
		{d, "count(//e[/r = 1])", "0", 5_000_000},
		{d, "count(/r/e[lang('de')])", "", 0},
		{d, "count(//e[preceding::e])", "1999", 3_000_000},
		{d, "count(/r/@*[preceding::e])", "0", 300_000},
		{d, "count(/r/@*[following::e])", "", 0},
		{deep, "count(//a[preceding::a])", "", 0},
		{d, "count(/r/@*[string-length('" + long + "') = 1])", "", 0},
		{d, "count(/r/@*[normalize-space('" + long + "') = 'y'])", "", 0},
	} {
		e, mistake := Compile(test.src)
		if mistake != nil {
			t.Fatal(mistake)
		}
		run := &evaluation{ctx: t.Context(), doc: test.d, budget: budget}
		v, err := e.root.eval(&focus{evaluation: run, position: 1, size: 1})
		spent := budget - run.budget - run.left
		switch {
		case test.most == 0 && (err == nil || "error: "+err.Error() != tooMany):
			t.Errorf("%.40s is %v (%v), and has spent %d", test.src, v, err, spent)
		case test.most > 0 && (err != nil || fmt.Sprint(v) != test.want || spent > test.most):
			t.Errorf("%.40s is %v (%v), and has spent %d", test.src, v, err, spent)
		}
	}
}

// endless is a context that ends when it is asked often enough.
type endless struct {
	context.Context
	asked int
}

func (c *endless) Err() error {
	if c.asked++; c.asked > 10 {
		return context.Canceled
	}
	return nil
}

// TestEnd protects that the reading of a document, an evaluation, and the reading of what it finds, ends
// with its context.
func TestEnd(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	for _, parse := range []func(context.Context, []byte) (*Document, error){ParseXML, ParseHTML} {
		if _, err := parse(ended, []byte("<a>1</a>")); !errors.Is(err, context.Canceled) {
			t.Errorf("a document is read: %v", err)
		}
	}
	d := wide(t, 1, 20_000)
	e, _ := Compile("count(//e[following::e])")
	if v, err := e.Evaluate(&endless{Context: t.Context()}, d, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("the evaluation gives %v (%v)", v, err)
	}
	all, _ := Compile("/")
	ctx, cancel := context.WithCancel(t.Context())
	v, err := all.Evaluate(ctx, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if s, err := v.(*Selection).Text(0); !errors.Is(err, context.Canceled) {
		t.Errorf("the text is %q (%v)", s, err)
	}
	if s, err := v.(*Selection).Inner(0); !errors.Is(err, context.Canceled) {
		t.Errorf("the markup is %q (%v)", s, err)
	}
}
