package config

import (
	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
)

const (
	maxFile   = 4 << 20  // of what file() reads: it is for secrets and tables of devices
	maxSource = 16 << 20 // of a file of the configuration: far more than thousands of remotes need
)

// readFile reads a file for file() and credential().
func readFile(path string) ([]byte, error) { return smallfile.ReadOpened(path, maxFile) }

// readSource reads a file of the configuration.
func readSource(path string) ([]byte, error) { return smallfile.ReadOpened(path, maxSource) }
