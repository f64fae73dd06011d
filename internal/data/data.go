// Package data reads the tables that @data and --data run requests with: CSV
// and JSON files whose rows give variables their values.
package data

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// Table is the content of a data file.
type Table struct {
	Columns []string // in the order of the file
	Rows    []Row
	Unread  bool // nothing could be read, so that any name may be that of a column
}

// Has reports whether a table has a column. A nil table has none.
func (t *Table) Has(column string) bool {
	return t != nil && (t.Unread || slices.Contains(t.Columns, column))
}

// Row is one row of a table.
type Row struct {
	Line   int // where it stands, from 1
	Values map[string]any
}

// Read reads a table. A file called *.json holds a list of objects, whose
// members may have any value. Any other file holds CSV (RFC 4180), separated by
// tabs if it is called *.tsv; its first line names the columns. A cell is text,
// unless the name of its column says otherwise: n:int, n:number, n:bool, n:json.
//
// The error is a *diag.Diagnostic, or a diag.List of several: a file that
// cannot be read, a cell that is not what its column says, a table without rows.
// The table is what could be read all the same, for its names.
func Read(source *diag.Source) (*Table, error) {
	name := strings.ToLower(source.Name())
	var t *Table
	var problems diag.List
	switch path.Ext(name) {
	case ".json":
		t, problems = readJSON(source)
	case ".tsv":
		t, problems = readCSV(source, '\t')
	default:
		t, problems = readCSV(source, ',')
	}
	if len(problems) == 0 && len(t.Rows) == 0 {
		problems = diag.List{problem(source, diag.Span{}, "there is no row in this table", "add a row, or leave the table out")}
	}
	if t == nil {
		t = &Table{Unread: true}
	}
	switch len(problems) {
	case 0:
		return t, nil
	case 1:
		return t, problems[0]
	}
	return t, problems
}

// maxProblems is how many mistakes of one table are told.
const maxProblems = 20

func problem(source *diag.Source, at diag.Span, summary, suggestion string) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: diag.CodeData, Severity: diag.Error, Summary: summary, Suggestion: suggestion, Source: source, Subject: at,
	}
}

// column is a column of a CSV file.
type column struct {
	name string
	read func(cell string) (any, error)
}

func readCSV(source *diag.Source, comma rune) (*Table, diag.List) {
	text := bytes.TrimPrefix(source.Text(), []byte("\ufeff"))
	bom := len(source.Text()) - len(text)
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = comma
	r.FieldsPerRecord = -1 // told better here
	at := func(field int) diag.Span {
		line, byteColumn := r.FieldPos(field)
		start := source.Offset(line, byteColumn)
		if line == 1 {
			start += bom
		}
		return diag.Span{Start: start, End: start + 1}
	}
	malformed := func(err error) diag.List {
		span := diag.Span{}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			start := source.Offset(wrong.Line, max(wrong.Column, 1))
			span, err = diag.Span{Start: start, End: start + 1}, wrong.Err
		}
		return diag.List{problem(source, span, "this is not CSV: "+err.Error(), "put a cell that holds quotes in quotes, and double those in it")}
	}
	header, err := r.Read()
	if err == io.EOF {
		return &Table{}, nil
	}
	if err != nil {
		return nil, malformed(err)
	}
	var columns []column
	t := &Table{}
	var problems diag.List
	for i, cell := range header {
		c, err := readHeader(cell)
		if err == nil && slices.Contains(t.Columns, c.name) {
			err = fmt.Errorf("two columns are called `%s`", c.name)
		}
		if err != nil {
			problems = append(problems, problem(source, at(i), err.Error(), "write the names of the variables in the first line, such as `name,age:int`"))
		}
		columns = append(columns, c)
		t.Columns = append(t.Columns, c.name)
	}
	for len(problems) == 0 || len(problems) < maxProblems && len(t.Rows) > 0 {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, append(problems, malformed(err)...)
		}
		line, _ := r.FieldPos(0)
		if len(cells) != len(columns) {
			problems = append(problems, problem(source, at(0), fmt.Sprintf("this row has %d cells, and there are %d columns", len(cells), len(columns)),
				"give every column a cell, empty if need be; put a cell that holds a comma in quotes"))
			t.Rows = append(t.Rows, Row{Line: line})
			continue
		}
		row := Row{Line: line, Values: make(map[string]any, len(cells))}
		for i, cell := range cells {
			v, err := columns[i].read(cell)
			if err != nil {
				problems = append(problems, problem(source, at(i), fmt.Sprintf("`%s`: %v", columns[i].name, err), "mend the cell, or leave out the type of the column to have text"))
			}
			row.Values[columns[i].name] = v
		}
		t.Rows = append(t.Rows, row)
	}
	return t, problems
}

// readHeader reads the name of a column and its type.
func readHeader(cell string) (column, error) {
	name, kind, typed := strings.Cut(strings.TrimSpace(cell), ":")
	c := column{name: strings.TrimSpace(name), read: func(cell string) (any, error) { return cell, nil }}
	if c.name == "" {
		return c, errors.New("a column without a name")
	}
	if !typed {
		return c, nil
	}
	switch strings.TrimSpace(kind) {
	case "text", "string":
	case "int":
		c.read = func(cell string) (any, error) {
			n, ok := parseNumber(cell)
			if !ok || strings.ContainsAny(cell, ".eE") {
				return nil, fmt.Errorf("`%s` is not a whole number", cell)
			}
			return n, nil
		}
	case "number":
		c.read = func(cell string) (any, error) {
			n, ok := parseNumber(cell)
			if !ok {
				return nil, fmt.Errorf("`%s` is not a number", cell)
			}
			return n, nil
		}
	case "bool":
		c.read = func(cell string) (any, error) {
			switch strings.ToLower(strings.TrimSpace(cell)) {
			case "true":
				return true, nil
			case "false":
				return false, nil
			}
			return nil, fmt.Errorf("`%s` is neither `true` nor `false`", cell)
		}
	case "json":
		c.read = func(cell string) (any, error) {
			v, _, err := value.Decode([]byte(cell))
			if err != nil {
				return nil, fmt.Errorf("`%s` is not JSON: %w", cell, err)
			}
			return v, nil
		}
	default:
		return c, fmt.Errorf("a column cannot be of type `%s`: expected int, number, bool, json or text", kind)
	}
	return c, nil
}

// parseNumber reads a number as JSON writes it, and with zeros in front of it,
// as tables often have them.
func parseNumber(cell string) (any, bool) {
	cell = strings.TrimSpace(cell)
	digits := strings.TrimLeft(cell, "0")
	if digits == "" || digits[0] < '0' || digits[0] > '9' { // 0, 0.5, -1
		return value.ParseNumber(cell)
	}
	return value.ParseNumber(digits)
}

func readJSON(source *diag.Source) (*Table, diag.List) {
	v, duplicates, err := value.Decode(source.Text())
	if err != nil {
		at := diag.Span{}
		if wrong, ok := errors.AsType[*value.SyntaxError](err); ok {
			at = diag.Span{Start: int(wrong.Offset), End: int(wrong.Offset) + 1}
		}
		return nil, diag.List{problem(source, at, "this is not JSON: "+err.Error(), "write a list of objects, such as [{\"name\": \"a\"}]")}
	}
	if len(duplicates) > 0 {
		return nil, diag.List{problem(source, diag.Span{}, fmt.Sprintf("`%s` is given twice", duplicates[0]), "leave one of them out")}
	}
	list, ok := v.([]any)
	if !ok {
		return nil, diag.List{problem(source, diag.Span{}, fmt.Sprintf("expected a list of objects, found %s", value.Kind(v)), "write a list of objects, such as [{\"name\": \"a\"}]")}
	}
	t := &Table{}
	for i, element := range list {
		object, ok := element.(map[string]any)
		if !ok {
			return nil, diag.List{problem(source, diag.Span{}, fmt.Sprintf("row %d is %s, not an object", i+1, value.Kind(element)), "write each row as an object, such as {\"name\": \"a\"}")}
		}
		for name := range object {
			if !slices.Contains(t.Columns, name) {
				t.Columns = append(t.Columns, name)
			}
		}
		t.Rows = append(t.Rows, Row{Line: 1, Values: object})
	}
	slices.Sort(t.Columns)
	return t, nil
}
