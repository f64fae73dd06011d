package script

// maxWork is how many nodes or values one call of the library may visit.
const maxWork = 20_000_000

// work bounds what one call of the library does: the engine cannot interrupt it.
type work struct {
	c    *invocation
	done int
}

// step takes note of one node or value. It throws if there were too many, and if
// the script shall end.
func (w *work) step() {
	w.done++
	if w.done%4096 != 0 {
		return
	}
	switch {
	case w.c.l.until().Err() != nil:
		w.c.fail("the script has been told to end")
	case w.done > maxWork:
		w.c.fail("it visits more than %d nodes: narrow it", maxWork)
	}
}
