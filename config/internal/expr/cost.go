package expr

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
	"go.yaml.in/yaml/v3"
)

// costOf returns the least that a call of a function takes, where the arguments tell: what it makes of them is too large before it could be
// charged for. It is 0 where the result is not much more than the arguments, and costs what it is.
func costOf(name string) func(args []cty.Value) int64 {
	switch name {
	case "setproduct":
		return setproductCost
	case "distinct": // compares each with each
		return func(args []cty.Value) int64 { return times(elementsOf(args[0]), elementsOf(args[0])) / readPerStep }
	case "replace": // the first is the text, then what is replaced, and by what
		return func(args []cty.Value) int64 {
			return times(count(textOf(args[0]), textOf(args[1])), length(textOf(args[2]))) / textPerStep
		}
	case "indent":
		return func(args []cty.Value) int64 {
			return times(count(textOf(args[1]), "\n"), wholeOf(args[0])) / textPerStep
		}
	case "join":
		return func(args []cty.Value) int64 {
			return times(elementsOf(args[1:]...), length(textOf(args[0]))) / textPerStep
		}
	case "split":
		return func(args []cty.Value) int64 { return count(textOf(args[1]), textOf(args[0])) }
	case "regex", "regexall": // a step of the matcher for each byte and each part of the pattern
		return func(args []cty.Value) int64 {
			return times(length(textOf(args[0])), length(textOf(args[1]))) / (textPerStep * readPerStep)
		}
	case "format", "formatlist":
		return formatCost
	case "csvdecode":
		return func(args []cty.Value) int64 {
			return count(textOf(args[0]), ",") + count(textOf(args[0]), "\n")
		}
	case "jsondecode":
		return func(args []cty.Value) int64 { return count(textOf(args[0]), ",") }
	case "yamldecode":
		return yamlCost
	default:
		return func([]cty.Value) int64 { return 0 }
	}
}

// setproductCost is the number of combinations, and of what is in them.
func setproductCost(args []cty.Value) int64 {
	product := int64(len(args))
	for _, arg := range args {
		product = times(product, elementsOf(arg))
	}
	return product
}

// formatCost takes each verb for the longest of the arguments, and each list for the longest one.
func formatCost(args []cty.Value) int64 {
	longest, lines := int64(0), int64(1)
	for _, arg := range args[1:] {
		longest, lines = max(longest, longestText(arg)), max(lines, elementsOf(arg))
	}
	return times(times(count(textOf(args[0]), "%"), longest), lines) / textPerStep
}

// longestText is the length of a text, or of the longest in a collection.
func longestText(val cty.Value) int64 {
	val, _ = val.Unmark()
	if !val.IsKnown() || val.IsNull() || !val.CanIterateElements() {
		return length(textOf(val))
	}
	longest := int64(0)
	for it := val.ElementIterator(); it.Next(); {
		_, element := it.Element()
		longest = max(longest, length(textOf(element)))
	}
	return longest
}

// yamlCost is how many nodes a text has with all aliases written out. What is wrong with it, the decoder tells.
func yamlCost(args []cty.Value) int64 {
	text := textOf(args[0])
	if !strings.Contains(text, "*") {
		return count(text, ",") + count(text, "\n")
	}
	var root yaml.Node
	if yaml.Unmarshal([]byte(text), &root) != nil {
		return 0
	}
	return nodesOf(&root, map[*yaml.Node]int64{})
}

func nodesOf(n *yaml.Node, known map[*yaml.Node]int64) int64 {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	if nodes, ok := known[n]; ok {
		return nodes
	}
	known[n] = 0 // an alias within what it stands for is a mistake
	nodes := int64(1)
	for _, inner := range n.Content {
		nodes = min(nodes+nodesOf(inner, known), tooMuch)
	}
	known[n] = nodes
	return nodes
}

// tooMuch is more than any budget, also when it is divided by what a step is worth.
const tooMuch = 1 << 40

// times multiplies numbers that are not negative, up to what is too much in any case.
func times(a, b int64) int64 {
	if a <= 0 || b <= 0 {
		return 0
	}
	if a > tooMuch/b {
		return tooMuch
	}
	return a * b
}

// count returns how often a part is in a text.
func count(text, part string) int64 { return int64(strings.Count(text, part)) }

// length returns the bytes of a text.
func length(text string) int64 { return int64(len(text)) }

// textOf returns the text of an argument, or "" if it is none.
func textOf(val cty.Value) string {
	val, _ = val.Unmark()
	if val.Type() != cty.String || !val.IsKnown() || val.IsNull() {
		return ""
	}
	return val.AsString()
}

// wholeOf returns a number of an argument, or 0 if it is none.
func wholeOf(val cty.Value) int64 {
	val, _ = val.Unmark()
	if val.Type() != cty.Number || !val.IsKnown() || val.IsNull() {
		return 0
	}
	n, _ := val.AsBigFloat().Int64()
	return min(n, tooMuch)
}

// elementsOf returns how many elements arguments have.
func elementsOf(vals ...cty.Value) int64 {
	n := int64(0)
	for _, val := range vals {
		if val, _ := val.Unmark(); val.IsKnown() && !val.IsNull() && val.CanIterateElements() {
			n += int64(val.LengthInt())
		}
	}
	return n
}
