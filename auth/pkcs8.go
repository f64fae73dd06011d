package auth

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"hash"
)

// maxIterations bounds what a key file can make PBKDF2 do: some times what is
// recommended, and seconds of work.
const maxIterations = 5_000_000

// encryptedKey is EncryptedPrivateKeyInfo (RFC 5958 section 3).
type encryptedKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

// pbes2Parameters are those of RFC 8018 appendix A.4.
type pbes2Parameters struct{ Derivation, Cipher pkix.AlgorithmIdentifier }

// pbkdf2Parameters are those of RFC 8018 appendix A.2. The salt can only be
// given outright.
type pbkdf2Parameters struct {
	Salt       []byte
	Iterations int
	KeyLength  int                      `asn1:"optional"`
	Hash       pkix.AlgorithmIdentifier `asn1:"optional"`
}

// Object identifiers of RFC 8018 appendices B and C, and of NIST's AES.
const (
	oidPBES2  = "1.2.840.113549.1.5.13"
	oidPBKDF2 = "1.2.840.113549.1.5.12"
)

func pbkdf2Hash(oid string) func() hash.Hash {
	switch oid {
	case "", "1.2.840.113549.2.7":
		return sha1.New
	case "1.2.840.113549.2.8":
		return sha256.New224
	case "1.2.840.113549.2.9":
		return sha256.New
	case "1.2.840.113549.2.10":
		return sha512.New384
	case "1.2.840.113549.2.11":
		return sha512.New
	}
	return nil
}

// blockCipher is a cipher in CBC mode.
type blockCipher struct {
	keyLength int
	make      func(key []byte) (cipher.Block, error)
}

func pbes2Cipher(oid string) (c blockCipher, known bool) {
	switch oid {
	case "2.16.840.1.101.3.4.1.2":
		return blockCipher{16, aes.NewCipher}, true
	case "2.16.840.1.101.3.4.1.22":
		return blockCipher{24, aes.NewCipher}, true
	case "2.16.840.1.101.3.4.1.42":
		return blockCipher{32, aes.NewCipher}, true
	case "1.2.840.113549.3.7":
		return blockCipher{24, des.NewTripleDESCipher}, true
	}
	return blockCipher{}, false
}

// isEncryptedPKCS8 reports whether DER is an encrypted PKCS #8 key.
func isEncryptedPKCS8(der []byte) bool {
	var key encryptedKey
	rest, err := asn1.Unmarshal(der, &key)
	return err == nil && len(rest) == 0
}

// decryptPKCS8 reads an encrypted PKCS #8 key, as OpenSSL writes it: PBES2 with
// PBKDF2 (RFC 8018). The error is errPassphrase if the passphrase does not fit.
func decryptPKCS8(der []byte, passphrase string) (crypto.PrivateKey, error) {
	var key encryptedKey
	if _, err := asn1.Unmarshal(der, &key); err != nil {
		return nil, errors.New("not an encrypted PKCS #8 key")
	}
	var scheme pbes2Parameters
	if oid := key.Algorithm.Algorithm.String(); oid != oidPBES2 {
		return nil, unknownEncryption(oid)
	} else if _, err := asn1.Unmarshal(key.Algorithm.Parameters.FullBytes, &scheme); err != nil {
		return nil, errors.New("the parameters of its encryption cannot be read")
	}
	var derivation pbkdf2Parameters
	if oid := scheme.Derivation.Algorithm.String(); oid != oidPBKDF2 {
		return nil, unknownEncryption(oid)
	} else if _, err := asn1.Unmarshal(scheme.Derivation.Parameters.FullBytes, &derivation); err != nil {
		return nil, errors.New("the parameters of its encryption cannot be read")
	}
	c, known := pbes2Cipher(scheme.Cipher.Algorithm.String())
	if !known {
		return nil, unknownEncryption(scheme.Cipher.Algorithm.String())
	}
	sum := pbkdf2Hash(derivation.Hash.Algorithm.String())
	if sum == nil {
		return nil, unknownEncryption(derivation.Hash.Algorithm.String())
	}
	if derivation.Iterations < 1 || derivation.Iterations > maxIterations {
		return nil, fmt.Errorf("its key is derived in %d steps", derivation.Iterations)
	}
	secret, err := pbkdf2.Key(sum, passphrase, derivation.Salt, derivation.Iterations, c.keyLength)
	if err != nil {
		return nil, err
	}
	block, err := c.make(secret)
	if err != nil {
		return nil, err
	}
	var iv []byte
	size := block.BlockSize()
	if _, err := asn1.Unmarshal(scheme.Cipher.Parameters.FullBytes, &iv); err != nil || len(iv) != size {
		return nil, errors.New("the parameters of its encryption cannot be read")
	}
	if len(key.Data) == 0 || len(key.Data)%size != 0 {
		return nil, errors.New("it is cut off")
	}
	plain := make([]byte, len(key.Data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, key.Data)
	plain, ok := unpad(plain, size)
	if !ok {
		return nil, errPassphrase
	}
	decrypted, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, errPassphrase // padding that fits by chance
	}
	return decrypted, nil
}

func unknownEncryption(oid string) error {
	return fmt.Errorf("it is encrypted in a way that is not supported (%s)", oid)
}

// unpad removes the padding of RFC 8018 section 6.1.1.
func unpad(plain []byte, size int) ([]byte, bool) {
	n := int(plain[len(plain)-1])
	if n < 1 || n > size || !bytes.Equal(plain[len(plain)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil, false
	}
	return plain[:len(plain)-n], true
}
