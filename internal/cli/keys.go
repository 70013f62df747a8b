package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"text/tabwriter"
	"time"

	"github.com/ocipe/ocipe/internal/token"
)

type keysCommands struct {
	List   keysListCommand   `cmd:"" help:"List the keys."`
	Rotate keysRotateCommand `cmd:"" help:"Add a key that signs from then on; the previous key verifies until all its tokens have expired."`
}

type keysListCommand struct{}

// Run prints a table of the keys, without their private parts.
func (keysListCommand) Run(_ context.Context, p *program) error {
	keys, err := p.settings.keys().Load()
	if err != nil {
		return p.settings.keysError(err)
	}
	return p.printKeys(keys)
}

func (p *program) printKeys(keys token.Keys) error {
	now := p.Clock()
	signer, _ := keys.Signer(now) // after an error no key signs, and the table shows that
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KEY\tSIGNS FROM\tVERIFIES UNTIL\tNOW")
	for i := range keys {
		k, from, until, state := &keys[i], "–", "–", "verifies"
		if !k.SignsFrom.IsZero() {
			from = k.SignsFrom.Format(time.RFC3339)
		}
		if !k.VerifiesUntil.IsZero() {
			until = k.VerifiesUntil.Format(time.RFC3339)
		}
		switch {
		case k == signer:
			state = "signs"
		case k.SignsFrom.After(now):
			state = "announced"
		case !k.Verifies(now):
			state = "retired"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.ID, from, until, state)
	}
	return w.Flush()
}

type keysRotateCommand struct {
	In time.Duration `noenv:"" default:"10s" help:"Delay until the new key signs: every server must have the file by then. Running servers load it within a second."`
}

// Run adds a key.
func (c keysRotateCommand) Run(_ context.Context, p *program) error {
	if c.In < token.AnnounceFor {
		return fmt.Errorf("--in: must be at least %s, so that all servers and caches know the key before it signs", token.AnnounceFor)
	}
	now := p.Clock()
	next, err := token.NewKey(rand.Reader, now.Add(c.In+time.Second)) // rounded up to whole seconds
	if err != nil {
		return err
	}
	keys, err := p.settings.keys().Change(func(keys token.Keys) (token.Keys, error) {
		return keys.Rotate(next, now, p.settings.RefreshTTL+time.Minute)
	})
	if err != nil {
		return p.settings.keysError(err)
	}
	return p.printKeys(keys)
}

// keysError adds the name of the setting and, if there is no keys file, what to do.
func (s *settings) keysError(err error) error {
	if s.Keys != "" {
		return fmt.Errorf("OCIPE_KEYS: %w", err)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; the server creates it at its first start: name the server's data folder with --data-dir, or the file with --keys-file", err)
	}
	return fmt.Errorf("OCIPE_KEYS_FILE: %w", err)
}
