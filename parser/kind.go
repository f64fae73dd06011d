package parser

import "fmt"

var kindNames = [...]string{
	Blank: "Blank", Separator: "Separator", Comment: "Comment", DirectiveLine: "Directive", VariableLine: "Variable",
	RequestLine: "RequestLine", Continuation: "Continuation", HeaderLine: "Header", Folded: "Folded",
	BodyText: "BodyText", BodyFile: "BodyFile", ScriptLine: "Script", OutputLine: "Output", AssertionLine: "Assertion",
	ImportLine: "Import", Unknown: "Unknown", Response: "Response", ResponseRef: "ResponseRef", ProtoLine: "Proto",
	Prose: "Prose", Fence: "Fence", ForeignLine: "Foreign",
}

// String returns the name of a kind of line.
func (k LineKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("LineKind(%d)", uint8(k))
}
