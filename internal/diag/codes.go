package diag

// Codes of diagnostics. They are stable: a code is never given to another
// mistake. The hundreds say who finds it: 0 the parser, 1 the plan, 2
// variables and environments, 3 expressions and checks, 4 authentication, 5
// the network, 9 the command line.
const (
	CodeSyntax           = "PR001" // text that fits no construct
	CodeRequestLine      = "PR002" // a request line that cannot be read
	CodeHeader           = "PR003" // a header that cannot be read
	CodeTemplate         = "PR004" // a {{ }} that cannot be read
	CodeDirective        = "PR005" // a directive whose arguments cannot be read
	CodeUnknownDirective = "PR006" // a directive nobody knows
	CodeMisplaced        = "PR007" // a directive where it has no effect or no meaning
	CodeBodyDirective    = "PR008" // a directive inside a body, where it would be sent
	CodeUnsupported      = "PR009" // a construct that is read but cannot be run
	CodeStripped         = "PR010" // a line that looks like data is dropped as a comment
	CodeDuplicate        = "PR011" // a name given twice
	CodeEncoding         = "PR012" // text that is not UTF-8
	CodeForeignAssertion = "PR013" // an assertion in the grammar of another tool that cannot be read
	CodeCurl             = "PR014" // a curl command that cannot be read

	CodeNoInput     = "PR101" // a path that is missing, unreadable or without requests
	CodeUnknownName = "PR102" // a request name, tag or selection that nothing answers to
	CodeCycle       = "PR103" // requests that need each other
	CodeBodyFile    = "PR104" // a body file that is missing or not allowed
	CodeData        = "PR106" // a data file that cannot be read

	CodeVariable    = "PR201" // a variable that cannot be resolved
	CodeVarCycle    = "PR202" // variables that refer to each other in a circle
	CodeEnvironment = "PR203" // an environment file or environment that cannot be read
	CodeDotEnv      = "PR204" // a .env file that cannot be read
	CodePrecedence  = "PR205" // a name with two values whose order cannot be told
	CodeValue       = "PR206" // a value that does not fit where it is used

	CodeExpression = "PR301" // an expression that cannot be read
	CodeAssertion  = "PR302" // an assertion that is false
	CodeCheck      = "PR303" // a check that could not be evaluated: a missing member, a type
	CodeCapture    = "PR304" // a capture without a value
	CodeStatus     = "PR305" // an answer of 400 or above that nothing expected
	CodeShadow     = "PR306" // a variable hidden by a name of the language

	CodeAuthUnknown    = "PR401" // an auth id that nobody defines
	CodeAuthParameter  = "PR402" // a parameter that is missing, unknown or malformed
	CodeAuthOrigin     = "PR403" // a credential on its way to a foreign origin
	CodeAuthToken      = "PR404" // a token that could not be had
	CodeAuthDefinition = "PR405" // a provider definition that cannot be read
	CodeAuthRejected   = "PR406" // a fresh token that the API rejects

	CodeNetwork   = "PR501" // a connection that failed
	CodeTimeout   = "PR502" // time ran out
	CodeTLS       = "PR503" // a certificate that is not trusted or not accepted
	CodeLimit     = "PR504" // more data than allowed
	CodeRedirect  = "PR505" // a redirect that cannot or must not be followed
	CodeCancelled = "PR506" // interrupted

	CodeUsage  = "PR901" // a command line that cannot be read
	CodeReport = "PR902" // a report that cannot be written
)
