package ocipe

import (
	"context"
	"io"
	"net/http"
	"sync"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// ExportAccount returns the whole content of the account as a JSON file (api.Export). The file is read while it arrives. The caller must
// close it. If the last login is too old, ExportAccount returns an [*Error] with code reauthentication_required.
func (c *Client) ExportAccount(ctx context.Context) (io.ReadCloser, error) {
	res, err := c.ClientInterface.ExportAccount(ctx)
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}

// ImportAccount adds the content of a file of [Client.ExportAccount] to the account. If it returns an error, it has added nothing. It
// sends the file while it reads it, and reads it again from the beginning if it repeats the request.
func (c *Client) ImportAccount(ctx context.Context, file io.ReadSeeker) (*api.ImportedCounts, error) {
	body := &fileBody{file: file, closed: make(chan struct{})}
	repeatable := func(_ context.Context, r *http.Request) error {
		r.Body = body
		r.GetBody = func() (io.ReadCloser, error) {
			select { // net/http may still read the body of a request after its response
			case <-body.closed:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			body = &fileBody{file: file, closed: make(chan struct{})}
			_, err := file.Seek(0, io.SeekStart)
			return body, err
		}
		return nil
	}
	return created(c.ImportAccountWithBodyWithResponse(ctx, "application/json", body, repeatable))
}

// fileBody is the body of one request. It doesn't close the file.
type fileBody struct {
	file   io.Reader
	once   sync.Once
	closed chan struct{}
}

// Read reads from the file.
func (b *fileBody) Read(p []byte) (int, error) { return b.file.Read(p) }

// Close marks that the request no longer reads the file.
func (b *fileBody) Close() error {
	b.once.Do(func() { close(b.closed) })
	return nil
}
