package parser

import (
	"reflect"
	"slices"

	"github.com/postrider/postrider/internal/diag"
)

// compareFiles reports whether two files say the same, wherever they say it:
// the same blocks, lines of the same kinds but for blank ones, and the same
// warnings but for the one of a body that no blank line precedes. If they do
// not, it returns the blocks that differ; none if the difference lies elsewhere.
func compareFiles(a, b *File) (differing []int, same bool) {
	if a.Dialect != b.Dialect || len(a.Blocks) != len(b.Blocks) {
		return nil, false
	}
	kindsA, kindsB := blockKinds(a), blockKinds(b)
	for i := range a.Blocks {
		if !sameValue(reflect.ValueOf(a.Blocks[i]), reflect.ValueOf(b.Blocks[i])) || !slices.Equal(kindsA[i], kindsB[i]) {
			differing = append(differing, i)
		}
	}
	return differing, len(differing) == 0 && slices.Equal(codes(a), codes(b))
}

// blockKinds returns the kinds of the lines of each block, without blank lines.
func blockKinds(f *File) [][]LineKind {
	kinds := make([][]LineKind, len(f.Blocks))
	at := 0
	for i, b := range f.Blocks {
		for ; at < len(f.Lines) && f.Lines[at].Span.Start < b.Span.End; at++ {
			if kind := f.Lines[at].Kind; kind != Blank {
				kinds[i] = append(kinds[i], kind)
			}
		}
	}
	return kinds
}

// codes returns the codes of what is said about a file, in order.
func codes(f *File) []string {
	var codes []string
	for _, d := range f.Diagnostics {
		if d.Code != diag.CodeHeader || d.Severity == diag.Error {
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
