package parser

import "fmt"

var kindNames = [...]string{
	Blank: "Blank", Separator: "Separator", Comment: "Comment", DirectiveLine: "Directive", VariableLine: "Variable",
	RequestLine: "RequestLine", Continuation: "Continuation", HeaderLine: "Header", Folded: "Folded",
	BodyText: "BodyText", BodyFile: "BodyFile", ScriptLine: "Script", Output: "Output", Assertion: "Assertion",
	Import: "Import", Unknown: "Unknown", Response: "Response",
}

// String returns the name of a kind of line.
func (k LineKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("LineKind(%d)", uint8(k))
}
