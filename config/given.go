package config

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// envPrefix begins the names of environment variables that set a variable.
const envPrefix = "TCPIPLINK_VAR_"

// setting is the value that somebody gave to a variable.
type setting struct {
	by     string    // who
	text   string    // as given, if isText
	isText bool      // no file gave it
	val    cty.Value // otherwise
	rng    hcl.Range // in the file
	name   hcl.Range // of the name before it
	secret bool      // it is quoted nowhere, whatever the variable says
}

// given holds what variables are set to from outside the configuration.
type given struct {
	options Options
	inFiles map[string]setting
	sources diag.Sources
}

// of returns what a variable is set to. --var has the last word, then --var-file, then the environment.
func (g *given) of(name string) (setting, bool) {
	if text, ok := g.options.Vars[name]; ok {
		return setting{by: "--var", text: text, isText: true}, true
	}
	if set, ok := g.inFiles[name]; ok {
		return set, true
	}
	if text, ok := g.options.Env(envPrefix + name); ok {
		return setting{by: envPrefix + name, text: text, isText: true, secret: true}, true
	}
	return setting{}, false
}

// checkNames complains about values for variables that do not exist. The environment is not looked through: it belongs to others too.
func (g *given) checkNames(d *decoder) {
	for _, name := range slices.Sorted(maps.Keys(g.options.Vars)) {
		if !slices.Contains(d.scope.variables, name) && !d.misnamed.variables[name] {
			d.errorf(hcl.Range{Filename: "--var " + name}, "Undeclared variable", "%s has no variable %s.%s", d.start.Filename, wording.Quote(name), d.otherVariable(name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(g.inFiles)) {
		if !slices.Contains(d.scope.variables, name) && !d.misnamed.variables[name] {
			d.warnf(g.inFiles[name].name, "Undeclared variable", "%s has no variable %s, so this value is not used.%s", d.start.Filename, wording.Quote(name), d.otherVariable(name))
		}
	}
}

func (d *decoder) otherVariable(name string) string {
	if hint := wording.DidYouMean(name, d.scope.variables); hint != "" {
		return hint
	}
	return " Declare it there with a variable block, or leave it out."
}
