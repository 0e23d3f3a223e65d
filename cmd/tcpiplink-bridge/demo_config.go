package main

import (
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// The one account of the three endpoints, which listen on loopback only.
const (
	demoUser     = "admin"
	demoPassword = "secret"
)

// demoConfig is the configuration that the demo runs. The addresses are those of its example; the demo puts in free ones.
const demoConfig = `# Two sites that exchange their events, and a field device that both want to hear from.

bridge {
  name          = "demo"
  flush_timeout = "2s"
}

remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = "secret"
  # The GUIDs that live behind this remote. An event of theirs that comes from elsewhere is a copy on its way back.
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
}

remote "south" {
  address  = "127.0.0.1:9602"
  user     = "admin"
  password = "secret"
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
}

# A field device is asked for its events once a second, on a connection that stays.
remote "boiler" {
  address  = "127.0.0.1:9603"
  user     = "admin"
  password = "secret"
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:03:*"]
  schedule {
    every = "1s"
    mode  = "hold"
  }
}

# Both ways. Protocol classes stay on their site unless a match block names them.
route "sites" {
  between = [remote.north, remote.south]
  queue {
    max_events = 10000
    overflow   = "drop_oldest"
  }
}

# One way, and temperatures only: the device's heartbeats stay behind.
route "readings" {
  from = [remote.boiler]
  to   = [remote.north, remote.south]
  match {
    class = [10] # CLASS1.MEASUREMENT
    type  = [6]  # TEMPERATURE
  }
}
`

// demoExample says how to run the printed configuration without the demo.
const demoExample = `# The configuration that 'tcpiplink-bridge demo' runs, with the addresses of the endpoints that these commands start:
#   tcpiplink-bridge simulate --listen 127.0.0.1:9601 --guid FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:00 --user admin --password secret
#   tcpiplink-bridge simulate --listen 127.0.0.1:9602 --guid FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:00 --user admin --password secret
#   tcpiplink-bridge simulate --listen 127.0.0.1:9603 --guid FF:FF:FF:FF:FF:FF:FF:FE:00:03:00:00:00:00:00:00 --user admin --password secret
#   tcpiplink-bridge run --config demo.hcl

`

// demoConfigFor returns the configuration text for sites that listen elsewhere than in the example, and what it says.
func demoConfigFor(sites []*demoSite) (*config.Config, error) {
	var pairs []string
	for _, s := range sites {
		pairs = append(pairs, s.example, s.listener.Addr().String())
	}
	return config.Parse("demo.hcl", []byte(strings.NewReplacer(pairs...).Replace(demoConfig)), config.Options{})
}
