package main

import "testing"

func TestCollectorPercent(t *testing.T) {
	for _, tt := range []struct {
		live uint64
		want int
	}{
		{0, 400},
		{3 << 20, 400},
		{8 << 20, 400},
		{9 << 20, 200},
		{16 << 20, 200},
		{20 << 20, 100},
		{64 << 20, 50},
		{1 << 40, 50},
	} {
		if got := collectorPercent(tt.live); got != tt.want {
			t.Errorf("collectorPercent(%d) = %d, want %d", tt.live, got, tt.want)
		}
	}
}

// TestReadHeap holds the names of the metrics against the runtime.
func TestReadHeap(t *testing.T) {
	before := readHeap()
	kept := make([]byte, 1<<20)
	after := readHeap()
	if after.allocated < before.allocated+uint64(len(kept)) || after.objects == 0 {
		t.Errorf("readHeap = %+v after an allocation of 1 MiB at %+v", after, before)
	}
}
