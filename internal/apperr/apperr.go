// Package apperr defines the errors that clients may see. All other errors are internal: they are logged, and the client
// only learns that something went wrong.
package apperr

import (
	"fmt"
	"time"
)

// Code identifies a kind of error for programs. It becomes the `code` of a problem; ProblemCode in the contract explains
// each one. Package api maps it to an HTTP status.
type Code string

// The codes that use cases return.
const (
	InvalidInput         Code = "invalid_input"
	UsernameTaken        Code = "username_taken"
	NoActiveAccount      Code = "no_active_account"
	TokenNotValid        Code = "token_not_valid"
	NotFound             Code = "not_found"
	PreconditionFailed   Code = "precondition_failed"
	ChangedSince         Code = "changed_since"
	TooManyRegistrations Code = "too_many_registrations"
	TooManyAPITokens     Code = "too_many_api_tokens" //nolint:gosec // no credential
	TooManyFoods         Code = "too_many_foods"
	TooManyAttempts      Code = "too_many_attempts"
	TooManyRequests      Code = "too_many_requests"
	Unavailable          Code = "unavailable"
	Overloaded           Code = "overloaded"
	KeyInUse             Code = "idempotency_key_in_use"
	KeyReused            Code = "idempotency_key_reused"
)

// RetrySoon is the RetryAfter of errors that are expected to be brief.
const RetrySoon = 2 * time.Second

// Error is an error that clients may see. It never contains a value that a client sent.
type Error struct {
	Code       Code
	Detail     string        // one sentence for a person; empty: the code's default
	Fields     []FieldError  // one for each invalid member of the input
	RetryAfter time.Duration // when to try again; 0: unknown
	Limit      *Limit        // the exceeded limit; nil: none
	Cause      error         // for the log, never for the client; may be nil
}

// Limit describes a limit to clients.
type Limit struct {
	Name   string        // lower-case letters
	Quota  int           // how often within the window
	Window time.Duration // whole seconds; 0: the quota isn't renewed by time
}

// FieldError says why one member of the input is invalid.
type FieldError struct {
	Path   string // dotted, with the index of array elements: ingredients.0.name
	Code   string // FieldCode in the contract
	Detail string // one sentence for a person
}

// New returns an error with the default sentence of its code.
func New(code Code) *Error { return &Error{Code: code} }

// Invalid returns an [InvalidInput] error with these field errors.
func Invalid(fields ...FieldError) *Error { return &Error{Code: InvalidInput, Fields: fields} }

// Busy returns an error of a temporary condition: the client may try again after retryAfter.
func Busy(code Code, retryAfter time.Duration, cause error) *Error {
	return &Error{Code: code, RetryAfter: retryAfter, Cause: cause}
}

// Exceeded returns the error of an exceeded limit: the client may try again after retryAfter.
func Exceeded(code Code, limit Limit, retryAfter time.Duration) *Error {
	return &Error{Code: code, Limit: &limit, RetryAfter: max(retryAfter, time.Second)}
}

// Error returns the code and the cause, for the log.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Cause)
	}
	return string(e.Code)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }
