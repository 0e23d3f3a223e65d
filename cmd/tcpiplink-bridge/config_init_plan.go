package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/bridge/topology"
	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// initPlan is what a new configuration is to have.
type initPlan struct {
	remotes         []*initRemote
	routes          [][]string // names of the remotes that each joins
	admin, stateDir string     // empty: none
	output          string     // empty or -: standard output
}

type initRemote struct {
	name, address string
	user          string // empty: no login
	// Where the password is: one of them, or none.
	env, file, credential string
}

func (p *initPlan) toStdout() bool { return p.output == "" || p.output == "-" }

func (p *initPlan) names() []string {
	names := make([]string, len(p.remotes))
	for i, r := range p.remotes {
		names[i] = r.name
	}
	return names
}

// remote returns nil for a name that no remote has.
func (p *initPlan) remote(name string) *initRemote {
	for _, r := range p.remotes {
		if r.name == name {
			return r
		}
	}
	return nil
}

// Each answer is checked by the loader, in a file of its own.

func loaderSays(format string, text string) error {
	_, err := config.Parse("answer.hcl", fmt.Appendf(nil, format, config.Quote(text)), config.Options{})
	if wrong, ok := errors.AsType[*config.Error](err); ok {
		return errors.New(wrong.Diagnostics[0].Detail)
	}
	return err
}

func (p *initPlan) checkName(name string) error {
	if p.remote(name) != nil {
		return fmt.Errorf("there is a server %s already", name)
	}
	return loaderSays("remote %s {\n  address = \"127.0.0.1\"\n}\n", name)
}

// checkAddress also refuses the address of a server that there is already: events between the two would go round.
func (p *initPlan) checkAddress(address string) error {
	if err := loaderSays("remote \"r\" {\n  address = %s\n}\n", address); err != nil {
		return err
	}
	for _, r := range p.remotes {
		pair := &initPlan{remotes: []*initRemote{{name: "a", address: r.address}, {name: "b", address: address}}, routes: [][]string{{"a", "b"}}}
		if _, _, err := pair.checked("answer.hcl"); err != nil {
			return fmt.Errorf("this is the server %s", r.name)
		}
	}
	return nil
}

func checkAdmin(listen string) error { return loaderSays("admin {\n  listen = %s\n}\n", listen) }

func checkStateDir(dir string) error { return loaderSays("bridge {\n  state_dir = %s\n}\n", dir) }

func (r *initRemote) setUser(user string) error {
	if user == "" {
		return errors.New("the user is missing")
	}
	r.user = user
	return loaderSays("remote \"r\" {\n  address = \"127.0.0.1\"\n  user    = %s\n}\n", user)
}

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r *initRemote) setEnv(name string) error {
	if !envName.MatchString(name) {
		return errors.New("the name of an environment variable has letters, digits and _")
	}
	r.env = name
	return r.checkPassword()
}

func (r *initRemote) setFile(path string) error {
	if path == "" {
		return errors.New("the path is missing")
	}
	r.file = path
	return r.checkPassword()
}

func (r *initRemote) setCredential(name string) error {
	if name == "" || strings.ContainsAny(name, `/\`) {
		return errors.New("the name of a credential has no folders")
	}
	r.credential = name
	return r.checkPassword()
}

func (r *initRemote) checkPassword() error {
	switch {
	case r.env != "" && r.file != "" || r.credential != "" && r.env+r.file != "":
		return fmt.Errorf("the password for %s is in one place: an environment variable, a file or a credential", r.name)
	case r.user == "":
		return fmt.Errorf("a password needs a user: add --user %s=USER", r.name)
	}
	return nil
}

// join adds a route between servers, whose names stand between commas.
func (p *initPlan) join(text string) error {
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		switch {
		case p.remote(name) == nil:
			return fmt.Errorf("there is no server %q; there are %s", name, strings.Join(p.names(), ", "))
		case slices.Contains(names, name):
			return fmt.Errorf("%s is in it twice", name)
		}
		names = append(names, name)
	}
	if len(names) < 2 {
		return errors.New("two servers at least, as in north,south")
	}
	p.routes = append(p.routes, names)
	return nil
}

// checked returns the file, which is valid, and what it says. Passwords that are not there yet have a stand-in.
func (p *initPlan) checked(name string) ([]byte, *config.Config, error) {
	text, err := config.Format(name, []byte(p.text(name)))
	if err != nil {
		return nil, nil, err
	}
	cfg, err := config.Parse(name, text, config.Options{Env: p.lookup, ReadFile: readOrStandIn})
	if err != nil {
		return nil, nil, &usageError{err: fmt.Errorf("this makes no valid configuration\n\n%w", err)}
	}
	if report := topology.Check(cfg); report.Errors() > 0 {
		return nil, nil, &usageError{err: fmt.Errorf("this makes no valid configuration\n\n%s", findingTexts(&report)), hint: "one --between with all of them does"}
	}
	return text, cfg, nil
}

const standIn = "stand-in"

func (p *initPlan) lookup(name string) (string, bool) {
	if value, ok := os.LookupEnv(name); ok {
		return value, true
	}
	return standIn, slices.ContainsFunc(p.remotes, func(r *initRemote) bool { return r.env == name })
}

func readOrStandIn(path string) ([]byte, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return []byte(standIn), nil
	}
	return readSource(path)
}

// next says what has to be there before the bridge runs.
func (p *initPlan) next(name string) string {
	var b strings.Builder
	for _, r := range p.remotes {
		if r.env != "" {
			fmt.Fprintf(&b, "next: set %s in the environment of the bridge, to the password for %s\n", r.env, r.name)
		}
		if r.credential != "" {
			fmt.Fprintf(&b, "next: hand over the credential %s, with the password for %s: by LoadCredential, or as a secret of the container\n", r.credential, r.name)
		}
		path := r.file
		if path != "" && !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(name), path)
		}
		if _, err := os.Stat(path); path != "" && err != nil {
			fmt.Fprintf(&b, "next: write the password for %s into %s\n", r.name, path)
		}
	}
	fmt.Fprintf(&b, "then: tcpiplink-bridge validate --config %s\n", name)
	return b.String()
}
