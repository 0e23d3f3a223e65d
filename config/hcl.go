package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
)

// The raw structs lay out the file without evaluating anything: attributes stay expressions, so that each can be checked at
// its own place, and one wrong attribute hides no other. They are also the one list of the words of the language.

// rawHead is what dynamic blocks are made of, and so must be known before them.
type rawHead struct {
	Variables []*rawVariable `hcl:"variable,block"`
	Locals    []*rawLocals   `hcl:"locals,block"`
	Rest      hcl.Body       `hcl:",remain"`
}

type rawFile struct {
	Variables []*rawVariable `hcl:"variable,block"`
	Locals    []*rawLocals   `hcl:"locals,block"`
	Defaults  []*rawDefaults `hcl:"defaults,block"`
	Bridge    *rawBridge     `hcl:"bridge,block"`
	Log       *rawLog        `hcl:"log,block"`
	Admin     *rawAdmin      `hcl:"admin,block"`
	Remotes   []*rawRemote   `hcl:"remote,block"`
	Loop      *rawLoop       `hcl:"loop,block"`
	Routes    []*rawRoute    `hcl:"route,block"`
	Tests     []*rawTest     `hcl:"test,block"`
}

type rawVariable struct {
	Name        string           `hcl:"name,label"`
	NameRange   hcl.Range        `hcl:"name,label_range"`
	Type        *hcl.Attribute   `hcl:"type,optional"`
	Default     *hcl.Attribute   `hcl:"default,optional"`
	Sensitive   *hcl.Attribute   `hcl:"sensitive,optional"`
	Description *hcl.Attribute   `hcl:"description,optional"`
	Validations []*rawValidation `hcl:"validation,block"`

	description string // known when it was evaluated
}

type rawValidation struct {
	Def          hcl.Range      `hcl:",def_range"`
	Condition    *hcl.Attribute `hcl:"condition,optional"`
	ErrorMessage *hcl.Attribute `hcl:"error_message,optional"`
}

type rawLocals struct {
	Body hcl.Body `hcl:",remain"`
}

// rawDefaults is decoded into a rawRemote or a rawQueue.
type rawDefaults struct {
	Kind      string    `hcl:"kind,label"`
	KindRange hcl.Range `hcl:"kind,label_range"`
	Body      hcl.Body  `hcl:",remain"`
}

type rawBridge struct {
	Name         *hcl.Attribute `hcl:"name,optional"`
	FlushTimeout *hcl.Attribute `hcl:"flush_timeout,optional"`
	StateDir     *hcl.Attribute `hcl:"state_dir,optional"`
	GUID         *hcl.Attribute `hcl:"guid,optional"`
	WatchConfig  *hcl.Attribute `hcl:"watch_config,optional"`
}

type rawLog struct {
	Level  *hcl.Attribute `hcl:"level,optional"`
	Format *hcl.Attribute `hcl:"format,optional"`
}

type rawAdmin struct {
	Listen      *hcl.Attribute `hcl:"listen,optional"`
	Socket      *hcl.Attribute `hcl:"socket,optional"`
	SocketGroup *hcl.Attribute `hcl:"socket_group,optional"`
	TokenFile   *hcl.Attribute `hcl:"token_file,optional"`
}

type rawRemote struct {
	Name        string         `hcl:"name,label"`
	NameRange   hcl.Range      `hcl:"name,label_range"`
	Def         hcl.Range      `hcl:",def_range"`
	Address     *hcl.Attribute `hcl:"address,optional"`
	Addresses   *hcl.Attribute `hcl:"addresses,optional"`
	User        *hcl.Attribute `hcl:"user,optional"`
	Password    *hcl.Attribute `hcl:"password,optional"`
	Origins     *hcl.Attribute `hcl:"origins,optional"`
	Strict      *hcl.Attribute `hcl:"strict,optional"`
	Connections *hcl.Attribute `hcl:"connections,optional"`
	SendConns   *hcl.Attribute `hcl:"send_connections,optional"`
	Site        *hcl.Attribute `hcl:"site,optional"`
	Receive     *hcl.Attribute `hcl:"receive,optional"`
	Profile     *hcl.Attribute `hcl:"profile,optional"`
	Window      *hcl.Attribute `hcl:"window,optional"`
	Time        *hcl.Attribute `hcl:"time,optional"`
	Filter      *hcl.Attribute `hcl:"filter,optional"`
	Mask        *hcl.Attribute `hcl:"mask,optional"`
	StatEvery   *hcl.Attribute `hcl:"stat_every,optional"`
	Backoff     *rawBackoff    `hcl:"backoff,block"`
	Timeouts    *rawTimeouts   `hcl:"timeouts,block"`
	TLS         *rawTLS        `hcl:"tls,block"`
	Schedule    *rawSchedule   `hcl:"schedule,block"`

	addressPlaces []hcl.Range // of each address, known when it was evaluated
	originPlaces  []hcl.Range // of each element of Origins, likewise
}

type rawBackoff struct {
	Def        hcl.Range      `hcl:",def_range"`
	Initial    *hcl.Attribute `hcl:"initial,optional"`
	Max        *hcl.Attribute `hcl:"max,optional"`
	Multiplier *hcl.Attribute `hcl:"multiplier,optional"`
	Jitter     *hcl.Attribute `hcl:"jitter,optional"`
	Stable     *hcl.Attribute `hcl:"stable,optional"`
}

type rawTimeouts struct {
	Resolve    *hcl.Attribute `hcl:"resolve,optional"`
	Dial       *hcl.Attribute `hcl:"dial,optional"`
	TLS        *hcl.Attribute `hcl:"tls,optional"`
	Greeting   *hcl.Attribute `hcl:"greeting,optional"`
	Reply      *hcl.Attribute `hcl:"reply,optional"`
	DeadAfter  *hcl.Attribute `hcl:"dead_after,optional"`
	StallAfter *hcl.Attribute `hcl:"stall_after,optional"`
}

type rawTLS struct {
	Def        hcl.Range      `hcl:",def_range"`
	CAFile     *hcl.Attribute `hcl:"ca_file,optional"`
	CertFile   *hcl.Attribute `hcl:"cert_file,optional"`
	KeyFile    *hcl.Attribute `hcl:"key_file,optional"`
	ServerName *hcl.Attribute `hcl:"server_name,optional"`
	MinVersion *hcl.Attribute `hcl:"min_version,optional"`
	Pins       *hcl.Attribute `hcl:"pins,optional"`
}

type rawSchedule struct {
	Def       hcl.Range      `hcl:",def_range"`
	Mode      *hcl.Attribute `hcl:"mode,optional"`
	Every     *hcl.Attribute `hcl:"every,optional"`
	Cron      *hcl.Attribute `hcl:"cron,optional"`
	TimeZone  *hcl.Attribute `hcl:"time_zone,optional"`
	Jitter    *hcl.Attribute `hcl:"jitter,optional"`
	Threshold *hcl.Attribute `hcl:"threshold,optional"`
	MaxWait   *hcl.Attribute `hcl:"max_wait,optional"`
	Commands  *hcl.Attribute `hcl:"commands,optional"`
	MaxFetch  *hcl.Attribute `hcl:"max_fetch,optional"`
	Linger    *hcl.Attribute `hcl:"linger,optional"`
}

type rawQueue struct {
	MaxEvents   *hcl.Attribute `hcl:"max_events,optional"`
	MaxBytes    *hcl.Attribute `hcl:"max_bytes,optional"`
	MaxAge      *hcl.Attribute `hcl:"max_age,optional"`
	Overflow    *hcl.Attribute `hcl:"overflow,optional"`
	OnAmbiguous *hcl.Attribute `hcl:"on_ambiguous,optional"`
	RetryMaxAge *hcl.Attribute `hcl:"retry_max_age,optional"`
	Storage     *hcl.Attribute `hcl:"storage,optional"`
	Fsync       *hcl.Attribute `hcl:"fsync,optional"`
}

// secretAttr is the attribute for secrets, and defaultAttr may hold one, as the block around it says. Their values are hidden from
// excerpts although their names are known.
const (
	secretAttr  = "password"
	defaultAttr = "default"
)

// language tells package diag of the words above.
type language struct{}

// SecretName implements diag.Language.
func (language) SecretName() string { return secretAttr }

// OpenNames implements diag.Language: the attribute names whose values may be shown in excerpts.
func (language) OpenNames() map[string]bool {
	names := map[string]bool{}
	for _, raw := range []any{
		rawVariable{},
		rawValidation{},
		rawBridge{},
		rawLog{},
		rawAdmin{},
		rawRemote{},
		rawBackoff{},
		rawTimeouts{},
		rawTLS{},
		rawSchedule{},
		rawQueue{},
		rawLoop{},
		rawRoute{},
		rawMatch{},
		rawRewrite{},
		rawMap{},
		rawGUIDMap{},
		rawLimit{},
		rawProbe{},
		rawLinks{},
		rawTest{},
		rawGiven{},
		rawExpect{},
	} {
		schema, _ := gohcl.ImpliedBodySchema(raw)
		for _, attr := range schema.Attributes {
			names[attr.Name] = attr.Name != secretAttr && attr.Name != defaultAttr
		}
	}
	for _, name := range append(eventFields(), forEachAttr, labelsAttr, iteratorAttr) {
		names[name] = true
	}
	return names
}

// IsBlock implements diag.Language.
func (language) IsBlock(kind string) bool {
	schema, _ := gohcl.ImpliedBodySchema(rawFile{})
	return kind == dynamicBlock || slices.ContainsFunc(schema.Blocks, func(b hcl.BlockHeaderSchema) bool { return b.Type == kind })
}
