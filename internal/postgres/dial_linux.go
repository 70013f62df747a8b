package postgres

import "syscall"

// tcpUserTimeout is TCP_USER_TIMEOUT of <linux/tcp.h>, which package syscall lacks.
const tcpUserTimeout = 0x12

// setUserTimeout makes the kernel end a TCP connection if the other host doesn't acknowledge sent data within [userTimeout].
func setUserTimeout(network, _ string, socket syscall.RawConn) error {
	if network == "unix" {
		return nil
	}
	return socket.Control(func(fd uintptr) {
		// If this fails, keepalive probes and deadlines end the connection, but later.
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(userTimeout.Milliseconds()))
	})
}
