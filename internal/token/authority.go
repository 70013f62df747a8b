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
	// ReloadEvery is the interval at which a server checks whether the keys file has changed.
	ReloadEvery = time.Second
	// AnnounceFor is the minimum time between publishing a new key and signing with it. By then all servers have loaded
	// it, and caches of the public keys have expired.
	AnnounceFor = 10 * ReloadEvery
)

// Authority keeps the issuer of a running server up to date with the keys file. Create it with [Open].
type Authority struct {
	name       string
	file       File
	log        *slog.Logger
	loadedInfo os.FileInfo // of the last load
	unreadable bool        // at the last reload; this was logged
	current    atomic.Pointer[Issuer]
}

// Open loads the keys file, or creates it with a first key. It fails like [File.LoadOrCreate].
func Open(name string, file File, random io.Reader, log *slog.Logger) (*Authority, error) {
	_, created, err := file.LoadOrCreate(random)
	if err != nil {
		return nil, err
	}
	if created {
		log.Info("created a new keys file: tokens signed with other keys are rejected. If there was a keys file before, restore it", "file", file.Path)
	}
	a := &Authority{name: name, file: file, log: log}
	if err := a.load(); err != nil {
		return nil, err
	}
	if file.Text == "" && a.loadedInfo.Mode().Perm()&0o077 != 0 {
		log.Warn("other users can read the keys file, and with it log in as anybody: run chmod 600 on it", "file", file.Path)
	}
	return a, nil
}

// Issuer returns an issuer with the current keys.
func (a *Authority) Issuer() *Issuer { return a.current.Load() }

// Follow loads the keys file whenever it changes, until ctx ends. If the file can't be read, it logs that once and keeps
// the current keys. If the keys are set as a text, it returns at once.
func (a *Authority) Follow(ctx context.Context) {
	if a.file.Text != "" {
		return
	}
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
	if err == nil && os.SameFile(info, a.loadedInfo) && info.ModTime().Equal(a.loadedInfo.ModTime()) && info.Size() == a.loadedInfo.Size() {
		a.unreadable = false
		return
	}
	if err == nil {
		err = a.load()
	}
	if err == nil {
		a.log.InfoContext(ctx, "keys loaded", "file", a.file.Path)
	} else if !a.unreadable {
		a.log.ErrorContext(ctx, "the keys file can't be read; keeping the current keys", "error", err)
	}
	a.unreadable = err != nil
}

// load reads the time of the file before its content, so that the next reload notices a change in between.
func (a *Authority) load() error {
	var info os.FileInfo
	if a.file.Text == "" {
		var err error
		if info, err = os.Stat(a.file.Path); err != nil {
			return fmt.Errorf("stat the keys file: %w", err)
		}
	}
	keys, err := a.file.Load()
	if err != nil {
		return err
	}
	a.loadedInfo = info
	a.current.Store(NewIssuer(a.name, keys))
	return nil
}
