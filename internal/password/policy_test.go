package password_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/password"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	policy := password.Policy{MinLength: 8}
	for _, c := range []struct{ password, username, code string }{
		{"eggs benedict", "ada", ""},
		{"   eggs   ", "ada", ""}, // as typed
		{"        ", "ada", "one_character"},
		{"12345678", "ada", "too_common"},
		{"Password1", "ada", "too_common"},
		{"  QWERTYUIOP", "ada", "too_common"},
		{"qwertyuiop\nqwertyui", "ada", "keyboard_run"}, // not a line of the list,
		{"", "ada", "blank"},
		{"1234567", "ada", "too_short"},
		{"ééééééé", "ada", "too_short"},
		{strings.Repeat("e\u0301", 7), "ada", "too_short"}, // counted after composition
		{strings.Repeat("e\u0301", 8), "ada", "one_character"},
		{strings.Repeat("e\u0301", 5) + "ggs", "ada", ""},
		{strings.Repeat("\u0958", 200), "ada", "too_long"}, // 600 bytes, 1,200 in NFC
		{"\u00a012345678\u3000", "ada", "too_common"},
		{"\U0001F373\U0001F373\U0001F373\U0001F373\U0001F373\U0001F373\U0001F373\U0001F373", "ada", "one_character"},
		{strings.Repeat("eggs", 256), "ada", ""},
		{strings.Repeat("x", 1025), "ada", "too_long"},
		{"eggs\x00benedict", "ada", "invalid_characters"},
		{"Bartholomew", "bartholomew", "same_as_username"},
		{"Bartholomew", "", ""},
		{"ａｂｃｄｅｆｇｈｉ", "abcdefghi", "same_as_username"},
		{"  somename99  ", "somename99", "same_as_username"},
		{"STRASSENNAME9", "straßenname9", "same_as_username"},
		{"Amélie2024!", "amélie", "same_as_username"},
		{"2024AMÉLIE", "amélie", "same_as_username"},
		{"xx-amélie-1", "amélie", "same_as_username"},
		{"amélieamélie", "amélie", "same_as_username"},
		{"amélie12345678", "amélie", "same_as_username"},
		{"amélie's kitchen", "amélie", ""},
		{"bob12345", "bob", "same_as_username"},
		{"12345bob", "bob", "same_as_username"},
		{"kabob tents", "bob", ""},
		{"ox-plough", "ox", ""},
		{"ocipe2026", "ada", "service_name"},
		{"!Ocipe!!", "ada", "service_name"},
		{"ocipe and other recipes", "ada", ""},
		{"ZZZZZZZZZ", "ada", "one_character"},
		{"zzzzzzz1!", "ada", "one_character"},
		{"xyxyxyxyx", "ada", "one_character"},
		{"jk7jk7jk7", "ada", "one_character"},
		{"Qwertyuiop[", "ada", "keyboard_run"},
		{"asdfghjkl;'", "ada", "keyboard_run"},
		{"zxcvbnm,.//", "ada", "keyboard_run"},
		{"poiuytrewq!", "ada", "keyboard_run"},
		{"qwertzuiopü", "ada", "keyboard_run"},
		{"yxcvbnm,.-", "ada", "keyboard_run"},
		{"azertyuiop!", "ada", "keyboard_run"},
		{"qsdfghjklm", "ada", "keyboard_run"},
		{"asdf0987!", "ada", "keyboard_run"},
		{"qwerty2024", "ada", "keyboard_run"},
		{"2024qwertz", "ada", "keyboard_run"},
		{"01234567890!", "ada", "keyboard_run"},
		{"abcdefghijk", "ada", "keyboard_run"},
		{"zyxwvutsr9", "ada", "keyboard_run"},
		{"1qaz2wsx3ed", "ada", "keyboard_run"},
		{"qazwsxedcrf", "ada", "keyboard_run"},
		{"йцукенгш!", "ada", "keyboard_run"},
		{"!@#$%^&*(", "ada", "keyboard_run"},
		{"1q2w3e4r5t6y7", "ada", "keyboard_run"},
		{"0c1p3!234", "ada", "service_name"},
		{"0cipe2024", "ada", "service_name"},
		{"o c i p e 1", "ada", "service_name"},
		{"Öçïpé-123", "ada", "service_name"},
		{"oc!pe12345678", "ada", "service_name"},
		{"@m3lie2024", "amélie", "same_as_username"},
		{"a.m.é.l.i.e.1", "amélie", "same_as_username"},
		{"amelie1990", "amélie", "same_as_username"},
		{"anna.berg77", "anna_berg", "same_as_username"},
		{"a-b is no name", "a-b", ""},
		{"amélie is cool", "amélie", ""},
		{"한국어이름이다1", "한국어이", "same_as_username"},
		{"하구어이름이다1이다아", "한국어이", ""},
		{"１２３４５６７８", "ada", "too_common"},
		{"1-2-3-4-5-6-7-8-9", "ada", "keyboard_run"},
		{"12 34 56 78 90 !", "ada", "keyboard_run"},
		{"aoeuidhtns", "ada", "keyboard_run"},
		{"qwfpgjluy", "ada", "keyboard_run"},
		{"bépoèvdl", "ada", "keyboard_run"},
		{"ςερτυθιοπ", "ada", "keyboard_run"},
		{"שדגכעיחל", "ada", "keyboard_run"},
		{"ضصثقفغعه", "ada", "keyboard_run"},
		{"αβγδεζηθ", "ada", "keyboard_run"},
		{"1-2-3-4 tomatoes", "ada", ""},
		{"liberty7 ", "ada", ""},
		{"20242025x7", "ada", ""}, // no run
		{"k3v9x2pq", "ada", ""},
		{"qwerty and a leek", "ada", ""},
	} {
		invalid := policy.Check(c.password, c.username)
		if c.code == "" {
			require.Empty(t, invalid, c.password)
			continue
		}
		require.Len(t, invalid, 1, c.password)
		require.Equal(t, c.code, invalid[0].Code, c.password)
		require.Equal(t, "password", invalid[0].Path)
	}
}
