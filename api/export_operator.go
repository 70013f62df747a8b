package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/export"
	"github.com/ocipe/ocipe/internal/password"
)

// Export writes the file of GET /api/user/export/ for the operator. Nothing is written if an error occurs before the file is complete.
// It returns the errors of [export.Service.Export] and of the writer.
func Export(ctx context.Context, exports *export.Service, userID int64, to io.Writer) error {
	file, err := writeExport(ctx, exports, userID)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // nothing of it is needed
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the file of the export: %w", err)
	}
	if _, err := io.Copy(to, file); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}

// Import adds an export file to an account for the operator, as POST /api/user/import/ does. source is openapi.yaml. It returns the
// errors of [export.Service.Import], and an error if the contract or the file is invalid.
func Import(ctx context.Context, exports *export.Service, source []byte, userID int64, from io.Reader) (export.Counts, error) {
	file, err := createTemporary()
	if err != nil {
		return export.Counts{}, err
	}
	defer file.Close() //nolint:errcheck // nothing of it is needed
	size, err := io.Copy(file, from)
	if err != nil {
		return export.Counts{}, fmt.Errorf("read the file: %w", err)
	}
	c, err := contract.Load(ctx, source, password.Policy{}, &url.URL{})
	if err != nil {
		return export.Counts{}, err
	}
	elements, err := c.BodyInFile(http.MethodPost, "/api/user/import/", file, size)
	if err != nil {
		return export.Counts{}, err
	}
	return exports.Import(ctx, userID, nil, activity.Operator, importSource(elements))
}
