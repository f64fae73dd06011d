//go:build !unix

package parser

import "time"

// cpuTime returns 0, because it is not known here.
func cpuTime() time.Duration { return 0 }
