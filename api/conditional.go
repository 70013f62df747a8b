package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// versions turns versions of what belongs to a user into entity tags, and back (RFC 9110, section 8.8.3):
//
//	"3f9c2a-1-hq2b41lcw0"  program, user, version
//
// Program stands for how this server puts an answer together; the user is there since a browser may have kept an answer
// for whoever used it before.
type versions struct {
	program string
}

// newVersions names a program by the beginning of a hash of its contract and its version.
func newVersions(contract []byte, version string) versions {
	sum := sha256.Sum256(append(slices.Clone(contract), version...))
	return versions{program: hex.EncodeToString(sum[:3])}
}

// codings are what a tag ends with where the answer was compressed.
var codings = []string{"", "-gzip", "-zstd"}

// tag is the entity tag of a version, of the answer as it is before it is compressed.
func (v versions) tag(userID, version int64) string {
	b := make([]byte, 0, 48)
	b = append(append(b, '"'), v.program...)
	b = strconv.AppendInt(append(b, '-'), userID, 36)
	b = strconv.AppendInt(append(b, '-'), version, 36)
	return string(append(b, '"'))
}

// seen returns the tag of If-None-Match that stands for the version, compared weakly (RFC 9110, section 13.1.2); empty:
// there is none.
func (v versions) seen(header string, userID, version int64) string {
	current := v.tag(userID, version)
	if strings.TrimSpace(header) == "*" {
		return current
	}
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		for _, coding := range codings {
			if plain, ok := strings.CutSuffix(candidate, coding+`"`); ok && plain == current[:len(current)-1] {
				return candidate
			}
		}
	}
	return ""
}

// demanded are the versions that the tags of If-Match stand for (RFC 9110, section 13.1.1), in which weak tags count for
// nothing, as do those of other users or programs; nil: any will do.
func (v versions) demanded(header *string, userID int64) []int64 {
	if header == nil || strings.TrimSpace(*header) == "*" {
		return nil
	}
	return v.listed(*header, userID, false)
}

// listed returns the versions of a list of entity tags.
func (v versions) listed(header string, userID int64, weak bool) []int64 {
	all := []int64{}
	for candidate := range strings.SplitSeq(header, ",") {
		text := strings.TrimSuffix(strings.TrimSpace(candidate), `"`)
		for _, coding := range codings[1:] {
			text = strings.TrimSuffix(text, coding)
		}
		version, err := strconv.ParseInt(text[strings.LastIndexByte(text, '-')+1:], 36, 64)
		if err == nil && v.seen(candidate, userID, version) != "" && (weak || !strings.HasPrefix(text, "W/")) {
			all = append(all, version)
		}
	}
	return all
}

// kept is what a client has of what belongs to the caller.
type kept struct {
	versions
	userID int64
	header *string // If-None-Match; nil: nothing
}

func (s *Server) kept(ctx context.Context, header *string) kept {
	return kept{s.versions, exchangeOf(ctx).userID, header}
}

// known are the versions of a list that the client has. With If-None-Match: * it is decided after reading.
func (k kept) known() []int64 {
	if k.header == nil || strings.TrimSpace(*k.header) == "*" {
		return nil
	}
	return k.listed(*k.header, k.userID, true)
}

// errUnchanged says that the client has the current version.
var errUnchanged = errors.New("unchanged")

// item is for what was read: it fails where that hasn't changed.
func (k kept) item(version int64, err error) error {
	if err == nil && k.header != nil && k.seen(*k.header, k.userID, version) != "" {
		return errUnchanged
	}
	return err
}

// answer is 304 if that is what err says, of a version that the client has.
func (k kept) answer(version int64, err error) (answer, error) {
	if !errors.Is(err, errUnchanged) {
		return answer{}, err
	}
	return answer{status: http.StatusNotModified, tag: k.seen(*k.header, k.userID, version), caching: revalidate}, nil
}

// current answers a GET with what has this version now.
func (k kept) current(version int64, body body) answer {
	return answer{status: http.StatusOK, tag: k.tag(k.userID, version), caching: revalidate, body: body}
}

// revalidate lets a browser keep an answer for its user, and ask each time whether it is still the current one.
const revalidate = "private, no-cache"
