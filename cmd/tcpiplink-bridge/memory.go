package main

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How much garbage may lie beside what is in use. Under load events make garbage by the hundred megabytes a second, and with a
// small heap the collector would run all the time; a daemon whose queues are long must not take a multiple of them.
const (
	garbageRoom  = 32 << 20
	percentLeast = 50
	percentMost  = 400
)

// When little was allocated for a while, the garbage is collected and its memory given back.
const (
	quietPause   = 10 * time.Second
	quietAlloc   = 4 << 20 // in a pause
	quietGarbage = 2 << 20 // less is not worth a collection
)

// keepMemorySmall tunes the garbage collector until ctx ends, unless GOGC does.
func keepMemorySmall(ctx context.Context) {
	if os.Getenv("GOGC") != "" {
		return
	}
	afterEachCollection(ctx)
	var last heap
	for ticker := time.NewTicker(quietPause); ; {
		select {
		case <-ctx.Done():
			ticker.Stop()
			return
		case <-ticker.C:
		}
		now := readHeap()
		if now.allocated-last.allocated < quietAlloc && now.objects > now.live+quietGarbage {
			debug.FreeOSMemory()
			now = readHeap()
		}
		last = now
	}
}

// sentinel is an object that nobody holds. It is too large to share a block with others, which would keep it.
type sentinel struct{ _ [64]byte }

// afterEachCollection sets the percentage for the next one: the finalizer of a sentinel runs after each.
func afterEachCollection(ctx context.Context) {
	percent := 0
	var tune func(*sentinel)
	tune = func(*sentinel) {
		if ctx.Err() != nil {
			return
		}
		if p := collectorPercent(readHeap().live); p != percent {
			percent = p
			debug.SetGCPercent(p)
		}
		runtime.SetFinalizer(new(sentinel), tune)
	}
	tune(nil)
}

// collectorPercent is the GOGC for a heap of so many bytes in use. It goes in steps, as setting it stops the world.
func collectorPercent(live uint64) int {
	percent := percentMost
	for percent > percentLeast && uint64(percent)*live/100 > garbageRoom {
		percent /= 2
	}
	return max(percent, percentLeast)
}

// heap is a reading of the heap, in bytes.
type heap struct {
	live      uint64 // in use after the last collection
	objects   uint64 // in use now, and garbage
	allocated uint64 // since the start
}

func readHeap() heap {
	samples := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/allocs:bytes"},
	}
	metrics.Read(samples)
	return heap{live: samples[0].Value.Uint64(), objects: samples[1].Value.Uint64(), allocated: samples[2].Value.Uint64()}
}
