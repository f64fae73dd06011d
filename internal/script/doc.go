// Package script runs the JavaScript handlers of .http files: those of the HTTP
// client of JetBrains, of httpYac and of kulala.
//
// [Compile] reads a handler once a plan: it finds the mistakes that can be known
// without running it, and the names that it sets and reads. [Engine.Run] runs it
// in a runtime of its own, which sees nothing but what the language has, what
// the API of the tool adds, and what a [Host] hands out: no file, no network, no
// process, no environment. The package knows neither the files nor the runner.
//
// # The files
//
// What others see:
//
//	script.go host.go engine.go result.go   a script, what it is given, what came of it
//	facts.go errors.go                      what is known of it without running it, and mistakes of both
//
// Compile: load a script with its modules, and look through its syntax tree:
//
//	compile.go load.go modules.go           a program and the modules that it imports
//	syntax.go walk.go words.go              the text, its tree, and words that are guarded
//	inspect.go apart.go handings.go         what it sets and reads, also of objects that it takes apart or hands on
//	condition.go doubt.go                   assertions that hold whatever the answer is
//	nothing.go                              what had no value, and so no member, when it ran
//
// Run:
//
//	runtime.go scope.go jobs.go             a run, its global names, what it has left to do
//	waits.go lost.go                        what waits for ever, and exceptions that would be lost
//	guard.go measure.go regular.go watch.go work.go   limits of memory and time
//	lists.go spread.go bigint.go            what makes much in one step: long lists, `...` and templates, large integers
//	locale.go                               what would differ from machine to machine
//
// Values on their way between Go and the script:
//
//	convert.go exact.go variables.go        numbers that stay exact, variables of the host
//	object.go invocation.go absent.go       objects and functions of ours, and what they say of a wrong use
//	equal.go show.go                        comparing them, and showing them to people
//	hidden.go standin.go                    what a recording has masked, and what stands for a value
//
// The API of the tools:
//
//	client.go request.go response.go reply.go body.go stream.go env.go   JetBrains, and what all have
//	yac.go expression.go kulala.go          what httpYac and kulala have besides
//	tests.go assertions.go throws.go console.go   tests, assertions and what is printed
//
// The library, whose objects are made when a script reads them:
//
//	library.go                              what there is
//	base64.go encoding.go hash.go random.go texts and bytes
//	url.go urlparams.go weburl.go           URLs as the Web reads them
//	dom.go dommember.go selector.go xpath.go jsonpath.go   documents, and queries of them
package script
