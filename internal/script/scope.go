package script

import (
	"slices"
	"sync"

	"github.com/dop251/goja"
)

// scope is the global object of a script. Behind it stands that of the language.
// What the script makes global is kept here; the API is made when it is read; and
// the variables of httpYac are looked up.
type scope struct {
	*runtime
	self *goja.Object
	own  map[string]goja.Value // made by the script
	made []cached              // of the API
}

// apiNames are the globals of the API, of all tools.
var apiNames = []string{
	"client", "request", "response", "console", "assert", "test", "setTimeout", "clearTimeout", "setInterval",
	"clearInterval", "setImmediate", "clearImmediate", "queueMicrotask",
}

// yacNames are those of httpYac alone: elsewhere they would hide a mistake.
var yacNames = []string{"exports", "module", "require", "sleep", "$global", "process", cancel}

// cancel is what httpYac scripts set, as a global or as an export, to call the
// request off.
const cancel = "$cancel"

func (s *scope) apiName(name string) bool {
	return slices.Contains(apiNames, name) || slices.Contains(libraryNames, name) ||
		s.program.api != JetBrains && slices.Contains(yacNames, name)
}

// Get implements goja.DynamicObject.
func (s *scope) Get(name string) goja.Value {
	if v, ok := s.own[name]; ok {
		return v
	}
	for _, c := range s.made {
		if c.name == name {
			return c.value
		}
	}
	if v := s.expanded(name); v != nil {
		return v
	}
	if v := s.api(name); v != nil {
		if isLive(name) {
			return v
		}
		s.made = append(s.made, cached{name, v})
		return v
	}
	if name == "globalThis" {
		return s.self
	}
	if v := s.hidden(name); v != nil {
		return v
	}
	if v := s.constructorOnce(name); v != nil {
		return v
	}
	if s.program.api != HTTPYac || s.base.Get(name) != nil {
		return nil
	}
	v, ok := s.variable(Anywhere, name)
	if !ok {
		return nil
	}
	return v
}

// api makes a global of the API; nil if there is none of the name.
func (s *scope) api(name string) goja.Value {
	if !s.apiName(name) {
		return nil
	}
	switch name {
	case "client":
		return s.client()
	case "request":
		return s.requestObject()
	case "response":
		return s.responseObject()
	case "console":
		return s.console()
	}
	if v := s.task(name); v != nil {
		return v
	}
	if v := s.yac(name); v != nil {
		return v
	}
	return s.library(name)
}

// Set implements goja.DynamicObject.
func (s *scope) Set(name string, v goja.Value) bool {
	if s.apiName(name) && name != cancel {
		s.throw(mistake{
			message:    "`" + name + "` cannot be changed",
			suggestion: "declare a variable of your own: `const " + name + "2 = …`", member: name,
		})
	}
	if s.own == nil {
		s.own = map[string]goja.Value{}
	}
	s.own[name] = v
	return true
}

// Has implements goja.DynamicObject.
func (s *scope) Has(name string) bool {
	_, ok := s.own[name]
	if _, text := s.program.texts[name]; text {
		return true
	}
	if ok || s.apiName(name) || s.program.api != HTTPYac || s.base.Get(name) != nil {
		return ok || s.apiName(name)
	}
	s.ask(func(h Host) { _, ok = h.Get(Anywhere, name) })
	return ok
}

// Delete implements goja.DynamicObject.
func (s *scope) Delete(name string) bool {
	delete(s.own, name)
	return !s.apiName(name)
}

// Keys implements goja.DynamicObject.
func (s *scope) Keys() []string {
	var names []string
	for name := range s.own {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// names returns the names that a script can use, for suggestions.
func (s *scope) names() []string {
	names := slices.Concat(s.Keys(), apiNames, libraryNames, languageNames())
	if s.program.api == HTTPYac {
		names = append(names, yacNames...)
		s.ask(func(h Host) { names = append(names, h.Names(Anywhere)...) })
	}
	return names
}

// languageNames are the globals of the language.
var languageNames = sync.OnceValue(func() []string {
	return append(goja.New().GlobalObject().GetOwnPropertyNames(), "arguments", "undefined", "this")
})

// isGlobal reports whether a name is one of the language or of the API.
func isGlobal(name string) bool {
	return slices.Contains(apiNames, name) || slices.Contains(yacNames, name) || slices.Contains(libraryNames, name) ||
		slices.Contains(languageNames(), name)
}
