package diag

// explainScripts is about JavaScript handlers (PR8..).
func explainScripts() []Explanation {
	return []Explanation{
		{
			Code: CodeScriptSyntax, Name: "script-syntax", Severity: Error,
			Text: "A script, or a module that it imports, is not JavaScript that can be read, or asks for a module that does not exist here: those of Node have no place in a run. " +
				"Nothing of the request is sent.",
		},
		{
			Code: CodeScript, Name: "script-failed", Severity: Error,
			Text: "A script threw an exception, or used the API as it is not: a member that does not exist, a value that cannot be kept. " +
				"Its request could not be carried out, whatever its answer was.",
		},
		{
			Code: CodeScriptCheck, Name: "script-check", Severity: Error,
			Text: "A test of a script failed: an assertion in it was not true, or it threw an exception. The message points at the assertion.",
		},
		{
			Code: CodeScriptLimit, Name: "script-limit", Severity: Error,
			Text: "A script ran for too long, took too much memory or called itself too deeply. It is ended, and its request could not be carried out; other requests are not affected.",
		},
		{
			Code: CodeScriptDoubt, Name: "script-doubt", Severity: Warning,
			Text: "A script does something that probably has another effect than its author expects, such as comparing a body with a number that JavaScript cannot hold exactly.",
		},
	}
}
