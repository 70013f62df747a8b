package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/password"
)

type userCommands struct {
	List          userListCommand     `cmd:"" help:"List the accounts."`
	ResetPassword userResetCommand    `cmd:"" help:"Print a one-time code with which the user sets a new password within an hour."`
	Sessions      userSessionsCommand `cmd:"" help:"List the sessions of an account, or end them."`
	Activity      userActivityCommand `cmd:"" help:"Show what happened to an account in the last 90 days."`
	Export        userExportCommand   `cmd:"" help:"Write everything that an account holds to the standard output, as JSON."`
	Import        userImportCommand   `cmd:"" help:"Add a file of user export, from the standard input, to an account."`
	Delete        userDeleteCommand   `cmd:"" help:"Delete an account and all its data."`
}

// withAccounts is [program.attach] for commands on existing accounts.
func (p *program) withAccounts(ctx context.Context, do func(*account.Service) error) error {
	return p.attach(ctx, func(_ *database, accounts *account.Service) error { return do(accounts) })
}

// attach opens the database for one command, and converts its errors to messages for the operator. It also works while a server runs.
func (p *program) attach(ctx context.Context, do func(*database, *account.Service) error) (err error) {
	db, err := p.openDatabase(ctx, localpg.Attach, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.closeDatabase(ctx, db)) }()
	return userMessage(do(db, &account.Service{DB: db.DB, Passwords: password.NewHasher(password.Params{}), Policy: password.Policy{MinLength: p.settings.PasswordMin}}))
}

// userMessage converts an error of a use case to a message for the operator.
func userMessage(err error) error {
	e, ok := errors.AsType[*apperr.Error](err)
	switch {
	case ok && e.Code == apperr.NotFound:
		return errors.New("no such account; ocipe user list shows all accounts")
	case ok && len(e.Fields) > 0:
		return errors.New(e.Fields[0].Detail)
	}
	return err
}

type userListCommand struct{}

// Run prints a table of the accounts.
func (userListCommand) Run(ctx context.Context, p *program) error {
	return p.withAccounts(ctx, func(accounts *account.Service) error {
		users, err := accounts.List(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tUSERNAME\tSINCE\tLIVE SESSIONS")
		for _, u := range users {
			fmt.Fprintf(w, "%d\t%s\t%s\t%d\n", u.ID, u.Username, u.CreatedAt.UTC().Format(time.DateOnly), u.LiveSessions)
		}
		return w.Flush()
	})
}

type userResetCommand struct {
	Username string `arg:"" help:"The account, in any case."`
	Set      bool   `noenv:"" xor:"how" help:"Ask for the new password and set it, instead of printing a code. All sessions of the account end."`
	Generate bool   `noenv:"" xor:"how" help:"Set a random password and print it, instead of printing a code. All sessions of the account end."`
}

// Run prints a code, or sets a new password: a random one, one typed at the terminal, or the first line of the standard input.
func (c userResetCommand) Run(ctx context.Context, p *program) error {
	return p.withAccounts(ctx, func(accounts *account.Service) error {
		user, err := accounts.Find(ctx, c.Username)
		if err != nil {
			return err
		}
		if c.Set || c.Generate {
			return c.set(ctx, p, accounts, user)
		}
		code, err := accounts.CreateResetCode(ctx, user)
		if err != nil {
			return err
		}
		fmt.Fprintln(p.Stdout, code)
		fmt.Fprintf(p.Stderr, "Give this code to %s. It is good for one use of POST /api/user/password/reset/ within an hour.\n", user.Username)
		return nil
	})
}

func (c userResetCommand) set(ctx context.Context, p *program, accounts *account.Service, user account.User) (err error) {
	newPassword := rand.Text()
	if c.Set {
		if newPassword, err = p.askPassword(ctx, user.Username); err != nil {
			return err
		}
	}
	ended, err := accounts.ResetPassword(ctx, user, newPassword)
	if err != nil {
		return err
	}
	if c.Generate {
		fmt.Fprintln(p.Stdout, newPassword)
	}
	fmt.Fprintf(p.Stderr, "%s has a new password; %d sessions ended.\n", user.Username, ended)
	return nil
}

type userDeleteCommand struct {
	Username string `arg:"" help:"The account, in any case."`
	Yes      bool   `noenv:"" help:"Do not ask for confirmation."`
}

// Run deletes an account after the operator has typed its name again.
func (c userDeleteCommand) Run(ctx context.Context, p *program) error {
	return p.withAccounts(ctx, func(accounts *account.Service) error {
		user, err := accounts.Find(ctx, c.Username)
		if err != nil {
			return err
		}
		if !c.Yes {
			fmt.Fprintf(p.Stderr, "This permanently deletes %s with all recipes, plans and lists.\nType the username to continue: ", user.Username)
			line, err := p.readLine(ctx)
			if err != nil {
				return err
			}
			if strings.TrimSpace(line) != user.Username {
				return errors.New("the username doesn't match: nothing was deleted; use --yes to skip this question")
			}
		}
		if err := accounts.Delete(ctx, user); err != nil {
			return err
		}
		fmt.Fprintf(p.Stderr, "%s is deleted.\n", user.Username)
		return nil
	})
}
