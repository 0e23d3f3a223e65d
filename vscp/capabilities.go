package vscp

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Capabilities are the bits of what a node or a server can do, as WCYD and CLASS2.PROTOCOL capabilities events tell. (VSCP:
// heartbeats and capabilities)
type Capabilities uint64

// The capabilities. The bits without a name here are reserved.
const (
	CapVariables         Capabilities = 1 << 63 // remote variables
	CapDecisionMatrix    Capabilities = 1 << 62
	CapInterfaces        Capabilities = 1 << 61 // more than one interface: INTERFACE LIST has several rows
	CapLinkServer        Capabilities = 1 << 15 // this protocol
	CapUDP               Capabilities = 1 << 14
	CapMulticastAnnounce Capabilities = 1 << 13
	CapRawEthernet       Capabilities = 1 << 12
	CapWeb               Capabilities = 1 << 11
	CapWebsocket         Capabilities = 1 << 10
	CapREST              Capabilities = 1 << 9
	CapMulticast         Capabilities = 1 << 8
	CapIPv6              Capabilities = 1 << 6
	CapIPv4              Capabilities = 1 << 5
	CapTLS               Capabilities = 1 << 4 // also said by servers whose TLS does not work
	CapConnections       Capabilities = 1 << 3 // two connections or more
	CapAES256            Capabilities = 1 << 2
	CapAES192            Capabilities = 1 << 1
	CapAES128            Capabilities = 1 << 0
)

// Names returns a word for each bit that is set, the highest first; a reserved bit is `bit-N`.
func (c Capabilities) Names() []string {
	var names []string
	for bit := 63; bit >= 0; bit-- {
		if one := Capabilities(1) << bit; c&one != 0 {
			names = append(names, one.name(bit))
		}
	}
	return names
}

// name returns the word for one bit.
func (c Capabilities) name(bit int) string {
	switch c {
	case CapVariables:
		return "variables"
	case CapDecisionMatrix:
		return "decision-matrix"
	case CapInterfaces:
		return "interfaces"
	case CapLinkServer:
		return "link-server"
	case CapUDP:
		return "udp"
	case CapMulticastAnnounce:
		return "multicast-announce"
	case CapRawEthernet:
		return "raw-ethernet"
	case CapWeb:
		return "web"
	case CapWebsocket:
		return "websocket"
	case CapREST:
		return "rest"
	case CapMulticast:
		return "multicast"
	case CapIPv6:
		return "ipv6"
	case CapIPv4:
		return "ipv4"
	case CapTLS:
		return "tls"
	case CapConnections:
		return "connections"
	case CapAES256:
		return "aes-256"
	case CapAES192:
		return "aes-192"
	case CapAES128:
		return "aes-128"
	default:
		return "bit-" + strconv.Itoa(bit)
	}
}

// String returns the eight bytes in hexadecimal, most significant first, joined by `-`: the form of WCYD.
func (c Capabilities) String() string {
	pairs := make([]string, 8)
	for i := range pairs {
		pairs[i] = fmt.Sprintf("%02X", byte(c>>(8*(7-i))))
	}
	return strings.Join(pairs, "-")
}

// ParseCapabilities reads what String writes, in either case.
func ParseCapabilities(s string) (Capabilities, error) {
	raw, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(raw) != 8 || len(s) != 8*3-1 {
		return 0, fmt.Errorf("capabilities %.60q are not eight bytes", s)
	}
	var c Capabilities
	for _, b := range raw {
		c = c<<8 | Capabilities(b)
	}
	return c, nil
}
