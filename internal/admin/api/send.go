package api

import "encoding/json"

// Send is an event to be sent to a remote, with the next that its routes send. Line, or else Event, says which.
type Send struct {
	Route string          `json:"route,omitempty"` // in whose queue it waits; empty: that of the first route to the remote
	Line  string          `json:"line,omitempty"`  // as text: head,class,type,obid,datetime,timestamp,GUID,data...
	Event json.RawMessage `json:"event,omitempty"` // as an object
}

// Sent says what became of a Send: it waits in a queue, or the queue dropped it, or an older one for it.
type Sent struct {
	API   int    `json:"api"` // Version
	Route string `json:"route"`
	To    string `json:"to"`
	Taken Taken  `json:"taken"`
}

// Command is a line of the link protocol, to be sent to a remote on a connection of its own.
type Command struct {
	Command string `json:"command"`
	// Confirm is the name of the remote, for SHUTDOWN, RESTART and TEST, which can do harm that nobody takes back from here.
	Confirm string `json:"confirm,omitempty"`
}

// Reply is what a remote answered to a Command.
type Reply struct {
	API    int      `json:"api"` // Version
	Remote string   `json:"remote"`
	OK     bool     `json:"ok"`    // it answered with +OK, not with -OK
	Text   string   `json:"text"`  // what stands behind that
	Lines  []string `json:"lines"` // the lines before it
}
