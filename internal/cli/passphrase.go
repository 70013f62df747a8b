package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/ocipe/ocipe/internal/backup"
)

// minPassphrase is the minimum length of a passphrase that encrypts keys, in characters. An attacker with the file can try billions.
const minPassphrase = 12

// passphrase returns the passphrase of OCIPE_BACKUP_PASSPHRASE_FILE, or asks for it at a terminal, once for each prompt. It returns an
// error if the inputs differ.
func (p *program) passphrase(ctx context.Context, prompts ...string) (string, error) {
	if p.settings.BackupPassphraseFile != "" {
		return p.readPassphrase()
	}
	if !p.atTerminal() {
		return "", errors.New("there is no terminal to ask for the passphrase of the keys: set OCIPE_BACKUP_PASSPHRASE_FILE to a file that has it")
	}
	typed, err := p.askSecrets(ctx, prompts...)
	if err != nil {
		return "", err
	}
	for _, again := range typed {
		if again != typed[0] {
			return "", errors.New("the passphrases differ: nothing was written")
		}
	}
	return typed[0], nil
}

// readPassphrase returns the first line of OCIPE_BACKUP_PASSPHRASE_FILE.
func (p *program) readPassphrase() (string, error) {
	text, err := os.ReadFile(p.settings.BackupPassphraseFile)
	if err != nil {
		return "", fmt.Errorf("OCIPE_BACKUP_PASSPHRASE_FILE: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimRight(line, "\r"), nil
}

// sealKeys returns the content of the keys file or of OCIPE_KEYS, encrypted with the passphrase.
func (p *program) sealKeys(passphrase string) ([]byte, error) {
	if utf8.RuneCountInString(passphrase) < minPassphrase {
		err := fmt.Errorf("the passphrase of the keys must have at least %d characters", minPassphrase)
		if p.settings.BackupPassphraseFile != "" {
			err = fmt.Errorf("OCIPE_BACKUP_PASSPHRASE_FILE: %w, in the first line of the file", err)
		}
		return nil, err
	}
	keys, err := p.settings.keys().Content()
	if err != nil {
		return nil, p.settings.keysError(err)
	}
	return backup.Seal(keys, passphrase, cmp.Or(p.workFactor, backup.WorkFactor))
}
