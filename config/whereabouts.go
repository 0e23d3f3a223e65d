package config

import (
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/expr"
)

// Whereabouts is where the bridge of a configuration can be asked. What is not known is empty.
type Whereabouts struct {
	Listen   string // as Admin.Listen
	Socket   string // as Admin.Socket
	StateDir string // as Bridge.StateDir
}

// LocateBridge reads of the configuration at path where its bridge is, in spite of the mistakes that Load finds: that bridge may well run by
// what was there before them. The error is that of a file that cannot be read at all.
func LocateBridge(path string, o Options) (Whereabouts, error) {
	l, err := newFilesLoader(path, o)
	if err != nil {
		return Whereabouts{}, err
	}
	return l.locate(), nil
}

func (l *loader) locate() Whereabouts {
	defer func() { _ = expr.Refusal(recover()) }() // as in load
	d := l.decoder()
	bodies, _ := firstOfSingles(slices.Concat(l.bodies, l.partial))
	return d.locate(hcl.MergeBodies(bodies), &given{options: l.options, sources: l.sources})
}

// locate evaluates no more than it takes.
func (d *decoder) locate(body hcl.Body, given *given) (w Whereabouts) {
	var head rawHead
	_ = gohcl.DecodeBody(body, nil, &head) // what is wrong is for Load to say
	d.decodeVariables(head.Variables, given)
	d.decodeLocals(head.Locals)
	var raw struct {
		Bridge *rawBridge `hcl:"bridge,block"`
		Admin  *rawAdmin  `hcl:"admin,block"`
		Rest   hcl.Body   `hcl:",remain"`
	}
	_ = gohcl.DecodeBody(head.Rest, nil, &raw)
	if raw.Bridge != nil {
		d.stateDir(raw.Bridge.StateDir, &w.StateDir)
	}
	if w.StateDir != "" {
		w.Socket = filepath.Join(w.StateDir, SocketName)
	}
	if raw.Admin == nil {
		return w
	}
	if raw.Admin.Listen == nil {
		w.Listen = defaultAdmin
	}
	d.listen(raw.Admin.Listen, &w.Listen)
	if raw.Admin.Socket != nil {
		w.Socket = ""
		d.socket(raw.Admin.Socket, &w.Socket)
	}
	return w
}
