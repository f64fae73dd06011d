package markdown

import (
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

const (
	columnGap = 2
	// A column that has more to say and gets less than this is not readable.
	narrowest = 20
)

// table shows a table: in columns, whose cells go on over several lines, or
// where that needs more than the width, each row as a list of its cells.
func (p *page) table(lines []string) {
	head := cells(lines[0])
	rows := [][][]word{p.row(head, len(head))}
	for _, l := range lines[2:] {
		rows = append(rows, p.row(cells(l), len(head)))
	}
	widths, fits := columnWidths(rows, p.Width-textIndent)
	if !fits {
		p.records(rows)
		return
	}
	margin := strings.Repeat(" ", textIndent)
	for i, row := range rows {
		if i == 0 && emptyRow(row) {
			continue
		}
		var columns [][]word
		height := 0
		for n, cell := range row {
			columns = append(columns, p.fill(cell, widths[n], "", ""))
			height = max(height, len(columns[n]))
		}
		for h := range height {
			line := margin
			for n, column := range columns {
				var part word
				if h < len(column) {
					part = column[h]
				}
				if i == 0 {
					part.text = p.paint(diag.Bold, part.text)
				}
				line += part.text
				if n+1 < len(columns) {
					line += strings.Repeat(" ", widths[n]-part.width+columnGap)
				}
			}
			p.b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		if i == 0 {
			rule := make([]string, len(widths))
			for n, w := range widths {
				rule[n] = strings.Repeat("-", w)
			}
			p.b.WriteString(margin + strings.Join(rule, strings.Repeat(" ", columnGap)) + "\n")
		}
	}
}

// records shows the rows of a table one below the other: the first cell, and
// indented below it the others, each behind the head of its column.
func (p *page) records(rows [][][]word) {
	head := rows[0]
	for i, row := range rows[1:] {
		if i > 0 {
			p.b.WriteByte('\n')
		}
		margin := strings.Repeat(" ", textIndent)
		for n, cell := range row {
			if len(cell) == 0 {
				continue
			}
			first, rest := margin, margin
			if n > 0 {
				first += "  "
				rest += "    "
				cell = append(label(head[n]), cell...)
			}
			for _, l := range p.fill(cell, p.Width, first, rest) {
				p.b.WriteString(l.text + "\n")
			}
		}
	}
}

// label returns the head of a column as it stands before a cell.
func label(head []word) []word {
	words := slices.Clone(head)
	if n := len(words); n > 0 {
		words[n-1].text += ":"
		words[n-1].width++
	}
	return words
}

func (p *page) row(cells []string, columns int) [][]word {
	row := make([][]word, columns)
	for n := range min(columns, len(cells)) {
		row[n] = p.words(cells[n])
	}
	return row
}

func emptyRow(row [][]word) bool {
	return !slices.ContainsFunc(row, func(cell []word) bool { return len(cell) > 0 })
}

// cells returns the cells of a row of a table. A bar that belongs to a cell is
// written \|, in code too.
func cells(line string) []string {
	line = strings.TrimPrefix(strings.TrimSpace(line), "|")
	var all []string
	var cell strings.Builder
	for i := 0; i < len(line); i++ {
		switch {
		case strings.HasPrefix(line[i:], `\|`):
			cell.WriteByte('|')
			i++
		case line[i] == '|':
			all = append(all, strings.TrimSpace(cell.String()))
			cell.Reset()
		default:
			cell.WriteByte(line[i])
		}
	}
	if rest := strings.TrimSpace(cell.String()); rest != "" {
		all = append(all, rest)
	}
	return all
}

// columnWidths returns the widths of columns that take at most width columns of
// the terminal together, and whether such widths are readable. Those of narrow
// columns are as wide as their cells; the widest share what is left.
func columnWidths(rows [][][]word, width int) (widths []int, fits bool) {
	n := len(rows[0])
	natural, least := make([]int, n), make([]int, n)
	for _, row := range rows {
		for i, cell := range row {
			total := max(len(cell)-1, 0)
			for _, w := range cell {
				total += w.width
				least[i] = max(least[i], w.width)
			}
			natural[i] = max(natural[i], total)
		}
	}
	for i := range least {
		least[i] = max(least[i], min(narrowest, natural[i]))
	}
	left := width - columnGap*(n-1)
	if sum(least) > left {
		return nil, false
	}
	// A limit for all columns, as high as the width allows.
	limit := slices.Max(natural)
	for {
		widths = make([]int, n)
		for i := range widths {
			widths[i] = max(least[i], min(natural[i], limit))
		}
		if sum(widths) <= left {
			return widths, true
		}
		limit--
	}
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
