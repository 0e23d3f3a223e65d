package expr

import (
	ctyyaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Surroundings are what functions read.
type Surroundings struct {
	Dir        string                            // where relative paths of file start
	Env        func(name string) (string, bool)  // as os.LookupEnv
	ReadFile   func(path string) ([]byte, error) // for file and credential
	SecretDirs []string                          // where credential looks behind the folder of systemd; nil: /run/secrets
	EnvNames   func() []string                   // what Env knows, for suggestions; nil: there are none
	ListDir    func(dir string) []string         // the names in a folder, likewise
}

// Functions returns all functions of the language, by name, and what notes the secrets that they bring in. The budget pays for the calls.
func Functions(o Surroundings, b *Budget) (map[string]function.Function, *Secrets) {
	s := &wrapper{budget: b, secrets: newSecrets()}
	o.ReadFile = s.secrets.noting(o.ReadFile)
	table := map[string]function.Function{
		"env":  s.textFunction("name", envFunction(o)),
		"file": s.textFunction("path", fileFunction(o)),

		"credential":   s.textFunction("name", credentialFunction(o)),
		"nonsensitive": nonsensitiveFunction(),
	}
	for _, group := range []map[string]function.Function{textFunctions(), collectionFunctions(), numberFunctions(), conversions()} {
		for name, f := range group {
			table[name] = s.guarded(f, costOf(name))
		}
	}
	return table, s.secrets
}

// wrapper puts around functions what all of them need.
type wrapper struct {
	budget  *Budget
	secrets *Secrets
}

// nonsensitiveFunction makes the function that says of a value that it may be shown: not every file is a secret.
func nonsensitiveFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{
			Name: "value", Type: cty.DynamicPseudoType, AllowMarked: true, AllowUnknown: true, AllowDynamicType: true, AllowNull: true,
		}},
		Type: func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			val, _ := args[0].UnmarkDeep()
			return val, nil
		},
	})
}

func textFunctions() map[string]function.Function {
	return map[string]function.Function{
		"chomp":      stdlib.ChompFunc,
		"format":     stdlib.FormatFunc,
		"formatlist": stdlib.FormatListFunc,
		"indent":     stdlib.IndentFunc,
		"join":       stdlib.JoinFunc,
		"lower":      stdlib.LowerFunc,
		"regex":      stdlib.RegexFunc,
		"regexall":   stdlib.RegexAllFunc,
		"replace":    stdlib.ReplaceFunc,
		"split":      stdlib.SplitFunc,
		"strlen":     stdlib.StrlenFunc,
		"strrev":     stdlib.ReverseFunc,
		"substr":     stdlib.SubstrFunc,
		"title":      stdlib.TitleFunc,
		"trim":       stdlib.TrimFunc,
		"trimprefix": stdlib.TrimPrefixFunc,
		"trimspace":  stdlib.TrimSpaceFunc,
		"trimsuffix": stdlib.TrimSuffixFunc,
		"upper":      stdlib.UpperFunc,
	}
}

func collectionFunctions() map[string]function.Function {
	return map[string]function.Function{
		"chunklist":       stdlib.ChunklistFunc,
		"coalesce":        stdlib.CoalesceFunc,
		"coalescelist":    stdlib.CoalesceListFunc,
		"compact":         stdlib.CompactFunc,
		"concat":          stdlib.ConcatFunc,
		"contains":        stdlib.ContainsFunc,
		"distinct":        stdlib.DistinctFunc,
		"element":         stdlib.ElementFunc,
		"flatten":         stdlib.FlattenFunc,
		"keys":            stdlib.KeysFunc,
		"length":          stdlib.LengthFunc,
		"lookup":          stdlib.LookupFunc,
		"merge":           stdlib.MergeFunc,
		"range":           stdlib.RangeFunc,
		"reverse":         stdlib.ReverseListFunc,
		"setintersection": stdlib.SetIntersectionFunc,
		"setproduct":      stdlib.SetProductFunc,
		"setsubtract":     stdlib.SetSubtractFunc,
		"setunion":        stdlib.SetUnionFunc,
		"slice":           stdlib.SliceFunc,
		"sort":            stdlib.SortFunc,
		"values":          stdlib.ValuesFunc,
		"zipmap":          stdlib.ZipmapFunc,
	}
}

func numberFunctions() map[string]function.Function {
	return map[string]function.Function{
		"abs":      stdlib.AbsoluteFunc,
		"ceil":     stdlib.CeilFunc,
		"floor":    stdlib.FloorFunc,
		"log":      stdlib.LogFunc,
		"max":      stdlib.MaxFunc,
		"min":      stdlib.MinFunc,
		"parseint": stdlib.ParseIntFunc,
		"pow":      stdlib.PowFunc,
		"signum":   stdlib.SignumFunc,
	}
}

func conversions() map[string]function.Function {
	return map[string]function.Function{
		"csvdecode":  tableFunction(),
		"jsondecode": shallow(stdlib.JSONDecodeFunc, deepJSON),
		"jsonencode": stdlib.JSONEncodeFunc,
		"tobool":     stdlib.MakeToFunc(cty.Bool),
		"tolist":     stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
		"tomap":      stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
		"tonumber":   stdlib.MakeToFunc(cty.Number),
		"toset":      stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"tostring":   stdlib.MakeToFunc(cty.String),
		"yamldecode": shallow(ctyyaml.YAMLDecodeFunc, deepYAML),
	}
}

// guarded wraps a function so that its error says nothing of arguments that must not be quoted, not even a part of them; and so that it is
// paid for, at least what it costs by its arguments.
func (s *wrapper) guarded(f function.Function, cost func([]cty.Value) int64) function.Function {
	open := func(p function.Parameter) function.Parameter {
		// Everything reaches f, which checks its arguments itself.
		p.AllowMarked, p.AllowUnknown, p.AllowDynamicType, p.AllowNull = true, true, true, true
		return p
	}
	spec := &function.Spec{
		Description: f.Description(),
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := s.budget.call(args, cost); err != nil {
				return cty.DynamicPseudoType, err
			}
			ty, err := f.ReturnTypeForValues(args)
			return ty, withoutSecrets(err, args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			val, err := f.Call(args)
			if err != nil {
				return val, withoutSecrets(err, args)
			}
			if err := s.budget.take(val, 1); err != nil {
				return cty.UnknownVal(val.Type()), err
			}
			return computed(val), nil
		},
	}
	for _, p := range f.Params() {
		spec.Params = append(spec.Params, open(p))
	}
	if p := f.VarParam(); p != nil {
		rest := open(*p)
		spec.VarParam = &rest
	}
	return function.New(spec)
}

func withoutSecrets(err error, args []cty.Value) error {
	if err == nil {
		return nil
	}
	for _, arg := range args {
		if arg.ContainsMarked() {
			return discreetly(err)
		}
	}
	return err
}

// textFunction makes an HCL function of one text argument whose result is sensitive.
func (s *wrapper) textFunction(param string, f func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: param, Type: cty.String, AllowMarked: true}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			arg, marks := args[0].Unmark()
			s.secrets.lastRead = ""
			text, err := f(arg.AsString())
			if err == nil {
				err = CheckText(text)
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
			return s.secrets.marked(text, len(marks) > 0), nil
		},
	})
}
