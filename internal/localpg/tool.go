package localpg

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// runTool runs a short program to its end and returns its output. If the program fails, the error ends with the cause, from the
// output. Canceling ctx kills the program with all its children.
func runTool(ctx context.Context, cmd *exec.Cmd) (string, error) {
	// The system kills the program when the thread that started it ends, and Go may end idle threads at any time.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	kill := context.AfterFunc(ctx, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	err := cmd.Wait()
	kill()

	switch {
	case ctx.Err() != nil:
		return out.String(), ctx.Err()
	case err != nil:
		return out.String(), fmt.Errorf("%s: %w: %s", cmd.Path, err, cause(out.String()))
	}
	return out.String(), nil
}

// errorMessage is an error in the output of PostgreSQL's programs, after a time or the name of the program.
var errorMessage = regexp.MustCompile(`(?:FATAL|PANIC|ERROR|error): .*`)

// cause returns the first error in the output of a program that failed, or the last line if there is none. The last line is often about
// cleaning up.
func cause(output string) string {
	if found := errorMessage.FindString(output); found != "" {
		return found
	}
	return lastLine(output)
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
