package history

import (
	"fmt"
	"testing"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/sdk/ocipe"
)

const password = "correct horse battery staple"

// name returns a new username.
func (f *fleet) name(kind string) string {
	f.names++
	return fmt.Sprintf("%s-%d", kind, f.names)
}

// account creates an account and logs in.
func (f *fleet) account(t *testing.T, name string) *ocipe.Client {
	t.Helper()
	c := f.client(t)
	pgtest.Eventually(t, func() bool { return c.Register(t.Context(), name, password) == nil })
	return f.login(t, name)
}

// login logs in.
func (f *fleet) login(t *testing.T, name string, options ...ocipe.Option) *ocipe.Client {
	t.Helper()
	c := f.client(t, options...)
	pgtest.Eventually(t, func() bool { return c.Login(t.Context(), name, password) == nil }) // a login isn't repeated if its response is lost
	return c
}
