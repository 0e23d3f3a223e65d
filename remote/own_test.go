package remote

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestFollowKnowsTheChannels has one manager take over from another: what that sent may come back for a while.
func TestFollowKnowsTheChannels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newFake(t)
		before := newRig(t, fake.dial, func(*Options) {}).start()
		synctest.Wait()
		own := before.m.own(nil, time.Now())
		before.stop()
		after := newRig(t, fake.dial, func(*Options) {})
		after.m.Follow(before.m)
		if got := after.m.own(nil, time.Now()); len(own) == 0 || !slices.Equal(got, own) {
			t.Errorf("at once: channels %d, want %d of the one before", got, own)
		}
		if got := after.m.own(nil, time.Now().Add(channelGrace)); len(got) != 0 {
			t.Errorf("later: channels %d, want none", got)
		}
	})
}
