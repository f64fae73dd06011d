package auth

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// holdsKey reports whether a parameter may hold a private key: that of the
// certificate may, too, as one PEM text with its key.
func (t *clientTLS) holdsKey(param string) bool { return param == t.cert || param == t.key }

// certificate returns the client certificate that the settings name, or nil.
// Texts are PEM, or paths of files relative to the working directory, in the
// forms of [KeyPair]; one file may hold both certificate and key. secret is told
// of every key in PEM.
func (t *clientTLS) certificate(def *definition, set settings, secret func(string)) (*tls.Certificate, *diag.Diagnostic) {
	name := func(param string) string {
		if p := def.param(param); p != nil && p.env != "" {
			return p.env
		}
		return param
	}
	problem := func(param, text string) *diag.Diagnostic {
		return &diag.Diagnostic{
			Code: diag.CodeAuthParameter, Severity: diag.Error, Summary: name(param) + ": " + text,
			Suggestion: fmt.Sprintf("give %s as PEM text, or as the path of a PEM, DER or PKCS #12 file", name(param)),
		}
	}
	if set[t.cert].value == "" {
		return nil, nil
	}
	var files [2]KeyFile
	for i, param := range []string{t.cert, t.key} {
		if set[param].value == "" {
			continue
		}
		content, err := readKeyFile(set[param].value)
		if err != nil {
			return nil, problem(param, err.Error())
		}
		files[i] = KeyFile{Name: name(param), Content: content}
		for _, key := range keyTexts(content) {
			secret(key)
		}
	}
	pair, err := KeyPair(files[0], files[1], set[t.passphrase].value)
	if wrong := new(KeyPairError); errors.As(err, &wrong) {
		param := t.cert
		if wrong.Key {
			param = t.key
		}
		d := problem(param, wrong.Problem)
		if wrong.Passphrase && t.passphrase != "" {
			d.Suggestion = "set " + name(t.passphrase) + " to the passphrase of the private key"
		}
		return nil, d
	}
	return pair, nil
}

// keyTexts returns the private keys of a PEM text, as they stand there.
func keyTexts(text []byte) []string {
	var keys []string
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return keys
		}
		if strings.HasSuffix(block.Type, "PRIVATE KEY") {
			keys = append(keys, string(pem.EncodeToMemory(block)))
		}
	}
}

// readKeyFile returns text if it is PEM, else the content of the file it names.
func readKeyFile(text string) ([]byte, error) {
	if strings.HasPrefix(strings.TrimSpace(text), "-----BEGIN") {
		return []byte(text), nil
	}
	if strings.ContainsAny(text, "\r\n") {
		return nil, errors.New("neither PEM text nor the path of a file")
	}
	f, err := os.Open(text)
	if inner := new(fs.PathError); errors.As(err, &inner) {
		err = inner.Err // the path may be a key that lost its first line
	}
	if err != nil {
		return nil, fmt.Errorf("neither PEM text nor a file: %w", err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, MaxKeyFile+1))
	if inner := new(fs.PathError); errors.As(err, &inner) {
		err = inner.Err // as above
	}
	return content, err
}
