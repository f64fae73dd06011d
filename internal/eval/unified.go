package eval

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/postrider/postrider/internal/value"
)

const (
	diffLines   = 30        // of a difference of texts that are shown
	diffWidth   = 160       // bytes of each
	diffContext = 3         // lines round a change
	diffBytes   = 128 << 10 // of each text that are compared line by line
)

// unified is the difference of two texts line by line, without its first lines. A
// comparison takes many times the memory of its texts. Therefore what those of more
// than limit bytes begin and end with in common is left out of it, and what follows
// limit bytes behind the first difference.
func unified(want, got string, limit int) string {
	if !strings.HasSuffix(want, "\n") && !strings.HasSuffix(got, "\n") { // that is no difference
		want, got = want+"\n", got+"\n"
	}
	skipped, cut := 0, false
	if max(len(want), len(got)) > limit {
		start := linesBack(want, commonLines(want, got), diffContext)
		skipped = strings.Count(want[:start], "\n")
		want, got = want[start:], got[start:]
		want, got = withoutEnd(want, got)
		var cutWant, cutGot bool
		want, cutWant = firstLines(want, limit)
		got, cutGot = firstLines(got, limit)
		cut = cutWant || cutGot
	}
	text := string(diff.Diff("expected", []byte(want), "found", []byte(got)))
	_, text, _ = strings.Cut(text, "\n") // diff expected found
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	more := ""
	switch n := len(lines); {
	case cut:
		more = "\nand more lines"
	case n > diffLines:
		more = fmt.Sprintf("\nand %d more lines", n-diffLines)
	}
	lines = lines[:min(len(lines), diffLines)]
	for i, line := range lines {
		lines[i] = shownLine(moveHunk(line, skipped))
	}
	return strings.Join(lines, "\n") + more
}

// commonLines returns the number of bytes in the whole lines that two texts begin
// with in common.
func commonLines(a, b string) int {
	at := 0
	for {
		end := strings.IndexByte(a[at:], '\n') + 1
		if end == 0 || !strings.HasPrefix(b[at:], a[at:at+end]) {
			return at
		}
		at += end
	}
}

// linesBack returns where the line starts that is n lines before the one that
// starts at an offset, or the start of the text.
func linesBack(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		at = strings.LastIndexByte(text[:at-1], '\n') + 1
	}
	return at
}

// withoutEnd leaves out the lines that two texts end with in common, but for those
// that are shown behind a change.
func withoutEnd(a, b string) (string, string) {
	same := 0
	for same < len(a) && same < len(b) && a[len(a)-1-same] == b[len(b)-1-same] {
		same++
	}
	kept := len(a) - same
	for range diffContext + 1 { // the first line may be the same only at its end
		kept += strings.IndexByte(a[kept:], '\n') + 1
	}
	return a[:kept], b[:len(b)-(len(a)-kept)]
}

// firstLines returns the lines at the start of a text that hold n bytes or more,
// and whether that is not all of it.
func firstLines(text string, n int) (string, bool) {
	if len(text) <= n {
		return text, false
	}
	end := strings.IndexByte(text[n:], '\n') + 1
	if end == 0 || n+end == len(text) {
		return text, false
	}
	return text[:n+end], true
}

// moveHunk corrects the line numbers of a hunk for lines in front of it that were
// left out.
func moveHunk(line string, by int) string {
	var want, wantLines, got, gotLines int
	if by == 0 || !strings.HasPrefix(line, "@@ ") {
		return line
	}
	if _, err := fmt.Sscanf(line, "@@ -%d,%d +%d,%d @@", &want, &wantLines, &got, &gotLines); err != nil {
		return line
	}
	return fmt.Sprintf("@@ -%d,%d +%d,%d @@", want+by, wantLines, got+by, gotLines)
}

// shownLine makes the blanks at the end of a changed line visible.
func shownLine(line string) string {
	if line == "" {
		return line
	}
	mark, rest := line[:1], line[1:]
	if (mark == "+" || mark == "-") && (strings.TrimRightFunc(rest, unicode.IsSpace) != rest || strings.ContainsFunc(rest, unicode.IsControl)) {
		rest = value.Format(rest)
	}
	return mark + value.Shorten(rest, diffWidth)
}
