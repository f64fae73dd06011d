package tokenstore

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	keyringService = "postrider"
	keyringUser    = "token cache"

	// keyringLimit bounds each call of the keyring: a session bus without a
	// keyring behind it never answers.
	keyringLimit = 3 * time.Second
)

// errNoKey says that the keyring works and holds no key.
var errNoKey = errors.New("no key")

// keyholder is a keyring.
type keyholder interface {
	get() (string, error) // errNoKey if there is none
	set(string) error
}

// osKeyring is the keyring of the operating system: the Keychain of macOS, the
// Credential Manager of Windows, the Secret Service elsewhere. It holds one key
// and never a token: Windows takes 2560 bytes, fewer than many tokens have.
type osKeyring struct{}

func (osKeyring) get() (string, error) {
	text, err := keyring.Get(keyringService, keyringUser)
	if errors.Is(err, keyring.ErrNotFound) {
		err = errNoKey
	}
	return text, err
}

func (osKeyring) set(text string) error { return keyring.Set(keyringService, keyringUser, text) }

// keyOf returns the key in the keyring; errNoKey if there is none.
func keyOf(ring keyholder) ([]byte, error) {
	text, err := limited(ring.get)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != keySize {
		return nil, errors.New("what it has for postrider is no key")
	}
	return key, nil
}

// makeKey puts a key into the keyring, unless another process has. Only one
// process at a time may call it.
func makeKey(ring keyholder) ([]byte, error) {
	key, err := keyOf(ring)
	if !errors.Is(err, errNoKey) {
		return key, err
	}
	key = random(keySize)
	_, err = limited(func() (string, error) { return "", ring.set(base64.StdEncoding.EncodeToString(key)) })
	return key, err
}

// limited calls f, and gives up when it does not return in time.
func limited(f func() (string, error)) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := f()
		done <- result{text, err}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), keyringLimit)
	defer cancel()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return "", errors.New("no answer within 3s")
	}
}
