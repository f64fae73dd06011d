// Package cli is the command line: flags, argument order, exit codes. It holds
// no logic of the product.
package cli

import "io"

// Main runs the command line and returns the exit code of the process.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int { return 0 }
