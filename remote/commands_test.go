package remote

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
)

// TestCommands runs them on each visit, after the login and before the first event.
func TestCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStore(t, 0)
		usual := f.answer
		f.answer = func(c *fakeConn, line string) (string, bool) {
			switch line {
			case "VARIABLE LIST":
				return "one\r\nsecret two\r\n+OK - Success.\r\n", true
			case "X":
				return "-OK - not with secret\r\n", true
			}
			return usual(c, line)
		}
		r := newRig(t, f.dial, func(o *Options) {
			o.StatEvery = 0
			o.Schedule = &Schedule{Every: time.Minute, Mode: Visit, Commands: []string{"VARIABLE LIST", "test hidden", "X"}}
		})
		r.out.pushNumbered(0, 1)
		r.start()
		time.Sleep(time.Minute + time.Second)
		for n := 1; n <= 2; n++ {
			got := f.conn(n).lines("")
			want := []string{"VARIABLE LIST", "test hidden", "X", "RETR 64", "QUIT"}
			if n == 1 {
				want = slices.Insert(want, 3, f.conn(n).lines("SEND")...)
			}
			if i := slices.Index(got, want[0]); i < 0 || !slices.Equal(got[i:], want) || !slices.Contains(got[:i], "PASS secret") {
				t.Errorf("visit %d said %q, want the login and then %q", n, got, want)
			}
		}
		answered := r.log.find(t, "command answered")
		if len(answered) != 6 || answered[0]["@level"] != "debug" || answered[0]["reply"] != `"one; *** two; Success."` || answered[0]["command"] != "VARIABLE" {
			t.Errorf("logged %v, want 6 replies at level debug, the first with its lines", answered)
		}
		if log := r.log.String(); strings.Contains(log, "hidden") || strings.Contains(log, "secret") || !strings.Contains(log, "not with ***") {
			t.Errorf("the log has the argument of a command or the password that the peer repeats, want neither:\n%s", log)
		}
	})
}

// TestCommandsThatFail ends a visit only if the connection is broken.
func TestCommandsThatFail(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		cause        Cause // CauseNone: the visit goes on
		words        string
	}{
		{"refused", "-OK - Unknown command\r\n", CauseNone, ""},
		{"refused with lines", "what\r\nis that\r\n-OK - Unknown command\r\n", CauseNone, ""},
		{"closed", markClose, CauseClosed, "command 2: X2: the peer closed the connection"},
		{"closed in the reply", "half" + markClose, CauseClosed, "command 2: X2: the peer closed the connection"},
		{"silent", markStall, CauseTimeout, "command 2: X2: no answer in time"},
		{"endless", strings.Repeat("line\r\n", 2000), CauseProtocol, "command 2: X2: more than 1000 lines before the status line"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.answer = func(c *fakeConn, line string) (string, bool) { return tt.answer, line == "X2" && c.n < 4 }
				r := newRig(t, f.dial, func(o *Options) {
					o.Schedule, o.Backoff.Jitter = &Schedule{Every: 4 * time.Second, Mode: Visit, Commands: []string{"X1", "X2", "X3"}}, 0
				})
				r.out.pushNumbered(0, 1)
				r.start()
				time.Sleep(40 * time.Second)
				l := r.link(roleSingle)
				failures := uint64(3)
				if tt.cause == CauseNone {
					failures = 0
					refused := r.log.find(t, "remote refused a command of the schedule")
					if len(refused) != 1 || refused[0]["error"] != `X2 refused: "Unknown command"` {
						t.Errorf("logged %v, want one line for 3 refusals within 10s", refused)
					}
				}
				if l.Failures != failures || l.LastCause != cause(tt.cause, failures) || l.LastError != tt.words {
					t.Errorf("status %+v, want %d failures, %q", l, failures, tt.words)
				}
				if got := len(f.conn(1).lines("X3")); got != 1-int(min(failures, 1)) {
					t.Errorf("said the command after it %d times on the first visit with %d failures", got, failures)
				}
				r.out.wantOutcomes(1, 0, 0)
			})
		})
	}
}

// cause is what a status shows before the first failure.
func cause(c Cause, failures uint64) Cause {
	if failures == 0 {
		return ""
	}
	return c
}

func TestScheduleChecks(t *testing.T) {
	every := func(s Schedule) Schedule { s.Every = time.Minute; return s }
	for want, s := range map[string]Schedule{
		"every is 0s":                        {Mode: Visit},
		"every is -1s":                       {Mode: Lazy, Every: -time.Second, Threshold: 1},
		"has every and cron":                 every(Schedule{Cron: grid(time.Hour)}),
		"jitter is 1m1s, want 0 to 1m0s":     every(Schedule{Jitter: 61 * time.Second}),
		"jitter is -1ns":                     {Cron: grid(time.Hour), Jitter: -1},
		"phase is -1ns":                      every(Schedule{Phase: -1}),
		"mode is 3":                          every(Schedule{Mode: Lazy + 1}),
		"max fetch is -1":                    every(Schedule{MaxFetch: -1}),
		"linger is -1ns":                     every(Schedule{Linger: -1}),
		"threshold is -1":                    every(Schedule{Mode: Lazy, Threshold: -1}),
		"max wait is -1ns":                   every(Schedule{Mode: Lazy, MaxWait: -1}),
		"threshold or max wait without mode": every(Schedule{Mode: Visit, Threshold: 1}),
		"is lazy without a reason":           {Mode: Lazy},
		"commands without mode":              every(Schedule{Commands: []string{"X1"}}),
		"command 2: " + linkwire.ErrForbiddenByte.Error():       every(Schedule{Mode: Visit, Commands: []string{"X1", "X2\r\nSHUTDOWN"}}),
		"command 1: " + ErrNotRaw.Error():                       every(Schedule{Mode: Lazy, Commands: []string{"quit"}}),
		"command 1: " + ErrNotRaw.Error() + ": a visit fetches": every(Schedule{Mode: Visit, Commands: []string{"retr 5"}}),
		"command 1: " + ErrNotRaw.Error() + ": \"\"":            every(Schedule{Mode: Visit, Commands: []string{""}}),
	} {
		o := DefaultOptions()
		o.Name, o.Addresses, o.Schedule = "house", []string{testAddress}, &s
		if _, err := NewManager(o, &inbox{}, newOutbox(t)); !strings.Contains(errText(err), "schedule "+want) {
			t.Errorf("NewManager = %v, want an error with %q", err, "schedule "+want)
		}
	}
	for _, s := range []Schedule{
		every(Schedule{}),
		{Cron: grid(time.Hour), Jitter: 2 * time.Hour, Mode: Visit},
		{Mode: Lazy, MaxWait: 1, Jitter: time.Second},
		{Mode: Lazy, Cron: grid(time.Hour)},
		every(Schedule{Mode: Visit, Jitter: time.Minute, Phase: time.Hour, Commands: []string{"SHUTDOWN"}}),
	} {
		o := DefaultOptions()
		o.Name, o.Addresses, o.Schedule = "house", []string{testAddress}, &s
		if _, err := NewManager(o, &inbox{}, newOutbox(t)); err != nil {
			t.Errorf("NewManager with %+v = %v, want nil", s, err)
		}
	}
	o := DefaultOptions()
	o.Name, o.Addresses, o.Schedule = "house", []string{testAddress}, &Schedule{Every: 1, Mode: Visit, Commands: []string{"A\x00"}}
	if _, err := NewManager(o, &inbox{}, newOutbox(t)); !errors.Is(err, linkwire.ErrForbiddenByte) {
		t.Errorf("NewManager with a NUL in a command = %v, want ErrForbiddenByte", err)
	}
}
