package scope

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/diag"
)

// Loader reads environment files and .env files, each once. It is safe for
// concurrent use.
type Loader struct {
	root func(dir string) string

	mu       sync.Mutex
	above    map[string][]string // the folders of a folder: many files share one
	envFiles map[string]func() (*envFile, diag.List)
	dotEnvs  map[string]func() (*dotEnvFile, diag.List)
}

// NewLoader returns a loader that reads nothing above root(dir), which must be
// dir or an ancestor of it.
func NewLoader(root func(dir string) string) *Loader {
	return &Loader{
		root:     root,
		above:    map[string][]string{},
		envFiles: map[string]func() (*envFile, diag.List){},
		dotEnvs:  map[string]func() (*dotEnvFile, diag.List){},
	}
}

// Env is what the files around a request file give to it: the variables of one
// environment, and those of the .env files.
type Env struct {
	Name string // as chosen; empty if none is

	names     []string
	variables []*Variable // of both tiers
	dotEnv    map[string]*Variable
	warnings  diag.List

	files  []*envFile // the strongest first
	layers []layer    // the sections of files that count, the strongest first
}

// Names returns the names of the environments that the files define, sorted.
func (e *Env) Names() []string { return slices.Clone(e.names) }

// Variables returns the variables of the tiers Environment and then DotEnv, one
// for each name and tier.
func (e *Env) Variables() []*Variable { return slices.Clone(e.variables) }

// DotEnv returns what the .env files give to name.
func (e *Env) DotEnv(name string) (*Variable, bool) {
	v, ok := e.dotEnv[name]
	return v, ok
}

// Defining returns the environments that define a variable and are not chosen,
// sorted.
func (e *Env) Defining(name string) []string {
	var found []string
	for _, environment := range e.names {
		defines := func(f *envFile) bool {
			return slices.ContainsFunc(f.section(environment), func(m member) bool { return m.name == name })
		}
		if environment != e.Name && slices.ContainsFunc(e.files, defines) {
			found = append(found, environment)
		}
	}
	return found
}

// Others returns the names of the variables that environments define which are
// not chosen, in no order and each at least once.
func (e *Env) Others() []string {
	var names []string
	for _, f := range e.files {
		for _, environment := range f.environments {
			if environment.name == e.Name || isForeignSection(environment.name) {
				continue
			}
			for _, m := range f.section(environment.name) {
				names = append(names, m.name)
			}
		}
	}
	return names
}

// Definitions returns what each environment says about name, chosen or not, by
// the name of the environment: the strongest file of each counts.
func (e *Env) Definitions(name string) map[string]*Variable {
	found := make(map[string]*Variable)
	for _, environment := range e.names {
		for _, f := range e.files {
			if v := f.lookup(environment, name); v != nil {
				found[environment] = v
				break
			}
		}
	}
	return found
}

// lookup returns a variable of an environment; nil if there is none.
func (f *envFile) lookup(environment, name string) *Variable {
	for _, m := range slices.Backward(f.section(environment)) {
		if m.name == name {
			return f.variable(environment, m)
		}
	}
	return nil
}

// OfVisualStudio reports whether one of the files is one that only Visual Studio
// writes: http-client.env.json.user, or one in which a value names the provider
// that keeps it.
func (e *Env) OfVisualStudio() bool {
	return slices.ContainsFunc(e.files, func(f *envFile) bool {
		return strings.HasSuffix(f.source.Name(), ".user") || slices.ContainsFunc(f.environments, f.namesProvider)
	})
}

// Warnings returns what is odd in the files, such as a name that is given twice.
func (e *Env) Warnings() diag.List { return slices.Clone(e.warnings) }

// Load reads the files for a request file in dir: http-client.env.json, its
// private twin and its .user twins, .env.ENV, ENV.env (httpYac) and .env, from dir upward to the
// root.
//
// Of several definitions of a variable the first of this order counts: in the
// environment env before the shared sections; in a nearer folder before a
// farther one; in the private file, then a .user file, then the public one.
// The .env.ENV nearest to dir counts before the nearest ENV.env, and this before
// the nearest .env.
//
// The error is a *diag.Diagnostic, or a diag.List of several: a file that
// cannot be read, or an environment that no file defines.
func (l *Loader) Load(dir, env string) (*Env, error) {
	e := &Env{Name: env, dotEnv: map[string]*Variable{}}
	var problems diag.List

	folders := l.foldersOnce(dir)
	var files []*envFile // the strongest first
	for _, folder := range folders {
		for _, name := range envFileNames() {
			file, found := l.envFile(joinPath(folder, name))
			problems = append(problems, found...)
			if file != nil {
				files = append(files, file)
				e.warnings = append(e.warnings, file.warnings...)
			}
		}
	}
	var dotEnvs []*dotEnvFile // the strongest first
	hasOwnDotEnv := false
	for _, name := range dotEnvNames(env) {
		for _, folder := range folders {
			file, found := l.dotEnvFile(joinPath(folder, name))
			problems = append(problems, found...)
			if file != nil {
				dotEnvs = append(dotEnvs, file)
				e.warnings = append(e.warnings, file.warnings...)
				hasOwnDotEnv = hasOwnDotEnv || name != ".env"
			}
			if file != nil || len(found) > 0 {
				break
			}
		}
	}
	switch {
	case len(problems) > 1:
		return nil, problems
	case len(problems) == 1:
		return nil, problems[0]
	}

	e.names, e.files = environmentNames(files), files
	if env != "" && !slices.Contains(e.names, env) && !hasOwnDotEnv {
		return nil, unknownEnvironment(env, e.names, folders)
	}
	e.addEnvironment(files, env)
	for _, file := range dotEnvs {
		for _, v := range file.variables {
			if _, ok := e.dotEnv[v.Name]; !ok {
				e.dotEnv[v.Name] = v
				e.variables = append(e.variables, v)
			}
		}
	}
	return e, nil
}

// dotEnvNames returns the names of .env files, the strongest first.
func dotEnvNames(env string) []string {
	if env == "" || strings.ContainsAny(env, `/\`) {
		return []string{".env"}
	}
	return []string{".env." + env, env + ".env", ".env"}
}

// Places returns where Load looks for files, whether they are there or not.
func (l *Loader) Places(dir, env string) []string {
	var places []string
	for _, folder := range l.foldersOnce(dir) {
		for _, name := range slices.Concat(envFileNames(), dotEnvNames(env)) {
			places = append(places, joinPath(folder, name))
		}
	}
	return places
}

// addEnvironment adds the variables of the environment env and of the shared
// sections.
func (e *Env) addEnvironment(files []*envFile, env string) {
	sections := append([]string{env}, sharedSections()...)
	if env == "" {
		sections = append([]string{defaultSection}, sharedSections()...)
	}
	seen := map[string]bool{}
	for _, section := range sections {
		for _, file := range files {
			e.layers = append(e.layers, layer{file, section})
			// Backwards, because of two members of one name the last counts.
			for _, v := range slices.Backward(file.variables(section)) {
				if !seen[v.Name] {
					seen[v.Name] = true
					v.unchosen = env == ""
					e.variables = append(e.variables, v)
				}
			}
		}
	}
}

// envFileNames returns the names of environment files, the strongest first.
func envFileNames() []string {
	return []string{
		"http-client.private.env.json.user",
		"http-client.private.env.json",
		"http-client.env.json.user",
		"http-client.env.json",
		settingsFile,
	}
}

// publicEnvFile is the one environment file whose lines may be quoted.
const publicEnvFile = "http-client.env.json"

func environmentNames(files []*envFile) []string {
	var names []string
	for _, file := range files {
		for _, m := range file.environments {
			if !strings.HasPrefix(m.name, "$") {
				names = append(names, m.name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func unknownEnvironment(env string, names, folders []string) error {
	d := &diag.Diagnostic{
		Code: diag.CodeUnknownEnvironment, Severity: diag.Error,
		Summary:    fmt.Sprintf("no environment `%s`", env),
		Suggestion: diag.DidYouMean(env, names),
	}
	if len(names) == 0 {
		d.Detail = fmt.Sprintf("no %s defines one, from %s up to %s", publicEnvFile, shown(folders[0]), shown(folders[len(folders)-1]))
		d.Suggestion = fmt.Sprintf("write {%q: {…}} into %s", env, publicEnvFile)
		return d
	}
	d.Detail = "the environments are " + strings.Join(names, ", ")
	if d.Suggestion == "" {
		d.Suggestion = "choose one of them"
	}
	return d
}

func shown(folder string) string {
	if folder == "" {
		return "."
	}
	return folder
}

// foldersOnce is folders, which asks the file system, once for each folder.
func (l *Loader) foldersOnce(dir string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	folders, ok := l.above[dir]
	if !ok {
		folders = l.folders(dir)
		l.above[dir] = folders
	}
	return folders
}

// folders returns dir and its ancestors up to the root, written the way dir is.
func (l *Loader) folders(dir string) []string {
	folders := []string{dir}
	here, err := filepath.Abs(dir)
	if err != nil {
		return folders
	}
	root, err := filepath.Abs(l.root(dir))
	if err != nil {
		return folders
	}
	up, err := filepath.Rel(root, here)
	if err != nil || up == "." || !filepath.IsLocal(up) {
		return folders
	}
	for range strings.Count(filepath.ToSlash(up), "/") + 1 {
		dir = filepath.Join(dir, "..")
		folders = append(folders, dir)
	}
	return folders
}

// joinPath is filepath.Join, but keeps the way the folder is written.
func joinPath(folder, name string) string {
	if folder == "" || os.IsPathSeparator(folder[len(folder)-1]) {
		return folder + name
	}
	if folder == "." {
		return name
	}
	return folder + string(filepath.Separator) + name
}

func (l *Loader) envFile(path string) (*envFile, diag.List) {
	l.mu.Lock()
	read, ok := l.envFiles[path]
	if !ok {
		read = sync.OnceValues(func() (*envFile, diag.List) {
			source, problem := readSource(path, diag.CodeEnvironment)
			if source == nil {
				return nil, problem
			}
			parse := parseEnvFile
			if strings.HasSuffix(path, filepath.Base(settingsFile)) {
				parse = parseSettings
			} else {
				source.Private = filepath.Base(path) != publicEnvFile
			}
			file, d := parse(source)
			if d != nil {
				return nil, diag.List{d}
			}
			return file, nil
		})
		l.envFiles[path] = read
	}
	l.mu.Unlock()
	return read()
}

func (l *Loader) dotEnvFile(path string) (*dotEnvFile, diag.List) {
	l.mu.Lock()
	read, ok := l.dotEnvs[path]
	if !ok {
		read = sync.OnceValues(func() (*dotEnvFile, diag.List) {
			source, problem := readSource(path, diag.CodeDotEnv)
			if source == nil {
				return nil, problem
			}
			source.Private = true
			return parseDotEnv(source, filepath.Base(path))
		})
		l.dotEnvs[path] = read
	}
	l.mu.Unlock()
	return read()
}

// readSource reads a file. A file that does not exist is neither a source nor
// a problem.
func readSource(path, code string) (*diag.Source, diag.List) {
	text, err := os.ReadFile(path)
	switch {
	case err == nil:
		return diag.NewSource(path, text), nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	}
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
		return nil, nil // Python keeps virtual environments in a folder .env
	}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return nil, diag.List{{
		Code: code, Severity: diag.Error,
		Summary:    fmt.Sprintf("cannot read %s: %v", path, err),
		Suggestion: "make the file readable, or remove it",
	}}
}
