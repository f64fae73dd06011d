package parser

import "slices"

// Preamble returns the text before the first separator if it holds no request
// line, live or commented out: what stands there is for the whole file. It
// returns nil if the file has no such text.
func (f *File) Preamble() *Block {
	first := f.Blocks[0]
	if first.Request != nil || first.Disabled || first.Span.Len() == 0 {
		return nil
	}
	return first
}

// OwnDirectives reports whether the file has a directive that no other tool
// knows, such as @assert, @capture and @auth, and so was written for postrider.
func (f *File) OwnDirectives() bool { return f.own }

// RequestName returns how a request is called: its @name, else its title, else
// "".
func (b *Block) RequestName() string { return b.Name.String() }

// runsOthers reports whether a block calls other requests.
func (b *Block) runsOthers() bool {
	return slices.ContainsFunc(b.Imports, func(i *Import) bool { return i.Run })
}

// hasOther reports whether a block holds something beside comments, directives
// and variables that acts without a request of its own, such as a call of
// another one.
func (b *Block) hasOther() bool {
	return len(b.Scripts)+len(b.Assertions)+len(b.Outputs)+len(b.Imports)+len(b.Protos)+len(b.Foreign) > 0
}
