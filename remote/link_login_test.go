package remote

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestMissingLogin has a server that wants a login from a remote that has none: it is told, whatever is asked first, and not hammered.
func TestMissingLogin(t *testing.T) {
	for name, c := range map[string]struct {
		refused  string
		role     string
		schedule *Schedule
	}{
		"receive loop": {"RCVLOOP", roleReceive, nil},
		"visit":        {"RETR", roleSingle, &Schedule{Every: time.Minute, Mode: Visit}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(_ *fakeConn, line string) (string, bool) {
					return "-OK - Need to log in to perform this command.\r\n", strings.HasPrefix(line, c.refused)
				}
				r := newRig(t, f.dial, func(o *Options) { o.Login, o.Schedule = nil, c.schedule }).start()
				synctest.Wait()
				l := r.link(c.role)
				if l.LastCause != CauseLogin || !strings.Contains(l.LastError, "no user and password") {
					t.Errorf("status %+v, want login, and that none is given", l)
				}
				if got, want := time.Until(l.Next), DefaultOptions().Backoff.Max; got != want {
					t.Errorf("next attempt in %v, want %v", got, want)
				}
			})
		})
	}
}

// TestChangedLogin changes a login that is refused, and takes away and gives back one: each is seen soon, and nothing is tried twice.
func TestChangedLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			return "-OK - Invalid username or password.\r\n", strings.HasPrefix(line, "PASS") && line != "PASS right"
		}
		var password atomic.Value // empty: it cannot be read
		password.Store("old")
		r := newRig(t, f.dial, func(o *Options) {
			o.Receive, o.Backoff.Max = ReceiveNone, time.Hour
			o.Login = func() (Login, error) {
				if p := password.Load().(string); p != "" {
					return Login{"admin", p}, nil
				}
				return Login{}, errors.New("password file pw: gone")
			}
		}).start()
		time.Sleep(10 * time.Minute)
		if got := f.all("PASS"); !slices.Equal(got, []string{"PASS old"}) {
			t.Fatalf("logged in with %q in 10 minutes, want the old password once", got)
		}
		password.Store("")
		time.Sleep(time.Minute)
		password.Store("wrong")
		time.Sleep(2 * loginLook)
		if got := f.all("PASS"); !slices.Equal(got, []string{"PASS old", "PASS wrong"}) {
			t.Fatalf("logged in with %q, want the new password soon, and once", got)
		}
		password.Store("right")
		time.Sleep(2 * loginLook)
		if l := r.link(roleSingle); !l.State.Up() || l.Failures != 2 || l.LastCause != CauseLogin {
			t.Fatalf("status %+v, want a link that is up after 2 refused logins", l)
		}
		// What is up stays, and what cannot be read is no reason to dial.
		password.Store("")
		time.Sleep(time.Hour)
		_ = f.conn(3).conn.Close()
		time.Sleep(time.Hour)
		if l, dials := r.link(roleSingle), len(f.all("PASS")); l.LastCause != CauseCredentials || l.LastError != "password file pw: gone" || dials != 3 {
			t.Fatalf("status %+v and %d logins, want credentials as the cause, and 3", l, dials)
		}
		password.Store("right")
		time.Sleep(2 * loginLook)
		if l := r.link(roleSingle); !l.State.Up() {
			t.Errorf("status %+v, want a link that is up as soon as the password can be read", l)
		}
	})
}
