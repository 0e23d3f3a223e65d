package remote

import (
	"context"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// Profile is what a peer is and takes, learned after the login.
type Profile struct {
	Family       Family // by whose traits the peer is treated
	Detected     Family // what its answers look like; another one than Family only where that was given by name
	Version      Version
	Capabilities vscp.Capabilities
	ChannelID    uint32    // of this connection; 0 if the peer has none
	Interface    vscp.GUID // of this connection; all zero if the peer does not say
	Traits
}

// OneConnection reports whether the peer says that it takes no second connection.
func (p *Profile) OneConnection() bool {
	return p.Family == FamilyFirmware && p.Capabilities&vscp.CapConnections == 0
}

// As returns the profile with another family's traits. FamilyUnknown leaves it as it is.
func (p Profile) As(f Family) Profile {
	if f != FamilyUnknown && f != "" {
		p.Family, p.Traits = f, TraitsOf(f)
	}
	return p
}

// Answer is what came of one question of a probe.
type Answer struct {
	Verb  string // the command that asked
	Asked bool   // false: left out, because this peer is known to have no answer
	Err   error  // nil, a refusal, an answer in a way of its own, or what ended the connection
}

// Probe asks the peer what it is, with VERS, WCYD, CHID and GGID. A command that the peer refuses or answers in its own way
// leaves its part of the profile empty; only an error that ended the connection is returned.
func (c *Client) Probe(ctx context.Context) (Profile, error) {
	p, _, err := c.ProbeAnswers(ctx)
	return p, err
}

// ProbeAnswers is Probe that also tells what came of each question, up to the one that ended the connection.
func (c *Client) ProbeAnswers(ctx context.Context) (Profile, []Answer, error) {
	var p Profile
	var versionKnown, capsKnown, decimal bool
	steps := []struct {
		verb string
		ask  func() (bool, error)
	}{
		{"VERS", func() (_ bool, err error) {
			p.Version, err = c.Version(ctx)
			versionKnown = err == nil
			return true, err
		}},
		{"WCYD", func() (_ bool, err error) {
			// Three parts are a daemon before 13.0.0.14. It answers WCYD in a way of its own, or not at all.
			if versionKnown && p.Version.Build == "" {
				return false, nil
			}
			p.Capabilities, decimal, err = c.Capabilities(ctx)
			capsKnown = err == nil
			return true, err
		}},
		{"CHID", func() (_ bool, err error) { p.ChannelID, err = c.ChannelID(ctx); return true, err }},
		{"GGID", func() (_ bool, err error) { p.Interface, err = c.GUID(ctx); return true, err }},
	}
	answers := make([]Answer, 0, len(steps))
	for _, step := range steps {
		asked, err := step.ask()
		answers = append(answers, Answer{Verb: step.verb, Asked: asked, Err: err})
		if c.ended != nil {
			return Profile{}, answers, err
		}
	}
	if c.step.doubt && c.Resync(ctx) != nil {
		return Profile{}, answers, answers[len(answers)-1].Err
	}
	p.Detected = detect(p.Version, versionKnown, decimal, capsKnown)
	p.Family, p.Traits = p.Detected, TraitsOf(p.Detected)
	return p, answers, nil
}

// detect tells the kind of server: uvscpd has no build number, and firmware writes its capabilities in decimal too.
func detect(v Version, versionKnown, decimalCaps, capsKnown bool) Family {
	switch {
	case versionKnown && v.Build == "N/A":
		return FamilyUvscpd
	case capsKnown && decimalCaps:
		return FamilyFirmware
	case versionKnown && capsKnown:
		return FamilyVSCPD
	default:
		return FamilyUnknown
	}
}
