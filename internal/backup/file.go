package backup

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// partial is in the names of files that are not complete yet.
const partial = ".partial-"

// Create writes a file that only its owner can read. It appears under its name once it is complete and on the disk, and never
// replaces another one.
//
// It returns [fs.ErrExist] if there is such a file, the error of write, or that of the disk. Then no file is left behind.
func Create(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil { // before the long work
		return existing(path)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+partial+"*") // 0600
	if err != nil {
		return fmt.Errorf("create the file: %w", err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already after a rename
	err = write(tmp)
	if err == nil {
		err = tmp.Sync()
	}
	if err := errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err := place(tmp.Name(), path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("open the folder: %w", err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// place gives a file its name, unless there is another file with it. A link fails then. File systems without links may replace
// a file that another program creates at the same moment.
func place(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return nil
	}
	if _, statErr := os.Lstat(to); statErr == nil {
		return existing(to)
	}
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("name the file: %w", err)
	}
	return nil
}

func existing(path string) error {
	return fmt.Errorf("%s: %w: it is not replaced; choose another name, or remove it first", path, fs.ErrExist)
}

// CreateFile is [Create] for a small file.
func CreateFile(path string, content []byte) error {
	return Create(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
