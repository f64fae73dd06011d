package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
)

// defaultCommand is what a command line without a command means.
const defaultCommand = "run"

// invocation is a command line brought into one form: flags by their long
// names with their values attached, before the arguments. The library
// understands nothing else: it takes a flag behind an argument for an argument,
// and knows the flags of a command only behind the command.
type invocation struct {
	command string
	implied bool     // the command line names no command
	flags   []string // "--verbose", "--env=staging"
	args    []string
	help    bool
	version bool
}

// argv is the command line for the library.
func (i invocation) argv() []string {
	return slices.Concat([]string{"postrider", i.command}, i.flags, []string{"--"}, i.args)
}

// normalize reads the words behind the name of the program.
func normalize(words []string, commands []*cli.Command) (invocation, error) {
	inv := invocation{command: defaultCommand, implied: true}
	at := commandAt(words, commands)
	if at >= 0 {
		inv.command, inv.implied = words[at], false
	}
	flags := flagsOf(commands[slices.IndexFunc(commands, named(inv.command))])
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case i == at:
		case word == "--":
			inv.args = append(inv.args, words[i+1:]...)
			i = len(words)
		case !isFlag(word):
			inv.args = append(inv.args, word)
		default:
			read, more, err := flags.read(word, words[i+1:])
			if err != nil {
				return inv, explainFlag(err, inv.command, commands)
			}
			i += more
			for _, f := range read {
				switch f {
				case "--help":
					inv.help = true
				case "--version":
					inv.version = true
				default:
					inv.flags = append(inv.flags, f)
				}
			}
		}
	}
	if inv.help && inv.implied && len(inv.args) == 0 {
		inv.command = "" // the program as a whole
	}
	return inv, nil
}

// commandAt returns the index of the word that names the command: the first
// one that is neither a flag nor the value of one, if it is a command. A file
// called like a command is written ./run.
func commandAt(words []string, commands []*cli.Command) int {
	all := flagTable{}
	for _, c := range commands {
		for name, f := range flagsOf(c) {
			all[name] = f
		}
	}
	for i := 0; i < len(words); i++ {
		switch {
		case words[i] == "--":
			return -1
		case isFlag(words[i]):
			_, more, _ := all.read(words[i], words[i+1:]) // mistakes are found when its command is known
			i += more
		case slices.ContainsFunc(commands, named(words[i])):
			return i
		default:
			return -1
		}
	}
	return -1
}

func named(name string) func(*cli.Command) bool {
	return func(c *cli.Command) bool { return c.Name == name }
}

func isFlag(word string) bool { return len(word) > 1 && word[0] == '-' }

// flagTable is the flags of a command by each of their names.
type flagTable map[string]flagInfo

type flagInfo struct {
	long       string
	takesValue bool
}

func flagsOf(c *cli.Command) flagTable {
	table := flagTable{
		"help": {long: "help"}, "h": {long: "help"},
		"version": {long: "version"},
	}
	for _, f := range c.Flags {
		info := flagInfo{long: f.Names()[0]}
		if v, ok := f.(cli.DocGenerationFlag); ok {
			info.takesValue = v.TakesValue()
		}
		for _, name := range f.Names() {
			table[name] = info
		}
	}
	return table
}

// unknownFlag is the mistake that explainFlag knows more about.
type unknownFlag struct{ name string }

func (e *unknownFlag) Error() string { return "unknown flag `" + e.name + "`" }

// read reads a word that starts with a dash, which may hold several short
// flags, and returns the flags in their one form and how many of the words
// behind it it took for a value.
func (t flagTable) read(word string, rest []string) (flags []string, more int, err error) {
	if name, long := strings.CutPrefix(word, "--"); long {
		name, value, attached := strings.Cut(name, "=")
		f, ok := t[name]
		if !ok || len(name) == 1 {
			return nil, 0, &unknownFlag{"--" + name}
		}
		return t.finish(f, "--"+name, value, attached, rest)
	}
	name, _, _ := strings.Cut(word[1:], "=")
	if _, ok := t[name]; ok && len(name) > 1 {
		return nil, 0, usage("write `--"+name+"`", "unknown flag `-%s`", name)
	}
	for i, letter := range word[1:] {
		short := "-" + string(letter)
		f, ok := t[string(letter)]
		if !ok {
			return nil, 0, &unknownFlag{short}
		}
		behind := word[1+i+len(string(letter)):]
		if !f.takesValue && behind != "" && behind[0] != '=' {
			flags = append(flags, "--"+f.long)
			continue
		}
		value, _ := strings.CutPrefix(behind, "=")
		last, more, err := t.finish(f, short, value, behind != "", rest)
		return append(flags, last...), more, err
	}
	return flags, 0, nil
}

// finish reads the value of a flag, which is attached to it or is the word
// behind it.
func (t flagTable) finish(f flagInfo, written, value string, attached bool, rest []string) ([]string, int, error) {
	if !f.takesValue {
		if attached {
			return nil, 0, usage("write `"+written+"`, or leave it out", "`%s` takes no value", written)
		}
		return []string{"--" + f.long}, 0, nil
	}
	more := 0
	if !attached {
		if len(rest) == 0 || t.has(rest[0]) {
			return nil, 0, usage("", "`%s` needs a value", written)
		}
		value, more = rest[0], 1
	}
	if value == "" {
		return nil, 0, usage("give it a value, or leave `"+written+"` out", "`%s` has an empty value", written)
	}
	return []string{"--" + f.long + "=" + value}, more, nil
}

// has reports whether a word is a flag of the table, rather than a value that
// starts with a dash.
func (t flagTable) has(word string) bool {
	if word == "--" {
		return true
	}
	name := strings.TrimLeft(word, "-")
	name, _, _ = strings.Cut(name, "=")
	_, ok := t[name]
	return ok && isFlag(word)
}

// explainFlag says more about an unknown flag: the nearest one, or the command
// that has it.
func explainFlag(err error, command string, commands []*cli.Command) error {
	unknown, ok := err.(*unknownFlag)
	if !ok {
		return err
	}
	name := strings.TrimLeft(unknown.name, "-")
	var known []string
	for _, c := range commands {
		flags := flagsOf(c)
		if f, ok := flags[name]; ok && c.Name != command && strings.HasPrefix(unknown.name, "--") == (len(name) > 1) {
			return usage("", "`%s` is a flag of `postrider %s`, not of `postrider %s`", "--"+f.long, c.Name, command)
		}
		if c.Name == command {
			for name := range flags {
				if len(name) > 1 {
					known = append(known, name)
				}
			}
		}
	}
	slices.Sort(known)
	if nearest := diag.Nearest(name, known); nearest != "" {
		return usage("did you mean `--"+nearest+"`?", "%v", err)
	}
	return usage("", "%v", err)
}
