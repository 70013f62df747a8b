package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/ocipe/ocipe/api"
	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/export"
)

type userExportCommand struct {
	Username string `arg:"" help:"The account, in any case."`
}

// Run writes all data of the account to the standard output, like GET /api/user/export/.
func (c userExportCommand) Run(ctx context.Context, p *program) error {
	return p.attach(ctx, func(db *database, accounts *account.Service) error {
		user, err := accounts.Find(ctx, c.Username)
		if err != nil {
			return err
		}
		// Record the event first: there must be no file without its event.
		if err := activity.NewService(db.DB, p.log).Record(ctx, user.ID, activity.Exported, activity.Operator); err != nil {
			return err
		}
		return api.Export(ctx, &export.Service{DB: db.DB}, user.ID, p.Stdout)
	})
}

type userImportCommand struct {
	Username string `arg:"" help:"The account, in any case."`
}

// Run adds the file on the standard input to the account, like POST /api/user/import/: all of it, or nothing.
func (c userImportCommand) Run(ctx context.Context, p *program) error {
	return p.attach(ctx, func(db *database, accounts *account.Service) error {
		user, err := accounts.Find(ctx, c.Username)
		if err != nil {
			return err
		}
		added, err := api.Import(ctx, &export.Service{DB: db.DB}, p.Contract, user.ID, p.Stdin)
		if err != nil {
			return importMessage(err)
		}
		fmt.Fprintf(p.Stderr, "%s has %d more recipes, %d in the trash, %d ingredients in the fridge, %d items on the checklist and %d plans.\n",
			user.Username, added.Recipes, added.Trash, added.Fridge, added.Checklist, added.Plans)
		return nil
	})
}

// importMessage returns an error for the operator that says what is wrong with the file, and where.
func importMessage(err error) error {
	e, ok := errors.AsType[*apperr.Error](err)
	switch {
	case ok && len(e.Fields) > 0:
		return fmt.Errorf("the file is invalid, and nothing was imported: %s: %s", e.Fields[0].Path, e.Fields[0].Detail)
	case ok && e.Detail != "":
		return fmt.Errorf("the file is invalid, and nothing was imported: %s", e.Detail)
	}
	return err
}
