package token

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

const (
	// ReloadEvery is how often a server looks whether the keys file has changed.
	ReloadEvery = time.Second
	// AnnounceFor is how long a new key is published before it signs, at the least: time for every server to
	// have loaded it, and for caches of the public keys to have run out.
	AnnounceFor = 10 * ReloadEvery
)

// Authority is the issuer of a running server: it follows the keys file.
type Authority struct {
	name    string
	file    File
	clock   func() time.Time
	log     *slog.Logger
	seen    os.FileInfo // as of the last load
	missing bool        // the file could not be read the last time: said once
	current atomic.Pointer[Issuer]
}

// Open loads the keys, making the first one where there is none. It fails as [File.Load] does.
func Open(name string, file File, random io.Reader, clock func() time.Time, log *slog.Logger) (*Authority, error) {
	_, created, err := file.LoadOrCreate(random)
	if err != nil {
		return nil, err
	}
	if created {
		log.Info("made a new keys file: tokens that other keys have signed are not accepted. If there was one before, restore it", "file", file.Path)
	}
	a := &Authority{name: name, file: file, clock: clock, log: log}
	if err := a.load(); err != nil {
		return nil, err
	}
	if a.seen.Mode().Perm()&0o077 != 0 {
		log.Warn("others can read the keys file, and whoever reads it can log in as anybody; chmod 600 it", "file", file.Path)
	}
	return a, nil
}

// Issuer returns the issuer with the keys as they are now.
func (a *Authority) Issuer() *Issuer { return a.current.Load() }

// Follow loads the keys file whenever it changes, until ctx ends. A file that can't be read is
// logged, and the keys stay as they were.
func (a *Authority) Follow(ctx context.Context) {
	tick := time.NewTicker(ReloadEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.reload(ctx)
		}
	}
}

func (a *Authority) reload(ctx context.Context) {
	info, err := os.Stat(a.file.Path)
	if err == nil && os.SameFile(info, a.seen) && info.ModTime().Equal(a.seen.ModTime()) && info.Size() == a.seen.Size() {
		a.missing = false
		return
	}
	if err == nil {
		err = a.load()
	}
	if err == nil {
		a.log.InfoContext(ctx, "keys loaded", "file", a.file.Path)
	} else if !a.missing {
		a.log.ErrorContext(ctx, "the keys file can't be read; the keys stay as they are", "error", err)
	}
	a.missing = err != nil
}

// load looks at the file before it reads it: a change in between is seen the next time.
func (a *Authority) load() error {
	seen, err := os.Stat(a.file.Path)
	if err != nil {
		return fmt.Errorf("look at the keys file: %w", err)
	}
	keys, err := a.file.Load()
	if err != nil {
		return err
	}
	a.seen = seen
	a.current.Store(NewIssuer(a.name, keys))
	return nil
}
