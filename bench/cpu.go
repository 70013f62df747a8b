package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc/<pid>/stat (proc(5): USER_HZ, which is 100 on all current Linux systems).
const tick = 10 * time.Millisecond

// processCPU returns the user and system time of a process so far, in nanoseconds. It adds up the threads that exist: Go rarely ends
// threads, and PostgreSQL's processes have only one.
func processCPU(pid int) (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return 0, err
	}
	if len(threads) == 0 {
		return 0, fmt.Errorf("process %d: %w", pid, fs.ErrNotExist)
	}
	var sum time.Duration
	for _, file := range threads {
		text, err := os.ReadFile(file) //nolint:gosec // a file of this program or of the system
		if errors.Is(err, fs.ErrNotExist) {
			continue // the thread has just ended
		}
		if err != nil {
			return 0, err
		}
		first, _, _ := strings.Cut(string(text), " ")
		ns, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(ns)
	}
	return sum, nil
}

// postgresCPU returns the time of all processes of PostgreSQL: the postmaster, its children, and its ended children, whose time the
// system adds to the postmaster.
func postgresCPU(postmaster int) (time.Duration, error) {
	sum, err := processCPU(postmaster)
	if err != nil {
		return 0, err
	}
	own, err := readStat(postmaster)
	if err != nil {
		return 0, err
	}
	sum += own.ended
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, file := range stats {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file))) // the pattern matches only numbers
		s, err := readStat(pid)
		if err != nil || s.parent != postmaster { // the process may have just ended
			continue
		}
		of, err := processCPU(pid)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
		sum += of
	}
	return sum, nil
}

// stat has fields of /proc/<pid>/stat.
type stat struct {
	parent int
	ended  time.Duration // of children that have ended
}

func readStat(pid int) (stat, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	// The second field, a name in parentheses, may have any text.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	var numbers [3]int
	for i, field := range []int{4, 16, 17} { // ppid, cutime, cstime
		if numbers[i], err = strconv.Atoi(fields[field-3]); err != nil {
			return stat{}, err
		}
	}
	return stat{parent: numbers[0], ended: time.Duration(numbers[1]+numbers[2]) * tick}, nil
}

// proportionalMemory returns the memory of a process in bytes, including its part of shared memory (PSS).
func proportionalMemory(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); words[0] == "Pss:" {
			kb, err := strconv.ParseInt(words[1], 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("smaps_rollup has no Pss")
}
