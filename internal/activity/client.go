package activity

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/mileusna/useragent"
)

// Client describes the client of a request to the owner of the account.
type Client struct {
	UserAgent string // the header User-Agent, as sent
	Address   string // the client's IP address
}

// Clip returns the client as the database stores it: valid texts of at most 256 bytes each.
func (c Client) Clip() Client { return Client{UserAgent: clip(c.UserAgent), Address: clip(c.Address)} }

func clip(text string) string {
	const maxBytes = 256
	text = strings.ReplaceAll(text, "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), maxBytes)], "")
}

// plainName matches the name of a program that can be shown as it is.
var plainName = regexp.MustCompile(`^[\w][\w .+/-]*$`)

// Describe returns the program in words: "Firefox on Windows", "curl".
func (c Client) Describe() string {
	const maxName = 40
	parsed := useragent.Parse(c.UserAgent)
	name, system := parsed.Name, parsed.OS
	if !plainName.MatchString(name) || utf8.RuneCountInString(name) > maxName {
		return "Unknown client"
	}
	if !plainName.MatchString(system) || utf8.RuneCountInString(system) > maxName {
		return name
	}
	return name + " on " + system
}
