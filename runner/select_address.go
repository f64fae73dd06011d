package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
)

// address is a path of the command line that means requests of one file: those
// at a line, tickets.http:12, or of a name, tickets.http#close (language.md §5).
type address struct {
	written string
	path    string // the file
	line    int    // 0 for none
	name    string // with its rows, as in close[3]; "" for none
}

// Line is a line of a file.
type Line struct {
	File   string // "" if there is but one file
	Number int    // from 1
}

func (l Line) String() string {
	if l.File == "" {
		return strconv.Itoa(l.Number)
	}
	return l.File + ":" + strconv.Itoa(l.Number)
}

// ParseLine reads a line of a file: 12, tickets.http:12, or with a column, which
// messages have and which means nothing more, tickets.http:12:5.
func ParseLine(text string) (Line, bool) {
	if n, err := strconv.Atoi(text); err == nil {
		return Line{Number: n}, n > 0
	}
	file, n := cutNumber(text)
	if shorter, line := cutNumber(file); line > 0 && n > 0 && shorter != "" {
		file, n = shorter, line
	}
	return Line{File: file, Number: n}, n > 0 && file != ""
}

// cutNumber cuts :12 off; the number is 0 if there is none.
func cutNumber(text string) (string, int) {
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		if n, err := strconv.Atoi(text[i+1:]); err == nil && n > 0 {
			return text[:i], n
		}
	}
	return text, 0
}

// addressOf reads a path as an address; nil if it is none. A file of that very
// name wins.
func (o *Options) addressOf(written string) *address {
	if written == "-" || o.exists(written) {
		return nil
	}
	isFile := func(path string) bool { return path == "-" || o.exists(path) || project.IsRequestFile(path) }
	for i := range len(written) {
		if written[i] == '#' && i+1 < len(written) && isFile(written[:i]) {
			return &address{written: written, path: written[:i], name: written[i+1:]}
		}
	}
	if line, ok := ParseLine(written); ok && line.File != "" && isFile(line.File) {
		return &address{written: written, path: line.File, line: line.Number}
	}
	return nil
}

func (o *Options) exists(path string) bool {
	_, err := os.Stat(o.real(path))
	return err == nil
}

// real returns the path to open what an option names.
func (o *Options) real(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(o.Dir, path)
}

// find returns the request files that the paths of the options name, and for
// those that are named by addresses alone, these.
func (p *Plan) find() ([]project.Input, map[project.Input][]*address) {
	o := &p.options
	var whole []string
	var addresses []*address
	for _, path := range o.Paths {
		a := o.addressOf(path)
		switch {
		case a == nil || o.Check:
			whole = append(whole, path)
			continue
		case o.isFolder(a.path):
			p.misselect(&diag.Diagnostic{
				Code: diag.CodeNoInput, Severity: diag.Error,
				Summary:    fmt.Sprintf("`%s` names a request of a folder", a.written),
				Suggestion: "name a file, or select with `--name` or `--line`",
			})
			continue
		}
		addresses = append(addresses, a)
	}
	var inputs []project.Input
	if len(whole) > 0 || len(o.Paths) == 0 {
		inputs = p.look(whole)
	}
	p.named = whole
	byAddress := make(map[project.Input][]*address)
	for _, a := range addresses {
		p.named = append(p.named, a.path)
		for _, in := range p.look([]string{a.path}) {
			at := slices.IndexFunc(inputs, func(other project.Input) bool { return sameFile(in, other) })
			switch {
			case at < 0:
				inputs = append(inputs, in)
				byAddress[in] = []*address{a}
			case byAddress[inputs[at]] != nil:
				byAddress[inputs[at]] = append(byAddress[inputs[at]], a)
			}
		}
	}
	return inputs, byAddress
}

// look returns the request files that paths name. Where one leads nowhere, nothing
// is run.
func (p *Plan) look(paths []string) []project.Input {
	inputs, problems, unread := project.Find(paths, p.options.Dir)
	p.problems = append(p.problems, problems...)
	p.misselected = p.misselected || len(problems) > len(unread)
	for _, in := range unread {
		p.unread = append(p.unread, in.Abs)
	}
	return inputs
}

func (o *Options) isFolder(path string) bool {
	info, err := os.Stat(o.real(path))
	return err == nil && info.IsDir() && path != "-"
}

func sameFile(a, b project.Input) bool {
	return a.Stdin == b.Stdin && a.Abs == b.Abs
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// FileOf returns the file that a path of the command line means: the path itself,
// unless it is an address such as tickets.http:12 or tickets.http#close.
func FileOf(path string) string {
	if a := new(Options).addressOf(path); a != nil {
		return a.path
	}
	return path
}
