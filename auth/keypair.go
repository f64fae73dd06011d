package auth

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"software.sslmate.com/src/go-pkcs12"
)

// MaxKeyFile bounds a file with a certificate or key, in bytes.
const MaxKeyFile = 1 << 20

// KeyFile is the content of a file that holds a certificate, a private key, or
// both.
type KeyFile struct {
	Name    string // for messages
	Content []byte
	Format  string // "PEM", "DER" or "P12"; empty to tell it by the content
}

// KeyPairError says why there is no client certificate.
type KeyPairError struct {
	Key        bool   // it is about the file with the key, not about that with the certificate
	Name       string // of the file
	Problem    string // a clause about it
	Passphrase bool   // the passphrase is missing or does not fit
}

func (e *KeyPairError) Error() string { return e.Name + ": " + e.Problem }

// errPassphrase says that a passphrase does not fit.
var errPassphrase = errors.New("the passphrase does not fit")

// KeyPair returns the client certificate in cert, whose private key is in key
// or, if key has no content, in cert too. Both may be PEM, DER or PKCS #12; keys
// may be PKCS #1, PKCS #8 or SEC 1 and encrypted. Of several certificates the
// one that the key belongs to is the client's, the others its chain. The error
// is a *KeyPairError.
func KeyPair(cert, key KeyFile, passphrase string) (*tls.Certificate, error) {
	parts := &keyParts{passphrase: passphrase}
	if err := parts.read(&cert, len(key.Content) > 0); err != nil {
		return nil, err
	}
	holder := &cert
	if len(key.Content) > 0 {
		holder = &key
		certificates := parts.certificates
		parts.key = nil
		if err := parts.read(&key, false); err != nil {
			err.Key = true
			return nil, err
		}
		parts.certificates = certificates
	}
	fail := func(format string, args ...any) (*tls.Certificate, error) {
		return nil, &KeyPairError{Key: holder == &key, Name: holder.Name, Problem: fmt.Sprintf(format, args...)}
	}
	switch {
	case len(parts.certificates) == 0:
		holder = &cert
		return fail("expected a certificate, found none")
	case parts.key == nil:
		return fail("expected a private key, found none")
	}
	own := slices.IndexFunc(parts.certificates, func(c *x509.Certificate) bool { return belongs(parts.key, c) })
	if own < 0 {
		if holder == &cert {
			return fail("its private key is not that of its certificate")
		}
		return fail("it is not the private key of the certificate in %s", cert.Name)
	}
	pair := &tls.Certificate{PrivateKey: parts.key, Leaf: parts.certificates[own]}
	pair.Certificate = append(pair.Certificate, pair.Leaf.Raw)
	for i, c := range parts.certificates {
		if i != own {
			pair.Certificate = append(pair.Certificate, c.Raw)
		}
	}
	return pair, nil
}

// belongs reports whether a private key is that of a certificate.
func belongs(key crypto.PrivateKey, c *x509.Certificate) bool {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return false
	}
	public, ok := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(c.PublicKey)
}

// keyParts are what was found in files.
type keyParts struct {
	passphrase   string
	certificates []*x509.Certificate
	key          crypto.PrivateKey // nil if there is none
}

// read takes what a file holds. A key is not wanted where another file has it.
func (p *keyParts) read(f *KeyFile, keyElsewhere bool) *KeyPairError {
	var err error
	switch {
	case len(f.Content) > MaxKeyFile:
		err = errors.New("it is larger than 1 MiB")
	case f.Format == "PEM" || f.Format == "" && bytes.Contains(f.Content, []byte("-----BEGIN")):
		err = p.readPEM(f.Content, keyElsewhere)
	case f.Format == "P12":
		err = p.readPKCS12(f.Content)
	default:
		var known bool
		if known, err = p.readDER(f.Content); known {
			break
		}
		if f.Format == "DER" {
			err = errors.New("neither a certificate nor a private key in DER")
		} else if err = p.readPKCS12(f.Content); err != nil && !errors.Is(err, errPassphrase) {
			err = errors.New("neither PEM, DER nor PKCS #12")
		}
	}
	if err == nil {
		return nil
	}
	e := &KeyPairError{Name: f.Name, Problem: err.Error(), Passphrase: errors.Is(err, errPassphrase)}
	if e.Passphrase && p.passphrase == "" {
		e.Problem = "it is encrypted, and there is no passphrase"
	}
	return e
}

func (p *keyParts) readPEM(text []byte, keyElsewhere bool) error {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return nil
		}
		var err error
		switch block.Type {
		case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
			err = p.addCertificates(block.Bytes)
		case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY":
			if p.key != nil || keyElsewhere {
				break // the first is the one
			}
			p.key, err = p.privateKey(block)
		}
		if err != nil {
			return err
		}
	}
}

// privateKey reads the key of a PEM block.
func (p *keyParts) privateKey(block *pem.Block) (crypto.PrivateKey, error) {
	der := block.Bytes
	if block.Headers["DEK-Info"] != "" { // RFC 1421, which old versions of OpenSSL write
		var err error
		//lint:ignore SA1019 what is insecure about it is the file that exists already
		if der, err = x509.DecryptPEMBlock(block, []byte(p.passphrase)); errors.Is(err, x509.IncorrectPasswordError) {
			return nil, errPassphrase
		} else if err != nil {
			return nil, errors.New("it is encrypted in a way that is not supported")
		}
	}
	key, known, err := p.derKey(der)
	if err == nil && !known {
		err = errors.New("its private key cannot be read")
		if block.Headers["DEK-Info"] != "" {
			err = errPassphrase // its padding fits by chance once in 256 times
		}
	}
	return key, err
}

// readDER takes a certificate or a key. It reports false for what is neither.
func (p *keyParts) readDER(der []byte) (known bool, err error) {
	if p.addCertificates(der) == nil {
		return true, nil
	}
	p.key, known, err = p.derKey(der)
	return known, err
}

// derKey reads a private key in any of its forms.
func (p *keyParts) derKey(der []byte) (key crypto.PrivateKey, known bool, err error) {
	if isEncryptedPKCS8(der) {
		key, err = decryptPKCS8(der, p.passphrase)
		return key, true, err
	}
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key, true, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, true, nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key, true, nil
	}
	return nil, false, nil
}

func (p *keyParts) addCertificates(der []byte) error {
	found, err := x509.ParseCertificates(der)
	if err != nil || len(found) == 0 {
		return errors.New("its certificate cannot be read")
	}
	p.certificates = append(p.certificates, found...)
	return nil
}

func (p *keyParts) readPKCS12(content []byte) error {
	wrong := func(err error) bool {
		return errors.Is(err, pkcs12.ErrIncorrectPassword) || errors.Is(err, pkcs12.ErrDecryption)
	}
	key, own, chain, err := pkcs12.DecodeChain(content, p.passphrase)
	if wrong(err) && p.passphrase != "" { // it may be that of another file
		key, own, chain, err = pkcs12.DecodeChain(content, "")
	}
	switch {
	case wrong(err):
		return errPassphrase
	case err != nil:
		return fmt.Errorf("not a PKCS #12 file that can be read: %w", err)
	}
	p.key = key
	p.certificates = append(append(p.certificates, own), chain...)
	return nil
}
