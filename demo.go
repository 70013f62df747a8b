package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"

	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/demo"
)

type demoCommand struct {
	Username string `arg:"" optional:"" help:"An account without recipes, without regard to case. Default: the account demo, which is made if it isn't there."`
}

// Run fills an account. A server may run meanwhile; if none has run yet, the database is made.
func (c demoCommand) Run(ctx context.Context, a *app) error {
	return a.attach(ctx, func(db *database, accounts *account.Service) error {
		user, fresh, err := c.account(ctx, accounts)
		if err != nil {
			return err
		}
		if fresh != "" {
			fmt.Fprintf(a.std.out, "username: %s\npassword: %s\n", user.Username, fresh)
		}
		k, err := demo.Fill(ctx, db.DB, user.ID)
		if err != nil {
			return fmt.Errorf("%s: %w", user.Username, err)
		}
		fmt.Fprintf(a.std.logs, "%s has %d recipes, %d things in the fridge and %d on the list.\n",
			user.Username, len(k.Recipes), len(k.Fridge), len(k.Checklist))
		return nil
	})
}

// account returns the account to fill, and its password if it was just made.
func (c demoCommand) account(ctx context.Context, accounts *account.Service) (user account.User, fresh string, err error) {
	const byDefault = "demo"
	user, err = accounts.Find(ctx, cmp.Or(c.Username, byDefault))
	f, _ := errors.AsType[*apperr.Error](err)
	if c.Username != "" || f == nil || f.Code != apperr.NotFound {
		return user, "", err
	}
	fresh = rand.Text()
	if err := accounts.Register(ctx, byDefault, fresh, netip.Addr{}); err != nil {
		return user, "", err
	}
	user, err = accounts.Find(ctx, byDefault)
	return user, fresh, err
}
