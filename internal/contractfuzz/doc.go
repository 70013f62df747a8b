// Package contractfuzz holds nothing but tests. They make requests of the contract's schemas – valid ones, ones that are
// broken in one place, and long histories of two users – send them to a real server, and judge every answer by what the
// contract says. A new operation, member or limit is covered as soon as openapi.yaml has it.
//
// What no schema can say stands in words_test.go, each with its reason. What was found stands in found_test.go.
//
// `make fuzz` looks for more than the suite does, for minutes or hours, with other seeds each time.
package contractfuzz
