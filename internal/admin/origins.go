package admin

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// Learner is what knows where GUIDs came from; *bridge.Bridge is one.
type Learner interface {
	Origins() bridge.Origins
}

// origins reads what the bridge learned.
func (o *Options) origins() *api.Origins {
	read := o.Learner.Origins()
	out := &api.Origins{API: api.Version, At: utc(time.Now()), Remotes: make([]api.RemoteOrigins, 0, len(read.Remotes)), Apart: []api.ApartGUID{}}
	for i := range read.Remotes {
		out.Remotes = append(out.Remotes, originsOf(&read.Remotes[i]))
	}
	for _, a := range read.Apart {
		apart := api.ApartGUID{GUID: a.GUID.String(), Flapping: a.Flaps, Moves: a.Moves}
		for _, s := range a.Seen {
			apart.Seen = append(apart.Seen, api.SeenAtRemote{Remote: read.Remotes[s.Remote].Name, Times: s.Times})
		}
		out.Apart = append(out.Apart, apart)
	}
	return out
}

func originsOf(r *bridge.RemoteOrigins) api.RemoteOrigins {
	out := api.RemoteOrigins{
		Name: r.Name, Strict: r.Strict, GUIDs: r.Seen, Within: r.Suggested.Declared,
		Declared: []string{}, Proposed: []api.ProposedOrigin{},
	}
	for _, p := range r.Declared {
		out.Declared = append(out.Declared, p.String())
	}
	for _, p := range r.Prefixes {
		out.Proposed = append(out.Proposed, api.ProposedOrigin{Prefix: p.Pattern.String(), GUIDs: p.GUIDs})
	}
	return out
}
