package runner

import (
	"sync"
	"sync/atomic"

	"github.com/postrider/postrider/internal/eval"
)

// maxCompiled is how many expressions of a plan stay compiled. Such a one takes
// about two kilobytes, while compiling it takes some microseconds, which is little
// beside the request that it is about: of a file with thousands of expressions, most
// are compiled for their mistakes and what they read, and again when they are needed.
const maxCompiled = 2048

// compiled counts the expressions that stay compiled.
type compiled struct{ n atomic.Int64 }

// add releases a program that is one too many.
func (c *compiled) add(p *eval.Program) {
	if c.n.Add(1) > maxCompiled {
		p.Release()
	}
}

// again retains a program that another request has as well.
func (c *compiled) again(p *eval.Program) {
	if c.n.Load() > maxCompiled {
		p.Retain()
	}
}

// programs are expressions by their texts. Most are added by planning, some by runs.
type programs struct {
	mu    sync.RWMutex
	byKey map[programKey]*eval.Program
}

func (p *programs) load(key programKey) *eval.Program {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.byKey[key]
}

func (p *programs) store(key programKey, program *eval.Program) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byKey == nil {
		p.byKey = make(map[programKey]*eval.Program)
	}
	p.byKey[key] = program
}
