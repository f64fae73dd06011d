package auth

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/diag"
)

// builtin holds the definitions of the vendors in providers, and of the schemes
// that need no vendor in schemes.
//
//go:embed providers/*.json schemes/*.json
var builtin embed.FS

// later are the names of schemes of the language that this version cannot do.
var later = []string{"aws", "digest", "negotiate", "ntlm", "oauth2"}

// library reads definitions, each the first time it is asked for.
type library struct {
	files fs.FS

	mu   sync.Mutex
	read map[string]*definition
}

// providers returns the ids of the vendors, sorted.
func (l *library) providers() []string { return l.ids("providers") }

// ids returns the names of the definitions in a folder, sorted.
func (l *library) ids(folder string) []string {
	entries, err := fs.ReadDir(l.files, folder)
	if err != nil {
		return nil // a library without such definitions
	}
	var ids []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), ".json"); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// definition returns the definition called id, or nil if there is none.
func (l *library) definition(id string) (*definition, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d, ok := l.read[id]; ok {
		return d, nil
	}
	for _, folder := range []string{"providers", "schemes"} {
		if !slices.Contains(l.ids(folder), id) {
			continue
		}
		name := path.Join(folder, id+".json")
		text, err := fs.ReadFile(l.files, name)
		if err != nil {
			return nil, err
		}
		d, err := readDefinition(id, diag.NewSource(name, text))
		if err != nil {
			return nil, err
		}
		if l.read == nil {
			l.read = make(map[string]*definition)
		}
		l.read[id] = d
		return d, nil
	}
	return nil, nil
}

// unknown explains that no definition is called id.
func (l *library) unknown(id string) *diag.Diagnostic {
	if slices.Contains(later, id) {
		return &diag.Diagnostic{
			Code: diag.CodeUnsupported, Severity: diag.Error,
			Summary:    "auth scheme `" + id + "` is not supported by this version",
			Suggestion: "use a provider (" + list(l.providers()) + ") or a scheme (" + list(l.ids("schemes")) + ")",
		}
	}
	known := append(l.providers(), l.ids("schemes")...)
	return &diag.Diagnostic{
		Code: diag.CodeAuthUnknown, Severity: diag.Error,
		Summary:    "nothing is called `" + id + "` that could authenticate",
		Detail:     "known are " + list(append(known, "none")),
		Suggestion: diag.DidYouMean(id, known),
	}
}
