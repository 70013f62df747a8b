//go:build !linux

package cli

import (
	"errors"
	"net"
)

// dropNewConnections returns an error, because only Linux has such filters.
func dropNewConnections(net.Listener) error { return errors.ErrUnsupported }

// waitingConnections returns an error, because only Linux provides this number.
func waitingConnections(net.Listener) (uint32, error) { return 0, errors.ErrUnsupported }
