package config

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

const rightVariableType = "A type is string, number, bool, list(TYPE), set(TYPE), map(TYPE), tuple([TYPE, ...]), object({NAME = TYPE, ...}) or any."

// typeSynonyms are words that other languages have for types, and those of ours that need one in brackets.
var typeSynonyms = map[string]string{
	"int": "number", "integer": "number", "float": "number", "double": "number", "boolean": "bool", "str": "string", "text": "string",
	"array": "list(any)", "dict": "map(any)", "list": "list(any)", "set": "set(any)", "map": "map(any)",
}

// wrongTypeWord is how HCL begins what it says of a word that is no type.
var wrongTypeWord = regexp.MustCompile(`^The (?:keyword "(.*)" is not a valid|(list|set|map) type constructor requires)`)

// wrongType tells of what HCL does not understand in the type of a variable.
func (d *decoder) wrongType(whole hcl.Expression, mistakes hcl.Diagnostics) {
	for _, mistake := range mistakes {
		rng, is := whole.Range(), ""
		var hint string
		if _, quoted := whole.(*hclsyntax.TemplateExpr); quoted {
			hint = " It has no quotes."
		} else if m := wrongTypeWord.FindStringSubmatch(mistake.Detail); m == nil {
			hint = " " + mistake.Detail
		} else {
			word := cmp.Or(m[1], m[2])
			is = wording.Quote(word) + " is no type. " // a line may show no more than the first of several
			hint = cmp.Or(wording.Meant(typeSynonyms[strings.ToLower(word)]), wording.DidYouMean(word, []string{"string", "number", "bool", "any"}))
		}
		if mistake.Subject != nil {
			rng = *mistake.Subject
		}
		d.errorf(rng, "Unknown type", "%s%s%s", is, rightVariableType, hint)
	}
}
