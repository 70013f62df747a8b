package cli

import (
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// dropSYN is a socket filter (BPF) that drops the first packet of a new connection (SYN without ACK) and passes all other packets. A
// filter of a TCP socket gets the packet from the TCP header on; byte 13 of the header has the flags.
var dropSYN = []unix.SockFilter{
	{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: 13},
	{Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, K: 0x12},
	{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: 0x02},
	{Code: unix.BPF_RET | unix.BPF_K, K: 0},
	{Code: unix.BPF_RET | unix.BPF_K, K: 0xffffffff},
}

// dropNewConnections makes the listener ignore new connections. Their clients try again after a second (RFC 6298). By then the listener
// is closed, or the next server listens. It doesn't affect connections that are established or whose handshake is in progress.
//
// It returns an error if the listener isn't a TCP listener, or the system doesn't support such filters.
func dropNewConnections(l net.Listener) error {
	var failed error
	err := control(l, func(fd uintptr) { failed = dropNewConnectionsOf(int(fd)) })
	return errors.Join(err, failed)
}

// dropNewConnectionsOf is dropNewConnections for a file descriptor.
func dropNewConnectionsOf(fd int) error {
	return unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(dropSYN)), Filter: &dropSYN[0]}) //nolint:gosec // the length is 5
}

// waitingConnections returns the number of connections that wait to be accepted.
//
// It returns an error if the listener isn't a TCP listener.
func waitingConnections(l net.Listener) (waiting uint32, err error) {
	var failed error
	err = control(l, func(fd uintptr) {
		var info *unix.TCPInfo
		if info, failed = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); failed == nil {
			waiting = info.Unacked // for a listener, this is the length of its queue
		}
	})
	return waiting, errors.Join(err, failed)
}

// control calls do with the file descriptor of a listener.
func control(l net.Listener, do func(fd uintptr)) error {
	conn, ok := l.(syscall.Conn)
	if !ok {
		return errors.ErrUnsupported
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(do)
}
