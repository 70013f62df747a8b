package token

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASealedSecret(t *testing.T) {
	t.Parallel()
	first, second := newTestKey(t, now.Add(-lifetime)), newTestKey(t, now)
	before, after, other := NewIssuer(name, Keys{first}), NewIssuer(name, Keys{first, second}), NewIssuer(name, Keys{second})
	sealed, err := before.Seal("purpose", []byte("secret"), now)
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "secret")

	t.Run("IsOpenedWithTheSameKeyAlsoAfterARotation", func(t *testing.T) {
		t.Parallel()
		for _, issuer := range []*Issuer{before, after} {
			secret, err := issuer.Unseal("purpose", sealed)
			require.NoError(t, err)
			require.Equal(t, "secret", string(secret))
		}
	})

	t.Run("IsNotOpenedWithAnotherKeyOrPurposeOrWhenChanged", func(t *testing.T) {
		t.Parallel()
		_, err := other.Unseal("purpose", sealed)
		require.Equal(t, ErrUnseal, err)
		_, err = before.Unseal("another", sealed)
		require.Equal(t, ErrUnseal, err)
		for _, changed := range [][]byte{nil, sealed[1:], append([]byte{1}, sealed...)} {
			_, err = before.Unseal("purpose", changed)
			require.Equal(t, ErrUnseal, err)
		}
	})
}
