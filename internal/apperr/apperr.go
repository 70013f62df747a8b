// Package apperr names the failures that a caller may hear of. Everything else is internal: it goes to
// the log, and the caller learns no more than that something failed.
package apperr

import (
	"fmt"
	"time"
)

// Code is the stable, machine-readable name of a failure: the `code` of a problem in the contract
// (ProblemCode), where each one is explained. Which HTTP status it becomes is decided in api alone.
type Code string

// The failures that use cases raise.
const (
	InvalidInput         Code = "invalid_input"
	UsernameTaken        Code = "username_taken"
	NoActiveAccount      Code = "no_active_account"
	TokenNotValid        Code = "token_not_valid"
	NotFound             Code = "not_found"
	PreconditionFailed   Code = "precondition_failed"
	TooManyRegistrations Code = "too_many_registrations"
	Unavailable          Code = "unavailable"
	Overloaded           Code = "overloaded"
)

// Soon is when to try again what passes by itself.
const Soon = 2 * time.Second

// Error is a failure that may be told. It never carries a value that a caller sent.
type Error struct {
	Code       Code
	Detail     string        // one sentence for a person; empty: the usual one for the code
	Fields     []FieldError  // the faulty members, all of them
	RetryAfter time.Duration // when it may be tried again; 0: no promise
	Cause      error         // for the log, never for the caller; may be nil
}

// FieldError is one fault of one member of the input.
type FieldError struct {
	Path   string // dotted: ingredients.0.name
	Code   string // FieldCode of the contract
	Detail string // one sentence for a person
}

// New returns a failure that the code explains by itself.
func New(code Code) *Error { return &Error{Code: code} }

// Invalid returns an InvalidInput failure of these members.
func Invalid(fields ...FieldError) *Error { return &Error{Code: InvalidInput, Fields: fields} }

// Busy returns a failure that passes: the call may be repeated after that time.
func Busy(code Code, retryAfter time.Duration, cause error) *Error {
	return &Error{Code: code, RetryAfter: retryAfter, Cause: cause}
}

// Error describes the failure for the log.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Cause)
	}
	return string(e.Code)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }
