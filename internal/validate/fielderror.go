package validate

import "github.com/go-json-experiment/json/jsontext"

// fieldError says why a value is invalid: a FieldCode of the contract and a sentence for a person, which never contains
// the value. The zero value means that the value is valid. Errors that name a limit are created when the schema is
// compiled.
type fieldError struct{ code, detail string }

var (
	errRequired     = fieldError{"required", "This member is required."}
	errBlank        = fieldError{"blank", "This text must not be empty."}
	errCharacters   = fieldError{"invalid_characters", "This text contains characters that are not allowed here."}
	errNULCharacter = fieldError{"invalid_characters", "This text must not contain NUL characters."}
	errBothNames    = fieldError{"repeated", "This is another name of a member that is also given. Give only one of them."}
	errEncoding     = fieldError{"invalid_characters", "This text must be valid UTF-8."}
)

// errKind has the error of a value of another JSON type, null included, by the kind that the schema requires.
var errKind = map[jsontext.Kind]fieldError{
	'"': {"not_a_string", "This must be a string."},
	'0': {"not_an_integer", "This must be an integer."},
	't': {"not_a_boolean", "This must be true or false."},
	'[': {"not_an_array", "This must be an array."},
	'{': {"not_an_object", "This must be an object."},
}
