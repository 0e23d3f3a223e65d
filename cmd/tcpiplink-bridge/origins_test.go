package main

import (
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

func TestOriginsText(t *testing.T) {
	o := &api.Origins{
		API: api.Version,
		Remotes: []api.RemoteOrigins{
			{
				Name: "north", GUIDs: 6, Within: 2, Declared: []string{"FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"},
				Proposed: []api.ProposedOrigin{{Prefix: "FF:FF:FF:FF:FF:FF:FF:FE:00:02:01:*", GUIDs: 3}, {Prefix: "FF:FF:FF:FF:FF:FF:FF:FE:00:02:03:04:05:06:07:08", GUIDs: 1}},
			},
			{Name: "south", GUIDs: 1, Within: 1, Declared: []string{"FF:FF:FF:FF:FF:FF:FF:FE:00:03:*"}},
			{Name: "west"},
		},
		Apart: []api.ApartGUID{
			{
				GUID: "FF:FF:FF:FF:FF:FF:FF:FE:00:04:00:00:00:00:00:01", Flapping: true, Moves: 12,
				Seen: []api.SeenAtRemote{{Remote: "north", Times: 7}, {Remote: "west\x1b[2J", Times: 6}},
			},
			{
				GUID: "FF:FF:FF:FF:FF:FF:FF:FE:00:04:00:00:00:00:00:02", Moves: 1,
				Seen: []api.SeenAtRemote{{Remote: "north", Times: 1}, {Remote: "south", Times: 200}},
			},
		},
	}
	const want = `# remote "north": 6 GUIDs seen, 2 within its origins
origins = [
  "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*", # declared
  "FF:FF:FF:FF:FF:FF:FF:FE:00:02:01:*", # new, 3 GUIDs
  "FF:FF:FF:FF:FF:FF:FF:FE:00:02:03:04:05:06:07:08", # new, 1 GUID
]
# remote "south": 1 GUID seen, all within its origins
# remote "west": nothing came that lives only there

# These GUIDs came from several remotes, so that no origins are proposed for them. Is it
# - a device that moves: add its GUID to roaming in the loop block;
# - an event that comes back by another way: declare the origin where the device is. 'lint' finds such ways;
# - two devices with the same GUID: give one of them another.
#   FF:FF:FF:FF:FF:FF:FF:FE:00:04:00:00:00:00:00:01: north (7), west\x1b[2J (6); flapping, moved 12 times
#   FF:FF:FF:FF:FF:FF:FF:FE:00:04:00:00:00:00:00:02: north (1), south (200); moved 1 time
`
	got := originsText(o)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	file := "remote \"north\" {\naddress = \"127.0.0.1:9601\"\n" + got + "}\nremote \"south\" {\naddress = \"127.0.0.1:9602\"\n}\nroute \"sites\" {\nbetween = [remote.north, remote.south]\n}\n"
	cfg, err := config.Parse("hub.hcl", []byte(file), config.Options{})
	if err != nil || len(cfg.Remotes[0].Origins) != 3 {
		t.Errorf("in a configuration: %v, want 3 origins of the north", err)
	}
	if strings.ContainsAny(got, "\x1b") {
		t.Errorf("%q has what a terminal obeys", got)
	}
}
