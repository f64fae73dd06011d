package script

import "slices"

// absent says why a global of another environment does not exist here; empty for
// a name that nobody has.
func absent(name string) string {
	switch {
	case slices.Contains([]string{"exec", "execFile", "execSync", "execFileSync", "spawn", "spawnSync", "process", "Deno", "Bun"}, name):
		return "scripts cannot start processes, and see nothing of their own"
	case slices.Contains([]string{"fetch", "XMLHttpRequest", "WebSocket", "axios", "got"}, name):
		return "scripts cannot send requests: write a request, and name it with `# @needs`"
	case slices.Contains([]string{"httpFile", "httpRegion", "$httpyac", "userSessionStore", "oauth2Session"}, name):
		return "it is of httpYac, and not supported by this version"
	case name == "Intl":
		return "it is not supported by this version, which knows no locales"
	case name == "$kulala":
		return "it is of kulala, and not supported by this version"
	case name == "pm" || name == "postman":
		return "it is of Postman: write `client.test`, `client.assert` and `response`"
	case name == "bru" || name == "insomnia":
		return "it is of another tool: write `client.test`, `client.assert` and `response`"
	case slices.Contains([]string{"window", "document", "localStorage", "sessionStorage", "navigator", "alert", "prompt"}, name):
		return "scripts do not run in a browser"
	case slices.Contains([]string{"require", "module", "exports", "Buffer", "__dirname", "__filename", "global"}, name):
		return "scripts do not run in Node"
	case name == "expect" || name == "chai" || name == "describe" || name == "it":
		return "there is no test library here: write `client.test` and `client.assert`"
	}
	return ""
}
