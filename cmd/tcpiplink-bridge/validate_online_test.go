package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// crowd makes callees that all reach one server, which counts how many are connected at once.
func crowd(t *testing.T, n int, f *fakeServer, address func(i int) string) (remotes []callee, most *atomic.Int32) {
	t.Helper()
	var now, peak atomic.Int32
	p := newPatient(t, func(ctx context.Context, c net.Conn) {
		peak.Store(max(peak.Load(), now.Add(1)))
		time.Sleep(time.Second) // before it greets
		now.Add(-1)
		f.serve(ctx, c)
	})
	for i := range n {
		r := callee{target: p.options().target, addresses: []string{address(i)}}
		r.name, r.family = fmt.Sprintf("r%d", i), remote.FamilyUnknown
		remotes = append(remotes, r)
	}
	return remotes, &peak
}

func TestOnlineCallsFewAtOnce(t *testing.T) {
	for _, tt := range []struct {
		name    string
		address func(int) string
		most    int32
		took    time.Duration
	}{
		{"everyone", func(i int) string { return fmt.Sprintf("192.0.2.%d:9598", i) }, mostCalls, 3 * time.Second},
		{"one device", func(int) string { return "192.0.2.7:9598" }, 1, 40 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeServer()
				remotes, most := crowd(t, 40, f, tt.address)
				start := time.Now()
				var out bytes.Buffer
				if err := callAll(t.Context(), remotes, &out); err != nil {
					t.Fatalf("callAll = %v, want nil\n%s", err, &out)
				}
				if got := most.Load(); got != tt.most {
					t.Errorf("%d connections at once, want %d", got, tt.most)
				}
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				for i, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
					if want := fmt.Sprintf("remote r%d: ok, vscpd 15.2.0-0, 1000 ms", i); line != want {
						t.Errorf("line %d = %q, want %q", i, line, want)
					}
				}
				checkHarmless(t, f, len(remotes))
			})
		})
	}
}

// checkHarmless looks for what would change something at a server, and for a QUIT on each connection.
func checkHarmless(t *testing.T, f *fakeServer, connections int) {
	t.Helper()
	for _, verb := range []string{"RCVLOOP", "CLRA", "RETR", "SEND", "SFLT", "SMSK"} {
		if n := f.said(verb); n != 0 {
			t.Errorf("%s was sent %d times, want never", verb, n)
		}
	}
	if n := f.said("QUIT"); n != connections {
		t.Errorf("%d QUITs on %d connections, want one each", n, connections)
	}
}

func TestOnlineFailures(t *testing.T) {
	for _, tt := range []struct {
		name    string
		replies map[string]string
		silent  string
		user    string
		want    string
	}{
		{"full", map[string]string{"": "-OK - Max number of clients connected.\r\n"}, "", "admin", "greeting failed at 192.0.2.7:9598: greeting refused: \"Max number of clients connected.\"; the server turns"},
		{"password", map[string]string{"PASS": "-OK - no, secret\r\n"}, "", "admin", "login failed at 192.0.2.7:9598: login: PASS refused"},
		{"no login", map[string]string{"CHID": "-OK - Need to log in to perform this command.\r\n"}, "", "", "login failed at 192.0.2.7:9598: the server wants a login"},
		{"not asked in", map[string]string{"CHID": "-OK - Need to log in to perform this command.\r\n"}, "", "admin", "ok, vscpd"},
		{"no CHID", map[string]string{"CHID": "-OK - Unknown command\r\n"}, "", "admin", "ok, vscpd"},
		{"stalls", nil, "WCYD", "admin", "probe failed at 192.0.2.7:9598: "},
		{"hostile", map[string]string{"": "-OK - \x1b[2Jgo away\r\n"}, "", "admin", "greeting failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeServer()
				maps.Copy(f.replies, tt.replies)
				f.silentFrom = tt.silent
				remotes, _ := crowd(t, 1, f, func(int) string { return "192.0.2.7:9598" })
				remotes[0].user = tt.user
				if tt.user == "" {
					remotes[0].password = ""
				}
				var out bytes.Buffer
				err := callAll(t.Context(), remotes, &out)
				if good := strings.HasPrefix(tt.want, "ok"); (err == nil) != good || !strings.HasPrefix(out.String(), "remote r0: "+tt.want) {
					t.Errorf("callAll = %v\n%s, want an error %v and %q", err, &out, !good, tt.want)
				}
				if strings.Contains(out.String(), "secret") || strings.Contains(out.String(), "\x1b") {
					t.Errorf("line has the password or a control character: %q", out.String())
				}
			})
		})
	}
}

func TestOnlineInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		remotes, _ := crowd(t, 20, newFakeServer(), func(int) string { return "192.0.2.7:9598" })
		ctx, cancel := context.WithCancel(t.Context())
		defer time.AfterFunc(1500*time.Millisecond, cancel).Stop()
		start := time.Now()
		var out bytes.Buffer
		err := callAll(ctx, remotes, &out)
		if took := time.Since(start); err == nil || took > 3*time.Second {
			t.Errorf("callAll = %v after %v, want an error soon after 1.5s", err, took)
		}
		if n := strings.Count(out.String(), "interrupted\n"); n != 19 {
			t.Errorf("%d remotes interrupted, want 19 of 20:\n%s", n, &out)
		}
	})
}

func TestEndsSoon(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		expiry time.Time
		want   string
	}{
		{time.Time{}, ""},
		{now.Add(15 * 24 * time.Hour), ""},
		{now.Add(5 * 24 * time.Hour), ", but its certificate expires at 2026-02-07T03:04:05Z"},
	} {
		if got := endsSoon(tt.expiry, now); got != tt.want {
			t.Errorf("endsSoon(%v) = %q, want %q", tt.expiry, got, tt.want)
		}
	}
}
