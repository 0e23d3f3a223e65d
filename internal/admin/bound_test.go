package admin

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// unread is a client that does not read: what is written to it waits until it is cut.
type unread struct {
	*httptest.ResponseRecorder
	cut chan struct{}
}

func (u *unread) Write([]byte) (int, error) {
	<-u.cut
	return 0, io.ErrClosedPipe
}

func (u *unread) SetWriteDeadline(time.Time) error {
	close(u.cut)
	return nil
}

// TestAnswersThatNobodyReads keeps a new client out for a while only.
func TestAnswersThatNobodyReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const most = 3
		h := yielding(most)(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("here")) })
		ask := func() int {
			w := httptest.NewRecorder()
			h(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
			return w.Code
		}
		if got := ask(); got != http.StatusOK {
			t.Errorf("alone: got %d, want 200", got)
		}
		var clients []*unread
		for range most {
			u := &unread{httptest.NewRecorder(), make(chan struct{})}
			clients = append(clients, u)
			go h(u, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
			time.Sleep(time.Millisecond)
		}
		if got := ask(); got != http.StatusServiceUnavailable {
			t.Errorf("one too many: got %d, want 503", got)
		}
		time.Sleep(yieldAfter)
		if got := ask(); got != http.StatusOK {
			t.Errorf("after %v: got %d, want 200", yieldAfter, got)
		}
		for i, u := range clients {
			cut := false
			select {
			case <-u.cut:
				cut = true
			default:
				close(u.cut)
			}
			if want := i == 0; cut != want {
				t.Errorf("client %d of those that do not read is cut: %t, want %t: the oldest", i, cut, want)
			}
		}
		synctest.Wait()
	})
}

// TestReadersWithBodies announce a body, which nobody wants, and never send it: they hold no place.
func TestReadersWithBodies(t *testing.T) {
	t.Parallel()
	server := listening(t)
	for _, path := range []string{
		api.EventStreamPath, api.OverviewStreamPath, api.QueuesPath + "/sites/south/events", api.QueuesPath + "/sites/south/check",
		api.StatusPath, "/metrics", "/livez", "/",
	} {
		for _, announced := range []string{"Content-Length: 1000", "Transfer-Encoding: chunked"} {
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.SetDeadline(time.Now().Add(headerTimeout / 2))
			if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n"+announced+"\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatalf("%s with %s: %v, want an answer at once", path, announced, err)
			}
			if response.StatusCode != http.StatusBadRequest || !response.Close {
				t.Errorf("%s with %s: got %d, the connection ends: %t, want 400 and its end", path, announced, response.StatusCode, response.Close)
			}
			_, _ = response.Body.Close(), conn.Close()
		}
	}
}
