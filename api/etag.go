package api

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
)

// etags turns versions of a user's data into entity tags and back (RFC 9110, section 8.8.3):
//
//	"3f9c2a-1-hq2b41lcw0"  program, user, version
//
// The program part is made of the contract and the version of the program, because both determine how responses are encoded. The user
// is part of the tag because a browser may have cached the response for another user.
type etags struct{ program string }

func newETags(contract []byte, version string) etags {
	sum := sha256.Sum256(append(slices.Clone(contract), version...))
	return etags{program: hex.EncodeToString(sum[:3])}
}

// encodings are the suffixes of the tags of compressed responses. Proxies that compress (Apache, Caddy) append the same suffixes,
// and -br.
var encodings = []string{"", "-gzip", "-zstd", "-br"}

// tag returns the entity tag of a version in an uncompressed response.
func (e etags) tag(userID, version int64) string {
	b := make([]byte, 0, 48)
	b = append(append(b, '"'), e.program...)
	b = strconv.AppendInt(append(b, '-'), userID, 36)
	b = strconv.AppendInt(append(b, '-'), version, 36)
	return string(append(b, '"'))
}

// version returns the version that a tag stands for, in any encoding. ok is false for tags of other users and programs.
func (e etags) version(tag string, userID int64) (version int64, ok bool) {
	text, quoted := strings.CutSuffix(tag, `"`)
	for _, encoding := range encodings {
		plain, found := strings.CutSuffix(text, encoding)
		version, err := strconv.ParseInt(plain[strings.LastIndexByte(plain, '-')+1:], 36, 64)
		if quoted && found && err == nil && plain+`"` == e.tag(userID, version) {
			return version, true
		}
	}
	return 0, false
}

// ifMatch returns the versions of an If-Match header (RFC 9110, section 13.1.1); nil if any version matches. The server sends no
// weak tags, but a proxy that compresses responses, such as nginx, turns a strong tag into a weak one. A weak tag matches the same
// version: otherwise no client behind such a proxy could use If-Match.
func (e etags) ifMatch(header *string, userID int64) []int64 {
	if header == nil || strings.TrimSpace(*header) == "*" {
		return nil
	}
	versions := []int64{}
	for tag := range strings.SplitSeq(*header, ",") {
		if version, ok := e.version(withoutView(withoutWeak(tag)), userID); ok {
			versions = append(versions, version)
		}
	}
	return versions
}

// ifNoneMatch returns the versions of an If-None-Match header (RFC 9110, section 13.1.2), which the client already has.
func (e etags) ifNoneMatch(header *string, userID int64) (versions []int64) {
	if header == nil {
		return nil
	}
	for tag := range strings.SplitSeq(*header, ",") {
		if version, ok := e.version(withoutWeak(tag), userID); ok {
			versions = append(versions, version)
		}
	}
	return versions
}

// withoutWeak removes the prefix W/ of a weak tag.
func withoutWeak(tag string) string { return strings.TrimPrefix(strings.TrimSpace(tag), "W/") }

// ifMatch returns the versions that the request may change; nil: any.
func (s *Server) ifMatch(r *http.Request, header *models.IfMatch) []int64 {
	return s.etags.ifMatch(header, request.UserID(r))
}

// clientVersions returns the versions that the client already has. If the current version is one of them, a use case reads nothing else.
func (s *Server) clientVersions(r *http.Request, header *models.IfNoneMatch) []int64 {
	return s.etags.ifNoneMatch(header, request.UserID(r))
}

// setETag sets the ETag of a response to a request that has created or changed something.
func (s *Server) setETag(w http.ResponseWriter, r *http.Request, version int64) {
	w.Header()["Etag"] = []string{s.etags.tag(request.UserID(r), version)}
}

// notModified sets the headers that let a browser cache the response for its user and revalidate it each time. If the client
// already has the version, it also responds with 304 and returns true.
func (s *Server) notModified(w http.ResponseWriter, r *http.Request, header *models.IfNoneMatch, version int64) bool {
	return s.viewNotModified(w, r, header, version, "")
}

// writeWithHashETag responds with the output of encode, or with 304 if the client already has it. It uses a hash of the response as the
// version. Accounts and sessions have no stored version, because every refresh would have to change it.
func (s *Server) writeWithHashETag(w http.ResponseWriter, r *http.Request, header *models.IfNoneMatch, encode encoder) {
	text := encode(nil, func(b []byte) []byte { return b })
	if !s.notModified(w, r, header, hashVersion(text)) {
		write(w, http.StatusOK, textEncoder(text))
	}
}

func hashVersion(text []byte) int64 {
	sum := sha256.Sum256(text)
	return int64(binary.BigEndian.Uint64(sum[:]) >> 1) // 63 bits
}

func textEncoder(text []byte) encoder {
	return func(b []byte, _ func([]byte) []byte) []byte { return append(b, text...) }
}
