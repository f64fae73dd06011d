package script

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/value"
)

// variable returns a variable of the host as a value of the script.
func (r *runtime) variable(tier Tier, name string) (v goja.Value, ok bool) {
	var found Value
	r.ask(func(h Host) { found, ok = h.Get(tier, name) })
	if r.hides(found.Data) {
		r.masked(name)
	}
	if !ok {
		r.unknown(name, found)
		return goja.Undefined(), false
	}
	return r.received(found), true
}

// received makes a value of the host one of the script, and notes if it was
// secret.
func (r *runtime) received(v Value) goja.Value {
	r.tainted = r.tainted || v.Secret
	return r.fromGo(v.Data)
}

// keep makes a value of the script one of the host. The name is that of the
// variable, for messages.
func (r *runtime) keep(name string, v goja.Value) Value {
	data := r.toGo(name, v)
	return Value{Data: data, Secret: r.tainted && hasText(data)}
}

// hasText reports whether a value is text, or holds some.
func hasText(data any) bool {
	switch data := data.(type) {
	case string:
		return true
	case []any:
		return slices.ContainsFunc(data, hasText)
	case map[string]any:
		for _, v := range data {
			if hasText(v) {
				return true
			}
		}
	}
	return false
}

// named returns the argument that is a name.
func (r *runtime) named(c goja.FunctionCall, function string) string {
	name := c.Argument(0)
	if !goja.IsString(name) || name.String() == "" {
		r.fault("write `"+function+"(\"name\", …)`", "`%s` needs the name of a variable, which is text", function)
	}
	return name.String()
}

var storeMembers = []string{"get", "set", "isEmpty", "clear", "clearAll"}
var globalMembers = append([]string{"headers"}, storeMembers...)
var readMembers = []string{"get"}

// store makes an object that variables are kept in: client.global, and
// request.variables.
func (r *runtime) store(name string, tier Tier, members []string) *goja.Object {
	o := &object{name: name, members: members}
	o.get = func(member string) goja.Value {
		function := name + "." + member
		switch member {
		case "get":
			return r.function(func(c goja.FunctionCall) goja.Value {
				v, ok := r.variable(tier, r.named(c, function))
				if !ok && r.program.api == JetBrains && tier == Global {
					return goja.Null()
				}
				return v
			})
		case "set":
			return r.function(func(c goja.FunctionCall) goja.Value {
				r.setVariable(tier, r.named(c, function), c.Argument(1), r.here())
				return goja.Undefined()
			})
		case "isEmpty":
			return r.function(func(goja.FunctionCall) goja.Value {
				var names []string
				r.ask(func(h Host) { names = h.Names(tier) })
				return r.vm.ToValue(len(names) == 0)
			})
		case "clear":
			return r.function(func(c goja.FunctionCall) goja.Value {
				r.clearVariable(tier, r.named(c, function), r.here())
				return goja.Undefined()
			})
		case "clearAll":
			return r.function(func(goja.FunctionCall) goja.Value {
				at := r.here()
				var names []string
				r.ask(func(h Host) { names = h.Names(tier) })
				for _, n := range names {
					r.clearVariable(tier, n, at)
				}
				return goja.Undefined()
			})
		case "headers":
			return r.globalHeaders()
		}
		return nil
	}
	return r.object(o)
}

func (r *runtime) setVariable(tier Tier, name string, v goja.Value, at Place) {
	kept := r.handOn(r.keep(name, v), at)
	var err error
	r.ask(func(h Host) { err = h.Set(tier, name, kept, at) })
	r.hostError(err)
}

func (r *runtime) clearVariable(tier Tier, name string, at Place) {
	var err error
	r.ask(func(h Host) { err = h.Clear(tier, name, at) })
	r.hostError(err)
}

var headerMembers = []string{"set", "clear"}

// globalHeaders is client.global.headers.
func (r *runtime) globalHeaders() *goja.Object {
	const name = "client.global.headers"
	o := &object{name: name, members: headerMembers}
	o.get = func(member string) goja.Value {
		return r.function(func(c goja.FunctionCall) goja.Value {
			header, at := r.named(c, name+"."+member), r.here()
			var err error
			if member == "clear" {
				r.ask(func(h Host) { err = h.ClearHeader(header, at) })
			} else {
				v := r.keep(header, c.Argument(1))
				switch v.Data.(type) {
				case string, bool, int, value.Number:
				default:
					r.fault("", "a header needs text, not %s", value.Kind(v.Data))
				}
				r.ask(func(h Host) { err = h.SetHeader(header, Value{Data: value.Text(v.Data), Secret: v.Secret}, at) })
			}
			r.hostError(err)
			return goja.Undefined()
		})
	}
	return r.object(o)
}
