package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/password"
)

type userCommands struct {
	List          userListCommand   `cmd:"" help:"List the accounts."`
	ResetPassword userResetCommand  `cmd:"" help:"Give an account a new password and end its sessions. Nothing else of it changes."`
	Delete        userDeleteCommand `cmd:"" help:"Delete an account with all that belongs to it."`
}

// withAccounts is [app.attach] for a command on accounts that exist.
func (a *app) withAccounts(ctx context.Context, do func(*account.Service) error) error {
	if _, err := os.Stat(a.settings.DataDir); a.settings.DatabaseURL == "" && err != nil {
		return fmt.Errorf("OCIPE_DATA_DIR: no server has run here yet: %w", err)
	}
	return a.attach(ctx, func(_ *database, accounts *account.Service) error { return do(accounts) })
}

// attach opens the database for one command, and says in words what failed. A server may run meanwhile.
func (a *app) attach(ctx context.Context, do func(*database, *account.Service) error) (err error) {
	db, err := a.openDatabase(ctx, localpg.Attach)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	return inWords(do(db, &account.Service{DB: db.DB, Passwords: password.NewHasher(password.Params{}), Policy: a.passwordPolicy()}))
}

// inWords turns a fault into a sentence for the operator.
func inWords(err error) error {
	f, ok := errors.AsType[*apperr.Error](err)
	switch {
	case ok && f.Code == apperr.NotFound:
		return errors.New("there is no such account; ocipe user list shows all")
	case ok && len(f.Fields) > 0:
		return errors.New(f.Fields[0].Detail)
	}
	return err
}

type userListCommand struct{}

// Run prints a table of the accounts.
func (userListCommand) Run(ctx context.Context, a *app) error {
	return a.withAccounts(ctx, func(accounts *account.Service) error {
		users, err := accounts.List(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(a.std.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tUSERNAME\tSINCE\tLIVE SESSIONS")
		for _, u := range users {
			fmt.Fprintf(w, "%d\t%s\t%s\t%d\n", u.ID, u.Username, u.CreatedAt.UTC().Format(time.DateOnly), u.LiveSessions)
		}
		return w.Flush()
	})
}

type userResetCommand struct {
	Username string `arg:"" help:"The account, without regard to case."`
	Generate bool   `noenv:"" help:"Make a random password and print it, instead of asking for one."`
}

// Run sets a new password: random, asked for at a terminal, or the first line of the standard input.
func (c userResetCommand) Run(ctx context.Context, a *app) error {
	return a.withAccounts(ctx, func(accounts *account.Service) error {
		user, err := accounts.Find(ctx, c.Username)
		if err != nil {
			return err
		}
		fresh := rand.Text()
		if !c.Generate {
			if fresh, err = a.askPassword(ctx, user.Username); err != nil {
				return err
			}
		}
		ended, err := accounts.ResetPassword(ctx, user, fresh)
		if err != nil {
			return err
		}
		if c.Generate {
			fmt.Fprintln(a.std.out, fresh)
		}
		fmt.Fprintf(a.std.logs, "%s has a new password; %d sessions ended.\n", user.Username, ended)
		return nil
	})
}

type userDeleteCommand struct {
	Username string `arg:"" help:"The account, without regard to case."`
	Yes      bool   `noenv:"" help:"Do not ask."`
}

// Run deletes an account after its name was typed once more.
func (c userDeleteCommand) Run(ctx context.Context, a *app) error {
	return a.withAccounts(ctx, func(accounts *account.Service) error {
		user, err := accounts.Find(ctx, c.Username)
		if err != nil {
			return err
		}
		if !c.Yes {
			fmt.Fprintf(a.std.logs, "This deletes %s with all recipes, plans and lists, for good.\nType the username to go on: ", user.Username)
			line, err := a.readLine(ctx)
			if err != nil {
				return err
			}
			if strings.TrimSpace(line) != user.Username {
				return errors.New("that is not the username: nothing was deleted; to skip the question, use --yes")
			}
		}
		if err := accounts.Delete(ctx, user); err != nil {
			return err
		}
		fmt.Fprintf(a.std.logs, "%s is deleted.\n", user.Username)
		return nil
	})
}

// readLine reads one line, or less at the end of the input, until ctx ends: Ctrl-C works at a question.
func (a *app) readLine(ctx context.Context) (string, error) {
	return untilDone(ctx, func() (string, error) {
		line, err := bufio.NewReader(a.std.in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the answer: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	})
}

// untilDone returns what read returns, or ctx's error if that ends first; the program ends then, and read with it.
func untilDone(ctx context.Context, read func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := read()
		answers <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", errors.New("nothing was changed")
	case a := <-answers:
		return a.text, a.err
	}
}

// askPassword asks twice at a terminal, unseen; anything else is read as one line.
func (a *app) askPassword(ctx context.Context, username string) (string, error) {
	f, ok := a.std.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return a.readLine(ctx)
	}
	shown, err := term.GetState(int(f.Fd()))
	if err != nil {
		return "", fmt.Errorf("look at the terminal: %w", err)
	}
	defer term.Restore(int(f.Fd()), shown) //nolint:errcheck // it matters where a question was broken off
	var typed [2]string
	for i, prompt := range []string{"New password for " + username + ": ", "Once more: "} {
		fmt.Fprint(a.std.logs, prompt)
		typed[i], err = untilDone(ctx, func() (string, error) {
			text, err := term.ReadPassword(int(f.Fd()))
			return string(text), err
		})
		fmt.Fprintln(a.std.logs)
		if err != nil {
			return "", err
		}
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two differ: nothing was changed")
	}
	return typed[0], nil
}
