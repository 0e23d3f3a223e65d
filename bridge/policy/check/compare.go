package check

import (
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/policy"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// compare says what is not as the test wants it.
func compare(test *config.Test, outcomes []Outcome) []Failure {
	if test.Held != "" {
		return compareHeld(policy.Reason(test.Held), outcomes)
	}
	given := &test.Given[len(test.Given)-1].Event
	var failures []Failure
	for _, want := range test.Want {
		event := want.Event
		if event == nil {
			event = given
		}
		if f, ok := compareSent(want.To.Name, event, outcomes); !ok {
			failures = append(failures, f)
		}
	}
	return append(failures, unwanted(test.Want, outcomes)...)
}

// compareSent wants exactly one event to go to a remote.
func compareSent(to string, want *vscp.Event, outcomes []Outcome) (Failure, bool) {
	sent, held := split(outcomes, to)
	switch {
	case len(sent) == 0:
		return Failure{To: to, Got: "nothing, " + why(held), Want: describe(want)}, false
	case len(sent) > 1:
		return Failure{To: to, Got: "it more than once: " + sentWords(sent), Want: "it once"}, false
	}
	got, wanted := differences(&sent[0].Event, want)
	return Failure{To: to, Got: got + ", by route " + sent[0].Route, Want: wanted}, got == ""
}

// unwanted are the remotes that got the event, and that no expectation names.
func unwanted(wants []config.Expect, outcomes []Outcome) []Failure {
	var failures []Failure
	for _, to := range destinations(outcomes) {
		if slices.ContainsFunc(wants, func(w config.Expect) bool { return w.To.Name == to }) {
			continue
		}
		if sent, _ := split(outcomes, to); len(sent) > 0 {
			failures = append(failures, Failure{To: to, Got: sentWords(sent), Want: "nothing"})
		}
	}
	return failures
}

// compareHeld wants nothing to go out, for a reason. Ways whose routes do not take the event at all say nothing against it: a
// configuration with a route for each kind of events has such ways for every event.
func compareHeld(want policy.Reason, outcomes []Outcome) []Failure {
	var failures []Failure
	for _, to := range destinations(outcomes) {
		if sent, _ := split(outcomes, to); len(sent) > 0 {
			failures = append(failures, Failure{To: to, Got: sentWords(sent), Want: "nothing, for the reason " + string(want)})
		}
	}
	if len(failures) > 0 {
		return failures
	}
	if len(outcomes) == 0 {
		return []Failure{{Got: "no route that it could take", Want: "held for the reason " + string(want)}}
	}
	found, others := false, false
	for i := range outcomes {
		reason := outcomes[i].Reason
		found = found || reason == want
		others = others || reason != want && !notTaken(reason)
	}
	if found && !others {
		return nil
	}
	return []Failure{{Got: why(outcomes), Want: "held for the reason " + string(want)}}
}

// notTaken reports whether the reason is that the route is not for such events.
func notTaken(r policy.Reason) bool {
	return slices.Contains([]policy.Reason{
		policy.Scope, policy.NoMatch, policy.ProtocolClass, policy.LocalClass, policy.Excluded, policy.Directed,
	}, r)
}

// destinations returns the remotes that ways lead to, each once, in the order of the ways.
func destinations(outcomes []Outcome) []string {
	var names []string
	for i := range outcomes {
		if !slices.Contains(names, outcomes[i].To) {
			names = append(names, outcomes[i].To)
		}
	}
	return names
}

// split returns the ways to a remote that the event went, and those where it was held back.
func split(outcomes []Outcome, to string) (sent, held []Outcome) {
	for i := range outcomes {
		switch o := &outcomes[i]; {
		case o.To != to:
		case o.Reason == policy.Goes:
			sent = append(sent, *o)
		default:
			held = append(held, *o)
		}
	}
	return sent, held
}

// why says by which routes an event was held back.
func why(held []Outcome) string {
	if len(held) == 0 {
		return "as no route leads there"
	}
	var reasons []policy.Reason
	routes := map[policy.Reason][]string{}
	for i := range held {
		r := held[i].Reason
		if !slices.Contains(reasons, r) {
			reasons = append(reasons, r)
		}
		if !slices.Contains(routes[r], held[i].Route) {
			routes[r] = append(routes[r], held[i].Route)
		}
	}
	var words []string
	for _, r := range reasons {
		words = append(words, "held for the reason "+string(r)+" (route "+strings.Join(routes[r], ", ")+")")
	}
	return strings.Join(words, ", ")
}

func sentWords(sent []Outcome) string {
	var words []string
	for i := range sent {
		words = append(words, describe(&sent[i].Event)+" by route "+sent[i].Route)
	}
	return strings.Join(words, "; ")
}
