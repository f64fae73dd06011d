package cli

const replayHelp = `Judge the answers of a recorded run again: captures and checks are made as the
files have them now, and nothing is sent. A red job of a CI system is looked
into with its recording, without its network and its credentials.

Usage
  postrider replay [FLAGS] RECORDING [FILE...]

RECORDING is what --report ndjson=RECORDING of a run has written, or - for
standard input. Without a FILE, all files that it tells of are replayed: as
they were named, or from the root of the project. A FILE is one of them, or
requests of one, as tickets.http#close.

Flags
      --map RECORDED=FILE   a file of the recording is this one now. Repeatable

  -e, --env NAME            environment of variables that checks read (default
                            that of the recorded run, if it is here)
      --var NAME=VALUE      set a variable that a check reads. Repeatable
      --secret NAME=SOURCE  one that no output shows. Repeatable
      --var-file FILE       variables from a file, as for run. Repeatable
      --data FILE           the data of the recorded run, if that was given any
      --dialect NAME        read all files as jetbrains, vscode, visualstudio,
                            httpyac, kulala or neutral

      --name NAME           only the request of this name, and what it needs.
                            Repeatable
      --line [FILE:]N       only the request at this line. Repeatable
      --tag TAG[,TAG]       only requests with one of these tags. Repeatable
      --exclude-tag TAG[,TAG]
                            no requests with one of these tags. Repeatable

  -j, --jobs N              N files at a time (default 8)
      --max-time D          end after D
      --bail                judge nothing more after the first failure
      --status-check on|off an answer of 400 or above fails (default on)
      --allow-empty         it is no error if nothing is judged
      --allow-file PATTERN  checks may read these files from outside of the
                            project. Repeatable

      --report KIND[=FILE]  also write a report, as for run. Repeatable
  -v, --verbose             show checks, captures, and header fields and times
                            of every exchange; -vv shows bodies too
  -q, --quiet               show only what is wrong; nothing if nothing is
      --no-response         do not show the answer below a failure
      --no-color            no colours; also NO_COLOR, or FORCE_COLOR for them
  -h, --help                this text

What a recording does not have cannot be judged: a secret in an answer is
masked, a body is kept up to 10 MiB, what @no-log hides is left out, and a
request that was added or renamed has no answer. Such a check is neither passed
nor failed, such a request is skipped, and the exit code is 3. See
docs/replay.md.

Examples
  postrider run requests --report ndjson=run.ndjson
  postrider replay run.ndjson
  postrider replay run.ndjson requests/tickets.http --name close --verbose
  gh run download --name recording && postrider replay run.ndjson

Exit codes
  0    everything passed
  1    a check failed
  2    the input is wrong: flags, files, the recording; or nothing was judged
  3    the recording lacks an answer, or what a check reads; or a request of the
       recorded run could not be carried out; or that run ended with an error
       that no answer shows
  130  interrupted
`
