package localpg

import (
	"bytes"
	"context"
	"log/slog"
	"regexp"
	"strings"
)

// logPrefix makes PostgreSQL begin each message with the kind of the process that wrote it, and its SQLSTATE.
const logPrefix = "[%b|%e] "

var logLine = regexp.MustCompile(`^\[([^|]*)\|(\w{5})\] ([A-Z]+)\d?:  (.*)$`)

// maxLogLine is the maximum length of a line in bytes. Longer lines are cut.
const maxLogLine = 16 << 10

// serverLog passes PostgreSQL's messages on to the operator's log, except those that may quote a statement or a value.
type serverLog struct {
	to      *slog.Logger
	line    []byte
	level   slog.Level // of the last message, for its continuation lines
	show    bool       // whether to pass these lines on
	problem string     // the last FATAL or PANIC, or line of unknown form; read it only once PostgreSQL has ended

	onSmartShutdown func() // called when PostgreSQL has received SIGTERM
}

// Write takes a part of PostgreSQL's output. It never returns an error.
func (l *serverLog) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		piece, rest, ends := bytes.Cut(p, []byte("\n"))
		if room := maxLogLine - len(l.line); room > 0 {
			l.line = append(l.line, piece[:min(room, len(piece))]...)
		}
		if ends {
			l.handleLine(strings.ToValidUTF8(string(l.line), "?"))
			l.line = l.line[:0]
		}
		p = rest
	}
	return n, nil
}

func (l *serverLog) handleLine(line string) {
	m := logLine.FindStringSubmatch(line)
	switch {
	case m != nil:
		l.handleMessage(m[1], m[2], m[3], m[4])
	case strings.HasPrefix(line, "\t"): // a continuation line
		if l.show {
			l.to.Log(context.Background(), l.level, "PostgreSQL: "+strings.TrimSpace(line))
		}
	case line != "": // not from PostgreSQL's logger, but for example from the dynamic linker, or before the settings are read
		l.problem = line
		l.to.Warn("PostgreSQL: " + line)
	}
}

func (l *serverLog) handleMessage(process, code, severity, text string) {
	fromClient := process == "client backend"
	l.show = true
	if process == "postmaster" && text == "received smart shutdown request" {
		l.onSmartShutdown()
	}
	switch severity {
	case "LOG", "DEBUG", "INFO", "NOTICE":
		l.level = slog.LevelDebug
	case "WARNING":
		l.level = slog.LevelWarn
	case "ERROR":
		// The client gets the error anyway. The text may quote the client's input: invalid input syntax for …
		l.level = slog.LevelWarn
		if fromClient {
			l.level, l.show, text = slog.LevelDebug, false, "a client got an error"
		}
	case "FATAL", "PANIC":
		l.level = slog.LevelError
		l.problem = text
		// These are normal: a shutdown closes or rejects connections, and clients disconnect during a query, as a stopping
		// server does.
		if code == "57P01" || code == "57P03" || code[:2] == "08" {
			l.level = slog.LevelDebug
		}
	case "HINT": // a hint for the previous message, without values
	default: // DETAIL, CONTEXT, QUERY and STATEMENT, even if the settings allow them
		l.show = false
		return
	}
	l.to.Log(context.Background(), l.level, "PostgreSQL: "+text, "process", process, "sqlstate", code)
}
