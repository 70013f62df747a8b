package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/ocipe/ocipe/internal/token"
)

// servedKeys is a file in the data folder that names the keys with which the folder was last served, without their private
// parts. It is there to notice a misspelled OCIPE_KEYS_FILE, which would log out all users.
type servedKeys struct {
	File string   `json:"file"`
	Keys []string `json:"keys"` // key ids
}

const servedKeysFile = "served-keys.json"

func (s *settings) servedKeysPath() string { return filepath.Join(s.DataDir, servedKeysFile) }

// prepareKeysFile creates the folder of the keys file, and calls checkKeysFile. It does nothing if the keys are a text.
func (p *program) prepareKeysFile(ctx context.Context) error {
	if p.settings.Keys != "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(p.settings.keysFile()), 0o755); err != nil { //nolint:gosec // PostgreSQL passes through; the file has 0600
		return fmt.Errorf("OCIPE_KEYS_FILE: create its folder: %w", err)
	}
	return p.checkKeysFile(ctx)
}

// checkKeysFile compares the keys file with that of the last start on the data folder. It fails if the keys file is missing
// while the other one is still there, and logs a warning if it has other keys.
func (p *program) checkKeysFile(ctx context.Context) error {
	path := p.settings.keysFile()
	text, err := os.ReadFile(p.settings.servedKeysPath())
	var last servedKeys
	if err != nil || json.Unmarshal(text, &last) != nil {
		return nil // a first start; whatever else is wrong with the file, the server can do without it
	}
	keys, err := token.File{Path: path}.Load()
	switch {
	case errors.Is(err, fs.ErrNotExist) && path != last.File && isFile(last.File):
		return fmt.Errorf("OCIPE_KEYS_FILE: %s doesn't exist, but this data folder was last served with %s: correct the setting, or move "+
			"that file. To use new keys, which logs out all users, remove %s", path, last.File, p.settings.servedKeysPath())
	case errors.Is(err, fs.ErrNotExist):
		p.log.WarnContext(ctx, "the keys file is missing, so a new one is created and all users must log in again; if you have it, stop and restore it",
			"file", path, "last_file", last.File)
	case err == nil && path != last.File && !slices.ContainsFunc(idsOf(keys), func(id string) bool { return slices.Contains(last.Keys, id) }):
		p.log.WarnContext(ctx, "OCIPE_KEYS_FILE names other keys than at the last start on this data folder, so all users must log in again; "+
			"if it is misspelled, correct it", "file", path, "last_file", last.File)
	}
	return nil
}

// recordKeysFile remembers the keys file for the next start. If it can't, the next start checks nothing.
func (p *program) recordKeysFile(ctx context.Context) {
	keys, err := token.File{Path: p.settings.keysFile()}.Load()
	if err == nil {
		var text []byte
		text, err = json.Marshal(servedKeys{File: p.settings.keysFile(), Keys: idsOf(keys)})
		err = errors.Join(err, os.WriteFile(p.settings.servedKeysPath(), text, 0o600))
	}
	if err != nil {
		p.log.DebugContext(ctx, "can't remember which keys were used", "error", err)
	}
}

func idsOf(keys token.Keys) []string {
	var ids []string
	for _, k := range keys {
		ids = append(ids, k.ID)
	}
	return ids
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
