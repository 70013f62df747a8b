package postgres

import "syscall"

// tcpUserTimeout is TCP_USER_TIMEOUT of <linux/tcp.h>, which package syscall lacks.
const tcpUserTimeout = 0x12

// setUserTimeout ends a TCP connection if the other host doesn't acknowledge within [userTimeout] what was sent.
func setUserTimeout(network, _ string, socket syscall.RawConn) error {
	if network == "unix" {
		return nil
	}
	return socket.Control(func(fd uintptr) {
		// Without it, keepalive probes and deadlines end the connection, only later.
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(userTimeout.Milliseconds()))
	})
}
