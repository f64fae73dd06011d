package script

import (
	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/xpath"
)

// standsFor returns the text that an object of the library stands for where the
// host wants a value: a member of $random that was not called, a query, and a
// node that is nothing but text.
func (r *runtime) standsFor(o *goja.Object) (text string, ok bool) {
	if r.lib == nil {
		return "", false
	}
	if random, ok := held[fakeText](r.lib, o); ok {
		return string(random), true
	}
	if q, ok := held[*query](r.lib, o); ok {
		return q.String(), true
	}
	if n, ok := asNode(o); ok && n.Kind() != xpath.RootNode && n.Kind() != xpath.ElementNode {
		return n.Value(), true
	}
	return "", false
}

// markupOf returns the markup of a node; false for what is none.
func (r *runtime) markupOf(o *goja.Object) (markup string, ok bool) {
	if _, ok := asNode(o); !ok {
		return "", false
	}
	return o.String(), true
}
