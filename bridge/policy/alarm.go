package policy

import "github.com/tcpiplink/tcpiplink-bridge/vscp"

// Kind is what an alarm is about.
type Kind uint8

// The kinds of alarms.
const (
	Storming Kind = iota + 1 // too many equal events came, and are held back from now on
	Flapping                 // a GUID comes from here and from another remote, again and again
)

// Alarm tells of what an operator should look at.
type Alarm struct {
	Kind   Kind
	GUID   vscp.GUID
	Class  vscp.Class // of the event with which it began
	Type   uint16     // likewise
	Before int        // Flapping: the slot of the other remote
}

// maxAlarms bounds what is kept until somebody asks.
const maxAlarms = 16

func (e *Entrance) alarm(a Alarm) {
	if len(e.alarms) < maxAlarms {
		e.alarms = append(e.alarms, a)
	}
}

// Alarms returns what began since the last call, the first 16 of it. It is valid until the next call of Judge.
func (e *Entrance) Alarms() []Alarm {
	all := e.alarms
	e.alarms = e.alarms[:0]
	return all
}

// Stormed returns how many events were held back as a storm so far, each counted once.
func (e *Entrance) Stormed() uint64 { return e.storm.Held() }
