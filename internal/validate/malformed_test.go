package validate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMalformedBodyIsToldWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	s := compiled(t, contractBodies(t)["addGroceryItems"])
	for body, want := range map[string]string{
		"":                                     "The body is empty; send a JSON object (line 1, column 1, byte offset 0).",
		"\ufeff":                               "The body is empty; send a JSON object (line 1, column 1, byte offset 3).",
		" \n ":                                 "The body has only white space; send a JSON object (line 1, column 1, byte offset 0).",
		"\n [{}]":                              "The body is an array; send a JSON object (line 2, column 2, byte offset 2).",
		`"kohlrabi"`:                           "The body is a string; send a JSON object (line 1, column 1, byte offset 0).",
		"-5":                                   "The body is a number; send a JSON object (line 1, column 1, byte offset 0).",
		"null":                                 "The body is null, true or false; send a JSON object (line 1, column 1, byte offset 0).",
		"name=kohlrabi":                        "The body isn't JSON: it must begin with { (line 1, column 1, byte offset 0).",
		"<kohlrabi>":                           "The body isn't JSON: it must begin with { (line 1, column 1, byte offset 0).",
		"\xff\xfe{\x00}\x00":                   "The body is in UTF-16 or UTF-32; send it in UTF-8 (line 1, column 1, byte offset 0).",
		"{\x00}\x00":                           "The body is in UTF-16 or UTF-32; send it in UTF-8 (line 1, column 1, byte offset 0).",
		"\x00{\x00}":                           "The body is in UTF-16 or UTF-32; send it in UTF-8 (line 1, column 1, byte offset 0).",
		"\xe9":                                 "The body isn't valid UTF-8 (line 1, column 1, byte offset 0).",
		`{"items":"milk",}`:                    "There is a comma after the last member or element (line 1, column 16, byte offset 15).",
		"\ufeff{\n\"é🍋\":\"milk\" ,\r\n}":      "There is a comma after the last member or element (line 2, column 13, byte offset 21).",
		`{"items":["milk" , ]}`:                "There is a comma after the last member or element (line 1, column 18, byte offset 17).",
		`{"items":"milk",,"x":1}`:              "There is a comma too many (line 1, column 17, byte offset 16).",
		`{,"items":"milk"}`:                    "There is a comma too many (line 1, column 2, byte offset 1).",
		`{"items":"milk","it\u0065ms":"eggs"}`: `The member "items" is repeated (line 1, column 17, byte offset 16).`,
		`{"a~/b":[0,{"c\n":1,"c\n":"x"}]}`:     `The member "a~/b.1.c\n" is repeated (line 1, column 21, byte offset 20).`,
		"{\"items\":\"a\xe9b\"}":               "A text isn't valid UTF-8, perhaps because it is in Latin-1 or Windows-1252 (line 1, column 12, byte offset 11).",
		"{\"\xe9b\":1}":                        "A text isn't valid UTF-8, perhaps because it is in Latin-1 or Windows-1252 (line 1, column 3, byte offset 2).",
		"{\xe9:1}":                             "The body isn't valid UTF-8 (line 1, column 2, byte offset 1).",
		`{"items":"ab\uD83Cc"}`:                `A text has a lone surrogate: \ud800 to \udfff are only allowed in pairs (line 1, column 13, byte offset 12).`,
		`{"items":"ab\udc00\ud800"}`:           `A text has a lone surrogate: \ud800 to \udfff are only allowed in pairs (line 1, column 13, byte offset 12).`,
		`{"items":"a\xb"}`:                     "A text has an invalid escape (line 1, column 12, byte offset 11).",
		`{"items":"a\u12"}`:                    "A text has an invalid escape (line 1, column 12, byte offset 11).",
		"{\"items\":\"a\nb\"}":                 "A text has a line break that isn't escaped, or doesn't end with a quotation mark (line 1, column 12, byte offset 11).",
		"{\"items\":\"a\tb\"}":                 "A text has a control character that isn't escaped (line 1, column 12, byte offset 11).",
		`{"items":"kohlrabi`:                   "The body ends before its JSON object does (line 1, column 19, byte offset 18).",
		`{"items":`:                            "The body ends before its JSON object does (line 1, column 10, byte offset 9).",
		"{":                                    "The body ends before its JSON object does (line 1, column 2, byte offset 1).",
		`{"items":"a"`:                         "The body ends before its JSON object does (line 1, column 13, byte offset 12).",
		`{"items":"a"} {}`:                     "There is more after the JSON object (line 1, column 15, byte offset 14).",
		"\ufeff{\"items\":\"a\"}\nx":           "There is more after the JSON object (line 2, column 1, byte offset 17).",
		"{\"items\":\"a\"}\x00":                "There is more after the JSON object (line 1, column 14, byte offset 13).",
		`{'items':1}`:                          "There is a single quotation mark; JSON has only double ones (line 1, column 2, byte offset 1).",
		`{"items":'a'}`:                        "There is a single quotation mark; JSON has only double ones (line 1, column 10, byte offset 9).",
		`{items:1}`:                            "The name of a member must be in double quotation marks (line 1, column 2, byte offset 1).",
		`{1:2}`:                                "The name of a member must be in double quotation marks (line 1, column 2, byte offset 1).",
		`{"items":/**/1}`:                      "There is a comment, which JSON doesn't have (line 1, column 10, byte offset 9).",
		`{"items":1 // x`:                      "There is a comment, which JSON doesn't have (line 1, column 12, byte offset 11).",
		`{"items":01}`:                         "A number isn't written as in JSON (line 1, column 11, byte offset 10).",
		`{"items":+1}`:                         "A number isn't written as in JSON (line 1, column 10, byte offset 9).",
		`{"items":.5}`:                         "A number isn't written as in JSON (line 1, column 10, byte offset 9).",
		`{"items":1.}`:                         "A number isn't written as in JSON (line 1, column 12, byte offset 11).",
		`{"items":NaN}`:                        "JSON has neither NaN nor Infinity (line 1, column 10, byte offset 9).",
		`{"items":-Infinity}`:                  "A number isn't written as in JSON (line 1, column 11, byte offset 10).",
		`{"items" "a"}`:                        "A colon is missing after the name of a member (line 1, column 10, byte offset 9).",
		`{"items":"a" "b":1}`:                  "A comma or a closing bracket is missing (line 1, column 14, byte offset 13).",
		`{"items":[1 2]}`:                      "A comma or a closing bracket is missing (line 1, column 13, byte offset 12).",
		`{"items":"a"]`:                        "A comma or a closing bracket is missing (line 1, column 13, byte offset 12).",
		`{"items":}`:                           "A value is missing, or isn't written as in JSON (line 1, column 10, byte offset 9).",
		`{"items":,"x":1}`:                     "A value is missing, or isn't written as in JSON (line 1, column 10, byte offset 9).",
		`{"items":True}`:                       "A value is missing, or isn't written as in JSON (line 1, column 10, byte offset 9).",
		`{"items":nul}`:                        "A value is missing, or isn't written as in JSON (line 1, column 13, byte offset 12).",
		`{"x":` + strings.Repeat("[", 10_001):  "The JSON is nested too deeply (line 1, column 10005, byte offset 10004).",
	} {
		_, err := s.Body([]byte(body))
		require.EqualError(t, err, want, "%.100q", body)
	}
	_, err := compiled(t, contractBodies(t)["createRecipe"]).Body([]byte(`{"longevity":1.}`))
	require.EqualError(t, err, "A number isn't written as in JSON (line 1, column 16, byte offset 15).", "as the value of an integer")
}

func TestTheDetailOfAMalformedBodyIsShort(t *testing.T) {
	t.Parallel()
	s := compiled(t, contractBodies(t)["addGroceryItems"])
	for _, name := range []string{strings.Repeat("x", 100_000), strings.Repeat("\u200b", 1000), strings.Repeat("🍋", 1000), strings.Repeat(`\u0000`, 1000), strings.Repeat(`\"`, 1000)} {
		_, err := s.Body([]byte(`{"` + name + `":1,"` + name + `":2}`))
		require.Regexp(t, `^The member ".{50,310}" is repeated \(line 1, `, err.Error())
	}
}
