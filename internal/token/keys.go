package token

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// Members of a key in the file that RFC 7517 doesn't have: RFC 3339 times.
const (
	memberSignsFrom     = "signs_from"
	memberVerifiesUntil = "verifies_until"
)

// Key is an Ed25519 key pair (RFC 8037) and the period in which it is used.
type Key struct {
	ID            string    // `kid`: the key's thumbprint (RFC 7638)
	SignsFrom     time.Time // it signs from then on, until a newer key does; zero: no limit
	VerifiesUntil time.Time // its tokens are accepted until then; zero: no limit

	private ed25519.PrivateKey
	headers [numKinds]string // the header segments of its tokens, which must match exactly
}

// tokenKind is the kind of a token. It is part of the header, so that a token of one kind isn't accepted as the other (RFC 8725,
// section 3.11).
type tokenKind int

const (
	access tokenKind = iota
	refresh
	numKinds
)

var headerType = [numKinds]string{access: "at+jwt", refresh: "rt+jwt"}

// NewKey generates a key pair that signs from the given time on. It fails if random does.
func NewKey(random io.Reader, signsFrom time.Time) (Key, error) {
	_, private, err := ed25519.GenerateKey(random)
	if err != nil {
		return Key{}, fmt.Errorf("generate a key: %w", err)
	}
	return newKey(private, signsFrom.UTC().Truncate(time.Second), time.Time{})
}

func newKey(private ed25519.PrivateKey, signsFrom, verifiesUntil time.Time) (Key, error) {
	k := Key{SignsFrom: signsFrom, VerifiesUntil: verifiesUntil, private: private}
	pub, err := k.public()
	if err != nil {
		return Key{}, err
	}
	k.ID = pub.KeyID()
	for i := range numKinds {
		if k.headers[i], err = headerSegment(i, k.ID); err != nil {
			return Key{}, err
		}
	}
	return k, nil
}

// headerSegment returns the header segment of the tokens of a key.
func headerSegment(kind tokenKind, keyID string) (string, error) {
	header, err := json.Marshal(map[string]string{"alg": "EdDSA", "kid": keyID, "typ": headerType[kind]})
	if err != nil {
		return "", fmt.Errorf("write a token header: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(header), nil
}

// sign returns the token with this payload in compact serialization (RFC 7515, section 7.1). Ed25519 is deterministic:
// the same payload gives the same token, byte for byte.
func (k *Key) sign(kind tokenKind, payload []byte) (string, error) {
	h := jws.NewHeaders()
	for name, value := range map[string]any{jws.KeyIDKey: k.ID, jws.TypeKey: headerType[kind]} {
		if err := h.Set(name, value); err != nil {
			return "", fmt.Errorf("set a token header: %w", err)
		}
	}
	signed, err := jws.Sign(payload, jws.WithKey(jwa.EdDSA, k.private, jws.WithProtectedHeaders(h)))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return string(signed), nil
}

// Verifies reports whether tokens of this key are accepted at the time now.
func (k *Key) Verifies(now time.Time) bool {
	return k.VerifiesUntil.IsZero() || now.Before(k.VerifiesUntil)
}

func (k *Key) public() (jwk.Key, error) {
	pub, err := jwk.FromRaw(k.private.Public())
	if err != nil {
		return nil, fmt.Errorf("get the public key: %w", err)
	}
	if err := jwk.AssignKeyID(pub); err != nil {
		return nil, fmt.Errorf("get the thumbprint: %w", err)
	}
	return pub, errors.Join(pub.Set(jwk.AlgorithmKey, jwa.EdDSA), pub.Set(jwk.KeyUsageKey, jwk.ForSignature))
}

// Keys are the keys of a deployment, the newest last. The slice is never modified.
type Keys []Key

// Signer returns the key that signs at the time now: the newest whose SignsFrom has come, or the oldest if none has
// (the clock is behind). It fails if no key verifies any more.
func (ks Keys) Signer(now time.Time) (*Key, error) {
	var signer *Key
	for i := range ks {
		if ks[i].Verifies(now) && (signer == nil || !ks[i].SignsFrom.After(now)) {
			signer = &ks[i]
		}
	}
	if signer == nil {
		return nil, errors.New("all keys have expired: is the clock right, and the keys file complete?")
	}
	return signer, nil
}

// Rotate returns the keys with next added. The other keys verify for lifetime after next begins to sign; after that, all
// their tokens have expired. Keys that no longer verify are dropped.
//
// It fails if the newest key doesn't sign yet: two announced keys could overtake each other.
func (ks Keys) Rotate(next Key, now time.Time, lifetime time.Duration) (Keys, error) {
	if newest := ks[len(ks)-1]; newest.SignsFrom.After(now) {
		return nil, fmt.Errorf("key %s is already announced and will sign from %s on; rotate again after that", newest.ID, newest.SignsFrom.Format(time.RFC3339))
	}
	rotated := make(Keys, 0, len(ks)+1)
	for _, k := range ks {
		if k.VerifiesUntil.IsZero() {
			k.VerifiesUntil = next.SignsFrom.Add(lifetime)
		}
		if k.Verifies(now) {
			rotated = append(rotated, k)
		}
	}
	return append(rotated, next), nil
}

// PublicSet returns the public keys of the keys that verify at the time now, as a JWK Set (RFC 7517, section 5).
func (ks Keys) PublicSet(now time.Time) ([]byte, error) {
	set := jwk.NewSet()
	for i := range ks {
		if !ks[i].Verifies(now) {
			continue
		}
		pub, err := ks[i].public()
		if err != nil {
			return nil, err
		}
		if err := set.AddKey(pub); err != nil {
			return nil, fmt.Errorf("add key %s to the set: %w", ks[i].ID, err)
		}
	}
	return json.Marshal(set)
}
