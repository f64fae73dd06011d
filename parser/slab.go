package parser

// slab allocates the nodes of one type. They live and die with their file, so
// that it asks for memory for many of them at once: more each time, up to
// slabNodes.
type slab[T any] struct {
	free []T
	size int // of the next lot
}

const slabNodes = 64

func (s *slab[T]) new() *T {
	if len(s.free) == 0 {
		s.size = min(2*s.size+1, slabNodes)
		s.free = make([]T, s.size)
	}
	node := &s.free[0]
	s.free = s.free[1:]
	return node
}

// nodes are the slabs of a file.
type nodes struct {
	blocks     slab[blockNode]
	requests   slab[requestNode]
	headers    slab[Header]
	directives slab[Directive]
	bodies     slab[bodyNode]
}

// A node that has lists comes with room for as many elements as most have.
type (
	blockNode struct {
		Block
		directives [4]*Directive
	}
	requestNode struct {
		Request
		headers [4]*Header
	}
	bodyNode struct {
		Body
		parts [1]BodyPart
	}
)

func (n *nodes) newBlock() *Block {
	node := n.blocks.new()
	node.Directives = node.directives[:0]
	return &node.Block
}

func (n *nodes) newRequest() *Request {
	node := n.requests.new()
	node.Headers = node.headers[:0]
	return &node.Request
}

func (n *nodes) newBody() *Body {
	node := n.bodies.new()
	node.Parts = node.parts[:0]
	return &node.Body
}
