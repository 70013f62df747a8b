// Package cli is the command line of Ocipe, with its commands, settings and log. It also sets up the server and runs it.
package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"time"

	"github.com/alecthomas/kong"

	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/internal/password"
)

// Process has the inputs and outputs of the program: those of the operating system, and the contract that main embeds.
type Process struct {
	Args    []string // without the program's name
	Environ []string // NAME=VALUE
	Stdin   io.Reader
	Stdout  io.Writer // for requested output
	Stderr  io.Writer // for the log and all other messages
	Clock   func() time.Time

	Contract []byte // openapi.yaml

	// Tests set these, because the defaults are expensive with the race detector, or depend on the speed of the machine. The zero values
	// mean the defaults.
	load        loadContract
	workFactor  int           // of backups' passphrases
	restartTime time.Duration // see [program.privateWait]
}

// loadContract has the signature of [contract.Load].
type loadContract func(ctx context.Context, source []byte, policy password.Policy, public *url.URL) (*contract.Contract, error)

// program has the data that all commands need.
type program struct {
	Process
	settings *settings
	log      *slog.Logger
	tls      *tls.Config // nil: the server doesn't speak TLS
	newKeys  bool        // see serveCommand
	unknown  []string    // variables that aren't settings
	stop     *stopClock
	traces   *tracing // nil: none
}

// commands is the command line, which kong fills in.
type commands struct {
	settings
	ShowVersion bool `name:"version" noenv:"" help:"Print the version."` // Run turns it into the command

	Serve   serveCommand   `cmd:"" help:"Run the server."`
	Migrate migrateCommand `cmd:"" help:"Update the database schema; serve does this by itself."`
	User    userCommands   `cmd:"" help:"List accounts, reset passwords, delete accounts."`
	Demo    demoCommand    `cmd:"" help:"Fill an account with sample recipes and a fridge."`
	Keys    keysCommands   `cmd:"" help:"List and rotate the keys that sign tokens."`
	Backup  backupCommand  `cmd:"" help:"Write a backup of the database to a file, while the server runs."`
	Restore restoreCommand `cmd:"" help:"Fill an empty database with a backup."`
	Doctor  doctorCommand  `cmd:"" help:"Check settings, keys, database, disk and clock, and say what to do. It changes nothing."`
	Version versionCommand `cmd:"" help:"Print the version."`

	Healthcheck healthcheckCommand `cmd:"" help:"Ask the server at --addr whether it is ready; for health checks of containers."`
}

// errHelp says that the parser has only printed help.
var errHelp = errors.New("help was printed")

// Run executes the command in p.Args until it is done or ctx ends. Settings come from flags, or else from p.Environ. The text of an
// error is for the operator.
func Run(ctx context.Context, p Process) error {
	var line commands
	env := parseEnviron(p.Environ)
	parser, err := kong.New(&line,
		kong.Name("ocipe"),
		kong.Description("A personal cookbook with a grocery planner. Every setting is a flag and an environment variable."),
		kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(int) { panic(errHelp) }), // only --help exits; parse recovers
		kong.Resolvers(env.resolver()),
		kong.ValueFormatter(func(v *kong.Value) string {
			if v.Flag == nil || v.Name == "help" || v.Tag.Has("noenv") {
				return v.Help
			}
			return fmt.Sprintf("%s ($%s)", v.Help, envName(v.Name))
		}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return fmt.Errorf("set up the command line: %w", err)
	}
	command, err := parse(parser, commonArgs(p.Args))
	if errors.Is(err, errHelp) {
		return nil
	}
	if err != nil {
		return withHint(err, parser.Model.Flags)
	}
	line.deriveURLs()
	diagnosing := command.Command() == "doctor" // doctor reports invalid and unknown settings itself
	if err := line.check(); err != nil && !diagnosing {
		return err
	}
	log, unknown := newLogger(p.Stderr, line.LogLevel, p.Environ), env.unknown(parser.Model.Flags)
	for _, name := range unknown {
		if diagnosing {
			break
		}
		log.WarnContext(ctx, "unknown setting, possibly misspelled; --help lists all settings", "variable", name)
	}
	command.BindTo(ctx, (*context.Context)(nil))
	return command.Run(&program{Process: p, settings: &line.settings, log: log, unknown: unknown, stop: &stopClock{clock: p.Clock}})
}

// commonArgs converts other common spellings of help and version to Ocipe's own. Without arguments it asks for help.
func commonArgs(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case slices.Contains(args, "--version"), args[0] == "-version", args[0] == "-V":
		return []string{"version"}
	}
	return args
}

// withHint adds a hint to an error of the command line: the variable and the format of a setting, or else the command that shows help.
func withHint(err error, settings []*kong.Flag) error {
	if named := withEnvName(err, settings); named != err { //nolint:errorlint // compares with the same error value
		return named
	}
	command := "ocipe"
	if e, ok := errors.AsType[*kong.ParseError](err); ok && e.Context != nil && e.Context.Selected() != nil {
		command = e.Context.Selected().FullPath()
	}
	return fmt.Errorf("%w; `%s --help` shows what there is", err, command)
}

func parse(parser *kong.Kong, args []string) (command *kong.Context, err error) {
	defer func() {
		if p := recover(); p != nil {
			if p != any(errHelp) {
				panic(p)
			}
			err = errHelp
		}
	}()
	return parser.Parse(args)
}
