package api

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
)

// A response that depends on parameters of the request has its own tag, so that a client never confuses two of them:
//
//	"3f9c2a-1-hq2b41lcw0-v-s6-metric"  the tag of the version, view (recipe.View.Tag)
//
// In If-Match, the tag stands for the version alone.

// viewTag returns the entity tag of a version in a view; the empty view is the version itself.
func (e etags) viewTag(userID, version int64, view string) string {
	tag := e.tag(userID, version)
	if view == "" {
		return tag
	}
	return strings.TrimSuffix(tag, `"`) + "-v-" + view + `"`
}

// matchView returns the tag of an If-None-Match header that stands for the version in a view; empty if there is none.
func (e etags) matchView(header string, userID, version int64, view string) string {
	want := e.viewTag(userID, version, view)
	if strings.TrimSpace(header) == "*" {
		return want
	}
	for tag := range strings.SplitSeq(header, ",") {
		tag = withoutWeak(tag)
		text, quoted := strings.CutSuffix(tag, `"`)
		for _, encoding := range encodings {
			if plain, found := strings.CutSuffix(text, encoding); quoted && found && plain+`"` == want {
				return tag
			}
		}
	}
	return ""
}

// viewOfTag matches the view in a tag, as recipe.View.Tag writes it.
var viewOfTag = regexp.MustCompile(`-v-(s[0-9]+|f[0-9]+(o[0-9]+)?|x)-(written|metric|us)`)

// withoutView removes the view from a tag.
func withoutView(tag string) string {
	if !strings.Contains(tag, "-v-") {
		return tag
	}
	if at := viewOfTag.FindStringIndex(tag); at != nil {
		return tag[:at[0]] + tag[at[1]:]
	}
	return tag
}

// viewNotModified is [Server.notModified] for a view of a resource.
func (s *Server) viewNotModified(w http.ResponseWriter, r *http.Request, header *models.IfNoneMatch, version int64, view string) bool {
	w.Header()["Cache-Control"] = []string{"private, no-cache"}
	if header != nil {
		if tag := s.etags.matchView(*header, request.UserID(r), version, view); tag != "" {
			w.Header()["Etag"] = []string{tag}
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	w.Header()["Etag"] = []string{s.etags.viewTag(request.UserID(r), version, view)}
	return false
}
