package validate

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const lenientSchema = `{"type": "object", "required": ["list"], "properties": {
	"list": {"type": "array", "x-alias": "other_list", "items": {"type": "object", "properties": {"name": {"type": "string"}, "quantity": {"type": "string", "maxLength": 5, "x-accepts-numbers": true}}}},
	"days": {"type": "integer", "minimum": 0, "maximum": 99}, "id": {"type": "integer"},
	"when": {"type": "string", "enum": ["weekday", "rarely"]}, "done": {"type": "boolean", "x-alias": "is_done"}}}`

func TestAValueThatCanMeanOnlyOneThingIsAccepted(t *testing.T) {
	t.Parallel()
	s := compiled(t, schemaOf(t, lenientSchema))
	for _, f := range []struct{ sent, normal, errors string }{
		{`{"list":[{"quantity":3}]}`, `{"list":[{"quantity":"3"}]}`, ""},
		{`{"list":[{"quantity":1.50},{"quantity":-1},{"quantity": 0}]}`, `{"list":[{"quantity":"1.50"},{"quantity":"-1"},{"quantity":"0"}]}`, ""},
		{`{"list":[{"quantity":1e3}]}`, "", "list.0.quantity:not_a_string"},
		{`{"list":[{"quantity":123456}]}`, "", "list.0.quantity:too_long"},
		{`{"list":[{"quantity":true},{"quantity":null},{"name":3}]}`, "", "list.0.quantity:not_a_string list.1.quantity:not_a_string list.2.name:not_a_string"},
		{`{"list":[],"days":"3"}`, `{"list":[],"days":3}`, ""},
		{`{"list":[],"days":" \u0030\u0037\n"}`, `{"list":[],"days":7}`, ""},
		{`{"list":[],"days":"100"}`, "", "days:too_large"}, {`{"list":[],"days":"-1"}`, "", "days:too_small"}, {`{"list":[],"days":"1` + strings.Repeat("0", 400) + `"}`, "", "days:too_large"},
		{`{"list":[],"days":"3.0"}`, "", "days:not_an_integer"}, {`{"list":[],"days":"1.000"}`, "", "days:not_an_integer"}, {`{"list":[],"days":""}`, "", "days:not_an_integer"},
		{`{"list":[],"days":"3 days"}`, "", "days:not_an_integer"}, {`{"list":[],"days":"３"}`, "", "days:not_an_integer"}, {`{"list":[],"days":"1\u0000"}`, "", "days:not_an_integer"},
		{`{"list":[],"id":"3"}`, "", "id:not_an_integer"},
		{`{"list":[],"when":"Weekday"}`, `{"list":[],"when":"weekday"}`, ""}, {`{"list":[],"when":" RARELY\n"}`, `{"list":[],"when":"rarely"}`, ""},
		{`{"list":[],"when":"week day"}`, "", "when:not_allowed"},
		{`{"other_list":[{"name":"a"}]}`, `{"list":[{"name":"a"}]}`, ""}, {`{"other_list":[{"name":5}]}`, "", "other_list.0.name:not_a_string"},
		{`{"other_list":[],"list":[]}`, "", "list:repeated"}, {`{"list":[],"x":1,"other_list":[{"name":5}]}`, "", "other_list:repeated"},
		{`{"list":[],"is_done":true}`, `{"list":[],"done":true}`, ""}, {`{"list":[],"done":true,"is_done":true}`, "", "is_done:repeated"},
		{`{"is_done":false}`, "", "list:required"},
	} {
		found, err := s.Body([]byte(f.sent))
		require.NoError(t, err)
		require.Equal(t, f.errors, strings.ReplaceAll(strings.Join(withoutDetails(found.Invalid), " "), ": ", ":"), f.sent)
		require.Equal(t, f.normal, string(found.Normal), f.sent)
	}
}

func TestEveryIgnoredMemberIsToldOnce(t *testing.T) {
	t.Parallel()
	s := compiled(t, schemaOf(t, lenientSchema))
	found, err := s.Body([]byte(`{"list":[{"qty":1,"Name":2},{"qty":3,"name":"a"}],"":1,"days ":"x","l\u0069st2":{"days":5,"x":1},"days":"x"}`))
	require.NoError(t, err)
	require.Equal(t, []string{"list.qty", "list.Name", "", "days ", "list2"}, found.Ignored)
	require.Len(t, found.Invalid, 1)

	var many strings.Builder
	for i := range 50 {
		fmt.Fprintf(&many, `,"%d-%s":1`, i, strings.Repeat("🍋", 1000))
	}
	found, err = s.Body([]byte(`{"list":[]` + many.String() + `}`))
	require.NoError(t, err)
	require.Len(t, found.Ignored, MaxIgnored+1)
	for _, path := range found.Ignored {
		require.LessOrEqual(t, len(path), maxIgnoredName)
	}
}

func TestTheOtherNameOfAMemberIsNotAMember(t *testing.T) {
	t.Parallel()
	_, err := Compile(schemaOf(t, `{"type": "object", "properties": {"a": {"type": "string", "x-alias": "b"}, "b": {"type": "string"}}}`), formats, "body")
	require.EqualError(t, err, "body: a has the other name b, which is the name of a member")
}

func TestAnIntegerMayBeWrittenInAnyWay(t *testing.T) {
	t.Parallel()
	form := rapid.StringMatching(`-?(0|[1-9][0-9]{0,3}|[1-9]0{0,20})(\.[0-9]{1,3}|\.0{1,20})?([eE][+-]?(0[0-9]|[0-9]|1[0-9]))?`)
	seen := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		for range 100 {
			text := form.Draw(t, "number")
			exact, ok := new(big.Rat).SetString(text)
			require.True(t, ok, text)
			require.Equal(t, exact.IsInt(), isInteger(text), text)
			seen[exact.IsInt()]++
		}
	})
	requireSeen(t, seen, true, false)
	for text, want := range map[string]bool{
		"0e-99999999999999999999": true, "-0.000E-9223372036854775808": true, "1e99999999999999999999": true, "1e-99999999999999999999": false,
		"1e9223372036854775807": true, "1.5e9223372036854775807": true, "1e-9223372036854775808": false, "1" + strings.Repeat("0", 999) + "e-999": true,
		"1" + strings.Repeat("0", 999) + "e-1000": false, "0." + strings.Repeat("0", 999) + "1e1000": true, "0." + strings.Repeat("0", 999) + "1e999": false,
	} {
		require.Equal(t, want, isInteger(text), "%.40s", text)
	}
}

func TestANumberBeyondEveryIDIsTheIDOfNoRow(t *testing.T) {
	t.Parallel()
	id, days := &integer{id: true}, &integer{}
	for text, want := range map[string]float64{
		"1": 1, "1.0": 1, "1e0": 1, "0": 0, "-3": -3, "9007199254740991": MaxID, "9007199254740992": 0, "9007199254740993": 0, "-9007199254740992": 0, "1e400": 0, "-1e400": 0, "1e9223372036854775807": 0,
	} {
		require.InDelta(t, want, id.value(text), 0, text)
	}
	for _, text := range []string{"0.5", "9007199254740990.5", "9007199254740992.5", "1e-400", "4503599627370496.0000001"} {
		require.InDelta(t, 0.5, id.value(text), 0, "no rounding makes an integer of %s", text)
		require.InDelta(t, 0.5, days.value(text), 0, text)
	}
	for _, text := range []string{"36501", "9007199254740993", "1e30", "1e400", "1" + strings.Repeat("0", 400)} {
		require.Greater(t, days.value(text), 36500.0, text)
		require.Less(t, days.value("-"+text), 0.0, text)
	}
}
