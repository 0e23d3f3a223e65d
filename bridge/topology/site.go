package topology

import (
	"net"
	"net/netip"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// joiner finds out which remotes stand for the same server.
type joiner struct {
	parent []int    // of each remote, by node; a root is its own
	name   []string // of each root: the site name of one of its remotes
}

func (j *joiner) root(i int) int {
	for j.parent[i] != i {
		i = j.parent[i]
	}
	return i
}

// join makes two remotes one site, unless their names say that they are two.
func (j *joiner) join(a, b int) {
	a, b = j.root(a), j.root(b)
	if a > b {
		a, b = b, a
	}
	if a == b || j.name[a] != "" && j.name[b] != "" && j.name[a] != j.name[b] {
		return
	}
	j.parent[b] = a
	if j.name[a] == "" {
		j.name[a] = j.name[b]
	}
}

// sitesOf returns the number of the site of each remote, counted in the order of their first remotes, and how many there are.
func sitesOf(remotes []*config.Remote) (sites []int, n int) {
	j := joiner{parent: make([]int, len(remotes)), name: make([]string, len(remotes))}
	byName, byAddress := map[string]int{}, map[string]int{}
	for i, r := range remotes {
		j.parent[i], j.name[i] = i, r.Site
		if r.Site != "" {
			j.meet(byName, r.Site, i)
		}
	}
	for i, r := range remotes {
		for _, a := range r.Addresses {
			j.meet(byAddress, normal(a), i)
		}
	}
	sites = make([]int, len(remotes))
	number := map[int]int{}
	for i := range remotes {
		root := j.root(i)
		if _, ok := number[root]; !ok {
			number[root] = len(number)
		}
		sites[i] = number[root]
	}
	return sites, len(number)
}

func (j *joiner) meet(first map[string]int, key string, i int) {
	if other, ok := first[key]; ok {
		j.join(other, i)
		return
	}
	first[key] = i
}

// normal returns the one form of an address: a name in lower case without a dot behind it, an IP address in its shortest form, and
// this machine as 127.0.0.1.
func normal(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return strings.ToLower(address)
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	ip, err := netip.ParseAddr(host)
	switch {
	case host == "localhost" || err == nil && ip == netip.IPv6Loopback():
		host = "127.0.0.1"
	case err == nil:
		host = ip.Unmap().String()
	}
	return net.JoinHostPort(host, port)
}
