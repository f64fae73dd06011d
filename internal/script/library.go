package script

import "github.com/dop251/goja"

// libraryNames are the globals that library makes.
var libraryNames = []string{}

// library makes a global that needs nothing but the runtime; nil if there is none
// of the name.
func (r *runtime) library(string) goja.Value { return nil }
