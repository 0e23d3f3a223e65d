package main

import (
	"fmt"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// text returns the file, before it is formatted.
func (p *initPlan) text(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Which servers tcpiplink-bridge joins, and how. Check it with
#
#   tcpiplink-bridge validate --config %s
#
# What is commented out shows what could be. "tcpiplink-bridge config docs NAME" says what a block or an attribute means, and
# "tcpiplink-bridge config show" prints this file with every default.

`, name)
	p.daemonText(&b)
	for i, r := range p.remotes {
		r.text(&b, i == 0)
	}
	for _, names := range p.routes {
		p.routeText(&b, names)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (p *initPlan) daemonText(b *strings.Builder) {
	b.WriteString("bridge {\n  # What outlasts the daemon is in this folder: queues on disk, events that no server took, and the socket of the status command.\n")
	if p.stateDir != "" {
		fmt.Fprintf(b, "  state_dir = %s\n}\n\n", config.Quote(p.stateDir))
	} else {
		b.WriteString("  # state_dir = \"/var/lib/tcpiplink-bridge\"\n}\n\n")
	}
	b.WriteString("# Where metrics, health and status are served. Without the block no port is opened.\n")
	if p.admin != "" {
		fmt.Fprintf(b, "admin {\n  listen = %s\n}\n\n", config.Quote(p.admin))
	} else {
		b.WriteString("# admin {}\n\n")
	}
}

// text writes a remote, the first with what all of them may have.
func (r *initRemote) text(b *strings.Builder, first bool) {
	fmt.Fprintf(b, "remote %s {\n  address = %s\n", config.Quote(r.name), config.Quote(r.address))
	if r.user != "" {
		fmt.Fprintf(b, "  user = %s\n", config.Quote(r.user))
	}
	switch {
	case r.env != "":
		fmt.Fprintf(b, "  password = env(%s)\n", config.Quote(r.env))
	case r.credential != "":
		fmt.Fprintf(b, "  password = credential(%s)\n", config.Quote(r.credential))
	case r.file != "":
		fmt.Fprintf(b, "  password = file(%s)\n", config.Quote(r.file))
	}
	if !first {
		b.WriteString("}\n\n")
		return
	}
	b.WriteString(`
  # The GUIDs of the devices behind this server. An event of theirs that comes from elsewhere is a copy on its way back, and goes no
  # further. "tcpiplink-bridge origins" proposes them when the bridge has run for a while.
  # origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]

  # Encryption, if the server speaks TLS.
  # tls {}
}

`)
}

// routeText writes a route. Its name is made of those of the remotes, or "all".
func (p *initPlan) routeText(b *strings.Builder, names []string) {
	refs := make([]string, len(names))
	for i, name := range names {
		refs[i] = reference(name)
	}
	label := strings.Join(names, "-")
	if len(names) > 2 && len(names) == len(p.remotes) {
		label = "all"
	}
	fmt.Fprintf(b, "# Both ways; \"from\" and \"to\" in place of \"between\" are one way.\nroute %s {\n  between = [%s]\n", config.Quote(label), strings.Join(refs, ", "))
	b.WriteString(`
  # Only these events. Without a match all go, but for what concerns a single segment.
  # match {
  #   class = ["CLASS1.MEASUREMENT", "CLASS1.INFORMATION"]
  # }

  # What waits for a server that is away.
  queue {
    # max_events = 10000
    # max_age    = "24h"
`)
	if p.stateDir != "" {
		b.WriteString("    storage = \"disk\"\n")
	} else {
		b.WriteString("    # storage = \"disk\" # survives a restart; needs state_dir\n")
	}
	b.WriteString("  }\n}\n\n")
}

// reference refers to a remote. Names that begin with a digit are no identifiers.
func reference(name string) string {
	if name[0] >= '0' && name[0] <= '9' {
		return "remote[" + config.Quote(name) + "]"
	}
	return "remote." + name
}
