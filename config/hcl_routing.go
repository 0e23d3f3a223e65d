package config

import "github.com/hashicorp/hcl/v2"

// The raw structs of routing, of the loop guard and of tests; see hcl.go.

type rawLoop struct {
	Roaming     *hcl.Attribute `hcl:"roaming,optional"`
	StormLimit  *hcl.Attribute `hcl:"storm_limit,optional"`
	StormWindow *hcl.Attribute `hcl:"storm_window,optional"`

	roamingPlaces []hcl.Range // of each element of Roaming, known when it was evaluated
}

type rawRoute struct {
	Name      string         `hcl:"name,label"`
	NameRange hcl.Range      `hcl:"name,label_range"`
	Def       hcl.Range      `hcl:",def_range"`
	Between   *hcl.Attribute `hcl:"between,optional"`
	From      *hcl.Attribute `hcl:"from,optional"`
	To        *hcl.Attribute `hcl:"to,optional"`
	Preset    *hcl.Attribute `hcl:"preset,optional"`
	Scopes    *hcl.Attribute `hcl:"scopes,optional"`
	Matches   []*rawMatch    `hcl:"match,block"`
	Excludes  []*rawMatch    `hcl:"exclude,block"`
	Rewrite   *rawRewrite    `hcl:"rewrite,block"`
	Limit     *rawLimit      `hcl:"limit,block"`
	Probe     *rawProbe      `hcl:"probe,block"`
	Links     *rawLinks      `hcl:"link_events,block"`
	Queue     *rawQueue      `hcl:"queue,block"`
}

type rawMatch struct {
	Def      hcl.Range      `hcl:",def_range"`
	Class    *hcl.Attribute `hcl:"class,optional"`
	Type     *hcl.Attribute `hcl:"type,optional"`
	GUID     *hcl.Attribute `hcl:"guid,optional"`
	Nickname *hcl.Attribute `hcl:"nickname,optional"`
	Priority *hcl.Attribute `hcl:"priority,optional"`
	Length   *hcl.Attribute `hcl:"length,optional"`
	Sensor   *hcl.Attribute `hcl:"sensor,optional"`
	Zone     *hcl.Attribute `hcl:"zone,optional"`
	Subzone  *hcl.Attribute `hcl:"subzone,optional"`
	Filter   *hcl.Attribute `hcl:"filter,optional"`
	Mask     *hcl.Attribute `hcl:"mask,optional"`
	Unit     *hcl.Attribute `hcl:"unit,optional"`
	Min      *hcl.Attribute `hcl:"min,optional"`
	Max      *hcl.Attribute `hcl:"max,optional"`
}

type rawRewrite struct {
	Def      hcl.Range      `hcl:",def_range"`
	Mirror   *hcl.Attribute `hcl:"mirror,optional"`
	Priority *hcl.Attribute `hcl:"priority,optional"`
	Time     *hcl.Attribute `hcl:"time,optional"`
	Maps     []*rawMap      `hcl:"map,block"`
	GUIDs    []*rawGUIDMap  `hcl:"guid,block"`
}

type rawMap struct {
	Def     hcl.Range      `hcl:",def_range"`
	Class   *hcl.Attribute `hcl:"class,optional"`
	Type    *hcl.Attribute `hcl:"type,optional"`
	ToClass *hcl.Attribute `hcl:"to_class,optional"`
	ToType  *hcl.Attribute `hcl:"to_type,optional"`
}

type rawGUIDMap struct {
	Def  hcl.Range      `hcl:",def_range"`
	From *hcl.Attribute `hcl:"from,optional"`
	To   *hcl.Attribute `hcl:"to,optional"`
}

type rawLimit struct {
	Def         hcl.Range      `hcl:",def_range"`
	Rate        *hcl.Attribute `hcl:"rate,optional"`
	Burst       *hcl.Attribute `hcl:"burst,optional"`
	MinInterval *hcl.Attribute `hcl:"min_interval,optional"`
	DeadBand    *hcl.Attribute `hcl:"dead_band,optional"`
	MaxSilence  *hcl.Attribute `hcl:"max_silence,optional"`
	Dedupe      *hcl.Attribute `hcl:"dedupe,optional"`
}

type rawProbe struct {
	Def     hcl.Range      `hcl:",def_range"`
	Every   *hcl.Attribute `hcl:"every,optional"`
	OnCycle *hcl.Attribute `hcl:"on_cycle,optional"`
}

type rawLinks struct {
	Def   hcl.Range      `hcl:",def_range"`
	After *hcl.Attribute `hcl:"after,optional"`
}

type rawTest struct {
	Name      string         `hcl:"name,label"`
	NameRange hcl.Range      `hcl:"name,label_range"`
	Def       hcl.Range      `hcl:",def_range"`
	Given     []*rawGiven    `hcl:"given,block"`
	Expect    []*rawExpect   `hcl:"expect,block"`
	Held      *hcl.Attribute `hcl:"held,optional"`
}

type rawGiven struct {
	Def   hcl.Range      `hcl:",def_range"`
	From  *hcl.Attribute `hcl:"from,optional"`
	Event *hcl.Attribute `hcl:"event,optional"`
	Own   *hcl.Attribute `hcl:"own,optional"`
	After *hcl.Attribute `hcl:"after,optional"`
}

type rawExpect struct {
	Def   hcl.Range      `hcl:",def_range"`
	To    *hcl.Attribute `hcl:"to,optional"`
	Event *hcl.Attribute `hcl:"event,optional"`
}

// eventFields are the names within an event that is written as an object.
func eventFields() []string {
	return []string{"class", "type", "guid", "priority", "data"}
}
