package token

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestARefreshTokenOfAnUnknownKeyIsToldFromAnInvalidOne(t *testing.T) {
	t.Parallel()
	own, _ := single(t)
	other, key := single(t)
	text := issueRefresh(t, other, now)
	parts := strings.Split(text, ".")

	_, err := own.VerifyRefresh(text, now)
	require.ErrorIs(t, err, ErrUnknownKey)
	require.ErrorIs(t, err, ErrInvalid)

	elsewhere := issueRefresh(t, NewIssuer("https://other.example.org", Keys{key}), now)
	for why, invalid := range map[string]string{
		"another issuer":  elsewhere,
		"an access token": issueAccess(t, other, now),
		"no claims":       parts[0] + ".e30." + parts[2],
		"no JSON":         parts[0] + ".e30x." + parts[2],
		"another header":  "eyJhbGciOiJub25lIn0." + parts[1] + "." + parts[2],
	} {
		_, err := own.VerifyRefresh(invalid, now)
		require.Equal(t, ErrInvalid, err, why)
	}
	_, err = own.VerifyRefresh(text, now.Add(2*time.Hour))
	require.Equal(t, ErrInvalid, err, "it has expired, whatever its key")
}
