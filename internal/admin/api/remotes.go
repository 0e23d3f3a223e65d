package api

import "time"

// RemotesPath is where the admin server answers with Remotes, and below it with one Remote:
//
//	GET  /api/v1/remotes/NAME           Remote
//	POST /api/v1/remotes/NAME/pause     disconnects it, answers with Paused
//	POST /api/v1/remotes/NAME/resume    connects it again, answers with Paused
//	POST /api/v1/remotes/NAME/send      takes a Send, answers with Sent
//	POST /api/v1/remotes/NAME/command   takes a Command, answers with Reply
const RemotesPath = "/api/v1/remotes"

// RoutesPath is where the admin server answers with Routes, and below it with one Route:
//
//	GET  /api/v1/routes/NAME          Route
//	POST /api/v1/routes/NAME/pause    has it deliver nothing, answers with Paused
//	POST /api/v1/routes/NAME/resume   has it deliver again, answers with Paused
const RoutesPath = "/api/v1/routes"

// ConfigPath is where the admin server answers with the effective configuration, secrets masked: in the JSON form of HCL, or with
// ?format=hcl as HCL.
const ConfigPath = "/api/v1/config"

// Remotes is the part of Status about remotes.
type Remotes struct {
	API     int       `json:"api"` // Version
	At      time.Time `json:"read_at"`
	Remotes []Remote  `json:"remotes"` // in the order of the configuration
}

// Routes is the part of Status about routes.
type Routes struct {
	API    int       `json:"api"` // Version
	At     time.Time `json:"read_at"`
	Routes []Route   `json:"routes"` // in the order of the configuration
}

// Paused is how a remote or a route is after it was to be paused or resumed.
type Paused struct {
	API     int    `json:"api"` // Version
	Name    string `json:"name"`
	Paused  bool   `json:"paused"`
	Changed bool   `json:"changed"` // false: it was so already
}
