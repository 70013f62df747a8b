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

// Members that a key of the file has beyond RFC 7517: RFC 3339 times.
const (
	memberSignsFrom     = "signs_from"
	memberVerifiesUntil = "verifies_until"
)

// Key is one Ed25519 key pair (RFC 8037) and the time that it serves.
type Key struct {
	ID            string    // `kid`: the key's thumbprint (RFC 7638)
	SignsFrom     time.Time // it signs from then on, until a newer one does; zero: from the beginning
	VerifiesUntil time.Time // what it signed is accepted until then; zero: no end is set

	private ed25519.PrivateKey
	headers [kinds]string // the only header segments that are accepted for it
}

// kind separates the tokens already in their header (RFC 8725, section 3.11).
type kind int

const (
	access kind = iota
	refresh
	kinds
)

var typ = [kinds]string{access: "at+jwt", refresh: "rt+jwt"}

// NewKey makes a key pair from random that signs from the given time on.
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
	for i := range kinds {
		header, err := json.Marshal(map[string]string{"alg": "EdDSA", "kid": k.ID, "typ": typ[i]})
		if err != nil {
			return Key{}, fmt.Errorf("write a token header: %w", err)
		}
		k.headers[i] = base64.RawURLEncoding.EncodeToString(header)
	}
	return k, nil
}

// sign returns the compact serialization (RFC 7515, section 7.1) of the payload. Ed25519 is
// deterministic: the same payload gives the same token, byte for byte.
func (k *Key) sign(as kind, payload []byte) (string, error) {
	h := jws.NewHeaders()
	for name, value := range map[string]any{jws.KeyIDKey: k.ID, jws.TypeKey: typ[as]} {
		if err := h.Set(name, value); err != nil {
			return "", fmt.Errorf("set token header: %w", err)
		}
	}
	signed, err := jws.Sign(payload, jws.WithKey(jwa.EdDSA, k.private, jws.WithProtectedHeaders(h)))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return string(signed), nil
}

// Verifies tells whether what the key signed may still be accepted.
func (k *Key) Verifies(now time.Time) bool {
	return k.VerifiesUntil.IsZero() || now.Before(k.VerifiesUntil)
}

func (k *Key) public() (jwk.Key, error) {
	pub, err := jwk.FromRaw(k.private.Public())
	if err != nil {
		return nil, fmt.Errorf("take the public half: %w", err)
	}
	if err := jwk.AssignKeyID(pub); err != nil {
		return nil, fmt.Errorf("take the thumbprint: %w", err)
	}
	return pub, errors.Join(pub.Set(jwk.AlgorithmKey, jwa.EdDSA), pub.Set(jwk.KeyUsageKey, jwk.ForSignature))
}

// Keys are all keys of a deployment, the newest last. The value is never changed.
type Keys []Key

// Signer returns the key that signs now: the newest whose time has come, or the oldest if a clock is so far
// behind that no time has. It fails if no key verifies any more.
func (ks Keys) Signer(now time.Time) (*Key, error) {
	var signer *Key
	for i := range ks {
		if ks[i].Verifies(now) && (signer == nil || !ks[i].SignsFrom.After(now)) {
			signer = &ks[i]
		}
	}
	if signer == nil {
		return nil, errors.New("every key is past its time: is the clock right, is the keys file complete?")
	}
	return signer, nil
}

// Rotate returns the keys with next added, which signs from its time on. Those before it verify until
// lifetime after that, when nothing that they signed is valid any more. Those past their end are left out.
//
// It fails while a key is announced that doesn't sign yet: two waiting keys could overtake each other.
func (ks Keys) Rotate(next Key, now time.Time, lifetime time.Duration) (Keys, error) {
	if waiting := ks[len(ks)-1]; waiting.SignsFrom.After(now) {
		return nil, fmt.Errorf("key %s is announced and signs from %s on; rotate again after that", waiting.ID, waiting.SignsFrom.Format(time.RFC3339))
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

// PublicSet returns the public halves of the keys that verify now, as a JWK Set (RFC 7517, section 5).
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
