//go:build !windows

package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// askTimeout is how long a socket that is there has to answer.
const askTimeout = time.Second

// listenSocket opens a unix socket in a folder, which is made if it is missing. The socket is made in a private folder beside it,
//
//	.NAME/lock   locked by the process that listens
//	.NAME/s      the socket, before it has its name
//
// so that nobody else can connect before it has its owner and its mode. Who has the lock may replace what an earlier process left behind.
// With a group its members can connect too.
func listenSocket(ctx context.Context, path, group string) (_ *socket, err error) {
	private := filepath.Join(filepath.Dir(path), "."+filepath.Base(path))
	if err := makePrivate(private); err != nil {
		return nil, err
	}
	lock, err := vfs.OS{}.Lock(filepath.Join(private, "lock"))
	if errors.Is(err, vfs.ErrLocked) {
		return nil, fmt.Errorf("%s: %w", path, ErrSocketInUse)
	}
	if err != nil {
		return nil, err
	}
	s := &socket{path: path, lock: lock}
	if err := s.open(ctx, filepath.Join(private, "s"), group); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return s, nil
}

// open makes the socket under a first name, and then gives it its own.
func (s *socket) open(ctx context.Context, first, group string) error {
	if err := vacant(ctx, s.path); err != nil {
		return err
	}
	if err := os.Remove(first); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "unix", first)
	if err != nil {
		return err
	}
	listener.(*net.UnixListener).SetUnlinkOnClose(false) // it knows the first name only
	s.Listener = listener
	if err = own(first, group); err != nil && group != "" {
		err = &GroupError{err}
	}
	if err == nil {
		err = os.Rename(first, s.path)
	}
	if err != nil {
		return errors.Join(err, listener.Close(), os.Remove(first))
	}
	if s.own, err = os.Lstat(s.path); err != nil {
		return errors.Join(err, listener.Close())
	}
	return nil
}

// own says who may connect to a socket: the user of this process, and a group unless it is empty.
func own(path, group string) error {
	if group == "" {
		return os.Chmod(path, 0o600)
	}
	found, err := user.LookupGroup(group)
	if err != nil {
		if found, err = user.LookupGroupId(group); err != nil {
			return fmt.Errorf("there is no group %q", group)
		}
	}
	number, err := strconv.Atoi(found.Gid)
	if err != nil {
		return fmt.Errorf("group %q: %w", group, err)
	}
	if err := give(path, number); err != nil {
		return fmt.Errorf("the socket cannot be given to the group %q, of which this user has to be a member: %w", group, err)
	}
	return os.Chmod(path, 0o660) //nolint:gosec // that is what the group is for
}

// give puts a file into a group. It asks for nothing where it is in it already, as a service may have no right to ask.
func give(path string, group int) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if is, ok := info.Sys().(*syscall.Stat_t); ok && int(is.Gid) == group {
		return nil
	}
	return os.Chown(path, -1, group)
}

// makePrivate makes a folder for the user of this process alone. One that belongs to somebody else could be looked into.
func makePrivate(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(owner.Uid) != os.Geteuid() {
		return fmt.Errorf("%s: not a folder of this user", dir)
	}
	return os.Chmod(dir, 0o700) //nolint:gosec // a folder has to be entered
}

// vacant reports by its error that the path is taken. A socket that nobody listens on is not in the way.
func vacant(ctx context.Context, path string) error {
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s: there is a file that is no socket", path)
	}
	d := net.Dialer{Timeout: askTimeout}
	conn, err := d.DialContext(ctx, "unix", path)
	if err == nil {
		conn.Close()
	}
	if !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", path, ErrSocketInUse)
	}
	return nil
}
