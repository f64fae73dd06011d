package data

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

func TestRead(t *testing.T) {
	tests := []struct{ name, file, text, want string }{
		{"text stays text", "a.csv", "id,name\n007,\"a, b\"\n1e3,\"x\"\"y\"\n", `id,name | 2 "007" "a, b" | 3 "1e3" "x\"y"`},
		{"types", "a.csv", "n:int,f:number,b:bool,j:json,t:text\n9007199254740993,0.10,TRUE,\"{\"\"a\"\":1}\",5\n", `n,f,b,j,t | 2 9007199254740993 0.10 true {"a":1} "5"`},
		{"a byte order mark, blank lines and CRLF", "A.CSV", "\ufeffa,b\r\n\r\n1,2\r\n", `a,b | 3 "1" "2"`},
		{"lines inside a cell", "a.csv", "a\n\"x\ny\"\nz\n", `a | 2 "x\ny" | 4 "z"`},
		{"tabs", "a.tsv", "a\tb\n1,5\t2\n", `a,b | 2 "1,5" "2"`},
		{"JSON", "a.json", `[{"b": [1, 2.0], "a": "007"}, {"c": null}]`, `a,b,c | 1 "007" [1,2.0] - | 1 - - nil`},
		{"no rows", "a.csv", "a,b\n", "a.csv:1:1: there is no row in this table"},
		{"nothing", "a.csv", "", "a.csv:1:1: there is no row in this table"},
		{"no rows in JSON", "a.json", "[]", "a.json:1:1: there is no row in this table"},
		{"every mistake", "a.csv", "a:int,b\nx,1\n1\n2,3,4\n5,6\n1.5,7\n", "a.csv:2:1: `a`: `x` is not a whole number\na.csv:3:1: this row has 1 cells, and there are 2 columns\na.csv:4:1: this row has 3 cells, and there are 2 columns\na.csv:6:1: `a`: `1.5` is not a whole number"},
		{"a quote inside", "a.csv", "a\nx\"y\n", "a.csv:2:2: this is not CSV: bare \" in non-quoted-field"},
		{"columns of one name", "a.csv", "a,a:int\n1,2\n", "a.csv:1:3: two columns are called `a`"},
		{"a column without a name", "a.csv", "a,\n1,2\n", "a.csv:1:3: a column without a name"},
		{"an unknown type", "a.csv", "a:date\n1\n", "a.csv:1:1: a column cannot be of type `date`: expected int, number, bool, json or text"},
		{"an object", "a.json", `{"a": 1}`, "a.json:1:1: expected a list of objects, found object"},
		{"a list of numbers", "a.json", `[{"a": 1}, 2]`, "a.json:1:1: row 2 is number, not an object"},
		{"broken JSON", "a.json", "[\n{]", "a.json:2:2: this is not JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, err := Read(diag.NewSource(tt.file, []byte(tt.text)))
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				got = dump(table)
			}
			if got != tt.want && !(err != nil && strings.HasPrefix(got, tt.want)) {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func dump(t *Table) string {
	s := strings.Join(t.Columns, ",")
	for _, row := range t.Rows {
		s += fmt.Sprintf(" | %d", row.Line)
		for _, c := range t.Columns {
			v, ok := row.Values[c]
			switch text, isText := v.(string); {
			case !ok:
				s += " -"
			case v == nil:
				s += " nil"
			case isText:
				s += fmt.Sprintf(" %q", text)
			default:
				s += " " + value.Format(v)
			}
		}
	}
	return s
}

// A table of many mistakes does not flood the terminal.
func TestReadStopsComplaining(t *testing.T) {
	_, err := Read(diag.NewSource("a.csv", []byte("a:int\n"+strings.Repeat("x\n", 10_000))))
	list, ok := err.(diag.List)
	if !ok || len(list) != maxProblems {
		t.Errorf("%d problems, want %d", len(list), maxProblems)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a.csv", "a:int,b\n1,\"x\"\n")
	f.Add("a.json", `[{"a": 1}]`)
	f.Fuzz(func(t *testing.T, name, text string) {
		table, err := Read(diag.NewSource(name, []byte(text)))
		if err == nil && (len(table.Rows) == 0 || len(table.Columns) == 0 && len(table.Rows[0].Values) > 0) {
			t.Errorf("a table without rows or columns is no error: %+v", table)
		}
		again, _ := Read(diag.NewSource(name, []byte(text)))
		if err == nil && !reflect.DeepEqual(table, again) {
			t.Error("reading twice gives two tables")
		}
	})
}
