package validate

import "github.com/go-json-experiment/json/jsontext"

// flaw is what is wrong with a value: a FieldCode of the contract, and a sentence for a person. It never holds what was
// sent. Those that name a limit are made when the schema is compiled.
type flaw struct{ code, detail string }

var (
	missing         = flaw{"required", "This member is required."}
	blank           = flaw{"blank", "This text must not be empty."}
	otherCharacters = flaw{"invalid_characters", "This text has characters that are not allowed here."}
	nulCharacter    = flaw{"invalid_characters", "This text must not hold NUL characters."}
	noUTF8          = flaw{"invalid_characters", "This text is not UTF-8."}
)

// wrongKind is told of a value of another JSON type, null among them, by the kind that there should be.
var wrongKind = map[jsontext.Kind]flaw{
	'"': {"not_a_string", "This must be a string."},
	'0': {"not_an_integer", "This must be an integer."},
	't': {"not_a_boolean", "This must be true or false."},
	'[': {"not_an_array", "This must be an array."},
	'{': {"not_an_object", "This must be an object."},
}
