package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/ocipe/ocipe/api/contract"
)

type versionCommand struct{}

// Run prints the versions of the program, of its API, and of Go.
func (versionCommand) Run(_ context.Context, p *program) error {
	contractVersion, err := contract.ReadVersion(p.Contract)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.Stdout, "ocipe %s, API %s, %s\n", version(), contractVersion, runtime.Version())
	return err
}

// version returns the version of the module, which contains the commit between releases, or "devel" if the program was built outside a
// repository. The header Server also contains it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "devel"
	}
	return strings.Trim(info.Main.Version, "()") // (devel)
}
