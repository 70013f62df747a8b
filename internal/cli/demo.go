package cli

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
	Username string `arg:"" optional:"" help:"An account without recipes, in any case. Default: the account demo, which is created if it is missing."`
}

// Run fills an account. It also works while a server runs.
func (c demoCommand) Run(ctx context.Context, p *program) error {
	return p.attach(ctx, func(db *database, accounts *account.Service) error {
		user, password, err := c.account(ctx, accounts)
		if err != nil {
			return err
		}
		if password != "" {
			fmt.Fprintf(p.Stdout, "username: %s\npassword: %s\n", user.Username, password)
		}
		k, err := demo.Fill(ctx, db.DB, user.ID)
		if err != nil {
			return fmt.Errorf("%s: %w; %s", user.Username, err, loginHint(user.Username))
		}
		if password == "" {
			defer fmt.Fprintln(p.Stderr, "The account has the password that it had before: "+loginHint(user.Username)+".")
		}
		fmt.Fprintf(p.Stderr, "%s has %d recipes, %d ingredients in the fridge and %d items on the checklist.\n",
			user.Username, len(k.Recipes), len(k.Fridge), len(k.Checklist))
		return nil
	})
}

// loginHint says how to log in to an account that already has a password.
func loginHint(username string) string {
	return fmt.Sprintf("`ocipe user reset-password %s --generate` sets a new password if you don't know it", username)
}

// account returns the account to fill, and its password if it has just created the account.
func (c demoCommand) account(ctx context.Context, accounts *account.Service) (user account.User, password string, err error) {
	const defaultName = "demo"
	user, err = accounts.Find(ctx, cmp.Or(c.Username, defaultName))
	e, _ := errors.AsType[*apperr.Error](err)
	if c.Username != "" || e == nil || e.Code != apperr.NotFound {
		return user, "", err
	}
	password = rand.Text()
	if err := accounts.Register(ctx, nil, defaultName, password, netip.Addr{}, ""); err != nil {
		return user, "", err
	}
	user, err = accounts.Find(ctx, defaultName)
	return user, password, err
}
