package diag

// Codes of diagnostics. They are stable: a code is never given to another
// mistake, and one that nothing reports any more is never used again. The
// hundreds say what it is about: 0 the text of a file, 1 the plan, 2 variables
// and environments, 3 expressions and checks, 4 authentication, 5 the network,
// 6 what other tools read otherwise, 7 what is probably not meant, 8 scripts, 9
// the command line. [Explanations] says more about each.
const (
	CodeSyntax           = "PR001" // text that fits no construct
	CodeRequestLine      = "PR002" // a request line whose version is misplaced or is none
	CodeHeader           = "PR003" // a body that starts without a blank line before it
	CodeTemplate         = "PR004" // a {{ that is never closed
	CodeDirective        = "PR005" // a directive whose arguments cannot be read
	CodeUnknownDirective = "PR006" // a directive nobody knows
	CodeMisplaced        = "PR007" // a directive where it has no effect or no meaning
	CodeBodyDirective    = "PR008" // a directive inside a body, where it would be sent
	CodeUnsupported      = "PR009" // a construct that is read but cannot be run
	CodeStripped         = "PR010" // a line that looks like data is dropped as a comment
	CodeDuplicate        = "PR011" // a directive given twice
	CodeEncoding         = "PR012" // text that is not UTF-8
	CodeForeignAssertion = "PR013" // an assertion in the grammar of another tool that cannot be read
	CodeCurl             = "PR014" // a curl command that cannot be read
	CodeUnclosedScript   = "PR015" // a script that is never closed
	CodeUnclosedComment  = "PR016" // a block comment that is never closed
	CodeNotSeparated     = "PR017" // what looks like a request is part of the body above
	CodeNotBodyFile      = "PR018" // what looks like the file of a body is sent as it stands
	CodeNotDirective     = "PR019" // what looks like a directive is none
	CodeNotContinued     = "PR020" // what looks like the rest of a directive is a comment
	CodeFirstAuth        = "PR021" // an @auth that is for the first request only
	CodeDuplicateName    = "PR022" // a request with two names, or a name of two requests
	CodeMethod           = "PR023" // a method that is none
	CodeNoURL            = "PR024" // a request line without a URL
	CodeRunArguments     = "PR025" // variables handed to a called request that cannot be read, or that nothing reads
	CodeBodyForm         = "PR026" // a body that is not in the form that its type says
	CodeDocumented       = "PR027" // what may be a body is taken for a documented response
	CodeNotScript        = "PR028" // what looks like a script, or like a check of httpYac, is none

	CodeNoInput     = "PR101" // a path that is missing, unreadable or without request files
	CodeUnknownName = "PR102" // a request name, tag or selection that nothing answers to
	CodeCycle       = "PR103" // requests that need each other
	CodeBodyFile    = "PR104" // a file of a body or a check that is missing or not allowed
	CodeURL         = "PR105" // a target that is no URL once its variables are put in
	CodeNoRequest   = "PR106" // a file without requests, or nothing to run
	CodeTwoSetters  = "PR107" // a global variable that two requests capture
	CodeData        = "PR108" // a data file that cannot be read
	CodeOutput      = "PR109" // a file that an answer cannot or must not be saved in
	CodeRecording   = "PR110" // a recording that cannot be replayed, or not all of it

	CodeVariable           = "PR201" // a variable that cannot be resolved
	CodeVarCycle           = "PR202" // variables that refer to each other in a circle
	CodeEnvironment        = "PR203" // an environment file that cannot be read
	CodeDotEnv             = "PR204" // a .env file that cannot be read
	CodePrecedence         = "PR205" // a name with two values whose order cannot be told
	CodeValue              = "PR206" // a value that does not fit where it is used
	CodeUnset              = "PR207" // an environment variable that is not set, or a value that somebody would be asked for
	CodeDynamic            = "PR208" // a dynamic variable that nobody knows, or whose arguments cannot be read
	CodeDuplicateVariable  = "PR209" // a variable given twice in an environment or .env file
	CodeNotCaptured        = "PR210" // a variable that no request captures in time
	CodeAmbiguous          = "PR211" // a name that means a variable and a request
	CodeUnknownEnvironment = "PR212" // an environment that no file defines
	CodeEmptyTemplate      = "PR213" // {{ }} with nothing in it

	CodeExpression  = "PR301" // an expression that cannot be read
	CodeAssertion   = "PR302" // an assertion that is false
	CodeCheck       = "PR303" // a check that could not be evaluated: a missing member, a type
	CodeCapture     = "PR304" // a capture without a value
	CodeStatus      = "PR305" // an answer of 400 or above that nothing expected
	CodeShadow      = "PR306" // a variable hidden by a name of the language
	CodeMemberTwice = "PR307" // an answer with a member given twice
	CodeLoop        = "PR308" // a @loop that cannot be carried out
	CodeSchema      = "PR309" // a JSON Schema that cannot be used

	CodeAuthUnknown    = "PR401" // an auth id that nobody defines
	CodeAuthParameter  = "PR402" // a parameter that is unknown, given twice or malformed
	CodeAuthOrigin     = "PR403" // a credential on its way to a foreign origin
	CodeAuthToken      = "PR404" // a token that could not be had
	CodeAuthDefinition = "PR405" // a provider definition that cannot be read
	CodeAuthRejected   = "PR406" // a fresh token that the API rejects
	CodeAuthMissing    = "PR407" // a parameter that is not set
	CodeAuthInsecure   = "PR408" // credentials on a connection that nobody verifies
	CodeAuthCache      = "PR409" // a token cache that cannot be used

	CodeNetwork     = "PR501" // a connection that failed
	CodeTimeout     = "PR502" // time ran out
	CodeTLS         = "PR503" // a certificate that is not trusted or not accepted
	CodeLimit       = "PR504" // more data than allowed
	CodeRedirect    = "PR505" // a redirect that cannot or must not be followed
	CodeCancelled   = "PR506" // interrupted
	CodeNotRecorded = "PR507" // what a recording does not hold, or hides

	CodeNoSeparator       = "PR601" // requests that follow each other without ###
	CodeLateVariable      = "PR602" // a variable defined behind a body
	CodeFoldedHeader      = "PR603" // a header value over several lines
	CodeDataComment       = "PR604" // a body in which lines with # are data
	CodeTimestampUnit     = "PR605" // $timestamp
	CodeSplitPath         = "PR606" // a URL path over several lines
	CodeTitleAsName       = "PR607" // a reference to a request by its title
	CodeNameEquals        = "PR608" // # @name = x
	CodeLongName          = "PR609" // a @name that is more than one word
	CodeTrailingComma     = "PR610" // a header value that ends in a comma
	CodeIndentedSeparator = "PR611" // ### behind blanks
	CodeQuotedValue       = "PR612" // a variable whose value stands in quotes
	CodeBareDuration      = "PR613" // a @timeout without a unit
	CodeLowerMethod       = "PR614" // a method in small letters
	CodeTagLikeFile       = "PR615" // a line of a body such as < a>

	CodeHeaderName      = "PR701" // a header whose name is probably misspelt
	CodeSecretLiteral   = "PR702" // a secret written into the file
	CodeUnusedVariable  = "PR703" // a variable that nothing reads
	CodeRedefined       = "PR704" // a variable defined twice in a file
	CodeOverridden      = "PR705" // a variable that the environment defines otherwise
	CodeTrailingComment = "PR706" // a variable whose value holds what looks like a comment

	CodeScriptSyntax = "PR801" // a script, or a module of one, that cannot be read
	CodeScript       = "PR802" // a script that could not be carried out
	CodeScriptCheck  = "PR803" // a test or an assertion of a script that failed
	CodeScriptLimit  = "PR804" // a script that took too long, too much memory or too many calls
	CodeScriptDoubt  = "PR805" // a script that probably does not do what its author thinks

	CodeUsage  = "PR901" // a command line that cannot be read
	CodeReport = "PR902" // a report that cannot be written
	CodeState  = "PR903" // what is kept between runs, and cannot be read or written
)
