package auth

import (
	"crypto/tls"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const keyPassphrase = "s3cret-passphrase" // of testdata/keys

// keyFile reads a file that OpenSSL 3 has made (testdata/keys/make.sh).
func keyFile(t testing.TB, name string) KeyFile {
	t.Helper()
	if name == "" {
		return KeyFile{}
	}
	content, err := os.ReadFile(filepath.Join("testdata", "keys", name))
	if err != nil {
		t.Fatal(err)
	}
	return KeyFile{Name: name, Content: content}
}

// Every form in which people have their certificates gives the same identity,
// whether its format is said or told by the content.
func TestKeyPair(t *testing.T) {
	tests := []struct {
		cert, key, format, subject string
		chain                      int
	}{
		{"ec.cert.pem", "ec.sec1.pem", "PEM", "ec-client", 1},
		{"ec.cert.pem", "ec.pkcs8.pem", "PEM", "ec-client", 1},
		{"ec.cert.pem", "ec.pkcs8-encrypted.pem", "PEM", "ec-client", 1},
		{"ec.cert.pem", "ec.pkcs8-3des.pem", "PEM", "ec-client", 1},
		{"ec.cert.pem", "ec.pkcs8-aes128.pem", "PEM", "ec-client", 1},
		{"ec.cert.pem", "ec.dek.pem", "PEM", "ec-client", 1},
		{"ec.cert.der", "ec.sec1.der", "DER", "ec-client", 1},
		{"ec.cert.der", "ec.pkcs8.der", "DER", "ec-client", 1},
		{"ec.cert.der", "ec.pkcs8-encrypted.der", "DER", "ec-client", 1},
		{"ec.cert.der", "ec.pkcs8.pem", "", "ec-client", 1},
		{"ec.p12", "", "P12", "ec-client", 1},
		{"ec.legacy.p12", "", "P12", "ec-client", 1},
		{"ec.chain.p12", "", "P12", "ec-client", 2},
		{"ec.p12", "ec.sec1.pem", "", "ec-client", 1},
		{"rsa.cert.pem", "rsa.pkcs1.pem", "PEM", "rsa-client", 1},
		{"rsa.cert.pem", "rsa.pkcs8.pem", "PEM", "rsa-client", 1},
		{"rsa.cert.pem", "rsa.pkcs8-encrypted.pem", "PEM", "rsa-client", 1},
		{"rsa.cert.pem", "rsa.dek.pem", "PEM", "rsa-client", 1},
		{"rsa.cert.der", "rsa.pkcs1.der", "DER", "rsa-client", 1},
		{"rsa.p12", "", "P12", "rsa-client", 1},
	}
	check := func(t *testing.T, pair *tls.Certificate, err error, subject string, chain int) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if pair.Leaf.Subject.CommonName != subject || len(pair.Certificate) != chain {
			t.Errorf("%s with %d certificates, want %s with %d", pair.Leaf.Subject.CommonName, len(pair.Certificate), subject, chain)
		}
		if !belongs(pair.PrivateKey, pair.Leaf) || string(pair.Certificate[0]) != string(pair.Leaf.Raw) {
			t.Error("the first certificate is not that of the key")
		}
	}
	for _, test := range tests {
		t.Run(test.cert+" "+test.key, func(t *testing.T) {
			cert, key := keyFile(t, test.cert), keyFile(t, test.key)
			pair, err := KeyPair(cert, key, keyPassphrase)
			check(t, pair, err, test.subject, test.chain)
			if test.format == "" {
				return
			}
			cert.Format, key.Format = test.format, test.format
			pair, err = KeyPair(cert, key, keyPassphrase)
			check(t, pair, err, test.subject, test.chain)
		})
	}

	t.Run("one file with a chain before the certificate", func(t *testing.T) {
		both := keyFile(t, "rsa.cert.pem")
		both.Content = append(append(both.Content, keyFile(t, "ec.cert.pem").Content...), keyFile(t, "ec.sec1.pem").Content...)
		pair, err := KeyPair(both, KeyFile{}, "")
		check(t, pair, err, "ec-client", 2)
	})
	t.Run("an empty passphrase", func(t *testing.T) {
		pair, err := KeyPair(keyFile(t, "ec.nopass.p12"), KeyFile{}, "")
		check(t, pair, err, "ec-client", 1)
	})
}

// What is wrong with a certificate is said of the file it is wrong with, and no
// message shows a passphrase.
func TestKeyPairErrors(t *testing.T) {
	text := func(name, content string) KeyFile { return KeyFile{Name: name, Content: []byte(content)} }
	cut := keyFile(t, "ec.pkcs8-encrypted.der")
	cut.Content = cut.Content[:len(cut.Content)-5]
	tests := []struct {
		name       string
		cert, key  KeyFile
		passphrase string
		want       string
		ofKey      bool
		aboutPass  bool
	}{
		{"no key", keyFile(t, "ec.cert.pem"), KeyFile{}, "", "ec.cert.pem: expected a private key, found none", false, false},
		{"no key in the file for it", keyFile(t, "ec.cert.pem"), keyFile(t, "rsa.cert.pem"), "", "rsa.cert.pem: expected a private key, found none", true, false},
		{"no certificate", keyFile(t, "ec.sec1.pem"), KeyFile{}, "", "ec.sec1.pem: expected a certificate, found none", false, false},
		{"another's key", keyFile(t, "ec.cert.pem"), keyFile(t, "rsa.pkcs1.pem"), "",
			"rsa.pkcs1.pem: it is not the private key of the certificate in ec.cert.pem", true, false},
		{"no passphrase", keyFile(t, "ec.cert.pem"), keyFile(t, "ec.pkcs8-encrypted.pem"), "",
			"ec.pkcs8-encrypted.pem: it is encrypted, and there is no passphrase", true, true},
		{"wrong passphrase", keyFile(t, "ec.cert.pem"), keyFile(t, "ec.pkcs8-encrypted.pem"), "s3cret-wrong",
			"ec.pkcs8-encrypted.pem: the passphrase does not fit", true, true},
		{"wrong passphrase, RFC 1421", keyFile(t, "ec.cert.pem"), keyFile(t, "ec.dek.pem"), "s3cret-wrong", "ec.dek.pem: the passphrase does not fit", true, true},
		{"wrong passphrase of PKCS #12", keyFile(t, "ec.p12"), KeyFile{}, "s3cret-wrong", "ec.p12: the passphrase does not fit", false, true},
		{"no passphrase of PKCS #12", keyFile(t, "ec.p12"), KeyFile{}, "", "ec.p12: it is encrypted, and there is no passphrase", false, true},
		{"scrypt", keyFile(t, "ec.cert.pem"), keyFile(t, "ec.pkcs8-scrypt.pem"), keyPassphrase,
			"ec.pkcs8-scrypt.pem: it is encrypted in a way that is not supported (1.3.6.1.4.1.11591.4.11)", true, false},
		{"nothing known", text("a.txt", "hello"), KeyFile{}, "", "a.txt: neither PEM, DER nor PKCS #12", false, false},
		{"cut off", keyFile(t, "ec.cert.pem"), cut, keyPassphrase, "neither PEM, DER nor PKCS #12", true, false},
		{"not the format that is said", KeyFile{Name: "a.der", Content: []byte("hello"), Format: "DER"}, KeyFile{}, "",
			"a.der: neither a certificate nor a private key in DER", false, false},
		{"too large", text("big", strings.Repeat("x", MaxKeyFile+1)), KeyFile{}, "", "big: it is larger than 1 MiB", false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pair, err := KeyPair(test.cert, test.key, test.passphrase)
			wrong := new(KeyPairError)
			if !errors.As(err, &wrong) {
				t.Fatalf("got %v, %v", pair, err)
			}
			if !strings.Contains(err.Error(), test.want) || wrong.Key != test.ofKey || wrong.Passphrase != test.aboutPass {
				t.Errorf("got %q (of the key: %v, about the passphrase: %v)", err, wrong.Key, wrong.Passphrase)
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Error("the message shows a passphrase")
			}
		})
	}
}

// Key files come from anywhere: whatever one holds, reading it gives a key or an
// error.
func FuzzPKCS8(f *testing.F) {
	f.Add(keyFile(f, "ec.pkcs8-encrypted.der").Content, keyPassphrase)
	f.Add(keyFile(f, "ec.pkcs8-encrypted.der").Content, "")
	f.Fuzz(func(t *testing.T, der []byte, passphrase string) {
		if key, err := decryptPKCS8(der, passphrase); (key == nil) == (err == nil) {
			t.Errorf("%v, %v", key, err)
		}
	})
}
