package token

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
)

// Errors about an unusable keys file, or an unusable text, end with one of these remedies.
const (
	remedyOfFile = "restore it from a backup; or move it away: then the next start creates a new one, and all users must log in again"
	remedyOfText = "set the content of the server's keys file, keys.json"
)

// File is the keys file: a JWK Set (RFC 7517) of private keys, which only its owner can read.
type File struct {
	Path string
	Text string // the content of the file, which then can't be changed; empty: read the file at Path
}

// errReadOnly is returned for a change of keys that were passed as a text.
var errReadOnly = errors.New("the keys are set as a text: change them in a file, then set its content")

// Load reads the keys, the newest last. It returns [fs.ErrNotExist] if there is no file. Errors never contain a key.
func (f File) Load() (Keys, error) {
	_, keys, err := f.load()
	return keys, err
}

// Content returns the content of the file, or the text. It fails like [File.Load].
func (f File) Content() ([]byte, error) {
	text, _, err := f.load()
	return text, err
}

func (f File) load() ([]byte, Keys, error) {
	if f.Text != "" {
		keys, err := parseKeys("the text", []byte(f.Text), remedyOfText)
		return []byte(f.Text), keys, err
	}
	text, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrPermission) {
		return nil, nil, fmt.Errorf("read the keys file: %w: it must belong to the user with id %d, who runs this program, and have mode 0600", err, os.Geteuid())
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the keys file: %w", err)
	}
	keys, err := parseKeys(f.Path, text, remedyOfFile)
	return text, keys, err
}

// parseKeys returns the keys of a JWK Set, the newest last. Errors begin with name.
func parseKeys(name string, text []byte, remedy string) (Keys, error) {
	set, err := jwk.Parse(text)
	if err != nil || !json.Valid(text) { // the parser stops after the first document
		return nil, fmt.Errorf("%s is not a JWK Set: %s", name, remedy)
	}
	keys := make(Keys, 0, set.Len())
	for i := range set.Len() {
		entry, _ := set.Key(i)
		k, err := parseKey(entry)
		if err != nil {
			return nil, fmt.Errorf("%s, key %d: %w", name, i+1, err)
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s has no keys: %s", name, remedy)
	}
	slices.SortStableFunc(keys, func(a, b Key) int { return a.SignsFrom.Compare(b.SignsFrom) })
	return keys, nil
}

func parseKey(entry jwk.Key) (Key, error) {
	var private ed25519.PrivateKey
	if err := entry.Raw(&private); err != nil || entry.KeyType() != jwa.OKP || len(private) != ed25519.PrivateKeySize {
		return Key{}, errors.New("not an Ed25519 private key")
	}
	signsFrom, err := timeMember(entry, memberSignsFrom)
	if err != nil {
		return Key{}, err
	}
	verifiesUntil, err := timeMember(entry, memberVerifiesUntil)
	if err != nil {
		return Key{}, err
	}
	k, err := newKey(private, signsFrom, verifiesUntil)
	if err != nil {
		return Key{}, err
	}
	if entry.KeyID() != k.ID {
		return Key{}, errors.New("kid is not the thumbprint of the key")
	}
	return k, nil
}

// timeMember returns an optional time; zero if it is missing.
func timeMember(entry jwk.Key, name string) (time.Time, error) {
	value, ok := entry.Get(name)
	if !ok {
		return time.Time{}, nil
	}
	text, _ := value.(string)
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s is not an RFC 3339 time", name)
	}
	return t, nil
}

// LoadOrCreate reads the keys, or creates the file with a first key if there is none. If several servers start at once,
// one creates the file and all of them read the same keys. It fails like [File.Load], or if it can't write the file.
func (f File) LoadOrCreate(random io.Reader) (keys Keys, created bool, err error) {
	keys, err = f.Load()
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, false, err
	}
	// No SignsFrom: a server whose clock is behind signs with it as well.
	first, err := NewKey(random, time.Time{})
	if err != nil {
		return nil, false, err
	}
	err = f.write(Keys{first}, os.Link)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, false, err
	}
	created = err == nil
	keys, err = f.Load()
	return keys, created, err
}

// Change replaces the keys by the result of change and returns it. A lock file serializes changes. Readers see either the
// old file or the new one. It fails like [File.Load], with the error of change, or if it can't write the file. In that case
// the old file stays.
func (f File) Change(change func(Keys) (Keys, error)) (Keys, error) {
	if f.Text != "" {
		return nil, errReadOnly
	}
	if _, err := f.Load(); err != nil {
		return nil, err // without leaving a lock file
	}
	lock := flock.New(f.Path + ".lock")
	if err := lock.Lock(); err != nil {
		return nil, fmt.Errorf("lock the keys file: %w", err)
	}
	defer lock.Unlock() //nolint:errcheck // closing the file unlocks it as well
	keys, err := f.Load()
	if err != nil {
		return nil, err
	}
	if err := f.copyOwnerAndMode(lock.Path()); err != nil {
		return nil, err
	}
	if keys, err = change(keys); err != nil {
		return nil, err
	}
	return keys, f.write(keys, func(from, to string) error {
		// If root rotates the keys, the user that the server runs as must still be able to read them.
		if err := f.copyOwnerAndMode(from); err != nil {
			return err
		}
		return os.Rename(from, to)
	})
}

// copyOwnerAndMode gives a file the owner and the mode of the keys file.
func (f File) copyOwnerAndMode(path string) error {
	info, err := os.Stat(f.Path)
	if err != nil {
		return fmt.Errorf("stat the keys file: %w", err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return errors.New("the owner of the keys file is unknown on this system")
	}
	if err := errors.Join(os.Chown(path, int(owner.Uid), int(owner.Gid)), os.Chmod(path, info.Mode().Perm())); err != nil {
		return fmt.Errorf("keep the owner and the mode of the keys file: run this as its owner or as root: %w", err)
	}
	return nil
}

// write writes a new file beside the old one and then calls place to put it there: os.Rename replaces the old file,
// os.Link fails with fs.ErrExist if there is one. The file and its folder are synced to disk.
func (f File) write(keys Keys, place func(from, to string) error) (err error) {
	text, err := encodeKeys(keys)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(f.Path), ".keys-*") // 0600
	if err != nil {
		return fmt.Errorf("write the keys file: %w", err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already after a rename
	_, err = tmp.Write(text)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("write the keys file: %w", err)
	}
	if err := place(tmp.Name(), f.Path); err != nil {
		return fmt.Errorf("put the keys file in place: %w", err)
	}
	folder, err := os.Open(filepath.Dir(f.Path))
	if err != nil {
		return fmt.Errorf("open the keys file's folder: %w", err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func encodeKeys(keys Keys) ([]byte, error) {
	set := jwk.NewSet()
	for i := range keys {
		key := &keys[i]
		entry, err := jwk.FromRaw(key.private)
		if err != nil {
			return nil, fmt.Errorf("write key %s: %w", key.ID, err)
		}
		members := map[string]any{
			jwk.KeyIDKey: key.ID, jwk.AlgorithmKey: "EdDSA", jwk.KeyUsageKey: "sig",
		}
		if !key.SignsFrom.IsZero() {
			members[memberSignsFrom] = key.SignsFrom.UTC().Format(time.RFC3339)
		}
		if !key.VerifiesUntil.IsZero() {
			members[memberVerifiesUntil] = key.VerifiesUntil.UTC().Format(time.RFC3339)
		}
		for name, value := range members {
			if err := entry.Set(name, value); err != nil {
				return nil, fmt.Errorf("write %s of key %s: %w", name, key.ID, err)
			}
		}
		if err := set.AddKey(entry); err != nil {
			return nil, fmt.Errorf("write key %s: %w", key.ID, err)
		}
	}
	return json.MarshalIndent(set, "", "  ")
}
