package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// sample has the resources that the server uses at one moment.
type sample struct {
	memory      float64 // PSS in MiB
	goroutines  float64
	threads     float64
	files       float64 // open files and connections
	connections float64 // the server's connections to PostgreSQL
}

var goroutineCount = regexp.MustCompile(`total (\d+)`)

func (s *soak) sample(ctx context.Context) (now sample, err error) {
	pid := s.server.cmd.Process.Pid
	bytes, err := proportionalMemory(pid)
	if err != nil {
		return now, err
	}
	now.memory = float64(bytes) / (1 << 20)
	threads, err := strconv.ParseFloat(procValue(fmt.Sprintf("/proc/%d/status", pid), "Threads"), 64)
	if err != nil {
		return now, err
	}
	now.threads = threads
	open, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(pid), "fd"))
	if err != nil {
		return now, err
	}
	now.files = float64(len(open))
	if now.goroutines, err = s.goroutines(ctx); err != nil {
		return now, err
	}
	return now, s.testbed.admin.QueryRow(ctx, `select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`).
		Scan(&now.connections)
}

// goroutines reads the number of goroutines from the server's profiles.
func (s *soak) goroutines(ctx context.Context) (float64, error) {
	c, err := dial(ctx, s.testbed.profileAddr)
	if err != nil {
		return 0, err
	}
	defer c.conn.Close() //nolint:errcheck // nothing is pending
	r, err := c.roundTrip(request("GET", "/debug/pprof/goroutine?debug=1", "", ""))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(r.body), "\n")
	count := goroutineCount.FindStringSubmatch(first)
	if count == nil {
		return 0, errors.New("the server's profile has no number of goroutines: " + first)
	}
	return strconv.ParseFloat(count[1], 64)
}
