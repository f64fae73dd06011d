//go:build integration

package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const passphrase = "s3cret passphrase"

// keys makes, with OpenSSL 3, an authority, the certificate of the server, and
// two clients with their keys in every form; `stranger` is of another authority.
const keys = `
export PASS='` + passphrase + `'
for ca in ca other; do
	openssl req -x509 -newkey rsa:2048 -noenc -keyout $ca.key -out $ca.pem -days 2 -subj "/CN=$ca"
done
issue() { # NAME AUTHORITY EXTENSIONS
	openssl req -new -key $1.key -subj "/CN=$1" -out $1.csr
	printf "$3" > $1.ext
	openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days 2 -extfile $1.ext -out $1.pem
}
openssl genrsa -out server.key 2048
issue server ca "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n"
openssl genrsa -traditional -out rsa.key 2048
openssl ecparam -name prime256v1 -genkey -noout -out ec.key
openssl ecparam -name prime256v1 -genkey -noout -out stranger.key
issue rsa ca "extendedKeyUsage=clientAuth\n"
issue ec ca "extendedKeyUsage=clientAuth\n"
issue stranger other "extendedKeyUsage=clientAuth\n"
for kind in rsa ec; do
	cat $kind.pem $kind.key > $kind.both.pem
	openssl x509 -in $kind.pem -outform DER -out $kind.der
	openssl pkcs8 -topk8 -nocrypt -in $kind.key -out $kind.pkcs8.pem
	openssl pkcs8 -topk8 -nocrypt -in $kind.key -outform DER -out $kind.pkcs8.der
	openssl pkcs8 -topk8 -in $kind.key -passout env:PASS -out $kind.pkcs8-encrypted.pem
	openssl pkcs8 -topk8 -in $kind.key -passout env:PASS -outform DER -out $kind.pkcs8-encrypted.der
	openssl pkcs12 -export -in $kind.pem -inkey $kind.key -certfile ca.pem -passout env:PASS -out $kind.p12
done
openssl rsa -in rsa.key -traditional -aes256 -passout env:PASS -out rsa.dek.pem
openssl ec -in ec.key -aes256 -passout env:PASS -out ec.dek.pem
`

// nginx runs nginx in front of an upstream that says which client nginx has
// seen, and returns its address.
func nginx(t *testing.T, dir string) string {
	t.Helper()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]string{"client": r.Header.Get("X-Client")})
	}))
	t.Cleanup(upstream.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close() // nginx takes its place
	config := fmt.Sprintf(`
daemon off;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx.log;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
	server {
		listen %[2]s ssl;
		ssl_certificate %[1]s/server.pem;
		ssl_certificate_key %[1]s/server.key;
		ssl_client_certificate %[1]s/ca.pem;
		ssl_verify_client on;
		location / {
			proxy_pass %[3]s;
			proxy_set_header X-Client $ssl_client_s_dn;
		}
	}
}
`, dir, address, upstream.URL)
	path := filepath.Join(dir, "nginx.conf")
	write(t, path, config)
	command := exec.Command("nginx", "-e", filepath.Join(dir, "nginx.log"), "-p", dir, "-c", path)
	if err := command.Start(); err != nil {
		t.Fatalf("nginx does not start: %v", err)
	}
	t.Cleanup(func() {
		command.Process.Signal(os.Interrupt)
		command.Wait()
	})
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return "https://" + address
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "nginx.log"))
			t.Fatalf("nginx does not listen on %s:\n%s", address, log)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestNginx protects client certificates against the server and the tool that
// most people use them with: every form of key that OpenSSL 3 writes is accepted
// by nginx, however it is named, and what is wrong is told.
func TestNginx(t *testing.T) {
	dir := t.TempDir()
	if os.Geteuid() == 0 { // workers of nginx are another user then
		for d := dir; d != os.TempDir() && d != filepath.Dir(d); d = filepath.Dir(d) {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	making := exec.Command("sh", "-euc", keys)
	making.Dir = dir
	if out, err := making.CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v\n%s", err, out)
	}
	base := nginx(t, dir)
	run := func(t *testing.T, file string, exit int, environ []string, args ...string) string {
		t.Helper()
		path := filepath.Join(dir, "a.http")
		write(t, path, file)
		command := exec.Command(program, append([]string{"run", path, "--cacert", filepath.Join(dir, "ca.pem"), "--var", "base=" + base}, args...)...)
		command.Dir = dir
		command.Env = append(os.Environ(), environ...)
		var out bytes.Buffer
		command.Stdout, command.Stderr = &out, &out
		_ = command.Run() // the exit code says it
		if got := command.ProcessState.ExitCode(); got != exit {
			t.Errorf("exit code %d, want %d\n%s", got, exit, out.String())
		}
		if strings.Contains(out.String(), passphrase) {
			t.Errorf("the passphrase is shown:\n%s", out.String())
		}
		return out.String()
	}
	withPassphrase := []string{"POSTRIDER_CERT_PASS=" + passphrase}
	accepted := func(client string) string {
		return fmt.Sprintf("# @assert status == 200 and body.client == %q\nGET {{base}}/\n", "CN="+client)
	}

	forms := []struct{ client, cert, key string }{
		{"rsa", "rsa.pem", "rsa.key"}, {"rsa", "rsa.both.pem", ""}, {"rsa", "rsa.pem", "rsa.pkcs8.pem"},
		{"rsa", "rsa.pem", "rsa.pkcs8-encrypted.pem"}, {"rsa", "rsa.pem", "rsa.dek.pem"},
		{"rsa", "rsa.der", "rsa.pkcs8.der"}, {"rsa", "rsa.der", "rsa.pkcs8-encrypted.der"}, {"rsa", "rsa.p12", ""},
		{"ec", "ec.pem", "ec.key"}, {"ec", "ec.both.pem", ""}, {"ec", "ec.pem", "ec.pkcs8.pem"},
		{"ec", "ec.pem", "ec.pkcs8-encrypted.pem"}, {"ec", "ec.pem", "ec.dek.pem"},
		{"ec", "ec.der", "ec.pkcs8.der"}, {"ec", "ec.der", "ec.pkcs8-encrypted.der"}, {"ec", "ec.p12", ""},
	}
	for _, form := range forms {
		t.Run(form.cert+" "+form.key, func(t *testing.T) {
			flags := []string{"--cert", form.cert}
			directives := "# @cert " + form.cert + "\n"
			ssl := map[string]any{"clientCertificate": form.cert, "hasCertificatePassphrase": true}
			if form.key != "" {
				flags = append(flags, "--key", form.key)
				directives += "# @key " + form.key + "\n"
				ssl["clientCertificateKey"] = form.key
			}
			run(t, accepted(form.client), 0, withPassphrase, flags...)
			run(t, directives+accepted(form.client), 0, withPassphrase)
			private, err := json.Marshal(map[string]any{"dev": map[string]any{"SSLConfiguration": ssl}})
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "http-client.private.env.json")
			write(t, path, string(private))
			defer os.Remove(path)
			run(t, accepted(form.client), 0, withPassphrase, "--env", "dev")
		})
	}

	t.Run("two identities at the same server", func(t *testing.T) {
		run(t, "### One\n# @cert rsa.both.pem\n"+accepted("rsa")+"\n### Two\n# @cert ec.both.pem\n"+accepted("ec")+
			"\n### One again\n# @cert rsa.both.pem\n"+accepted("rsa"), 0, nil)
	})
	t.Run("no certificate", func(t *testing.T) {
		run(t, "# @assert status == 400 and text contains \"No required SSL certificate was sent\"\nGET {{base}}/\n", 0, nil)
	})
	t.Run("a certificate of another authority", func(t *testing.T) {
		run(t, "# @assert status == 400 and text contains \"The SSL certificate error\"\nGET {{base}}/\n", 0, nil,
			"--cert", "stranger.pem", "--key", "stranger.key")
	})
	t.Run("another's key", func(t *testing.T) {
		out := run(t, accepted("rsa"), 2, nil, "--cert", "rsa.pem", "--key", "ec.key")
		if want := "ec.key: it is not the private key of the certificate in rsa.pem"; !strings.Contains(out, want) {
			t.Errorf("%s\nwant %s", out, want)
		}
	})
	for _, test := range []struct{ name, pass, want string }{
		{"no passphrase", "", "rsa.p12: it is encrypted, and there is no passphrase"},
		{"wrong passphrase", "not it at all", "rsa.p12: the passphrase does not fit"},
	} {
		t.Run(test.name, func(t *testing.T) {
			out := run(t, accepted("rsa"), 2, []string{"POSTRIDER_CERT_PASS=" + test.pass}, "--cert", "rsa.p12")
			if !strings.Contains(out, test.want) || test.pass != "" && strings.Contains(out, test.pass) {
				t.Errorf("%s\nwant %s", out, test.want)
			}
		})
	}
	t.Run("an authority that is not trusted", func(t *testing.T) {
		path := filepath.Join(dir, "other.http")
		write(t, path, accepted("rsa"))
		out, _ := exec.Command(program, "run", path, "--var", "base="+base).CombinedOutput()
		if !strings.Contains(string(out), "signed by an unknown authority") {
			t.Errorf("%s", out)
		}
	})
}
