package config

import (
	"reflect"
	"slices"
)

// Same reports whether two remotes are configured alike, wherever they stand in their files.
func (r *Remote) Same(o *Remote) bool {
	a, b := *r, *o
	a.Pos, b.Pos = Position{}, Position{}
	if a.Schedule != nil && b.Schedule != nil {
		if !a.Schedule.Cron.same(b.Schedule.Cron) {
			return false
		}
		x, y := *a.Schedule, *b.Schedule
		x.Cron, y.Cron = Cron{}, Cron{}
		a.Schedule, b.Schedule = &x, &y
	}
	return reflect.DeepEqual(&a, &b)
}

// same compares time zones by their names: what they hold beside that depends on when they were loaded.
func (c Cron) same(o Cron) bool {
	return c.Spec == o.Spec && (c.Location == nil) == (o.Location == nil) && (c.Location == nil || c.Location.String() == o.Location.String())
}

// Same reports whether two routes are configured alike and join remotes of the same names, wherever they stand in their files.
func (r *Route) Same(o *Route) bool {
	if !slices.Equal(names(r.Between), names(o.Between)) || !slices.Equal(names(r.From), names(o.From)) || !slices.Equal(names(r.To), names(o.To)) {
		return false
	}
	a, b := *r, *o
	for _, x := range []*Route{&a, &b} {
		x.Pos, x.Between, x.From, x.To = Position{}, nil, nil, nil
		x.Match, x.Exclude = placeless(x.Match), placeless(x.Exclude)
	}
	return reflect.DeepEqual(&a, &b)
}

func placeless(matches []Match) []Match {
	out := slices.Clone(matches)
	for i := range out {
		out[i].Pos = Position{}
	}
	return out
}

func names(remotes []*Remote) []string {
	out := make([]string, len(remotes))
	for i, r := range remotes {
		out[i] = r.Name
	}
	return out
}
