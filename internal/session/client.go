package session

import (
	"regexp"
	"unicode/utf8"

	"github.com/mileusna/useragent"
)

// plainName matches the name of a program that can be shown as it is.
var plainName = regexp.MustCompile(`^[\w][\w .+/-]*$`)

// describe returns in words which program sent a User-Agent: "Firefox on Windows", "curl".
func describe(userAgent string) string {
	const maxName = 40
	parsed := useragent.Parse(userAgent)
	name, system := parsed.Name, parsed.OS
	if !plainName.MatchString(name) || utf8.RuneCountInString(name) > maxName {
		return "Unknown client"
	}
	if !plainName.MatchString(system) || utf8.RuneCountInString(system) > maxName {
		return name
	}
	return name + " on " + system
}
