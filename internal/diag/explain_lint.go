package diag

// explainTools is about what other tools read otherwise (PR6..).
func explainTools() []Explanation {
	return []Explanation{
		{
			Code: CodeNoSeparator, Name: "no-separator", Severity: Note,
			Text: "A request follows another one without a line ### between them. httpYac and this program tell the two apart; JetBrains IDEs, VS Code REST Client, Visual Studio and kulala " +
				"take the second for the body of the first.",
			Wrong: "GET https://example.com/tickets\n\nGET https://example.com/users\n",
			Right: "GET https://example.com/tickets\n\n###\nGET https://example.com/users\n",
		},
		{
			Code: CodeLateVariable, Name: "variable-behind-body", Severity: Note,
			Text: "A variable is defined behind the body of a request. Here it is defined for the whole file. JetBrains IDEs, VS Code REST Client and kulala send the line with the body; " +
				"httpYac defines the variable when the answer is there.",
			Wrong: "POST https://example.com/tickets\n\n{\"title\": \"printer\"}\n\n@id = 7\n\n###\nGET https://example.com/tickets/{{id}}\n",
			Right: "@id = 7\n\n###\nPOST https://example.com/tickets\n\n{\"title\": \"printer\"}\n\n###\nGET https://example.com/tickets/{{id}}\n",
		},
		{
			Code: CodeFoldedHeader, Name: "folded-header", Severity: Note,
			Text:  "The value of a header goes on in an indented line, as JetBrains IDEs allow. httpYac starts the body there, and VS Code REST Client reads a header without a value.",
			Wrong: "GET https://example.com/tickets\nAccept: application/json,\n  text/plain\n",
			Right: "GET https://example.com/tickets\nAccept: application/json, text/plain\n",
		},
		{
			Code: CodeDataComment, Name: "comment-as-data", Severity: Note,
			Text: "In a body of a type such as text/plain, YAML or CSV a line that starts with # or // is data, and is sent. JetBrains IDEs, VS Code REST Client and kulala drop it as a comment. " +
				"From a file, all of them send it.",
			Wrong: "POST https://example.com/config\nContent-Type: application/yaml\n\n# limits\nmax: 5\n",
			Right: "POST https://example.com/config\nContent-Type: application/yaml\n\n< ./config.yaml\n-- config.yaml --\n# limits\nmax: 5\n",
		},
		{
			Code: CodeTimestampUnit, Name: "timestamp-unit", Severity: Note,
			Text:  "`{{$timestamp}}` is in milliseconds in httpYac, in kulala and in the files that postrider takes for theirs, and in seconds in all others, in JetBrains IDEs and in VS Code REST Client.",
			Wrong: "GET https://example.com/tickets?since={{$timestamp}}\n",
			Right: "GET https://example.com/tickets?since={{$isoTimestamp}}\n",
		},
		{
			Code: CodeSplitPath, Name: "split-path", Severity: Note,
			Text:  "The path of a URL goes on in an indented line, as in JetBrains IDEs and httpYac. VS Code REST Client joins only lines that start with ? or &, and Visual Studio none.",
			Wrong: "GET https://example.com\n  /tickets\n  /7\n",
			Right: "GET https://example.com/tickets/7\n",
		},
		{
			Code: CodeTitleAsName, Name: "title-as-name", Severity: Note,
			Text:  "A template refers to a request by the title behind its ###. VS Code REST Client and Visual Studio know a request only by its `@name`.",
			Wrong: "### login\nPOST https://example.com/login\n\n###\nGET https://example.com/tickets?by={{login.response.body.$.id}}\n",
			Right: "###\n# @name login\nPOST https://example.com/login\n\n###\nGET https://example.com/tickets?by={{login.response.body.$.id}}\n",
		},
		{
			Code: CodeNameEquals, Name: "name-with-equals", Severity: Note,
			Text:  "A `@name` is written with =, as JetBrains IDEs allow. httpYac calls the request \"= login\", and VS Code REST Client does not read the line.",
			Wrong: "# @name = login\nPOST https://example.com/login\n",
			Right: "# @name login\nPOST https://example.com/login\n",
		},
		{
			Code: CodeLongName, Name: "long-name", Severity: Note,
			Text:  "A template refers to a request whose `@name` is more than one word of letters, digits and _. VS Code REST Client does not read such a name.",
			Wrong: "# @name log-in\nPOST https://example.com/login\n\n###\nGET https://example.com/tickets?by={{log-in.response.body.$.id}}\n",
			Right: "# @name log_in\nPOST https://example.com/login\n\n###\nGET https://example.com/tickets?by={{log_in.response.body.$.id}}\n",
		},
		{
			Code: CodeTrailingComma, Name: "trailing-comma", Severity: Note,
			Text:  "The value of a header ends in a comma, which is sent. httpYac drops it.",
			Wrong: "GET https://example.com/tickets\nAccept: application/json,\n",
			Right: "GET https://example.com/tickets\nAccept: application/json\n",
		},
		{
			Code: CodeIndentedSeparator, Name: "indented-separator", Severity: Note,
			Text:  "A line ### is indented. httpYac and this program read a separator; JetBrains IDEs and VS Code REST Client look for it at the start of the line.",
			Wrong: "GET https://example.com/tickets\n\n  ###\nGET https://example.com/users\n",
			Right: "GET https://example.com/tickets\n\n###\nGET https://example.com/users\n",
		},
		{
			Code: CodeQuotedValue, Name: "quoted-value", Severity: Note,
			Text:  "The value of a variable stands in double quotes. They are part of the value here, in JetBrains IDEs and in VS Code REST Client; httpYac leaves them out.",
			Wrong: "@title = \"printer\"\nGET https://example.com/tickets?title={{title}}\n",
			Right: "@title = printer\nGET https://example.com/tickets?title={{title}}\n",
		},
		{
			Code: CodeBareDuration, Name: "bare-duration", Severity: Note,
			Text:  "A duration without a unit is seconds here, in JetBrains IDEs and in kulala, and milliseconds in httpYac.",
			Wrong: "# @timeout 5\nGET https://example.com/tickets\n",
			Right: "# @timeout 5s\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeLowerMethod, Name: "lower-case-method", Severity: Note,
			Text:  "A method is written in small letters. It is sent in capitals; httpYac takes the whole line for a URL.",
			Wrong: "get https://example.com/tickets\n",
			Right: "GET https://example.com/tickets\n",
		},
		{
			Code: CodeTagLikeFile, Name: "tag-like-file", Severity: Note,
			Text:  "A line of a body starts with < and a blank, and is no path here, so that it is sent. VS Code REST Client and httpYac read it as the file of a body.",
			Wrong: "POST https://example.com/tickets\nContent-Type: application/xml\n\n< ticket>printer</ticket>\n",
			Right: "POST https://example.com/tickets\nContent-Type: application/xml\n\n<ticket>printer</ticket>\n",
		},
	}
}

// explainLint is about what is probably not meant (PR7..).
func explainLint() []Explanation {
	return []Explanation{
		{
			Code: CodeHeaderName, Name: "header-name", Severity: Warning,
			Text:  "The name of a header is nearly that of a usual one. Authentication, for one, is a header that no server reads: credentials stand in Authorization.",
			Wrong: "GET https://example.com/tickets\nAuthentication: Bearer {{$env.TOKEN}}\n",
			Right: "GET https://example.com/tickets\nAuthorization: Bearer {{$env.TOKEN}}\n",
		},
		{
			Code: CodeSecretLiteral, Name: "secret-in-file", Severity: Warning,
			Text: "A token, key or password stands in the request file, where everyone who can read the file or its history has it. Put it into `.env` or `http-client.private.env.json`, which are not to be committed, " +
				"or pass it with `--secret`; and replace it where it is valid. Messages show it masked.",
			Wrong: "GET https://example.com/tickets\nAuthorization: Bearer q8Zr2Lk07vWn5TtYb3Xe91Gd\n",
			Right: "GET https://example.com/tickets\nAuthorization: Bearer {{$env.TOKEN}}\n",
		},
		{
			Code: CodeUnusedVariable, Name: "unused-variable", Severity: Note,
			Text:  "Nothing in the file reads this variable: no template, no expression, no script. Perhaps its name is spelt otherwise where it should be read.",
			Wrong: "@base = https://example.com\nGET https://example.com/tickets\n",
			Right: "@base = https://example.com\nGET {{base}}/tickets\n",
		},
		{
			Code: CodeRedefined, Name: "redefined-variable", Severity: Warning,
			Text: "A variable is defined twice in one file with different values. Variables belong to the whole file, so that the last definition counts in every request, also in those above it. " +
				"Give the two different names.",
			Wrong: "@id = 1\nGET https://example.com/tickets/{{id}}\n\n###\n@id = 2\nGET https://example.com/tickets/{{id}}\n",
			Right: "@first = 1\n@second = 2\n\n###\nGET https://example.com/tickets/{{first}}\n\n###\nGET https://example.com/tickets/{{second}}\n",
		},
		{
			Code: CodeOverridden, Name: "file-and-environment", Severity: Note,
			Text: "A variable has one value in the file and another in an environment. The message says which one counts. In a file that could be for any tool it is a warning: a run with that environment is refused " +
				"(PR205) until `# @dialect` says which tool the file is written for.",
			Wrong: "# @dialect vscode\n@host = https://example.com\n\n###\nGET {{host}}/tickets\n-- http-client.env.json --\n{\"dev\": {\"host\": \"https://dev.example.com\"}}\n",
			Right: "# @dialect vscode\n\n###\nGET {{host}}/tickets\n-- http-client.env.json --\n{\"dev\": {\"host\": \"https://dev.example.com\"}}\n",
		},
		{
			Code: CodeTrailingComment, Name: "trailing-comment", Severity: Warning,
			Text:  "What looks like a comment behind the value of a variable is part of the value, because URLs and colours hold # and //. Put the comment on a line of its own.",
			Wrong: "@id = 7 # of the printer\nGET https://example.com/tickets/{{id}}\n",
			Right: "# of the printer\n@id = 7\nGET https://example.com/tickets/{{id}}\n",
		},
	}
}
