package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// ErrWrongPassphrase is returned by [Unseal] for a passphrase other than that of the backup.
var ErrWrongPassphrase = errors.New("the passphrase is wrong")

// WorkFactor is the binary logarithm of scrypt's N: 128 MiB and half a second, the recommendation of OWASP's password storage
// cheat sheet.
const WorkFactor = 17

// Seal encrypts a keys file with a passphrase and a work factor, which is [WorkFactor] except in tests. `age -d` also decrypts it. Seal
// returns an error if the passphrase is empty.
func Seal(keys []byte, passphrase string, workFactor int) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, fmt.Errorf("encrypt the keys: %w", err)
	}
	recipient.SetWorkFactor(workFactor)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipient)
	if err != nil {
		return nil, fmt.Errorf("encrypt the keys: %w", err)
	}
	if _, err := w.Write(keys); err != nil {
		return nil, fmt.Errorf("encrypt the keys: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encrypt the keys: %w", err)
	}
	return sealed.Bytes(), nil
}

// Unseal decrypts a keys file that [Seal] has encrypted. It returns [ErrWrongPassphrase], or another error if the content is damaged.
func Unseal(sealed []byte, passphrase string) ([]byte, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fmt.Errorf("decrypt the keys: %w", err)
	}
	identity.SetMaxWorkFactor(WorkFactor + 3)
	r, err := age.Decrypt(bytes.NewReader(sealed), identity)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return nil, ErrWrongPassphrase
	}
	if err != nil {
		return nil, fmt.Errorf("decrypt the keys: %w", err)
	}
	keys, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("decrypt the keys: %w", err)
	}
	return keys, nil
}
