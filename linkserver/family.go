package linkserver

import (
	"fmt"
	"io"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linkwire"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Family names a kind of link server. A Server that is like one answers as that one does, its mistakes included, so that clients
// and configurations can be tried against it.
type Family string

// The families.
const (
	FamilyOwn      Family = ""         // our own: the protocol without surprises
	FamilyVscpd    Family = "vscpd"    // the link server of vscpd 15
	FamilyUvscpd   Family = "uvscpd"   // uvscpd 1.0, a daemon in front of one CAN bus
	FamilyFirmware Family = "firmware" // the firmware library's link server, as microcontrollers have it
)

// Families returns the families of other servers.
func Families() []Family { return []Family{FamilyVscpd, FamilyUvscpd, FamilyFirmware} }

// family is everything in which families differ. Commands that behave differently, not only in their words, have a handler of
// the family in its table. What is nil, zero or false is as with our own family.
type family struct {
	words    wording
	commands map[linkwire.Verb]command
	parse    func(line []byte) (linkwire.Verb, string) // finds the command in a line

	// Connections.

	adjust           func(*Options) // sets the options that are no matter of choice there
	greeting         func(*session) []string
	loginOptional    bool                                // whoever says something counts as logged in
	turnsAwaySilent  bool                                // one client too many is closed without a word
	queueFromConnect bool                                // events come from the connect on, not from the login on
	maxLine          int                                 // longest line, in bytes
	source           func(*session, io.Reader) io.Reader // what becomes of the bytes before they are lines
	idleKeepAlive    time.Duration                       // keep-alives wait until there was no row for so long
	history          int                                 // lines that `+n` and `++` know

	// Names of a connection.

	channel    func(id uint16) uint32 // what CHID tells, and the obid of what the client sends
	clientGUID func(server vscp.GUID, id uint16) vscp.GUID

	// Events.

	// take reads the argument of SEND into s.row. It returns the refusal, if any, and whether the event goes on from here.
	take            func(s *session, arg []byte) (refusal string, deliver bool)
	own             func(srv *Server, row *vscp.Row) bool                      // turns an event of Publish into one of the family; false: it has no place there
	row             func(dst []byte, row *vscp.Row, receiver vscp.GUID) []byte // writes a row without line end
	maxRow          int                                                        // longer rows are lost when they are fetched
	countsData      bool                                                       // STAT counts data bytes
	echoes          bool                                                       // a client gets its own events too
	refusesWhenFull bool                                                       // SEND fails while the queue of a receiver is full
	stopsWhenFull   bool                                                       // one event too many, and the connection is dead for good
}

// wording is the final lines that differ in their words only.
type wording struct {
	success, userAccepted, passAccepted, bye, cleared, loopEntered, loopLeft string
	unknown, parameter, tooLong, noEvent, credentials, needLogin, privilege  string
}

// newFamily returns the traits of a family.
func newFamily(name Family) (*family, error) {
	switch name {
	case FamilyOwn:
		return newOwnFamily(), nil
	case FamilyVscpd:
		return newVscpdFamily(), nil
	case FamilyUvscpd:
		return newUvscpdFamily(), nil
	case FamilyFirmware:
		return newFirmwareFamily(), nil
	default:
		return nil, fmt.Errorf("like is %q, must be one of %q or empty", name, Families())
	}
}

// sendLevel is the level that SEND needs.
func (f *family) sendLevel() int { return f.commands[linkwire.VerbSend].level }
