package admin

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// pipes is a listener whose connections are pipes, so that time can be fake.
type pipes struct {
	in     chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.in:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

// overPipe serves the local handlers of a desk to one client. The returned function ends the server.
func (d *desk) overPipe(t *testing.T) (client net.Conn, stop func()) {
	t.Helper()
	p := &pipes{in: make(chan net.Conn), closed: make(chan struct{})}
	s := &Server{logger: hclog.NewNullLogger()}
	s.add(p, d.local)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	client, server := net.Pipe()
	p.in <- server
	return client, func() {
		cancel()
		<-done
		client.Close()
	}
}

// reply reads the answer to a request that was written by hand.
func reply(t *testing.T, from *bufio.Reader) (int, string) {
	t.Helper()
	response, err := http.ReadResponse(from, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// say writes text, or a chunk of a body.
func say(t *testing.T, to io.Writer, format string, args ...any) {
	t.Helper()
	if _, err := fmt.Fprintf(to, format, args...); err != nil {
		t.Fatal(err)
	}
}

const startImport = "POST /api/v1/queues/wait/south/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"

func chunk(text string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(text), text) }

// TestSlowImport sends a line now and then: each has its time, whatever the limits of ordinary requests.
func TestSlowImport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		client, stop := d.overPipe(t)
		defer stop()
		in := bufio.NewReader(client)
		say(t, client, startImport)
		for i := range 3 {
			time.Sleep(readTimeout - time.Second)
			say(t, client, "%s", chunk(lines(i, 1)))
		}
		time.Sleep(readTimeout - time.Second)
		say(t, client, "0\r\n\r\n")
		if status, body := reply(t, in); status != http.StatusOK || !strings.Contains(body, `"events":3,"queued":3`) {
			t.Errorf("%d %q, want 200 and 3 events", status, body)
		}
		// The connection is as good as before.
		say(t, client, "GET /api/v1/queues/wait/south HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if status, body := reply(t, in); status != http.StatusOK || !strings.Contains(body, `"events":3`) {
			t.Errorf("the next request: %d %q, want 200 and 3 events", status, body)
		}
	})
}

func TestSilentImport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		client, stop := d.overPipe(t)
		defer stop()
		say(t, client, startImport)
		say(t, client, "%s", chunk(lines(0, 2)+`{"line":"0,10,6`))
		began := time.Now()
		status, body := reply(t, bufio.NewReader(client))
		if took := time.Since(began); status != http.StatusBadRequest || took != readTimeout || !strings.Contains(body, "ended early") || !strings.Contains(body, `"taken":{"events":2`) {
			t.Errorf("%d %q after %v, want 400 with 2 taken after %v", status, body, took, readTimeout)
		}
	})
}

// TestImportWaits has lines for which there is no room until somebody makes it, long after an ordinary answer would be due.
func TestImportWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		client, stop := d.overPipe(t)
		defer stop()
		body := lines(0, 8)
		say(t, client, "POST /api/v1/queues/wait/south/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		time.Sleep(2 * readTimeout)
		for _, q := range d.bridge.Queues() {
			if q.Route() == "wait" {
				if n, _, err := q.Purge(); n != 5 || err != nil {
					t.Errorf("Purge = %d, %v, want the 5 that had room", n, err)
				}
			}
		}
		if status, body := reply(t, bufio.NewReader(client)); status != http.StatusOK || !strings.Contains(body, `"events":8`) {
			t.Errorf("%d %q, want 200 and 8 events", status, body)
		}
	})
}

// TestImportEnds while it waits for room: its client goes, or the server ends.
func TestImportEnds(t *testing.T) {
	for _, who := range []string{"client", "server"} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			client, stop := d.overPipe(t)
			body, more := lines(0, 8), 0
			if who == "server" { // it does not see the client while there is more to read
				body, more = strings.Repeat(lines(0, 1), batchEvents), 100
			}
			say(t, client, "POST /api/v1/queues/wait/south/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", len(body)+more, body)
			time.Sleep(time.Minute)
			if who == "client" {
				client.Close()
				synctest.Wait()
				if !strings.Contains(d.log.String(), "events imported: route=wait to=south events=5 dropped=0 whole=false") {
					t.Errorf("log %q after the client went, want that 5 were imported", d.log.String())
				}
			}
			began := time.Now()
			stop()
			if took := time.Since(began); took > stopTimeout {
				t.Errorf("%s: the end took %v, want %v at most", who, took, stopTimeout)
			}
		})
	}
}

// TestSlowExport is for a client that takes its time; one that takes nothing is left alone after a while.
func TestSlowExport(t *testing.T) {
	const events = 5000
	body := strings.Repeat(lines(7, 1), events)
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		answer[api.Taken](t, d, http.MethodPost, "/disk/south/events", body)
		client, stop := d.overPipe(t)
		defer stop()
		say(t, client, "GET /api/v1/queues/disk/south/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
		response, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		n, buf := 0, make([]byte, 16<<10)
		began := time.Now()
		for {
			got, err := response.Body.Read(buf)
			n += bytes.Count(buf[:got], []byte{'\n'})
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v after %d lines", err, n)
			}
			time.Sleep(time.Second)
		}
		if took := time.Since(began); n != events || took < 2*writeTimeout {
			t.Errorf("%d lines in %v, want %d in more than %v", n, took, events, 2*writeTimeout)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		answer[api.Taken](t, d, http.MethodPost, "/disk/south/events", body)
		client, stop := d.overPipe(t)
		defer stop()
		say(t, client, "GET /api/v1/queues/disk/south/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
		time.Sleep(3 * writeTimeout)
		response, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err == nil {
			_, err = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
		if err == nil {
			t.Error("an export that nobody took for long is whole, want it broken off")
		}
	})
}

// TestStreamsAreBounded holds up imports, and leaves exports and documents alone.
func TestStreamsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		answer[api.Taken](t, d, http.MethodPost, "/wait/south/events", lines(0, 5))
		ctx, cancel := context.WithCancel(t.Context())
		codes := make(chan int, importInFlight)
		for range importInFlight {
			go func() {
				r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost"+api.QueuesPath+"/wait/south/events", strings.NewReader(lines(0, 1)))
				if err != nil {
					panic(err)
				}
				w := &recorder{}
				d.local.ServeHTTP(w, r)
				codes <- w.status
			}()
		}
		synctest.Wait()
		if w := ask(d.local, http.MethodPost, "/ram/south/events", lines(0, 1)); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("one import too many: %d, want 503 and when to come again", w.Code)
		}
		for _, path := range []string{"", "/wait/south/events", "/disk/south/check"} {
			if w := ask(d.local, http.MethodGet, path, ""); w.Code != http.StatusOK {
				t.Errorf("GET %s beside imports that wait: %d, want 200", path, w.Code)
			}
		}
		cancel()
		for range importInFlight {
			if got := <-codes; got != http.StatusServiceUnavailable {
				t.Errorf("an import that was given up: %d, want 503", got)
			}
		}
	})
}

// recorder keeps the status of an answer.
type recorder struct {
	status int
	header http.Header
}

func (r *recorder) Header() http.Header {
	if r.header == nil {
		r.header = http.Header{}
	}
	return r.header
}
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return len(p), nil }
