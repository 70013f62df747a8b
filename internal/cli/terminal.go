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

// readLine reads one line of the standard input, or the rest of it. It returns an error when ctx ends, so that Ctrl-C works while it
// waits.
func (p *program) readLine(ctx context.Context) (string, error) {
	return untilDone(ctx, func() (string, error) {
		line, err := bufio.NewReader(p.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the standard input: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	})
}

// untilDone returns the result of read, or an error if ctx ends first. Then read keeps running until the program ends.
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

// askPassword asks for a password twice at a terminal, without echo. If the standard input isn't a terminal, it reads one line.
func (p *program) askPassword(ctx context.Context, username string) (string, error) {
	if !p.atTerminal() {
		return p.readLine(ctx)
	}
	typed, err := p.askSecrets(ctx, "New password for "+username+": ", "Repeat it: ")
	if err != nil {
		return "", err
	}
	if typed[0] != typed[1] {
		return "", errors.New("the passwords differ: nothing was changed")
	}
	return typed[0], nil
}

// atTerminal reports whether the standard input is a terminal.
func (p *program) atTerminal() bool {
	f, ok := p.Stdin.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// askSecrets asks questions at a terminal, without echo.
func (p *program) askSecrets(ctx context.Context, prompts ...string) (typed []string, err error) {
	f, ok := p.Stdin.(*os.File)
	if !ok {
		return nil, errors.New("the standard input is not a terminal")
	}
	oldState, err := term.GetState(int(f.Fd()))
	if err != nil {
		return nil, fmt.Errorf("read the state of the terminal: %w", err)
	}
	defer term.Restore(int(f.Fd()), oldState) //nolint:errcheck // only needed if a question was interrupted
	for _, prompt := range prompts {
		fmt.Fprint(p.Stderr, prompt)
		text, err := untilDone(ctx, func() (string, error) {
			text, err := term.ReadPassword(int(f.Fd()))
			return string(text), err
		})
		fmt.Fprintln(p.Stderr)
		if err != nil {
			return nil, err
		}
		typed = append(typed, text)
	}
	return typed, nil
}
