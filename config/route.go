package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

const exampleRemotes = "[remote.north, remote.south]"

// end is a reference to a remote and where it was written.
type end struct {
	remote *Remote
	rng    hcl.Range
}

// decodeEnds reads between, or from and to.
func (d *decoder) decodeEnds(raw *rawRoute, r *Route) {
	n := len(d.diags)
	between, from, to := d.ends(raw.Between), d.ends(raw.From), d.ends(raw.To)
	r.Between, r.From, r.To = remotesOf(between), remotesOf(from), remotesOf(to)
	switch {
	case raw.Between != nil && (raw.From != nil || raw.To != nil):
		d.errorf(rangeOf(raw.Def, raw.From, raw.To), "Too many ends", "A route has either between (both ways), or from and to (one way).")
	case raw.Between != nil:
		if d.clean(n) && len(between) < 2 && !d.spoiled && !d.misnamed.nameless && len(d.misnamed.remotes) == 0 {
			d.errorf(raw.Between.Expr.Range(), "Too few remotes", "between needs two or more remotes, such as %s.", exampleRemotes)
		}
	case raw.From == nil && raw.To == nil:
		d.lacks("between from to", raw.Def, "Missing ends", "A route needs between = %s (both ways), or from = [remote.north] and to = [remote.south] (one way).", exampleRemotes)
	case raw.From == nil:
		d.lacks("from", raw.Def, "Missing from", "A route with to also needs from, such as from = [remote.north].")
	case raw.To == nil:
		d.lacks("to", raw.Def, "Missing to", "A route with from also needs to, such as to = [remote.south].")
	default:
		d.checkEnds(from, to)
	}
}

// checkEnds refuses a remote on both sides of a one-way route.
func (d *decoder) checkEnds(from, to []end) {
	for _, t := range to {
		for _, f := range from {
			if f.remote == t.remote {
				d.errorf(t.rng, "Route back", "The remote %s is in from and in to, but no event goes back to where it came from. Use between for both ways, or several routes.", wording.Quote(t.remote.Name))
			}
		}
	}
}

// ends reads a list of references to different remotes.
func (d *decoder) ends(attr *hcl.Attribute) []end {
	if attr == nil {
		return nil
	}
	var ends []end
	exprs, diags := hcl.ExprList(attr.Expr)
	if diags.HasErrors() {
		if one, ok := d.single(attr.Expr); ok {
			return one
		}
	}
	if diags.HasErrors() || isBound(attr.Expr) {
		for _, it := range d.items(attr, d.scope.routes, exampleRemotes) {
			ends = d.appendEnd(ends, it.rng, d.remoteOf(it))
		}
		return ends
	}
	if len(exprs) == 0 {
		d.emptyList(attr, exampleRemotes)
	}
	for _, expr := range exprs {
		ends = d.appendEnd(ends, expr.Range(), d.reference(expr))
	}
	return ends
}

// single reads one remote without brackets. It reports false for anything else, which is told of as no list.
func (d *decoder) single(expr hcl.Expression) ([]end, bool) {
	if name, rng, ok := remoteName(expr); ok {
		r := d.scope.remotes[name]
		if r == nil {
			d.noRemote(rng, name)
			return nil, true
		}
		return d.appendEnd(nil, expr.Range(), r), true // in JSON it is a text, of which evaluating would make no remote
	}
	val, diags := expr.Value(d.scope.routes)
	if diags.HasErrors() || !val.Type().Equals(remoteType) || !val.IsKnown() || val.IsNull() {
		return nil, false
	}
	it, ok := d.eval(expr, d.scope.routes)
	if !ok {
		return nil, true
	}
	return d.appendEnd(nil, it.rng, d.remoteOf(it)), true
}

// appendEnd adds a remote that is not nil and not yet in the list.
func (d *decoder) appendEnd(ends []end, rng hcl.Range, r *Remote) []end {
	switch {
	case r == nil:
		return ends
	case slices.ContainsFunc(ends, func(e end) bool { return e.remote == r }):
		d.errorf(rng, "Duplicate remote", "The remote %s is in this list twice.", wording.Quote(r.Name))
		return ends
	}
	return append(ends, end{remote: r, rng: rng})
}

// reference resolves one element, in the form remote.NAME without evaluation to say more about a wrong name.
func (d *decoder) reference(expr hcl.Expression) *Remote {
	if name, rng, ok := remoteName(expr); ok {
		if r := d.scope.remotes[name]; r != nil {
			return r
		}
		d.noRemote(rng, name)
		return nil
	}
	if it, ok := d.eval(expr, d.scope.routes); ok {
		return d.remoteOf(it)
	}
	return nil
}

// unknownRemote sums up a reference that leads nowhere.
const unknownRemote = "Unknown remote"

// noRemote complains about a reference, unless it may be to one of those that could not be made.
func (d *decoder) noRemote(rng hcl.Range, name string) {
	if !d.mayBe(name) {
		d.errorf(rng, unknownRemote, "There is no remote %s.%s", wording.Quote(name), d.suggestRemote(name))
	}
}

// mayBe reports whether a name that no remote has may be that of one that could not be made. Where one lacks its name, that is so of names that
// differ from the others by more than one slip.
func (d *decoder) mayBe(name string) bool {
	if d.spoiled || d.misnamed.remotes[name] || !d.misnamed.nameless {
		return d.spoiled || d.misnamed.remotes[name]
	}
	for other := range d.scope.remotes {
		if wording.Distance(name, other) < 2 {
			return false
		}
	}
	return true
}

// remoteName returns NAME of an expression remote.NAME or remote["NAME"].
func remoteName(expr hcl.Expression) (string, hcl.Range, bool) {
	t, diags := hcl.AbsTraversalForExpr(expr)
	if diags.HasErrors() || len(t) != 2 || t.RootName() != "remote" {
		return "", hcl.Range{}, false
	}
	switch step := t[1].(type) {
	case hcl.TraverseAttr:
		return step.Name, t.SourceRange(), true
	case hcl.TraverseIndex:
		if step.Key.Type() == cty.String && step.Key.IsKnown() && !step.Key.IsNull() {
			return step.Key.AsString(), t.SourceRange(), true
		}
	}
	return "", hcl.Range{}, false
}

// remoteOf returns the remote that an evaluated reference stands for.
func (d *decoder) remoteOf(it item) *Remote {
	if it.val.Type() == remoteType {
		return it.val.EncapsulatedValue().(*Remote) //nolint:forcetypeassert // the capsule type says so
	}
	hint := ""
	if it.val.Type() == cty.String && !it.sensitive && d.scope.remotes[it.val.AsString()] != nil {
		hint = fmt.Sprintf(" Did you mean remote.%s?", it.val.AsString())
	}
	d.errorf(it.rng, "Not a remote", "Refer to a remote as in remote.north, without quotes.%s", hint)
	return nil
}

// suggestRemote says which remotes there are.
func (d *decoder) suggestRemote(name string) string {
	names := slices.Sorted(maps.Keys(d.scope.remotes))
	if hint := wording.DidYouMean(name, names); hint != "" {
		return hint
	}
	switch {
	case len(names) == 0:
		return " The configuration defines none."
	case len(names) > 5:
		return fmt.Sprintf(" The configuration defines %d others.", len(names))
	}
	for i, n := range names {
		names[i] = strconv.Quote(n)
	}
	return fmt.Sprintf(" The configuration defines %s.", wording.Join(names, "and"))
}

func remotesOf(ends []end) []*Remote {
	var remotes []*Remote
	for _, e := range ends {
		remotes = append(remotes, e.remote)
	}
	return remotes
}
