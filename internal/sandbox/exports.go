package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Exports returns Environ, with the authority as POSTRIDER_CACERT, as lines
// for a POSIX shell: `export NAME='value'` in alphabetical order, grouped by
// vendor under a comment line. PEM text spans lines inside its quotes.
func (s *Sandbox) Exports() string {
	var b strings.Builder
	byName := slices.SortedFunc(slices.Values(s.vendors), func(x, y *vendor) int { return cmp.Compare(x.name, y.name) })
	byName = slices.CompactFunc(byName, func(x, y *vendor) bool { return x.name == y.name })
	for _, v := range byName {
		writeExports(&b, v.name, v.environ)
	}
	writeExports(&b, "certificate authority of the sandbox", map[string]string{"POSTRIDER_CACERT": s.authority.pem})
	return b.String()
}

func writeExports(b *strings.Builder, title string, environ map[string]string) {
	fmt.Fprintf(b, "# %s\n", title)
	for _, name := range slices.Sorted(maps.Keys(environ)) {
		fmt.Fprintf(b, "export %s=%s\n", name, quoteShell(environ[name]))
	}
}

// quoteShell quotes text for a POSIX shell: everything is literal between
// single quotes, and a single quote is closed, escaped and opened again.
func quoteShell(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
