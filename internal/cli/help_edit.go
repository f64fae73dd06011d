package cli

const expectHelp = `Send one request, and what it needs, and propose the assertions and captures
that fit its answer: the lines that stand above a request. Ids, times, counters
and the like are told by their form, the rest exactly. What is proposed holds
for the answer that came, and shows no secret.

Usage
  postrider expect [FLAGS] REQUEST

A REQUEST is tickets.http#close, or tickets.http:12, or a file with only one.
For an answer of 400 or above, nothing but the status is proposed.

Flags
  -w, --write               write the lines into the file, above the request
                            line, and change nothing else in it

The others are those of postrider run, with the same meaning:

  -e, --env NAME            environment of http-client.env.json
      --var NAME=VALUE      set a variable. Repeatable
      --secret NAME=SOURCE  a variable that no output shows. Repeatable
      --var-file FILE       variables from a file. Repeatable
      --data FILE           for each row: what holds for all answers is proposed
      --dialect NAME        read the file as jetbrains, vscode, visualstudio,
                            httpyac, kulala or neutral
      --allow-unresolved    send a {{name}} that nothing answers to as it stands
      --wait-for URL [D]    until this answers, at most for this long
      --max-time D          for everything
      --timeout D           of a request without @timeout
      --max-body-size N     of an answer
      --seed N              make the random values of an earlier run again
  -k, --insecure            accept any server certificate
      --cacert FILE         also trust these certificate authorities
      --cert FILE           client certificate where a request names none
      --key FILE            its private key
      --cert-pass SOURCE    passphrase of private keys
      --proxy URL           send through this proxy
      --allow-origin ORIGIN credentials may be sent to this origin. Repeatable
      --allow-file PATTERN  requests may send these files. Repeatable
      --sandbox             against simulated vendors on this machine
      --sandbox-ttl D       life of the sandbox's tokens
      --auth-refresh        use no token of an earlier run
      --no-auth-cache       neither use nor keep tokens of other runs
      --auth-cache-dir DIR  the folder of the tokens
  -v, --verbose             show on standard error what was sent and received
      --no-color            no colours; also NO_COLOR, or FORCE_COLOR for them
  -h, --help                this text

Examples
  postrider expect tickets.http#tickets --env staging
  postrider expect -w tickets.http:12

Exit codes
  0    lines were proposed or written, or there is nothing to add
  1-3  the run ended so, and nothing is proposed; see postrider help run
  130  interrupted
`

const completionHelp = `Print what lets a shell complete commands, flags and their values, files, the
names of requests and tags, and environments.

Usage
  postrider completion bash|zsh|fish|powershell

Flags
  -h, --help           this text

Where to put it
  bash        source <(postrider completion bash)               in ~/.bashrc
  zsh         source <(postrider completion zsh)                in ~/.zshrc,
                                                               below compinit
  fish        postrider completion fish | source                in config.fish
  powershell  postrider completion powershell | Out-String | Invoke-Expression
                                                               in $PROFILE

Exit codes
  0    the script was printed
  2    there is none for this shell
`
