package syntaxjson

// The types below are the objects of a document. Fields are always there: null
// says that something is not written, an empty array that there is none of it.
// Texts are raw: variables are not expanded, nothing is encoded. Lines and columns
// count from 1, columns in characters.
//
// A document has the members file, dialect, requests, blocks, variables and
// diagnostics, in this order. docs/parse.schema.json describes all of it.

// Request is a request with everything that its block holds.
type Request struct {
	Name      *string     `json:"name"`  // the @name, else the title
	Title     *string     `json:"title"` // behind the ###, without ornament
	Line      int         `json:"line"`  // of the request line
	Protocol  string      `json:"protocol"`
	Method    string      `json:"method"` // in capitals; GET if none is written
	URL       string      `json:"url"`    // lines joined, blanks inside kept
	Version   *string     `json:"version"`
	Headers   [][2]string `json:"headers"` // as written, repeated ones too; ["...name", ""] for httpYac's spread
	Body      *string     `json:"body"`    // without comments; a line such as < file as it is written
	BodyFiles []string    `json:"bodyFiles"`
	GraphQL   *GraphQL    `json:"graphql"`
	Parts
}

// GraphQL is the body of a GraphQL request taken apart.
type GraphQL struct {
	Operation *string `json:"operation"`
	Query     string  `json:"query"`
	Variables *string `json:"variables"` // the text of a JSON object
}

// Block is what stands between two separators without a request line, or before
// the first one.
type Block struct {
	Name     *string `json:"name"`
	Title    *string `json:"title"`
	Line     int     `json:"line"`     // of its separator, or its first line
	Preamble bool    `json:"preamble"` // what stands here is for the whole file
	Disabled bool    `json:"disabled"` // its request line is commented out
	Parts
}

// Parts is what requests and other blocks have in common, each list in the order
// of the file.
type Parts struct {
	Directives []Directive `json:"directives"`
	Scripts    []Script    `json:"scripts"`
	Assertions []Assertion `json:"assertions"`
	Outputs    []Output    `json:"outputs"`
	Imports    []Import    `json:"imports"`
	Protos     []Proto     `json:"protos"`
	Foreign    []Foreign   `json:"foreign"`
}

func (p *Parts) isEmpty() bool {
	return len(p.Directives)+len(p.Scripts)+len(p.Assertions)+len(p.Outputs)+len(p.Imports)+len(p.Protos)+len(p.Foreign) == 0
}

// Directive is a comment line such as # @timeout 5.
type Directive struct {
	Name  string `json:"name"`  // as written
	Key   string `json:"key"`   // one spelling for all that mean the same
	Value string `json:"value"` // what follows the name, continuation lines joined
	Line  int    `json:"line"`
}

// Script is a program in the file or the path of one; exactly one of code and
// file is set.
type Script struct {
	When   string  `json:"when"` // request, response, streaming, after, responseLogging
	API    string  `json:"api"`  // the dialect whose interface it is written for
	Code   *string `json:"code"`
	File   *string `json:"file"`
	Global bool    `json:"global"` // for every request of the file
	Line   int     `json:"line"`
}

// Assertion is a check. Ours has an expression and a message, those of other
// tools the parts of their grammar.
type Assertion struct {
	Tool       string  `json:"tool"` // postrider, httpYac, httprunner
	Text       string  `json:"text"` // as written
	Expression *string `json:"expression"`
	Message    *string `json:"message"`
	Subject    *string `json:"subject"`
	Argument   *string `json:"argument"`
	Negated    bool    `json:"negated"`
	Predicate  *string `json:"predicate"`
	Expected   *string `json:"expected"`
	Line       int     `json:"line"`
}

// Output is >> file or >>! file.
type Output struct {
	File      string `json:"file"`
	Overwrite bool   `json:"overwrite"`
	Line      int    `json:"line"`
}

// Import is a line that brings in or runs other requests.
type Import struct {
	Run       bool        `json:"run"`
	File      *string     `json:"file"`
	Name      *string     `json:"name"` // of run #name
	Variables [][2]string `json:"variables"`
	Line      int         `json:"line"`
}

// Proto is httpYac's proto < file.
type Proto struct {
	File    string      `json:"file"`
	Options [][2]string `json:"options"`
	Line    int         `json:"line"`
}

// Foreign is text that means something to one tool only.
type Foreign struct {
	Tool string `json:"tool"` // tepi, httpYac
	What string `json:"what"` // metadata, GraphQL fragment
	Text string `json:"text"`
	Line int    `json:"line"`
}

// Variable is a definition, @name = value.
type Variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Lazy  bool   `json:"lazy"` // :=
	Line  int    `json:"line"`
}

// Diagnostic is a message of the parser.
type Diagnostic struct {
	Code       string `json:"code"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	Severity   string `json:"severity"` // error, warning, note
	Summary    string `json:"summary"`
	Suggestion string `json:"suggestion"`
}
