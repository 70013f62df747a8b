// Package contractfuzz contains only tests. They generate requests from the schemas of the contract: valid requests, requests that
// are broken in one place, and long histories of two users. They send them to a real server and check every response against the
// contract. A new operation, member or limit is covered as soon as openapi.yaml has it.
//
// The rules that no schema can express are in adjust_test.go and effects_test.go. Requests that found bugs are in regressions_test.go.
//
// `make fuzz` runs longer than the suite, with other seeds each time.
package contractfuzz
