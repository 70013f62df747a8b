package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/export"
)

// ExportAccount handles GET /api/user/export/.
//
// It writes the file to disk first. So a client that reads slowly holds no database connection and no snapshot, and an error
// becomes a proper response instead of a truncated file.
func (s *Server) ExportAccount(w http.ResponseWriter, r *http.Request) {
	userID := request.UserID(r)
	if !s.exportCounter.begin(userID) {
		request.Fail(w, r, apperr.Busy(apperr.Overloaded, apperr.RetrySoon, errors.New("too many exports of this account at the same time")))
		return
	}
	defer s.exportCounter.end(userID)
	file, err := writeExport(r.Context(), s.Exports, userID)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	defer file.Close() //nolint:errcheck // nothing of it is needed
	if err = s.Activity.Record(r.Context(), userID, activity.Exported, clientOf(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	name := "ocipe-export-" + s.config.Clock().UTC().Format(time.DateOnly) + ".json"
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	sendFile(w, file)
}

// writeExport returns a temporary file with the whole content of the account. The caller must close it.
func writeExport(ctx context.Context, exports *export.Service, userID int64) (*os.File, error) {
	file, err := createTemporary()
	if err != nil {
		return nil, err
	}
	out := newExportWriter(file)
	if err = exports.Export(ctx, userID, out.visitor()); err == nil {
		err = out.end()
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// createTemporary returns a temporary file that the system deletes when it is closed, even if the program crashes.
func createTemporary() (*os.File, error) {
	file, err := os.CreateTemp("", "ocipe-export-*")
	if err != nil {
		return nil, fmt.Errorf("create the file of the export: %w", err)
	}
	_ = os.Remove(file.Name()) // fails only on systems that can't remove open files
	return file, nil
}

// chunkTimeout is how long a client may take to read a chunk of a file. It allows 256 KiB at the minimum rate of bodies, 16 KiB/s.
const chunkTimeout = 16 * time.Second

// sendFile responds with a file that was just written.
func sendFile(w http.ResponseWriter, file *os.File) {
	size, err := file.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		panic(fmt.Errorf("read the file of the export: %w", err))
	}
	w.Header()["Content-Type"] = typeJSON
	w.Header()["Content-Length"] = []string{strconv.FormatInt(size, 10)}
	w.WriteHeader(http.StatusOK)
	control, buffer := http.NewResponseController(w), make([]byte, 32<<10)
	for sent := int64(0); sent < size; sent += chunkSize {
		_ = control.SetWriteDeadline(time.Now().Add(chunkTimeout)) //nolint:forbidigo // the deadlines of connections count in real time
		if _, err := io.CopyBuffer(w, struct{ io.Reader }{io.LimitReader(file, chunkSize)}, buffer); err != nil {
			return // the client is gone, or too slow
		}
	}
}

// exportCounter counts the exports in progress, because each takes space on the disk.
type exportCounter struct {
	mu     sync.Mutex
	byUser map[int64]int
}

// maxExports is the maximum number of exports of one account at the same time.
const maxExports = 2

// begin reports whether another export of the account may start. If so, the caller must call end.
func (e *exportCounter) begin(userID int64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.byUser[userID] == maxExports {
		return false
	}
	if e.byUser == nil {
		e.byUser = map[int64]int{}
	}
	e.byUser[userID]++
	return true
}

func (e *exportCounter) end(userID int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.byUser[userID]--; e.byUser[userID] == 0 {
		delete(e.byUser, userID)
	}
}
