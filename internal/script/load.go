package script

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// maxModules bounds the modules of a program.
const maxModules = 200

// builtins are the modules of Node that exist here too.
var builtins = []string{"assert", strictAssert}

const strictAssert = "assert/strict"

// required notes a call of require.
func (i *inspector) required(n *ast.CallExpression) {
	if len(n.ArgumentList) != 1 {
		return // an error when it is called
	}
	if literal, ok := n.ArgumentList[0].(*ast.StringLiteral); ok {
		i.unit.needs = append(i.unit.needs, &moduleImport{path: literal.Value.String(), place: i.unit.place(literal)})
	}
}

// load compiles the modules of a unit.
func (c *compiler) load(u *unit) bool {
	c.path = append(c.path, u.source.Name())
	defer func() { c.path = c.path[:len(c.path)-1] }()
	for _, m := range slices.Concat(u.imports, u.needs) {
		if u.modules[m.path] == nil {
			module := c.module(u, m)
			if module == nil {
				return false
			}
			u.modules[m.path] = module
		}
		if !c.bound(m, u.modules[m.path]) {
			return false
		}
	}
	return true
}

// module compiles one module; nil, with a problem, if it cannot.
func (c *compiler) module(u *unit, m *moduleImport) *unit {
	name := strings.TrimPrefix(m.path, "node:")
	if slices.Contains(builtins, name) {
		c.program.facts.Asserts = c.program.facts.Asserts || !u.module
		return &unit{builtin: name}
	}
	if !strings.HasPrefix(m.path, ".") && !strings.HasPrefix(m.path, "/") {
		c.problem(m.place, "do it without the module, or outside of the requests",
			"the module `%s` does not exist here: scripts have no access to Node and its packages", m.path)
		return nil
	}
	if c.unit.Load == nil {
		c.problem(m.place, "", "modules of files cannot be read here: `%s`", m.path)
		return nil
	}
	source, err := c.unit.Load(u.source.Name(), m.path)
	if err != nil {
		c.problem(m.place, "write the path as seen from the file that imports it", "the module `%s` cannot be read: %v", m.path, err)
		return nil
	}
	if at := slices.Index(c.path, source.Name()); at >= 0 {
		c.problem(m.place, "move what both need into a module of its own",
			"modules import each other in a circle: %s", strings.Join(append(slices.Clone(c.path[at:]), source.Name()), " → "))
		return nil
	}
	if known := c.program.units[source.Name()]; known != nil {
		return known
	}
	if len(c.program.units) > maxModules {
		c.problem(m.place, "", "more than %d modules", maxModules)
		return nil
	}
	c.program.facts.Modules = append(c.program.facts.Modules, source)
	return c.source(source, m)
}

// source compiles the text of a module.
func (c *compiler) source(source *diag.Source, m *moduleImport) *unit {
	whole := diag.Span{End: len(source.Text())}
	part := Unit{Source: source, Span: whole, API: c.unit.API}
	if language := part.language(); language != "" {
		c.problem(m.place, "write it in JavaScript", "not supported by this version: modules in %s", language)
		return nil
	}
	if strings.HasSuffix(strings.ToLower(source.Name()), ".json") {
		u := &unit{source: source, json: true}
		if _, err := value.Check(source.Text()); err != nil {
			c.problem(m.place, "", "the module `%s` is no JSON document: %v", m.path, err)
			return nil
		}
		c.program.units[source.Name()] = u
		return u
	}
	return c.compile(source, whole, true)
}

// bound reports whether a module has what an import takes from it, as far as that
// is known before it runs.
func (c *compiler) bound(m *moduleImport, module *unit) bool {
	if !module.linked {
		return true
	}
	names := module.exportedNames()
	for _, b := range m.bindings {
		if b.name == "*" || slices.Contains(names, b.name) || slices.Contains(names, "*") {
			continue
		}
		suggestion := ""
		if nearest := diag.Nearest(b.name, names); nearest != "" {
			suggestion = "did you mean `" + nearest + "`?"
		}
		c.problem(b.place, suggestion, "the module `%s` does not export `%s`", m.path, b.name)
		return false
	}
	return true
}

// exportedNames returns the names that a module exports; "*" stands for those
// that another one decides.
func (u *unit) exportedNames() []string {
	var names []string
	for _, e := range u.exports {
		names = append(names, e.name)
	}
	for _, m := range u.imports {
		for _, b := range m.bindings {
			if !m.reexport {
				continue
			}
			if b.local == "*" && u.modules[m.path].linked {
				names = append(names, u.modules[m.path].exportedNames()...)
			} else {
				names = append(names, b.local)
			}
		}
	}
	return names
}

// requireFunction is the require of a unit.
func (r *runtime) requireFunction(u *unit) goja.Value {
	return r.function(func(c goja.FunctionCall) goja.Value {
		path := c.Argument(0).String()
		module := u.modules[path]
		if module == nil {
			r.fault("write the path as text: `require(\"./file\")`", "the module `%s` was not known when the script was read", path)
		}
		return r.module(module)
	})
}

// module returns what a module exports. It runs when it is asked for first.
func (r *runtime) module(u *unit) goja.Value {
	if v := r.modules[u]; v != nil {
		return v
	}
	if r.modules == nil {
		r.modules = map[*unit]goja.Value{}
	}
	v := r.runModule(u)
	r.modules[u] = v
	return v
}

func (r *runtime) runModule(u *unit) goja.Value {
	switch {
	case u.builtin != "":
		return r.assertModule(u.builtin == strictAssert)
	case u.json:
		r.readNumbers(u.source.Text())
		d := decoder{runtime: r, text: []byte(strings.TrimPrefix(string(u.source.Text()), "\ufeff"))}
		return d.value()
	}
	module, exports := r.vm.NewObject(), goja.Value(r.vm.NewObject())
	_ = module.Set("exports", exports)
	result, err := r.execute(u, append([]goja.Value{exports, module, r.requireFunction(u)}, r.imported(u)...)...)
	if err != nil {
		panic(rethrow(err))
	}
	if !u.linked {
		return module.Get("exports")
	}
	if o, ok := result.(*goja.Object); ok {
		exports = o
	}
	r.reexport(u, exports.(*goja.Object))
	return exports
}

// imported returns what the imports of a unit bind.
func (r *runtime) imported(u *unit) []goja.Value {
	var values []goja.Value
	for _, m := range u.imports {
		module := u.modules[m.path]
		exports := r.module(module)
		if m.reexport {
			continue
		}
		for _, b := range m.bindings {
			values = append(values, r.take(exports, module, m, b))
		}
	}
	return values
}

// take takes one name out of a module.
func (r *runtime) take(exports goja.Value, module *unit, m *moduleImport, b binding) goja.Value {
	if b.name == "*" || b.name == "default" && !module.linked {
		return exports
	}
	var v goja.Value
	if o, ok := exports.(*goja.Object); ok {
		v = o.Get(b.name)
	}
	if v == nil {
		r.fault("", "the module `%s` does not export `%s`", m.path, b.name)
	}
	return v
}

func (r *runtime) reexport(u *unit, exports *goja.Object) {
	for _, m := range u.imports {
		if !m.reexport {
			continue
		}
		module := u.modules[m.path]
		from := r.module(module)
		for _, b := range m.bindings {
			if b.local != "*" {
				r.member(exports, b.local, r.take(from, module, m, b))
				continue
			}
			o, ok := from.(*goja.Object)
			if !ok {
				continue
			}
			for _, name := range o.Keys() {
				if name != "default" && exports.Get(name) == nil {
					r.member(exports, name, o.Get(name))
				}
			}
		}
	}
}
