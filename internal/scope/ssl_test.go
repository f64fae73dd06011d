package scope

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What an environment says about certificates is taken as a whole from the
// strongest private file, and nothing of it is passed over.
func TestSSLConfiguration(t *testing.T) {
	tests := []struct {
		name, public, private string
		want                  string // certificate, key, passphrase, verification
		problem               string
	}{
		{"none", `{"dev": {}}`, `{"dev": {"a": "b"}}`, "", ""},
		{"paths", `{"dev": {}}`, `{"dev": {"SSLConfiguration": {"clientCertificate": "c.pem", "clientCertificateKey": "k.pem"}}}`, "c.pem: k.pem: false verify", ""},
		{"formats", `{"dev": {}}`, `{"dev": {"SSLConfiguration": {"clientCertificate": {"path": "c.p12", "format": "P12"}, "hasCertificatePassphrase": true}}}`, "c.p12:P12 : true verify", ""},
		{"verification off", `{"dev": {}}`, `{"dev": {"SSLConfiguration": {"verifyHostCertificate": false}}}`, ": : false insecure", ""},
		{"verification on", `{"dev": {}}`, `{"dev": {"SSLConfiguration": {"verifyHostCertificate": true}}}`, ": : false verify", ""},
		{"shared", `{"dev": {}}`, `{"$shared": {"SSLConfiguration": {"clientCertificate": "c.pem"}}}`, "c.pem: : false verify", ""},
		{"own before shared", `{"dev": {}}`, `{"$shared": {"SSLConfiguration": {"clientCertificate": "s.pem"}}, "dev": {"SSLConfiguration": {"clientCertificate": "c.pem"}}}`, "c.pem: : false verify", ""},
		{"other environment", `{"dev": {}}`, `{"prod": {"SSLConfiguration": {"clientCertificate": "c.pem"}}}`, "", ""},
		{"public file", `{"dev": {"SSLConfiguration": {"verifyHostCertificate": false}}}`, `{}`, "", "`SSLConfiguration` has no effect in this file"},
		{"no object", `{"dev": {}}`, `{"dev": {"SSLConfiguration": true}}`, ": : false verify", "`SSLConfiguration` must be an object"},
		{"unknown key", `{"dev": {}}`, `{"dev": {"SSLConfiguration": {"clientCertificat": "c.pem"}}}`, ": : false verify", "unknown key `clientCertificat`"},
		{"no boolean", `{"dev": {}}`, `{"dev": {"SSLConfiguration": {"verifyHostCertificate": "false"}}}`, ": : false insecure", "`verifyHostCertificate` must be true or false"},
		{"no path", `{"dev": {}}`, `{"dev": {"SSLConfiguration": {"clientCertificate": {"format": "PEM"}}}}`, ":PEM : false verify", "`clientCertificate` has no path"},
		{"unknown format", `{"dev": {}}`, `{"dev": {"SSLConfiguration": {"clientCertificate": {"path": "c", "format": "JKS"}}}}`, "c:JKS : false verify", "unknown format"},
		{"key alone", `{"dev": {}}`, `{"dev": {"SSLConfiguration": {"clientCertificateKey": "k.pem"}}}`, ": k.pem: false verify", "has a key and no certificate"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{"http-client.env.json": test.public, "http-client.private.env.json": test.private} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			env, err := NewLoader(func(string) string { return dir }).Load(dir, "dev")
			if err != nil {
				t.Fatal(err)
			}
			c, problems := env.SSL()
			got := ""
			if c != nil {
				got = c.Certificate.Path.String() + ":" + c.Certificate.Format + " " + c.Key.Path.String() + ":" + c.Key.Format
				got += map[bool]string{true: " true", false: " false"}[c.HasPassphrase]
				got += map[bool]string{true: " verify", false: " insecure"}[c.Insecure.IsZero()]
				if f := c.Certificate; !f.Path.IsZero() && filepath.Clean(f.Folder) != filepath.Clean(dir) {
					t.Errorf("paths count from %s, want %s", f.Folder, dir)
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			var told []string
			for _, d := range problems {
				told = append(told, d.Summary)
			}
			if all := strings.Join(told, "|"); !strings.Contains(all, test.problem) || (test.problem == "") != (all == "") {
				t.Errorf("told %q, want %q", all, test.problem)
			}
		})
	}
}
