package request

import (
	"time"

	"github.com/google/uuid"
)

// Caller is who calls an operation, as the access token or the API token says.
type Caller struct {
	UserID    int64
	SessionID uuid.UUID // uuid.Nil for an API token
	AuthTime  time.Time // when the user last sent a password, whole seconds; zero for an API token
	Scopes    []string  // what the API token may do; nil for a session, which may do everything
	APIToken  int64     // the id of the API token; 0 for a session
}
