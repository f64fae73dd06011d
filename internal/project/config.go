package project

import (
	"os"
	"path/filepath"
)

// configVariable names the environment variable that replaces the folder of
// the user's configuration.
const configVariable = "POSTRIDER_CONFIG_DIR"

// ConfigDir returns the folder of the user's configuration: what
// POSTRIDER_CONFIG_DIR says in the process environment, else postrider in the
// folder that the operating system has for it ([os.UserConfigDir]). It is empty
// if there is none. The folder need not exist.
func ConfigDir(environ func(name string) (string, bool)) string {
	if dir, ok := environ(configVariable); ok && dir != "" {
		return dir
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "" // without a home there is no configuration
	}
	return filepath.Join(dir, "postrider")
}
