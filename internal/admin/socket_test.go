//go:build !windows

package admin

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// socketPath returns one in a folder that is not there yet.
func socketPath(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "state", "admin.sock")
}

// serveOn runs a server at a socket until the returned function is called.
func serveOn(t *testing.T, o Options) (stop func()) {
	t.Helper()
	o.Logger, o.Gatherer, o.Reloader = hclog.NewNullLogger(), prometheus.NewRegistry(), &planned{}
	server, err := Listen(t.Context(), o)
	if err != nil {
		t.Fatalf("Listen = %v, want a server", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return stop
}

// over returns a client whose requests all go to a socket.
func over(t *testing.T, path string) *http.Client {
	t.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// request asks once, and returns the status and the body of the answer.
func request(t *testing.T, client *http.Client, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	return response.StatusCode, string(got)
}

func TestSocket(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	stop := serveOn(t, Options{Socket: path, Bridge: &fixed{}})
	if status, body := request(t, over(t, path), http.MethodGet, "http://localhost/livez", ""); status != http.StatusOK || body != "alive\n" {
		t.Errorf("livez over the socket = %d %q, want 200 and alive", status, body)
	}
	for name, want := range map[string]fs.FileMode{
		path:                                  fs.ModeSocket | 0o600,
		filepath.Dir(path):                    fs.ModeDir | 0o700,
		filepath.Dir(path) + "/.admin.sock":   fs.ModeDir | 0o700,
		filepath.Dir(path) + "/.admin.sock/s": 0,
	} {
		info, err := os.Lstat(name)
		switch {
		case want == 0 && !errors.Is(err, fs.ErrNotExist):
			t.Errorf("%s: %v, want that it is not there", name, err)
		case want != 0 && err != nil:
			t.Errorf("%s: %v, want it there", name, err)
		case want != 0 && info.Mode() != want:
			t.Errorf("%s has mode %v, want %v", name, info.Mode(), want)
		}
	}
	stop()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket after the end: %v, want that it is not there", err)
	}
}

// TestSocketAndPort has both answer, and both ports closed at the end.
// TestSocketOfAGroup gives the socket to a group that this user is in.
func TestSocketOfAGroup(t *testing.T) {
	own, err := user.LookupGroupId(strconv.Itoa(os.Getegid()))
	if err != nil {
		t.Skip("the group of this process has no name:", err)
	}
	for _, group := range []string{own.Name, own.Gid} {
		s, err := listenSocket(t.Context(), socketPath(t), group)
		if err != nil {
			t.Fatalf("listenSocket with group %q = %v, want no error", group, err)
		}
		info, err := os.Stat(s.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o660 {
			t.Errorf("mode of the socket of group %q is %o, want 660", group, got)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	path := socketPath(t)
	if s, err := listenSocket(t.Context(), path, "no-such-group"); err == nil {
		_ = s.Close()
		t.Error("listenSocket with an unknown group = nil, want an error")
	} else if _, ok := errors.AsType[*GroupError](err); !ok {
		t.Errorf("listenSocket with an unknown group = %T, want a GroupError", err)
	} else if want := `there is no group "no-such-group"`; err.Error() != want {
		t.Errorf("listenSocket with an unknown group = %q, want %q", err, want)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after an unknown group the path has something (%v), want nothing", err)
	}
}

func TestSocketAndPort(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	server, err := Listen(t.Context(), Options{
		Address: "127.0.0.1:0", Socket: path, Bridge: &fixed{}, Logger: hclog.NewNullLogger(), Gatherer: prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Run(ctx)
	}()
	transport := &http.Transport{}
	if status, _ := request(t, &http.Client{Transport: transport}, http.MethodGet, "http://"+server.Addr().String()+"/livez", ""); status != http.StatusOK {
		t.Errorf("livez over TCP = %d, want 200", status)
	}
	transport.CloseIdleConnections()
	if status, _ := request(t, over(t, path), http.MethodGet, "http://localhost/livez", ""); status != http.StatusOK {
		t.Errorf("livez over the socket = %d, want 200", status)
	}
	cancel()
	<-done
	for _, at := range [][2]string{{"tcp", server.Addr().String()}, {"unix", path}} {
		if conn, err := (&net.Dialer{}).DialContext(t.Context(), at[0], at[1]); err == nil {
			conn.Close()
			t.Errorf("%s %s answers after the end, want nobody there", at[0], at[1])
		}
	}
}

func TestNoPortAndNoSocket(t *testing.T) {
	t.Parallel()
	server, err := Listen(t.Context(), Options{Logger: hclog.NewNullLogger()})
	if err != nil || server.Addr() != nil {
		t.Fatalf("Listen nowhere = %v, address %v, want a server without one", err, server.Addr())
	}
	server.Run(t.Context()) // returns at once
}

// TestStaleSocket takes the place of a socket that a killed process left behind.
func TestStaleSocket(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	if err := os.MkdirAll(filepath.Dir(path)+"/.admin.sock", 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, filepath.Dir(path) + "/.admin.sock/s"} {
		old, err := new(net.ListenConfig).Listen(t.Context(), "unix", name)
		if err != nil {
			t.Fatal(err)
		}
		old.(*net.UnixListener).SetUnlinkOnClose(false)
		old.Close()
	}
	serveOn(t, Options{Socket: path, Bridge: &fixed{}})
	if status, _ := request(t, over(t, path), http.MethodGet, "http://localhost/livez", ""); status != http.StatusOK {
		t.Errorf("livez = %d, want 200", status)
	}
	if info, err := os.Lstat(filepath.Dir(path) + "/.admin.sock"); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("private folder: %v, %v, want mode 0700", info.Mode(), err)
	}
}

// TestLiveSocket leaves alone what somebody uses: a bridge, whether it has its socket already or not, another program, a file.
func TestLiveSocket(t *testing.T) {
	t.Parallel()
	for name, occupy := range map[string]func(path string) (io.Closer, error){
		"a bridge": func(path string) (io.Closer, error) { return listenSocket(t.Context(), path, "") },
		"a bridge that starts": func(path string) (io.Closer, error) {
			if err := makePrivate(filepath.Dir(path) + "/.admin.sock"); err != nil {
				return nil, err
			}
			return vfs.OS{}.Lock(filepath.Dir(path) + "/.admin.sock/lock")
		},
		"another program": func(path string) (io.Closer, error) {
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return nil, err
			}
			return new(net.ListenConfig).Listen(t.Context(), "unix", path)
		},
	} {
		path := socketPath(t)
		other, err := occupy(path)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		before, _ := os.Lstat(path)
		_, err = Listen(t.Context(), Options{Address: "127.0.0.1:0", Socket: path, Logger: hclog.NewNullLogger()})
		if !errors.Is(err, ErrSocketInUse) || !strings.Contains(err.Error(), "admin: "+path) {
			t.Errorf("%s: Listen = %v, want ErrSocketInUse with the path", name, err)
		}
		if after, _ := os.Lstat(path); before != nil && !os.SameFile(before, after) {
			t.Errorf("%s: the socket is another one", name)
		}
		other.Close() //nolint:errcheck // it is at its end
	}
}

func TestSocketLeavesFiles(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Listen(t.Context(), Options{Socket: path, Logger: hclog.NewNullLogger()})
	if err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("Listen in place of a file = %v, want an error that says so", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "precious" {
		t.Errorf("the file holds %q, %v, want what was in it", got, err)
	}
}

// TestSocketOfAnother is not removed: somebody took away ours and put one there.
func TestSocketOfAnother(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	ours, err := listenSocket(t.Context(), path, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	other, err := new(net.ListenConfig).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := ours.Close(); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the other socket: %v, want it there", err)
	}
}

// TestPrivateFolderOfAnother is not used: its owner could connect before the socket has its mode.
func TestPrivateFolderOfAnother(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	private := filepath.Dir(path) + "/.admin.sock"
	if err := os.MkdirAll(filepath.Dir(path)+"/elsewhere", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("elsewhere", private); err != nil {
		t.Fatal(err)
	}
	if s, err := listenSocket(t.Context(), path, ""); err == nil {
		s.Close() //nolint:errcheck // the test has failed
		t.Error("a link in place of the private folder was followed, want an error")
	}
	if os.Geteuid() != 0 {
		return
	}
	if err := os.Remove(private); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(private, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(private, 65534, 65534); err != nil {
		if errors.Is(err, syscall.EPERM) {
			return // root of a container that may not
		}
		t.Fatal(err)
	}
	if s, err := listenSocket(t.Context(), path, ""); err == nil {
		s.Close() //nolint:errcheck // the test has failed
		t.Error("the private folder of another user was used, want an error")
	}
}

// TestBridgeWithoutSocket tells the errors that keep a bridge from its work from those that do not.
func TestBridgeWithoutSocket(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{&fs.PathError{Op: "mkdir", Path: "/s/.admin.sock", Err: syscall.ENOSPC}, true},
		{&net.OpError{Op: "listen", Net: "unix", Err: os.NewSyscallError("bind", syscall.ENOSPC)}, true},
		{&fs.PathError{Op: "chmod", Path: "/s/.admin.sock", Err: syscall.EROFS}, true},
		{errors.ErrUnsupported, true},
		{&fs.PathError{Op: "mkdir", Path: "/s/.admin.sock", Err: syscall.EACCES}, false},
		{ErrSocketInUse, false},
	} {
		if got := dispensable(tt.err); got != tt.want {
			t.Errorf("dispensable(%v) = %v, want %v", tt.err, got, tt.want)
		}
	}
}
