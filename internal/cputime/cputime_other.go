//go:build !unix

// Package cputime measures work. Tests that compare how long two sizes of an input
// take use it in the place of a clock, which here is all that there is.
package cputime

import "time"

var start = time.Now()

// Used is the time since the process began.
func Used() time.Duration { return time.Since(start) }
