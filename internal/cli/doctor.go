package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

type doctorCommand struct {
	JSON bool `name:"json" noenv:"" help:"Print the findings as JSON."`
}

// level is the severity of a finding.
type level string

const (
	levelOK      level = "ok"
	levelWarning level = "warning"
	levelError   level = "error" // the server doesn't start, or doesn't work
)

// finding is the result of one check.
type finding struct {
	Check   string `json:"check"`
	Level   level  `json:"level"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"` // what to do; empty if Level is ok
}

func passed(check, format string, args ...any) finding {
	return finding{Check: check, Level: levelOK, Message: fmt.Sprintf(format, args...)}
}

func warning(check, message, remedy string) finding {
	return finding{Check: check, Level: levelWarning, Message: message, Remedy: remedy}
}

func failure(check, message, remedy string) finding {
	return finding{Check: check, Level: levelError, Message: message, Remedy: remedy}
}

// Run checks the requirements of the server, and prints a line for each check. It changes nothing, and also works while a server runs.
// It returns an error if a check failed.
func (c doctorCommand) Run(ctx context.Context, p *program) error {
	findings := p.runChecks(ctx)
	failures := 0
	for _, f := range findings {
		if f.Level == levelError {
			failures++
		}
	}
	var err error
	if c.JSON {
		err = json.NewEncoder(p.Stdout).Encode(struct {
			OK       bool      `json:"ok"`
			Findings []finding `json:"findings"`
		}{failures == 0, findings})
	} else {
		err = printFindings(p, findings)
	}
	if err != nil {
		return err
	}
	if failures > 0 {
		return fmt.Errorf("checks that failed: %d", failures)
	}
	return nil
}

// printFindings prints one line for each finding.
func printFindings(p *program, findings []finding) error {
	for _, f := range findings {
		line := strings.ReplaceAll(f.Message, "\n", "; ")
		if f.Remedy != "" {
			line = strings.TrimSuffix(line, ".") + ". " + f.Remedy
		}
		if _, err := fmt.Fprintf(p.Stdout, "%-8s %-17s %s\n", f.Level, f.Check, line); err != nil {
			return err
		}
	}
	return nil
}

// runChecks makes all checks. Those of the database come last, because they take longest.
func (p *program) runChecks(ctx context.Context) []finding {
	findings := p.settingFindings(ctx)
	findings = append(findings, cookieFinding(p.settings), proxyFinding(p.settings))
	if p.settings.Keys == "" { // keys in OCIPE_KEYS were checked with the settings
		findings = append(findings, keyFindings(p.settings.keysFile(), p.Clock())...)
	}
	findings = append(findings, folderFinding(p.settings.DataDir, p.settings.DatabaseURL == ""), openFilesFinding())
	findings = append(findings, p.diskFindings()...)
	return append(findings, p.databaseFindings(ctx)...)
}

// settingFindings returns a finding for every invalid setting and every unknown variable.
func (p *program) settingFindings(ctx context.Context) (findings []finding) {
	err := p.settings.check()
	if err == nil {
		_, err = p.tlsConfig(ctx) // reads the certificate, as serve does
	}
	if err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			findings = append(findings, failure("settings", line, "Correct it: the server doesn't start."))
		}
	}
	for _, name := range p.unknown {
		findings = append(findings, warning("settings", name+" is no setting", "It may be misspelled: `ocipe --help` lists all settings."))
	}
	if len(findings) == 0 {
		findings = append(findings, passed("settings", "all are valid"))
	}
	return findings
}
