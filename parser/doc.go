// Package parser reads request files: plain text into a [File] of lines and
// nodes. It does no input or output and never fails; what it cannot read
// becomes a diagnostic, and the rest is read all the same.
//
// The format has several dialects (JetBrains, VS Code REST Client, httpYac,
// Visual Studio, kulala). There is one grammar, the union of them; a [Dialect]
// is detected for each file and decides the few points on which they disagree.
//
// A file is read in one pass over its lines. A block is a head (comments,
// directives, variables), a request line with its continuations and headers,
// and a body. Every look-ahead is bounded, so that the time is proportional to
// the size of the file.
package parser
