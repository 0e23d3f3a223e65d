package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestUnset(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load("testdata/good/unset.hcl", config.Options{Env: environment})
	if err != nil {
		t.Fatalf("Load: %v, want no error", err)
	}
	type told struct {
		user, password string
		dial, every    time.Duration
		cron           string
		window         int
	}
	text := func(c config.Credential) string {
		s, err := c.Read()
		if err != nil {
			t.Errorf("Read: %v, want no error", err)
		}
		return s
	}
	for i, want := range []told{
		{dial: time.Second, every: 5 * time.Second},
		{user: "admin", password: "north-secret", dial: 3 * time.Second, cron: "0 6 * * *"},
	} {
		r := cfg.Remotes[i]
		got := told{text(r.User), text(r.Password), r.Timeouts.Dial, r.Schedule.Every, r.Schedule.Cron.Spec, r.Window}
		if got != want {
			t.Errorf("remote %s = %+v, want %+v", r.Name, got, want)
		}
	}
	if got := cfg.Routes[0].Queue.Storage; got != config.StorageMemory {
		t.Errorf("storage = %q, want the default %q", got, config.StorageMemory)
	}
}

// What an attribute cannot do without is missing, whatever the null came from.
func TestUnsetJSON(t *testing.T) {
	t.Parallel()
	const src = `{"locals": {"none": null}, "remote": {"a": {"address": "a", "user": null}, "b": {"address": "${local.none}"}}}`
	_, err := config.Parse("hub.hcl.json", []byte(src), config.Options{})
	want := `in remote.b: Missing address`
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "in remote.a") {
		t.Errorf("Parse: %v, want %q and nothing about the user of a", err, want)
	}
}
