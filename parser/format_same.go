package parser

import (
	"reflect"
	"slices"

	"github.com/postrider/postrider/internal/diag"
)

// compareFiles reports whether two files say the same, wherever they say it:
// the same blocks, lines of the same kinds but for blank ones, and the same
// warnings but for the one of a body that no blank line precedes. If they do
// not, it returns the blocks of the first that differ; none if the difference
// lies elsewhere.
func compareFiles(a, b *File) (differing []int, same bool) {
	blocksA, blocksB := contents(a), contents(b)
	if a.Dialect != b.Dialect || len(blocksA) != len(blocksB) {
		return nil, false
	}
	for i, x := range blocksA {
		y := blocksB[i]
		if !slices.Equal(x.kinds, y.kinds) || !sameValue(reflect.ValueOf(x.block), reflect.ValueOf(y.block)) {
			differing = append(differing, x.index)
		}
	}
	return differing, len(differing) == 0 && slices.Equal(codes(a), codes(b))
}

// blockContent is a block with the kinds of its lines but the blank ones.
type blockContent struct {
	index int // of the block in its file
	block *Block
	kinds []LineKind
}

// contents returns the blocks of a file. A further block of nothing but blank
// lines, which a Markdown file has where a fence starts with them, is none.
func contents(f *File) []blockContent {
	list := make([]blockContent, 0, len(f.Blocks))
	at := 0
	for i, b := range f.Blocks {
		content := blockContent{index: i, block: b}
		for ; at < len(f.Lines) && f.Lines[at].Span().Start < b.Span.End; at++ {
			if kind := f.Lines[at].Kind; kind != Blank {
				content.kinds = append(content.kinds, kind)
			}
		}
		if i == 0 || len(content.kinds) > 0 {
			list = append(list, content)
		}
	}
	return list
}

// codes returns the codes of the errors and warnings about a file, in order.
func codes(f *File) []string {
	var codes []string
	for _, d := range f.Diagnostics {
		if d.Severity == diag.Error || (d.Severity == diag.Warning && d.Code != diag.CodeHeader) {
			codes = append(codes, d.Code)
		}
	}
	return codes
}

// sameValue compares two parts of a file but for their positions. It goes by the
// types, so that a new field of a node is compared too.
func sameValue(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.Type() != b.Type() {
		return false
	}
	switch a.Interface().(type) {
	case diag.Span, *diag.Source:
		return true
	case Text:
		a, b := a.Interface().(Text), b.Interface().(Text)
		return a.IsZero() == b.IsZero() && a.String() == b.String()
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return sameValue(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if !sameValue(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	default:
		return a.Equal(b)
	}
}
