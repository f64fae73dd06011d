package cli

import (
	"io"
	"os"
	"strings"
)

// announceSecrets returns what tells GitHub Actions of secrets, so that its log
// shows none of them, whoever prints them later; nil elsewhere. It writes to
// standard error, which nobody reads a result from, unless that is a file: it
// would keep what is to be hidden.
func (p *program) announceSecrets() func(value string) {
	if v, _ := p.lookupEnv("GITHUB_ACTIONS"); v != "true" {
		return nil
	}
	if f, ok := p.stderr.(*os.File); ok {
		if info, err := f.Stat(); err != nil || info.Mode().IsRegular() {
			return nil
		}
	}
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A") // as the runner undoes it
	return func(value string) {
		_, _ = io.WriteString(p.stderr, "::add-mask::"+data.Replace(value)+"\n") // there is nowhere to report a failure to
	}
}
