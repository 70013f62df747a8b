package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// ErrUnseal is returned for a secret that was sealed with another key or for another purpose.
var ErrUnseal = errors.New("no key opens the sealed secret")

// Seal encrypts a secret (AES-256-GCM) so that it can be stored in the database, which doesn't have the keys. [Issuer.Unseal]
// opens it with the same purpose, until the current key expires.
func (i *Issuer) Seal(purpose string, secret []byte, now time.Time) ([]byte, error) {
	signer, err := i.keys.Signer(now)
	if err != nil {
		return nil, err
	}
	aead, err := signer.aead(purpose)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, secret, nil), nil //nolint:gosec // the result begins with a random nonce
}

// Unseal returns a sealed secret. It returns [ErrUnseal] if no key opens it.
func (i *Issuer) Unseal(purpose string, sealed []byte) ([]byte, error) {
	for n := range i.keys {
		aead, err := i.keys[n].aead(purpose)
		if err != nil {
			return nil, err
		}
		if secret, err := aead.Open(nil, nil, sealed, nil); err == nil {
			return secret, nil
		}
	}
	return nil, ErrUnseal
}

// aead returns a cipher with a key for this purpose, derived from the private key (RFC 5869).
func (k *Key) aead(purpose string) (cipher.AEAD, error) {
	const size = 32
	derived, err := hkdf.Key(sha256.New, k.private.Seed(), nil, "ocipe sealed secret: "+purpose, size)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, fmt.Errorf("create the cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("create the cipher: %w", err)
	}
	return aead, nil
}
