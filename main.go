// Ocipe is the server behind a personal cookbook with a grocery planner.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"
)

//go:embed openapi.yaml
var contract []byte

func main() {
	runtime.MemProfileRate = 0 // samples would cost every request something; serveProfiles wants them
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:], os.Environ(), streams{os.Stdin, os.Stdout, os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, "ocipe:", err)
		os.Exit(1)
	}
}

// streams are what a command reads from and writes to.
type streams struct {
	in   io.Reader
	out  io.Writer // what was asked for
	logs io.Writer // everything else
}

// commands is the command line; kong fills it in.
type commands struct {
	settings
	Serve   serveCommand   `cmd:"" help:"Run the server."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema up to date; serve does so by itself."`
	User    userCommands   `cmd:"" help:"List, rescue and delete accounts."`
	Demo    demoCommand    `cmd:"" help:"Fill an account with recipes and a fridge to explore."`
	Keys    keysCommands   `cmd:"" help:"List and rotate the keys that sign tokens."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// errHelp ends a parse that has only printed help.
var errHelp = errors.New("help was printed")

// run is the program: it does what args say until it is done or ctx ends. Settings come from flags, else from
// the environment. It returns what failed, in words for the operator.
func run(ctx context.Context, args, environ []string, std streams) error {
	var cli commands
	env := settingsIn(environ)
	parser, err := kong.New(&cli,
		kong.Name("ocipe"),
		kong.Description("A personal cookbook with a grocery planner. Every setting is a flag and an environment variable."),
		kong.Writers(std.out, std.logs),
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
	command, err := parse(parser, args)
	if errors.Is(err, errHelp) {
		return nil
	}
	if err != nil {
		return naming(err, parser.Model.Flags)
	}
	if err := cli.check(); err != nil {
		return err
	}
	app := &app{settings: &cli.settings, std: std, clock: time.Now, log: newLogger(std.logs, cli.LogLevel)}
	for _, name := range env.unknown(parser.Model.Flags) {
		app.log.WarnContext(ctx, "there is no such setting: is it misspelt? --help lists all", "variable", name)
	}
	command.BindTo(ctx, (*context.Context)(nil))
	return command.Run(app)
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

// environment are the OCIPE_ variables that are set. An empty variable counts as not set.
type environment map[string]string

func settingsIn(environ []string) environment {
	env := environment{}
	for _, line := range environ {
		if name, value, _ := strings.Cut(line, "="); strings.HasPrefix(name, "OCIPE_") && value != "" {
			env[name] = value
		}
	}
	return env
}

// resolver gives kong the values of flags that aren't on the command line.
func (env environment) resolver() kong.ResolverFunc {
	return func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if value, ok := env[envName(flag.Name)]; ok && !flag.Tag.Has("noenv") {
			return value, nil
		}
		return nil, nil
	}
}

// unknown returns the variables that are no setting, in order.
func (env environment) unknown(flags []*kong.Flag) []string {
	unknown := maps.Clone(env)
	for _, f := range flags {
		delete(unknown, envName(f.Name))
	}
	return slices.Sorted(maps.Keys(unknown))
}

func envName(flag string) string {
	return "OCIPE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

var flagInError = regexp.MustCompile(`^--([a-z-]+)`)

// naming puts the variable's name before an error about a setting, which is how most people set it, and says how
// such values are written.
func naming(err error, settings []*kong.Flag) error {
	m := flagInError.FindStringSubmatch(err.Error())
	if m == nil {
		return err
	}
	for _, f := range settings {
		if f.Name != m[1] {
			continue
		}
		switch f.Target.Interface().(type) {
		case time.Duration:
			err = fmt.Errorf("%w; write 30s, 5m or 720h: there is no unit longer than hours", err)
		case slog.Level:
			err = fmt.Errorf("%w; it is debug, info, warn or error", err)
		case int:
			err = fmt.Errorf("%w; it is a whole number", err)
		}
		return fmt.Errorf("%s: %w", envName(m[1]), err)
	}
	return err
}

// newLogger writes lines for people to a terminal, JSON to everything else.
func newLogger(w io.Writer, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}
