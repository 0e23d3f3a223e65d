package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// defaultAdmin is where a bridge listens if its configuration has an admin block without an address.
const defaultAdmin = "127.0.0.1:9599"

// adminFlags say where the admin server of a bridge is.
type adminFlags struct {
	address string
	socket  string
	config  string
	vars    varFlags
}

func (f *adminFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.address, "admin", defaultAdmin, "admin `host:port` of the bridge")
	cmd.Flags().StringVar(&f.socket, "socket", "", "admin `socket` of the bridge, in place of a host:port")
	cmd.Flags().StringVarP(&f.config, "config", "c", "", "configuration `file` of the bridge, to take the admin address or socket from")
	f.vars.register(cmd.Flags())
}

// find returns a client for the server that the flags name.
func (f *adminFlags) find(cmd *cobra.Command) (adminClient, error) {
	var given []string
	for _, name := range []string{"admin", "socket", "config"} {
		if cmd.Flags().Changed(name) {
			given = append(given, "--"+name)
		}
	}
	switch {
	case len(given) > 1:
		return adminClient{}, &usageError{err: fmt.Errorf("%s and %s are both given", given[0], given[1]), hint: "use one of them"}
	case f.socket != "":
		return adminClient{socket: f.socket}, nil
	case f.config == "":
		if _, _, err := net.SplitHostPort(f.address); err != nil {
			return adminClient{}, &usageError{err: fmt.Errorf("--admin: %w", err), hint: "give it as host:port, as in --admin " + defaultAdmin}
		}
		return adminClient{address: f.address}, nil
	}
	cfg, err := loadConfig(f.config, f.vars, io.Discard) // its warnings are not for who asks a running bridge
	switch {
	case err != nil:
		return adminClient{}, &usageError{err: err, hint: "without the file: --admin host:port"}
	case cfg.Admin.Listen != "": // others than the bridge's user may ask there
		return adminClient{address: reachable(cfg.Admin.Listen)}, nil
	case cfg.Admin.Socket != "":
		return adminClient{socket: cfg.Admin.Socket}, nil
	}
	return adminClient{}, &usageError{err: fmt.Errorf("configuration %s has no admin block, so its bridge cannot be asked", f.config), hint: "add: admin {}"}
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

// adminClient asks the admin server of a bridge, at an address or at a unix socket.
type adminClient struct {
	address string
	socket  string // used if it is not empty
	token   config.Secret
}

const (
	askTimeout   = 3 * time.Second
	mostAnswered = 64 << 20 // 10,000 remotes with all they have
)

// where names the server.
func (c adminClient) where() string { return cmp.Or(c.socket, c.address) }

// get returns the body of a 200 that comes within a short time. Another answer is an error with its first line, and without a daemon
// the error has a hint.
func (c adminClient) get(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	answer, err := c.do(ctx, http.MethodGet, path, http.NoBody)
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	body, err := io.ReadAll(io.LimitReader(answer, mostAnswered+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("admin server at %s: %w", c.where(), err)
	case len(body) > mostAnswered:
		return nil, fmt.Errorf("admin server at %s: the answer is longer than %d bytes", c.where(), mostAnswered)
	}
	return body, nil
}

// do sends a request and returns the body of a 200. It takes as long as ctx allows.
func (c adminClient) do(ctx context.Context, method, path string, body io.Reader) (io.ReadCloser, error) {
	request, err := c.request(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	// No proxy: the bridge is on this machine, or on a network of its own.
	transport := &http.Transport{DisableKeepAlives: true}
	if c.socket != "" {
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", c.socket)
		}
	}
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return nil, c.unreachable(err)
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		return nil, refusal(response)
	}
	return response.Body, nil
}

func (c adminClient) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	host := c.address
	if c.socket != "" {
		host = "localhost"
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+host+path, body)
	if err != nil {
		return nil, &usageError{err: err, hint: "give --admin as host:port"}
	}
	if _, err := netip.ParseAddr(request.URL.Hostname()); err != nil {
		request.Host = "localhost" // a name could be that of a page that pretends to be ours; this is no page
	}
	if body != http.NoBody {
		request.Header.Set("Content-Type", api.LinesType)
	}
	if !c.token.IsZero() {
		request.Header.Set("Authorization", "Bearer "+c.token.Reveal())
	}
	return request, nil
}

// refusedError is an answer that is not a success.
type refusedError struct {
	status int
	text   string    // the words of the server
	told   api.Error // the document, if it was one
}

func (e *refusedError) Error() string { return e.text }

func refusal(response *http.Response) error {
	const most = 1 << 20 // all mistakes of a configuration
	body, err := io.ReadAll(io.LimitReader(response.Body, most))
	var told api.Error
	if json.Unmarshal(body, &told) == nil && told.Error != "" {
		return shown(&refusedError{response.StatusCode, "the bridge says: " + told.Error, told})
	}
	text := strings.TrimSpace(string(body))
	if err != nil && text == "" {
		text = err.Error()
	}
	return shown(&refusedError{status: response.StatusCode, text: fmt.Sprintf("%s: %.1000s", response.Status, text)})
}

// unreachable says what to look at when nobody answers.
func (c adminClient) unreachable(err error) error {
	err = fmt.Errorf("no answer from a bridge at %s: %w", c.where(), rootCause(err))
	switch {
	case c.socket != "" && errors.Is(err, fs.ErrPermission):
		return &worldError{err: err, hint: "the socket is for the user that the bridge runs as, and for root"}
	case c.socket != "":
		return &worldError{err: err, hint: "is the bridge running? Another socket: --socket or --config; where the file has another now, the bridge keeps the former until it restarts"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &worldError{err: err, hint: "is the bridge running, with an admin block in its configuration? Another address: --admin or --config"}
	}
	return &worldError{err: err, hint: "is this the admin address of a bridge? Another address: --admin or --config"}
}

// rootCause leaves out the URL that net/http puts before an error.
func rootCause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// ask reads the document at a path into one, of which version is the field with the version of the API. what names it in words.
func (c adminClient) ask(ctx context.Context, path, what string, document any, version *int) (body []byte, err error) {
	if body, err = c.get(ctx, path); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, document); err != nil || *version != api.Version {
		return nil, shown(&worldError{
			err:  fmt.Errorf("what answers at %s does not send the %s of a bridge in version %d of the API", c.where(), what, api.Version),
			hint: "is this the admin address of a bridge, and of the same release as this command?",
		})
	}
	return body, nil
}
