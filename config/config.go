package config

import (
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Config is a whole, checked configuration. Every field holds its default where the file says nothing.
type Config struct {
	Bridge   Bridge
	Log      Log
	Admin    Admin
	Loop     Loop
	Remotes  []*Remote    // in the order of the files
	Routes   []*Route     // in the order of the files
	Tests    []*Test      // in the order of the files
	Warnings []Diagnostic // legal, but probably not meant; sorted by position
	Read     []string     // every file that was read, but those of TLS: of the configuration, of variables, by functions; sorted
	Hash     string       // SHA-256, in hex, over the names and contents of Read, see the function Hash

	sensitive map[string]bool // attributes whose values Effective hides, but for passwords, which it always does; see places.paths
}

// Bridge holds the settings of the daemon itself.
type Bridge struct {
	Name         string        // names this daemon in logs, metrics and messages
	FlushTimeout time.Duration // how long a stop waits for queues to empty before it cuts the connections
	GUID         vscp.GUID     // of the events that the bridge itself sends; all zero: the interface GUID at each remote
	StateDir     string        // folder of what outlasts the daemon; empty: there is none
	WatchConfig  time.Duration // how often the configuration is looked at for changes, which are then taken up; 0: never
}

// Log says what is logged and how.
type Log struct {
	Level  string // trace, debug, info, warn or error
	Format string // text or json
}

// Admin holds the settings of the admin HTTP server.
type Admin struct {
	Listen string // host:port; empty: it listens on no port
	Socket string // path of the unix socket, where changes are taken; empty: there is none
	// SocketGroup is the name or number of the group that may use the socket too; empty: the user of the bridge alone.
	SocketGroup string
	// TokenFile is the path of the file with the token by which changes are taken at Listen too; empty: they are not.
	TokenFile string
}

// Remote is one VSCP link endpoint that the bridge connects to.
type Remote struct {
	Name        string             // block label, unique, usable as a metric label
	Addresses   []string           // one or more of host:port, tried in order; IPv6 hosts in brackets; the port is always there
	User        Credential         // zero: no login
	Password    Credential         // sent after User
	Origins     []vscp.GUIDPattern // the GUIDs that live behind this remote
	Strict      bool               // only events of Origins are taken from it
	Site        string             // names the server where files of several bridges reach it by different addresses; empty: the addresses do
	Connections int                // 1 or 2; 0: as the peer allows
	// SendConnections is how many connections send, 1 to 64. An event goes to one of them by its GUID, so that the order of a
	// sender stays.
	SendConnections int
	Receive         Receive       // how events are fetched
	Profile         Profile       // the kind of server that the peer is taken for
	Window          int           // SEND commands on the way at once; 0: as the profile says
	Time            TimeForm      // the time form that the peer takes
	Filter          *vscp.Filter  // set at the peer with SFLT; nil: none. Filter and Mask are given together
	Mask            *vscp.Filter  // set at the peer with SMSK; nil: none
	StatEvery       time.Duration // how often STAT asks for the events that the peer lost; 0: never
	Backoff         Backoff
	Timeouts        Timeouts
	TLS             *TLS      // nil: clear text
	Schedule        *Schedule // nil: connected and receiving all the time
	Pos             Position  // of the block, for messages
}

// Receive is a way of fetching events from a remote.
type Receive string

// The ways of fetching events.
const (
	ReceiveAuto    Receive = "auto"    // RCVLOOP, or RETR where that is refused
	ReceiveRcvloop Receive = "rcvloop" // the server pushes
	ReceiveRetr    Receive = "retr"    // the bridge polls
	ReceiveNone    Receive = "none"    // nothing is fetched
)

// Profile names a kind of server, which decides what the peer takes and how.
type Profile string

// The profiles.
const (
	ProfileAuto     Profile = "auto"     // found out after login
	ProfileVSCPD    Profile = "vscpd"    // a VSCP daemon
	ProfileUvscpd   Profile = "uvscpd"   // the CAN micro daemon
	ProfileFirmware Profile = "firmware" // a microcontroller
)

// TimeForm names the form of the timestamp in events sent to a remote.
type TimeForm string

// The time forms.
const (
	TimeAuto  TimeForm = "auto" // found out after login
	TimeNanos TimeForm = "ns"   // nanoseconds since 1970
	TimeDate  TimeForm = "date" // date and time, and microseconds
	TimeNone  TimeForm = "none" // left empty
)

// Backoff spaces the attempts to connect.
type Backoff struct {
	Initial    time.Duration // the first interval
	Max        time.Duration // the longest wait, jitter included; also the one after a refused login
	Multiplier float64       // growth from one attempt to the next, at least 1
	Jitter     float64       // random share of the interval, 0..1
	Stable     time.Duration // how long a connection must last until the interval starts at Initial again
}

// Timeouts limits each phase of a connection.
type Timeouts struct {
	Resolve  time.Duration // look up one address
	Dial     time.Duration // connect
	TLS      time.Duration // until the TLS handshake is done
	Greeting time.Duration // until the server has greeted
	Reply    time.Duration // until a command is answered
	// DeadAfter is how long a pushing server may be silent. 0: three keep-alives in its own rhythm, at least 5 s and at most
	// 30 s, and 10 s until the rhythm is known.
	DeadAfter  time.Duration
	StallAfter time.Duration // events wait, the connection is up, and no +OK came
}

// TLS encrypts the connections to a remote.
type TLS struct {
	CAFile     string     // certificates of the authorities that are believed; empty: those of the system
	CertFile   string     // certificate to show to the peer; empty: none. CertFile and KeyFile are given together
	KeyFile    string     // its private key
	ServerName string     // host name or IP address that the certificate must be for; empty: the host of each address
	MinVersion TLSVersion // the least that is spoken
	Pins       []string   // keys, "sha256/BASE64", of which the peer must have one; nil: any
}

// TLSVersion is a version of TLS.
type TLSVersion string

// The TLS versions.
const (
	TLS12 TLSVersion = "1.2"
	TLS13 TLSVersion = "1.3"
)

// ScheduleMode says what happens to the connection between two ticks.
type ScheduleMode string

// The schedule modes.
const (
	ModeHold  ScheduleMode = "hold"  // stay connected, fetch on the tick
	ModeVisit ScheduleMode = "visit" // connect, send, fetch and quit on the tick
	ModeLazy  ScheduleMode = "lazy"  // a visit when enough waits to be sent, and on the tick if there is one
)

// Schedule makes the bridge fetch at intervals, or connect when there is something to send. Modes hold and visit have either
// Every or Cron; mode lazy has one of them or none.
type Schedule struct {
	Every     time.Duration // from tick to tick; 0: none
	Cron      Cron          // when the ticks come; the zero value: none
	Jitter    time.Duration // random delay of each tick, at most Every, or 1 h with Cron
	Mode      ScheduleMode
	Threshold int           // mode lazy: connect when so many events wait; 0: their number does not count
	MaxWait   time.Duration // mode lazy: connect when the oldest event has waited so long; 0: its age does not count
	Commands  []string      // modes visit and lazy: command lines sent after the login, in this order
	MaxFetch  int           // events taken on one tick at most; what is left waits for the next
	Linger    time.Duration // modes visit and lazy: how long to stay for late events
}

// Cron says at which times of the calendar something happens.
type Cron struct {
	// Spec has the five fields minute, hour, day of the month, month and day of the week, separated by one blank. If both
	// days are restricted, one of them must fit.
	Spec     string
	Location *time.Location // the time zone that Spec counts in
}

// Route carries events between remotes, either Between a set of them in all directions, or From some To others.
type Route struct {
	Name    string // block label, unique, usable as a metric label
	Between []*Remote
	From    []*Remote
	To      []*Remote
	// An event goes this way if one of Match matches, or there is none, and none of Exclude does.
	Match, Exclude []Match
	Presets        []Preset // with from and to; PresetCommands beside PresetTelemetry goes back, from To to From
	Scopes         []Scope  // that may pass
	Rewrite        Rewrite
	Tame           Tame
	Probe          *Probe      // nil: no cycles are looked for
	LinkEvents     *LinkEvents // nil: nobody is told that a remote goes down
	Queue          Queue       // of each destination
	Pos            Position
}

// Range is an inclusive range of numbers.
type Range struct {
	Min, Max uint16
}

// Overflow says what a full queue does with one event more.
type Overflow string

// The overflow policies.
const (
	OverflowDropOldest Overflow = "drop_oldest"
	OverflowDropNewest Overflow = "drop_newest"
	OverflowBlock      Overflow = "block" // take no more from the source
	// OverflowDropLowestPriority drops the oldest of the events with the lowest priority.
	OverflowDropLowestPriority Overflow = "drop_lowest_priority"
	// OverflowLatestOnly lets a new event replace the one that waits and speaks about the same.
	OverflowLatestOnly Overflow = "latest_only"
)

// OnAmbiguous says what to do with an event of which nobody knows whether it arrived.
type OnAmbiguous string

// The ways with an event of which nobody knows whether it arrived.
const (
	AmbiguousAuto   OnAmbiguous = "auto"   // drop it if it is of a class that asks for something to be done, else send it again
	AmbiguousResend OnAmbiguous = "resend" // it may arrive twice
	AmbiguousDrop   OnAmbiguous = "drop"   // it may not arrive
)

// Queue limits what waits for one destination of a route. The limit that is hit first decides.
type Queue struct {
	MaxEvents int
	MaxBytes  int64
	MaxAge    time.Duration // more than zero
	Overflow  Overflow
	// OnAmbiguous says what becomes of an event that was sent and whose answer got lost.
	OnAmbiguous OnAmbiguous
	RetryMaxAge time.Duration // an event for which the destination has had no room for so long is given up; more than zero
	Storage     Storage
	Fsync       Fsync // with StorageDisk
}

// Storage says where the events of a queue are.
type Storage string

// The storages.
const (
	StorageMemory Storage = "memory"
	StorageDisk   Storage = "disk" // in Bridge.StateDir
)

// Fsync says when events on disk survive a loss of power.
type Fsync string

// The ways of syncing.
const (
	FsyncInterval Fsync = "interval" // within half a second
	FsyncAlways   Fsync = "always"   // as soon as they are written
	FsyncNever    Fsync = "never"    // when the operating system pleases
)
