package contract

import (
	"math/big"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/quantity"
	"github.com/ocipe/ocipe/internal/username"
	"github.com/ocipe/ocipe/internal/validate"
)

// TimeFormat is the format of all times in the contract. A formatted time has len(TimeFormat) characters.
const TimeFormat = "2006-01-02T15:04:05.000000Z"

// checkTime checks a time. It accepts texts of another length, because the schema rejects them.
func checkTime(text string) []apperr.FieldError {
	at, err := time.Parse(TimeFormat, text)
	if utf8.RuneCountInString(text) != len(TimeFormat) || err == nil && page.HasTime(at) {
		return nil
	}
	return []apperr.FieldError{{Code: "not_a_time", Detail: "This must be a time like 2026-03-01T18:30:00.123456Z."}}
}

// maxMeasure is the maximum length, in characters, of a density or a weight in the contract.
const maxMeasure = 100

// checkDensity checks a density; an empty text means that there is none. It accepts texts that are too long, because the schema rejects
// them.
func checkDensity(text string) []apperr.FieldError {
	if text == "" || utf8.RuneCountInString(text) > maxMeasure || quantity.ParseDensity(text) != nil {
		return nil
	}
	return []apperr.FieldError{{Code: "not_a_density", Detail: "This must be a weight for a volume, such as 0.7 g/ml or 120 g per cup, and at most 30 g/ml."}}
}

// checkWeight checks a weight in the same way as checkDensity.
func checkWeight(text string) []apperr.FieldError {
	if text == "" || utf8.RuneCountInString(text) > maxMeasure || quantity.ParseWeight(text) != nil {
		return nil
	}
	return []apperr.FieldError{{Code: "not_a_weight", Detail: "This must be a weight, such as 200 g or 7 oz, and at most 1,000 kg."}}
}

// checkDate checks a date. It accepts texts of another length, because the schema rejects them. PostgreSQL has no year 0.
func checkDate(text string) []apperr.FieldError {
	day, err := time.Parse(time.DateOnly, text)
	if utf8.RuneCountInString(text) != len(time.DateOnly) || err == nil && day.Year() > 0 {
		return nil
	}
	return []apperr.FieldError{{Code: "not_a_date", Detail: "This must be a date like 2026-03-01."}}
}

// The maximum of a factor in the contract, and the maximum length of its text in characters.
const (
	maxFactor       = 1000
	maxFactorLength = 20
)

// checkFactor checks a factor. It accepts texts that aren't numbers or are too long, because the schema rejects them.
func checkFactor(text string) []apperr.FieldError {
	if utf8.RuneCountInString(text) > maxFactorLength || strings.ContainsAny(text, "eEpPxX_+-") {
		return nil
	}
	factor, ok := new(big.Rat).SetString(text)
	switch {
	case !ok:
		return nil
	case factor.Sign() == 0:
		return []apperr.FieldError{{Code: "too_small", Detail: "This must be more than 0."}}
	case factor.Cmp(big.NewRat(maxFactor, 1)) > 0:
		return []apperr.FieldError{{Code: "too_large", Detail: "This must be at most 1000."}}
	}
	return nil
}

// formats returns the rules of each `format` of the contract: how to normalize a string, and what to check in addition to its schema.
func formats(policy password.Policy) map[string]validate.Format {
	asSent := func(s string) string { return s }
	asName := func(s string) string { return strings.TrimSpace(username.Normalize(s)) }
	return map[string]validate.Format{
		"base64url": {}, // trimmed like strings without a format; package page checks the content
		"username":  {Normalize: asName},
		// The contract's pattern covers ASCII. No pattern for the letters of all scripts works in every regular expression dialect.
		"new-username": {Normalize: asName, Check: username.Check},
		"password":     {Normalize: password.Normalize},
		// The use case checks the policy again, with the username. The check here serves to report all field errors at once.
		"new-password": {Normalize: password.Normalize, Check: func(s string) []apperr.FieldError { return policy.Check(s, "") }},
		"jwt":          {Normalize: asSent},
		"session-id":   {Normalize: asSent},
		"date-time":    {Check: checkTime},
		"density":      {Check: checkDensity},
		"weight":       {Check: checkWeight},
		"date":         {Check: checkDate},
		"factor":       {Check: checkFactor},
		// Empty: no date.
		"date-or-empty": {Check: func(s string) []apperr.FieldError {
			if s == "" {
				return nil
			}
			return checkDate(s)
		}},
	}
}
