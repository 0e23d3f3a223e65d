package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// defaultAdmin is where a bridge listens if its configuration has an admin block without an address.
const defaultAdmin = "127.0.0.1:9599"

// adminFlags say where the admin server of a bridge is.
type adminFlags struct {
	address string
	config  string
}

func (f *adminFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.address, "admin", defaultAdmin, "admin `host:port` of the bridge")
	cmd.Flags().StringVarP(&f.config, "config", "c", "", "configuration `file` of the bridge, to take the admin address from")
}

// find returns the address that the flags name.
func (f *adminFlags) find(cmd *cobra.Command) (string, error) {
	if f.config == "" {
		if _, _, err := net.SplitHostPort(f.address); err != nil {
			return "", &usageError{err: fmt.Errorf("--admin: %w", err), hint: "give it as host:port, as in --admin " + defaultAdmin}
		}
		return f.address, nil
	}
	if cmd.Flags().Changed("admin") {
		return "", &usageError{err: errors.New("--admin and --config are both given"), hint: "use one of them"}
	}
	cfg, err := loadConfig(f.config, io.Discard) // its warnings are not for who asks a running bridge
	switch {
	case err != nil:
		return "", &usageError{err: err, hint: "without the file: --admin host:port"}
	case cfg.Admin.Listen == "":
		return "", &usageError{err: fmt.Errorf("configuration %s has no admin block, so its bridge cannot be asked", f.config), hint: "add: admin {}"}
	}
	return reachable(cfg.Admin.Listen), nil
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

// adminClient asks the admin server of a bridge.
type adminClient struct {
	address string
}

const (
	askTimeout   = 3 * time.Second
	mostAnswered = 64 << 20 // 10,000 remotes with all they have
)

// get returns the body of a 200. Another answer is an error with its first line, and without a daemon the error has a hint.
func (c adminClient) get(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.address+path, http.NoBody)
	if err != nil {
		return nil, &usageError{err: err, hint: "give --admin as host:port"}
	}
	if _, err := netip.ParseAddr(request.URL.Hostname()); err != nil {
		request.Host = "localhost" // a name could be that of a page that pretends to be ours; this is no page
	}
	// No proxy: the bridge is on this machine, or on a network of its own.
	transport := &http.Transport{DisableKeepAlives: true}
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return nil, unreachable(c.address, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, mostAnswered+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("admin server at %s: %w", c.address, err)
	case len(body) > mostAnswered:
		return nil, fmt.Errorf("admin server at %s: the answer is longer than %d bytes", c.address, mostAnswered)
	case response.StatusCode != http.StatusOK:
		return nil, shown(fmt.Errorf("%s: %.1000s", response.Status, strings.TrimSpace(string(body))))
	}
	return body, nil
}

// unreachable says what to look at when nobody answers.
func unreachable(address string, err error) error {
	err = fmt.Errorf("no answer from a bridge at %s: %w", address, rootCause(err))
	if errors.Is(err, syscall.ECONNREFUSED) {
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
