package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// sensitive marks values that came from the environment or a file, and those of sensitive variables. They are never quoted in a message, whatever attribute
// they end up in; the mark survives concatenation and functions.
const sensitive mark = "sensitive"

type mark string

// remoteType is the value of a reference such as remote.north.
var remoteType = cty.Capsule("remote", reflect.TypeFor[Remote]())

// scope holds what expressions may refer to.
type scope struct {
	functions *hcl.EvalContext // everywhere
	routes    *hcl.EvalContext // within routes: functions, and remote.NAME
	remotes   map[string]*Remote
	variables []string        // their names
	locals    []string        // likewise
	secrets   map[string]bool // what env and file returned, and the texts in sensitive variables
	budget    *budget
	lastRead  string            // the file that was read last
	contents  map[string]string // of files, by path, as file and credential return them
}

func newScope(dir string, o Options, b *budget) *scope {
	s := &scope{budget: b, remotes: map[string]*Remote{}, secrets: map[string]bool{}, contents: map[string]string{}}
	o.ReadFile = s.noting(o.ReadFile)
	s.functions = &hcl.EvalContext{Functions: s.functionTable(dir, o)}
	return s
}

// keepSecret notes the texts in a value, so that no message quotes them.
func (s *scope) keepSecret(val cty.Value) {
	val, _ = val.UnmarkDeep()
	// The function returns no error, and so does the walk.
	_ = cty.Walk(val, func(_ cty.Path, v cty.Value) (bool, error) {
		if v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			s.secrets[v.AsString()] = true
		}
		return true, nil
	})
}

// quotesSecret reports whether a text contains what env or file returned.
func (s *scope) quotesSecret(text string) bool {
	for secret := range s.secrets {
		if secret != "" && strings.Contains(text, secret) {
			return true
		}
	}
	return false
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

// callError is a mistake found by one of our functions, with words of its own instead of HCL's.
type callError struct {
	summary, detail string
	discreet        string // the detail without the argument; empty: it may be shown
	ofReader        bool   // as Diagnostic.OfReader
}

// Error returns the detail.
func (e *callError) Error() string {
	return e.detail
}

// discreetly leaves out of an error what it says of an argument that is not to be quoted.
func discreetly(err error) error {
	own, ok := errors.AsType[*callError](err)
	if !ok || own.discreet == "" {
		return &callError{
			summary: "Error in function call",
			detail:  "The reason is not shown: it could quote an argument that is sensitive, or came from env or file. If that is no secret, put nonsensitive(...) around it.",
		}
	}
	return &callError{summary: own.summary, detail: own.discreet, ofReader: own.ofReader}
}

func envFunction(lookup func(string) (string, bool)) func(string) (string, error) {
	return func(name string) (string, error) {
		text, ok := lookup(name)
		if !ok {
			return "", &callError{
				summary:  "Undefined environment variable",
				detail:   fmt.Sprintf("The environment variable %s is not set. Set it before the bridge starts.", wording.Quote(name)),
				discreet: "The environment variable is not set. Its name came from env or file, and is not shown.",
				ofReader: true,
			}
		}
		return text, nil
	}
}

// fileFunction reads a text file and cuts one line end at its end, which most editors add.
func fileFunction(dir string, read func(string) ([]byte, error)) func(string) (string, error) {
	return func(path string) (string, error) {
		full := path
		if !filepath.IsAbs(path) {
			full = filepath.Join(dir, path)
		}
		b, err := read(full)
		if err != nil {
			return "", &callError{
				summary:  "Unreadable file",
				detail:   fmt.Sprintf("Cannot read %s: %s", wording.Quote(full), whyUnreadable(path, err)),
				discreet: "Cannot read this file, whose name came from env or file and is not shown: " + whyUnreadable(path, err),
				ofReader: errors.Is(err, fs.ErrPermission),
			}
		}
		return withoutLineEnd(b), nil
	}
}

func withoutLineEnd(b []byte) string {
	text, found := strings.CutSuffix(string(b), "\r\n")
	if !found {
		text = strings.TrimSuffix(text, "\n")
	}
	return text
}

// textFunction makes an HCL function of one text argument whose result is sensitive.
func (s *scope) textFunction(param string, f func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: param, Type: cty.String, AllowMarked: true}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			arg, marks := args[0].Unmark()
			s.lastRead = ""
			text, err := f(arg.AsString())
			if err == nil {
				err = checkText(text)
			}
			if spent := s.budget.spend(1 + len(text)/textPerStep); spent != nil {
				err = spent
			}
			if err != nil && len(marks) > 0 {
				err = discreetly(err)
			}
			if err != nil {
				return cty.UnknownVal(cty.String), err
			}
			s.secrets[text] = true
			return s.markFile(text, len(marks) > 0), nil
		},
	})
}

// checkText refuses what would not arrive as it is.
func checkText(text string) error {
	if !utf8.ValidString(text) {
		return &callError{summary: "Not a text", detail: "The content is not UTF-8 text."}
	}
	if cty.NormalizeString(text) != text {
		return &callError{summary: "Ambiguous text", detail: "The content has letters with separate accents. Write them as single characters (Unicode form NFC)."}
	}
	return nil
}
