package project

import (
	"os"
	"path/filepath"
	"runtime"
)

// stateVariable names the environment variable that replaces the folder of what
// is kept between runs.
const stateVariable = "POSTRIDER_STATE_DIR"

// StateDir returns the folder of what is kept between runs and is no cache: what
// POSTRIDER_STATE_DIR says in the process environment, else postrider in the
// folder that the operating system has for it: $XDG_STATE_HOME or ~/.local/state
// (XDG Base Directory Specification), ~/Library/Application Support on macOS,
// %LocalAppData% on Windows. It is empty if there is none. The folder need not
// exist.
func StateDir(environ func(name string) (string, bool)) string {
	if dir, ok := environ(stateVariable); ok && dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	switch {
	case runtime.GOOS == "windows":
		home, err = os.UserCacheDir()
	case runtime.GOOS == "darwin":
		home, err = os.UserConfigDir()
	default:
		if dir, ok := environ("XDG_STATE_HOME"); ok && filepath.IsAbs(dir) {
			home, err = dir, nil
		} else {
			home = filepath.Join(home, ".local", "state")
		}
	}
	if err != nil {
		return "" // without a home nothing is kept
	}
	return filepath.Join(home, "postrider")
}

// WriteState writes a file of the folder, which is made if it is missing, all of it
// or none. Nobody else can read it. The error is the cause without the path.
func WriteState(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return reason(err)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".postrider-*") // with mode 0600
	if err != nil {
		return reason(err)
	}
	_, err = temp.Write(content)
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		os.Remove(temp.Name()) // what is wrong is known already
	}
	return reason(err)
}
