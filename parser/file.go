package parser

// Preamble returns the text before the first separator if it holds no request
// line, live or commented out: what stands there is for the whole file. It
// returns nil if the file has no such text.
func (f *File) Preamble() *Block {
	first := f.Blocks[0]
	if first.Request != nil || first.Disabled || first.Span.Len() == 0 {
		return nil
	}
	for _, other := range first.Other {
		if other.What == "curl command" {
			return nil
		}
	}
	return first
}

// OwnDirectives reports whether the file has a directive that no other tool
// knows, such as @assert, @capture and @auth, and so was written for postrider.
func (f *File) OwnDirectives() bool {
	for _, b := range f.Blocks {
		for _, d := range b.Directives {
			if spec, ok := findDirective(d.Name.String()); ok && spec.own {
				return true
			}
		}
	}
	return false
}

// RequestName returns how a request is called: its @name, else its title, else
// "".
func (b *Block) RequestName() string { return b.Name.String() }
