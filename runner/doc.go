// Package runner ties the parts together: files become a plan, the plan is run,
// and what happens is told as events.
//
// # The way of a run
//
// [NewPlan] takes the files through the first five stages. It sends nothing, and finds
// every mistake that can be known before something is sent. [Plan.Run] does the rest.
//
//	read        the options name files; each becomes a suite: a file with those that it imports
//	make steps  each request of a file becomes a step, with its directives, checks and captures compiled
//	select      the steps get picks: which of them are run, and for which rows of data
//	link        a tracer follows what a step reads to the steps that set it: needs, order, cycles
//	settle      what only planning has read is dropped
//	run         rounds start a session for each row of a suite; a session takes its steps one after the other, each as a running
//	judge       the answer goes through scripts, captures and checks, which make its outcome
//	tell        what happened goes as an event over the bus, masked, to the sinks
//
// All sessions share Plan, suite, file and step, and change nothing of them but what
// is under a lock there; what a run changes stands in session, which one goroutine
// owns, and in running.
//
// A construct of the language stands in a file of its own with all of its stages, from
// the check of its plan (methods of file, step and tracer) to what it does (methods of
// session and running).
//
// # The files
//
// What is asked for:
//
//	options.go        what to plan and how to run it
//	lint*.go          what is doubtful about a plan, and secrets that are written into files
//	variables.go      the variables of files, with where their values come from
//	environments.go   the names of environments
//	providers.go      the providers of credentials
//	tokens.go         tokens that are held, fetched and dropped
//	reads.go          the files that a plan depends on
//
// Read:
//
//	plan.go           Plan, and the order of the stages of planning
//	suite.go          suite
//	file.go file_*.go file, its variables and names; what it imports, what its dialect decides
//	programs.go       expressions, compiled once for all that ask the same
//	problem*.go       what is wrong with a file: doubts, what is not supported, how a name was meant
//
// Make steps:
//
//	step.go           step, and what it has of its block
//	directive.go      directives that set one thing of a step, those of other tools included
//
// Select:
//
//	select*.go        by name, tag, line and address, by row and by shard; what a selection needs besides
//	rerun*.go         what did not pass the last time, and how that is kept for the next
//
// Link:
//
//	link*.go          what a step needs and the order of running; variables that nothing reads
//
// Settle:
//
//	settle.go         what a run does without
//
// Run:
//
//	run.go            Run, the exit code
//	run_*.go          repetitions and workers, the order by chance, waiting for servers, the end
//	session*.go       session and running: a request with its retries and pauses, and the values that it keeps
//	build*.go         the request: target, header, body, files, GraphQL; the way that it takes to the server
//	credentials*.go   @auth and what stands for it: entries of the environment, header fields, tokens in a text
//	secrets.go        what is secret because of what it is, or where it stands
//	secrets_sent.go   what a URL and a form make of a secret
//	secrets_read.go   what is secret because it is read into a secret place
//	seed.go           random values that come again with the seed
//
// Judge:
//
//	answer*.go        answers as expressions see them; which are kept
//	judge*.go         captures and checks, those of other tools included
//
// Tell:
//
//	event*.go         events, masked and handed to sinks; hops and bodies in them
//	print.go          the one value that a run prints
//	propose.go        checks that an answer proposes
//
// Constructs, each through all stages:
//
//	calls.go          run: lines that run other requests, with arguments
//	data.go           @data and --data: rows
//	global.go         @capture global and the like: from one file to another
//	loop.go           @loop
//	output.go         >> and >>!: answers that are saved
//	prompt.go         @prompt and @secret
//	query.go          templates with several values, which repeat a request
//	reference.go      templates that read an answer
//	script*.go        scripts: what they set and read, what they are given, how they end
//	xpath.go          XPath in templates, and @xpath-ns
//
// Runs that send nothing:
//
//	dryrun*.go        the request that would be sent, its command with curl, what is not known of it
//	replay*.go        answers out of a recording: which request they belong to, what they lack
package runner
