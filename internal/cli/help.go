package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/docs"
	"github.com/postrider/postrider/internal/diag"
)

// helpCommand is `postrider help [TOPIC]`: a command, of which some have two
// words, a chapter of the manual, or the code of a diagnostic.
func (p *program) helpCommand(c *cli.Context) error {
	words := c.Args().Slice()
	if len(words) == 1 && isCode(words[0]) {
		return p.explain(words[0])
	}
	topic := strings.Join(words, " ")
	if _, ok := helpTexts()[topic]; ok {
		return p.help(topic)
	}
	if text, ok := chapter(topic); ok {
		return p.showChapter(text)
	}
	if len(words) > 1 {
		return usage("", "`postrider help` takes one topic, found `%s` too", words[1])
	}
	known := slices.Concat(slices.Sorted(maps.Keys(helpTexts())), docs.Chapters())
	return usage(diag.DidYouMean(topic, known), "there is no command and no chapter `%s`", topic)
}

// isCode reports whether a word is the code of a diagnostic, in any case.
func isCode(word string) bool {
	digits, found := strings.CutPrefix(strings.ToUpper(word), "PR")
	return found && len(digits) == 3 && strings.Trim(digits, "0123456789") == ""
}

// explain prints what there is to say about a code.
func (p *program) explain(code string) error {
	e, ok := diag.Explain(code)
	if !ok {
		return usage("docs/diagnostics.md lists all of them", "there is no code `%s`", strings.ToUpper(code))
	}
	return write(p.stdout, e.String())
}

// help prints the help for a command; "" is the program.
func (p *program) help(command string) error { return write(p.stdout, helpTexts()[command]) }

// helpTexts returns the help by command.
func helpTexts() map[string]string {
	return map[string]string{
		"": generalHelp, "help": generalHelp,
		"run": runHelp, "replay": replayHelp, "expect": expectHelp, "completion": completionHelp, "list": listHelp, "vars": variablesHelp, "check": checkHelp, "fmt": fmtHelp, "parse": parseHelp, "sandbox": sandboxHelp, "version": versionHelp,
		"auth": authHelp, "auth providers": providersHelp,
		"auth login": loginHelp, "auth status": statusHelp, "auth token": tokenHelp,
		"auth refresh": refreshHelp, "auth logout": logoutHelp,
	}
}

const generalHelp = `postrider runs .http files and checks the answers. It obtains the tokens that
requests ask for by itself.

Usage
  postrider [run] [FLAGS] PATH...    run the requests of files and folders
  postrider replay RECORDING         judge recorded answers, and send nothing
  postrider expect REQUEST           propose assertions for what it answers
  postrider list PATH...             list the requests, without running them
  postrider check [PATH...]          tell what is wrong, and send nothing
  postrider vars [PATH...]           show what variables stand for, and why
  postrider parse --json PATH...     print the syntax of files as JSON
  postrider fmt [FLAGS] PATH...      bring files into their canonical form
  postrider auth providers [ID]      explain what @auth can name
  postrider auth login ID            log in, and keep the token for runs
  postrider auth status [ID]         show which tokens are kept
  postrider auth token ID            print a token for other programs
  postrider auth refresh ID          get another token now
  postrider auth logout ID|--all     forget a token, or all of them
  postrider sandbox                  simulate the vendors on this machine
  postrider completion SHELL         print what lets a shell complete this
  postrider version                  print the version
  postrider help COMMAND             explain a command and its flags
  postrider help PR201               explain a code, such as that of an error
  postrider help CHAPTER             show a chapter of the manual

Chapters
  to begin      getting-started, coming-from
  files         language, dynamic, checks, scripts, schemas
  writing       editing, checking, formatting
  runs          running, output, dry-run, reports, replay, ci
  credentials   credentials, providers, oauth, tokens
  other tools   dialects, compatibility
  reference     diagnostics, docs/parse.md, benchmarks, development

Examples
  postrider tickets.http
  postrider run requests --env staging --tag smoke
  postrider run requests --sandbox

Exit codes
  0 passed, 1 a check failed, 2 the input is wrong, 3 could not be carried out,
  130 interrupted; see postrider help run
`

const runHelp = `Run the requests of .http files and check the answers.

Usage
  postrider [run] [FLAGS] PATH...

A PATH is a file, a folder, a pattern such as 'requests/*.http', or - for
standard input. tickets.http:12 is the request at line 12 of a file,
tickets.http#close the one of that name, and tickets.http#close[3] its run for
the third row of data. Flags may stand before and behind paths; -- ends them.

Values
  -e, --env NAME            environment of http-client.env.json
      --var NAME=VALUE      set a variable; beats every other source. Repeatable
                            (also POSTRIDER_VAR_NAME in the environment)
      --secret NAME=SOURCE  a variable that no output shows. SOURCE is @FILE,
                            env:NAME or - for standard input. Repeatable
      --var-file FILE       variables from NAME=VALUE lines, or a JSON object of
                            texts, numbers, true and false. Repeatable
      --data FILE           run every file once for each row of a CSV or JSON
                            table, whose columns are variables
      --dialect NAME        read all files as jetbrains, vscode, visualstudio,
                            httpyac, kulala or neutral (default: each file
                            tells, by # @dialect or by its constructs)
      --allow-unresolved    send a {{name}} that nothing answers to as it stands

Selection
      --name NAME           only the request of this name, and what it needs;
                            NAME[3] is its run for the third row. Repeatable
      --line [FILE:]N       only the request at this line. Repeatable
      --tag TAG[,TAG]       only requests with one of these tags. Repeatable
      --exclude-tag TAG[,TAG]
                            no requests with one of these tags. Repeatable
      --rerun-failed        only what did not pass the last time with the same
                            environment, and what it needs
      --shard I/N           only part I of N of the files, dealt by the number
                            of their requests: for machines that share a run

Running
  -j, --jobs N              run N files at a time (default 8)
      --repeat N            run everything N times, in parallel too
      --shuffle [SEED]      another order of files, and of requests as far as
                            they do not need each other; a seed repeats one
      --wait-for URL [D]    first wait until a server answers below 500, or
                            tcp://HOST:PORT accepts connections, for D at most
                            (default 60s). Repeatable
      --max-time D          end the run after D: what is under way is ended,
                            @teardown still runs, and the exit code is 3
      --bail                start nothing more after the first failure
      --timeout D           of a request without @timeout: 300ms, 2s, 1m; a
                            bare number is seconds (default 30s)
      --seed N              make the random values of an earlier run again: its
                            summary told N if it failed (also POSTRIDER_SEED)
      --max-body-size N     of an answer, with K, M or G (default 100M; none
                            where no check or capture reads the body)
      --status-check on|off an answer of 400 or above fails (default on)
      --allow-empty         it is no error if nothing is executed
      --watch               run again what a change to a file touches, until
                            Ctrl-C
      --dry-run             build every request and send none: show the order,
                            what is skipped, and what would be sent
      --as http|curl        how a dry run shows requests: as messages (default),
                            or as commands for a shell, to run or to pass on

Trust
  -k, --insecure            accept any server certificate
      --cacert FILE         also trust these certificate authorities: a PEM
                            file or its text (also POSTRIDER_CACERT)
      --cert FILE           client certificate where a request names none: PEM,
                            DER or PKCS #12 (also POSTRIDER_CERT)
      --key FILE            its private key, if it stands in a file of its own
                            (also POSTRIDER_KEY)
      --cert-pass SOURCE    passphrase of private keys: @FILE or env:NAME
                            (also POSTRIDER_CERT_PASS)
      --proxy URL           send through this proxy: http, https or socks5
                            (default HTTP_PROXY, HTTPS_PROXY); NO_PROXY counts
      --allow-origin ORIGIN credentials may be sent to this origin. Repeatable
                            (also POSTRIDER_ALLOW_ORIGINS, separated by blanks)
      --allow-file PATTERN  requests may send these files from outside of the
                            project, and checks read them. Repeatable
      --sandbox             against simulated vendors on this machine, with the
                            environment "sandbox"; excludes --env
      --sandbox-ttl D       life of the sandbox's tokens

Tokens
      --auth-refresh        use no token of an earlier run, but get new ones
      --no-auth-cache       neither use nor keep tokens of other runs (also
                            POSTRIDER_AUTH_CACHE=off)
      --auth-cache-dir DIR  the folder of the tokens (also
                            POSTRIDER_AUTH_CACHE_DIR)

Output
      --report KIND[=FILE]  also write a report: junit, json, ndjson, tap,
                            markdown or github. Without a FILE it goes to
                            standard output, and all else to standard error.
                            Repeatable; none means none on GitHub Actions, where
                            github is chosen by itself (docs/reports.md)
  -v, --verbose             show tokens, checks, captures, and header fields and
                            times of every exchange; -vv shows bodies too
  -q, --quiet               show only what is wrong; nothing if nothing is
      --no-response         do not show the answer below a failure
      --output body         print the body of the last answer as it is, and
                            everything else to standard error
      --get NAME            print a captured value in the same way
      --reveal              --output and --get may print secrets
      --show-secrets        hide nothing; on a terminal only
      --no-color            no colours; also NO_COLOR, or FORCE_COLOR for them
  -h, --help                this text

Examples
  postrider tickets.http
  postrider run requests --env staging --tag smoke --jobs 4
  postrider tickets.http --name first --verbose
  postrider tickets.http:12
  postrider run requests --rerun-failed
  postrider run requests --shard 2/5 --wait-for http://localhost:8080/health 90s
  postrider tickets.http --dry-run --as curl > tickets.sh
  postrider tickets.http --name first --output body | jq .items
  postrider run requests --secret password=@/run/secrets/password
  postrider run requests --report junit=reports/junit.xml --report json=run.json

Exit codes
  0    everything passed
  1    a check failed: an assertion, the status, a capture
  2    the input is wrong: flags, files, variables; or nothing was executed.
       A shard without requests, and --rerun-failed where nothing has failed,
       say so and end with 0
  3    something could not be carried out: network, TLS, token, time, limit
  130  interrupted. The first Ctrl-C ends the run in order, with @teardown, for
       30 s at most; the second ends it at once, without reports
  With --watch, those of the last run
`

const variablesHelp = `Show the variables that requests can read: the name, the value, where that is
defined, and which definitions it shadows. Without a PATH, those that a file in
this folder would have. Nothing is sent; secrets are masked. What a request
captures, and what is made anew for each request, is shown as it is written.

Usage
  postrider vars [FLAGS] [PATH...]

Flags
  -e, --env NAME       environment of http-client.env.json
      --var NAME=VALUE set a variable, as run does. Repeatable
      --secret NAME=SOURCE
                       a variable that no output shows. Repeatable
      --var-file FILE  variables from NAME=VALUE lines or a JSON object.
                       Repeatable
      --data FILE      a CSV or JSON table, whose columns are variables
      --dialect NAME   read all files as jetbrains, vscode, visualstudio,
                       httpyac, kulala or neutral
      --json           for programs: values in full
      --no-color       no colours; also NO_COLOR, or FORCE_COLOR for them
  -h, --help           this text

Examples
  postrider vars
  postrider vars requests/tickets.http --env staging
  postrider vars requests --json

Exit codes
  0    the variables were shown
  2    a file or an environment cannot be read
`

const listHelp = `List the requests of .http files: where each stands, its name, method, URL as
written, and tags. Nothing is sent.

Usage
  postrider list [FLAGS] PATH...

A PATH is what it is for run.

Flags
      --name NAME           only the request of this name. Repeatable
      --line [FILE:]N       only the request at this line. Repeatable
      --tag TAG[,TAG]       only requests with one of these tags. Repeatable
      --exclude-tag TAG[,TAG]
                            no requests with one of these tags. Repeatable
      --shard I/N           only part I of N of the files, as run deals them
      --dialect NAME        read all files as jetbrains, vscode, visualstudio,
                            httpyac, kulala or neutral
      --no-color            no colours; also NO_COLOR, or FORCE_COLOR for them
  -h, --help                this text

Examples
  postrider list requests
  postrider list requests --tag smoke
  postrider list requests --shard 2/5

Exit codes
  0    requests were listed
  2    a file cannot be read, or there is nothing to list
`

const checkHelp = `Tell everything that is wrong with .http files, and what is probably not meant.
Nothing is sent, and no credentials are needed.

Usage
  postrider check [FLAGS] [PATH...]

A PATH is what it is for run; without one, the working directory is checked.

Flags
  -e, --env NAME            with this environment of http-client.env.json;
                            without it, what any environment defines is known
      --var NAME=VALUE      set a variable. Repeatable (also POSTRIDER_VAR_NAME)
      --var-file FILE       variables from a file, as for run. Repeatable
      --dialect NAME        read all files as jetbrains, vscode, visualstudio,
                            httpyac, kulala or neutral
  -k, --insecure            as for run: @insecure may carry credentials
      --allow-origin ORIGIN as for run: credentials may go there. Repeatable
      --allow-file PATTERN  as for run: bodies and checks may name these files.
                            Repeatable
      --format FORMAT       text (default), json, github (annotations of GitHub
                            Actions) or sarif (SARIF 2.1.0)
      --strict              warnings end with 2 too
      --no-color            no colours; also NO_COLOR, or FORCE_COLOR for them
  -h, --help                this text

What only a run can know is not missed: credentials, variables of the process
environment that are not set here, and answers. Notes tell what other tools
read otherwise. See docs/checking.md, and postrider help CODE for each message.

Examples
  postrider check
  postrider check requests --env staging --strict
  postrider check requests --format sarif > postrider.sarif

Exit codes
  0    no errors; with --strict, no warnings either
  2    there are errors, or with --strict warnings
`

const fmtHelp = `Bring .http files into their canonical form. Only blanks between tokens and
blank lines between constructs are moved: what is sent stays the same, and so do
bodies, scripts, comments and line ends. There is nothing to choose.

Usage
  postrider fmt [FLAGS] [PATH...]

A PATH is a file, a folder, a pattern such as 'requests/*.http', or - for
standard input. Without a flag the text of one file is printed, and standard
input is what no PATH means.

Flags
  -w, --write               write the files in place, and print the names of
                            those that change
      --check               print the names of files that would change, and end
                            with 1 if there are any
  -d, --diff                print what changes in place of names; without
                            --write, end with 1 if there is anything
      --dialect NAME        read all files as jetbrains, vscode, visualstudio,
                            httpyac, kulala or neutral, as run does
      --no-color            no colours; also NO_COLOR, or FORCE_COLOR for them
  -h, --help                this text

A file that cannot be parsed is left as it is. See docs/formatting.md.

Examples
  postrider fmt -w requests
  postrider fmt --check --diff requests
  postrider fmt < a.http

Exit codes
  0    the files are in their form, or have been brought into it
  1    --check or --diff found a file that is not
  2    a file cannot be parsed, read or written
`

const parseHelp = `Print the syntax of .http files as JSON, for other programs: one document a
line for each file, with its requests, variables and diagnostics, as written.
Nothing is resolved or sent. docs/parse.md explains the members, and
docs/parse.schema.json is their JSON Schema.

Usage
  postrider parse --json [FLAGS] PATH...

A PATH is a file, a folder, a pattern such as 'requests/*.http', or - for
standard input. What stands in a file is printed, secrets too: nothing is
masked.

Flags
      --json                must be given: there is no other form of output
      --dialect NAME        read all files as jetbrains, vscode, visualstudio,
                            httpyac, kulala or neutral
      --no-color            no colours; also NO_COLOR, or FORCE_COLOR for them
  -h, --help                this text

Examples
  postrider parse --json requests
  postrider parse --json tickets.http | jq -r '.requests[].url'

Exit codes
  0    all files were read
  2    a file cannot be read, or something in it cannot; the documents are
       printed all the same
`

const authHelp = `Everything about credentials.

Usage
  postrider auth providers [FLAGS] [ID]     explain what @auth can name
  postrider auth login [FLAGS] ID           log in, and keep the token for runs
  postrider auth status [FLAGS] [ID]        show which tokens are kept
  postrider auth token [FLAGS] ID           print a token for other programs
  postrider auth refresh [FLAGS] ID         get another token now
  postrider auth logout [FLAGS] ID|--all    forget a token, or all of them

postrider help auth login, and so on, explains a command and its flags. Where
tokens are kept and for how long: docs/tokens.md.
`

const providersHelp = `Explain what @auth can name: the providers that are built in, your own, and
those that the environment files of the working directory configure.

Usage
  postrider auth providers [FLAGS] [ID]

Without ID, list all of them: id, title, where each comes from. With ID, show
its parameters, where each is found and whether it is set now, the token
endpoint, where its credentials may go, and what it puts on a request. Values
are never shown, and nothing is sent.

Flags
  -e, --env NAME            environment of http-client.env.json
      --json                as JSON, for machines
      --no-color            no colours; also NO_COLOR, or FORCE_COLOR for them
  -h, --help                this text

Your own providers are files ID.json in the folder providers of the folder that
POSTRIDER_CONFIG_DIR names, or else of postrider in your configuration folder
(on Linux ~/.config/postrider/providers). See docs/providers.md, and for OAuth
2.0 docs/oauth.md.

Examples
  postrider auth providers
  postrider auth providers acme
  postrider auth providers acme --env dev --json

Exit codes
  0    everything could be explained
  2    there is no such provider, or a definition or value is wrong
`

const sandboxHelp = `Simulate the vendors on this machine, print what to export so that clients use
them, and wait for Ctrl-C. Tokens and certificates are made anew each time.

Usage
  postrider sandbox [FLAGS]

Flags
      --sandbox-ttl D       life of tokens, in whole seconds (default: what each
                            vendor documents)
  -h, --help                this text

Examples
  postrider sandbox --sandbox-ttl 5s
  postrider sandbox > exports.sh &  # then: . ./exports.sh

A run with --sandbox has a sandbox of its own and does not need this one.
`

const versionHelp = `Print the version, and what it was built from.

Usage
  postrider version
  postrider --version
`
