package ocipe

import (
	"context"
	"io"
	"net/http"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// ExportAccount returns everything that the account holds as a JSON file (api.Export), which is read as it arrives. Close it. If the
// last login is too old, ExportAccount returns an [*Error] with code reauthentication_required.
func (c *Client) ExportAccount(ctx context.Context) (io.ReadCloser, error) {
	res, err := c.ClientInterface.ExportAccount(ctx)
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}

// ImportAccount adds everything in a file of [Client.ExportAccount] to the account, or nothing if it returns an error. The file is
// sent as it is read, and read again from its beginning if the access token has expired.
func (c *Client) ImportAccount(ctx context.Context, file io.ReadSeeker) (*api.ImportedCounts, error) {
	body := struct{ io.Reader }{file} // net/http would close a file after the first attempt
	rewind := func(_ context.Context, r *http.Request) error {
		r.GetBody = func() (io.ReadCloser, error) {
			_, err := file.Seek(0, io.SeekStart)
			return io.NopCloser(body), err
		}
		return nil
	}
	return created(c.ImportAccountWithBodyWithResponse(ctx, "application/json", body, rewind))
}
