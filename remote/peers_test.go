package remote

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/linktest"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// peer is what is known of a server that was listened to, apart from its scripts.
type peer struct {
	name     string
	greeting int // lines before the status line
	profile  Profile
	// the dialogue "receive"
	rows, keepAlives int
	first, last      vscp.Event
	// the dialogue "command"
	count, fetched int
	filters        string // what becomes of SFLT and SMSK: "taken", "refused" or "" if they are not in it
	refused        vscp.Event
	form           vscp.TextForm // in which refused is sent
	full, denied   bool
}

func uvscpdGUID(nickname byte) vscp.GUID {
	return vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xF5, 1, 15: nickname}
}

var (
	tcpipsrvGUID = vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xF5, 2, 0x88, 0x88, 0, 0, 1, 0, 0}
	deviceGUID   = vscp.GUID{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 8, 0xDC, 0x12, 0x34, 0x56, 0, 1}
	stm32GUID    = vscp.GUID{0xFD, 0, 2, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0x10}
)

// at returns a date of the captures, with the stamp beside it.
func at(date string, micros uint32) vscp.Time {
	t, err := time.Parse("2006-01-02T15:04:05", date)
	if err != nil {
		panic(err) // a mistake in the table
	}
	return vscp.Time{Nanos: uint64(t.UnixNano()), Micros: micros}
}

// peers returns the servers there are scripts of.
func peers() []peer {
	firmware := Profile{
		Family: FamilyFirmware, Detected: FamilyFirmware,
		Version: Version{0, 0, 1, "0"}, Capabilities: 0x4000000000008028, Interface: deviceGUID,
		Traits: Traits{
			Form:       vscp.TextForm{Time: vscp.TimeNone, Data: vscp.DataDecimal},
			MaxCommand: 510, MaxClass: 65535, MaxType: 65535, MinData: 1, MaxData: 80, MaxBacklog: 4, Window: 1, Connections: 2,
			FiltersSends: true, Counts: true,
		},
	}
	stm32 := firmware
	stm32.Version.Build, stm32.Capabilities, stm32.ChannelID, stm32.Interface = "4", 0x4000000000008020, 1, stm32GUID
	lastOfFirmware := vscp.Event{Head: 256, Class: 65535, Type: 65535, Data: []byte{1}}
	return []peer{
		{
			name: "uvscpd", greeting: 2,
			profile: Profile{
				Family: FamilyUvscpd, Detected: FamilyUvscpd,
				Version: Version{1, 0, 0, "N/A"}, Capabilities: 0x8028, Interface: uvscpdGUID(0),
				Traits: Traits{
					Form:       vscp.TextForm{Time: vscp.TimeNone, Data: vscp.DataDecimal, Head8: true},
					MaxCommand: 319, MaxClass: 1023, MaxType: 255, MaxData: 24, Bus: true, MaxBacklog: 32, Window: 8, Connections: 5,
					Erases: true, Echoes: true,
				},
			},
			rows: 9, keepAlives: 4,
			first: vscp.Event{Class: 20, Type: 3, Time: at("2026-11-22T16:49:01", 1092096483), GUID: uvscpdGUID(0), Data: []byte{1}},
			last: vscp.Event{
				Head: 96, Class: 20, Type: 3, Time: at("2026-11-22T16:50:20", 1171337139),
				GUID: uvscpdGUID(0x42), Data: []byte{1, 2, 3},
			},
			count: 3, fetched: 3, filters: "taken", form: vscp.TextForm{Time: vscp.TimeNanos},
			refused: vscp.Event{Head: 256, Class: 20, Type: 3, Data: []byte{1}},
		},
		{
			name: "tcpipsrv", greeting: 3,
			profile: Profile{
				Family: FamilyVSCPD, Detected: FamilyVSCPD,
				Version: Version{15, 2, 0, "0"}, Capabilities: 0x8078, ChannelID: 1, Interface: tcpipsrvGUID,
				Traits: Traits{
					Form:       vscp.TextForm{Time: vscp.TimeNone},
					MaxCommand: 4096, MaxClass: 65535, MaxType: 65535, MaxData: 512, MaxBacklog: 1000, Window: 1,
					Counts: true, Echoes: true,
				},
			},
			rows: 11, keepAlives: 3,
			first: vscp.Event{Class: 20, Type: 3, ObID: 1, Time: at("2026-11-22T16:49:25", 1), GUID: tcpipsrvGUID, Data: []byte{1}},
			last: vscp.Event{
				Class: 65535, Type: 65535, ObID: 1, Time: at("2026-11-22T16:49:03", 0), GUID: tcpipsrvGUID, Data: []byte{1},
			},
			count: 2, fetched: 2, filters: "refused", form: vscp.TextForm{Time: vscp.TimeNone},
			refused: vscp.Event{Class: 0, Type: 1, Data: []byte{1}}, denied: true,
		},
		{
			name: "fwlink", greeting: 2, profile: firmware, rows: 16, keepAlives: 6,
			first: vscp.Event{Head: 256, Class: 20, Type: 3, Time: vscp.Time{Nanos: 1}, Data: []byte{1}}, last: lastOfFirmware,
			count: 2, fetched: 2, filters: "taken", form: firmware.Form,
			refused: vscp.Event{Class: 20, Type: 3, Data: []byte{1}}, full: true,
		},
		{
			name: "pico", greeting: 3, profile: firmware, rows: 16, keepAlives: 6,
			first: vscp.Event{Head: 256, Class: 20, Type: 3, Time: vscp.Time{Nanos: 1}, Data: []byte{1}}, last: lastOfFirmware,
			count: 2, fetched: 2, filters: "taken", form: firmware.Form,
			refused: vscp.Event{Class: 20, Type: 3},
		},
		{
			name: "stm32", greeting: 5, profile: stm32, rows: 7, keepAlives: 5,
			first: vscp.Event{Head: 352, Class: 20, Type: 24, Time: vscp.Time{Nanos: 4185888126666}, Data: []byte{0, 0, 0}},
			last:  vscp.Event{Head: 352, Class: 20, Type: 24, Time: vscp.Time{Nanos: 4191937487056}, Data: []byte{0, 0, 0}},
			count: 3, fetched: 2, form: firmware.Form,
			refused: vscp.Event{Class: 20, Type: 3},
		},
	}
}

// peerTest is a test of one peer.
type peerTest struct {
	*testing.T
	peer peer
}

// forPeers runs a test for each peer in a bubble.
func forPeers(t *testing.T, test func(pt peerTest)) {
	t.Helper()
	all := peers()
	if got := len(linktest.Peers()); got != len(all) {
		t.Errorf("there are scripts of %d peers, want the %d of the table", got, len(all))
	}
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(peerTest{t, p}) })
		})
	}
}

// steps returns a dialogue of the peer as text.
func (p peer) steps(t testing.TB, name string) string {
	t.Helper()
	return linktest.PeerScript(t, p.name, name).String()
}

// resync returns the steps of a Resync: the VERS of the login dialogue and its answer.
func (p peer) resync(t testing.TB) string {
	t.Helper()
	_, rest := cut(t, p.steps(t, "login"), "> VERS")
	answer, _, _ := strings.Cut(rest, "\n>")
	return "> VERS\n" + strings.TrimSuffix(answer, "\n") + "\n"
}

// loginAs logs in with what a script expects.
func loginAs(t testing.TB, c *Client, script *linktest.Script) {
	t.Helper()
	user, password := script.Account()
	if err := c.Login(t.Context(), user, password); err != nil {
		t.Fatalf("Login = %v, want nil", err)
	}
}

// cut splits text at the first line, which neither half has.
func cut(t testing.TB, text, line string) (before, after string) {
	t.Helper()
	before, after, found := strings.Cut(text, line+"\n")
	if !found {
		t.Fatalf("the dialogue has no line %q:\n%s", line, text)
	}
	return before, after
}

// play connects a client to a dialogue, logs in and probes.
func (p peer) play(t *testing.T, script *linktest.Script) (*Client, Profile) {
	t.Helper()
	c := connect(t, DialFunc(linktest.Dialer(t, script)))
	loginAs(t, c, script)
	profile, err := c.Probe(t.Context())
	if err != nil {
		t.Fatalf("Probe = %v, want nil", err)
	}
	return c, profile
}
