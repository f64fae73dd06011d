package cli

import (
	"maps"
	"reflect"
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
	command string   // one word, or two for a subcommand: "auth providers"
	implied bool     // the command line names no command
	flags   []string // "--verbose", "--env=staging"
	args    []string
	help    bool
	version bool

	// behindReports are the arguments right behind a --report that names no file, with
	// its kind. They may be meant for the file.
	behindReports map[string]string
}

// argv is the command line for the library.
func (i invocation) argv() []string {
	return slices.Concat([]string{"postrider"}, strings.Fields(i.command), i.flags, []string{"--"}, i.args)
}

// only returns of the commands the one that is called, with the flags that are given
// to it and those whose value is not zero without that. The library looks for a
// flag by asking each one for its names, which it cuts with a regular expression
// every time; a flag that it does not know is one that is not set.
func (i invocation) only(commands []*cli.Command) []*cli.Command {
	first, _, _ := strings.Cut(i.command, " ")
	at := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.Name == first })
	if at < 0 {
		return commands
	}
	if c := commandsOf(commands)[i.command]; c != nil {
		c.Flags = slices.DeleteFunc(c.Flags, func(f cli.Flag) bool {
			return !i.sets(namesOf(f)[0]) && zeroDefault(f)
		})
	}
	return commands[at : at+1]
}

// sets reports whether a flag is given, by its long name.
func (i invocation) sets(name string) bool { return i.times(name) > 0 }

// times returns how often a flag is given, by its long name.
func (i invocation) times(name string) int {
	n := 0
	for _, f := range i.flags {
		if given, _, _ := strings.Cut(strings.TrimPrefix(f, "--"), "="); given == name {
			n++
		}
	}
	return n
}

// zeroDefault reports whether a flag that is not given has the zero value.
func zeroDefault(f cli.Flag) bool {
	switch f := f.(type) {
	case *cli.BoolFlag:
		return !f.Value
	case *cli.StringFlag:
		return f.Value == ""
	case *cli.StringSliceFlag:
		return f.Value == nil
	case *cli.GenericFlag:
		return reflect.ValueOf(f.Value).Elem().IsZero()
	default:
		return false
	}
}

// namesOf returns the names of a flag, the long one first.
func namesOf(f cli.Flag) []string {
	switch f := f.(type) {
	case *cli.BoolFlag:
		return append([]string{f.Name}, f.Aliases...)
	case *cli.StringFlag:
		return append([]string{f.Name}, f.Aliases...)
	case *cli.StringSliceFlag:
		return append([]string{f.Name}, f.Aliases...)
	case *cli.GenericFlag:
		return append([]string{f.Name}, f.Aliases...)
	default:
		return f.Names()
	}
}

// normalize reads the words behind the name of the program.
func normalize(words []string, commands []*cli.Command) (invocation, error) {
	inv := invocation{command: defaultCommand, implied: true}
	all := commandsOf(commands)
	at, name := commandAt(words, all)
	if name != "" {
		inv.command, inv.implied = name, false
	}
	flags := flagsOf(all[inv.command])
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case slices.Contains(at, i):
		case word == "--":
			inv.args = append(inv.args, words[i+1:]...)
			i = len(words)
		case !isFlag(word):
			inv.args = append(inv.args, word)
			if kind := reportBefore(inv.flags, words[:i]); kind != "" {
				if inv.behindReports == nil {
					inv.behindReports = make(map[string]string)
				}
				inv.behindReports[word] = kind
			}
		default:
			read, more, err := flags.read(word, words[i+1:])
			if err != nil {
				return inv, explainFlag(err, inv.command, all)
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

// reportBefore returns the kind of a report without a file that words end with, the
// last of the flags that were read of them.
func reportBefore(flags, words []string) string {
	if len(flags) == 0 || len(words) == 0 {
		return ""
	}
	kind, isReport := strings.CutPrefix(flags[len(flags)-1], "--report=")
	if last := words[len(words)-1]; !isReport || strings.Contains(kind, "=") || last != kind && last != "--report="+kind {
		return ""
	}
	return kind
}

// commandsOf returns commands and their subcommands by their full names.
func commandsOf(commands []*cli.Command) map[string]*cli.Command {
	all := make(map[string]*cli.Command)
	for _, c := range commands {
		all[c.Name] = c
		for _, sub := range c.Subcommands {
			all[c.Name+" "+sub.Name] = sub
		}
	}
	return all
}

// commandAt returns the name of the command and where its words are: the first
// word that is neither a flag nor the value of one, if it is a command, and the
// next such word, if it is a subcommand of it. A file called like a command is
// written ./run.
func commandAt(words []string, commands map[string]*cli.Command) (at []int, name string) {
	var all flagTable // made for the first flag
	for i := 0; i < len(words) && words[i] != "--"; i++ {
		if isFlag(words[i]) {
			if all == nil {
				all = make(flagTable)
				for _, c := range commands {
					maps.Copy(all, flagsOf(c))
				}
			}
			_, more, _ := all.read(words[i], words[i+1:]) // mistakes are found when its command is known
			i += more
			continue
		}
		longer := strings.TrimPrefix(name+" "+words[i], " ")
		if commands[longer] == nil {
			break
		}
		at, name = append(at, i), longer
		if len(commands[name].Subcommands) == 0 {
			break
		}
	}
	return at, name
}

func isFlag(word string) bool { return len(word) > 1 && word[0] == '-' }

// flagTable is the flags of a command by each of their names.
type flagTable map[string]flagInfo

type flagInfo struct {
	long       string
	takesValue bool
	value      any // may be optional or extended
}

// optional is the value of a flag that may stand without one: with a word behind it
// that cannot be its value, absent is.
type optional interface {
	absent() string
	takes(word string) bool
}

// extended is the value of a flag that goes on in the word behind it.
type extended interface {
	continues(word string) bool
}

func flagsOf(c *cli.Command) flagTable {
	table := flagTable{
		"help": {long: "help"}, "h": {long: "help"},
		"version": {long: "version"},
	}
	for _, f := range c.Flags {
		names := namesOf(f)
		info := flagInfo{long: names[0]}
		if v, ok := f.(cli.DocGenerationFlag); ok {
			info.takesValue = v.TakesValue()
		}
		if g, ok := f.(*cli.GenericFlag); ok {
			info.value = g.Value
		}
		for _, name := range names {
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
	if o, ok := f.value.(optional); ok && !attached && (len(rest) == 0 || !o.takes(rest[0])) {
		value, attached = o.absent(), true
	}
	if !attached {
		if len(rest) == 0 || t.has(rest[0]) {
			return nil, 0, usage("", "`%s` needs a value", written)
		}
		value, more = rest[0], 1
	}
	if value == "" {
		return nil, 0, usage("give it a value, or leave `"+written+"` out", "`%s` has an empty value", written)
	}
	if e, ok := f.value.(extended); ok && len(rest) > more && e.continues(rest[more]) {
		value, more = value+" "+rest[more], more+1
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
func explainFlag(err error, command string, commands map[string]*cli.Command) error {
	unknown, ok := err.(*unknownFlag)
	if !ok {
		return err
	}
	name := strings.TrimLeft(unknown.name, "-")
	own := flagsOf(commands[command])
	if _, has := own[name]; !has && strings.HasPrefix(unknown.name, "--") == (len(name) > 1) {
		for _, other := range append([]string{defaultCommand}, slices.Sorted(maps.Keys(commands))...) {
			if f, ok := flagsOf(commands[other])[name]; ok {
				return usage("", "`%s` is a flag of `postrider %s`, not of `postrider %s`", "--"+f.long, other, command)
			}
		}
	}
	var known []string
	for name := range own {
		if len(name) > 1 {
			known = append(known, name)
		}
	}
	slices.Sort(known)
	if nearest := diag.Nearest(name, known); nearest != "" {
		return usage("did you mean `--"+nearest+"`?", "%v", err)
	}
	return usage("", "%v", err)
}
