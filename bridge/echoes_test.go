package bridge

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// echoTest is an outbox to a remote that echoes, with ten events in it, and what judges the events that come from there.
type echoTest struct {
	outbox outbox
	policy *policy.Policy
	rows   []*vscp.Row
}

func newEchoTest(t *testing.T) *echoTest {
	t.Helper()
	bus, north := &config.Remote{Name: "bus"}, &config.Remote{Name: "north"}
	e := &echoTest{policy: policy.New(&config.Config{
		Remotes: []*config.Remote{bus, north}, Routes: []*config.Route{{Name: "r", Between: []*config.Remote{bus, north}}},
	})}
	e.policy.Exit(0).SetEchoes(true)
	d := newDirection(t, queue.DefaultOptions(), hclog.NewNullLogger())
	d.retry = retry{ambiguous: config.AmbiguousResend, maxAge: time.Hour}
	e.outbox = outbox{echoes: echoes{exit: e.policy.Exit(0), start: time.Now()}}
	e.outbox.add(d)
	for i := range 10 {
		row := new(vscp.Row)
		if err := row.Parse(fmt.Appendf(nil, "0,10,6,0,,,-,%d", i)); err != nil {
			t.Fatal(err)
		}
		e.rows = append(e.rows, row)
	}
	d.take(new(tally), e.rows)
	return e
}

// echoed returns the numbers of the events that are taken for echoes when they come, once each.
func (e *echoTest) echoed() []int {
	var out []int
	for i, row := range e.rows {
		came := *row
		a := policy.Arrival{Row: &came, At: time.Now(), Now: e.outbox.echoes.now()}
		if v := e.policy.Entrance(0).Judge(&a); v[0].Reason == policy.Echo {
			out = append(out, i)
		}
	}
	return out
}

func TestOutboxGivesEchoCredits(t *testing.T) {
	fates := func(outcomes ...remote.Outcome) (out []remote.Fate) {
		for _, o := range outcomes {
			out = append(out, remote.Fate{Outcome: o})
		}
		return out
	}
	for _, tt := range []struct {
		name string
		do   func(e *echoTest, o *outbox)
		want []int
	}{
		{"nothing leased", func(*echoTest, *outbox) {}, nil},
		{"leased", func(_ *echoTest, o *outbox) { o.Peek(nil, 3) }, []int{0, 1, 2}},
		{"leased in two steps", func(_ *echoTest, o *outbox) { o.Peek(nil, 2); o.Peek(nil, 2) }, []int{0, 1, 2, 3}},
		{"forwarded", func(_ *echoTest, o *outbox) { o.Peek(nil, 3); o.Settle(2, remote.Forwarded) }, []int{0, 1, 2}},
		{"not sent", func(_ *echoTest, o *outbox) { o.Peek(nil, 3); o.Settle(1, remote.Unfit); o.Settle(1, remote.TooLong) }, []int{2}},
		{
			"refused",
			func(e *echoTest, o *outbox) {
				o.Peek(nil, 3)
				o.Settle(1, remote.Forwarded)
				o.Refuse(remote.Fate{Row: e.rows[1], Outcome: remote.RefusedForGood})
			},
			[]int{0, 2},
		},
		{"released", func(_ *echoTest, o *outbox) { o.Peek(nil, 3); o.Settle(1, remote.Forwarded); o.Release(nil) }, []int{0}},
		{
			"released with answers",
			func(_ *echoTest, o *outbox) {
				o.Peek(nil, 5)
				o.Release(fates(remote.Returned, remote.Forwarded, remote.RefusedForGood))
			},
			[]int{1},
		},
		{
			"in doubt",
			func(e *echoTest, o *outbox) {
				o.Peek(nil, 3)
				o.Settle(1, remote.Forwarded)
				o.Again(1, e.rows[2], 0)
				o.Release(nil)
			},
			[]int{0, 2},
		},
		{"no room, and to be tried again", func(e *echoTest, o *outbox) { o.Peek(nil, 2); o.Again(0, e.rows[0], time.Second); o.Release(nil) }, nil},
		{
			"many in turn",
			func(_ *echoTest, o *outbox) {
				o.Peek(nil, 3)
				for range 6 {
					o.Settle(1, remote.Unfit)
					o.Peek(nil, 1)
				}
			},
			[]int{6, 7, 8},
		},
		{"the peer does not echo", func(e *echoTest, o *outbox) {
			e.policy.Exit(0).SetEchoes(false)
			o.Peek(nil, 3)
			o.Settle(1, remote.Forwarded)
		}, nil},
		{
			"another peer, that does",
			func(e *echoTest, o *outbox) {
				e.policy.Exit(0).SetEchoes(false)
				o.Peek(nil, 3)
				o.Release(nil)
				e.policy.Exit(0).SetEchoes(true)
				o.Peek(nil, 2)
			},
			[]int{0, 1},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEchoTest(t)
			tt.do(e, &e.outbox)
			if got := e.echoed(); !slices.Equal(got, tt.want) {
				t.Errorf("events %v are taken for echoes, want %v", got, tt.want)
			}
		})
	}
}
