package scope

import (
	"bytes"

	"github.com/postrider/postrider/internal/diag"
)

// settingsFile is where REST Client keeps environments: a member of the settings
// that VS Code keeps for a folder.
const (
	settingsFile   = ".vscode/settings.json"
	settingsMember = "rest-client.environmentVariables"
)

// parseSettings reads the environments of a settings file; nil if it has none.
// Such a file is JSON with comments, and with commas behind last members.
func parseSettings(source *diag.Source) (*envFile, *diag.Diagnostic) {
	if !bytes.Contains(source.Text(), []byte(settingsMember)) {
		return nil, nil
	}
	// Of the same length, so that places in it are places in the file.
	plain := diag.NewSource(source.Name(), withoutComments(source.Text()))
	all, problem := newNodeReader(plain).environments()
	if problem != nil {
		return nil, problem
	}
	for _, m := range all {
		if m.name != settingsMember {
			continue
		}
		environments, ok := m.node.value.([]member)
		if !ok {
			return nil, envProblem(source, m.node.span, "`"+settingsMember+"` must be an object of environments")
		}
		file := &envFile{source: plain, environments: environments}
		return file, file.check()
	}
	return nil, nil
}

// withoutComments returns JSON with comments and superfluous commas replaced by
// blanks.
func withoutComments(text []byte) []byte {
	plain := bytes.Clone(text)
	comma := -1 // of a comma that nothing but white space has followed yet
	blank := func(from, to int) {
		for ; from < to; from++ {
			if plain[from] != '\n' && plain[from] != '\r' {
				plain[from] = ' '
			}
		}
	}
	for i := 0; i < len(plain); i++ {
		switch c := plain[i]; {
		case c == '"':
			for i++; i < len(plain) && plain[i] != '"'; i++ {
				if plain[i] == '\\' {
					i++
				}
			}
			comma = -1
		case c == '/' && bytes.HasPrefix(plain[i:], []byte("//")):
			end := bytes.IndexByte(plain[i:], '\n')
			if end < 0 {
				end = len(plain) - i
			}
			blank(i, i+end)
		case c == '/' && bytes.HasPrefix(plain[i:], []byte("/*")):
			end := bytes.Index(plain[i+2:], []byte("*/"))
			if end < 0 {
				return plain // which then is no JSON
			}
			blank(i, i+2+end+2)
		case c == ',':
			comma = i
		case c == '}' || c == ']':
			if comma >= 0 {
				plain[comma] = ' '
			}
			comma = -1
		case c != ' ' && c != '\t' && c != '\n' && c != '\r':
			comma = -1
		}
	}
	return plain
}
