package backup

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"
)

// The files of the archive, in this order. The files of the tables are between the keys and the manifest: tables/NAME/000001.copy,
// tables/NAME/000002.copy and so on, which together are the output of COPY.
const (
	descriptionFile = "ocipe-backup.json"
	keysFile        = "keys.json.age" // encrypted with a passphrase by age; optional
	manifestFile    = "manifest.json"
)

// manifest is the last file of a backup. A backup without it is incomplete.
type manifest struct {
	Description string     `json:"description_sha256"`
	Keys        string     `json:"keys_sha256,omitempty"`
	Tables      []tableSum `json:"tables"`
}

type tableSum struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the content of all its files
}

// archive writes the files of a backup.
type archive struct {
	compressed *zstd.Encoder
	tar        *tar.Writer
	at         time.Time
	manifest   manifest
}

func newArchive(w io.Writer, at time.Time) (*archive, error) {
	// Use one goroutine: a backup should leave the processors to requests.
	compressed, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return &archive{compressed: compressed, tar: tar.NewWriter(compressed), at: at}, nil
}

// begin writes the description and the encrypted keys, if any.
func (a *archive) begin(d Description, keys []byte) error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return fmt.Errorf("write the description: %w", err)
	}
	a.manifest.Description = hexSum(text)
	if err := a.writeFile(descriptionFile, text); err != nil || keys == nil {
		return err
	}
	a.manifest.Keys = hexSum(keys)
	return a.writeFile(keysFile, keys)
}

// writeFile writes one file.
func (a *archive) writeFile(name string, content []byte) error {
	h := tar.Header{Name: name, Mode: 0o600, Size: int64(len(content)), ModTime: a.at.Truncate(time.Second), Format: tar.FormatUSTAR}
	if err := a.tar.WriteHeader(&h); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	if _, err := a.tar.Write(content); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return nil
}

// addTable adds a table to the manifest.
func (a *archive) addTable(table string, rows, bytes int64, sum hash.Hash) {
	a.manifest.Tables = append(a.manifest.Tables, tableSum{table, rows, bytes, hex.EncodeToString(sum.Sum(nil))})
}

// end writes the manifest and completes the archive.
func (a *archive) end() error {
	text, err := json.MarshalIndent(a.manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	if err := a.writeFile(manifestFile, text); err != nil {
		return err
	}
	if err := a.tar.Close(); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	if err := a.compressed.Close(); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return nil
}

// release releases the resources of the archive, complete or not.
func (a *archive) release() { a.compressed.Reset(nil) }

// chunkSize is the size in bytes after which the text of a table continues in another file. A table needs several files because the
// archive needs the size of a file before its content.
const chunkSize = 1 << 20

// chunkWriter writes the output of COPY to files of whole rows.
type chunkWriter struct {
	archive *archive
	table   string
	sum     hash.Hash
	onWrite func(bytes int64) // called with the bytes written so far
	bytes   int64
	files   int
	buffer  []byte
}

// Write takes one row: PostgreSQL sends a message of COPY for each row, and pgx writes each message.
func (c *chunkWriter) Write(row []byte) (int, error) {
	c.buffer = append(c.buffer, row...)
	if len(c.buffer) < chunkSize {
		return len(row), nil
	}
	return len(row), c.flush()
}

func (c *chunkWriter) flush() error {
	if len(c.buffer) == 0 {
		return nil
	}
	c.files++
	c.bytes += int64(len(c.buffer))
	c.sum.Write(c.buffer)
	err := c.archive.writeFile(fmt.Sprintf("tables/%s/%06d.copy", c.table, c.files), c.buffer)
	c.buffer = c.buffer[:0]
	c.onWrite(c.bytes)
	return err
}

func hexSum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
