package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// readLine reads one line of the standard input, or the rest of it. It returns an error when ctx ends, so Ctrl-C works at a
// question.
func (p *program) readLine(ctx context.Context) (string, error) {
	return untilDone(ctx, func() (string, error) {
		line, err := bufio.NewReader(p.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the standard input: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	})
}

// untilDone returns the result of read, or an error if ctx ends first: the program ends then, and read with it.
func untilDone(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		text string
		err  error
	}
	results := make(chan result, 1)
	go func() {
		text, err := read()
		results <- result{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", errors.New("nothing was changed")
	case r := <-results:
		return r.text, r.err
	}
}

// askPassword asks twice at a terminal, without echo. If the standard input isn't a terminal, it reads one line.
func (p *program) askPassword(ctx context.Context, username string) (string, error) {
	f, ok := p.Stdin.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return p.readLine(ctx)
	}
	shown, err := term.GetState(int(f.Fd()))
	if err != nil {
		return "", fmt.Errorf("read the state of the terminal: %w", err)
	}
	defer term.Restore(int(f.Fd()), shown) //nolint:errcheck // it only matters if a question was interrupted
	var typed [2]string
	for i, prompt := range []string{"New password for " + username + ": ", "Repeat it: "} {
		fmt.Fprint(p.Stderr, prompt)
		typed[i], err = untilDone(ctx, func() (string, error) {
			text, err := term.ReadPassword(int(f.Fd()))
			return string(text), err
		})
		fmt.Fprintln(p.Stderr)
		if err != nil {
			return "", err
		}
	}
	if typed[0] != typed[1] {
		return "", errors.New("the passwords differ: nothing was changed")
	}
	return typed[0], nil
}
