package cli

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/docs"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/report"
	"github.com/postrider/postrider/parser"
	"github.com/postrider/postrider/runner"
)

// completeCommand is what the scripts of `postrider completion` call: the word
// under the cursor behind an underscore, for an empty argument is lost in some
// shells, and then the words before it. It answers with one candidate a line,
// with a tab and an explanation behind it where there is one. It sends nothing,
// and says nothing of what is wrong: somebody is typing.
const completeCommand = "__complete"

// complete prints what the word under the cursor may become.
func (p *program) complete(args []string) error {
	if len(args) == 0 {
		return nil
	}
	c := completer{program: p, commands: p.commands(), word: strings.TrimPrefix(args[0], "_")}
	var b strings.Builder
	for _, found := range c.candidates(args[1:]) {
		// No shell can be told of a name with a line end, and no terminal of one that it
		// would obey.
		if diag.Printable(found.value) != found.value || !strings.HasPrefix(found.value, c.word) {
			continue
		}
		b.WriteString(found.value)
		if found.says != "" {
			b.WriteString("\t" + diag.Printable(found.says))
		}
		b.WriteString("\n")
	}
	_ = write(p.stdout, b.String()) // nobody waits for it then
	return nil
}

// candidate is what a word may become.
type candidate struct{ value, says string }

type completer struct {
	*program
	commands []*cli.Command
	word     string // under the cursor, as far as it is there
	paths    []string
}

// candidates returns what may stand behind some words.
func (c *completer) candidates(before []string) []candidate {
	all := commandsOf(c.commands)
	at, command := commandAt(before, all)
	implied := command == ""
	if implied {
		command = defaultCommand
	}
	flags := flagsOf(all[command])
	positional := 0
	for i := 0; i < len(before); i++ {
		switch word := before[i]; {
		case slices.Contains(at, i):
		case word == "--":
			c.paths = append(c.paths, before[i+1:]...)
			return c.files(command)
		case !isFlag(word):
			positional++
			c.paths = append(c.paths, word)
		default:
			if f, open := flags.awaits(word, before[i+1:]); open {
				return c.values(f, c.word, "")
			}
			_, more, _ := flags.read(word, before[i+1:])
			i += more
		}
	}
	if name, value, ok := strings.Cut(c.word, "="); ok && strings.HasPrefix(name, "--") {
		if f, known := flags[strings.TrimPrefix(name, "--")]; known && f.takesValue {
			return c.values(f.long, value, name+"=")
		}
		return nil
	}
	if strings.HasPrefix(c.word, "-") {
		return flagNames(command, all[command])
	}
	switch {
	case implied && positional == 0:
		return append(c.commandNames(""), c.files(defaultCommand)...)
	case command == "help" && positional == 0:
		return append(c.commandNames(""), plainly(docs.Chapters()...)...)
	case command == "completion" && positional == 0:
		return plainly(slices.Sorted(maps.Keys(completionScripts()))...)
	case len(all[command].Subcommands) > 0 && positional == 0:
		return c.commandNames(command)
	}
	return c.files(command)
}

// awaits reports whether a flag waits for its value in the word that is typed.
func (t flagTable) awaits(word string, rest []string) (long string, open bool) {
	name, isLong := strings.CutPrefix(word, "--")
	if !isLong {
		name = word[len(word)-1:]
	}
	f, ok := t[name]
	if _, optionally := f.value.(optional); !ok || !f.takesValue || optionally || len(rest) > 0 {
		return "", false
	}
	return f.long, true
}

// commandNames returns the commands, or the subcommands of one.
func (c *completer) commandNames(of string) []candidate {
	var found []candidate
	for _, command := range c.commands {
		if of == "" {
			says := summaryOf(command.Name)
			if len(command.Subcommands) > 0 {
				says = "" // that would be of the first of them
			}
			found = append(found, candidate{command.Name, says})
		}
		for _, sub := range command.Subcommands {
			if of == command.Name {
				found = append(found, candidate{sub.Name, summaryOf(of + " " + sub.Name)})
			}
		}
	}
	return found
}

// summaryOf is what the help of the program says of a command.
func summaryOf(command string) string {
	for line := range strings.Lines(generalHelp) {
		words := strings.Fields(strings.Replace(line, "[run]", "run", 1))
		if len(words) > 1 && words[0] == "postrider" && strings.HasPrefix(strings.Join(words[1:], " ")+" ", command+" ") {
			return explanation(line)
		}
	}
	return ""
}

// helpColumn is where the explanations of long lists of flags stand, also behind a
// flag that leaves no gap.
const helpColumn = 28

// explanation is what stands behind the gap of a line of help.
func explanation(line string) string {
	text := strings.TrimSpace(line)
	if i := strings.LastIndex(text, "  "); i >= 0 {
		return strings.TrimSpace(text[i:])
	}
	if len(line) > helpColumn && line[helpColumn-1] == ' ' {
		return strings.TrimSpace(line[helpColumn:])
	}
	return ""
}

// flagNames returns the flags of a command, with what its help says of them.
func flagNames(name string, command *cli.Command) []candidate {
	says := make(map[string]string)
	var last []string // flags that the line before is about
	column := 0       // where their explanation stands
	for line := range strings.Lines(helpTexts()[name]) {
		if text := strings.TrimSpace(line); len(last) > 0 && text != "" && len(line)-len(strings.TrimLeft(line, " ")) == column {
			for _, long := range last {
				says[long] += " " + text
			}
			continue
		}
		last = nil
		for _, word := range strings.Fields(line) {
			if long, ok := strings.CutPrefix(word, "--"); ok && strings.HasPrefix(strings.TrimSpace(line), "-") && says[long] == "" {
				if says[long] = explanation(line); says[long] != "" {
					last, column = append(last, long), strings.LastIndex(line, says[long])
				}
			}
		}
	}
	var found []candidate
	for long := range longFlags(command) {
		found = append(found, candidate{"--" + long, says[long]})
	}
	slices.SortFunc(found, func(a, b candidate) int { return strings.Compare(a.value, b.value) })
	return found
}

func longFlags(command *cli.Command) map[string]bool {
	found := map[string]bool{"help": true}
	for _, f := range command.Flags {
		found[namesOf(f)[0]] = true
	}
	return found
}

// values returns the values of a flag that go on from a text, with what stands
// before it in the word.
func (c *completer) values(flag, typed, before string) []candidate {
	var found []candidate
	switch flag {
	case "dialect":
		found = plainly(parser.DialectNames()...)
	case "status-check":
		found = plainly("on", "off")
	case "as":
		found = plainly(asHTTP, asCurl)
	case "format":
		found = plainly("text", "json", "github", "sarif")
	case "report":
		if kind, file, named := strings.Cut(typed, "="); named {
			for _, e := range entries(file, func(string) bool { return true }) {
				found = append(found, candidate{value: kind + "=" + e.value})
			}
			break
		}
		found = plainly(append(report.Kinds(), noReport)...)
	case "proxy":
		found = plainly("http://", "https://", "socks5://")
	case "wait-for":
		found = plainly("http://", "https://", "tcp://")
	case "allow-origin":
		found = plainly("https://", "http://")
	case "env":
		found = plainly(c.environments()...)
	case "name":
		found = plainly(c.named(func(b *parser.Block) []string { return []string{b.RequestName()} })...)
	case "tag", "exclude-tag": // of several, the last one is typed
		given := typed[:strings.LastIndexByte(typed, ',')+1]
		for _, tag := range c.named(tagsOf) {
			if !slices.Contains(strings.Split(given, ","), tag) {
				found = append(found, candidate{value: given + tag})
			}
		}
	case "map":
		if from, file, named := strings.Cut(typed, "="); named {
			for _, e := range entries(file, project.IsRequestFile) {
				found = append(found, candidate{value: from + "=" + e.value})
			}
		}
	case "data", "var-file", "cacert", "cert", "key", "auth-cache-dir":
		found = entries(typed, func(string) bool { return true })
	case "secret", "cert-pass":
		name, source, given := strings.Cut(typed, "=")
		if flag == "cert-pass" {
			name, source, given = "", typed, true
		} else {
			name += "="
		}
		switch {
		case !given:
		case strings.HasPrefix(source, "@"):
			for _, e := range entries(source[1:], func(string) bool { return true }) {
				found = append(found, candidate{value: name + "@" + e.value})
			}
		default:
			found = plainly(name+"@", name+"env:")
		}
	}
	for i := range found {
		found[i].value = before + found[i].value
	}
	return found
}

func plainly(values ...string) []candidate {
	found := make([]candidate, len(values))
	for i, v := range values {
		found[i].value = v
	}
	return found
}

// files returns what a path of a command may be: a folder, a request file, and
// behind # a request of it.
func (c *completer) files(command string) []candidate {
	switch command {
	case "replay":
		if len(c.paths) == 0 {
			return entries(c.word, func(name string) bool { return strings.HasSuffix(name, ".ndjson") })
		}
	}
	switch command {
	case "run", "replay", "list", "expect":
		file, _, ok := strings.Cut(c.word, "#")
		if !ok {
			break
		}
		c.paths = []string{file}
		var found []candidate
		for _, name := range c.named(func(b *parser.Block) []string { return []string{b.RequestName()} }) {
			found = append(found, candidate{value: file + "#" + name})
		}
		return found
	case "check", "vars", "parse", "fmt":
	default:
		return nil
	}
	return entries(c.word, project.IsRequestFile)
}

// entries returns the folders and the files that a path may go on to. Those with a
// point at the start are there for who types it.
func entries(typed string, wanted func(name string) bool) []candidate {
	folder, start := filepath.Split(typed)
	read := folder
	if rest, ok := strings.CutPrefix(folder, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			read = filepath.Join(home, rest)
		}
	}
	if read == "" {
		read = "."
	}
	var found []candidate
	all, _ := os.ReadDir(read) // sorted
	for _, e := range all {
		name := e.Name()
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(start, ".") {
			continue
		}
		info, err := os.Stat(filepath.Join(read, name)) // of what a link leads to
		switch {
		case err != nil:
		case info.IsDir():
			found = append(found, candidate{value: folder + name + "/"})
		case wanted(name):
			found = append(found, candidate{value: folder + name})
		}
	}
	return found
}

// Bounds of what is read to complete a word: nobody waits for more.
const (
	maxCompleteFiles = 200
	maxCompleteSize  = 1 << 20
)

// inputs returns the request files that the command line names, or those of the
// working directory.
func (c *completer) inputs() []project.Input {
	var paths []string
	for _, path := range c.paths {
		if path != "-" {
			paths = append(paths, runner.FileOf(path))
		}
	}
	if len(paths) == 0 && len(c.paths) > 0 {
		return nil // standard input is not for us
	}
	inputs, _, _ := project.Find(paths, "")
	return inputs[:min(len(inputs), maxCompleteFiles)]
}

// named returns what is read of the requests of the files, each once, in order.
func (c *completer) named(of func(*parser.Block) []string) []string {
	var found []string
	for _, in := range c.inputs() {
		info, err := os.Stat(in.Path)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxCompleteSize {
			continue
		}
		content, err := os.ReadFile(in.Path)
		if err != nil {
			continue
		}
		f := parser.Parse(in.Name, content)
		for _, b := range f.Blocks {
			if b.Request == nil && b != f.Preamble() && !slices.ContainsFunc(b.Imports, func(i *parser.Import) bool { return i.Run }) {
				continue
			}
			for _, name := range of(b) {
				if name != "" && !slices.Contains(found, name) {
					found = append(found, name)
				}
			}
		}
	}
	return found
}

// tagsOf returns the tags of a request, or those that a preamble gives to all.
func tagsOf(b *parser.Block) []string {
	var tags []string
	for _, d := range b.Directives {
		if n, ok := d.Node.(*parser.Names); ok && d.Key == "tag" {
			for _, t := range n.Names {
				tags = append(tags, strings.Fields(t.String())...)
			}
		}
	}
	return tags
}

// environments returns those of the files that the command line names, or of the
// working directory.
func (c *completer) environments() []string {
	dirs := []string{"."}
	if len(c.paths) > 0 {
		dirs = nil
		for _, in := range c.inputs() {
			if dir := filepath.Dir(in.Path); !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	var found []string
	for _, dir := range dirs {
		found = append(found, runner.Environments(dir)...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}
