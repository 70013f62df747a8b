package api

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestATagNamesProgramUserAndVersion(t *testing.T) {
	t.Parallel()
	e := newETags([]byte("a contract"), "1")
	require.Regexp(t, `^"[0-9a-f]{6}-1-0"$`, e.tag(1, 0))
	require.Equal(t, e.tag(7, 1_700_000_000_000_000), newETags([]byte("a contract"), "1").tag(7, 1_700_000_000_000_000))
	different := map[string]bool{}
	for _, program := range [][2]string{{"a contract", "1"}, {"another", "1"}, {"a contract", "2"}} {
		for _, user := range []int64{1, 11, 35, 36, math.MaxInt64} {
			for _, version := range []int64{0, 1, 11, 36, math.MaxInt64} {
				tag := newETags([]byte(program[0]), program[1]).tag(user, version)
				require.LessOrEqual(t, len(tag), 128, "as the contract says")
				different[tag] = true
			}
		}
	}
	require.Len(t, different, 3*5*5)
}

// TestATagIsKnownInEveryCodingAndInNoOther tests the values that clients and caches send instead of a tag.
func TestATagIsKnownInEveryCodingAndInNoOther(t *testing.T) {
	t.Parallel()
	e := newETags(nil, "1")
	plain := strings.TrimSuffix(e.tag(7, 99), `"`)
	for _, test := range []struct {
		header, seen string
		demanded     []int64 // by If-Match, for user 7
	}{
		{plain + `"`, plain + `"`, []int64{99}},
		{plain + `-gzip"`, plain + `-gzip"`, []int64{99}},
		{plain + `-zstd"`, plain + `-zstd"`, []int64{99}},
		{plain + `-br"`, plain + `-br"`, []int64{99}},
		{`W/` + plain + `-zstd"`, plain + `-zstd"`, []int64{99}},
		{`W/` + plain + `"`, plain + `"`, []int64{99}},
		{`W/` + plain + `-br"`, plain + `-br"`, []int64{99}},
		{` "x",W/` + plain + `", W/` + plain + `-gzip"`, plain + `"`, []int64{99, 99}},
		{`W/` + e.tag(7, 98), "", []int64{98}},
		{`"x", ` + plain + `-gzip", ` + plain + `"`, plain + `-gzip"`, []int64{99, 99}},
		{` * `, plain + `"`, nil},
		{e.tag(7, 98), "", []int64{98}},
	} {
		require.Equal(t, test.seen, e.matchView(test.header, 7, 99, ""), "If-None-Match: %s", test.header)
		require.Equal(t, test.demanded, e.ifMatch(&test.header, 7), "If-Match: %s", test.header)
	}
	require.Nil(t, e.ifMatch(nil, 7), "no condition")
	for _, other := range []string{
		`W/W/` + plain + `"`, `w/` + plain + `"`, `W/ ` + plain + `"`, `W/` + e.tag(8, 99), e.tag(8, 99), `"x", *`, `"a,*,b"`, `W/*`, plain + `-xz"`,
		plain + `-gzip-gzip"`, plain + `-zstd-gzip"`, plain + `-gzip-zstd"`, plain + `-"`, plain, strings.TrimPrefix(plain, `"`) + `"`,
		strings.Replace(plain, "-7-", "-7-0", 1) + `"`, strings.Replace(plain, "-7-", "-7-+", 1) + `"`, strings.Replace(plain, "-7-", "-07-", 1) + `"`,
		strings.ToUpper(plain) + `"`, strings.TrimSuffix(plain, "2r") + `2R"`, newETags([]byte("another"), "1").tag(7, 99), ``, `,`,
	} {
		require.Empty(t, e.matchView(other, 7, 99, ""), "If-None-Match: %s", other)
		require.Equal(t, []int64{}, e.ifMatch(&other, 7), "If-Match: %s", other)
	}
}

// TestOnlyTheTagItselfIsDemanded draws lists of tags. Tags are compared character by character (RFC 9110, section 8.8.3.2), except W/.
func TestOnlyTheTagItselfIsDemanded(t *testing.T) {
	t.Parallel()
	e := newETags([]byte("a contract"), "1")
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.Int64Range(0, math.MaxInt64).Draw(t, "version")
		user := rapid.Int64Range(1, math.MaxInt64).Draw(t, "user")
		tag := e.tag(user, version)
		other := rapid.OneOf(
			rapid.StringOfN(rapid.RuneFrom([]rune(`"W/-, abgizpstdxyz019+*`)), 0, 20, -1),
			rapid.Custom(func(t *rapid.T) string { // the tag with one character removed, added or changed
				at := rapid.IntRange(0, len(tag)-1).Draw(t, "at")
				put := rapid.StringOfN(rapid.RuneFrom([]rune(`"W/- abgizpstdxyz019+*`)), 0, 1, -1).Draw(t, "put")
				return tag[:at] + put + tag[at+rapid.IntRange(0, 1).Draw(t, "without"):]
			}),
		).Filter(func(other string) bool {
			for one := range strings.SplitSeq(other, ",") {
				one = strings.TrimSpace(one)
				for _, coding := range encodings {
					if strings.TrimPrefix(one, "W/") == strings.TrimSuffix(tag, `"`)+coding+`"` || one == "*" {
						return false
					}
				}
			}
			return true
		}).Draw(t, "other")
		require.NotContains(t, e.ifMatch(&other, user), version)
		require.Empty(t, e.matchView(other, user, version, ""))
		both := other + " , " + tag
		require.Contains(t, e.ifMatch(&both, user), version)
		require.Equal(t, tag, e.matchView(both, user, version, ""))
	})
}
