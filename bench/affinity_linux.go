package main

import (
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// pin binds all threads of a process, and the processes and threads that they start, to a range of processors.
func pin(pid, from, to int) error {
	var set unix.CPUSet
	for cpu := from; cpu < to; cpu++ {
		set.Set(cpu)
	}
	threads, err := os.ReadDir("/proc/" + strconv.Itoa(pid) + "/task")
	if err != nil {
		return err
	}
	for _, thread := range threads {
		id, _ := strconv.Atoi(thread.Name()) // all names in this directory are numbers
		if err := unix.SchedSetaffinity(id, &set); err != nil && !errors.Is(err, unix.ESRCH) {
			return err
		}
	}
	return nil
}
