package main

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// forUser calls handle with the user of a valid access token, or responds with 401.
func (f *floor) forUser(handle func(http.ResponseWriter, *http.Request, int64) error) http.HandlerFunc {
	return responding(func(w http.ResponseWriter, r *http.Request) error {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		user, ok := f.tokens.userOf(token, time.Now())
		if !ok {
			w.WriteHeader(http.StatusUnauthorized)
			return nil
		}
		return handle(w, r, user)
	})
}

// responding responds with 500 if handle returns an error. The benchmark stops then, and shows the text.
func responding(handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := handle(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

// writeJSON responds with a JSON body and a line break, like the server.
func writeJSON(w http.ResponseWriter, status int, body []byte) error {
	body = append(body, '\n')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body) //nolint:gosec // the type is JSON, and the program is only for measurements
	return err
}

// setTag sets an ETag, if there is a version.
func setTag(w http.ResponseWriter, version int64) {
	if version == 0 {
		return
	}
	w.Header().Set("ETag", `"`+strconv.FormatInt(version, 36)+`"`)
}

func appendText(b []byte, text string) []byte {
	b, err := jsontext.AppendQuote(b, text)
	if err != nil {
		panic(err) // can't happen: PostgreSQL has only UTF-8
	}
	return b
}

func appendTime(b []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(b, `"2006-01-02T15:04:05.000000Z"`)
}
