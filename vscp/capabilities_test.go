package vscp

import (
	"strings"
	"testing"
)

func TestCapabilityNames(t *testing.T) {
	for caps, want := range map[Capabilities]string{
		0:                                "",
		0x8078:                           "link-server ipv6 ipv4 tls connections",
		0x8028:                           "link-server ipv4 connections",
		0x4000000000008028:               "decision-matrix link-server ipv4 connections",
		1<<63 | 1<<61 | 1<<60 | 1<<7 | 7: "variables interfaces bit-60 bit-7 aes-256 aes-192 aes-128",
		0x7F00:                           "udp multicast-announce raw-ethernet web websocket rest multicast",
	} {
		if got := strings.Join(caps.Names(), " "); got != want {
			t.Errorf("Capabilities(%#x).Names() = %q, want %q", uint64(caps), got, want)
		}
	}
	if got := len(Capabilities(1<<64 - 1).Names()); got != 64 {
		t.Errorf("all bits have %d names, want 64", got)
	}
}

func TestCapabilitiesText(t *testing.T) {
	for text, want := range map[string]Capabilities{
		"00-00-00-00-00-00-80-78": 0x8078,
		"40-00-00-00-00-00-80-28": 0x4000000000008028,
		"ff-ff-ff-ff-ff-ff-ff-ff": 1<<64 - 1,
	} {
		got, err := ParseCapabilities(text)
		if got != want || err != nil {
			t.Errorf("ParseCapabilities(%q) = %#x, %v, want %#x", text, uint64(got), err, uint64(want))
		}
		if back := got.String(); back != strings.ToUpper(text) {
			t.Errorf("Capabilities(%#x).String() = %q, want %q", uint64(got), back, strings.ToUpper(text))
		}
	}
	for _, text := range []string{"", "00", "0000000000008078", "00-00-00-00-00-00-80-7", "00-00-00-00-00-00-80-zz", "00-00-00-00-00-00-80-78-00"} {
		if got, err := ParseCapabilities(text); got != 0 || err == nil {
			t.Errorf("ParseCapabilities(%q) = %#x, %v, want 0 and an error", text, uint64(got), err)
		}
	}
}
