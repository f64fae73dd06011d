package diag

// explainAuth is about credentials (PR4..).
func explainAuth() []Explanation {
	return []Explanation{
		{
			Code: CodeAuthUnknown, Name: "unknown-auth", Severity: Error,
			Text: "`@auth` names nothing that could authenticate: no entry of Security.Auth in the environment, no scheme, no provider. `postrider auth providers` lists what there is. " +
				"Without `--env`, `check` accepts what any environment configures.",
			Wrong: "# @auth baerer token={{token}}\nGET https://example.com/tickets\n-- http-client.env.json --\n{\"dev\": {\"token\": \"t\"}}\n",
			Right: "# @auth bearer token={{token}}\nGET https://example.com/tickets\n-- http-client.env.json --\n{\"dev\": {\"token\": \"t\"}}\n",
		},
		{
			Code: CodeAuthParameter, Name: "auth-parameter", Severity: Error,
			Text:  "A parameter of `@auth` or of Security.Auth is unknown, given twice or cannot have the value it is given. `postrider auth providers ID` shows the parameters.",
			Wrong: "# @auth basic user=me password={{password}}\nGET https://example.com/tickets\n-- http-client.env.json --\n{\"dev\": {\"password\": \"p\"}}\n",
			Right: "# @auth basic username=me password={{password}}\nGET https://example.com/tickets\n-- http-client.env.json --\n{\"dev\": {\"password\": \"p\"}}\n",
			Flags: []string{"--env dev"},
		},
		{
			Code: CodeAuthOrigin, Name: "foreign-origin", Severity: Error,
			Text: "Credentials would go to an origin that their provider does not name: a file of the project leads them elsewhere, or the URL is not the vendor's, or not https. " +
				"If you trust the origin, allow it with `--allow-origin`.",
		},
		{
			Code: CodeAuthToken, Name: "no-token", Severity: Error,
			Text: "A token could not be had: the token endpoint refused the credentials, could not be reached or answered something else. The message says what it answered.",
		},
		{
			Code: CodeAuthDefinition, Name: "provider-definition", Severity: Error,
			Text: "A provider definition, a file of yours or a Definition in an environment file, cannot be read. docs/providers.md describes the format.",
		},
		{
			Code: CodeAuthRejected, Name: "token-rejected", Severity: Error,
			Text: "The API rejects a token that its issuer has just given out, or fixed credentials. Usually they are for another environment, region or tenant, or lack a permission.",
		},
		{
			Code: CodeAuthMissing, Name: "missing-credentials", Severity: Error,
			Text: "A parameter that `@auth` needs is not set. The message lists the names it is looked up under, and where in the vendor's console it is found. " +
				"`check` does not ask for it: the machine that runs the requests may have what the one that checks them has not.",
		},
		{
			Code: CodeAuthInsecure, Name: "insecure-credentials", Severity: Error,
			Text:  "A request with `@insecure` carries credentials of ours, so that anyone on the way could read them. Trust the server's authority with `--cacert`, or allow it for one run with `--insecure`.",
			Wrong: "# @auth bearer token={{token}}\n# @insecure\nGET https://example.com/tickets\n-- http-client.env.json --\n{\"dev\": {\"token\": \"t\"}}\n",
			Right: "# @auth bearer token={{token}}\nGET https://example.com/tickets\n-- http-client.env.json --\n{\"dev\": {\"token\": \"t\"}}\n",
		},
		{
			Code: CodeAuthCache, Name: "token-cache", Severity: Warning,
			Text: "The folder or the keyring that keeps tokens between runs cannot be used: others may write to it, it is read-only, a lock is held for too long. Tokens are then kept for this run alone. " +
				"`--auth-cache-dir` names another folder, and `--no-auth-cache` does without.",
		},
	}
}

// explainNetwork is about what only a run finds (PR5..).
func explainNetwork() []Explanation {
	return []Explanation{
		{
			Code: CodeNetwork, Name: "network", Severity: Error,
			Text: "A connection failed: the host does not exist, refuses connections, cannot be reached, or closed the connection in the middle. Usually the URL or its port is wrong, or the server does not run. The same is told of answers that are not valid HTTP, or whose body is not what its `Content-Encoding` promises.",
		},
		{
			Code: CodeTimeout, Name: "timeout", Severity: Error,
			Text: "Time ran out: ten seconds for a connection, thirty for a request, unless `@connection-timeout`, `@timeout` or `--timeout` say otherwise. The message says how far the request came, such as how much of the body.",
		},
		{
			Code: CodeTLS, Name: "tls", Severity: Error,
			Text: "The certificate of the server is not trusted, has expired or is for another name, or the server wants a client certificate. `--cacert` adds an authority that you trust.",
		},
		{
			Code: CodeLimit, Name: "too-large", Severity: Error,
			Text: "There was more data than allowed: the body of an answer beyond `--max-body-size`, its header beyond 1 MiB, or more than a hundred informational answers (1xx) before it. Of a body that no check reads there may be any amount, unless `--max-body-size` is given.",
		},
		{
			Code: CodeRedirect, Name: "redirect", Severity: Error,
			Text: "A redirect cannot be followed, or must not be: too many of them, from https to http, or a body that would go to another origin. `# @no-redirect` shows the first answer.",
		},
		{
			Code: CodeCancelled, Name: "interrupted", Severity: Error,
			Text: "Ctrl-C, or a signal, ended the run while this request was on its way.",
		},
		{
			Code: CodeNotRecorded, Name: "not-recorded", Severity: Error,
			Text: "`postrider replay` has no answer for a request, or a check reads what the recording hides: a secret that was masked, a body of more than 10 MiB, what `@no-log` keeps out. " +
				"Whether such a check holds cannot be told, so that it counts neither as passed nor as failed, and the replay ends with 3. Check it in a run that sends.",
		},
	}
}

// explainCommand is about the command line (PR9..).
func explainCommand() []Explanation {
	return []Explanation{
		{
			Code: CodeUsage, Name: "usage", Severity: Error,
			Text: "The command line cannot be read: an unknown flag or command, a value that does not fit, a missing argument. `postrider help COMMAND` lists the flags.",
		},
		{
			Code: CodeReport, Name: "output", Severity: Error,
			Text: "What was to be written cannot be: a report, or the output itself. The run ends with 2, even if every check passed.",
		},
		{
			Code: CodeState, Name: "state", Severity: Warning,
			Text: "The file in which a run leaves what did not pass, for `--rerun-failed`, is damaged or cannot be read or written. Nothing of it counts then. " +
				"It lies in the folder that POSTRIDER_STATE_DIR names, or else in yours for the state of programs.",
		},
	}
}
