package config

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/queue"
)

// Defaults that are not just a number in one of the functions below.
const (
	DefaultPort  = "9598"           // of a remote whose address has none
	defaultAdmin = "127.0.0.1:9599" // of an admin block without listen
)

// Default returns the configuration of an empty file.
func Default() *Config {
	return &Config{
		Bridge: Bridge{
			Name:         "tcpiplink-bridge",
			FlushTimeout: 3 * time.Second, // a stop shall end within 5 s, on a busy machine too
		},
		Log:  Log{Level: "info", Format: "text"},
		Loop: Loop{Storm: Storm{Limit: 100, Window: 10 * time.Second}},
	}
}

// DefaultRemote returns a remote with every optional setting at its default.
func DefaultRemote(name string) *Remote {
	return &Remote{
		Name:    name,
		Receive: ReceiveAuto,
		Profile: ProfileAuto,
		Time:    TimeAuto,

		SendConnections: 1,
		StatEvery:       time.Minute,
		Backoff: Backoff{
			Initial:    500 * time.Millisecond,
			Max:        time.Minute,
			Multiplier: 1.5,
			Jitter:     0.5,
			Stable:     10 * time.Second,
		},
		Timeouts: Timeouts{
			Resolve:    5 * time.Second,
			Dial:       10 * time.Second,
			TLS:        10 * time.Second,
			Greeting:   5 * time.Second,
			Reply:      5 * time.Second,
			StallAfter: 30 * time.Second,
		},
	}
}

func defaultTLS() *TLS {
	return &TLS{MinVersion: TLS12}
}

func defaultSchedule() *Schedule {
	return &Schedule{Mode: ModeHold, MaxFetch: 10000}
}

func defaultRoute(name string) *Route {
	return &Route{Name: name, Presets: []Preset{PresetAll}, Rewrite: Rewrite{Time: StampKeep}, Queue: DefaultQueue()}
}

func defaultProbe() *Probe {
	return &Probe{Every: time.Minute, OnCycle: CycleAlarm}
}

func defaultLinkEvents() *LinkEvents {
	return &LinkEvents{After: 10 * time.Second}
}

// DefaultQueue returns the limits of a route without a queue block.
func DefaultQueue() Queue {
	o := queue.DefaultOptions()
	return Queue{
		MaxEvents: o.MaxEvents, MaxBytes: o.MaxBytes, MaxAge: o.MaxAge, Overflow: Overflow(o.Overflow.String()),
		OnAmbiguous: AmbiguousAuto, RetryMaxAge: 10 * time.Minute, Storage: StorageMemory, Fsync: FsyncInterval,
	}
}
