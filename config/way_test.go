package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestWays(t *testing.T) {
	a, b, c := &config.Remote{Name: "a"}, &config.Remote{Name: "b"}, &config.Remote{Name: "c"}
	remotes := func(rs ...*config.Remote) []*config.Remote { return rs }
	presets := func(ps ...config.Preset) []config.Preset { return ps }
	tests := []struct {
		route config.Route
		want  string
	}{
		{config.Route{Between: remotes(a, b)}, "a>b all, b>a all"},
		{config.Route{Between: remotes(a, b, c)}, "a>b all, a>c all, b>a all, b>c all, c>a all, c>b all"},
		{config.Route{From: remotes(a), To: remotes(b, c)}, "a>b all, a>c all"},
		{config.Route{From: remotes(a), To: remotes(b), Presets: presets(config.PresetTelemetry)}, "a>b telemetry"},
		{config.Route{From: remotes(a), To: remotes(b), Presets: presets(config.PresetCommands)}, "a>b commands"},
		{
			config.Route{From: remotes(a), To: remotes(b, c), Presets: presets(config.PresetCommands, config.PresetTelemetry)},
			"a>b telemetry, a>c telemetry, b>a commands, c>a commands",
		},
		{config.Route{}, ""},
	}
	for _, tt := range tests {
		var got []string
		for _, w := range tt.route.Ways() {
			got = append(got, fmt.Sprintf("%s>%s %s", w.From.Name, w.To.Name, w.Preset))
		}
		if got := strings.Join(got, ", "); got != tt.want {
			t.Errorf("Ways of %+v = %q, want %q", tt.route, got, tt.want)
		}
	}
}
