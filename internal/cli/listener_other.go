//go:build !linux

package cli

import (
	"errors"
	"net"
)

// dropNewConnections returns an error: only Linux has such filters.
func dropNewConnections(net.Listener) error { return errors.ErrUnsupported }
