package tokenstore

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
)

// keySize is that of the key in the keyring, in bytes: of AES-256.
const keySize = 32

// sealer encrypts records with AES-256-GCM (NIST SP 800-38D), a random nonce
// each, bound to the name of their file.
type sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) (*sealer, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &sealer{aead}, nil
}

// seal returns nonce and ciphertext of the content of the file called name.
func (s *sealer) seal(name string, text []byte) []byte {
	return s.aead.Seal(nil, nil, text, []byte(name))
}

// open reverses seal. The error is errCorrupt.
func (s *sealer) open(name string, sealed []byte) ([]byte, error) {
	text, err := s.aead.Open(nil, nil, sealed, []byte(name))
	if err != nil {
		return nil, errCorrupt
	}
	return text, nil
}

// random returns n random bytes.
func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}
