package remote

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestMissingLogin has a server that wants a login from a remote that has none: it is told, and not hammered.
func TestMissingLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(_ *fakeConn, line string) (string, bool) {
			return "-OK - Need to log in to perform this command.\r\n", line == "RCVLOOP"
		}
		r := newRig(t, f.dial, func(o *Options) { o.User, o.Password = "", nil }).start()
		synctest.Wait()
		l := r.link(roleReceive)
		if l.LastCause != CauseLogin || !strings.Contains(l.LastError, "no user and password") {
			t.Errorf("status %+v, want login, and that none is given", l)
		}
		if got, want := time.Until(l.Next), DefaultOptions().Backoff.Max; got != want {
			t.Errorf("next attempt in %v, want %v", got, want)
		}
	})
}
