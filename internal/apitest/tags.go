package apitest

import (
	"slices"
	"sync"

	"github.com/stretchr/testify/require"
)

// Tags remembers every response that was seen: the same ETag of a URL must always mean the same response.
type Tags struct {
	mu   sync.Mutex
	seen map[string]map[string]string // by URL and tag, the response
	last map[string]string            // by URL, the newest tag
}

// NewTags returns an empty record.
func NewTags() *Tags {
	return &Tags{seen: map[string]map[string]string{}, last: map[string]string{}}
}

// Remember requires that the tag of the response wasn't seen with another response before. of is the user whose response it is.
func (m *Tags) Remember(t require.TestingT, of, url string, a *Response) {
	tag, text := a.Header.Get("Etag"), a.Header.Get("Link")+"\n"+a.Text
	require.NotEmpty(t, tag, url)
	m.mu.Lock()
	defer m.mu.Unlock()
	tags := m.seen[of+url]
	if tags == nil {
		tags = map[string]string{}
		m.seen[of+url] = tags
	}
	if known, seen := tags[tag]; seen {
		require.Equal(t, known, text, "GET %s: under the tag %s another response was seen", url, tag)
	}
	tags[tag], m.last[of+url] = text, tag
}

// Of returns the tags of a URL: stale without the newest.
func (m *Tags) Of(of, url string) (stale []string, newest string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest = m.last[of+url]
	for tag := range m.seen[of+url] {
		if tag != newest {
			stale = append(stale, tag)
		}
	}
	slices.Sort(stale)
	return stale, newest
}
