package diag

// explainText is about the text of a file (PR0..).
func explainText() []Explanation {
	return []Explanation{
		{
			Code: CodeSyntax, Name: "stray-text", Severity: Error,
			Text: "A line before the request line is neither a comment, a directive, a variable nor a request. " +
				"Put # before it if it is a comment. A variable is written `@name = value`, and a request starts with a line such as GET https://example.com.",
			Wrong: "### List the tickets\nThis lists all tickets.\nGET https://example.com/tickets\n",
			Right: "### List the tickets\n# This lists all tickets.\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeRequestLine, Name: "http-version", Severity: Error,
			Text:  "A request line is METHOD URL VERSION. The version of HTTP stands behind the URL, and is HTTP/1.0, HTTP/1.1, HTTP/2 or HTTP/3; it may be left out.",
			Wrong: "GET HTTP/1.1 https://example.com/tickets\n",
			Right: "GET https://example.com/tickets HTTP/1.1\n",
		},
		{
			Code: CodeHeader, Name: "body-without-blank-line", Severity: Warning,
			Text: "Where a header should stand, a line is none, so that the body starts there. Other tools read it as a broken header, or start the body there too. " +
				"Put a blank line before the body; if the line is meant as a header, write it as `Name: value`.",
			Wrong: "POST https://example.com/tickets\nContent-Type: application/json\n{\"title\": \"printer\"}\n",
			Right: "POST https://example.com/tickets\nContent-Type: application/json\n\n{\"title\": \"printer\"}\n",
		},
		{
			Code: CodeTemplate, Name: "unclosed-template", Severity: Error,
			Text: "A template `{{name}}` must be closed on the line that opens it. In a URL, a header or a variable this is an error; in a body the braces may be meant, " +
				"so that it is a warning and the text is sent as it stands. Literal braces are written `\\{\\{` and `\\}\\}`.",
			Wrong: "@host = https://example.com\nGET {{host}/tickets\n",
			Right: "@host = https://example.com\nGET {{host}}/tickets\n",
		},
		{
			Code: CodeDirective, Name: "directive-arguments", Severity: Error,
			Text:  "The arguments of a directive cannot be read. The message says what was expected and shows the form. A directive is set off from its arguments by a blank.",
			Wrong: "# @capture body.id\nGET https://example.com/tickets\n",
			Right: "# @capture id = body.id\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeUnknownDirective, Name: "unknown-directive", Severity: Warning,
			Text:  "No tool knows a directive of this name, so that it has no effect. It is an error if a check or credentials were probably meant, as by `@asert`, or by `@expect` with a condition behind it. It is probably misspelt. If the line is a comment, write something else than @ first.",
			Wrong: "# @timeuot 5s\nGET https://example.com/tickets\n",
			Right: "# @timeout 5s\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeMisplaced, Name: "misplaced-directive", Severity: Error,
			Text: "A directive stands where it means nothing. The text before the first ### is for the whole file and takes only directives that can be defaults of all " +
				"requests, such as `@auth`, `@timeout` and `@tag`; others belong above the request they are for. In a block without a request a directive has no effect, which is a warning, and an error for `@assert` and `@capture`.",
			Wrong: "# @capture id = body.id\n\n### Create\nPOST https://example.com/tickets\n",
			Right: "### Create\n# @capture id = body.id\nPOST https://example.com/tickets\n",
		},
		{
			Code: CodeBodyDirective, Name: "directive-in-body", Severity: Error,
			Text: "In a body of a type such as text/plain or YAML a line that starts with # is data, so that this directive would be sent and nothing be checked. " +
				"Put it above the request line. For directives other than `@assert`, `@capture` and `@auth` this is a warning.",
			Wrong: "POST https://example.com/notes\nContent-Type: text/plain\n\nCall the customer back.\n# @assert status == 201\n",
			Right: "# @assert status == 201\nPOST https://example.com/notes\nContent-Type: text/plain\n\nCall the customer back.\n",
		},
		{
			Code: CodeUnsupported, Name: "unsupported", Severity: Error,
			Text: "The construct is read, but this version cannot carry it out. To run the request as if it were not there could make a failure look like a success, so the request is not run. " +
				"Remove the construct, or run the other requests with `--name`.",
			Wrong: "GET https://example.com/users/{{$random.locale.name.firstName(\"zh_CN\")}}\n",
			Right: "GET https://example.com/users/{{$random.name.firstName}}\n",
		},
		{
			Code: CodeStripped, Name: "comment-in-body", Severity: Note,
			Text: "A line with # or // inside the body is a comment and is not sent. Nothing is wrong if it is meant as one. To send such lines, give the body a type in which they are data, " +
				"such as text/plain or application/yaml, or read it from a file.",
			Wrong: "POST https://example.com/tickets\nContent-Type: application/json\n\n{\n  # the title is required\n  \"title\": \"printer\"\n}\n",
			Right: "# the title is required\nPOST https://example.com/tickets\nContent-Type: application/json\n\n{\n  \"title\": \"printer\"\n}\n",
		},
		{
			Code: CodeDuplicate, Name: "duplicate-directive", Severity: Error,
			Text:  "A directive that can only count once is given twice for one request. Leave one of them out.",
			Wrong: "# @timeout 5s\n# @timeout 10s\nGET https://example.com/tickets\n",
			Right: "# @timeout 10s\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeEncoding, Name: "encoding", Severity: Error,
			Text:  "A request file is UTF-8. This one is UTF-16, UTF-32, Latin-1 or something else. Save it as UTF-8; a byte order mark is allowed.",
			Wrong: "# Gr\xfc\xdfe\nGET https://example.com/tickets\n",
			Right: "# Grüße\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeForeignAssertion, Name: "foreign-assertion", Severity: Error,
			Text: "An assertion in the grammar of another tool, such as httpYac's `?? status == 200` or `EXPECTED_RESPONSE_STATUS`, cannot be read. " +
				"The message shows the form. An `@assert` says the same and is understood in every file.",
			Wrong: "GET https://example.com/tickets\n\n?? status is 200\n",
			Right: "# @assert status == 200\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeCurl, Name: "curl-command", Severity: Error,
			Text:  "A curl command that stands for a request cannot be read: a quote that is never closed, an option that means nothing here, something of the shell, or no URL.",
			Wrong: "curl -X POST\n",
			Right: "curl -X POST https://example.com/tickets\n",
		},
		{
			Code: CodeUnclosedScript, Name: "unclosed-script", Severity: Error,
			Text:  "A script that `{%` opens must be closed by `%}`. Everything up to the next ### was taken for the script.",
			Wrong: "GET https://example.com/tickets\n\n> {%\n  client.log(response.status);\n",
			Right: "# @assert status == 200\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeUnclosedComment, Name: "unclosed-comment", Severity: Error,
			Text:  "A block comment that `/*` opens must be closed by `*/` at the end of a line.",
			Wrong: "/* All about tickets\nGET https://example.com/tickets\n",
			Right: "/* All about tickets */\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeNotSeparated, Name: "request-in-body", Severity: Warning,
			Text: "What looks like another request stands where it belongs to the body above, so that it is sent as text and not run. Put a line ### before it. " +
				"If the text is meant to be sent, move it to a file and write `< ./note.txt`.",
			Wrong: "POST https://example.com/notes\nContent-Type: application/json\n\n{\"text\": \"printer\"}\nGET https://example.com/notes\n",
			Right: "POST https://example.com/notes\nContent-Type: application/json\n\n{\"text\": \"printer\"}\n\n###\nGET https://example.com/notes\n",
		},
		{
			Code: CodeNotBodyFile, Name: "not-a-body-file", Severity: Warning,
			Text:  "A line looks like `< ./file`, which sends the content of a file, but is indented or lacks the blank, so that the line itself is sent.",
			Wrong: "POST https://example.com/tickets\n\n<./ticket.json\n-- ticket.json --\n{\"title\": \"printer\"}\n",
			Right: "POST https://example.com/tickets\n\n< ./ticket.json\n-- ticket.json --\n{\"title\": \"printer\"}\n",
		},
		{
			Code: CodeNotDirective, Name: "not-a-directive", Severity: Error,
			Text: "A line has the name of a directive and is none: without the @, or with a blank behind it, it is a comment, with = behind the name it is a variable that is " +
				"commented out, and behind ### it is a title. What it was to check is not checked. It is an error if what follows can be read as a check, and a warning if not.",
			Wrong: "# @assert = status == 200\nGET https://example.com/tickets\n",
			Right: "# @assert status == 200\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeNotContinued, Name: "not-continued", Severity: Error,
			Text: "A directive goes on in comment lines that are indented by two or more further blanks. This one is not, so that it is a comment, although it reads like the rest of " +
				"the directive: it begins with `and`, `or`, `&&` or `||`, or is indented by one blank. It is an error if it can be read as a condition, and a warning if not.",
			Wrong: "# @assert status == 200\n#  and duration < 2000\nGET https://example.com/tickets\n",
			Right: "# @assert status == 200\n#   and duration < 2000\nGET https://example.com/tickets\n",
		},
		{
			Code: CodeFirstAuth, Name: "first-request-auth", Severity: Warning,
			Text: "Without a ### before the first request, everything above it belongs to that request. Its `@auth` is not for the requests below, which have none. " +
				"Put a line ### behind the `@auth` to make it a default of the file.",
			Wrong: "# @auth bearer token={{token}}\nGET https://example.com/tickets\n\n###\nGET https://example.com/users\n-- http-client.env.json --\n{\"dev\": {\"token\": \"t\"}}\n",
			Right: "# @auth bearer token={{token}}\n\n###\nGET https://example.com/tickets\n\n###\nGET https://example.com/users\n-- http-client.env.json --\n{\"dev\": {\"token\": \"t\"}}\n",
		},
		{
			Code: CodeDuplicateName, Name: "duplicate-name", Severity: Warning,
			Text: "Two requests of a file have one name, or one request has two. A reference to such a name is an error, because it could mean either; " +
				"without a reference it is a warning, for reports cannot tell them apart.",
			Wrong: "# @name tickets\nGET https://example.com/tickets\n\n###\n# @name tickets\nGET https://example.com/tickets/1\n",
			Right: "# @name tickets\nGET https://example.com/tickets\n\n###\n# @name ticket\nGET https://example.com/tickets/1\n",
		},
		{
			Code: CodeMethod, Name: "unknown-method", Severity: Error,
			Text: "The first word of the line is none of the methods of HTTP, and either it is not in capitals, as a method of your own would be, or what follows it is no URL. " +
				"Write it in capitals if it is a method, or put # before the line if it is a comment. A method in capitals that is one of HTTP's but for a slip, such as `GTE`, is a warning: it is sent.",
			Wrong: "Fetch https://example.com/tickets\n",
			Right: "GET https://example.com/tickets\n",
		},
		{
			Code: CodeNoURL, Name: "missing-url", Severity: Error,
			Text:  "A request line has a method and no URL behind it.",
			Wrong: "GET\n",
			Right: "GET https://example.com/tickets\n",
		},
		{
			Code: CodeRunArguments, Name: "run-arguments", Severity: Error,
			Text: "The variables that run hands to the request it calls cannot be read. They are written `(@name=value)`, several separated by commas. " +
				"One that nothing of what is run reads is a warning: its name is probably misspelt.",
			Wrong: "@title = screen\n\n###\nrun #create (title=printer)\n\n### create\nPOST https://example.com/tickets?title={{title}}\n",
			Right: "@title = screen\n\n###\nrun #create (@title=printer)\n\n### create\nPOST https://example.com/tickets?title={{title}}\n",
		},
		{
			Code: CodeBodyForm, Name: "body-form", Severity: Warning,
			Text: "The body is not what its Content-Type says: JSON that cannot be read, fields of a form without an & between them, or parts that do not start and end with " +
				"the boundary that the header names. It is sent as it is written, and a server that is not strict may take something else from it than is meant.",
			Wrong: "POST https://example.com/tickets\nContent-Type: application/json\n\n{\"title\": \"printer\",}\n",
			Right: "POST https://example.com/tickets\nContent-Type: application/json\n\n{\"title\": \"printer\"}\n",
		},
		{
			Code: CodeDocumented, Name: "documented-response", Severity: Warning,
			Text: "What stands behind the headers starts with a status line, so that it documents the response and is not sent. But the request has a Content-Type, and no body. " +
				"Write the body above it, or leave out the header. A message of HTTP that is to be sent has the type message/http or application/http.",
			Wrong: "POST https://example.com/messages\nContent-Type: text/plain\n\nHTTP/1.1 200 OK\n\nHello\n",
			Right: "POST https://example.com/messages\nContent-Type: message/http\n\nHTTP/1.1 200 OK\n\nHello\n",
		},
		{
			Code: CodeNotScript, Name: "no-script", Severity: Error,
			Text: "What was probably meant as a script, or as a check, is none, so that it would be sent or dropped and check nothing. A script starts on a line of its own with `> {%`, " +
				"or with `< {%` above the request line, and ends at the first `%}`, be it in a comment or a text of the script; nothing but a comment stands behind that. " +
				"A script of httpYac starts with `{{@response` or the name of another event. It is a warning where the text may be meant for the body: a block `{% … %}` that reads like a script, " +
				"a line such as `? status == 200`, which lacks a mark, and text behind a script for the answer.",
			Wrong: "GET https://example.com/tickets\n\n>> {% client.test(\"found\", () => client.assert(response.status == 200)) %}\n",
			Right: "GET https://example.com/tickets\n\n> {% client.test(\"found\", () => client.assert(response.status == 200)) %}\n",
		},
	}
}

// explainPlan is about what the files of a run are to each other (PR1..).
func explainPlan() []Explanation {
	return []Explanation{
		{
			Code: CodeNoInput, Name: "no-input", Severity: Error,
			Text: "A path of the command line does not exist, cannot be read, or is a folder or pattern without `*.http` and `*.rest` files.",
		},
		{
			Code: CodeUnknownName, Name: "unknown-name", Severity: Error,
			Text:  "No request of the file has the name that `@needs`, `@ref` or `--name` gives, or no request has the tag of `--tag`. Names are told apart by case.",
			Wrong: "# @needs login\nGET https://example.com/tickets\n\n###\n# @name Login\nPOST https://example.com/login\n",
			Right: "# @needs login\nGET https://example.com/tickets\n\n###\n# @name login\nPOST https://example.com/login\n",
		},
		{
			Code: CodeCycle, Name: "needs-cycle", Severity: Error,
			Text: "Requests need each other in a circle, or files wait for each other's global variables, so that none can run first. " +
				"Remove one of the references.",
			Wrong: "# @name a\n# @needs b\nGET https://example.com/a\n\n###\n# @name b\n# @needs a\nGET https://example.com/b\n",
			Right: "# @name a\nGET https://example.com/a\n\n###\n# @name b\n# @needs a\nGET https://example.com/b\n",
		},
		{
			Code: CodeBodyFile, Name: "body-file", Severity: Error,
			Text: "The file of a body, or one that a check names, does not exist, cannot be read or may not be sent. The path counts from the folder of the request file. Files outside of the project, dot-files, keys and private environment files " +
				"are neither sent nor compared with unless `--allow-file` names them.",
			Wrong: "POST https://example.com/tickets\n\n< ./tikcet.json\n-- ticket.json --\n{\"title\": \"printer\"}\n",
			Right: "POST https://example.com/tickets\n\n< ./ticket.json\n-- ticket.json --\n{\"title\": \"printer\"}\n",
		},
		{
			Code: CodeURL, Name: "bad-url", Severity: Error,
			Text: "With its variables put in, the target of a request is no absolute http or https URL. A path alone needs a Host header or a variable host. " +
				"The usual causes are a variable without https:// and quotes round its value.",
			Wrong: "@base = ftp://example.com\nGET {{base}}/tickets\n",
			Right: "@base = https://example.com\nGET {{base}}/tickets\n",
		},
		{
			Code: CodeNoRequest, Name: "nothing-to-run", Severity: Error,
			Text: "A file that is named on the command line holds no request, or nothing was executed: no request is selected, or all are skipped. A run that does nothing must not look like one that passed; " +
				"`--allow-empty` is for those who mean it. For `check` a file without requests is a warning: it may be there to be imported.",
		},
		{
			Code: CodeTwoSetters, Name: "two-setters", Severity: Error,
			Text:  "Two requests capture one global variable, so that it depends on chance which value other files read; or scripts of two files set one that a third file reads. Give one of the two another name.",
			Wrong: "# @capture global id = body.id\nPOST https://example.com/tickets\n\n###\n# @capture global id = body.id\nPOST https://example.com/users\n",
			Right: "# @capture global ticket = body.id\nPOST https://example.com/tickets\n\n###\n# @capture global user = body.id\nPOST https://example.com/users\n",
		},
		{
			Code: CodeData, Name: "data-file", Severity: Error,
			Text: "A table that `@data` or `--data` names cannot be read: it is no CSV or no list of JSON objects, a row misses a cell, a cell is not of the type that its column asks for, or there is no row at all. " +
				"The first line of a CSV file names the columns; `age:int`, `:number`, `:bool` and `:json` give one a type.",
			Wrong: "# @data users.csv\n# @assert age > 17\nGET https://example.com/users/{{name}}\n-- users.csv --\nname,age:int\nann,unknown\n",
			Right: "# @data users.csv\n# @assert age > 17\nGET https://example.com/users/{{name}}\n-- users.csv --\nname,age:int\nann,41\n",
		},
		{
			Code: CodeOutput, Name: "output-file", Severity: Error,
			Text:  "The answer of a request cannot or must not be saved where `>>` says. Only files of the project are written, and no dot-files, keys and private environment files.",
			Wrong: "GET https://example.com/report\n\n>> ../report.json\n",
			Right: "GET https://example.com/report\n\n>> report.json\n",
		},
		{
			Code: CodeRecording, Name: "recording", Severity: Error,
			Text: "A file that `postrider replay` was to read is no recording of `--report ndjson`, is damaged, or was cut off; or it does not fit the files that are here. The message names the line and what to do. " +
				"An error of the recorded run that belongs to no request is repeated under this code, for it cannot be judged again.",
		},
	}
}
