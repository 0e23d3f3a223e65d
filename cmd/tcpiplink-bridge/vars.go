package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// varFlags are what the variables of a configuration are set to, as typed.
type varFlags struct {
	vars, files []string
}

func (f *varFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.vars, "var", f.vars, "set a variable of the configuration, as `NAME=VALUE`; shows in process lists")
	flags.StringArrayVar(&f.files, "var-file", f.files, "set variables of the configuration as a `file` says (HCL, or JSON if it ends in .json)")
}

// options says how to load a configuration with these values. The last of two --var for a name counts.
func (f *varFlags) options() (config.Options, error) {
	o := config.Options{Env: os.LookupEnv, EnvNames: envNames, VarFiles: f.files, Vars: map[string]string{}}
	for i, text := range f.vars {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			// The text is not quoted: it may be the value.
			return o, &usageError{err: fmt.Errorf("--var number %d is not NAME=VALUE", i+1), hint: "write it as in --var port=9598"}
		}
		o.Vars[name] = value
	}
	return o, nil
}

// envNames returns the names of the variables of the environment.
func envNames() []string {
	var names []string
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); name != "" { // on Windows there are some without
			names = append(names, name)
		}
	}
	return names
}
