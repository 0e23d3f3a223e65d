package main

// request is what the process that measures asks of a role.
type request struct {
	Do      string // push; reset, result, count; send; count, refuse, accept
	Plain   bool   // push: to the relay, not to the receive loop
	Events  int    // push, reset, send: how many
	Stop    int    // reset: the rate counts up to this event; 0: up to the last
	Senders int    // push: how many senders take turns
	Rate    int    // push: events a second; 0: as fast as they are taken
	Latency bool   // reset: measure from each event's stamp to its arrival
}

// reply is a role's answer.
type reply struct {
	Error     string   `json:",omitempty"`
	Link      string   `json:",omitempty"` // address of the link server
	Plain     string   `json:",omitempty"` // address for the relay
	Addresses []string `json:",omitempty"` // of the peers

	Rate     float64 `json:",omitempty"` // events a second
	P50, P99 int64   `json:",omitempty"` // nanoseconds

	Events       int `json:",omitempty"` // that arrived
	Links, Loops int `json:",omitempty"` // open connections, and those in the receive loop
	Peak         int `json:",omitempty"` // most attempts to connect in one second
	Attempts     int `json:",omitempty"`
}
