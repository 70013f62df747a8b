package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	databaseName = "ocipe" // the database and its owner
	port         = "5432"  // only part of the socket's name
	socketName   = ".s.PGSQL." + port

	// serviceFile is a connection service file with one empty service; see [connectionURL].
	serviceFile = "ocipe_service.conf"
)

// socket is the folder of PostgreSQL's Unix socket.
type socket struct {
	dir string
	own bool // created only for the socket
}

// makeSocketFolder returns the folder for the socket. This is normally the cluster, which only its user can open. If that path is too
// long for a socket, or has a comma, which separates hosts in a connection string, it is a folder with a short name, always the same for
// this cluster and user.
//
// It returns an error if another user has created the short folder, because its owner could put another socket there.
func makeSocketFolder(loc location) (socket, error) {
	if len(filepath.Join(loc.cluster, socketName)) <= maxSocketPath && !strings.Contains(loc.cluster, ",") {
		return socket{dir: loc.cluster}, nil
	}

	dir := filepath.Join(shortFolders(), "ocipe-"+shortHash(loc.cluster+"\n"+strconv.Itoa(int(loc.user.uid))))
	err := loc.user.makeFolder(dir)
	if err == nil {
		return socket{dir: dir, own: true}, nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return socket{}, err
	}

	info, err := os.Lstat(dir) // not Stat, which would follow a symbolic link that another user made
	if err != nil {
		return socket{}, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || stat.Uid != loc.user.uid || info.Mode().Perm() != 0o700 {
		return socket{}, fmt.Errorf("%s exists, but is not a folder that only the user with id %d can open: "+
			"remove it, or use a data folder with a shorter path (%d bytes at most, no comma)",
			dir, loc.user.uid, maxSocketPath-len(filepath.Join("/", clusterFolder, socketName)))
	}
	return socket{dir: dir, own: true}, nil
}

// remove removes the short folder once PostgreSQL has ended.
func (s socket) remove() error {
	if !s.own {
		return nil
	}
	if err := os.Remove(s.dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the socket's folder: %w", err)
	}
	return nil
}

// connectionURL returns a URL with every parameter that pgx would otherwise take from a PG* environment variable. PGSERVICE can't be
// cleared, so the URL names a service that sets nothing.
func connectionURL(socketDir, services string) string {
	q := url.Values{
		"host": {socketDir}, "port": {port}, "user": {databaseName}, "password": {""}, "passfile": {os.DevNull},
		"service": {databaseName}, "servicefile": {services},
		"application_name": {databaseName}, "options": {""}, "timezone": {"UTC"},
		"sslmode": {"disable"}, "sslcertmode": {"disable"}, "sslnegotiation": {"postgres"},
		"channel_binding": {"disable"}, "require_auth": {""}, "connect_timeout": {"10"},
		"target_session_attrs": {"any"}, "min_protocol_version": {""}, "max_protocol_version": {""},
	}
	// A plus sign doesn't mean a space in a PostgreSQL URL.
	return "postgres:///" + databaseName + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// writeServiceFile writes the file that [connectionURL] needs. O_EXCL keeps root from writing through a link that the cluster's user
// made.
func writeServiceFile(cluster string) error {
	f, err := os.OpenFile(filepath.Join(cluster, serviceFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // it has no secret
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString("# Keeps the variable PGSERVICE from changing Ocipe's connections.\n[" + databaseName + "]\n")
	return errors.Join(err, f.Close())
}
