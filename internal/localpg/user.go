package localpg

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// account is the operating system's user that runs PostgreSQL.
type account struct {
	uid, gid uint32
}

func isRoot() bool { return os.Geteuid() == 0 }

// serverUser returns the user that runs a new cluster: the current user, but postgres or nobody instead of root, because PostgreSQL
// doesn't run as root.
func serverUser() (account, error) {
	if !isRoot() {
		return account{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil //nolint:gosec // ids are 32 bits
	}
	for _, name := range []string{"postgres", "_postgres", "nobody"} { // _postgres: macOS
		if u, err := user.Lookup(name); err == nil {
			return accountOf(u)
		}
	}
	return account{}, errors.New("started as root, and there is neither a user postgres nor a user nobody to run PostgreSQL as")
}

// clusterUser returns the user that must run an existing cluster: its owner.
func clusterUser(cluster string) (account, error) {
	info, err := os.Stat(cluster)
	if err != nil {
		return account{}, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return account{}, fmt.Errorf("%s: the owner is unknown", cluster)
	}

	switch {
	case stat.Uid == 0:
		return account{}, fmt.Errorf("%s belongs to root, and PostgreSQL refuses to run as root: give it back to the user it belonged to (chown -R)", cluster)
	case !isRoot() && int(stat.Uid) != os.Geteuid():
		return account{}, fmt.Errorf("%s belongs to the user with id %d, not to you (%d): run Ocipe as that user or as root", cluster, stat.Uid, os.Geteuid())
	case !isRoot():
		return serverUser()
	}

	// Use the group of the owner, not that of the folder, which may be root's.
	if u, err := user.LookupId(strconv.Itoa(int(stat.Uid))); err == nil {
		return accountOf(u)
	}
	return account{uid: stat.Uid, gid: stat.Gid}, nil
}

func accountOf(u *user.User) (account, error) {
	uid, err := strconv.ParseInt(u.Uid, 10, 64)
	if err != nil {
		return account{}, fmt.Errorf("the id of user %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseInt(u.Gid, 10, 64)
	if err != nil {
		return account{}, fmt.Errorf("the group id of user %s: %w", u.Username, err)
	}
	return account{uid: uint32(uid), gid: uint32(gid)}, nil //nolint:gosec // ids are 32 bits; macOS writes nobody's as -2
}

// makeFolder creates a folder that only this user can open.
func (a account) makeFolder(path string) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	if !isRoot() {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

// command returns a command that runs a PostgreSQL program as this user in the folder dir.
//
// The command gets few environment variables: the caller's PG* variables and locales would change what PostgreSQL does, and PostgreSQL
// doesn't need the caller's secrets. LC_ALL=C is valid everywhere. With an unknown locale initdb fails, and with none at all postgres
// fails on macOS. The cluster's own locale is an argument of initdb.
//
// ifParentDies is the signal that the program gets if this process is killed (Linux only). The system sends it when the *thread* that
// started the program ends, so the caller must keep that thread: see runTool and server.run.
func (a account) command(program, dir string, ifParentDies syscall.Signal, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...) //nolint:noctx,gosec // signals end it, not the context of the start; the program is PostgreSQL's
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "LC_ALL=C"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH"} {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}

	// Ctrl-C signals the whole process group, and closing a terminal the whole session. In a separate session, PostgreSQL keeps running
	// until the requests have ended.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if isRoot() {
		// Groups must not be nil, or the child would keep root's supplementary groups.
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid, Groups: []uint32{}}
	}
	signalIfParentDies(cmd.SysProcAttr, ifParentDies)
	return cmd
}
