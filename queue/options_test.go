package queue

import (
	"strings"
	"testing"
)

func TestParseOverflow(t *testing.T) {
	for name, want := range map[string]Overflow{
		"drop_oldest": DropOldest, "drop_newest": DropNewest, "block": Block,
		"drop_lowest_priority": DropLowestPriority, "latest_only": LatestOnly,
	} {
		got, err := ParseOverflow(name)
		if got != want || err != nil {
			t.Errorf("ParseOverflow(%q) = %v, %v, want %v", name, got, err, want)
		}
		if got.String() != name {
			t.Errorf("Overflow(%d).String() = %q, want %q", got, got.String(), name)
		}
	}
	for _, name := range []string{"", "Block", "drop", "drop_oldest "} {
		if got, err := ParseOverflow(name); err == nil || !strings.Contains(err.Error(), "drop_oldest, drop_newest, block, drop_lowest_priority, latest_only") {
			t.Errorf("ParseOverflow(%q) = %v, %v, want an error that names the rules", name, got, err)
		}
	}
	if got, want := Overflow(7).String(), "overflow(7)"; got != want {
		t.Errorf("Overflow(7).String() = %q, want %q", got, want)
	}
}

func TestNewValidates(t *testing.T) {
	good := DefaultOptions()
	if q, err := New(good); q == nil || err != nil {
		t.Errorf("New(%+v) = %v, %v, want a queue", good, q, err)
	}
	tests := []struct {
		name   string
		change func(o *Options)
		want   string
	}{
		{"no events", func(o *Options) { o.MaxEvents = 0 }, "max_events is 0"},
		{"negative events", func(o *Options) { o.MaxEvents = -1 }, "max_events is -1"},
		{"no bytes", func(o *Options) { o.MaxBytes = 0 }, "max_bytes is 0"},
		{"negative bytes", func(o *Options) { o.MaxBytes = -1 }, "max_bytes is -1"},
		{"negative age", func(o *Options) { o.MaxAge = -1 }, "max_age is -1ns"},
		{"unknown overflow", func(o *Options) { o.Overflow = 5 }, "overflow(5)"},
		{"ready without buffer", func(o *Options) { o.Ready = make(chan struct{}) }, "no buffer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := DefaultOptions()
			tt.change(&o)
			q, err := New(o)
			if q != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New(%+v) = %v, %v, want an error with %q", o, q, err, tt.want)
			}
		})
	}
}
