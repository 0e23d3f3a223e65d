package config

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/expr"
)

// remoteType is the value of a reference such as remote.north.
var remoteType = cty.Capsule("remote", reflect.TypeFor[Remote]())

// scope holds what expressions may refer to.
type scope struct {
	functions *hcl.EvalContext // everywhere
	routes    *hcl.EvalContext // within routes: functions, and remote.NAME
	remotes   map[string]*Remote
	variables []string      // their names
	locals    []string      // likewise
	secrets   *expr.Secrets // what functions have brought in, and the texts in sensitive variables
	budget    *expr.Budget
	envNames  func() []string // may be nil
}

// environment returns the names of the variables of the environment.
func (s *scope) environment() []string {
	if s.envNames == nil {
		return nil
	}
	return s.envNames()
}

func newScope(dir string, o Options, b *expr.Budget) *scope {
	table, secrets := expr.Functions(expr.Surroundings{
		Dir: dir, Env: o.Env, ReadFile: o.ReadFile, SecretDirs: o.SecretDirs, EnvNames: o.EnvNames, ListDir: o.listDir,
	}, b)
	return &scope{functions: &hcl.EvalContext{Functions: table}, remotes: map[string]*Remote{}, secrets: secrets, budget: b, envNames: o.EnvNames}
}

// seal ends the definition of remotes and makes them known to routes.
func (s *scope) seal() {
	refs := make(map[string]cty.Value, len(s.remotes))
	for name, r := range s.remotes {
		refs[name] = cty.CapsuleVal(remoteType, r)
	}
	s.routes = s.functions.NewChild()
	s.routes.Variables = map[string]cty.Value{"remote": cty.ObjectVal(refs)}
}
