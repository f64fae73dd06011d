package parser

import (
	"github.com/postrider/postrider/internal/diag"
)

// LineKind says what a line of a file is.
type LineKind uint8

// Kinds of lines. Every line has exactly one.
const (
	Blank         LineKind = iota // nothing, or white space
	Separator                     // ### title
	Comment                       // # or //, and block comments
	DirectiveLine                 // # @name …, and the comment lines that continue it
	VariableLine                  // @name = value
	RequestLine                   // GET https://… HTTP/1.1, or a bare URL
	Continuation                  // a further piece of the request line
	HeaderLine                    // Name: value
	Folded                        // a further piece of a header value
	BodyText                      // a line of the body that is sent
	BodyFile                      // < path, <@ path
	ScriptLine                    // < {% … %}, > {% … %}, > file.js, {{ … }} blocks
	OutputLine                    // >> path, >>! path
	AssertionLine                 // ?? status == 200
	ImportLine                    // import file, run #name
	Unknown                       // text that fits no construct; a diagnostic says so
	Response                      // a documented response, which is not sent
	ResponseRef                   // <> path, an answer that an editor has stored
	ProtoLine                     // proto < path, and the options of its loader
	Prose                         // text of a Markdown file outside its requests
	Fence                         // ```http, and the ``` that closes it
	ForeignLine                   // of a Foreign
)

// Line is one line of a file. A file has many, so that they are kept small.
type Line struct {
	Kind       LineKind
	first      byte   // the first byte that is no white space; a line feed in a blank line
	before     uint8  // bytes of a byte order mark
	after      uint8  // bytes of the terminator
	indent     uint32 // bytes of white space at its start that belong to the Markdown round it, not to what it says
	start, end uint32
}

// Span returns the place of the line, with its terminator, and with a byte order
// mark on the first line: the lines of a file, one after the other, are the file.
func (l Line) Span() diag.Span { return diag.Span{Start: int(l.start), End: int(l.end)} }

// File is a parsed file. It holds spans into its source, not copies.
type File struct {
	Source      *diag.Source
	Dialect     Dialect // the tool it was written for
	Lines       []Line
	Blocks      []*Block // in the order of the file; the first is the text before the first separator
	Diagnostics diag.List
	Doubts      []*Doubt // texts that are no checks and may have been meant to be

	own bool // a directive is there that no other tool knows
}

// Block is what stands between two separators. Files without separators, and
// files whose requests follow each other without one, have blocks without a
// separator line.
type Block struct {
	Span       diag.Span
	Title      Text // behind the ###, without banner characters; zero if there is none
	Name       Text // the @name, else the title; zero if the block has neither
	Directives []*Directive
	Variables  []*Variable
	Request    *Request // nil in a block without a request line
	Scripts    []*Script
	Assertions []*Assertion // in the grammars of other tools; @assert is a directive
	Outputs    []*Output
	Imports    []*Import
	Protos     []*Proto
	Foreign    []*Foreign
	Disabled   bool // the block holds a commented-out request line and no live one
}

// Request is a request line with what follows it.
type Request struct {
	Span     diag.Span // from the request line to the end of the body
	Line     diag.Span // the request line with its continuations; a curl command as a whole
	Protocol Protocol
	Method   Text // as written; zero means GET
	Target   Text // the pieces of the URL joined without a separator, unencoded
	Version  Text // "1.1", "2"; zero if none is written
	Headers  []*Header
	Body     *Body // nil if there is none
}

// Protocol is what a request speaks.
type Protocol uint8

// Protocols. All but HTTP are told by the method, GraphQL also by a header or by
// the body.
const (
	HTTP Protocol = iota
	GraphQL
	GRPC
	WebSocket
	ServerSentEvents
	MQTT
	AMQP
)

// Header is one header field as written. Names keep their case; a repeated
// header is two Headers.
type Header struct {
	Span   diag.Span
	Name   Text
	Value  Text // folded lines joined by one space
	Spread bool // httpYac's ...name: Name is zero, and Value the variable that holds the headers
}

// Body is what is sent after the headers: its parts in order, to be
// concatenated. Blank lines around it are left out.
type Body struct {
	Span    diag.Span
	Parts   []BodyPart
	GraphQL *GraphQLBody // what the parts mean in a GraphQL request; nil in others

	Verbatim bool // of a curl command: sent as it is written, whatever its type
}

// GraphQLBody is the body of a GraphQL request taken apart. It is sent as a JSON
// object of these three.
type GraphQLBody struct {
	Query     []BodyPart
	Variables []BodyPart // a JSON object; nil if there is none
	Operation Text       // the name of the operation; zero if it has none
}

// BodyPart is a piece of literal text, or the content of a file. Exactly one of
// Text and Path is set.
type BodyPart struct {
	Text Text // comment lines left out where the type of the body allows comments; line ends are LF

	Path       Text // of a < line
	Substitute bool // <@: templates in the file are expanded
	Encoding   Text // of <@latin1 path; zero means UTF-8
	Line       Text // the whole line as written, for a body file
	Stripped   bool // of curl's -d @path: the line ends and NULs of the file are not sent

	Newline bool // a line end follows this part before the next one
}

// Variable is a definition, @name = value.
type Variable struct {
	Span  diag.Span
	Name  Text
	Value Text
	Lazy  bool // httpYac's := , evaluated at each use
}

// Script is a handler: a program in the file, or the path of one.
type Script struct {
	Span   diag.Span
	Event  ScriptEvent
	API    Dialect // whose interface it is written for: JetBrains, Kulala or HTTPYac
	Code   Text    // what stands between the marks; zero if Path is set
	Path   Text    // zero if Code is set
	Global bool    // httpYac's {{+: for every request of the file
}

// ScriptEvent is when a script runs.
type ScriptEvent uint8

// Events. The last three are httpYac's.
const (
	BeforeRequest ScriptEvent = iota
	AfterResponse
	WhileStreaming
	AfterAll
	BeforeLogging
)

// String names the script for people.
func (s *Script) String() string {
	switch {
	case s.API == HTTPYac && s.Path.IsZero():
		return "httpYac script"
	case s.Event == BeforeRequest:
		return "pre-request script"
	default:
		return "response script"
	}
}

// Assertion is a check in the grammar of another tool:
//
//	?? header content-type startsWith application/json    (httpYac)
//	EXPECTED_RESPONSE_STATUS 200                          (httprunner)
type Assertion struct {
	Span      diag.Span
	Text      Text   // as written
	Tool      string // "httpYac" or "httprunner"
	Subject   AssertionSubject
	Argument  Text // the name of a header or cookie, the path into a body, an expression; zero if there is none
	Negated   bool // not
	Predicate Predicate
	Expected  Text // zero for a predicate that stands alone, such as exists
}

// Output is a redirection of the answer to a file, >> path or >>! path.
type Output struct {
	Span      diag.Span
	Path      Text
	Overwrite bool // >>!
}

// Import is a line that brings in or runs other requests:
//
//	import other.http
//	run other.http (@a=1)
//	run #Name (@a=1, @b=2)
type Import struct {
	Span diag.Span
	Run  bool
	Path Text // zero in run #Name
	Name Text // without the #; zero in the other forms
	Vars []Assignment
}

// Assignment gives a variable a value for one run.
type Assignment struct{ Name, Value Text }

// Proto is httpYac's `proto < file.proto`, with the options of its loader.
type Proto struct {
	Span    diag.Span
	Path    Text
	Options []*Header
}

// Foreign is text that means something to one tool only, and nothing here:
//
//	---
//	id: login                (metadata of tepi)
//	---
//	fragment Name on Type {  (httpYac: a part of GraphQL queries of the file)
//	  field
//	}
type Foreign struct {
	Span diag.Span
	Tool string // "tepi", "httpYac"
	What string // "metadata", "GraphQL fragment"
	Text Text   // as written, with the lines that delimit it
}

// Directive is a comment line that starts with @, and the lines that continue it.
type Directive struct {
	Span diag.Span
	Name Text          // as written, without the @
	Key  string        // canonical: "assert", "needs" for @ref and @dependsOn, "connection-timeout" …
	Args Text          // what follows the name, continuation lines joined by one space
	Node DirectiveNode // the arguments, read; nil for most directives of other tools (see Acts), for unknown ones, and for those that cannot be read
}

// DirectiveNode is the meaning of a directive of ours; one of the types below.
type DirectiveNode interface{ directive() }

type (
	// Assert is @assert EXPR [-- message]. None is @assert none.
	Assert struct {
		Expr    Text
		Message Text
		None    bool
	}
	// Capture is @capture [secret] [global] NAME = EXPR.
	Capture struct {
		Name           Text
		Expr           Text
		Secret, Global bool
	}
	// Auth is @auth ID [key=value …]. ID "none" switches credentials off.
	Auth struct {
		ID     Text
		Params []AuthParam
	}
	// AuthParam is one key=value of @auth. Quotes round the value are removed;
	// the value is a template.
	AuthParam struct {
		Key   Text
		Value Text
	}
	// Names is @needs A, "B, C" and @tag a, b.
	Names struct{ Names []Text }
	// Duration is @timeout, @connection-timeout and @sleep. The value is a
	// template, to be read with ParseDuration.
	Duration struct{ Value Text }
	// Reason is @skip [reason].
	Reason struct{ Text Text }
	// Condition is @if EXPR.
	Condition struct{ Expr Text }
	// Retry is @retry N [every D] [backoff F] [until EXPR].
	Retry struct {
		Tries   int
		Every   Text // zero if not given
		Backoff Text // zero if not given
		Until   Text // zero if not given
	}
	// Loop is httpYac's @loop for N, for x of EXPR, or while EXPR. Exactly one of
	// Count, Of and While is set.
	Loop struct {
		Count Text
		Var   Text // of Of
		Of    Text
		While Text
	}
	// Value is a directive with one argument: @data, @proxy, @cert, @key, @import …
	Value struct{ Text Text }
	// Prompt is @prompt NAME and @secret NAME: a variable that an editor asks for.
	Prompt struct {
		Name   Text
		Label  Text // what is asked for, for people; zero for nothing but the name
		Secret bool // what is typed is not shown
	}
	// Switch is a directive without arguments: @no-redirect, @insecure, @setup …
	Switch struct{}
)

func (*Assert) directive()    {}
func (*Capture) directive()   {}
func (*Auth) directive()      {}
func (*Names) directive()     {}
func (*Duration) directive()  {}
func (*Reason) directive()    {}
func (*Condition) directive() {}
func (*Retry) directive()     {}
func (*Loop) directive()      {}
func (*Value) directive()     {}
func (*Prompt) directive()    {}
func (*Switch) directive()    {}
