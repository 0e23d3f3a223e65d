package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// machine looks for what on this machine would keep a bridge from starting with a configuration. All of it may be meant: the
// bridge runs already, or will run elsewhere, or as another user.
type machine struct {
	remarks *config.Remarks
	path    string   // of the configuration
	files   []string // that it consists of
	found   []config.Diagnostic
	runs    bool // a bridge was found that may be the one of this configuration
}

// checkMachine returns warnings, in the order of what they are about.
func checkMachine(ctx context.Context, path string, cfg *config.Config) ([]config.Diagnostic, error) {
	files, err := config.Files(path)
	if err != nil {
		return nil, err
	}
	m := machine{remarks: config.NewRemarks(), path: path, files: files}
	m.stateDir(cfg.Bridge.StateDir)
	m.listen(ctx, cfg.Admin.Listen)
	m.socket(ctx, cfg)
	return m.found, nil
}

// warn adds a warning about an attribute, or about the whole if it is not in the files.
func (m *machine) warn(block, attribute, summary, format string, args ...any) {
	pos := m.remarks.Attribute(m.files, block, attribute)
	if pos.File == "" {
		pos.File = m.path
	}
	m.found = append(m.found, m.remarks.At(pos, config.SeverityWarning, summary, fmt.Sprintf(format, args...)))
}

// listen opens the port and closes it at once.
func (m *machine) listen(ctx context.Context, address string) {
	if address == "" {
		return
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err == nil {
		_ = listener.Close() // nobody has connected
		return
	}
	const other = "Choose another address for admin.listen"
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.EADDRINUSE) && runs(ctx, adminClient{address: reachable(address)}):
		m.runs = true
		m.warn("admin", "listen", "A bridge runs there", "A bridge answers at %s. If it is the one of this configuration all is well; another one needs an address of its own.", address)
	case errors.Is(err, syscall.EADDRINUSE):
		m.warn("admin", "listen", "Port in use", "Another program has the port of %s, so that run would not start. %s, or stop that program.", address, other)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		m.warn("admin", "listen", "Not an address of this machine", "No network interface here has the address of %s. %s, such as 127.0.0.1:9599, unless the bridge runs elsewhere.", address, other)
	case errors.Is(err, fs.ErrPermission):
		m.warn("admin", "listen", "Port not allowed", "This user may not listen at %s: ports below 1024 are mostly for root. %s, unless the bridge runs as another user.", address, other)
	case errors.As(err, &dns):
		m.warn("admin", "listen", "Unknown host", "The host of %s has no address here: %s. %s.", address, dns.Err, other)
	default:
		m.warn("admin", "listen", "Cannot listen", "%v. %s.", rootCause(err), other)
	}
}

// runs reports whether a bridge answers.
func runs(ctx context.Context, client adminClient) bool {
	answer, err := client.get(ctx, "/livez")
	return err == nil && strings.TrimSpace(string(answer)) == "alive"
}

func (m *machine) stateDir(dir string) {
	if dir == "" {
		return
	}
	if problem := unusable(dir); problem != "" {
		m.warn("bridge", "state_dir", "Folder not usable", "The bridge keeps files in %s, and %s.", dir, problem)
	}
}

func (m *machine) socket(ctx context.Context, cfg *config.Config) {
	path := cfg.Admin.Socket
	if path == "" {
		return
	}
	block, attribute := "admin", "socket"
	if path == filepath.Join(cfg.Bridge.StateDir, config.SocketName) {
		block, attribute = "bridge", "state_dir"
	} else if problem := unusable(filepath.Dir(path)); problem != "" {
		m.warn(block, attribute, "Folder not usable", "The bridge makes its socket in %s, and %s.", filepath.Dir(path), problem)
	}
	switch info, err := os.Lstat(path); {
	case err != nil: // there is none, or nobody may look
	case info.Mode().Type() != fs.ModeSocket:
		m.warn(block, attribute, "Not a socket", "There is a file at %s that is no socket, so that run would not start. Choose another path for admin.socket, or move the file.", path)
	case !m.runs && runs(ctx, adminClient{socket: path}):
		m.warn(block, attribute, "A bridge runs there", "A bridge answers at its socket %s. If it is the one of this configuration all is well; another one needs a state_dir or an admin.socket of its own.", path)
	}
}

// unusable says why this user can make no files in a folder, or the folder itself; empty: it can.
func unusable(dir string) string {
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		switch {
		case (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)) && at != filepath.Dir(at):
			continue // run makes it, unless there is a file further up
		case errors.Is(err, fs.ErrPermission):
			return "this user may not look there; all is well if the bridge runs as one that may"
		case err != nil:
			return rootCause(err).Error()
		case !info.IsDir():
			return at + " is a file"
		}
		switch err := mayWrite(at); {
		case errors.Is(err, fs.ErrPermission):
			return fmt.Sprintf("this user may not write to %s; all is well if the bridge runs as one that may", at)
		case err != nil:
			return fmt.Sprintf("%s cannot be written to: %v", at, err)
		}
		return ""
	}
}
