package cli

// referenceHelp is the same for all commands about a token.
const referenceHelp = `
ID and KEY=VALUE are what would stand behind "# @auth" in a request file of the
working directory. A value may be a template, such as password={{pw}} with
--secret pw=@FILE. postrider auth providers ID shows the parameters.

Flags
  -e, --env NAME            environment of http-client.env.json
      --var NAME=VALUE      set a variable. Repeatable
      --secret NAME=SOURCE  a variable that no output shows. SOURCE is @FILE,
                            env:NAME or - for standard input. Repeatable
      --var-file FILE       variables from NAME=VALUE lines or a JSON object.
                            Repeatable
      --timeout D           for getting a token (default 30s)
  -k, --insecure            accept any server certificate
      --cacert FILE         also trust these certificate authorities
      --cert FILE           client certificate, if the provider has none
      --key FILE            its private key, if it stands in a file of its own
      --cert-pass SOURCE    passphrase of private keys: @FILE or env:NAME
      --allow-origin ORIGIN credentials may be sent to this origin. Repeatable
      --auth-cache-dir DIR  the folder of the tokens (also
                            POSTRIDER_AUTH_CACHE_DIR)
      --no-auth-cache       use and keep no tokens of earlier runs
      --json                as JSON, for machines
      --no-color            no colours; also NO_COLOR, or FORCE_COLOR for them
  -h, --help                this text
`

const loginHelp = `Log in and keep the token, whatever tokens there are. Runs then use it.

Usage
  postrider auth login [FLAGS] ID [KEY=VALUE...]
` + referenceHelp + `
Examples
  postrider auth login acme
  postrider auth login acme account=42 --env staging

Exit codes
  0    there is a new token
  2    the input is wrong: no such provider, a parameter is missing
  3    there is no token: it was refused, or nobody answered
`

const statusHelp = `Show which tokens are kept: provider, account, how long each is valid and what
says so, where it is kept. Tokens are never shown, and nothing is sent.

Usage
  postrider auth status [FLAGS] [ID [KEY=VALUE...]]

Without ID, show all tokens. With ID, show the one that a request would use, and
exit with 1 if there is none.
` + referenceHelp + `
Examples
  postrider auth status
  postrider auth status acme --json

Exit codes
  0    there is a valid token; without ID, always
  1    there is none
  2    the input is wrong
`

const tokenHelp = `Print a token, and nothing else, for other programs: the one that is kept, or a
new one if there is none. Whoever reads the output can use it.

Usage
  postrider auth token [FLAGS] ID [KEY=VALUE...]
` + referenceHelp + `
--json has no effect here.

Examples
  curl -H "Authorization: Bearer $(postrider auth token acme)" https://…

Exit codes
  0    the token is on standard output
  2    the input is wrong
  3    there is no token: it was refused, or nobody answered
`

const refreshHelp = `Get another token now, by the refresh token if there is one, else by a login.

Usage
  postrider auth refresh [FLAGS] ID [KEY=VALUE...]
` + referenceHelp + `
Examples
  postrider auth refresh acme

Exit codes
  0    there is a new token
  2    the input is wrong
  3    there is no token: it was refused, or nobody answered
`

const logoutHelp = `Forget a token. If its definition has a revoke request, the vendor is told.

Usage
  postrider auth logout [FLAGS] ID [KEY=VALUE...]
  postrider auth logout [FLAGS] --all

With --all, remove all tokens that are kept; no vendor is told.
` + referenceHelp + `
Examples
  postrider auth logout acme
  postrider auth logout --all

Exit codes
  0    there is no such token any more
  2    the input is wrong
  3    the vendor could not be told; the token is removed all the same
`
