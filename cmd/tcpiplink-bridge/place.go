package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
)

// defaultAdmin is where a bridge listens if its configuration has an admin block without an address.
const defaultAdmin = "127.0.0.1:9599"

// packagedSocket is where a bridge listens that is installed from a package, with the state folder that belongs to it.
const packagedSocket = "/var/lib/tcpiplink-bridge/" + config.SocketName

// placeFlags say which bridge is meant, in all commands that ask one.
type placeFlags struct {
	config, admin, socket, stateDir, tokenFile string
	vars                                       varFlags
}

func (f *placeFlags) register(flags *pflag.FlagSet) {
	flags.StringVarP(&f.config, "config", "c", "", "configuration `file` of the bridge, which says where it is; or $"+configVariable)
	f.vars.register(flags)
	flags.StringVar(&f.socket, "socket", "", "unix `socket` of the bridge")
	flags.StringVar(&f.stateDir, "state-dir", "", "state `folder` of the bridge, where its socket is")
	flags.StringVar(&f.admin, "admin", "", "admin `host:port` of the bridge; "+defaultAdmin+" if nothing is said, for what only reads")
	flags.StringVar(&f.tokenFile, "token-file", "", "`file` with the token of the bridge, its admin.token_file, to ask at its host:port")
	flags.StringVar(&f.admin, "address", "", "older name of --admin")
	_ = flags.MarkHidden("address") // it is registered above
}

// place is where a bridge may be found.
type place struct {
	address  string         // host:port; empty: it has none, or none is known
	socket   string         // likewise
	stateDir string         // likewise
	token    config.Secret  // for the address
	path     string         // of the configuration that said so; empty: flags did
	config   *config.Config // nil: it is not known
	mistakes *mistakes      // of the configuration; nil: none
	guessed  bool           // none of that is known, and usual places are tried
}

// exampleState is what to do about a configuration whose bridge cannot be reached.
const exampleState = `add: bridge { state_dir = "/var/lib/tcpiplink-bridge" }`

// find finds out from the flags where the bridge is. Nothing was said if that is nowhere.
func (f *placeFlags) find() (place, error) {
	if err := f.conflict(); err != nil {
		return place{}, err
	}
	token, err := f.token()
	if err != nil {
		return place{}, err
	}
	switch {
	case f.admin != "":
		if _, _, err := net.SplitHostPort(f.admin); err != nil {
			return place{}, &usageError{err: fmt.Errorf("--admin: %w", err), hint: "give it as host:port, as in --admin " + defaultAdmin}
		}
		return place{address: f.admin, token: token}, nil
	case f.socket != "":
		return place{socket: f.socket, stateDir: f.stateDir}, nil
	case f.stateDir != "":
		return place{socket: filepath.Join(f.stateDir, config.SocketName), stateDir: f.stateDir}, nil
	}
	at := place{token: token}
	if path := configPath(f.config); path != "" {
		err := at.configured(path, f.vars)
		return at, err
	}
	if !token.IsZero() {
		at.address = defaultAdmin
	}
	return at, nil
}

// reader returns a client that looks at the bridge.
func (f *placeFlags) reader() (adminClient, error) {
	at, err := f.find()
	if err != nil {
		return adminClient{}, err
	}
	return at.reader()
}

// changer returns a client that has the bridge change something.
func (f *placeFlags) changer() (adminClient, error) {
	at, err := f.find()
	if err != nil {
		return adminClient{}, err
	}
	return at.changer()
}

// configPath returns the configuration that a flag names, or else the environment; empty: neither does.
func configPath(flag string) string { return cmp.Or(flag, os.Getenv(configVariable)) }

// conflict refuses what names two bridges.
func (f *placeFlags) conflict() error {
	var given []string
	for _, flag := range []struct{ name, value string }{{"--admin", f.admin}, {"--socket", f.socket}, {"--state-dir", f.stateDir}, {"--config", f.config}} {
		if flag.value != "" {
			given = append(given, flag.name)
		}
	}
	switch {
	case len(given) > 1 && (len(given) > 2 || given[0] != "--socket" || given[1] != "--state-dir"): // a socket may be outside of the folder
		return &usageError{err: fmt.Errorf("%s and %s are both given", given[0], given[1]), hint: "use one of them: each says which bridge"}
	case f.tokenFile != "" && (f.socket != "" || f.stateDir != ""):
		return &usageError{err: fmt.Errorf("--token-file and %s are both given", given[0]), hint: "at its socket a bridge asks for no token"}
	}
	return nil
}

func (f *placeFlags) token() (config.Secret, error) {
	if f.tokenFile == "" {
		return config.Secret{}, nil
	}
	text, err := smallfile.ReadOpened(f.tokenFile, maxSecret)
	if err != nil {
		return config.Secret{}, &usageError{err: fmt.Errorf("--token-file: %w", err)}
	}
	token, err := config.ParseToken(text)
	if err != nil {
		return config.Secret{}, &usageError{err: fmt.Errorf("--token-file: %s %w", f.tokenFile, err)}
	}
	return token, nil
}

// configured takes the place from a configuration, as far as it can be told if that has mistakes: the bridge may run by what was there
// before them.
func (p *place) configured(path string, vars varFlags) error {
	p.path = path
	cfg, err := loadConfig(path, vars, io.Discard) // its warnings are not for who asks a bridge
	const otherwise = "without the file: --socket PATH, --state-dir FOLDER or --admin host:port"
	var wrong *config.Error
	switch {
	case err == nil:
		p.config = cfg
		p.address, p.socket, p.stateDir = reachable(cfg.Admin.Listen), cfg.Admin.Socket, cfg.Bridge.StateDir
		return nil
	case !errors.As(err, &wrong):
		return &usageError{err: err, hint: otherwise}
	}
	p.mistakes = &mistakes{path: path, all: err, found: wrong}
	options, err := vars.options()
	if err != nil {
		return err
	}
	at, err := config.LocateBridge(path, options)
	if err != nil { // it was there a moment ago
		return &usageError{err: err, hint: otherwise}
	}
	p.address, p.socket, p.stateDir = reachable(at.Listen), at.Socket, at.StateDir
	return nil
}

// spoiled reports whether mistakes may be why nobody is found: those of the file, or one that hides where the bridge is.
func (p *place) spoiled() bool {
	return p.mistakes != nil && (p.guessed || !p.mistakes.ofReader())
}

// reader asks at the address, where others than the user of the bridge may ask, or at its socket.
func (p *place) reader() (adminClient, error) {
	client := adminClient{address: p.address, token: p.token, at: p}
	other := adminClient{socket: p.socket, at: p}
	switch {
	case p.address != "" && (p.socket == "" || !p.token.IsZero()):
		return client, nil
	case p.address != "" && !onLoopback(p.address): // it asks for a token there
		other.next = &client
		return other, nil
	case p.address != "":
		client.next = &other
		return client, nil
	case p.socket != "":
		return other, nil
	case p.path == "":
		return adminClient{address: defaultAdmin, at: p}, nil
	case p.mistakes != nil:
		p.guessed = true
		guess := adminClient{address: defaultAdmin, at: p}
		return adminClient{socket: packagedSocket, next: &guess, at: p}, nil
	}
	return adminClient{}, &usageError{err: fmt.Errorf("configuration %s has no admin block, so its bridge cannot be asked", p.path), hint: "add: admin {}"}
}

// changer asks with the token at the address, or at the socket.
func (p *place) changer() (adminClient, error) {
	switch {
	case !p.token.IsZero() && p.address != "":
		return adminClient{address: p.address, token: p.token, at: p}, nil
	case !p.token.IsZero():
		return adminClient{}, &usageError{err: fmt.Errorf("configuration %s gives its bridge no address", p.path), hint: "without --token-file it is asked at its socket"}
	case p.socket != "":
		return adminClient{socket: p.socket, at: p}, nil
	case p.mistakes != nil:
		return adminClient{}, p.mistakes.lost()
	case p.path != "":
		return adminClient{}, &usageError{
			err:  fmt.Errorf("configuration %s gives its bridge no unix socket", p.path),
			hint: exampleState + ", or use --token-file; a reload can be told by SIGHUP too",
		}
	case p.address != "":
		return adminClient{}, &usageError{err: errors.New("--admin is given without --token-file"), hint: "over the network a bridge changes nothing without its token"}
	}
	return adminClient{}, errWhichBridge()
}

func errWhichBridge() error {
	return &usageError{
		err:  errors.New("which bridge is meant?"),
		hint: "name its configuration with --config FILE or $" + configVariable + ", or its state folder with --state-dir FOLDER",
	}
}

// reachable returns an address of this machine for one to listen on, which may stand for all addresses.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	ip, _ := netip.ParseAddr(host)
	switch {
	case err != nil:
		return listen
	case host == "" || ip == netip.IPv4Unspecified():
		return net.JoinHostPort("127.0.0.1", port)
	case ip == netip.IPv6Unspecified():
		return net.JoinHostPort("::1", port)
	}
	return listen
}

// onLoopback reports whether an address is asked without leaving this machine.
func onLoopback(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
