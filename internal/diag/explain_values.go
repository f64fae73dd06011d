package diag

// explainVariables is about variables and environments (PR2..).
func explainVariables() []Explanation {
	return []Explanation{
		{
			Code: CodeVariable, Name: "unknown-variable", Severity: Error,
			Text: "A template names a variable that nothing defines: no `@name = value` in the file, no environment, no `.env` file, no `--var` and no `@capture`. Nothing is sent, because the server would get the " +
				"braces. The message suggests the nearest name. Without `--env`, `check` accepts what any environment defines.",
			Wrong: "@host = https://example.com\nGET {{hsot}}/tickets\n",
			Right: "@host = https://example.com\nGET {{host}}/tickets\n",
		},
		{
			Code: CodeVarCycle, Name: "variable-cycle", Severity: Error,
			Text:  "The values of variables refer to each other in a circle, so that none of them has a value.",
			Wrong: "@base = {{url}}/v1\n@url = {{base}}\nGET {{url}}/tickets\n",
			Right: "@base = https://example.com/v1\n@url = {{base}}\nGET {{url}}/tickets\n",
		},
		{
			Code: CodeEnvironment, Name: "environment-file", Severity: Error,
			Text: "An environment file, such as `http-client.env.json`, is not JSON, or not an object of environments, or its Security section cannot be read. JSON has no comments and no comma before a closing brace. " +
				"The lines of private files are not quoted.",
			Wrong: "GET {{host}}/tickets\n-- http-client.env.json --\n{\n  \"dev\": { \"host\": \"https://example.com\", }\n}\n",
			Right: "GET {{host}}/tickets\n-- http-client.env.json --\n{\n  \"dev\": { \"host\": \"https://example.com\" }\n}\n",
		},
		{
			Code: CodeDotEnv, Name: "dotenv-file", Severity: Error,
			Text: "A `.env` file has a line that is not `NAME=VALUE`, or a value that readers of such files do not agree on. Put values with quotes, blanks, $, # or \\ in single quotes. " +
				"The lines of such files are not quoted.",
			Wrong: "GET https://example.com/tickets\n-- .env --\nHOST example.com\n",
			Right: "GET https://example.com/tickets\n-- .env --\nHOST=example.com\n",
		},
		{
			Code: CodePrecedence, Name: "precedence", Severity: Error,
			Text: "A variable has one value in the file and another in the chosen environment, and nothing in the file tells which tool it is written for: in JetBrains IDEs and kulala the environment wins, " +
				"in VS Code REST Client, Visual Studio and httpYac the file. Say it with `# @dialect`, or call one of them otherwise.",
			Wrong: "@host = https://example.com\nGET {{host}}/tickets\n-- http-client.env.json --\n{\"dev\": {\"host\": \"https://dev.example.com\"}}\n",
			Right: "GET {{host}}/tickets\n-- http-client.env.json --\n{\"dev\": {\"host\": \"https://dev.example.com\"}}\n",
			Flags: []string{"--env dev"},
		},
		{
			Code: CodeValue, Name: "unfit-value", Severity: Error,
			Text: "A value does not fit where it is used: a line break in a URL or header, a duration that is none, a body that is no longer JSON with the value in it, a method that is no word. " +
				"Quote placeholders for texts in JSON, and percent-encode values in a URL with `{{%name}}`. As a warning, it says that a secret is too short to be masked, or that a `#` in a value ends the URL, so that what follows is not sent.",
		},
		{
			Code: CodeUnset, Name: "unset-environment-variable", Severity: Error,
			Text: "`{{$env.NAME}}` and `{{$dotenv NAME}}` read the process environment and `.env`, and neither has that name. Export it, or add it to `.env`. `@prompt NAME` and `@secret NAME` ask for a value, and in a run there is nobody to ask: pass it with `--var` or `--secret`. " +
				"`check` does not ask for it: the machine that runs the requests may have what the one that checks them has not.",
		},
		{
			Code: CodeDynamic, Name: "dynamic-variable", Severity: Error,
			Text:  "A name that starts with $ is a dynamic variable, and there is none of this name, or its arguments cannot be read. The message lists the names or shows the form.",
			Wrong: "GET https://example.com/tickets/{{$gid}}\n",
			Right: "GET https://example.com/tickets/{{$guid}}\n",
		},
		{
			Code: CodeDuplicateVariable, Name: "duplicate-variable", Severity: Warning,
			Text:  "An environment file or `.env` file gives a name twice, and the last one counts.",
			Wrong: "GET {{host}}/tickets\n-- http-client.env.json --\n{\"dev\": {\"host\": \"https://a.example.com\", \"host\": \"https://b.example.com\"}}\n",
			Right: "GET {{host}}/tickets\n-- http-client.env.json --\n{\"dev\": {\"host\": \"https://b.example.com\"}}\n",
		},
		{
			Code: CodeNotCaptured, Name: "not-captured", Severity: Error,
			Text: "Only a `@capture` or a script sets this variable, and its request does not run before the one that reads it. Add `@needs` with its name, or move it up. " +
				"The response of a request is read after it is sent, so that a request cannot use what it captures itself.",
			Wrong: "GET https://example.com/tickets/{{id}}\n\n###\n# @name create\n# @capture id = body.id\nPOST https://example.com/tickets\n",
			Right: "# @needs create\nGET https://example.com/tickets/{{id}}\n\n###\n# @name create\n# @capture id = body.id\nPOST https://example.com/tickets\n",
		},
		{
			Code: CodeAmbiguous, Name: "ambiguous-name", Severity: Error,
			Text: "A path such as `login.id` can mean a member of the variable login and a member of the answer to the request login. Write `login.response.body.id` for the answer, " +
				"or rename one of the two.",
			Wrong: "@login = {}\n\n# @name login\nPOST https://example.com/login\n\n###\nGET https://example.com/users/{{login.id}}\n",
			Right: "# @name login\nPOST https://example.com/login\n\n###\nGET https://example.com/users/{{login.response.body.id}}\n",
		},
		{
			Code: CodeUnknownEnvironment, Name: "unknown-environment", Severity: Error,
			Text:  "`--env` names an environment that no `http-client.env.json` between the request file and the root of the project defines. The message lists those that exist.",
			Wrong: "GET {{host}}/tickets\n-- http-client.env.json --\n{\"dev\": {\"host\": \"https://example.com\"}}\n",
			Right: "GET {{host}}/tickets\n-- http-client.env.json --\n{\"staging\": {\"host\": \"https://example.com\"}}\n",
			Flags: []string{"--env staging"},
		},
		{
			Code: CodeEmptyTemplate, Name: "empty-template", Severity: Error,
			Text:  "There is no name between the braces of a template. Literal braces are written `\\{\\{` and `\\}\\}`.",
			Wrong: "GET https://example.com/tickets/{{}}\n",
			Right: "@id = 7\nGET https://example.com/tickets/{{id}}\n",
		},
	}
}

// explainExpressions is about expressions and checks (PR3..).
func explainExpressions() []Explanation {
	return []Explanation{
		{
			Code: CodeExpression, Name: "expression", Severity: Error,
			Text: "An expression of `@assert`, `@capture`, `@if` or until cannot be read, or names what does not exist. In expressions a variable is written bare, not in braces, and texts stand in quotes. " +
				"Nothing is replaced in a text: `\"{{name}}\"` is refused, for a comparison with it would tell nothing; a text that is to hold such braces is written in backquotes. " +
				"An assertion in the grammar of another tool is an error that names the tool.",
			Wrong: "# @assert statsu == 200\nGET https://example.com/tickets\n",
			Right: "# @assert status == 200\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeAssertion, Name: "assertion-failed", Severity: Error,
			Text: "An assertion is false. The message shows the value of each part of it, and for documents where they differ. Only a run finds it.",
		},
		{
			Code: CodeCheck, Name: "check-not-possible", Severity: Error,
			Text: "A check could not be evaluated: a member that the answer does not have, a text compared with a number, a body that is not JSON. Such a check has failed under every operator. " +
				"Use `has(path)`, `?.` or `??` where a member may be missing.",
		},
		{
			Code: CodeCapture, Name: "capture-failed", Severity: Error,
			Text: "A `@capture` found no value: the path does not exist in the answer, or the status check failed first. Requests that read the variable are not run.",
		},
		{
			Code: CodeStatus, Name: "status", Severity: Error,
			Text: "The answer is 400 or above, and no check of the request reads the status. If that is what you expect, say so: `# @assert status == 404`.",
		},
		{
			Code: CodeShadow, Name: "reserved-name", Severity: Warning,
			Text:  "A variable has the name of something in the language, such as status or body. Templates read the variable, but expressions read the other; write `vars.status` there, or choose another name.",
			Wrong: "@status = open\n\n###\n# @assert status == 200\nGET https://example.com/tickets?status={{status}}\n",
			Right: "@state = open\n\n###\n# @assert status == 200\nGET https://example.com/tickets?status={{state}}\n",
		},
		{
			Code: CodeMemberTwice, Name: "duplicate-member", Severity: Warning,
			Text: "The JSON of an answer has a member twice. Checks and captures read the last one, as most programs do; the server should be told.",
		},
		{
			Code: CodeLoop, Name: "loop", Severity: Error,
			Text: "A `@loop` cannot be carried out when its turn comes: there is no number behind `for`, no list behind `of`, a name in it has no value, or the condition behind `while` still holds after 10,000 times.",
		},
		{
			Code: CodeSchema, Name: "schema", Severity: Error,
			Text: "The JSON Schema of `schema(…)` cannot be used: it is not JSON, its meta-schema does not allow it, a keyword is misspelt, it refers to what is not there or to itself without end, or it has a pattern that RE2 cannot match. " +
				"References lead to files of the project; nothing is fetched over the network.",
			Wrong: "# @assert schema(\"ticket.schema.json\")\nGET https://example.com/tickets/1\n-- ticket.schema.json --\n{\"type\": \"obejct\"}\n",
			Right: "# @assert schema(\"ticket.schema.json\")\nGET https://example.com/tickets/1\n-- ticket.schema.json --\n{\"type\": \"object\"}\n",
		},
	}
}
