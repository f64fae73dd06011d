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

// maxPEM bounds a certificate or key, in bytes.
const maxPEM = 1 << 20

// holdsKey reports whether a parameter may hold a private key: that of the
// certificate may, too, as one PEM text with its key.
func (t *clientTLS) holdsKey(param string) bool { return param == t.cert || param == t.key }

// certificate returns the client certificate that the settings name, or nil.
// Texts are PEM, or paths of PEM files relative to the working directory; one
// file may hold both certificate and key. secret is told of every key.
func (t *clientTLS) certificate(def *definition, set settings, secret func(string)) (*tls.Certificate, *diag.Diagnostic) {
	problem := func(param, format string, args ...any) *diag.Diagnostic {
		name := param
		if p := def.param(param); p != nil && p.env != "" {
			name = p.env
		}
		return &diag.Diagnostic{
			Code: diag.CodeAuthParameter, Severity: diag.Error,
			Summary:    fmt.Sprintf("%s: %s", name, fmt.Sprintf(format, args...)),
			Suggestion: fmt.Sprintf("give %s as PEM text, or as the path of a PEM file", name),
		}
	}
	if set[t.cert].value == "" {
		return nil, nil
	}
	cert, err := readPEM(set[t.cert].value)
	if err != nil {
		return nil, problem(t.cert, "%s", err)
	}
	keyParam, key := t.cert, cert
	if set[t.key].value != "" {
		keyParam = t.key
		if key, err = readPEM(set[t.key].value); err != nil {
			return nil, problem(t.key, "%s", err)
		}
	}
	found := false
	for rest := key; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			continue
		}
		found = true
		secret(string(pem.EncodeToMemory(block)))
		if block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "" {
			d := problem(keyParam, "an encrypted private key is not supported by this version")
			d.Suggestion = "decrypt it with `openssl pkey -in key.pem -out plain.pem`"
			return nil, d
		}
	}
	if !found {
		return nil, problem(keyParam, "expected a private key in PEM, found none")
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, problem(t.cert, "%s", strings.TrimPrefix(err.Error(), "tls: "))
	}
	return &pair, nil
}

// readPEM returns text if it is PEM, else the content of the file it names.
func readPEM(text string) ([]byte, error) {
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
	content, err := io.ReadAll(io.LimitReader(f, maxPEM+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxPEM {
		return nil, errors.New("a PEM file of more than 1 MiB")
	}
	return content, nil
}
