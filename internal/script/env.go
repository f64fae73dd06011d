package script

import "github.com/dop251/goja"

// environment is $env of JetBrains, and process.env of httpYac: the variables of the
// process. One that is not set is undefined, so that a script can do without:
// `$env.STAGE ?? "dev"`.
type environment struct {
	*runtime
	name string // as scripts call it
}

var processMembers = []string{"env"}

// process is that of Node, as far as it exists here: the rest of it is an error
// that names it.
func (r *runtime) process() goja.Value {
	return r.object(&object{name: "process", members: processMembers, get: func(string) goja.Value {
		return r.vm.NewDynamicObject(&environment{r, "process.env"})
	}})
}

// Get implements goja.DynamicObject.
func (e *environment) Get(name string) goja.Value {
	v, ok := e.lookup(name)
	if !ok {
		e.unknown(e.name+"."+name, v)
		return nil
	}
	return e.received(v)
}

func (e *environment) lookup(name string) (v Value, ok bool) {
	e.ask(func(h Host) { v, ok = h.Env(name) })
	return v, ok
}

// Has implements goja.DynamicObject.
func (e *environment) Has(name string) bool {
	_, ok := e.lookup(name)
	return ok
}

// Set implements goja.DynamicObject.
func (e *environment) Set(name string, _ goja.Value) bool {
	e.throw(mistake{message: "`" + e.name + "." + name + "` cannot be changed", suggestion: "compare with `===`", member: name})
	return false
}

// Delete implements goja.DynamicObject.
func (e *environment) Delete(name string) bool { return e.Set(name, nil) }

// Keys returns none: what the process has besides is not for scripts.
func (e *environment) Keys() []string { return nil }
