package loopsim_test

import (
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/internal/loopsim"
	"github.com/tcpiplink/tcpiplink-bridge/internal/repeat"
)

// seeds returns how many runs a test makes: usual ones, or as many times that as TCPIPLINK_SIM says.
func seeds(t *testing.T, usual int) uint64 {
	t.Helper()
	if testing.Short() {
		usual = max(1, usual/10)
	}
	usual = repeat.Times(usual)
	text := os.Getenv("TCPIPLINK_SIM")
	if text == "" {
		return uint64(usual)
	}
	times, err := strconv.Atoi(text)
	if err != nil || times < 1 {
		t.Fatalf("TCPIPLINK_SIM is %q, want a factor", text)
	}
	return uint64(usual * times)
}

// where returns the topologies that lint accepts, or the others.
func where(accepted bool) []*loopsim.Topology {
	return slices.DeleteFunc(loopsim.Topologies(), func(top *loopsim.Topology) bool { return top.Accepted != accepted })
}

// some returns all topologies, or with the race detector the eighth part of them, evenly.
func some() (part []*loopsim.Topology) {
	all := loopsim.Topologies()
	for i := 0; i < len(all); i += len(all) / repeat.Times(len(all)) {
		part = append(part, all[i])
	}
	return part
}

func TestLintGivesTheExpectedVerdict(t *testing.T) {
	t.Parallel()
	for _, top := range loopsim.Topologies() {
		r := topology.Check(top.Configs...)
		if got := r.Accepted(); got != top.Accepted {
			t.Errorf("%s, %s: accepted = %t, want %t", top.Name, top.Settings, got, top.Accepted)
			for i := range r.Findings {
				t.Logf("%s\n%s", r.Findings[i].Summary, r.Findings[i].Explanation())
			}
		}
	}
}

func TestEachEventArrivesOnce(t *testing.T) {
	t.Parallel()
	for _, top := range where(true) {
		t.Run(top.Name+"/"+top.Settings, func(t *testing.T) {
			t.Parallel()
			for seed := range seeds(t, 30) {
				got, _ := loopsim.Run(top, loopsim.Options{Seed: seed})
				exact(t, top, &got, seed, "calm")
				if len(got.Lost) > 0 || got.Resent > 0 {
					t.Errorf("seed %d: lost = %v, resent = %d although nothing happened, want none", seed, got.Lost, got.Resent)
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

// TestDisturbed restarts bridges and sites and cuts connections at random. What is missing or comes twice then must have a cause,
// and afterwards all is as it was.
func TestDisturbed(t *testing.T) {
	t.Parallel()
	for _, top := range where(true) {
		t.Run(top.Name+"/"+top.Settings, func(t *testing.T) {
			t.Parallel()
			for seed := range seeds(t, 30) {
				got, _ := loopsim.Run(top, loopsim.Options{Seed: seed, Shake: 1 + int(seed%7)})
				exact(t, top, &got, seed, "disturbed")
				if t.Failed() {
					return
				}
			}
		})
	}
}

// TestBrokenAtEveryStep breaks everything that can break at each step of a run.
func TestBrokenAtEveryStep(t *testing.T) {
	t.Parallel()
	for _, top := range where(true) {
		t.Run(top.Name+"/"+top.Settings, func(t *testing.T) {
			t.Parallel()
			const seed = 1
			_, steps := loopsim.Run(top, loopsim.Options{Seed: seed, Few: true})
			breaks := top.Breaks()
			stride := max(1, steps*len(breaks)/int(seeds(t, 150)))
			for i := 0; i < steps*len(breaks); i += stride {
				b := breaks[i/steps]
				got, _ := loopsim.Run(top, loopsim.Options{Seed: seed, Few: true, Break: &b, At: i % steps})
				exactBefore(t, top, &got, i%steps, b)
				if t.Failed() {
					return
				}
			}
		})
	}
}

// exact checks what holds however much goes wrong.
func exact(t *testing.T, top *loopsim.Topology, got *loopsim.Tally, seed uint64, how string) {
	t.Helper()
	if got.Late > 0 {
		t.Errorf("seed %d, %s: something happened to %d late events, want none", seed, how, got.Late)
	}
	once(t, top, got, "seed "+strconv.FormatUint(seed, 10)+", "+how)
}

func exactBefore(t *testing.T, top *loopsim.Topology, got *loopsim.Tally, step int, b loopsim.Break) {
	t.Helper()
	once(t, top, got, "step "+strconv.Itoa(step)+", broken "+b.String())
}

func once(t *testing.T, top *loopsim.Topology, got *loopsim.Tally, how string) {
	t.Helper()
	if got.Duplicates != 0 || got.Returned != 0 || got.Missing != 0 {
		t.Errorf("%s: duplicates = %d, returned = %d, missing without a cause = %d, want 0, 0, 0", how, got.Duplicates, got.Returned, got.Missing)
	}
	if most := len(top.Sites) * (got.Events + got.Doubts); got.Forwards > most {
		t.Errorf("%s: forwards = %d, want at most %d: sites x (events and those sent again)", how, got.Forwards, most)
	}
	if !got.Quiet {
		t.Errorf("%s: something was still under way after %v, want nothing", how, loopsim.Horizon)
	}
}

// TestBreakerBoundsTheRest runs what lint refuses.
func TestBreakerBoundsTheRest(t *testing.T) {
	t.Parallel()
	for _, top := range where(false) {
		t.Run(top.Name+"/"+top.Settings, func(t *testing.T) {
			t.Parallel()
			most, wrong := 0, 0
			for seed := range seeds(t, 2) {
				got, _ := loopsim.Run(top, loopsim.Options{Seed: seed})
				bound := top.Bound(got.Things, loopsim.Horizon)
				if got.Forwards > bound {
					t.Errorf("seed %d: forwards = %d, want at most %d", seed, got.Forwards, bound)
				}
				if !got.Quiet && !top.Slow {
					t.Errorf("seed %d: something still circles after %v, want the breaker to have ended it", seed, loopsim.Horizon)
				}
				most = max(most, got.Forwards)
				wrong += got.Duplicates + got.Returned
			}
			if wrong == 0 && !top.Harmless {
				t.Errorf("no duplicates and nothing returned in a topology that is refused, want some: the refusal would be wrong")
			}
			t.Logf("at most %d forwards in a run", most)
		})
	}
}

// TestRandomTopologies asks lint about topologies that nobody thought of, and runs them: what it accepts is exact, and what it refuses
// does go wrong, unless sites erase identity, where it is careful.
func TestRandomTopologies(t *testing.T) {
	t.Parallel()
	accepted, refused := 0, 0
	for seed := range seeds(t, 150) {
		top := loopsim.Random(seed)
		r := topology.Check(top.Configs...)
		top.Accepted = r.Accepted()
		if top.Accepted {
			accepted++
		} else {
			refused++
		}
		wrong := 0
		for run := range uint64(2) {
			got, _ := loopsim.Run(top, loopsim.Options{Seed: run})
			if top.Accepted {
				exact(t, top, &got, run, top.String())
			} else if bound := top.Bound(got.Things, loopsim.Horizon); got.Forwards > bound || !got.Quiet {
				t.Errorf("seed %d, %v: forwards = %d, quiet = %t, want at most %d, and true", run, top, got.Forwards, got.Quiet, bound)
			}
			wrong += got.Duplicates + got.Returned
		}
		if !top.Accepted && wrong == 0 && !top.Erases() {
			t.Errorf("%v: refused, and nothing went wrong: %v", top, r.Findings)
		}
		if t.Failed() {
			return
		}
	}
	if accepted < refused/10 || refused < accepted/10 {
		t.Errorf("%d accepted and %d refused, want enough of each", accepted, refused)
	}
}

// TestDisturbancesHappen checks that the tests above see what they should get along with.
func TestDisturbancesHappen(t *testing.T) {
	t.Parallel()
	lost, resent := map[loopsim.Cause]int{}, 0
	for _, top := range loopsim.Topologies() {
		for seed := range uint64(10) {
			if !top.Accepted {
				break
			}
			got, _ := loopsim.Run(top, loopsim.Options{Seed: seed, Shake: 10})
			resent += got.Resent
			for cause, n := range got.Lost {
				lost[cause] += n
			}
		}
	}
	for _, cause := range []loopsim.Cause{loopsim.CauseAway, loopsim.CauseCut, loopsim.CauseQueue, loopsim.CauseDoubt, loopsim.CauseGrace} {
		if lost[cause] == 0 {
			t.Errorf("nothing was lost because of %q, want some: lost = %v", cause, lost)
		}
	}
	if resent == 0 {
		t.Errorf("nothing came twice because an answer got lost, want some")
	}
}

// TestReloadsMakeNoDifference has every bridge go from one configuration to another that asks for the same, again and again.
func TestReloadsMakeNoDifference(t *testing.T) {
	t.Parallel()
	for _, top := range some() {
		for seed := range seeds(t, 3) {
			want, _ := loopsim.Run(top, loopsim.Options{Seed: seed, Shake: 5})
			got, _ := loopsim.Run(top, loopsim.Options{Seed: seed, Shake: 5, Reloads: 100})
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, seed %d: with reloads %+v, want %+v", top.Name, seed, got, want)
			}
		}
	}
}

func TestSameSeedSameRun(t *testing.T) {
	t.Parallel()
	for _, top := range some() {
		first, steps := loopsim.Run(top, loopsim.Options{Seed: 42, Shake: 3})
		second, again := loopsim.Run(top, loopsim.Options{Seed: 42, Shake: 3})
		if !reflect.DeepEqual(first, second) || steps != again {
			t.Errorf("%s: second run = %+v in %d steps, want %+v in %d", top.Name, second, again, first, steps)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	top := loopsim.Topologies()[2]
	b.ReportAllocs()
	for b.Loop() {
		loopsim.Run(top, loopsim.Options{Seed: 1})
	}
}
