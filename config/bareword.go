package config

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// ofEnvironment is what names of variables of the environment look like, and few others.
var ofEnvironment = regexp.MustCompile(`^(env\.)?([A-Z][A-Z0-9_]+)$`)

// constants are what other languages write for ours.
var constants = map[string]string{"yes": "true", "on": "true", "no": "false", "off": "false", "none": "null", "nil": "null"}

// insteadOfVariable says what a word without quotes may have been meant for.
func (d *decoder) insteadOfVariable(word string, mistake *hcl.Diagnostic) string {
	text := bareWord(word, mistake)
	_, rest, dotted := strings.Cut(text, ".")
	meant, more := "", ""
	if m := ofEnvironment.FindStringSubmatch(text); m != nil {
		meant = fmt.Sprintf("env(%q)", m[2])
		if m[1] == "" && !slices.Contains(d.scope.environment(), m[2]) {
			meant, more = "", " A variable of the environment is "+meant+"."
		}
	}
	if constant := constants[strings.ToLower(text)]; constant != "" {
		more = " Or did you mean " + constant + "?"
	}
	inRoute := owner(mistake.EvalContext, "remote") != nil
	switch root := cmp.Or(iteratorFor(word, mistake.EvalContext), nearestRoot(word, inRoute)); {
	case root != "" && dotted:
		meant = root + "." + rest
	case root == "remote": // all of them, in a function
		meant = root
	}
	if meant = cmp.Or(d.meantName(word, inRoute, dotted), meant); meant != "" {
		return fmt.Sprintf(" Did you mean %s?", meant)
	}
	return fmt.Sprintf(` If it is a text, it needs double quotes: "%s".%s`, text, more)
}

// meantName returns what a name is referred to by, or "". One with more behind it is rather a host, unless it is exactly that.
func (d *decoder) meantName(word string, inRoute, dotted bool) string {
	kinds := map[string][]string{"var": d.scope.variables, "local": d.scope.locals}
	if inRoute {
		kinds["remote"] = slices.Sorted(maps.Keys(d.scope.remotes))
	}
	near := ""
	for _, kind := range []string{"remote", "var", "local"} {
		names := kinds[kind]
		if slices.Contains(names, word) {
			return kind + "." + word
		}
		if name := wording.Nearest(word, names); name != "" && near == "" && !dotted {
			near = kind + "." + name
		}
	}
	return near
}

// nearestRoot returns what references begin with, for a slip of it.
func nearestRoot(word string, inRoute bool) string {
	switch root := wording.Nearest(word, []string{"remote", "var", "variable", "local"}); {
	case root == "remote" && !inRoute:
		return ""
	case root == "variable":
		return "var"
	default:
		return root
	}
}

// iteratorFor returns the element of a dynamic block, where a word says what other programs call it.
func iteratorFor(word string, ctx *hcl.EvalContext) string {
	if word != "each" {
		return ""
	}
	for ; ctx != nil; ctx = ctx.Parent() {
		for _, name := range slices.Sorted(maps.Keys(ctx.Variables)) {
			if isIterator(ctx.Variables[name].Type()) {
				return name
			}
		}
	}
	return ""
}

// bareWord returns a word with what follows it, such as the rest of a host name.
func bareWord(word string, mistake *hcl.Diagnostic) string {
	expr, ok := mistake.Expression.(*hclsyntax.ScopeTraversalExpr)
	if !ok || expr.Traversal.RootName() != word {
		return word
	}
	for _, step := range expr.Traversal[1:] {
		attr, ok := step.(hcl.TraverseAttr)
		if !ok {
			break
		}
		word += "." + attr.Name
	}
	return word
}

// secretFunctions are those that a secret comes from.
func secretFunctions() []string { return []string{"env", "file", "credential"} }

// functionNames returns all functions, those for secrets first.
func (d *decoder) functionNames() []string {
	return append(secretFunctions(), slices.Sorted(maps.Keys(d.scope.functions.Functions))...)
}
