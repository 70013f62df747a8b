package backup

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// partialInfix is part of the names of incomplete files.
const partialInfix = ".partial-"

// Create writes a file that only its owner can read. The file gets its name when it is complete and on the disk. Create never replaces
// another file.
//
// It returns [fs.ErrExist] if path exists, the error of write, or that of the disk. After an error it leaves no file.
func Create(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil { // check this before the long work
		return existsError(path)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+partialInfix+"*") // 0600
	if err != nil {
		return fmt.Errorf("create the file: %w", err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // after a rename the file no longer exists
	err = write(tmp)
	if err == nil {
		err = tmp.Sync()
	}
	if err := errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err := renameNew(tmp.Name(), path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("open the folder: %w", err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// renameNew gives a file its name, unless another file has that name: then os.Link fails. On file systems without links, it may
// replace a file that another program creates at the same moment.
func renameNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return nil
	}
	if _, statErr := os.Lstat(to); statErr == nil {
		return existsError(to)
	}
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("name the file: %w", err)
	}
	return nil
}

func existsError(path string) error {
	return fmt.Errorf("%s: %w: it is not replaced; choose another name, or remove it first", path, fs.ErrExist)
}

// CreateFile is [Create] for a small file.
func CreateFile(path string, content []byte) error {
	return Create(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
