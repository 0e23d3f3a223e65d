package api

import "time"

// ReloadPath is where the admin server takes up the configuration as it is on disk now, and answers a POST with a Reload; with
// ?dry_run=true it says what that would change. It is for the unix socket only.
const ReloadPath = "/api/v1/reload"

// Reload is what a reload changed, or would change.
type Reload struct {
	API      int      `json:"api"` // Version
	DryRun   bool     `json:"dry_run"`
	Hash     string   `json:"hash"`               // as in Config
	Changes  []Change `json:"changes"`            // those of the daemon's own blocks, then those of remotes, then those of routes
	Warnings []string `json:"warnings,omitempty"` // legal, but probably not meant; each as a text of several lines
}

// Change is a block that is added, removed or changed.
type Change struct {
	Kind       string   `json:"change"`         // added, removed or changed
	Block      string   `json:"block"`          // remote or route, or a block of the daemon's own, such as log
	Name       string   `json:"name,omitempty"` // of a remote or a route
	Attributes []string `json:"attributes,omitempty"`
}

// Config is the configuration in use.
type Config struct {
	Path   string      `json:"path"`
	Hash   string      `json:"hash"` // SHA-256, in hex, over names and contents of all files that it was read from
	Loaded time.Time   `json:"loaded_at"`
	Last   *LastReload `json:"last_reload,omitempty"` // absent if there was none
}

// LastReload is what became of the last reload. After one that failed the configuration before it is in use.
type LastReload struct {
	At    time.Time `json:"tried_at"`
	By    string    `json:"by"` // signal, api or watch
	OK    bool      `json:"ok"`
	Error string    `json:"error,omitempty"` // one line; all mistakes are in the log
}
