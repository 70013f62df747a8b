package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ocipe/ocipe/internal/backup"
	"github.com/ocipe/ocipe/internal/token"
)

// keysRestore restores the keys of a backup.
type keysRestore struct {
	path    string
	keys    []byte // nil: none are restored
	created bool
	note    string // for the operator
}

// keysToRestore decrypts the keys of a backup, if wanted. It returns an error if the backup has none, the passphrase is wrong, or the
// server has other keys.
func (p *program) keysToRestore(ctx context.Context, s backup.Summary, wanted bool) (*keysRestore, error) {
	k := &keysRestore{path: p.settings.keysFile()}
	existing, err := os.ReadFile(k.path)
	missing := errors.Is(err, os.ErrNotExist)
	if p.settings.Keys != "" { // the server doesn't read the file
		existing, missing = []byte(p.settings.Keys), false
	}
	switch {
	case wanted && !s.HasKeys:
		return nil, errors.New("the backup has no keys: it was written without --with-keys")
	case !wanted && missing && s.HasKeys:
		k.note = " The keys of the backup were not restored, as --with-keys does. Put the keys file to " + k.path + ", or all users must log in again."
	case !wanted && missing:
		k.note = " Put the keys file to " + k.path + ", or all users must log in again."
	}
	if !wanted {
		return k, nil
	}
	passphrase, err := p.passphrase(ctx, "Passphrase of the keys: ")
	if err != nil {
		return nil, err
	}
	if k.keys, err = backup.Unseal(s.Keys, passphrase); err != nil {
		return nil, err
	}
	switch {
	case bytes.Equal(bytes.TrimSpace(existing), bytes.TrimSpace(k.keys)): // a shell removes the last line break
		k.keys = nil
	case p.settings.Keys != "":
		return nil, errors.New("OCIPE_KEYS: it has other keys than the backup: unset it to restore the keys into a file, or restore without --with-keys")
	case !missing:
		return nil, fmt.Errorf("OCIPE_KEYS_FILE: %s exists and has other keys than the backup: move it away, or restore without --with-keys", k.path)
	}
	return k, nil
}

// write creates the keys file, if there are keys to restore.
func (k *keysRestore) write() error {
	if k.keys == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(k.path), 0o755); err != nil { //nolint:gosec // PostgreSQL passes through; the file has 0600
		return fmt.Errorf("OCIPE_KEYS_FILE: create its folder: %w", err)
	}
	if err := backup.CreateFile(k.path, k.keys); err != nil {
		return fmt.Errorf("OCIPE_KEYS_FILE: %w", err)
	}
	k.created = true
	if _, err := (token.File{Path: k.path}).Load(); err != nil {
		return fmt.Errorf("OCIPE_KEYS_FILE: %w", err)
	}
	return nil
}

// undo removes the keys file that write has created.
func (k *keysRestore) undo() error {
	if !k.created {
		return nil
	}
	return os.Remove(k.path)
}
