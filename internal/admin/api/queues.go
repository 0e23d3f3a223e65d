package api

import "time"

// QueuesPath is where the admin server answers with Queues. What is below it is about one queue, that of a route to a destination:
//
//	GET    /api/v1/queues/ROUTE/TO                   Queue
//	GET    /api/v1/queues/ROUTE/TO/events?limit=N    its events as lines, oldest first; without a limit all of them
//	POST   /api/v1/queues/ROUTE/TO/events            takes lines, answers with Taken
//	DELETE /api/v1/queues/ROUTE/TO/events            drops what waits, answers with Purged
//	GET    /api/v1/queues/ROUTE/TO/letters?limit=N   its dead letters as lines, oldest first
//	POST   /api/v1/queues/ROUTE/TO/letters/retry     puts them back into the queue, answers with Taken
//	DELETE /api/v1/queues/ROUTE/TO/letters           drops them, answers with Purged
//	GET    /api/v1/queues/ROUTE/TO/check             reads the files of a queue on disk, answers with Check
//
// Lines are JSON, one event each, with the type LinesType. What changes something is for the unix socket only.
const QueuesPath = "/api/v1/queues"

// LinesType is the content type of events as lines of JSON.
const LinesType = "application/x-ndjson"

// Queues is a reading of all queues.
type Queues struct {
	API    int       `json:"api"` // Version
	At     time.Time `json:"read_at"`
	Queues []Queue   `json:"queues"` // in the order of the configuration
}

// Queue is what waits for one destination of a route.
type Queue struct {
	Route       string      `json:"route"`
	To          string      `json:"to"`
	Storage     string      `json:"storage"` // memory or disk
	Events      int         `json:"events"`
	Leased      int         `json:"leased"` // those of them that are being sent
	Bytes       int64       `json:"bytes"`
	Oldest      time.Time   `json:"oldest_queued_at,omitzero"`
	Limits      *Limits     `json:"limits,omitempty"`  // absent for a stopped bridge: they are in its configuration
	Dropped     Reasons     `json:"dropped,omitempty"` // likewise
	Letters     int         `json:"letters"`           // dead letters in the file and the one before it
	LetterBytes int64       `json:"letter_bytes"`
	Disk        *QueueFiles `json:"disk,omitempty"`
}

// Limits say how much may wait.
type Limits struct {
	MaxEvents     int     `json:"max_events"`
	MaxBytes      int64   `json:"max_bytes"`
	MaxAgeSeconds float64 `json:"max_age_seconds"`
	Overflow      string  `json:"overflow"`
}

// QueueFiles is the part of a queue that is on disk.
type QueueFiles struct {
	Bytes           int64     `json:"bytes"` // of the segments
	Segments        int       `json:"segments"`
	Unsynced        int64     `json:"unsynced_bytes"` // a loss of power would lose them
	MemoryOnly      int       `json:"memory_only_events"`
	Quarantined     int       `json:"quarantined_files"`
	QuarantineBytes int64     `json:"quarantine_bytes"`
	Degraded        string    `json:"degraded,omitempty"` // why the disk does not take events
	DegradedSince   time.Time `json:"degraded_since,omitzero"`
	Found           *Check    `json:"found_at_start,omitempty"` // if it was damaged
}

// Check is what reading the files of a queue on disk found.
type Check struct {
	Clean            bool      `json:"clean"`
	Events           uint64    `json:"events"` // that can be read and are still wanted
	Segments         int       `json:"segments"`
	TornBytes        int64     `json:"torn_bytes"` // behind the last event: an interrupted write
	DamagedRegions   int       `json:"damaged_regions"`
	DamagedBytes     int64     `json:"damaged_bytes"`
	KnownRegions     int       `json:"known_regions"` // damage that an earlier start told of
	KnownBytes       int64     `json:"known_bytes"`
	KnownEvents      uint64    `json:"known_events"` // that were lost with it
	UnreadableBytes  int64     `json:"unreadable_bytes"`
	MissingEvents    uint64    `json:"missing_events"`
	MissingSegments  int       `json:"missing_segments"`
	Cursor           string    `json:"cursor"`
	ForeignFiles     []string  `json:"foreign_files,omitempty"`
	Findings         []Finding `json:"findings,omitempty"` // the first ones
	FindingsLeftOut  int       `json:"findings_left_out,omitempty"`
	UnreadableEvents int       `json:"unreadable_events"` // whole records that hold no event
}

// Finding is one place of damage.
type Finding struct {
	Kind       string `json:"kind"`
	File       string `json:"file"`
	Offset     int64  `json:"offset"`
	Bytes      int64  `json:"bytes"`
	Quarantine string `json:"quarantine,omitempty"` // where a copy of it is
	Known      bool   `json:"known,omitempty"`      // an earlier start told of it
	Error      string `json:"error,omitempty"`
}

// Taken is the answer to events that were put into a queue: Events = Queued + Dropped, unless one that came drove out several.
type Taken struct {
	Events  int     `json:"events"`
	Queued  int     `json:"queued"`
	Dropped int     `json:"dropped"`           // by the rules of the queue, older ones included that had to go for them
	Reasons Reasons `json:"reasons,omitempty"` // why
	Left    int     `json:"left,omitempty"`    // after a retry: dead letters for which the queue had no room
	Unsafe  string  `json:"unsafe,omitempty"`  // why the events are in memory only, so that a crash may take them; empty: they are on disk, or the queue has none
}

// Purged is the answer to a purge.
type Purged struct {
	Events int `json:"events"`
	Leased int `json:"leased"` // events that were being sent, and stay
	// Unsafe is why a crash may bring the events back; empty: it does not, but for those behind what was being sent.
	Unsafe string `json:"unsafe,omitempty"`
}
