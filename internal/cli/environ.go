package cli

import (
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// environ maps the names of the OCIPE_ variables to their values. An empty variable counts as not set.
type environ map[string]string

func parseEnviron(lines []string) environ {
	env := environ{}
	for _, line := range lines {
		if name, value, _ := strings.Cut(line, "="); strings.HasPrefix(name, "OCIPE_") && value != "" {
			env[name] = value
		}
	}
	return env
}

// resolver returns the values of flags that aren't on the command line.
func (env environ) resolver() kong.ResolverFunc {
	return func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if value, ok := env[envName(flag.Name)]; ok && !flag.Tag.Has("noenv") {
			return value, nil
		}
		return nil, nil
	}
}

// unknown returns the sorted names of variables that aren't settings.
func (env environ) unknown(flags []*kong.Flag) []string {
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

// withEnvName prefixes an error about a setting with the name of its variable, because most operators set variables. It also adds the
// format of the value.
func withEnvName(err error, settings []*kong.Flag) error {
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
			err = fmt.Errorf("%w; write 30s, 5m or 720h: hours are the longest unit", err)
		case slog.Level:
			err = fmt.Errorf("%w; must be debug, info, warn or error", err)
		case *url.URL: // the error has the text, in which there may be a password
			err = fmt.Errorf("--%s: %s", f.Name, publicURLRule)
		case int:
			err = fmt.Errorf("%w; must be a whole number", err)
		}
		return fmt.Errorf("%s: %w", envName(m[1]), err)
	}
	return err
}
