package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// cacheSize is the maximum number of access tokens in the cache of verified signatures.
const cacheSize = 10_000

// tokens signs and verifies the server's JWTs (EdDSA), with the first key of its file.
type tokens struct {
	issuer  string
	private ed25519.PrivateKey
	public  ed25519.PublicKey
	access  string // header segments
	refresh string

	mu       sync.RWMutex
	verified map[string]verified
}

type verified struct {
	user    int64
	expires int64
}

// claims has the claims of the server's tokens, in the same order.
type claims struct {
	TokenType string `json:"token_type"`
	UserID    int64  `json:"user_id"`
	Subject   string `json:"sub"`
	SessionID string `json:"sid"`
	Gen       int64  `json:"gen,omitempty"`
	AuthTime  int64  `json:"auth_time,omitempty"`
	ID        string `json:"jti"`
	Issuer    string `json:"iss"`
	Audience  string `json:"aud"`
	IssuedAt  int64  `json:"iat"`
	ExpiresAt int64  `json:"exp"`
}

func openTokens(file, issuer string) (*tokens, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the keys file of the benchmark
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []struct{ Kid, D string }
	}
	if err := json.Unmarshal(text, &set); err != nil || len(set.Keys) == 0 {
		return nil, errors.New("not a JWK Set with a key")
	}
	seed, err := base64.RawURLEncoding.DecodeString(set.Keys[0].D)
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, errors.New("not an Ed25519 key")
	}
	header := func(typ string) string {
		return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"alg":"EdDSA","kid":%q,"typ":%q}`, set.Keys[0].Kid, typ))
	}
	t := &tokens{issuer: issuer, private: ed25519.NewKeyFromSeed(seed), access: header("at+jwt"), refresh: header("rt+jwt"), verified: map[string]verified{}}
	t.public = t.private.Public().(ed25519.PublicKey)
	return t, nil
}

// userOf returns the user of a valid access token. It verifies the signature only once, and the expiry each time.
func (t *tokens) userOf(token string, now time.Time) (int64, bool) {
	t.mu.RLock()
	v, ok := t.verified[token]
	t.mu.RUnlock()
	if !ok {
		c, err := t.verify(t.access, "access", token)
		if err != nil {
			return 0, false
		}
		v = verified{c.UserID, c.ExpiresAt}
		t.mu.Lock()
		if len(t.verified) >= cacheSize {
			clear(t.verified)
		}
		t.verified[strings.Clone(token)] = v
		t.mu.Unlock()
	}
	return v.user, now.Unix() < v.expires
}

var errToken = errors.New("not a token of ours")

func (t *tokens) verify(header, tokenType, token string) (c claims, err error) {
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 || !strings.HasPrefix(token, header+".") {
		return c, errToken
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	if err != nil || !ed25519.Verify(t.public, []byte(token[:dot]), signature) {
		return c, errToken
	}
	payload, err := base64.RawURLEncoding.DecodeString(token[len(header)+1 : dot])
	if err != nil {
		return c, errToken
	}
	if err := json.Unmarshal(payload, &c); err != nil || c.TokenType != tokenType || c.Issuer != t.issuer || c.Audience != t.issuer {
		return c, errToken
	}
	return c, nil
}

func (t *tokens) sign(header string, c claims) (string, error) {
	c.Subject, c.Issuer, c.Audience = strconv.FormatInt(c.UserID, 10), t.issuer, t.issuer
	payload, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	signed := header + "." + base64.RawURLEncoding.EncodeToString(payload)
	return signed + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(t.private, []byte(signed))), nil
}
