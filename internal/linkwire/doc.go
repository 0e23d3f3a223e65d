// Package linkwire is the wire layer of the VSCP tcp/ip link protocol, used by the client and by the server alike: lines
// within a hard limit, the status of a reply line, verbs with their aliases, and arguments that cannot smuggle a second
// command. It has no opinions: it does not log, retry, wait or start goroutines.
//
// A command is one line, `VERB [argument]`. Its reply is any number of data lines followed by one line that begins with
// `+OK` or `-OK`. Every line ends with CR LF; a lone LF is accepted.
package linkwire
