package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	contracts "github.com/ocipe/ocipe/api/contract"
)

type versionCommand struct{}

// Run prints the version of the program, of the API that it serves, and of Go.
func (versionCommand) Run(_ context.Context, a *app) error {
	contractVersion, err := contracts.ReadVersion(contract)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.std.out, "ocipe %s, API %s, %s\n", version(), contractVersion, runtime.Version())
	return err
}

// version is the version of the module, which names the commit between releases; "devel" where the program was built
// outside a repository. It is also said in the header Server.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "devel"
	}
	return strings.Trim(info.Main.Version, "()") // (devel)
}
