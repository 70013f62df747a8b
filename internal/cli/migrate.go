package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/ocipe/ocipe/internal/localpg"
)

type migrateCommand struct{}

// Run updates the schema.
func (migrateCommand) Run(ctx context.Context, p *program) error {
	db, err := p.openDatabase(ctx, localpg.Attach, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.Stdout, "The schema is up to date.")
	return errors.Join(err, p.closeDatabase(ctx, db))
}
