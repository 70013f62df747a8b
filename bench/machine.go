package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine describes the machine and the commit of a measurement.
type machine struct {
	Cores      int
	CPU        string // model
	Memory     string
	Kernel     string
	Go         string
	PostgreSQL string
	Date       string
	Commit     string // with + if the working tree has changes
}

// String returns the description as one line.
func (m machine) String() string {
	return fmt.Sprintf("%s, commit %s; %d × %s, %s, Linux %s, %s, PostgreSQL %s.", m.Date, m.Commit, m.Cores, m.CPU, m.Memory, m.Kernel, m.Go, m.PostgreSQL)
}

// describeMachine returns a description in which unknown fields are empty.
func describeMachine(ctx context.Context, b *testbed) machine {
	m := machine{
		Cores: runtime.NumCPU(), CPU: procValue("/proc/cpuinfo", "model name"), Go: runtime.Version(), Date: time.Now().Format(time.DateOnly),
	}
	if kb, err := strconv.ParseFloat(strings.TrimSuffix(procValue("/proc/meminfo", "MemTotal"), " kB"), 64); err == nil {
		m.Memory = strconv.FormatFloat(kb/(1<<20), 'f', 1, 64) + " GiB"
	}
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		m.Kernel = strings.TrimSpace(string(text))
	}
	_ = b.admin.QueryRow(ctx, `show server_version`).Scan(&m.PostgreSQL)
	if text, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty=+").Output(); err == nil {
		m.Commit = strings.TrimSpace(string(text))
	}
	return m
}

// procValue returns the first value of a name in a file of "name: value" lines.
func procValue(file, name string) string {
	f, err := os.Open(file) //nolint:gosec // a file of this program or of the system
	if err != nil {
		return ""
	}
	defer f.Close() //nolint:errcheck // the file is only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, _ := strings.Cut(lines.Text(), ":"); strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
