package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

var discard = slog.New(slog.DiscardHandler)

func verify(file []byte) error {
	_, err := Verify(bytes.NewReader(file), 0, nil)
	return err
}

// requireRefused checks that Verify and Restore reject the file, and that nothing has changed.
func requireRefused(t *testing.T, to database, file []byte, want error) {
	t.Helper()
	require.ErrorIs(t, verify(file), want)
	_, err := to.restore(t, file)
	require.ErrorIs(t, err, want)
	require.Empty(t, to.tables(t), "nothing was restored")
}

func TestAnIncompleteBackupIsRefused(t *testing.T) {
	t.Parallel()
	from, to := newFilled(t, newMigrated(t)), newEmpty(t)
	file := from.write(t, Options{})
	const cuts = 40
	for n := range cuts {
		require.ErrorIs(t, verify(file[:100+n*(len(file)-100)/cuts]), ErrIncomplete)
	}
	requireRefused(t, to, file[:len(file)/2], ErrIncomplete)
	requireRefused(t, to, file[:len(file)-1], ErrIncomplete)
	_, err := to.restore(t, file)
	require.NoError(t, err)
}

func TestADamagedBackupIsRefused(t *testing.T) {
	t.Parallel()
	from, to := newFilled(t, newMigrated(t)), newEmpty(t)
	file := from.write(t, Options{})
	found := 0
	for n := range 200 {
		damaged := bytes.Clone(file)
		damaged[20+n*(len(file)-21)/199] ^= 1 << (n % 8)
		if verify(damaged) == nil { // a bit that doesn't change the content
			require.Equal(t, decompressed(t, file), decompressed(t, damaged))
			continue
		}
		found++
		if n%50 == 0 {
			_, err := to.restore(t, damaged)
			require.Error(t, err)
			require.Empty(t, to.tables(t), "nothing was restored")
		}
	}
	require.Greater(t, found, 190)
	requireRefused(t, to, append(bytes.Clone(file), "more"...), ErrDamaged)
}

func decompressed(t *testing.T, file []byte) string {
	t.Helper()
	in, err := zstd.NewReader(bytes.NewReader(file))
	require.NoError(t, err)
	defer in.Close()
	content, err := io.ReadAll(in)
	require.NoError(t, err)
	return string(content)
}

// edited returns a backup with changed files. The checksums of the compression are valid.
func edited(t *testing.T, file []byte, change func(name string, content []byte) []byte) []byte {
	t.Helper()
	in, err := zstd.NewReader(bytes.NewReader(file))
	require.NoError(t, err)
	defer in.Close()
	var out bytes.Buffer
	compressed, err := zstd.NewWriter(&out)
	require.NoError(t, err)
	from, to := tar.NewReader(in), tar.NewWriter(compressed)
	for {
		h, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		content, err := io.ReadAll(from)
		require.NoError(t, err)
		if content = change(h.Name, content); content == nil {
			continue
		}
		h.Size = int64(len(content))
		require.NoError(t, to.WriteHeader(h))
		_, err = to.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, to.Close())
	require.NoError(t, compressed.Close())
	return out.Bytes()
}

func TestABackupWithOtherContentIsRefused(t *testing.T) {
	t.Parallel()
	from, to := newFilled(t, newMigrated(t)), newEmpty(t)
	file := from.write(t, Options{})
	replace := func(in, what, by string) []byte {
		return edited(t, file, func(name string, content []byte) []byte {
			if strings.HasPrefix(name, in) {
				return bytes.ReplaceAll(content, []byte(what), []byte(by))
			}
			return content
		})
	}
	omit := func(prefix string) []byte {
		return edited(t, file, func(name string, content []byte) []byte {
			if strings.HasPrefix(name, prefix) {
				return nil
			}
			return content
		})
	}
	requireRefused(t, to, replace("tables/users/", "Ben", "Bea"), ErrDamaged)
	requireRefused(t, to, replace(manifestFile, "a", "b"), ErrDamaged)
	requireRefused(t, to, replace(descriptionFile, `"program": ""`, `"program": "x"`), ErrDamaged)
	requireRefused(t, to, omit("tables/plans/"), ErrDamaged)
	requireRefused(t, to, omit(manifestFile), ErrIncomplete)
	requireRefused(t, to, omit(descriptionFile), ErrNotBackup)
	requireRefused(t, to, replace(descriptionFile, `"schema": `, `"schema": 9`), ErrNewer)
	requireRefused(t, to, replace(descriptionFile, `"format": 1`, `"format": 2`), ErrNewer)

	_, err := to.restore(t, replace(descriptionFile, `"name": "plans"`, `"name": "pg_authid"`))
	require.ErrorContains(t, err, "pg_authid")
	require.Empty(t, to.tables(t))
}

func TestAnotherFileIsRefused(t *testing.T) {
	t.Parallel()
	to := newEmpty(t)
	var gzipped bytes.Buffer
	w := gzip.NewWriter(&gzipped)
	require.NoError(t, w.Close())
	for _, file := range []string{"", "PGDMP", "-- PostgreSQL database dump\n", gzipped.String(), strings.Repeat("\x00", 4096)} {
		requireRefused(t, to, []byte(file), ErrNotBackup)
	}
	encoder, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	requireRefused(t, to, encoder.EncodeAll([]byte(strings.Repeat("no archive ", 200)), nil), ErrNotBackup)
}

func TestADatabaseThatIsNotEmptyIsRefused(t *testing.T) {
	t.Parallel()
	from := newFilled(t, newMigrated(t))
	file := from.write(t, Options{})
	before := from.rows(t, "users")
	_, err := from.restore(t, file)
	require.ErrorContains(t, err, "Ocipe's schema (version ")
	require.ErrorContains(t, err, "3 accounts (Grand-mère, Ben, Carla)")
	require.Equal(t, before, from.rows(t, "users"))

	_, err = newMigrated(t).restore(t, file)
	require.ErrorContains(t, err, "and 0 accounts")

	other := newEmpty(t)
	other.Exec(t, "create table parrots (id int)")
	_, err = other.restore(t, file)
	require.ErrorContains(t, err, "1 table (parrots)")
	_, err = Write(t.Context(), other.conn, io.Discard, Options{})
	require.ErrorIs(t, err, ErrNoSchema)
}

func TestARestoreBesideAMigrationIsRefused(t *testing.T) {
	t.Parallel()
	from, to := newFilled(t, newMigrated(t)), newEmpty(t)
	other := connect(t, to.Database)
	_, err := other.conn.Exec(t.Context(), "select pg_advisory_lock($1)", postgres.MigrationLock)
	require.NoError(t, err)
	_, err = to.restore(t, from.write(t, Options{}))
	require.ErrorContains(t, err, "migrating the schema")
}

func TestKeysNeedTheirPassphrase(t *testing.T) {
	t.Parallel()
	sealed, err := Seal([]byte(`{"keys": []}`), "correct horse", WorkFactor)
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "keys\"")
	keys, err := Unseal(sealed, "correct horse")
	require.NoError(t, err)
	require.Equal(t, `{"keys": []}`, string(keys))
	_, err = Unseal(sealed, "battery staple")
	require.ErrorIs(t, err, ErrWrongPassphrase)
	sealed[len(sealed)-1] ^= 1
	_, err = Unseal(sealed, "correct horse")
	require.Error(t, err)

	file := newFilled(t, newMigrated(t)).write(t, Options{Keys: sealed})
	s, err := Verify(bytes.NewReader(file), 0, nil)
	require.NoError(t, err)
	require.Equal(t, sealed, s.Keys)
}

func TestAnInterruptedRestoreLeavesTheDatabaseEmpty(t *testing.T) {
	t.Parallel()
	from, to := newFilled(t, newMigrated(t)), newEmpty(t)
	file := from.write(t, Options{})
	size := int64(len(file))
	ctx, interrupt := context.WithCancel(t.Context())
	_, err := Restore(ctx, to.conn, bytes.NewReader(file), size, RestoreOptions{Progress: func(_ string, done, total int64) {
		if done > total*3/4 {
			interrupt()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	_, err = Restore(t.Context(), connect(t, to.Database).conn, bytes.NewReader(file), size, RestoreOptions{Commit: func() error { return errDisk }})
	require.ErrorIs(t, err, errDisk)
	pgtest.Eventually(t, func() bool { return len(to.tables(t)) == 0 })
	_, err = connect(t, to.Database).restore(t, file)
	require.NoError(t, err)
}

var errDisk = errors.New("the keys file can't be written")
