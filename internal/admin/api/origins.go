package api

import "time"

// OriginsPath is where the admin server answers with Origins.
const OriginsPath = "/api/v1/origins"

// Origins is what is declared of where GUIDs live, and what those that came since the start suggest to declare.
type Origins struct {
	API     int             `json:"api"` // Version
	At      time.Time       `json:"read_at"`
	Remotes []RemoteOrigins `json:"remotes"` // in the order of the configuration
	Apart   []ApartGUID     `json:"apart"`   // GUIDs that came from several remotes
}

// RemoteOrigins is about a remote. GUIDs that roam or mean something only where they are do not count.
type RemoteOrigins struct {
	Name     string           `json:"name"`
	Strict   bool             `json:"strict"`
	Declared []string         `json:"declared"`
	GUIDs    int              `json:"guids"`          // that came from here and from nowhere else
	Within   int              `json:"guids_declared"` // those of them that are within what is declared
	Proposed []ProposedOrigin `json:"proposed"`       // for the others
}

// ProposedOrigin is a prefix that covers no GUID of another remote.
type ProposedOrigin struct {
	Prefix string `json:"prefix"`
	GUIDs  int    `json:"guids"` // that it covers
}

// ApartGUID is a GUID that came from several remotes.
type ApartGUID struct {
	GUID     string         `json:"guid"`
	Flapping bool           `json:"flapping"` // it goes to and fro
	Moves    uint64         `json:"moves"`
	Seen     []SeenAtRemote `json:"seen"` // in the order of the configuration
}

// SeenAtRemote is how often a GUID was noted at a remote, which is about once a second at most.
type SeenAtRemote struct {
	Remote string `json:"remote"`
	Times  uint64 `json:"times"`
}
