package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/pflag"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// openBridge is the bridge that a command is about.
type openBridge struct {
	queueReader
	queueChanger
	// repair mends the files of a queue, as a start does; nil: the bridge runs.
	repair   func(ctx context.Context, name store.Name) (*api.Check, error)
	live     bool
	where    string // the socket, or the state folder
	stateDir string // empty: it has none, or none is known
	// routed says that the configuration is known, so that a queue without limits is of no route.
	routed bool
}

// in names the bridge in messages.
func (b *openBridge) in() string {
	if b.live {
		return "in the running bridge at " + b.where
	}
	return "of the stopped bridge in " + b.where
}

// placeFlags say which bridge is meant.
type placeFlags struct {
	config, socket, stateDir string
	vars                     varFlags
}

// registerPlace adds the flags that say which bridge is meant.
func (f *placeFlags) registerPlace(flags *pflag.FlagSet) {
	flags.StringVarP(&f.config, "config", "c", "", "configuration `file` (HCL), or $TCPIPLINK_CONFIG")
	f.vars.register(flags)
	flags.StringVar(&f.socket, "socket", "", "unix `socket` of a running bridge")
	flags.StringVar(&f.stateDir, "state-dir", "", "state `folder` of the bridge, running or stopped")
}

// exampleState is what to do about a configuration whose bridge cannot be reached.
const exampleState = `add: bridge { state_dir = "/var/lib/tcpiplink-bridge" }`

// place is where a bridge may be found.
type place struct {
	socket   string         // empty: it has none
	stateDir string         // empty: it has none, or none is known
	config   *config.Config // nil: it is not known
}

// open asks the bridge if it runs, and opens its state folder if it does not.
func (f *queueFlags) open(ctx context.Context) (*openBridge, error) {
	at, err := f.place()
	if err != nil {
		return nil, err
	}
	running, err := at.answers(ctx)
	switch {
	case err != nil:
		return nil, err
	case running:
		live := liveQueues{adminClient{socket: at.socket}}
		return &openBridge{queueReader: live, queueChanger: live, live: true, where: at.socket, stateDir: at.stateDir, routed: true}, nil
	case at.stateDir == "":
		return nil, &worldError{
			err:  fmt.Errorf("no bridge answers at %s", at.socket),
			hint: "is it running? The queues of a stopped one are in its state folder: --state-dir or --config",
		}
	}
	return at.openStopped()
}

// place finds out from the flags where the bridge is.
func (f *placeFlags) place() (place, error) {
	path := f.config
	switch direct := f.socket != "" || f.stateDir != ""; {
	case direct && f.config != "":
		return place{}, &usageError{err: errors.New("--config is given with --socket or --state-dir"), hint: "use --config alone: it says both"}
	case direct && f.socket == "":
		return place{socket: filepath.Join(f.stateDir, config.SocketName), stateDir: f.stateDir}, nil
	case direct:
		return place{socket: f.socket, stateDir: f.stateDir}, nil
	case path == "":
		path = os.Getenv(configVariable)
	}
	if path == "" {
		return place{}, &usageError{
			err:  errors.New("which bridge is meant?"),
			hint: "name its configuration with --config FILE or $" + configVariable + ", or its state folder with --state-dir FOLDER",
		}
	}
	cfg, err := loadConfig(path, f.vars, io.Discard) // its warnings are not for who asks about queues
	if err != nil {
		return place{}, &usageError{err: err, hint: "without the file: --state-dir FOLDER or --socket PATH"}
	}
	at := place{cfg.Admin.Socket, cfg.Bridge.StateDir, cfg}
	if at.socket == "" && at.stateDir == "" {
		return place{}, &usageError{
			err:  fmt.Errorf("configuration %s has neither a state folder nor a unix socket, so its bridge cannot be looked into", path),
			hint: exampleState,
		}
	}
	return at, nil
}

// answers reports whether something listens on the socket.
func (p place) answers(ctx context.Context) (bool, error) {
	if p.socket == "" {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", p.socket)
	switch {
	case err == nil:
		return true, conn.Close()
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED): // never started, stopped, or killed
		return false, nil
	}
	return false, adminClient{socket: p.socket}.unreachable(fmt.Errorf("socket: %w", err))
}
