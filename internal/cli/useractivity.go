package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/session"
)

type userSessionsCommand struct {
	Username string `arg:"" help:"The account, in any case."`
	End      bool   `noenv:"" help:"End all sessions of the account: every device must log in again."`
}

// Run prints a table of the sessions that have not ended, or ends them.
func (c userSessionsCommand) Run(ctx context.Context, p *program) error {
	return p.attach(ctx, func(db *database, accounts *account.Service) error {
		user, err := accounts.Find(ctx, c.Username)
		if err != nil {
			return err
		}
		if c.End {
			ended, err := accounts.EndSessions(ctx, user, activity.Operator)
			if err == nil {
				fmt.Fprintf(p.Stderr, "%d sessions of %s ended.\n", ended, user.Username)
			}
			return err
		}
		sessions, err := (&session.Service{DB: db.DB}).List(ctx, user.ID)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tSINCE\tLAST USED\tENDS\tADDRESS\tCLIENT")
		for _, one := range sessions {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n",
				one.ID, seconds(one.CreatedAt), seconds(one.LastUsedAt), seconds(one.ExpiresAt), one.Address, one.Client)
		}
		return w.Flush()
	})
}

// seconds formats a time in whole seconds for the operator.
func seconds(at time.Time) string { return at.UTC().Format(time.RFC3339) }

type userActivityCommand struct {
	Username string `arg:"" help:"The account, in any case."`
	Limit    int64  `noenv:"" default:"100" help:"The maximum number of events, the newest first."`
}

// Run prints a table of the events of an account.
func (c userActivityCommand) Run(ctx context.Context, p *program) error {
	if c.Limit < 1 {
		return errors.New("--limit must be at least 1")
	}
	return p.attach(ctx, func(db *database, accounts *account.Service) error {
		user, err := accounts.Find(ctx, c.Username)
		if err != nil {
			return err
		}
		found, err := activity.NewService(db.DB, p.log).List(ctx, user.ID, page.Request{Limit: c.Limit})
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "TIME\tEVENT\tADDRESS\tCLIENT\tDETAIL")
		for _, e := range found.Events {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%q\n", seconds(e.At), e.Kind, e.Address, e.Client, e.Detail)
		}
		return w.Flush()
	})
}
