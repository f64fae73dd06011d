package script

import (
	"slices"
	"strings"
	"sync"
)

// guarded are the words with which a script reaches what can take memory or stack
// without end in one call, which nothing interrupts.
var guarded = []string{
	"repeat", "padStart", "padEnd", "fill", "join", "from", "stringify", "parse", "flat", "toString",
	"replaceAll", "replace", "match", "matchAll", "search", "compile", "constructor", "eval", "Function", "RegExp", "Reflect",
	"getOwnPropertyDescriptor", "getOwnPropertyDescriptors", "concat", "raw", "split", "normalize", "BigInt", "asIntN", "asUintN",
}

// borrowing are the words with which a script makes a list of something else, or
// sets a length without naming it.
var borrowing = []string{
	"apply", "call", "bind", "assign", "create", "defineProperty", "defineProperties", "setPrototypeOf", "prototype", "__proto__", "Proxy",
}

// spelling are the words with which a script reaches what it does not name.
var spelling = []string{"eval", "Function", "constructor", "Reflect", "getOwnPropertyDescriptor", "getOwnPropertyDescriptors"}

// listFunctions are the functions of lists.
var listFunctions = sync.OnceValue(func() []string {
	return slices.Collect(words("at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap " +
		"forEach includes indexOf join keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice " +
		"toLocaleString toReversed toSorted toSpliced toString unshift values with"))
})

// guardable are all words that matter.
var guardable = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, list := range [][]string{guarded, borrowing, localeNames} {
		for _, word := range list {
			all[word] = true
		}
	}
	for _, word := range append(listFunctions(), "getOwnPropertyNames") {
		if !all[word] {
			all[word] = false // as long as there is no list that is too long
		}
	}
	return all
})

// guardWords notes which of the guarded words a text has; a backslash can write all
// of them otherwise. What the word is there does not matter: a comment costs a
// little time, a spelling that nobody thought of would cost the process.
func (p *Program) guardWords(code string) {
	if p.words == nil {
		p.words = map[string]bool{}
	}
	for word := range words(code) {
		guards, known := guardable()[word]
		if known {
			p.words[word] = true
		}
		p.guards = p.guards || guards
		p.waits = p.waits || word == "await" || word == "then" || word == "finally"
		p.nests = p.nests || word == "push" || word == "unshift"
		if slices.Contains(spelling, word) {
			p.spells, p.lists, p.waits = true, true, true
		}
	}
	if p.spells = p.spells || strings.IndexByte(code, '\\') >= 0; p.spells {
		p.guards, p.constructors = true, true
	}
	p.numbers = p.numbers || p.constructors || p.words["from"] || p.words["join"]
}

// may reports whether the program may call a function by its name.
func (p *Program) may(name string) bool { return p.spells || p.words[name] }

// words yields the words of a text.
func words(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := -1
		for i := 0; i <= len(text); i++ {
			if i < len(text) && isWordByte(text[i]) {
				if start < 0 {
					start = i
				}
				continue
			}
			if start >= 0 && !yield(text[start:i]) {
				return
			}
			start = -1
		}
	}
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '$' || c >= 0x80
}
