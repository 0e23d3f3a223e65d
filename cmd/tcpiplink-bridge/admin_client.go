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
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// adminClient asks the admin server of a bridge, at an address or at a unix socket.
type adminClient struct {
	address string
	socket  string // used if it is not empty
	token   config.Secret
	next    *adminClient // asked if nobody is there; nil: none
	at      *place       // where all that comes from; nil: it is not known
}

const (
	askTimeout   = 3 * time.Second
	mostAnswered = 64 << 20 // 10,000 remotes with all they have
)

// where names the server.
func (c adminClient) where() string {
	where := cmp.Or(c.socket, c.address)
	if c.next != nil {
		where += " or " + c.next.where()
	}
	return where
}

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
		return c.instead(ctx, err, method, path, body)
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		return nil, refusal(response)
	}
	return response.Body, nil
}

// instead asks at the next place after an error, if nobody was at this one.
func (c adminClient) instead(ctx context.Context, err error, method, path string, body io.Reader) (io.ReadCloser, error) {
	if c.next != nil && body == http.NoBody && nobodyThere(err) {
		answer, again := c.next.do(ctx, method, path, body)
		if again == nil || !nobodyThere(again) {
			return answer, again
		}
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.DeadlineExceeded) {
		return nil, c.impatient(method, cause)
	}
	return nil, c.unreachable(ctx, err)
}

// impatient is the error of who did not wait for the answer.
func (c adminClient) impatient(method string, cause error) error {
	err := fmt.Errorf("the bridge at %s has not answered: %w", c.where(), cause)
	if method == http.MethodGet {
		return err
	}
	return &worldError{err: err, hint: "it may do it all the same: 'tcpiplink-bridge status' and its log show what became of it"}
}

// nobodyThere reports whether no connection was made, so that nothing was asked.
func nobodyThere(err error) bool {
	opening, ok := errors.AsType[*net.OpError](err)
	return ok && opening.Op == "dial"
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

// printRefusal prints, with --json, the document with which a bridge refused something, if that is the error.
func (c *console) printRefusal(asJSON bool, err error) error {
	no, ok := errors.AsType[*refusedError](err)
	if !asJSON || !ok || no.told.Error == "" {
		return nil
	}
	return c.printJSON(no.told)
}

func refusal(response *http.Response) error {
	const most = 1 << 20 // all mistakes of a configuration
	body, err := io.ReadAll(io.LimitReader(response.Body, most))
	var told api.Error
	if json.Unmarshal(body, &told) == nil && told.Error != "" {
		no := &refusedError{response.StatusCode, "the bridge says: " + told.Error, told}
		if told.Code == api.CodeTokenMissing {
			return shown(&worldError{err: no, hint: "give it with --token-file FILE; on the machine of the bridge --socket PATH takes none"})
		}
		return shown(no)
	}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") { // of a proxy, or of another server
		return shown(&worldError{
			err:  &refusedError{status: response.StatusCode, text: "what answers is no bridge but a web page: " + response.Status},
			hint: "is this the admin address of a bridge? Another address: --admin or --config",
		})
	}
	text := strings.TrimSpace(string(body))
	if err != nil && text == "" {
		text = err.Error()
	}
	return shown(&refusedError{status: response.StatusCode, text: fmt.Sprintf("%s: %.1000s", response.Status, text)})
}

// unreachable says what to look at when nobody answers.
func (c adminClient) unreachable(ctx context.Context, err error) error {
	err = fmt.Errorf("no answer from a bridge at %s: %w", c.where(), rootCause(err))
	if c.at != nil && c.at.spoiled() && nobodyThere(err) {
		return c.at.mistakes.unanswered(c.where(), rootCause(err))
	}
	switch {
	case c.socket != "" && errors.Is(err, fs.ErrPermission):
		return &worldError{err: err, hint: "the socket is for the user that the bridge runs as, for root, and for the group in admin.socket_group"}
	case errors.Is(err, context.DeadlineExceeded) && (c.socket != "" || onLoopback(c.address)):
		return &worldError{err: err, hint: "somebody listens there and does not answer in time: does the bridge hang, or is its process stopped?"}
	case c.socket != "":
		return &worldError{err: err, hint: c.at.otherSocket(ctx)}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &worldError{err: err, hint: "is the bridge running, with an admin block in its configuration? Another address: --admin or --config"}
	}
	return &worldError{err: err, hint: "is this the admin address of a bridge? Another address: --admin or --config"}
}

// otherSocket says where the socket may be. A bridge whose file has another one now keeps the former until it restarts, and knows it.
func (p *place) otherSocket(ctx context.Context) string {
	switch {
	case p == nil || p.path == "":
		return "is the bridge running? Another socket: --socket, --state-dir or --config"
	case p.address == "" || !onLoopback(p.address):
		return "is the bridge running? If the file has another state_dir or socket than the bridge began with, name the former with --socket PATH or --state-dir FOLDER"
	}
	var s api.Status
	_, err := adminClient{address: p.address}.ask(ctx, api.StatusPath, "status", &s, &s.API)
	switch {
	case err != nil:
		return fmt.Sprintf("is the bridge running? At %s it does not answer either. If the file has another state_dir or socket than the bridge began with, name the former with --socket PATH or --state-dir FOLDER", p.address)
	case s.Daemon.Socket == "":
		return fmt.Sprintf("the bridge at %s has no socket: restart it, or have it told by SIGHUP", p.address)
	}
	if here, err := filepath.Abs(p.socket); err == nil && here == filepath.Clean(s.Daemon.Socket) {
		return fmt.Sprintf("the bridge at %s made its socket there, and somebody removed it: a restart makes it anew; a reload can be told by SIGHUP too", p.address)
	}
	return fmt.Sprintf("the bridge at %s began with another socket, which it keeps until it restarts: --socket %s", p.address, printable(s.Daemon.Socket))
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
