package main

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// forUser answers 401 without a valid access token.
func (f *floor) forUser(handle func(http.ResponseWriter, *http.Request, int64) error) http.HandlerFunc {
	return answering(func(w http.ResponseWriter, r *http.Request) error {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		user, ok := f.tokens.userOf(token, time.Now())
		if !ok {
			w.WriteHeader(http.StatusUnauthorized)
			return nil
		}
		return handle(w, r, user)
	})
}

// answering answers 500 where something fails: the benchmark stops at that, and shows the text.
func answering(handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := handle(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

// writeJSON ends the line, as the server does.
func writeJSON(w http.ResponseWriter, status int, body []byte) error {
	body = append(body, '\n')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

// setTag names a version as the server does in its header ETag, without what the server adds to it.
func setTag(w http.ResponseWriter, version int64) {
	w.Header().Set("ETag", `"`+strconv.FormatInt(version, 36)+`"`)
}

func appendText(b []byte, text string) []byte {
	b, err := jsontext.AppendQuote(b, text)
	if err != nil {
		panic(err) // PostgreSQL holds UTF-8 only
	}
	return b
}

func appendTime(b []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(b, `"2006-01-02T15:04:05.000000Z"`)
}
