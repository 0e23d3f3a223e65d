package config_test

import (
	"testing"
	"time"
)

func TestDefaults(t *testing.T) {
	t.Chdir("testdata/good")
	cfg, err := load("defaults.hcl")
	if err != nil {
		t.Fatal(err)
	}
	north, south := cfg.Remotes[0], cfg.Remotes[1]
	if got := revealed(t, north.User, south.User, north.Password); got != "bridge, admin, secret" || north.Connections != 2 {
		t.Errorf("users and password %s, %d connections, want bridge, admin and 2 with the common password", got, north.Connections)
	}
	if north.StatEvery != 5*time.Minute || south.StatEvery != 0 || north.Backoff.Max != 20*time.Second || north.Backoff.Initial != 500*time.Millisecond {
		t.Errorf("stat_every %v and %v, backoff %+v, want 5m, 0 and at most 20s", north.StatEvery, south.StatEvery, north.Backoff)
	}
	if north.Timeouts.Dial != 3*time.Second || north.Timeouts.Reply != 9*time.Second || south.Timeouts.Reply != 4*time.Second || south.Timeouts.Greeting != 5*time.Second {
		t.Errorf("timeouts %+v and %+v, want the remote's own before the common ones", north.Timeouts, south.Timeouts)
	}
	if a, b := cfg.Routes[0].Queue, cfg.Routes[1].Queue; a.MaxEvents != 500 || a.MaxAge != time.Hour || b.MaxEvents != 7 || b.MaxAge != time.Hour {
		t.Errorf("queues %+v and %+v, want 500 and 7 events, and 1h", a, b)
	}
}
