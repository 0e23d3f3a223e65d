package loopsim

import (
	"fmt"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
)

// tableSeeds is how many runs a row of the table sums up.
const tableSeeds = 3

// Table runs all topologies and returns the results as two tables in Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| Topology | Sites | Settings | Lint | Events | Forwards per event | At most | Duplicates | Returned | Bounded by |\n")
	b.WriteString("|---|---|---|---|--:|--:|--:|--:|--:|---|\n")
	for _, t := range Topologies() {
		t.row(&b)
	}
	b.WriteString("\n")
	disturbed(&b)
	return b.String()
}

// row sums up calm runs of a topology.
func (t *Topology) row(b *strings.Builder) {
	var sum Tally
	bound, verdict := 0, "refused"
	r := topology.Check(t.Configs...)
	if r.Accepted() {
		verdict = "accepted"
	}
	for seed := range uint64(tableSeeds) {
		got, _ := Run(t, Options{Seed: seed})
		sum.Events += got.Events
		sum.Forwards += got.Forwards
		sum.Duplicates += got.Duplicates
		sum.Returned += got.Returned
		if r.Accepted() {
			bound += got.Events * (len(t.Sites) - 1)
		} else {
			bound += t.Bound(got.Things, Horizon)
		}
	}
	each := func(n int) string { return fmt.Sprintf("%.2f", float64(n)/float64(sum.Events)) }
	fmt.Fprintf(b, "| %s | %s | %s | %s | %d | %s | %s | %d | %d | %s |\n",
		t.Name, t.peers(), t.Settings, verdict, sum.Events, each(sum.Forwards), each(bound), sum.Duplicates, sum.Returned, t.Bounds)
}

// peers lists the kinds of sites with their numbers.
func (t *Topology) peers() string {
	var names []string
	count := map[string]int{}
	for _, p := range t.Sites {
		if count[p.Name]++; count[p.Name] == 1 {
			names = append(names, p.Name)
		}
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", count[name], name)
	}
	return strings.Join(names, ", ")
}

// disturbed sums up what happened to events in accepted topologies while things broke.
func disturbed(b *strings.Builder) {
	runs, events := 0, 0
	sum := Tally{Lost: map[Cause]int{}}
	for _, t := range Topologies() {
		if !t.Accepted {
			continue
		}
		for seed := range uint64(disturbedSeeds) {
			got, _ := Run(t, Options{Seed: seed, Shake: disturbances})
			runs++
			events += got.Events
			sum.Delivered += got.Delivered
			sum.Missing += got.Missing
			sum.Resent += got.Resent
			sum.Duplicates += got.Duplicates
			sum.Returned += got.Returned
			for cause, n := range got.Lost {
				sum.Lost[cause] += n
			}
		}
	}
	fmt.Fprintf(b, "| In %d runs with %d disturbances each | |\n|---|--:|\n", runs, disturbances)
	fmt.Fprintf(b, "| events that devices sent | %d |\n| deliveries to other sites | %d |\n", events, sum.Delivered)
	for _, c := range causes() {
		fmt.Fprintf(b, "| lost: %s | %d |\n", c, sum.Lost[c])
	}
	fmt.Fprintf(b, "| lost without such a cause | %d |\n", sum.Missing)
	fmt.Fprintf(b, "| came twice: the answer got lost, and the event was sent again | %d |\n", sum.Resent)
	fmt.Fprintf(b, "| came twice without such a cause | %d |\n| came back to the site where it was sent | %d |\n", sum.Duplicates, sum.Returned)
}

// Of the runs for the second table.
const (
	disturbedSeeds = 5
	disturbances   = 10
)

// causes returns all causes of loss.
func causes() []Cause {
	return []Cause{CauseAway, CauseCut, CauseQueue, CauseDoubt, CauseGrace, CauseCredit}
}
