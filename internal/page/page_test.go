package page_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/page"
)

// key has fields as in the keys of real lists.
type key struct {
	Date int64  `json:"t,omitzero"`
	Name string `json:"n,omitzero"`
	ID   int64  `json:"id"`
}

// requireFieldError requires an invalid input with exactly this field error.
func requireFieldError(t require.TestingT, err error, path, code string) {
	f, ok := errors.AsType[*apperr.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, apperr.InvalidInput, f.Code)
	require.Len(t, f.Fields, 1)
	require.Equal(t, path+":"+code, f.Fields[0].Path+":"+f.Fields[0].Code)
}

func TestCursor(t *testing.T) {
	t.Parallel()

	t.Run("IsValidForItsListAlone", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			list, other := rapid.String().Draw(t, "list"), rapid.String().Draw(t, "other list")
			want := key{Date: rapid.Int64().Draw(t, "date"), Name: rapid.String().Draw(t, "name"), ID: rapid.Int64().Draw(t, "id")}
			cursor, err := page.Cursor(list, want)
			require.NoError(t, err)
			require.Regexp(t, `^[-_0-9A-Za-z]+$`, cursor, "a URL needs no escapes for it")
			request := page.Request{Limit: 1, Cursor: cursor}

			var found key
			require.NoError(t, page.DecodeCursor(request, list, &found))
			require.Equal(t, want, found)
			if other != list {
				requireFieldError(t, page.DecodeCursor(request, other, &found), "cursor", "invalid_cursor")
			}
			requireFieldError(t, page.DecodeCursor(request, list+"\x00", &found), "cursor", "invalid_cursor")
		})
	})

	t.Run("IsInvalidIfOneCharacterIsChangedOrMissing", func(t *testing.T) {
		t.Parallel()
		for _, name := range []string{"", "a", "ab"} { // lengths that differ modulo 3, because of base64
			cursor, err := page.Cursor("list", key{Name: name, ID: 7})
			require.NoError(t, err)
			for i := range cursor {
				var found key
				requireFieldError(t, page.DecodeCursor(page.Request{Limit: 1, Cursor: cursor[:i] + cursor[i+1:]}, "list", &found), "cursor", "invalid_cursor")
				for c := range 256 {
					changed := cursor[:i] + string([]byte{byte(c)}) + cursor[i+1:]
					if changed == cursor {
						continue
					}
					requireFieldError(t, page.DecodeCursor(page.Request{Limit: 1, Cursor: changed}, "list", &found), "cursor", "invalid_cursor")
				}
				require.Zero(t, found, "the key is unchanged")
				if i > 0 {
					requireFieldError(t, page.DecodeCursor(page.Request{Limit: 1, Cursor: cursor[:i]}, "list", &found), "cursor", "invalid_cursor")
					requireFieldError(t, page.DecodeCursor(page.Request{Limit: 1, Cursor: cursor[:i] + "\n" + cursor[i:]}, "list", &found), "cursor", "invalid_cursor")
				}
			}
			for _, garbage := range []string{cursor + "A", cursor + "=", cursor + "\r\n", " " + cursor, cursor + cursor, "x", "ä", strings.Repeat("A", 4096)} {
				requireFieldError(t, page.DecodeCursor(page.Request{Limit: 1, Cursor: garbage}, "list", &key{}), "cursor", "invalid_cursor")
			}
		}
	})

	t.Run("NeedsALimit", func(t *testing.T) {
		t.Parallel()
		for _, cursor := range []string{"x", "garbage"} {
			requireFieldError(t, page.DecodeCursor(page.Request{Cursor: cursor}, "list", &key{}), "limit", "required")
		}
	})

	t.Run("IsOptional", func(t *testing.T) {
		t.Parallel()
		for _, request := range []page.Request{{}, {Limit: 5}} {
			first := key{Date: 1, ID: 2}
			require.NoError(t, page.DecodeCursor(request, "list", &first))
			require.Equal(t, key{Date: 1, ID: 2}, first)
		}
	})
}

func TestCutDropsTheRowAfterThePage(t *testing.T) {
	t.Parallel()
	all := []int{1, 2, 3}
	for _, c := range []struct {
		limit int64
		page  []int
		more  bool
	}{{0, all, false}, {1, all[:1], true}, {2, all[:2], true}, {3, all, false}, {4, all, false}} {
		request := page.Request{Limit: c.limit}
		rows := all
		if most := request.AtMost(); most != nil {
			require.Equal(t, c.limit+1, *most)
			rows = all[:min(*most, 3)]
		} else {
			require.Zero(t, c.limit)
		}
		cut, more := page.Cut(request, rows)
		require.Equal(t, c.page, cut)
		require.Equal(t, c.more, more)
	}
	cut, more := page.Cut(page.Request{Limit: 1}, []int{})
	require.Empty(t, cut)
	require.False(t, more)
}

func TestTime(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{page.MinTime, page.MaxTime, time.Unix(0, 0), time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)} {
		got, err := page.Time(at.UnixMicro())
		require.NoError(t, err)
		require.True(t, at.Equal(got))
	}
	for _, micros := range []int64{page.MinTime.UnixMicro() - 1, page.MaxTime.UnixMicro() + 1, math.MinInt64, math.MaxInt64} {
		_, err := page.Time(micros)
		requireFieldError(t, err, "cursor", "invalid_cursor")
	}
}
