package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// synonyms are words that other programs have for ours. They are asked after what looks alike.
var synonyms = map[string]string{
	"username": "user", "login": "user", "passphrase": "password", "passwd": "password", "pass": "password", "secret": "password",
	"host": "address", "hostname": "address", "ip": "address", "server": "address", "url": "address", "hosts": "addresses",
	"ca": "ca_file", "ca_cert": "ca_file", "cacert": "ca_file", "ca_bundle": "ca_file", "cert": "cert_file", "certificate": "cert_file",
	"key": "key_file", "private_key": "key_file", "sni": "server_name",
	"interval": "every", "period": "every", "poll": "every", "timezone": "time_zone", "tz": "time_zone", "maximum": "max", "minimum": "min",
	"timeout": "timeouts", "tls_config": "tls", "ssl": "tls", "retry": "backoff", "reconnect": "backoff", "buffer": "queue",
	"source": "from", "src": "from", "destination": "to", "dest": "to", "target": "to", "filter": "match",
	"ttl": "max_age", "size": "max_bytes", "max_size": "max_bytes", "limit": "max_events",
	"path": "state_dir", "dir": "state_dir", "data_dir": "state_dir", "bind": "listen", "loglevel": "level",
	"peer": "remote", "link": "remote", "endpoint": "remote", "logging": "log", "http": "admin", "api": "admin", "metrics": "admin",
}

// wordHints say what to do where no other word would be right.
var wordHints = map[string]string{
	"dynamic.labels":                  "Blocks of this type have no name.",
	"remote.name":                     `The name stands behind the type, as in remote "north" {.`,
	"route.name":                      `The name stands behind the type, as in route "telemetry" {.`,
	"remote.port":                     `The port is a part of the address, such as address = "192.0.2.7:9598".`,
	"remote.password_file":            `What a file holds is password = file("path").`,
	"remote.password_env":             `A variable of the environment is password = env("NAME").`,
	"remote.user_file":                `What a file holds is user = file("path").`,
	"remote.tls.enabled":              "A tls block turns TLS on, also an empty one.",
	"remote.tls.verify":               noTrust,
	"remote.tls.insecure":             noTrust,
	"remote.tls.skip_verify":          noTrust,
	"remote.tls.insecure_skip_verify": noTrust,
}

const noTrust = "The certificate of the peer is always checked. One that no known authority has signed can be trusted by ca_file, with itself in it, or by pins."

// brokenSyntax reports whether a text could not be parsed. An attribute that is set twice is a mistake that hides no other.
func brokenSyntax(diags hcl.Diagnostics) bool {
	return slices.ContainsFunc(diags, func(d *hcl.Diagnostic) bool { return d.Severity == hcl.DiagError && d.Summary != "Attribute redefined" })
}

// invalidOperand is HCL's summary for an operand of the wrong type.
const invalidOperand = "Invalid operand"

// missingHints say what the attributes that must be there are for.
var missingHints = map[string]string{
	forEachAttr: ` It is a list or map, with a block to make for each element, such as for_each = ["north", "south"].`,
	labelsAttr:  " It gives each block its name, such as labels = [remote.value].",
}

// The words of HCL about names that it does not expect, and about what else it cannot say much of.
var (
	unexpectedName = regexp.MustCompile(`^(?:An argument named|Blocks of type|No argument or block type is named) "([^"]+)"(?: (?:is|are) not expected here)?\.(?: Did you mean "[^"]+"\?)?$`)
	noVariable     = regexp.MustCompile(`^There is no variable named "([^"]+)"\.(?: Did you mean "[^"]+"\?)?$`)
	noFunction     = regexp.MustCompile(`^There is no function named "([^"]+)"\.`)
	blockInstead   = regexp.MustCompile(`Did you mean to define a block of type "([^"]+)"\?$`)
	numberNeeded   = regexp.MustCompile(`^Unsuitable value for (?:left|right) operand: a number is required\.$`)
	missingLabel   = regexp.MustCompile(`^All ([a-z]+) blocks must have 1 labels`)
	manyLabels     = regexp.MustCompile(`^Only 1 labels \([a-z]+\) are expected for ([a-z]+) blocks\.$`)
)

// misnamed are names that were meant to be defined, by a block whose type or name is wrong, so that nobody complains about references to them too.
type misnamed struct {
	remotes, variables, locals map[string]bool
	nameless                   bool // a remote has no name at all
}

func misnamedIn(bodies []hcl.Body) misnamed {
	m := misnamed{remotes: map[string]bool{}, variables: map[string]bool{}, locals: map[string]bool{}}
	for _, body := range bodies {
		if native, ok := body.(*hclsyntax.Body); ok {
			for _, block := range native.Blocks {
				m.add(block)
			}
		}
	}
	return m
}

func (m *misnamed) add(block *hclsyntax.Block) {
	labeled := func(kind string, names map[string]bool) {
		if block.Type == kind && len(block.Labels) > 1 || isSlip(block.Type, kind) && len(block.Labels) > 0 {
			names[block.Labels[0]] = true
		}
	}
	labeled("remote", m.remotes)
	labeled("variable", m.variables)
	m.nameless = m.nameless || block.Type == "remote" && len(block.Labels) == 0
	if isSlip(block.Type, "locals") {
		for name := range block.Body.Attributes {
			m.locals[name] = true
		}
	}
}

// isSlip reports whether a word is close to another, and not that one.
func isSlip(word, meant string) bool {
	return word != meant && wording.DidYouMean(word, []string{meant}) != ""
}

// inOurWords adds to the diagnostics of HCL what it cannot know: the words of the language.
func (d *decoder) inOurWords(files diag.Sources) {
	var blocks map[string]rawBlock
	for _, mistake := range d.diags {
		if mistake.Subject == nil {
			continue
		}
		m := unexpectedName.FindStringSubmatch(mistake.Detail)
		if m == nil {
			d.reword(mistake)
			continue
		}
		if blocks == nil {
			blocks = blocksByPath()
		}
		path, ok := pathAt(files, *mistake.Subject)
		if lastType(path) == dynamicBlock {
			path = dynamicBlock
		}
		if block, known := blocks[path]; ok && known {
			said, _, _ := strings.Cut(mistake.Detail, " Did you mean")
			mistake.Detail = said + " " + block.instead(m[1], mistake.Summary == "Unsupported block type", blocks)
		}
	}
}

// reword says what would be right, by what HCL says.
func (d *decoder) reword(mistake *hcl.Diagnostic) {
	var m []string
	says := func(words *regexp.Regexp) bool {
		m = words.FindStringSubmatch(mistake.Detail)
		return m != nil
	}
	switch {
	case says(noVariable):
		mistake.Detail = fmt.Sprintf("There is no variable named %q.%s", m[1], d.insteadOfVariable(m[1], mistake))
	case says(noFunction):
		mistake.Detail = fmt.Sprintf("There is no function named %q.%s", m[1], wording.DidYouMean(m[1], d.functionNames()))
	case says(missingLabel):
		name := "north"
		if m[1] == "defaults" {
			name = "remote"
		}
		mistake.Detail = fmt.Sprintf("A %s block needs a name, such as %s %q {.", m[1], m[1], name)
	case says(manyLabels):
		mistake.Detail = fmt.Sprintf("A %s block has one name.", m[1])
	case says(missingName):
		mistake.Detail += missingHints[m[1]]
	case says(blockInstead):
		mistake.Detail += fmt.Sprintf(" Write it without =, as in %s {.", m[1])
	case mistake.Summary == "Variables not allowed":
		mistake.Detail = "Nothing can be referred to here. What is computed from something else is a local."
	case says(numberNeeded):
		mistake.Detail = `Only numbers can be computed with. Texts are put together in one, such as "${var.site}-north".`
	default:
		mistake.Detail += cmp.Or(d.wholeRemote(mistake), d.whichAttributes(mistake))
	}
}

// wholeRemote says that a remote has no parts that a route could refer to.
func (d *decoder) wholeRemote(mistake *hcl.Diagnostic) string {
	if mistake.Expression == nil || mistake.Summary != "Unsupported attribute" {
		return ""
	}
	for _, t := range mistake.Expression.Variables() {
		if len(t) < 3 || t.RootName() != "remote" { // or the iterator of a dynamic block
			continue
		}
		if step, ok := t[1].(hcl.TraverseAttr); ok && d.scope.remotes[step.Name] != nil {
			return " A remote is referred to as a whole, as in remote.north."
		}
	}
	return ""
}
