package config

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// addresses reads the address of a remote, or several, and completes them with the default port. It also returns the place of
// each.
func (d *decoder) addresses(raw *rawRemote) (addrs []string, places []hcl.Range) {
	switch {
	case raw.Address == nil && raw.Addresses == nil:
		d.lacks("address addresses", raw.Def, "Missing address", `A remote needs an address, such as address = "192.0.2.7:%s", or several in addresses.`, DefaultPort)
	case raw.Address != nil && raw.Addresses != nil:
		d.errorf(raw.Addresses.NameRange, "Two kinds of address", "A remote has either address or addresses. Put all of them into addresses, the preferred one first.")
	case raw.Address != nil:
		if text, it, ok := d.oneAddress(raw.Address); ok {
			if addr, ok := d.address(text, it); ok {
				return []string{addr}, []hcl.Range{it.rng}
			}
		}
	}
	if raw.Address != nil {
		return nil, nil
	}
	for _, it := range d.items(raw.Addresses, d.scope.functions, `["192.0.2.7", "192.0.2.8"]`) {
		if it.val.Type() != cty.String {
			d.errorf(it.rng, "Wrong type", `An element of %s must be an address in double quotes, such as "192.0.2.7:%s".`, raw.Addresses.Name, DefaultPort)
			continue
		}
		addr, ok := d.address(it.val.AsString(), it)
		switch {
		case !ok:
		case slices.Contains(addrs, addr):
			d.errorf(it.rng, "Duplicate address", "The same address, with its port, is in this list twice.")
		default:
			addrs, places = append(addrs, addr), append(places, it.rng)
		}
	}
	return addrs, places
}

// oneAddress reads a text, and says where a list belongs.
func (d *decoder) oneAddress(attr *hcl.Attribute) (string, item, bool) {
	it, ok := d.scalar(attr)
	switch {
	case !ok:
		return "", it, false
	case it.val.Type() == cty.String:
		return it.val.AsString(), it, true
	case it.val.CanIterateElements():
		d.errorf(it.rng, "Wrong type", "address is one text in double quotes. Several addresses of one server are a list in addresses.")
	default:
		d.errorf(it.rng, "Wrong type", `%s must be a text in double quotes, such as "192.0.2.7:%s".`, attr.Name, DefaultPort)
	}
	return "", it, false
}

// address checks one address.
func (d *decoder) address(text string, it item) (string, bool) {
	addr, reason := parseAddress(text)
	if reason != "" {
		d.errorf(it.rng, "Bad address", `%s Write host:port, such as "192.0.2.7:%s" or "[2001:db8::7]:%s"; the port may be left out.`, reason, DefaultPort, DefaultPort)
	}
	return addr, reason == ""
}

// hostName is what a name to look up may consist of; a resolver judges the rest.
var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$`)

// fourNumbers looks like an IPv4 address; no name that can be looked up does.
var fourNumbers = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$`)

// parseAddress returns text as host:port, or what is wrong with it. It does not quote the text, which may hold credentials.
func parseAddress(text string) (addr, reason string) {
	if strings.Contains(text, "@") {
		return "", "Credentials do not belong here but into user and password."
	}
	if strings.Contains(text, "://") {
		return "", "An address has no scheme."
	}
	if strings.Contains(text, ",") {
		return "", "Several addresses of one server are a list in addresses, each in quotes."
	}
	if strings.ContainsAny(text, " \t") {
		return "", "An address has no blanks."
	}
	host, port := text, DefaultPort
	if inner, ok := strings.CutSuffix(text, "]"); ok && strings.HasPrefix(inner, "[") {
		host = inner[1:]
	} else if strings.Contains(text, ":") {
		if _, err := netip.ParseAddr(text); err == nil {
			return "", "An IPv6 address needs brackets."
		}
		var err error
		if host, port, err = net.SplitHostPort(text); err != nil {
			return "", "It has more than one colon, or unpaired brackets."
		}
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", "The port must be a number from 1 to 65535."
	}
	switch ip, err := netip.ParseAddr(host); {
	case host == "":
		return "", "The host is missing."
	case err != nil && strings.HasPrefix(text, "["):
		return "", "There is no IPv6 address between the brackets."
	case err != nil && fourNumbers.MatchString(host):
		return "", "The numbers of an IPv4 address go from 0 to 255, without zeros in front."
	case err != nil && !hostName.MatchString(host):
		return "", "The host has characters that no host name has."
	case err == nil && ip.Zone() != "" && !hostName.MatchString(ip.Zone()):
		return "", "The zone has characters that no interface name has."
	}
	return net.JoinHostPort(host, port), ""
}

// isLoopback reports whether a checked address stays on this machine.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// listen reads the address of a server of ours: the host may be empty (every interface) and the port 0 (any free one).
func (d *decoder) listen(attr *hcl.Attribute, dst *string) {
	it, ok := d.scalar(attr)
	if !ok {
		return
	}
	if it.val.Type() != cty.String {
		d.errorf(it.rng, "Wrong type", "%s must be a text in double quotes, such as %q.", attr.Name, defaultAdmin)
		return
	}
	text := it.val.AsString()
	if reason := listenMistake(text); reason != "" {
		d.errorf(it.rng, "Bad address", "%s must be host:port, such as %q. %s", attr.Name, defaultAdmin, reason)
		return
	}
	*dst = text
}

// listenMistake says what is wrong with the address of a server of ours, without quoting it.
func listenMistake(text string) string {
	if strings.Contains(text, "://") {
		return "An address has no scheme."
	}
	host, port, err := net.SplitHostPort(text)
	_, ipErr := netip.ParseAddr(host)
	_, portErr := strconv.ParseUint(port, 10, 16)
	_, wholeErr := netip.ParseAddr(text)
	switch {
	case err != nil && wholeErr == nil && strings.Contains(text, ":"):
		return "An IPv6 address needs brackets, and the port is missing."
	case err != nil && !strings.Contains(text, ":"):
		return "The port is missing, or the colon before it."
	case err != nil:
		return "It has more than one colon, or unpaired brackets."
	case host == "*":
		return "For every interface leave out the host."
	case portErr != nil:
		return "The port must be a number from 0 to 65535."
	case host != "" && ipErr != nil && !hostName.MatchString(host):
		return "The host has characters that no host name has."
	}
	return ""
}

// site reads the name that several files give to one server.
func (d *decoder) site(attr *hcl.Attribute, dst *string) {
	if text, it, ok := d.text(attr); ok {
		d.checkName("site", text, it.rng)
		*dst = text
	}
}

// connections reads "auto" (0), 1 or 2.
func (d *decoder) connections(attr *hcl.Attribute, dst *int) {
	it, ok := d.scalar(attr)
	if !ok {
		return
	}
	if it.val.Type() == cty.String && it.val.AsString() == "auto" {
		*dst = 0
		return
	}
	n, ok := number(it)
	if !ok || n < 1 || n > 2 {
		d.errorf(it.rng, "Unknown "+attr.Name, `%s must be "auto", 1 or 2.`, attr.Name)
		return
	}
	*dst = int(n)
}
