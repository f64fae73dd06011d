package script

import (
	"reflect"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
)

// object is an object of the API. Its members are made when they are read; what
// is no member is a mistake, and not undefined; and none can be replaced, so
// that `client.assert(response.status = 200)` is an error and no success.
type object struct {
	*runtime
	name    string   // what scripts call it: "client.global"
	members []string // its own, sorted or not

	// get returns a member; nil for undefined. It is asked for members alone.
	get func(name string) goja.Value

	// set changes a member, and reports whether it can be changed. Nil if none can.
	set func(name string, v goja.Value) bool

	// live says that members are to be asked for each time.
	live bool

	cache []cached
}

type cached struct {
	name  string
	value goja.Value
}

func (r *runtime) object(o *object) *goja.Object {
	o.runtime = r
	return r.vm.NewDynamicObject(o)
}

// Get implements goja.DynamicObject.
func (o *object) Get(name string) goja.Value {
	for _, c := range o.cache {
		if c.name == name {
			return c.value
		}
	}
	if !slices.Contains(o.members, name) {
		if o.asked(name) {
			return nil
		}
		o.unknown(name)
	}
	masks := o.masks
	v := o.get(name)
	if v == nil {
		v = goja.Undefined()
	}
	if !o.live && o.masks == masks { // what is masked is to be noted whenever it is read
		o.cache = append(o.cache, cached{name, v})
	}
	return v
}

// asked reports whether a member that does not exist may be asked for: every
// object has some, the language asks for some, and scripts for those of other
// tools, where they find out which they run in.
func (o *object) asked(name string) bool {
	switch name {
	case "toString", "valueOf", "toLocaleString", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "constructor", "__proto__",
		"__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", // of Object.prototype
		"then", "toJSON", "inspect", "length", "nodeType": // of the language and of libraries
		return true
	}
	return slices.Contains(foreign[o.name], name) && o.onlyTested(name)
}

// onlyTested reports whether the code that runs now asks for a member only to
// find out whether there is one: with typeof, or ?. behind or before it.
func (o *object) onlyTested(name string) bool {
	o.frames = o.vm.CaptureCallStack(0, o.frames[:0])
	if len(o.frames) == 0 {
		return false
	}
	u := o.program.units[o.frames[0].SrcName()]
	if u == nil {
		return false
	}
	p := o.frames[0].Position()
	return u.maybe[name] || u.tested[u.offset(p.Line, p.Column)]
}

// foreign are the members that the objects have in other tools, or had in other
// versions.
var foreign = map[string][]string{
	"client":   {"http", "ws", "isEmpty", "session"},
	"response": {"json", "text", "errors", "bodyRaw", "body_raw", "request", "name", "time", "ok", "duration"},
	"request":  {"name", "options", "timeout", "cookies", "skip", "abort", "replay", "proxy", "noRedirect"},
}

func (o *object) unknown(name string) {
	m := mistake{message: "`" + o.name + "` has no member `" + name + "`", member: name}
	if nearest := diag.Nearest(name, o.members); nearest != "" {
		m.suggestion = "write `" + o.name + "." + nearest + "`"
	} else {
		m.detail = "It has " + strings.Join(o.members, ", ") + "."
	}
	o.throw(m)
}

// Set implements goja.DynamicObject.
func (o *object) Set(name string, v goja.Value) bool {
	if o.set != nil && o.set(name, v) {
		return true
	}
	if !slices.Contains(o.members, name) {
		o.unknown(name)
	}
	o.throw(mistake{
		message:    "`" + o.name + "." + name + "` cannot be changed",
		suggestion: "compare with `===`", member: name,
	})
	return false
}

// Has implements goja.DynamicObject.
func (o *object) Has(name string) bool { return slices.Contains(o.members, name) }

// Delete implements goja.DynamicObject.
func (o *object) Delete(name string) bool {
	o.throw(mistake{message: "`" + o.name + "." + name + "` cannot be removed", member: name})
	return false
}

// Keys implements goja.DynamicObject.
func (o *object) Keys() []string { return o.members }

// dynamicOf returns the handler of an object of ours; nil for another object. To
// export that would export all that is in it.
func dynamicOf(o *goja.Object) goja.DynamicObject {
	if !o.ExportType().Implements(dynamicType) {
		return nil
	}
	d, _ := o.Export().(goja.DynamicObject)
	return d
}

var (
	dynamicType = reflect.TypeFor[goja.DynamicObject]()
	promiseType = reflect.TypeFor[*goja.Promise]()
)

// promiseOf returns the promise that a value is; nil for another value.
func promiseOf(v goja.Value) *goja.Promise {
	if o, ok := v.(*goja.Object); ok && o.ExportType() == promiseType {
		p, _ := o.Export().(*goja.Promise)
		return p
	}
	return nil
}
