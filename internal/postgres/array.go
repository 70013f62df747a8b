package postgres

import "strings"

var arrayEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// ArrayText returns the text form of an array in PostgreSQL (section 8.15.2).
func ArrayText(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = `"` + arrayEscapes.Replace(t) + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}"
}
