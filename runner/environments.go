package runner

import (
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/scope"
)

// Environments returns the names of the environments that a request file in a
// folder can be run with, sorted. Of files that cannot be read there are none.
func Environments(dir string) []string {
	env, _ := scope.NewLoader(project.Root).Load(dir, "") // what is wrong, a run tells
	if env == nil {
		return nil
	}
	return env.Names()
}
