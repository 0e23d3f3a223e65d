package remote

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestCountersGoOn has one manager after the other for a remote: the second counts on, and is up only when it has been there itself.
func TestCountersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newStore(t, 3)
		c := new(Counters)
		next := func() *rig {
			return newRig(t, f.dial, func(o *Options) { o.Counters, o.Schedule = c, &Schedule{Every: time.Minute, Mode: Visit} })
		}
		r := next().start()
		time.Sleep(time.Second)
		before := r.m.Status()
		if !before.Up || before.Received != 3 || before.Links[0].Connects != 1 {
			t.Fatalf("first manager has %+v, want 3 events in one visit", before)
		}
		r.stop()
		ended := r.link(roleSingle)
		time.Sleep(time.Hour)
		if got := r.link(roleSingle); got.Stays != ended.Stays {
			t.Errorf("stays of a link that ended: %v, want as when it did, %v", got.Stays, ended.Stays)
		}
		r = next()
		if s := r.m.Status(); s.Up || s.Received != 3 || s.Links[0].Connects != 1 || s.Links[0].CameUp != (time.Time{}) {
			t.Errorf("second manager begins with %+v, want the counts of the first, and that it is not up", s)
		}
		r.start()
		time.Sleep(time.Second)
		if s := r.m.Status(); !s.Up || s.Links[0].Connects != 2 || s.Links[0].Stays[StateDialing].Times != 2 {
			t.Errorf("second manager has %+v after its visit, want two connections", s)
		}
	})
}

// TestCountersOfALinkThatBeginsAgain has a link run once more, as when it was to give way to sending and nothing is to be sent any more.
func TestCountersOfALinkThatBeginsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTracker(roleReceive, roleReceive, new(Counters).link(roleReceive))
		tr.enter(StateReceiving, CauseNone)
		tr.end()
		tr.enter(StateReceiving, CauseNone)
		time.Sleep(time.Minute)
		if got, want := tr.read().Stays[StateReceiving], (Stay{Times: 2, Total: time.Minute}); got != want {
			t.Errorf("the stay in receiving is %+v, want %+v", got, want)
		}
	})
}
