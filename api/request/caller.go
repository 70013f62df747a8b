package request

import (
	"time"

	"github.com/google/uuid"
)

// Caller describes the caller of an operation, as the access token or the API token identifies him.
type Caller struct {
	UserID    int64
	SessionID uuid.UUID // uuid.Nil for an API token
	AuthTime  time.Time // when the user last sent a password, in whole seconds; zero for an API token
	Scopes    []string  // the scopes of the API token; nil for a session, which may call every operation
	APIToken  int64     // the id of the API token; 0 for a session
}
